"""Moments that tests agree on, so that no test reads the clock."""

from datetime import UTC, datetime

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
