"""What the page of one update needs to know: the work, the period, what stands, and what was said last time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.access import may, refusal
from core.errors import NotFound
from core.models import Period
from core.together import answered
from initiatives import flags
from initiatives.chasing.records import Extension
from initiatives.clocks import deadline, due_day
from initiatives.models import Evidence, Initiative, Update, UpdateValue
from outcomes.models import Indicator, Target


@dataclass
class Row:
    """An indicator of the work: the value that stands in the draft, last time's, and where it should be going."""

    indicator: Indicator
    value: UpdateValue
    previous: UpdateValue | None = None
    target: Target | None = None

    @property
    def number(self) -> Decimal | None:
        return flags.single(self.value.value, self.value.numerator, self.value.denominator)

    @property
    def odd(self) -> tuple[flags.Flag, ...]:
        return odd_between(self.value, self.previous, self.indicator)

    @property
    def unconfirmed(self) -> tuple[flags.Flag, ...]:
        return tuple(flag for flag in self.odd if flag not in self.value.confirmed)


def odd_between(value: UpdateValue, previous: UpdateValue | None, indicator: Indicator) -> tuple[flags.Flag, ...]:
    """What is odd about the value against last time's."""
    if previous is None:
        return ()
    now = flags.Measured(
        indicator.kind, indicator.direction, value.state,
        flags.single(value.value, value.numerator, value.denominator), indicator.jump_factor,
    )  # fmt: skip
    return flags.odd_about(now, flags.single(previous.value, previous.numerator, previous.denominator))


@dataclass
class Entry:
    """One initiative's update for one period, as one person meets it. `update` is None until the first save."""

    initiative: Initiative
    period: Period
    user: object
    update: Update | None
    previous: Update | None
    rows: list[Row] = field(default_factory=list)
    files: list = field(default_factory=list)

    @property
    def version(self) -> int:
        return self.update.version if self.update else 0

    @property
    def corrects(self) -> bool:
        """Whether a validated revision stands that this one would replace."""
        return bool(self.update and self.update.revision > 1 and self.update.stands)

    @property
    def was_taken_back(self) -> bool:
        """Whether its validation was taken back, so that it waits again."""
        return bool(self.update and self.update.revision > 1 and not self.update.stands)

    @property
    def delivery_falls(self) -> bool:
        """Whether the draft says that less is delivered than last time."""
        both = self.update and self.previous
        return bool(both) and flags.falls(self.update.delivery_percent, self.previous.delivery_percent)

    def is_pasted(self, name: str) -> bool:
        """Whether the draft's answer is word for word last time's."""
        both = self.update and self.previous
        return bool(both) and flags.is_pasted([getattr(self.update, name)], [getattr(self.previous, name)])

    @property
    def may_write(self) -> bool:
        return may(self.user, "update.write", bureau_id=self.initiative.lead_bureau_id)

    @cached_property
    def refusal(self):
        """Why the person may not write here, or None."""
        return refusal(self.user, "update.write", bureau_id=self.initiative.lead_bureau_id)

    @cached_property
    def extended_until(self) -> date | None:
        """Until when the bureau was given more time for the period."""
        if self.update is not None:
            return self.update.extended_until
        return Extension.objects.granted_until(self.initiative.lead_bureau_id, self.period.pk)

    @property
    def due_day(self) -> date:
        """The last day that is still in time; time that was granted counts."""
        return due_day(self.period, self.extended_until)

    @property
    def deadline(self) -> datetime:
        return deadline(self.period, self.initiative.lead_bureau, self.extended_until)

    def is_editable(self, on: date) -> bool:
        if self.update is None:
            return self.period.is_open(on)
        if not self.update.is_editable:
            return False
        return self.update.revision > 1 or self.update.submitted_at is not None or self.period.is_open(on)


def find_entry(*, code: str, period_code: str, user) -> Entry:
    """The work and its latest revision for the period. Raises NotFound for what is absent or hidden."""
    work, periods, updates = answered(
        Initiative.objects.visible_to(user).select_related("lead_bureau").filter(code=code), Period.objects.filter(code=period_code),
        _updates(user).filter(initiative__code=code, period__code=period_code).order_by("-revision")[:1],
    )  # fmt: skip
    if not work or not periods:
        raise NotFound(_("There is nothing here, or nothing that you may see."))
    update = updates[0] if updates else None
    if update is not None:
        update.initiative, update.period = work[0], periods[0]
    return _filled(work[0], periods[0], update, user)


def entry_of(*, update_id: int, user) -> Entry:
    """One revision by its number. Raises NotFound for what is absent or hidden."""
    update = _updates(user).select_related("initiative__lead_bureau", "period").filter(pk=update_id).first()
    if update is None:
        raise NotFound(_("There is nothing here, or nothing that you may see."))
    return _filled(update.initiative, update.period, update, user)


def _updates(user):
    people = ("author", "submitted_by", "returned_by", "validated_by", "approved_by")
    standing = Update.objects.current().filter(initiative=OuterRef("initiative"), period=OuterRef("period"))
    seen = Update.objects.visible_to(user).select_related(*people)
    return seen.with_previous().with_due().annotate(stands=Exists(standing))


def _filled(initiative, period, update, user) -> Entry:
    values = _values(initiative, update)
    files = update.evidence.filter(removed_at=None) if update else Evidence.objects.none()
    previous, values, targets, files = answered(
        _previous(initiative, period, update, user), values, _targets(initiative, update), files
    )
    entry = Entry(initiative, period, user, update, previous[0] if previous else None)
    entry.rows, entry.files = _rows(entry, values, next_targets(targets, period.end_on)), files
    return entry


def _previous(initiative, period, update, user) -> QuerySet:
    """What the bureau said before, one row at most."""
    if update is not None and update.previous_id is None:
        return Update.objects.none()
    found = Update.objects.current().visible_to(user).select_related("period").prefetch_related("values")
    if update is not None:
        return found.filter(pk=update.previous_id)
    earlier = found.filter(initiative=initiative, period__start_on__lt=period.start_on)
    return earlier.order_by("-period__start_on")[:1]


def _rows(entry: Entry, values: list, targets: dict[int, Target]) -> list[Row]:
    """What is asked for: what was answered, or where nobody has begun the indicators themselves."""
    if entry.update is None:
        values = [UpdateValue(indicator=indicator) for indicator in values]
    last = {value.indicator_id: value for value in entry.previous.values.all()} if entry.previous else {}
    return [
        Row(value.indicator, value, last.get(value.indicator_id), targets.get(value.indicator_id)) for value in values
    ]


def _values(initiative, update) -> QuerySet:
    """The values of the update; of none the indicators that it would answer."""
    if update is not None:
        return update.values.select_related("indicator")
    return initiative.indicators.measured().order_by("code")


def _targets(initiative, update) -> QuerySet:
    asked = initiative.indicators.measured().values("pk") if update is None else update.values.values("indicator")
    return Target.objects.current().filter(indicator__in=asked).order_by("due_on")


def next_targets(targets: Iterable[Target], on: date) -> dict[int, Target]:
    """Of the targets in the order of their days the next one of each indicator from the day on, else its last one."""
    found: dict[int, Target] = {}
    for target in targets:
        held = found.get(target.indicator_id)
        if held is None or held.due_on < on:
            found[target.indicator_id] = target
    return found
