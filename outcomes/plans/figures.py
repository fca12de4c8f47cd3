"""An indicator's baseline and targets: brought to the file as revisions, traced in one record per indicator."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from core import audit
from outcomes.models import Baseline, Indicator, Target
from outcomes.plans.merging import fingerprint, fingerprints_of, merge
from outcomes.plans.run import REASON, Run


class Figures:
    """The figures of one indicator in one run: bring the baseline, bring the targets, then record."""

    def __init__(self, run: Run, indicator: Indicator):
        self.run, self.indicator = run, indicator
        self.rows = run.standing.figures.get(indicator.pk, [])
        self.said_last = run.said_last(indicator)
        self.before: dict = {}
        self.after: dict = {}
        self.said: dict[str, str] = {}

    def bring_baseline(self, baseline: tuple[Decimal, date] | None) -> None:
        """A file without a baseline says that it knows none; it takes none away."""
        if baseline is None:
            return
        current = next((row for row in self._current(Baseline)), None)
        present = None if current is None else [current.value, current.on]
        if self._is_new("baseline", [*baseline], present):
            self._supersede(Baseline, current, value=baseline[0], on=baseline[1])

    def bring_targets(self, targets: dict[date, Decimal]) -> None:
        current = {target.due_on: target for target in self._current(Target)}
        for due_on, value in targets.items():
            target = current.get(due_on)
            if self._is_new(_key(due_on), value, target.value if target else None):
                self._supersede(Target, target, due_on=due_on, value=value)
        for due_on in sorted(set(current) - set(targets)):
            self._withdraw(current[due_on])

    def record(self) -> None:
        if self.said:
            self.run.record(self.indicator, "figures_set", self.before, self.after, self.said)

    def _current(self, model) -> list:
        return [row for row in self.rows if type(row) is model and row.is_current]

    def _is_new(self, key: str, wanted, present) -> bool:
        """Whether the file has a figure that is to be set; notes what it said, or what was kept against it."""
        merged = merge({key: present}, {key: wanted}, self.said_last)
        self.run.outcome.kept += [f"{self.indicator.code} {line}" for line in merged.kept]
        if not merged.values:
            return False
        self.said |= fingerprints_of({key: wanted})
        self.before[key], self.after[key] = audit.plain(present), audit.plain(wanted)
        self._say(key, present, wanted)
        return True

    def _say(self, key: str, before, after) -> None:
        if before is None and not self.said_last:
            return  # a new indicator: the line that says it was added is enough
        self.run.outcome.changes.append(f"{self.indicator.code}: {key}: {audit.plain(before)} -> {audit.plain(after)}")

    def _supersede(self, model, current, **values) -> None:
        """The next revision; the one before stays, with the moment it was superseded."""
        if current is not None:
            model.objects.filter(pk=current.pk).update(superseded_at=self.run.at)
        earlier = [row for row in self.rows if type(row) is model and _same_line(row, values)]
        revision = len(earlier) + 1
        self.run.new_figures.append(
            model(
                indicator=self.indicator,
                **values,
                revision=revision,
                recorded_at=self.run.at,
                recorded_by=self.run.by,
                reason=REASON if earlier else "",
            )
        )
        self.run.outcome.note(model, "changed" if current else "added")

    def _withdraw(self, target: Target) -> None:
        """A day that the file gave a target and gives none any more, unless somebody here set it otherwise."""
        key = _key(target.due_on)
        said = self.said_last.get(key, fingerprint(None))
        if said == fingerprint(None):
            return  # the file never spoke of this day: the target is somebody's own
        if said != fingerprint(target.value):
            self.run.outcome.kept.append(f"{self.indicator.code} {key}: changed here, and gone from the file")
            return
        Target.objects.filter(pk=target.pk).update(superseded_at=self.run.at)
        self.said[key] = fingerprint(None)
        self.before[key], self.after[key] = audit.plain(target.value), None
        self._say(key, target.value, None)
        self.run.outcome.note(Target, "changed")


def _same_line(row, values: dict) -> bool:
    """Revisions of one figure: of the baseline, or of the target of one day."""
    return isinstance(row, Baseline) or row.due_on == values["due_on"]


def _key(due_on: date) -> str:
    return f"target {due_on.isoformat()}"
