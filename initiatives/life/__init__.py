"""The life of an update, step by step: open, save, submit, approve, return, validate, correct.

Every step locks the row, checks the version that the person saw, changes it, and appends to the trail as its last act
in the same transaction.
"""

from initiatives.life.correcting import correct
from initiatives.life.deciding import approve, return_to_author, validate
from initiatives.life.drafting import draft_faults, open_update, save_draft
from initiatives.life.rows import DRAFT_FIELDS, NUMBERS, TEXTS, describe
from initiatives.life.sending import missing_before_submission, submit, withdraw
from initiatives.life.talking import comment

__all__ = [
    "DRAFT_FIELDS",
    "NUMBERS",
    "TEXTS",
    "approve",
    "comment",
    "correct",
    "describe",
    "draft_faults",
    "missing_before_submission",
    "open_update",
    "return_to_author",
    "save_draft",
    "submit",
    "validate",
    "withdraw",
]
