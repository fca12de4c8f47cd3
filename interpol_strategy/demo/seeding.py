"""Raising the curtain: the whole demonstration in one transaction, in the order in which it would have happened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from accounts.loading import load_accounts_reference
from accounts.models import User
from core import audit
from core.errors import Conflict, Invalid
from core.models import Installation
from dashboard import counting
from goals.models import PlanKind
from initiatives import delivery
from initiatives.loading import load_crime_areas
from initiatives.models import Initiative
from interpol_strategy.demo.chasing import ask_for_more_time
from interpol_strategy.demo.closing import assess_closed_strategy
from interpol_strategy.demo.organisation import record_own_figures, weigh_and_judge
from interpol_strategy.demo.people import register_cast
from interpol_strategy.demo.play import curtain, open_periods, perform
from interpol_strategy.demo.promises import promise_all
from interpol_strategy.demo.reporting import define_reports
from interpol_strategy.demo.revisions import revise_targets
from interpol_strategy.demo.rows import write_initiatives, write_measurements, write_updates
from interpol_strategy.demo.stage import Stage, set_stage
from interpol_strategy.demo.work import sketch_all
from outcomes import rollup

PERIOD_DAYS = ("start_on", "end_on", "due_on", "closes_on")
BEFORE_ALL = datetime.combine(date(2021, 12, 1), time(9), UTC)


@dataclass(frozen=True)
class Seeded:
    """What was made, counted."""

    people: int
    initiatives: int
    updates: int
    measurements: int
    records: int


def is_seeded() -> bool:
    return Installation.objects.filter(demonstration=True).exists()


def seed(*, on: date, password: str, at: datetime, say: Callable[[str], None] = lambda line: None) -> Seeded:
    """This will fill an empty installation with invented data as of the day `on`; `at` is the real moment.

    Refused: where DEMO is off, where people or initiatives are already there, before the framework has begun,
    and while the plans are not loaded.
    """
    _require_empty()
    with transaction.atomic():
        load_accounts_reference(at=at)
        load_crime_areas(at=at)
        stage = set_stage(on)
        _require_plans(stage)
        seeded = _perform(stage, password, say)
        Installation.objects.update_or_create(pk=1, defaults={"demonstration": True, "demonstration_on": on})
        say("roll-ups")
        rollup.rebuild(at=at)
        delivery.rebuild(at=at)
        counting.settle()
        _take_stock()
    return seeded


def _take_stock() -> None:
    """This will tell the planner how large the tables have become. The server finds out by itself, after the first readers."""
    tables = {model._meta.db_table for model in apps.get_models()}
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {', '.join(sorted(tables))}")


def _require_empty() -> None:
    if not settings.DEMO:
        raise Conflict(_("Demonstration data is loaded only where DEMO is on."))
    if is_seeded():
        raise Conflict(_("The demonstration data is here already."))
    if User.objects.exists() or Initiative.objects.exists():
        raise Conflict(_("There are people or initiatives here; invented data is never mixed with them."))


def _require_plans(stage: Stage) -> None:
    if set(stage.plans) != set(PlanKind.values):
        raise Conflict(_("The plans are not loaded yet: run load_plans first."))
    if stage.on < stage.plans[PlanKind.FRAMEWORK].start_on:
        raise Invalid.on("on", _("The demonstration takes place after the framework has begun."))


def _perform(stage: Stage, password: str, say) -> Seeded:
    entries = register_cast(stage, password=password, at=BEFORE_ALL)
    now = curtain(stage.on)
    periods = open_periods(stage, at=BEFORE_ALL)
    entries += [
        audit.Entry(BEFORE_ALL, stage.people["officer"], "period.added", one, {}, audit.snapshot(one, PERIOD_DAYS))
        for one in periods
    ]
    sketches = sketch_all(stage)
    courses, promised = promise_all(stage, sketches)
    say(f"{len(stage.people)} people, {len(stage.periods)} periods, {len(courses)} indicators with a course")
    initiatives, registered = write_initiatives(stage, sketches, now=now)
    tales = perform(stage, sketches, courses)
    say(f"{len(initiatives)} initiatives, {len(tales)} updates")
    updates, told = write_updates(stage, tales, initiatives)
    measured = write_measurements(tales, updates) + record_own_figures(stage, courses)
    say(f"{len(measured)} measurements")
    entries += [*promised, *registered, *told, *measured, *weigh_and_judge(stage), *define_reports(stage)]
    entries += assess_closed_strategy(stage) + ask_for_more_time(stage) + revise_targets(stage)
    entries.sort(key=lambda entry: entry.at)
    audit.record_many(entries)
    return Seeded(len(stage.people), len(initiatives), len(updates), len(measured), len(entries))
