"""The demonstration made large: exactly as much as was asked for, by the rules of the tables, and still quick to read."""

from __future__ import annotations

import sys
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import F, Sum
from django.test import Client, override_settings
from django.utils import timezone

from accounts.models import Bureau, BureauKind, User
from bench.blocks import touched_by, touched_by_act, undone
from core.models import AuditRecord
from dashboard import counting
from goals.models import Plan
from initiatives import delivery, life
from initiatives.models import Contribution, Initiative, Update, UpdateValue
from interpol_strategy.demo import scale_rows
from outcomes import rollup
from outcomes.models import Measurement, RollUp
from tests import demonstration
from tests.visits import Story

ASKED = {"bureaus": 10, "initiatives": 1_000, "updates": 5_000, "measurements": 10_000}
COUNTED = (Initiative, Update, Measurement)
NATIONAL = Bureau.objects.filter(kind=BureauKind.NCB, is_active=True).order_by("code")
PAGES = (
    "/", "/strategy/", "/strategy/framework-2026-2030/2/", "/strategy/framework-2026-2030/2/1/", "/bureaus/",
    "/bureaus/SN/", "/initiatives/", "/initiatives/?status=active", "/initiatives/?search=ports",
    "/api/v1/initiatives/?page_size=100", "/api/v1/updates/?page_size=100", "/api/v1/measurements/?page_size=100",
)  # fmt: skip
TOO_MUCH = (
    ({"bureaus": 197}, "196 bureaus"),
    ({"updates": 30_000}, "one for each initiative and period"),
    ({"measurements": 40_000}, "four for each update"),
    ({"initiatives": -1}, "not fewer than none"),
)
# What an officer reads about all work at once: each reads more where there is more, by an index alone, up to a measure.
# Home looks at the first hundred updates that wait, as Review does, to say how many are odd.
READING = {
    "/": 2_400, "/bureaus/": 400, "/initiatives/": 400, "/initiatives/?search=ports": 3_600,
    "/initiatives/?search=IN-000400": 300, "/initiatives/?ordering=title": 400, "/initiatives/?ordering=ends_on": 400,
    "/changes/": 1_500, "/timeline/": 900, "/timeline/?show=late": 900, "/data-quality/": 3_000,
    "/reporting/": 350, "/review/": 3_600, "/review/decided/": 2_000, "/periods/": 80, "/periods/{period}/": 120,
    "/explain/plan/{plan}/?measure=delivery": 400, "/explain/aim/{aim}/?measure=delivery": 400,
    "/explain/aim/{aim}/?measure=delivery&period=2024-Q2": 400,
}  # fmt: skip
# What a bureau reads of its own work, of which it leads a hundred pieces here, each with five updates.
ITS_OWN = {"/": 1_300, "/my-reporting/": 1_300, "/updates/{code}/{period}/sent/": 1_100}
# How many times the blocks of a page may grow while the demonstration grows fourfold and more.
MOST_GROWTH = 1.2
A_FEW_PAGES = 8  # on which somebody was just looking at a row
ROOM = 160  # blocks: a level of an index, and a page of rows that lie in other blocks
ROOM_OF_A_VALIDATION = 350  # blocks: the bureau's own work for the same results and its own answers, a hundredfold here
ROOM_OF_MANY_ROWS = 1_500  # blocks: a hundred rows of a list, which have more links beside them than the first ones have
ROOM_OF_A_PART = 3_600  # blocks: of what a filter or search finds a thousand are looked up by their keys, for its facets


BLOCKS_OF_A_VALIDATION = 2_500  # of the demonstration: 1,500 to 2,000, by how much room the pages of the summary have just then
# Calls of Python: what every validation takes (the update, its values, the trail, a hundred pieces of work), and for each row of the summary what
# there is to be read beside it, worked out and written.
CALLS_OF_A_VALIDATION = 14_000
CALLS_PER_ROW = 150


class Grown:
    """Blocks and questions of each page before and after, and how many rows there were before."""

    def __init__(self):
        self.reader = Client()
        self.reader.force_login(Story.told().people["leader"])
        self.door = Client()
        self.door.force_login(Story.told().people["officer"])
        for one in (self.reader, self.door):
            one.get("/method/")
        plan = Plan.objects.get(code="framework-2026-2030")
        self.names = {"plan": plan.pk, "aim": plan.aims.get(number=2).pk, "period": Update.objects.order_by("pk").last().period.code}
        self.officer = Story.told().people["officer"]
        waiting = Update.objects.waiting().filter(values__state="reported").exclude(author=self.officer)
        grows = list(NATIONAL.values_list("pk", flat=True)[: ASKED["bureaus"]])
        self.waiting = {
            "a bureau whose own work grew": waiting.filter(initiative__lead_bureau__in=grows).first(),
            "a bureau whose work is as it was": waiting.exclude(initiative__lead_bureau__in=grows).first(),
        }
        self.before = self._measured()
        self.there = [model.objects.count() for model in COUNTED]
        self.worked = [self._worked(one) for one in self.waiting.values()]
        call_command("seed_scale", **ASKED, on=Story.told().today, stdout=StringIO())
        self.left = _pages_left()
        _tidy()
        self.after = self._measured()
        self.own = self._read_by_a_liaison()
        self.worked += [self._worked(one) for one in self.waiting.values()]

    def _measured(self):
        _tidy()
        found = {path: touched_by(self.reader, path) for path in PAGES}
        found |= {whose: touched_by_act(self._validate(one)) for whose, one in self.waiting.items()}
        with override_settings(ANSWERS_AT_ONCE=0):  # as on an installation where nobody could wait for them
            return found | {("officer", path): touched_by(self.door, path.format(**self.names)) for path in READING}

    def _read_by_a_liaison(self):
        """Of a bureau whose own work grew: its pages of what is due, and of an update that it sent."""
        person = User.objects.filter(email__endswith="@scale.invalid", role="liaison").order_by("email").first()
        sent = Update.objects.filter(initiative__lead_bureau=person.bureau, state="validated").select_related("initiative", "period")
        names = {"code": sent.first().initiative.code, "period": sent.first().period.code}
        liaison = Client()
        liaison.force_login(person)
        return {path: touched_by(liaison, path.format(**names)) for path in ITS_OWN}

    def _validate(self, update, at=None):
        return lambda: life.validate(update_id=update.pk, version=update.version, by=self.officer, at=at or timezone.now())

    def _worked(self, update) -> tuple[int, int]:
        """How many calls of Python a validation takes, and how many rows of the summary it writes; it is taken back."""
        at, calls, rows = timezone.now(), 0, 0

        def count(_frame, event, _what):
            nonlocal calls
            calls += event in ("call", "c_call")

        def act():
            nonlocal rows
            sys.setprofile(count)
            try:
                self._validate(update, at)()
            finally:
                sys.setprofile(None)
            rows = RollUp.objects.filter(computed_at=at).count()

        undone(self._validate(update, at))
        undone(act)
        return calls, rows


def _tidy():
    """As autovacuum would, so that blocks do not depend on whether it came by."""
    connection.close()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _pages_left() -> dict[str, int]:
    """Of each table that was written in bulk how many pages vacuum does not know to be seen by all."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, relpages - relallvisible FROM pg_class WHERE relname = ANY (%s) AND relkind = 'r'",
            [[*scale_rows.TABLES, *scale_rows.DERIVED]],
        )
        return dict(cursor.fetchall())


@pytest.fixture(scope="module")
def large(django_db_setup, django_db_blocker):
    copy = demonstration.copied()
    with django_db_blocker.unblock(), demonstration.looked_at(copy):
        yield Grown()
    demonstration.drop(copy)


def test_there_is_exactly_as_much_as_was_asked_for(large):
    assert [model.objects.count() for model in COUNTED] == [
        before + more for before, more in zip(large.there, list(ASKED.values())[1:], strict=True)
    ]
    made = Initiative.objects.filter(lead_bureau__people__email__startswith="scale.").values("lead_bureau").distinct()
    assert made.count() == ASKED["bureaus"]


def test_it_leaves_its_tables_as_vacuum_does_in_time(large):
    """Else no index answers by itself, and what pages touch of the large demonstration says nothing."""
    assert max(large.left.values()) <= A_FEW_PAGES, large.left


def test_its_summaries_are_what_a_rebuild_would_make(large):
    at = timezone.now()
    assert rollup.rebuild(at=at, check_only=True) == [] and delivery.rebuild(at=at, check_only=True) == []
    assert RollUp.objects.filter(measure="delivery", leaves__gt=100).exists()


def test_its_work_is_counted_as_it_is(large):
    assert counting.differences() == [] and counting.settle() == 0


def test_the_trail_is_intact_and_says_what_was_made(large):
    call_command("verify_audit", stdout=StringIO())
    assert AuditRecord.objects.order_by("-seq").first().after == ASKED


def test_every_value_comes_from_an_update_that_says_it(large):
    values = {
        (f"update:{update}", indicator): (state, value, numerator)
        for update, indicator, state, value, numerator in UpdateValue.objects.filter(
            update__author__email__endswith="@scale.invalid"
        ).values_list("update_id", "indicator_id", "state", "value", "numerator")
    }
    measured = Measurement.objects.filter(recorded_by__email="reviewer@scale.invalid")
    rows = list(measured.values_list("source_ref", "indicator_id", "state", "value", "numerator"))
    assert len(rows) == ASKED["measurements"]
    assert all(values[source, indicator] == tuple(said) for source, indicator, *said in rows)
    assert {state for _s, _i, state, *_v in rows} == {"reported", "not_reported", "withheld"}


def test_shares_and_validations_obey_the_rules(large):
    shares = Contribution.objects.values("initiative").annotate(all=Sum("share"))
    assert shares.filter(all__gt=100).count() == 0
    made = Update.objects.filter(author__email__endswith="@scale.invalid")
    assert set(made.values_list("state", flat=True)) == {"draft", "submitted", "returned", "validated"}
    assert not made.filter(state="validated", validated_at__lte=F("submitted_at")).exists()


def test_nobody_signs_in_as_an_invented_author(large):
    people = User.objects.filter(email__endswith="@scale.invalid")
    assert people.count() == ASKED["bureaus"] + 1
    assert not any(person.has_usable_password() for person in people)


def test_it_is_made_once(large):
    with pytest.raises(CommandError, match="already"):
        call_command("seed_scale", **ASKED)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_asks_as_often_and_touches_hardly_more(large, path, capsys):
    before, after = large.before[path], large.after[path]
    with capsys.disabled():
        print(f"\n{path}: {before.queries} questions, {before.blocks} blocks; grown: {after.queries}, {after.blocks}")
    assert after.queries == before.queries <= 12
    assert after.scanned == ()
    room = ROOM_OF_MANY_ROWS if "page_size=" in path else ROOM_OF_A_PART if "?" in path else ROOM
    assert after.blocks <= before.blocks * MOST_GROWTH + room


def test_a_validation_asks_as_often_and_touches_hardly_more(large, capsys):
    for whose, room in (("a bureau whose work is as it was", ROOM), ("a bureau whose own work grew", ROOM_OF_A_VALIDATION)):
        before, after = large.before[whose], large.after[whose]
        with capsys.disabled():
            print(f"\nvalidating, {whose}: {before.queries} questions, {before.blocks} blocks; grown: {after.blocks}")
        assert after.queries == before.queries <= 9
        assert after.scanned == ()
        assert after.blocks <= before.blocks * MOST_GROWTH + room
        assert before.blocks <= BLOCKS_OF_A_VALIDATION


def test_a_validation_works_no_more_than_the_rows_that_it_writes_ask_for(large, capsys):
    """So that it stays as quick as decision 39 found it: a clock would say something else on every machine."""
    for calls, rows in large.worked:
        with capsys.disabled():
            print(f"\nvalidating: {calls} calls of Python for {rows} rows")
        assert 0 < calls <= CALLS_OF_A_VALIDATION + CALLS_PER_ROW * rows


@pytest.mark.parametrize("path", READING)
def test_what_is_read_about_all_work_keeps_its_measure(large, path, capsys):
    before, after = large.before["officer", path], large.after["officer", path]
    with capsys.disabled():
        print(f"\n{path}: {before.queries} questions, {before.blocks} blocks; grown: {after.queries}, {after.blocks}")
    assert after.queries == before.queries
    assert after.scanned == ()
    assert after.blocks <= READING[path]


@pytest.mark.parametrize("path", ITS_OWN)
def test_what_a_bureau_reads_of_its_own_work_keeps_its_measure(large, path, capsys):
    """It does not read what the bureau ever sent to say what it owes now."""
    with capsys.disabled():
        print(f"\n{path}: {large.own[path].queries} questions, {large.own[path].blocks} blocks")
    assert large.own[path].queries <= 8
    assert large.own[path].scanned == ()
    assert large.own[path].blocks <= ITS_OWN[path]


def test_more_than_can_be_is_refused_and_nothing_is_left(django_db_setup, django_db_blocker):
    copy = demonstration.copied()
    with django_db_blocker.unblock(), demonstration.looked_at(copy):
        for asked, words in TOO_MUCH:
            with pytest.raises(CommandError, match=words):
                call_command("seed_scale", **{**ASKED, **asked}, on=Story.told().today, stdout=StringIO())
            assert not User.objects.filter(email__endswith="@scale.invalid").exists()
    demonstration.drop(copy)


@pytest.mark.django_db
def test_it_is_only_for_demonstrations(settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="DEMO"):
        call_command("seed_scale", **ASKED)
