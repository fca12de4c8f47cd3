"""One run of the loader: when, by whom, what the files said before, what was done and what is to be recorded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import models
from django.utils.functional import cached_property

from core import audit
from core.models import AuditRecord
from goals.models import Aim
from outcomes.models import Baseline, ExpectedResult, Target
from outcomes.plans.merging import Fingerprints
from outcomes.plans.rows import ResultKey

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


class Standing:
    """What stands in the database, read and locked once per table."""

    def __init__(self):
        self._found: dict[tuple, dict[tuple, models.Model]] = {}

    def find(self, model, identity: dict) -> models.Model | None:
        return self._table(model, tuple(identity)).get(tuple(identity.values()))

    def add(self, row: models.Model, identity: dict) -> None:
        self._table(type(row), tuple(identity))[tuple(identity.values())] = row

    def _table(self, model, names: tuple) -> dict[tuple, models.Model]:
        if (model, names) not in self._found:
            rows = model.objects.order_by().select_for_update(of=("self",))
            self._found[model, names] = {tuple(getattr(row, name) for name in names): row for row in rows}
        return self._found[model, names]

    @cached_property
    def figures(self) -> dict[int, list[Baseline | Target]]:
        """Every revision of every baseline and target, by indicator, the oldest first."""
        found: dict[int, list[Baseline | Target]] = {}
        for model in (Baseline, Target):
            for row in model.objects.order_by("revision"):
                found.setdefault(row.indicator_id, []).append(row)
        return found


@dataclass
class Run:
    """Gathers the trail's entries, which are appended last, and the codes of the plans whose summaries changed.

    `aims` and `results` are those of the files, by their place; `new_figures` are written together.
    """

    at: datetime
    by: object
    last: Mapping[tuple[str, str], Fingerprints]
    standing: Standing = field(default_factory=Standing)
    aims: dict[tuple[str, int], Aim] = field(default_factory=dict)
    results: dict[ResultKey, ExpectedResult] = field(default_factory=dict)
    new_figures: list[Baseline | Target] = field(default_factory=list)
    outcome: Outcome = field(default_factory=Outcome)
    entries: list[audit.Entry] = field(default_factory=list)
    touched: set[str] = field(default_factory=set)

    def said_last(self, row: models.Model) -> Fingerprints:
        return self.last.get((row._meta.label_lower, str(row.pk)), {})

    def record(self, row, act: str, before: dict, after: dict, said: dict) -> None:
        """`said` is what the files said; it stands in the record, so that the next run can tell what is new."""
        action = f"{row._meta.model_name}.{act}"
        self.entries.append(audit.Entry(self.at, self.by, action, row, before, {**after, "files": said}, REASON))

    def write_figures(self) -> None:
        for model in (Baseline, Target):
            model.objects.bulk_create([row for row in self.new_figures if type(row) is model])


def what_the_files_said() -> dict[tuple[str, str], dict[str, str]]:
    """The fingerprints of every earlier run, the latest of each field."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    rows = AuditRecord.objects.filter(reason=REASON).order_by("seq")
    for kind, key, said in rows.values_list("target_type", "target_id", "after__files"):
        found.setdefault((kind, key), {}).update(said or {})
    return found
