"""How many questions each page and each export puts to the database: a committed number, the same with 1, 10 and 100 rows more.

`UPDATE_QUERY_COUNTS=1 pytest tests/dashboard/test_every_read_is_counted.py` writes the baseline anew, to be reviewed.
The API's own are in tests/api/test_query_counts.py.
"""

from __future__ import annotations

import copy
import json
import os
import uuid
from collections.abc import Callable
from pathlib import Path

from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import SavedView
from core import audit
from initiatives.models import Contribution, Evidence, Initiative, Update, UpdateValue
from tests.visits import ACT, EVERYONE, FILE, NO_PAGES, VISITS, Visit, keeps_the_session

BASELINE = Path(__file__).with_name("read_counts.json")
MORE_ROWS = (1, 10, 100)
STATES = ("draft", "submitted", "validated", "returned")
MOST_QUERIES = 8
MOST_OF_A_FILE = 10  # two of them for the record that it was taken


def _of_result(story) -> list:
    result = story.indicator.expected_result
    return [story.goal, result.aim.number, result.number]


def _file_of_work(story) -> list:
    return [Evidence.objects.filter(removed_at=None, update__initiative__handling__lte=1).earliest("pk").public_id]


# What is read and is no page: the first person who may, and what it is about.
READS: dict[str, Visit] = {
    "api-docs": Visit(("officer",)),
    "api-schema": Visit(("officer",)),
    "dashboard:aim_csv": Visit(EVERYONE, lambda story: [story.goal, 2]),
    "dashboard:aim_statuses_csv": Visit(EVERYONE, lambda story: [story.goal, 2]),
    "dashboard:aim_trend_csv": Visit(EVERYONE, lambda story: [story.goal, 2]),
    "dashboard:bureaus_csv": Visit(EVERYONE),
    "dashboard:changes_csv": Visit(EVERYONE),
    "dashboard:delivery_csv": Visit(EVERYONE, lambda story: [story.initiative.code]),
    "dashboard:explain_coverage_csv": Visit(EVERYONE, lambda story: ["aim", story.indicator.expected_result.aim_id]),
    "dashboard:heat_map_csv": Visit(EVERYONE),
    "dashboard:history_csv": Visit(("auditor",)),
    "dashboard:indicator_csv": Visit(EVERYONE, lambda story: [story.indicator.code]),
    "dashboard:indicator_path": Visit(EVERYONE, lambda story: [story.indicator.code]),
    "dashboard:indicator_path_csv": Visit(EVERYONE, lambda story: [story.indicator.code]),
    "dashboard:initiatives_csv": Visit(EVERYONE),
    "dashboard:initiatives_xlsx": Visit(EVERYONE),
    "dashboard:quality_csv": Visit(EVERYONE),
    "dashboard:reporting_csv": Visit(("officer",)),
    "dashboard:result_csv": Visit(EVERYONE, _of_result),
    "dashboard:timeline_csv": Visit(EVERYONE),
    "exchange:report": Visit(("officer",), VISITS["exchange:list"].args),
    "exchange:workbook_file": Visit(("liaison",), lambda story: [story.period.code]),
    "exchange:workbook_table": Visit(("liaison",), lambda story: [story.period.code, "updates"]),
    "healthz": Visit(("",)),
    "initiatives:evidence": Visit(("officer",), _file_of_work),
    "outcomes:target_plans": Visit(("officer",)),
    "readyz": Visit(("",)),
    "reports:download": Visit(("officer",), lambda story: [story.edition.number, "en", "csv"]),
    "reports:styles": Visit(("",)),
}  # fmt: skip
ALL = VISITS | READS


def test_whatever_is_read_has_a_baseline(capsys):
    asked = set(VISITS) | {name for name, reason in NO_PAGES.items() if reason != ACT}
    with capsys.disabled():
        print(f"\n{len(set(json.loads(BASELINE.read_text())) & asked) / len(asked):.0%} of {len(asked)} GET operations have a baseline")
    assert set(READS) == asked - set(VISITS)
    assert set(json.loads(BASELINE.read_text())) == asked


def test_no_page_and_no_file_asks_more_than_the_goal():
    counts = json.loads(BASELINE.read_text())
    most = {name: MOST_OF_A_FILE if NO_PAGES.get(name) == FILE else MOST_QUERIES for name in counts}
    assert not {name: many for name, many in counts.items() if many > most[name]}


def test_a_page_asks_as_often_with_100_rows_more_as_with_one(demo, capsys):
    doors = {who: _door(demo, who) for who in {visit.who[0] for visit in ALL.values()}}
    addresses = {name: visit.address(name, demo) for name, visit in ALL.items()}
    with transaction.atomic():
        counts = {name: [] for name in ALL}
        grown = 0
        for more in MORE_ROWS:
            grow(demo, range(grown, more))
            grown = more
            for name, visit in ALL.items():
                counts[name].append(_count(doors[visit.who[0]], addresses[name]))
        transaction.set_rollback(True)
    found = {name: many[0] for name, many in counts.items()}
    if os.environ.get("UPDATE_QUERY_COUNTS"):
        BASELINE.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n")
    with capsys.disabled():
        print(f"\nquery counts: {len(found)} pages and exports at {MORE_ROWS} rows more")
    # The trail asks once for each kind of thing that a page of it names by itself: which kinds these are changes, not with the rows.
    assert not {name: many for name, many in counts.items() if many[-1] > many[0] or len(set(many)) > 1 and name != "dashboard:history"}
    assert found == json.loads(BASELINE.read_text())


def _door(demo, who: str) -> Client:
    made = Client()
    if who:
        made.force_login(demo.people[who])
        made.get("/method/")
    return made


def _count(client: Client, address: str) -> int:
    """The questions of a page that nothing was kept of."""
    cache.clear()
    with CaptureQueriesContext(connection) as caught:
        answer = client.get(address)
        b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert answer.status_code in (200, 302) or address == "/readyz", (address, answer.status_code)
    return sum(not keeps_the_session(one["sql"]) for one in caught)


# rows of every kind that lists are made of


def clone(row, numbers: range, **different: Callable[[int], object]) -> list:
    """The row again for each number, with what is different in it."""
    made = []
    for number in numbers:
        one = copy.copy(row)
        one.pk, one._state = None, copy.copy(row._state)
        one._state.adding = True
        for name, value in different.items():
            setattr(one, name, value(number))
        made.append(one)
    return type(row).objects.bulk_create(made)


def grow(demo, numbers: range) -> None:
    """Work of the liaison's bureau with an update in every state, people, views and records, one of each per number."""
    bureau = demo.people["liaison"].bureau
    work = clone(
        demo.initiative, numbers, code=lambda n: f"IN-{900_000 + n}", public_id=lambda n: uuid.uuid4(),
        title=lambda n: f"Grown {n}", lead_bureau_id=lambda n: bureau.pk,
    )  # fmt: skip
    link = Initiative.indicators.through
    link.objects.bulk_create([link(initiative=one, indicator=demo.indicator) for one in work])
    Contribution.objects.bulk_create(
        [Contribution(initiative=one, expected_result=demo.indicator.expected_result, share=50) for one in work]
    )
    _updates(demo, dict(zip(numbers, work, strict=True)))
    clone(demo.people["liaison2"], numbers, email=lambda n: f"grown{n}@demo.invalid", bureau_id=lambda n: bureau.pk)
    for who in ("officer", "liaison"):
        SavedView.objects.bulk_create([SavedView(owner=demo.people[who], name=f"Grown {n}", query="status=active") for n in numbers])
    at = timezone.now()
    audit.record_many([audit.Entry(at, demo.people["liaison"], "initiative.created", one, {}, {}, "", bureau.pk) for one in work])


SENDING = (
    "state", "first_sent_at", "submitted_at", "submitted_by_id", "approved_at", "approved_by_id", "validated_at", "validated_by_id",
    "returned_at", "returned_by_id", "return_reason", "return_comment",
)  # fmt: skip


def _updates(demo, work: dict[int, Initiative]) -> None:
    """One update each, told of while it is a draft, as the parts of what was sent never change."""
    pattern = {state: Update.objects.filter(state=state, revision=1).order_by("pk").first() for state in STATES}
    for number, initiative in work.items():
        (made,) = clone(
            pattern["draft"], range(1), initiative_id=lambda n, work=initiative: work.pk, period_id=lambda n: demo.period.pk,
            previous_id=lambda n: None, author_id=lambda n: demo.people["liaison"].pk, handling=lambda n: 1,
        )  # fmt: skip
        UpdateValue.objects.create(update=made, indicator=demo.indicator, state="reported", value=5)
        sent = pattern[STATES[number % len(STATES)]]
        Update.objects.filter(pk=made.pk).update(**{name: getattr(sent, name) for name in SENDING})
