"""What may look wrong in the data: its kinds, why each matters, and a finding in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy

OFFICER = gettext_lazy("a strategy officer")
# Each kind: its name, why it matters, in the order of how much it bends a figure.
KINDS = {
    "falling": (
        gettext_lazy("Cumulative value falls"),
        gettext_lazy("A running total cannot fall: the value, or the one before it, is wrong."),
    ),
    "against_direction": (gettext_lazy("Value moves the wrong way"), gettext_lazy("It may be true; if it is not, the status is wrong.")),
    "jump": (gettext_lazy("Unusual jump"), gettext_lazy("A slip of a digit moves every total above it.")),
    "evidence_missing": (gettext_lazy("Evidence missing"), gettext_lazy("A surprising value that nothing supports cannot be relied on.")),
    "same_as_last": (gettext_lazy("Same value as last time"), gettext_lazy("It may have been copied and not measured.")),
    "no_target": (gettext_lazy("No target"), gettext_lazy("Without a target nobody can say whether it is on track.")),
    "no_baseline": (gettext_lazy("No baseline"), gettext_lazy("Without a baseline progress cannot be worked out.")),
    "stale": (gettext_lazy("Stale value"), gettext_lazy("Its last value is too old: it counts as unknown in every total.")),
    "judgement_overdue": (
        gettext_lazy("Judgement past its day"),
        gettext_lazy("It is no longer shown; confirm it, or let the computed status stand."),
    ),
    "no_owner": (gettext_lazy("Indicator without an owner"), gettext_lazy("Nobody answers for its values.")),
    "nobody_responsible": (gettext_lazy("Work without a responsible person"), gettext_lazy("Nobody is reminded when its update is due.")),
}  # fmt: skip


@dataclass(frozen=True)
class Finding:
    """One thing that looks wrong, who can mend it, and where."""

    kind: str
    subject: str
    url: str
    detail: str = ""
    who: str = ""
    mend_url: str = ""
    code: str = ""
    bureau: str = ""
    language: str = ""

    @property
    def label(self):
        return KINDS[self.kind][0]

    @property
    def why(self):
        return KINDS[self.kind][1]

    @property
    def parts(self) -> tuple[str, str]:
        """The code that the subject begins with, and its name, which may run the other way."""
        code, _blank, name = self.subject.partition(" ")
        return (code, name) if self.code and code == self.code else ("", self.subject)


@dataclass(frozen=True)
class Found:
    """A finding as far as it is sorted and counted; `draw` puts it in words, which a page asks of the rows that it shows."""

    kind: str
    code: str
    bureau: str
    draw: Callable[[], Finding]
