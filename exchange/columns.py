"""The columns of a bureau's workbook, the same in XLSX and CSV: which are ours to say, and which are asked."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from initiatives.forms import UpdateForm
from initiatives.models import NARRATIVE_CHARACTERS

TEXT, PERCENT, NUMBER, CHOICE, DAY = "text", "percent", "number", "choice", "day"


@dataclass(frozen=True)
class Column:
    """`asks` is what may be typed into it, nothing for a column that is only to read; `choices` names a set."""

    code: str
    label: str | Promise
    width: int = 14
    asks: str = ""
    choices: str = ""
    hint: str | Promise = ""

    @property
    def hint_words(self) -> str:
        words = str(self.hint)
        return words % {"most": NARRATIVE_CHARACTERS} if "%(most)s" in words else words

    @property
    def longest(self) -> int | None:
        field = UpdateForm.base_fields.get(self.code)
        return getattr(field, "max_length", None) or (2000 if self.code == "reason" else None)


def _said(code: str) -> str | Promise:
    return UpdateForm.base_fields[code].label


_KEYS = (Column("row_id", _("Row"), 12), Column("version", _("Version"), 9))
_WORK = (Column("code", _("Code"), 12), Column("title", _("Title"), 34))
_NARRATIVE_HINT = _("All three answers together have at most %(most)s characters.")

UPDATES = (
    *_KEYS,
    *_WORK,
    Column("standing", _("State"), 14),
    Column("due_on", _("Due on"), 12),
    Column("last_achieved", pgettext_lazy("in a column's head", "Last period: achieved"), 30),
    Column("achieved", _said("achieved"), 40, TEXT, hint=_NARRATIVE_HINT),
    Column("last_obstacle", pgettext_lazy("in a column's head", "Last period: obstacle"), 30),
    Column("obstacle", _said("obstacle"), 40, TEXT, hint=_NARRATIVE_HINT),
    Column("last_next_steps", pgettext_lazy("in a column's head", "Last period: next"), 30),
    Column("next_steps", _said("next_steps"), 40, TEXT, hint=_NARRATIVE_HINT),
    Column("last_delivery_percent", pgettext_lazy("in a column's head", "Last period: delivered (%)"), 12),
    Column(
        "delivery_percent", _("Delivered (%)"), 14, PERCENT, hint=_("A number from 0 to 100, without the sign %.")
    ),
    Column("last_delivery_status", pgettext_lazy("in a column's head", "Last period: delivery"), 16),
    Column("delivery_status", _said("delivery_status"), 18, CHOICE, "delivery_status"),
    Column("off_track_reason", _said("off_track_reason"), 30, TEXT, hint=_("Needed when delivery is off track.")),
    Column("risks", _said("risks"), 30, TEXT),
    Column("help_wanted", _said("help_wanted"), 30, TEXT),
    Column("handling", _said("handling"), 16, CHOICE, "handling"),
    Column("language", _said("language"), 14, CHOICE, "language"),
)
VALUES = (
    *_KEYS,
    *_WORK,
    Column("indicator", _("Indicator"), 16),
    Column("indicator_name", _("Name of the indicator"), 40),
    Column("unit", _("Unit"), 14),
    Column("direction", _("Direction"), 16),
    Column("target", _("Target (all bureaus)"), 22),
    Column("last_value", _("Last value"), 20),
    Column("state", _("State of the value"), 18, CHOICE, "state"),
    Column("value", _("Value"), 16, NUMBER),
    Column("numerator", _("Numerator"), 16, NUMBER),
    Column("denominator", _("Denominator"), 16, NUMBER),
    Column("observed_on", _("Observed on"), 14, DAY, hint=_("A day of the period, for example 2026-11-22.")),
    Column(
        "reason", _("Remark, or why there is no value"), 36, TEXT,
        hint=_("Needed when there is no value or it is withheld."),
    ),
)  # fmt: skip
TABLES = {"updates": UPDATES, "values": VALUES}
TABLE_NAMES = {"updates": _("Updates"), "values": _("Values")}


def asked(table: str) -> list[Column]:
    """The columns that may be filled in."""
    return [column for column in TABLES[table] if column.asks]
