"""The bureaus and their work as pages read them: who has reported, who has not, and how each bureau stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from accounts.access import Colleague, Reader, colleague_of, reader_of, sight
from accounts.models import Bureau, Region, User
from accounts.naming import name_key
from core.answers import answers_of
from core.errors import NotFound
from core.models import AuditRecord
from core.questions import columns_of, record
from core.together import Steps, only, rows_steps
from dashboard import stood
from dashboard.asked import Asked
from dashboard.beside_region import parts_of_bureaus, region_steps, regions_in
from dashboard.counting import Told, reporting_asked, reporting_in
from dashboard.figures import Figure, Figures, figures_in, figures_steps
from dashboard.heat import region_of
from dashboard.plain import PlainAsked, plain
from dashboard.summary_rows import summary, summary_asked
from goals.models import Aim, Plan
from initiatives.choices import OPEN_STATES
from initiatives.clocks import due_day
from initiatives.extensions import granted_in, latest_days
from initiatives.models import Initiative, Update

MOST_UPDATES, MOST_PERIODS = 40, 6


@dataclass(frozen=True)
class Duty:
    """How one bureau stands with its reporting for a period: counts of updates of the work that the reader may see."""

    bureau: Bureau
    due: int
    sent: int
    validated: int
    last_sent_at: object = None
    due_on: object = None
    is_extended: bool = False

    @property
    def missing(self) -> int:
        return self.due - self.sent

    @property
    def is_complete(self) -> bool:
        return self.missing <= 0


def read_duties(question: Asked, period) -> list[Duty]:
    """Every bureau that leads work in the period, the most behind first. One query, of what is counted as work changes."""
    return question.together(duty_steps(question, period))[0]


def duty_steps(question: Asked, period) -> Steps[list[Duty]]:
    """The same, to be read beside something else. One round."""
    if period is None:
        return []
    told, bureaus, granted = yield [
        reporting_asked(reader_of(question.user), [period.pk]), Bureau.objects.select_related("region").order_by(),
        granted_in((period.pk,)),
    ]  # fmt: skip
    told, granted = reporting_in(told), latest_days(granted)
    duties = [
        Duty(bureau, *told[bureau.pk, period.pk], due_on=due_day(period, granted.get((bureau.pk, period.pk))))
        for bureau in bureaus
        if (bureau.pk, period.pk) in told
    ]
    return sorted(duties, key=lambda duty: (-duty.missing, name_key(duty.bureau)))


def last_due_period(question: Asked):
    """The newest period whose due date has passed."""
    return next((p for p in question.periods if p.due_on < question.today), None)


def last_reported(question: Asked):
    """The period that was asked for, else the last one that has been due."""
    return question.period if question.period_code else last_due_period(question) or question.period


@dataclass(frozen=True)
class BureauView:
    """One bureau: how its part of each aim stands, and beside it its region's, its duties, its people and its work."""

    bureau: Bureau
    period: object
    duty: Duty | None
    aims: list
    figures: Figures
    people: list
    initiatives: list
    reporting: list
    region: dict[int, Figure]


def bureau_in(rows) -> Bureau:
    """The bureau that rows of `bureau_at` say. Raises NotFound where there is none."""
    for row in rows:
        many = len(columns_of(Bureau))
        found, found.region = record(Bureau, row[:many]), record(Region, row[many:])
        return found
    raise NotFound(_("There is nothing here, or nothing that you may see."))


def bureau_at(code: str):
    """The bureau of the code, with its region."""
    return Bureau.objects.filter(code=code).values_list(*columns_of(Bureau), *columns_of(Region, "region__"))


def read_bureau(question: Asked, code: str) -> BureauView:
    """How the bureau stands and what it leads. Two queries; a day in the past is worked out anew. Raises NotFound."""
    found, aims = question.together(rows_steps(bureau_at, code), rows_steps(aims_with_plans))
    bureau = bureau_in(found)
    if question.moment is not None:
        return _read_bureau_then(question, bureau, _aims(aims))
    asked, reader = plain(question), reader_of(question.user)
    answers = answers_of(*bureau_asked(asked, reader, colleague_of(question.user), bureau.pk, aims))
    return bureau_view(asked, reader, bureau, aims, [one.rows for one in answers])


def _read_bureau_then(question: Asked, bureau: Bureau, aims: list[Aim]) -> BureauView:
    nodes, periods = {"aim": [aim.pk for aim in aims]}, question.periods[:MOST_PERIODS]
    figures, told, work, people, granted, region = question.together(
        figures_steps(question, plans={aim.plan_id for aim in aims}, periods=[question.period], nodes=nodes, bureau=bureau),
        _told_then(question, bureau.pk, periods),
        only(stood.work_of_bureau(question, bureau.pk, Line._fields)[:MOST_UPDATES]),
        rows_steps(_people_of, colleague_of(question.user), bureau.pk),
        rows_steps(granted_in, tuple(sorted(period.pk for period in periods))),
        region_steps(question, region_of(bureau), aims),
    )
    reporting = _reporting(bureau, periods, told, latest_days(granted))
    return _view(question, bureau, aims, figures, people, work, reporting, region)


def bureau_asked(asked: PlainAsked, reader: Reader, colleague: Colleague, bureau_id: int, aims) -> tuple:
    """The questions for a bureau's figures, its work, what of it is due and was told of, more time, its people, and for the parts
    of all bureaus, of which its region's figures are made.
    """
    periods = tuple(one.pk for one in asked.periods[:MOST_PERIODS])
    keys = [aim.pk for aim in _aims(aims)]
    return (
        (summary, *summary_asked({"aim": keys}, [asked.period], None, bureau_id)),
        (_latest_work_now, reader, bureau_id),
        reporting_asked(reader, periods, bureau_id),
        (granted_in, tuple(sorted(periods))),
        (_people_of, colleague, bureau_id),
        (parts_of_bureaus, tuple(keys), asked.period.pk if asked.period else None),
    )


def bureau_view(asked: PlainAsked, reader: Reader, bureau: Bureau, aims, found: list[list[tuple]]) -> BureauView:
    """What rows of `aims_with_plans` and those of `bureau_asked` say."""
    figures, work, told, granted, people, parts = found
    periods = asked.periods[:MOST_PERIODS]
    counted = {period: one for (_bureau, period), one in reporting_in(told).items()}
    reporting = _reporting(bureau, periods, counted, latest_days(granted))
    region = regions_in(reader, region_of(bureau), parts)
    return _view(asked, bureau, _aims(aims), figures_in(reader, figures, kept=asked.kept), people, work, reporting, region)


def _view(question, bureau: Bureau, aims, figures, people, work, reporting, region) -> BureauView:
    duty = next((one for period, one in reporting if period == question.period), None)
    known = [Person(*row) for row in people], [Line(*row) for row in work]
    return BureauView(bureau, question.period, duty, aims, figures, *known, reporting, region)


class Person(NamedTuple):
    """Somebody of a bureau, as its page names them."""

    full_name: str
    role: str
    email: str


def _people_of(reader: Colleague, bureau_id: int):
    people = User.objects.active().filter(sight(reader).people(), bureau=bureau_id)
    return people.order_by("full_name").values_list(*Person._fields)


def _aims(rows) -> list[Aim]:
    """The aims that rows of `aims_with_plans` say, each with its plan."""
    many, found = len(columns_of(Aim)), []
    for row in rows:
        aim, aim.plan = record(Aim, row[:many]), record(Plan, row[many:])
        found.append(aim)
    return found


def aims_with_plans():
    """The aims of the plans in force."""
    aims = Aim.objects.filter(plan__in=Plan.objects.in_force()).order_by("plan", "number")
    return aims.values_list(*columns_of(Aim), *columns_of(Plan, "plan__"))


class Line(NamedTuple):
    """A piece of work in a list."""

    code: str
    title: str
    language: str
    status: str
    handling: int


SPAN = ("pk", "starts_on", "ends_on", "status")
STATES = ("initiative", "period", "state", "pk")


def _latest_work_now(reader: Reader, bureau_id: int):
    work = Initiative.objects.visible_to(reader).led_by(bureau_id)
    return work.order_by("-updated_at", "-id").values_list(*Line._fields)[:MOST_UPDATES]


def _reporting(bureau: Bureau, periods, told: dict[int, Told], granted: dict) -> list:
    """How the bureau reported in the periods: due, sent, validated."""
    return [(one, _duty_of(bureau, one, told.get(one.pk, Told()), granted.get((bureau.pk, one.pk)))) for one in periods]


def _told_then(question: Asked, bureau_id: int, periods) -> Steps[dict[int, Told]]:
    """By period how much of the bureau's work ran, was told of, and was validated. Three rounds."""
    work = yield from only(stood.work_of_bureau(question, bureau_id, SPAN))
    rows = Update.objects.filter(initiative__in=[row[0] for row in work], period__in=periods, revision=1)
    found = yield from only(rows.values_list(*STATES))
    then = yield from _states_then(question, [row[3] for row in found])
    states = {(row[0], row[1]): then[row[3]] for row in found if row[3] in then}
    told = {}
    for period in periods:
        known = [states.get((pk, period.pk)) for pk in _running(work, period)]
        sent = [state for state in known if state and state not in OPEN_STATES]
        told[period.pk] = Told(len(known), len(sent), sum(state == "validated" for state in sent))
    return told


def _states_then(question: Asked, updates: list[int]) -> Steps[dict[int, str]]:
    """The state of each update at the moment, as the trail tells it; nothing for those that had not been begun. One round."""
    acts = AuditRecord.objects.filter(
        target_type="initiatives.update", target_id__in=list(map(str, updates)), at__lte=question.moment
    ).filter(after__has_key="state")
    return {int(pk): state for pk, state in (yield from only(acts.order_by("seq").values_list("target_id", "after__state")))}


def _duty_of(bureau, period, told: Told, extended_until) -> Duty:
    due_on = due_day(period, extended_until)
    return Duty(bureau, *told, due_on=due_on, is_extended=due_on != period.due_on)


def _running(work: list[tuple], period) -> list[int]:
    return [pk for pk, starts, ends, status in work
            if starts <= period.end_on and ends >= period.start_on and status != "cancelled"]  # fmt: skip
