"""Reminders that an officer sends: to chosen bureaus, once a day each, and taken back as long as they have not gone."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext_lazy as _

from accounts.access import require
from accounts.models import Bureau
from core import audit
from core.errors import Conflict, Invalid, NotFound
from core.models import Period
from initiatives.chasing.debts import Debt, debts
from initiatives.chasing.records import Letter, LetterKind, LetterState, new_batch
from initiatives.chasing.writing import Company, letter

UNDO_WITHIN = timedelta(minutes=10)
MOST_AT_ONCE = 300


@dataclass
class Plan:
    """What a reminder would do: whom it reaches, and which of the chosen bureaus it leaves out, each with the reason."""

    period: Period
    reached: list[tuple[Debt, list]] = field(default_factory=list)
    owe_nothing: list = field(default_factory=list)
    told_today: list = field(default_factory=list)
    nobody_there: list = field(default_factory=list)

    @property
    def people(self) -> int:
        return sum(len(people) for _debt, people in self.reached)

    @property
    def left_out(self) -> int:
        return len(self.owe_nothing) + len(self.told_today) + len(self.nobody_there)


def plan_reminder(*, period: Period, bureaus: list, by, at: datetime) -> Plan:
    """Whom a reminder about the period would reach now; nothing is changed."""
    require(by, "reminder.send")
    owed = {debt.bureau.pk: debt for debt in debts(at=at, periods=[period])}
    company, told = Company.present(), _told_today(period, at)
    plan = Plan(period)
    for bureau in bureaus[:MOST_AT_ONCE]:
        people = company.reporters(bureau.pk)
        if bureau.pk not in owed:
            plan.owe_nothing.append(bureau)
        elif bureau.pk in told:
            plan.told_today.append(bureau)
        elif not people:
            plan.nobody_there.append(bureau)
        else:
            plan.reached.append((owed[bureau.pk], people))
    return plan


def _told_today(period: Period, at: datetime) -> set[int]:
    """Bureaus that an officer reminded on this day already, and did not take back."""
    return set(
        Letter.objects.filter(kind=LetterKind.CHASE, period=period, written_at__date=at.date())
        .exclude(state__in=[LetterState.UNDONE, LetterState.NOT_NEEDED])
        .values_list("bureau", flat=True)
    )


@transaction.atomic
def remind(*, period: Period, bureaus: list, by, at: datetime) -> UUID:
    """This will write a reminder to everyone who reports for the bureaus; it goes out ten minutes later.

    Answers the batch by which it can be taken back until then. Bureaus that owe nothing, were reminded today or have
    nobody to write to are left out; refused when none remains.
    """
    plan = plan_reminder(period=period, bureaus=bureaus, by=by, at=at)
    batch = new_batch()
    written = [
        letter(
            LetterKind.CHASE, f"{debt.bureau.code}:{period.code}:{at.date().isoformat()}", person, at, debt=debt,
            after=at + UNDO_WITHIN, asked_by=by, batch=batch,
        )
        for debt, people in plan.reached
        for person in people
    ]  # fmt: skip
    Letter.objects.bulk_create(written, ignore_conflicts=True)
    kept = list(Letter.objects.filter(batch=batch).select_related("bureau"))
    if not kept:
        raise Conflict(_("None of these bureaus can be reminded now."), code="nobody_to_remind")
    codes = sorted({one.bureau.code for one in kept})
    audit.record(
        at=at, by=by, action="reminders.asked", target=period,
        after={"batch": str(batch), "bureaus": codes, "letters": len(kept)},
    )  # fmt: skip
    return batch


@transaction.atomic
def take_back(*, batch: UUID, by, at: datetime) -> int:
    """This will take the letters of the batch back that have not gone yet. Answers how many; refused when all have.

    A letter that was taken back gives its key free, so that the bureau can be reminded again the same day.
    """
    require(by, "reminder.send")
    letters = Letter.objects.filter(batch=batch)
    found = letters.select_related("period").first()
    if found is None:
        raise NotFound(_("There is nothing here, or nothing that you may see."))
    undone = letters.filter(state=LetterState.WAITING, attempts=0).update(
        state=LetterState.UNDONE, key=Concat(F("key"), Value(f":undone:{batch}"))
    )
    if not undone:
        raise Conflict(_("These reminders have gone already."), code="gone")
    audit.record(
        at=at, by=by, action="reminders.undone", target=found.period, after={"batch": str(batch), "letters": undone}
    )
    return undone


@dataclass(frozen=True)
class Waiting:
    """A batch of reminders that can still be taken back."""

    batch: UUID
    period: str
    bureaus: int
    goes_at: datetime


def waiting_batches(*, by, at: datetime) -> list[Waiting]:
    """The person's own batches that have not gone yet, newest first. One query."""
    rows = Letter.objects.filter(asked_by=by, state=LetterState.WAITING, attempts=0, written_at__gt=at - UNDO_WITHIN)
    found: dict[UUID, list] = {}
    for batch, period, bureau, goes_at in rows.order_by("-written_at").values_list(
        "batch", "period__code", "bureau", "send_after"
    ):
        found.setdefault(batch, [period, set(), goes_at])[1].add(bureau)
    return [Waiting(batch, period, len(bureaus), goes_at) for batch, (period, bureaus, goes_at) in found.items()]


def chosen_bureaus(codes: list[str]) -> list[Bureau]:
    """The bureaus of the codes, in the order of their codes. Raises Invalid for none."""
    known = [code for code in codes[:MOST_AT_ONCE] if code.isprintable()]
    found = list(Bureau.objects.filter(code__in=known).order_by("code"))
    if not found:
        raise Invalid.on("bureaus", _("Choose at least one bureau."))
    return found
