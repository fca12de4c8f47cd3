"""The product's own settings for a copy of the demonstration that is served: its cache is shared with no other copy."""

import os

from interpol_strategy.settings import *  # noqa: F403
from interpol_strategy.settings import CACHES

CACHES["default"]["KEY_PREFIX"] = os.environ["CACHE_PREFIX"]
