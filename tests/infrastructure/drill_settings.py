"""The tests' settings with jobs that take their time, and a lease short enough to wait for."""

from tests.settings import *  # noqa: F403

JOB_LEASE_SECONDS = 3
JOB_KINDS = {
    "slow": "tests.infrastructure.drill_acts.slow",
    "deadly": "tests.infrastructure.drill_acts.deadly",
}
