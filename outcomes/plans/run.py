"""One run of the loader: when, by whom, what the files said before, what was done and what is to be recorded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import models

from core import audit
from core.models import AuditRecord
from goals.models import Plan
from outcomes.models import ExpectedResult, Indicator
from outcomes.plans.merging import Fingerprints

REASON = "plan files"


@dataclass
class Outcome:
    """What a run did, or would do: counts per table, each change in a line, and what was left to people."""

    counts: dict[str, Counter] = field(default_factory=dict)
    changes: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)

    @property
    def is_nothing_new(self) -> bool:
        return not any(count["added"] or count["changed"] for count in self.counts.values())

    def note(self, model, what: str) -> None:
        self.counts.setdefault(str(model._meta.verbose_name), Counter())[what] += 1


@dataclass
class Run:
    """Gathers the trail's entries, which are appended last, and the plans whose summaries changed."""

    at: datetime
    by: object
    last: Mapping[tuple[str, str], Fingerprints]
    outcome: Outcome = field(default_factory=Outcome)
    entries: list[audit.Entry] = field(default_factory=list)
    touched: dict[int, Plan] = field(default_factory=dict)

    def said_last(self, row: models.Model) -> Fingerprints:
        return self.last.get((row._meta.label_lower, str(row.pk)), {})

    def record(self, row, act: str, before: dict, after: dict, said: dict) -> None:
        """`said` is what the files said; it stands in the record, so that the next run can tell what is new."""
        action = f"{row._meta.model_name}.{act}"
        self.entries.append(audit.Entry(self.at, self.by, action, row, before, {**after, "files": said}, REASON))

    def touch(self, row) -> None:
        """Remembers the plan whose summaries rest on what was changed."""
        if isinstance(row, Indicator):
            row = row.expected_result
        if isinstance(row, ExpectedResult):
            self.touched.setdefault(row.aim.plan_id, row.aim.plan)


def what_the_files_said() -> dict[tuple[str, str], dict[str, str]]:
    """The fingerprints of every earlier run, the latest of each field."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    rows = AuditRecord.objects.filter(reason=REASON).order_by("seq")
    for kind, key, said in rows.values_list("target_type", "target_id", "after__files"):
        found.setdefault((kind, key), {}).update(said or {})
    return found


def label(row) -> str:
    """A name that the person at the command line can find again."""
    return row.code if isinstance(row, (Indicator, Plan)) else f"{row._meta.verbose_name} {row.pk}"
