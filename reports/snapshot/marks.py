"""The marked strings of a snapshot, and the words that some of them are limited to."""

from __future__ import annotations

from typing import Annotated

LANGUAGES = ("ar", "en", "fr", "es")
STATUSES = (
    "on_track", "at_risk", "off_track", "achieved", "too_early", "no_data", "insufficient_data", "stale", "restricted",
)  # fmt: skip
"""The eight statuses, and "restricted" where the verdict is hidden from this reader."""
VALUE_STATES = ("reported", "not_reported", "not_applicable", "withheld")

Figure = Annotated[str, "figure"]
"""A decimal number written out, such as "0.6213"; a share of one is a share, not a percentage."""
Day = Annotated[str, "day"]
Moment = Annotated[str, "moment"]
Status = Annotated[str, "status"]
ValueState = Annotated[str, "value_state"]
Language = Annotated[str, "language"]
