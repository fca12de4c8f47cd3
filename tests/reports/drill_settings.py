"""The tests' settings with a lease short enough to wait for; everything else is as it is in production."""

from tests.settings import *  # noqa: F403

JOB_LEASE_SECONDS = 4
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = MEDIA_ROOT / "mail"  # noqa: F405
