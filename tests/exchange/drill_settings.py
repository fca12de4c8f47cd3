"""The tests' settings with a lease short enough to wait for."""

from tests.settings import *  # noqa: F403

JOB_LEASE_SECONDS = 3
