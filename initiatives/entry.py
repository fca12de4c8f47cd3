"""What the page of one update needs to know: the work, the period, what stands, and what was said last time."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Exists, OuterRef
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.access import may, refusal
from core.errors import NotFound
from core.models import Period
from initiatives import flags
from initiatives.chasing.records import Extension
from initiatives.clocks import deadline, due_day
from initiatives.models import Initiative, Update, UpdateValue
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
    initiative = Initiative.objects.visible_to(user).select_related("lead_bureau").filter(code=code).first()
    period = Period.objects.filter(code=period_code).first() if initiative else None
    if period is None:
        raise NotFound(_("There is nothing here, or nothing that you may see."))
    update = _updates(user).filter(initiative=initiative, period=period).order_by("-revision").first()
    if update is not None:
        update.initiative, update.period = initiative, period
    return _filled(initiative, period, update, user)


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
    entry = Entry(initiative, period, user, update, _previous(initiative, period, update, user))
    entry.rows = _rows(entry)
    entry.files = list(update.evidence.filter(removed_at=None)) if update else []
    return entry


def _previous(initiative, period, update, user) -> Update | None:
    if update is not None and update.previous_id is None:
        return None
    found = Update.objects.current().visible_to(user).select_related("period").prefetch_related("values")
    if update is not None:
        return found.filter(pk=update.previous_id).first()
    earlier = found.filter(initiative=initiative, period__start_on__lt=period.start_on)
    return earlier.order_by("-period__start_on").first()


def _rows(entry: Entry) -> list[Row]:
    values = _values(entry)
    last = {value.indicator_id: value for value in entry.previous.values.all()} if entry.previous else {}
    targets = targets_of([value.indicator_id for value in values], entry.period.end_on)
    return [
        Row(value.indicator, value, last.get(value.indicator_id), targets.get(value.indicator_id)) for value in values
    ]


def _values(entry: Entry) -> list[UpdateValue]:
    if entry.update is not None:
        return list(entry.update.values.select_related("indicator"))
    indicators = entry.initiative.indicators.measured().order_by("code")
    return [UpdateValue(indicator=indicator) for indicator in indicators]


def targets_of(indicator_ids, on: date) -> dict[int, Target]:
    """The next target of each indicator from the day on, else its last one."""
    found: dict[int, Target] = {}
    for target in Target.objects.current().filter(indicator__in=indicator_ids).order_by("due_on"):
        held = found.get(target.indicator_id)
        if held is None or held.due_on < on:
            found[target.indicator_id] = target
    return found
