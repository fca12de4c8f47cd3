"""The product's own settings for an installation without invented data that is served by a test."""

from tests.demonstration_settings import *  # noqa: F403

DEMO = False
