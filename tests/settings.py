"""The product's own settings, with a password hash that costs a test nothing."""

from interpol_strategy.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
