"""Whatever becomes of work beyond a reader's clearance, no letter of any page, file or answer of theirs changes.

Canaries find words that came through; this finds everything else: a count, a share, an order, an option, a deadline, an
empty state that is one no longer. The same addresses are read before and after a busy day of work that the reader may not see.
"""

from __future__ import annotations

import difflib
import io
import json
import re
import zipfile
from datetime import date, timedelta

import pytest
import time_machine
from django.db.models import F

from accounts.access import may
from accounts.models import SavedView
from core import fragments
from core.handling import Handling
from dashboard import counting
from goals.models import Aim, Plan
from initiatives import delivery, services
from initiatives.choices import UpdateState
from initiatives.models import Comment, Evidence, Initiative, Milestone, Update, UpdateValue
from outcomes import rollup
from outcomes.models import Crosswalk, ExpectedResult, Indicator, Measurement
from outcomes.services import record_measurement
from tests.cast import make_many, said
from tests.dashboard.test_nothing_leaks import measured_cast
from tests.moments import NOON
from tests.standing import standing

pytestmark = pytest.mark.django_db
READERS = ("liaison", "leader", "admin", "officer")
BUSY, LATER = NOON + timedelta(days=1), NOON + timedelta(days=3)
STATES = tuple(UpdateState)
DAY = f"known_on={NOON.date()}"
FILTERS = (
    "", "search=title", "search=title&status=active", "status=active", "handling=confidential", "handling=restricted&region=here", "region=here", "aim={aim}",
    "crime_area=cybercrime", "capability={capability}", "bureau=XA", "bureau=XB&search=title", "bureau=XC", "ordering=-updated_at",
    "ordering=title&columns=results,crime_areas,capabilities,delivery", "search=nothing",
)  # fmt: skip
WHOLE = (FILTERS[0], FILTERS[-2])
PAGES = (
    "/", "/strategy/", "/strategy/framework/", "/strategy/framework/1/", "/strategy/framework/1/1/", "/indicators/IND-1/",
    "/bureaus/", "/bureaus/?sort=standing", "/bureaus/?sort=behind&region=here", "/bureaus/XA/", "/bureaus/XB/", "/bureaus/XC/",
    "/heat-map/", "/heat-map/?region=here", "/timeline/", "/timeline/?show=all", "/changes/", "/data-quality/", "/reporting/",
    "/reporting/?show=all", "/review/", "/my-reporting/", "/explain/indicator/{indicator}/", "/explain/result/{result}/",
)  # fmt: skip
FILES = (
    "/bureaus/table.csv", "/heat-map/table.csv", "/heat-map/table.csv?region=here", "/timeline/table.csv?show=all", "/changes/table.csv",
    "/data-quality/table.csv", "/indicators/IND-1/values.csv", "/indicators/IND-1/path.csv",
    "/strategy/framework/1/table.csv", "/strategy/framework/1/trend.csv", "/strategy/framework/1/statuses.csv",
    "/strategy/framework/1/1/values.csv", "/explain/indicator/{indicator}/coverage.csv", "/reporting/table.csv?show=all",
)  # fmt: skip
# Of summaries not those of which nothing is known: where there is something that one may not see, they say "restricted" on purpose.
LISTS = (
    "initiatives/?", "initiatives/?search=title&", "initiatives/?ordering=-updated_at&", "updates/?", "measurements/?", "indicators/?", "bureaus/?",
    *(f"roll-ups/?status={status}&" for status in ("on_track", "at_risk", "off_track", "achieved")),
)  # fmt: skip
STANDINGS = ("/api/v1/standings/bureaus/?sort=standing", "/api/v1/standings/reporting/?show=all", "/api/v1/translations/waiting/?language=fr")


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with standing(django_db_blocker, measured_cast, at=NOON) as things:
        yield things


@pytest.fixture
def cast(world):
    fragments.forget()
    with time_machine.travel(LATER, tick=False):
        yield world()
    fragments.forget()


def addresses(cast) -> list[str]:
    """Every kind of page, file and list; pages also as known on a day before the busy one."""
    lists = [f"/initiatives/?{asked}" for asked in FILTERS]
    files = [f"/initiatives/{what}?{asked}" for asked in WHOLE for what in ("table.csv", "table.xlsx")]
    of_then = [f"{one}{'&' if '?' in one else '?'}{DAY}" for one in (*PAGES, *FILES, *(f"/initiatives/?{asked}" for asked in WHOLE))]
    api = [f"/api/v1/{one}count=true" for one in LISTS]
    api += [*STANDINGS, *(f"{one}&as_of={NOON.date()}" for one in STANDINGS if "standings" in one)]
    named = {"aim": cast.aim.pk, "capability": cast.capability.pk, "indicator": cast.indicator.pk, "result": cast.result.pk}
    return [one.format(**named) for one in (*PAGES, *FILES, *lists, *files, *of_then, *api)]


def read(client, address: str) -> str:
    """What is told at the address, without what differs between any two requests."""
    answer = client.get(address)
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if body.startswith(b"PK"):
        book = zipfile.ZipFile(io.BytesIO(body))
        words = "\n".join(book.read(name).decode() for name in sorted(book.namelist()) if "docProps" not in name)
    else:
        words = _without_keys(body.decode()) if "/roll-ups/" in address else body.decode()
    words = re.sub(r"Data last known <time.*?</time>", "", words, flags=re.DOTALL)
    words = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", words)
    return f"{answer.status_code} {words}".replace(answer.get("X-Request-Id") or "-", "-")


def _without_keys(body: str) -> str:
    """Summaries that are made anew have other keys, which is all that tells the order of those that are equal."""
    told = json.loads(body)
    rows = sorted(json.dumps({name: value for name, value in row.items() if name != "id"}) for row in told["results"])
    return "\n".join([str(told["count"]), *rows])


def a_busy_day(cast, person) -> None:
    """Everything that can happen to work that the person may not see, and a good deal of new work of that kind."""
    hidden = Initiative.objects.exclude(pk__in=Initiative.objects.visible_to(person))
    assert hidden
    for work in hidden.filter(pk__in=[one.pk for one in cast.work.values()]):
        writer = cast.people["liaison" if work.lead_bureau_id == cast.bureaus["own"].pk else "liaison2"]
        services.edit_initiative(
            initiative_id=work.pk, version=work.version, by=writer, at=BUSY, title="An operation nobody may know of",
            status="completed", crime_areas=[cast.crime_area], capabilities=[cast.capability], shares=[(cast.result, 7)],
        )  # fmt: skip
    _rewrite(cast, Update.objects.filter(initiative__in=hidden))
    levels = [level for level in Handling if level > (Handling.RESTRICTED if person == cast.officer else Handling.INTERNAL)]
    owners = [owner for owner in ("own", "other") if cast.bureaus[owner].pk != person.bureau_id]
    made = make_many(cast, [(owner, level, state) for owner in owners for level in levels for state in (None, *STATES)])
    Initiative.objects.filter(pk__in=[work.pk for work, _update in made]).update(title="A title that nobody may know of")
    for work, _update in made:
        work.crime_areas.set([cast.crime_area])
        work.capabilities.set([cast.capability])
        Milestone.objects.create(initiative=work, title="A raid", due_on=date(2026, 1, 1))
    _measure_anew(cast, person)
    _others_views(cast, person)
    rollup.rebuild(at=NOON)
    delivery.rebuild(at=NOON)


def _rewrite(cast, updates) -> None:
    """Updates of hidden work are sent late, sent back and validated, with other words, values and a word of the reviewer's."""
    late = NOON + timedelta(days=400)
    Comment.objects.bulk_create(Comment(update=one, author=cast.officer2, text="A word that nobody may read") for one in updates)
    Evidence.objects.filter(update__in=updates, update__state="draft").update(name="a-raid.txt")
    sent = updates.filter(state="submitted")
    sent.update(state="validated", validated_at=BUSY, validated_by=cast.officer2, delivery_percent=100, delivery_status="off_track")
    updates.filter(state="draft").update(
        state="submitted", submitted_at=late, submitted_by=F("author"), achieved="Words that nobody may read", delivery_percent=0
    )


def _measure_anew(cast, person) -> None:
    """Values that the person may not see become others, as large as before."""
    for one in Measurement.objects.current().exclude(pk__in=Measurement.objects.visible_to(person)):
        record_measurement(
            indicator=one.indicator, period=one.period, bureau=one.bureau, at=BUSY, by=None, state="reported", value=one.value + 3,
            observed_on=one.observed_on, handling=one.handling, source_ref="update:1", reason="Counted anew.",
        )  # fmt: skip


def _others_views(cast, person) -> None:
    for one in cast.people.values():
        if one != person:
            SavedView.objects.create(owner=one, name=f"Raids {one.pk}", query="search=raid", created_at=BUSY, updated_at=BUSY)


@pytest.mark.parametrize("who", READERS)
def test_a_busy_day_of_hidden_work_changes_no_letter(cast, client, who):
    person = cast.people[who]
    client.force_login(person)
    client.get("/method/")
    asked = addresses(cast)
    before = {address: read(client, address) for address in asked}
    assert [address for address, words in before.items() if words.startswith(("400", "5"))] == []
    a_busy_day(cast, person)
    told = {}
    for _turn in ("as it changed", "settled"):
        fragments.forget()
        for address in asked:
            now = read(client, address)
            told |= {address: differing(before[address], now)} if now != before[address] else {}
        asked = [one for one in asked if one.startswith(("/initiatives/", "/bureaus/"))]
        counting.settle()
    assert told == {}


def differing(one: str, other: str) -> list[str]:
    apart = (re.sub(r"(?<=[>,}])", "\n", words).splitlines() for words in (one, other))
    return [line for line in difflib.unified_diff(*apart, lineterm="", n=1)][:40]


def test_the_same_day_of_work_that_a_reader_may_see_would_have_been_noticed(cast, client):
    client.force_login(cast.leader)
    asked = [one for one in addresses(cast) if one.startswith(("/initiatives/?", "/initiatives/table", "/bureaus/XA/")) and DAY not in one]
    before = {address: read(client, address) for address in asked}
    made = make_many(cast, [("own", Handling.INTERNAL, state) for state in (None, *STATES)])
    for work, _update in made:
        work.crime_areas.set([cast.crime_area])
        work.capabilities.set([cast.capability])
    unmoved = {address.partition("?")[2] for address, words in before.items() if read(client, address) == words}
    assert unmoved == {"search=nothing", "bureau=XB&search=title", "bureau=XC"}  # where there is nothing new


@pytest.mark.parametrize("who", ("liaison2", "leader", "officer"))
def test_what_is_not_said_yet_changes_no_letter(cast, client, who):
    """Other bureaus' drafts, what their reviewers and they write each other, and plans that are only being written."""
    person = cast.people[who]
    client.force_login(person)
    client.get("/method/")
    asked = [address for address in addresses(cast) if DAY not in address]
    before = {address: read(client, address) for address in asked}
    _go_on_writing(cast, person)
    fragments.forget()
    now = {address: read(client, address) for address in asked}
    assert {address: differing(before[address], now[address]) for address in asked if now[address] != before[address]} == {}


def _go_on_writing(cast, person) -> None:
    drafts = Update.objects.filter(state="draft", initiative__lead_bureau=cast.bureaus["own"])
    assert drafts.filter(handling__lte=Handling.INTERNAL)
    UpdateValue.objects.filter(update__in=drafts).update(value=999)
    Evidence.objects.filter(update__in=drafts).update(name="not-yet.txt")
    Comment.objects.bulk_create(Comment(update=one, author=cast.liaison, text="Not said yet") for one in drafts)
    drafts.update(achieved="Words not said yet", delivery_percent=99, delivery_status="off_track")
    for work in Initiative.objects.filter(pk__in=[one.pk for (owner, _level), one in cast.work.items() if owner == "own"]):
        Update.objects.create(
            initiative=work, period=cast.periods["open"], author=cast.liaison, writer_ids=[cast.liaison.pk], achieved="Not said yet",
            handling=work.handling,
        )  # fmt: skip
    _others_views(cast, person)
    if not may(person, "plan.edit"):
        _write_the_plan(cast)


def _write_the_plan(cast) -> None:
    Plan.objects.filter(pk=cast.draft_plan.pk).update(title=said("A plan nobody may know of"))
    result = ExpectedResult.objects.create(aim=cast.draft_aim, number=1, text=said("A change nobody may know of"))
    Indicator.objects.create(expected_result=result, code="IND-NOT-YET", name=said("Not yet"), kind="level", direction="increase")
    Aim.objects.create(plan=cast.draft_plan, number=2, title=said("Another"))
    ends = {"kind": "continued", "from_aim": cast.aim, "to_aim": cast.draft_aim, "note": said("Not said yet")}
    Crosswalk.objects.create(**ends)
