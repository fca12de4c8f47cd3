"""What calls of the API, a validation and the summaries cost."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from django.db import connection
from django.utils import timezone

from bench.blocks import undone
from bench.door import Door
from bench.floors import call_floor, copy_floor, questions_of
from bench.goals import Goal
from bench.pairs import against, spent
from dashboard.finding import COLUMNS, linked, with_columns
from initiatives import delivery, life
from initiatives.choices import ReturnReason
from initiatives.models import Initiative, Update
from outcomes import rollup

LISTS = ("initiatives", "updates", "measurements")
BARE = "UPDATE initiatives_update SET state = 'validated', validated_at = now(), validated_by_id = %s, version = version + 1 WHERE id = %s"


def call_goals(door: Door) -> list[Goal]:
    """Lists of the API against their questions by hand and the same rows as JSON."""
    goals = []
    for name in LISTS:
        for size, limit in ((100, 2.5), (1000, 2.0)):
            path = f"/api/v1/{name}/?page_size={size}"
            floor = call_floor(questions_of(door.asks(path)))
            found = against(floor, door.asks(path))
            goals.append(Goal(f"API: {size} {name}", limit, found.ratio, said=f"{found.ms:.1f} ms against {found.floor_ms:.1f}"))
    return goals


BESIDE = ("result_codes", "area_codes", "capability_names", "said_delivery_percent", "said_delivery_status", "updated_at")
PLAIN = (
    "code", "title", "language", "summary", "lead_bureau__code", "lead_bureau__region__code", "status", "starts_on",
    "ends_on", "handling", *BESIDE,
)  # fmt: skip


def export_goals(door: Door, reader) -> list[Goal]:
    """The list of work as a file against the same rows as the database itself writes CSV, with nothing made harmless or named."""
    rows = with_columns(Initiative.objects.visible_to(reader).order_by("-updated_at", "-id"), COLUMNS, reader)
    rows = rows.annotate(capability_names=linked(Initiative.capabilities, "capability__code")).values_list(*PLAIN)
    with connection.cursor() as cursor:
        asked = cursor.mogrify(*rows.query.sql_with_params()).decode()
    found = against(copy_floor(asked), door.asks("/initiatives/table.csv"), clock=time.perf_counter, pairs=9)
    return [Goal("CSV of all work", 1.5, found.ratio, "x COPY", f"{found.ms:.0f} ms against {found.floor_ms:.0f}")]


def change_goals(officer) -> list[Goal]:
    """Validating an update with its figures against a change of its state that moves no figure, through the product (lock, right,
    version, trail), and against one UPDATE without any of these (decision 39); a branch; everything.
    """
    waiting = Update.objects.waiting().filter(values__state="reported").exclude(author=officer).first()
    at = timezone.now()

    def validate():
        life.validate(update_id=waiting.pk, version=waiting.version, by=officer, at=at)

    def bare():
        with connection.cursor() as cursor:
            cursor.execute(BARE, [officer.pk, waiting.pk])

    def give_back():
        life.return_to_author(
            update_id=waiting.pk, version=waiting.version, reason_code=ReturnReason.UNCLEAR, comment="Which ports?", by=officer, at=at
        )

    found = against(lambda: undone(bare), lambda: undone(validate), clock=time.perf_counter)
    beside = against(lambda: undone(give_back), lambda: undone(validate), clock=time.perf_counter)
    return [
        Goal("validating, against returning", 7, beside.ratio, "x return", f"{beside.ms:.1f} ms against {beside.floor_ms:.1f}"),
        Goal("the same, against one bare UPDATE", None, found.ratio, "x bare", f"{found.ms:.1f} ms against {found.floor_ms:.1f}"),
        _branch(waiting),
        _everything(),
    ]  # fmt: skip


def _branch(waiting) -> Goal:
    indicator, at = waiting.values.filter(state="reported").first().indicator, timezone.now()

    def refresh():
        rollup.refresh_branches([indicator], waiting.period, at=at, bureaus=[waiting.initiative.lead_bureau])

    took = min(spent(lambda: undone(refresh)) for _round in range(5))
    return Goal("one branch of figures computed anew", 30, round(took, 1), "ms")


def _everything() -> Goal:
    at, began = datetime.now(UTC), time.process_time()
    differing = rollup.rebuild(at=at, check_only=True) + delivery.rebuild(at=at, check_only=True)
    if differing:
        raise AssertionError(f"{len(differing)} figures differ from what is recorded: {differing[0]}")
    return Goal("all figures computed anew", 20, round(time.process_time() - began, 1), "s")
