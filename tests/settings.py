"""The product's own settings, with a cheap password hash, and a cache and files of each test process's own."""

import os

from interpol_strategy.settings import *  # noqa: F403
from interpol_strategy.settings import CACHES, MEDIA_ROOT

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "alone")
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
PAGES_KEPT_SECONDS = 0  # tests write rows without the trail that would say so
WHITENOISE_AUTOREFRESH = True  # no look at every file that is served for each browser of a test
CACHES["default"]["KEY_PREFIX"] = f"strategy-{WORKER}"
MEDIA_ROOT = MEDIA_ROOT / WORKER
