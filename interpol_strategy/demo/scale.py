"""A large installation: very many invented initiatives, updates and values on top of the demonstration."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Bureau, BureauKind, Role, User
from core import audit
from core.errors import Conflict, Invalid
from core.models import Installation
from dashboard import counting
from initiatives import delivery
from initiatives.models import Initiative
from interpol_strategy.demo import scale_rows, scale_tables
from interpol_strategy.demo.seeding import is_seeded, seed
from outcomes import rollup

HOUSE = "@scale.invalid"
MOST_VALUES = 4


@dataclass(frozen=True)
class Scale:
    """How much of everything to make."""

    bureaus: int
    initiatives: int
    updates: int
    measurements: int


def seed_scale(wanted: Scale, *, on: date, at: datetime, password: str, say: Callable[[str], None]) -> None:
    """This will add exactly that much invented work, the same for the same day, and all summaries; all or nothing.

    Refused: where DEMO is off, where it was done before, and for more than the plans' periods and indicators can hold:
    one update for each initiative and period, and four values for each validated update.
    """
    _require_demonstration()
    if not is_seeded():
        seed(on=on, password=password, at=at, say=say)
    with transaction.atomic():
        rollup.take_time()
        people = _register(_bureaus(wanted.bureaus), on)
        say(f"{len(people)} people for {wanted.bureaus} bureaus")
        scale_rows.prepare(
            on=on, initiatives=wanted.initiatives, updates=wanted.updates, values=MOST_VALUES, last=_last_number(), house=HOUSE
        )  # fmt: skip
        full, rest = _values_each(wanted)
        with scale_tables.laid_bare():
            scale_rows.run(scale_rows.INITIATIVES, on=on)
            scale_rows.run(scale_rows.SHARES)
            say(f"{wanted.initiatives} initiatives")
            _tell(people[-1], full, rest, say)
            say("indexes, keys and rules over all of it")
        scale_rows.take_stock()
        say("roll-ups of results")
        rollup.rebuild(at=at)
        say("roll-ups of delivery")
        delivery.rebuild(at=at)
        counting.count_anew()
        _leave_a_record(wanted, at)
    scale_rows.tidy_up()


def _require_demonstration() -> None:
    if not settings.DEMO:
        raise Conflict(_("Demonstration data is loaded only where DEMO is on."))
    if User.objects.filter(email__endswith=HOUSE).exists():
        raise Conflict(_("The large demonstration data is here already."))


def _bureaus(many: int) -> list[Bureau]:
    found = list(Bureau.objects.filter(kind=BureauKind.NCB, is_active=True).order_by("code")[:many])
    if not 0 < many == len(found):
        raise Invalid.on("bureaus", _("There are %(n)s bureaus.") % {"n": len(found)})
    return found


def _register(bureaus: list[Bureau], on: date) -> list[User]:
    """One author for each bureau, and last the officer who reviews; none of them can sign in."""
    shut = make_password(None)
    people = [
        User(email=f"scale.{bureau.code.lower()}{HOUSE}", full_name=f"Author {bureau.code}", role=Role.LIAISON,
             bureau=bureau, language=bureau.language, password=shut)
        for bureau in bureaus
    ]  # fmt: skip
    people.append(User(email=f"reviewer{HOUSE}", full_name="Reviewer", role=Role.OFFICER, clearance=3, password=shut))
    return User.objects.bulk_create(people)


def _last_number() -> int:
    last = Initiative.objects.filter(code__startswith="IN-").order_by("-code").values_list("code", flat=True).first()
    return int(last.removeprefix("IN-")) if last else 0


def _values_each(wanted: Scale) -> tuple[int, int]:
    """How many values each update carries, and up to which update's place one more."""
    made, validated = scale_rows.counted()
    if made < wanted.updates:
        raise Invalid.on("updates", _("At most %(n)s updates: one for each initiative and period.") % {"n": made})
    if wanted.measurements > validated * MOST_VALUES:
        raise Invalid.on(
            "measurements", _("At most %(n)s values: four for each update.") % {"n": validated * MOST_VALUES}
        )
    full, rest = divmod(wanted.measurements, validated) if validated else (0, 0)
    return full, scale_rows.place_of(rest)


def _tell(reviewer: User, full: int, rest: int, say) -> None:
    """The updates with their values, and the measurements of those that were validated, period by period."""
    for turn in scale_rows.turns():
        updates = scale_rows.run(scale_rows.UPDATES, turn=turn, reviewer=reviewer.pk)
        measured = scale_rows.run(scale_rows.VALUES, turn=turn, full=full, rest=rest, reviewer=reviewer.pk)
        say(f"{updates} updates and {measured} measurements of a quarter")


def _leave_a_record(wanted: Scale, at: datetime) -> None:
    made = {"bureaus": wanted.bureaus, "initiatives": wanted.initiatives, "updates": wanted.updates,
            "measurements": wanted.measurements}  # fmt: skip
    audit.record(at=at, by=None, action="demonstration.enlarged", target=Installation.objects.get(pk=1), after=made)
