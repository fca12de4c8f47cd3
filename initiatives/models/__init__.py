"""The work that bureaus lead, and what they say about it for each reporting period."""

from __future__ import annotations

from initiatives.chasing.records import (  # noqa: F401 - Django looks for every table of the app here
    Extension,
    Letter,
    MailChoice,
    ReminderSchedule,
)
from initiatives.models.parts import Comment, Evidence, UpdateValue
from initiatives.models.updates import NARRATIVE_CHARACTERS, Update, UpdateQuerySet
from initiatives.models.work import PERCENT, Contribution, CrimeArea, Initiative, InitiativeQuerySet, Milestone

__all__ = [
    "Comment",
    "Contribution",
    "CrimeArea",
    "Evidence",
    "Initiative",
    "InitiativeQuerySet",
    "Milestone",
    "NARRATIVE_CHARACTERS",
    "PERCENT",
    "Update",
    "UpdateQuerySet",
    "UpdateValue",
]
