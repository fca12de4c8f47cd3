"""How bureaus stand, by the API: the same rows and numbers as the page and its file, for each reader and on each day."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine

from core.handling import Handling
from initiatives.models import Initiative
from outcomes.models import RollUp
from tests.cast import make_initiative, make_update, settle_in
from tests.moments import NOON

COUNTS = ("due", "sent", "validated")
QUESTIONS = ("", "show=all", "show=late", "show=done", "show=time", "show=all&region=here", "show=all&region=general-secretariat")
LISTS = ("", "sort=name", "sort=region", "sort=standing", "search=own", "search=XB", "region=here&sort=name", "search=nobody")


@pytest.fixture
def cast(db):
    """Three bureaus' work of every level, some of it sent, and figures of each for the plan."""
    with time_machine.travel(NOON, tick=True):
        cast = settle_in(NOON.date(), with_work=False)
        for number, owner in enumerate(("own", "own", "other", "other", "third", "third")):
            work = make_initiative(cast, owner, handling=Handling(number % 2 * 3))
            make_update(cast, work, ("draft", "submitted", "validated")[number % 3])
        for number, owner in enumerate(("own", "other", "third")):
            RollUp.objects.create(
                node_type="plan", node_id=cast.plan.pk, bureau=cast.bureaus[owner], measure="results", status="at_risk",
                period=cast.periods["open"], progress=Decimal(f"0.{number + 3}00"), expected=Decimal("0.5"),
                highest_handling=number + 1, is_disclosable=number < 2, computed_at=cast.at, leaves=3,
            )  # fmt: skip
        yield cast


def file_of(caller, address: str) -> list[dict]:
    answer = caller.client.get(address)
    assert answer.status_code == 200, (address, answer.content)
    return list(csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))


def asked(path: str, *questions: str) -> str:
    return f"{path}?{'&'.join(one for one in questions if one)}"


def of_reporting(row: dict) -> dict:
    """A row of the API as the file writes it."""
    return {
        "bureau": row["bureau"], "name": row["name"]["texts"]["en"], "region": row["region"], "due_on": row["due_on"],
        **{name: str(row[name]) for name in (*COUNTS, "in_time", "days_late")},
        "asks_for_more_time": "yes" if row["asks_for_more_time"] else "no",
        "last_reminder": (row["last_reminder_at"] or "")[:10],
    }  # fmt: skip


def of_a_list(row: dict, plan: str) -> dict:
    return {
        "bureau": row["bureau"], "name": row["name"]["texts"]["en"], "region": row["region"], "plan": plan,
        **{name: str(row[name]) for name in (*COUNTS, "missing")},
        "status": "restricted" if row["restricted"] else row["status"],
        "progress": row["progress"] or "", "expected": row["expected"] or "",
    }  # fmt: skip


def only(row: dict, names) -> dict:
    return {name: row[name] for name in names}


@pytest.mark.parametrize("part", ["officer", "auditor"])
@pytest.mark.parametrize("period", ["", "open"])
def test_who_has_reported_is_the_same_by_page_file_and_call(cast, as_, part, period):
    caller = as_(cast.people[part])
    when = f"period={cast.periods[period].code}" if period else ""
    told = 0
    for question in QUESTIONS[1:]:
        rows = caller.get(asked("standings/reporting/", when, question)).data["results"]
        filed = file_of(caller, asked("/reporting/table.csv", when, question))
        assert [of_reporting(row) for row in rows] == [only(row, of_reporting(row_)) for row, row_ in zip(filed, rows, strict=True)]
        page = caller.client.get(asked("/reporting/", when, question)).content.decode()
        for row in rows:
            assert row["name"]["texts"]["en"] in page and f"{row['sent']} of {row['due']}" in " ".join(page.split())
        told += len(rows)
    assert told >= 3


@pytest.mark.parametrize("part", ["liaison", "liaison2", "officer", "leader", "auditor", "admin"])
def test_the_list_of_bureaus_is_the_same_by_file_and_call(cast, as_, part):
    caller = as_(cast.people[part])
    for question in LISTS:
        told = caller.get(asked("standings/bureaus/", question)).data
        filed = file_of(caller, asked("/bureaus/table.csv", question))
        assert [of_a_list(row, told["plan"]) for row in told["results"]] == [
            only(row, of_a_list(row_, told["plan"])) for row, row_ in zip(filed, told["results"], strict=True)
        ], question
    assert (told["plan"], told["figures_wait"], told["as_of"]) == ("framework", False, None)


def test_without_a_question_everybody_is_told_of(cast, as_):
    officer = as_(cast.officer)
    period = cast.periods["open"].code
    everybody = officer.get(f"standings/reporting/?period={period}").data
    assert everybody == officer.get(f"standings/reporting/?period={period}&show=all").data
    assert {row["bureau"] for row in everybody["results"]} == {"XA", "XB", "XC"}
    assert officer.get("standings/reporting/").data["period"] == cast.periods["closed"].code  # the last that was due


def test_what_is_hidden_counts_for_nobody_else(cast, as_):
    """Each bureau's restricted work is in its own counts, and in those of whoever is cleared."""
    def due(part, bureau):
        rows = as_(cast.people[part]).get("standings/bureaus/").data["results"]
        return next(row["due"] for row in rows if row["bureau"] == bureau)

    assert [due(part, "XA") for part in ("liaison", "auditor")] == [2, 2]
    assert [due(part, "XA") for part in ("liaison2", "leader", "officer", "admin")] == [1, 1, 1, 1]
    before = as_(cast.leader).get("standings/bureaus/").content
    Initiative.objects.filter(handling=3, lead_bureau__code="XA").update(title="CANARY", ends_on=cast.plan.start_on)
    assert as_(cast.leader).get("standings/bureaus/").content == before
    third = [row for row in as_(cast.leader).get("standings/bureaus/").data["results"] if row["bureau"] == "XC"]
    assert only(third[0], ("restricted", "status", "progress", "expected")) == {
        "restricted": True, "status": None, "progress": None, "expected": None,
    }  # fmt: skip


@pytest.mark.parametrize("call", ["reporting", "bureaus"])
@pytest.mark.parametrize(
    ("question", "field"),
    [("period=2199-Q9", "period"), ("period=", "period"), ("as_of=yesterday", "as_of"), ("as_of=2190-01-01", "as_of"),
     ("as_of=1950-01-01", "as_of"), ("as_of=", "as_of"), ("cursor=x", "cursor"), ("known_on=2026-01-01", "known_on")],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused_at_its_parameter(cast, as_, call, question, field):
    answer = as_(cast.officer).get(f"standings/{call}/?{question}")
    assert answer.status_code == 400
    assert [one["field"] for one in answer.data["errors"]] == [field]


@pytest.mark.parametrize("question", ["reporting/?show=some", "bureaus/?sort=size"])
def test_an_unknown_order_or_choice_is_refused_with_those_there_are(cast, as_, question):
    answer = as_(cast.officer).get(f"standings/{question}")
    assert answer.status_code == 400
    assert "late" in answer.content.decode() or "behind" in answer.content.decode()


def test_a_past_day_is_told_as_it_stood(cast, as_):
    """What was sent today had not been sent yesterday; page's file and call agree on both days."""
    officer, period = as_(cast.officer), cast.periods["open"].code
    with time_machine.travel(NOON + timedelta(days=3), tick=True):
        as_(cast.officer).get("me/")
        officer = as_(cast.officer)
        for call, path in (("reporting", "/reporting/table.csv?show=all"), ("bureaus", "/bureaus/table.csv?sort=behind")):
            told = officer.get(f"standings/{call}/?period={period}&as_of={NOON.date()}")
            assert told.status_code == 200, told.data
            filed = file_of(officer, f"{path}&period={period}&known_on={NOON.date()}")
            assert told.data["as_of"] == str(NOON.date())
            assert [only(row, ("bureau", *COUNTS)) for row in filed] == [
                {"bureau": row["bureau"], **{name: str(row[name]) for name in COUNTS}} for row in told.data["results"]
            ]
            assert filed


def test_a_day_that_nobody_has_counted_is_refused_with_the_way(cast, as_, settings):
    settings.ANSWERS_AT_ONCE = -1
    with time_machine.travel(NOON + timedelta(days=3), tick=True):
        answer = as_(cast.officer).get(f"standings/reporting/?as_of={NOON.date()}")
    assert answer.status_code == 409
    assert "ask for it on the page" in answer.data["detail"]
