"""The trail as people read it: acts and things by name, from what to what; filters, pages, a file; nobody reads others'."""

from __future__ import annotations

import csv
import io
import re
from decimal import Decimal
from html import unescape

import pytest
from django.db import transaction

from core import audit
from core.models import AuditRecord
from core.translations import Translated
from outcomes.models import Measurement
from outcomes.services import record_measurement
from tests.cast import settle_in
from tests.moments import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(noon):
    cast = settle_in(NOON.date(), with_work=False)
    with transaction.atomic():
        _made, entry = record_measurement(
            indicator=cast.indicator, period=cast.periods["open"], bureau=cast.bureaus["own"], at=NOON, by=cast.officer,
            state="reported", value=Decimal(20), observed_on=NOON.date(), handling=1, source_ref="update:1",
            reason="Counted twice before.",
        )  # fmt: skip
        audit.record_many([entry])
        audit.record(
            at=NOON, by=cast.liaison, action="initiative.edited", target=cast.indicator, before={"handling": 1, "name": "a"},
            after={"handling": 2, "name": "a"}, reason="More careful.",
        )  # fmt: skip
    return cast


def words(client, query: str = "") -> str:
    answer = client.get(f"/history/?{query}")
    assert answer.status_code == 200
    main = answer.content.decode().partition("<tbody>")[2].partition("</table>")[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


def test_a_value_is_named_by_its_indicator_period_and_bureau_and_says_what_changed_and_why(cast, client):
    client.force_login(cast.auditor)
    page = words(client)
    assert f"recorded measurement IND-1 · {cast.periods['open'].code} · XA" in page
    assert "object (" not in page and "measurement.recorded" not in page
    assert "state reported" in page and "value 20" in page and "Counted twice before." in page
    assert "handling internal restricted" in page and "name a" not in page  # only what changed


@pytest.mark.parametrize(
    ("query", "seen", "unseen"),
    [
        ("who=Liaison", "edited", "recorded"),
        ("thing=outcomes.measurement", "recorded", "edited"),
        ("act=recorded", "recorded", "edited"),
        (f"since={NOON.date()}&until={NOON.date()}", "recorded", "nothing else"),
    ],
)
def test_filters_find_what_they_name(cast, client, query, seen, unseen):
    client.force_login(cast.auditor)
    page = words(client, query)
    assert seen in page and unseen not in page


def test_no_day_after_the_last_has_a_record(cast, client):
    client.force_login(cast.auditor)
    assert words(client, "since=2026-11-21") == ""
    assert client.get("/history/?since=soon").status_code == 400


def test_each_thing_has_its_own_history_and_the_page_of_the_thing_leads_there(cast, client):
    client.force_login(cast.auditor)
    page = client.get("/indicators/IND-1/").content.decode()
    link = unescape(re.search(r'href="(/history/\?of=[^"]+)"', page)[1])
    assert "edited" in words(client, link.partition("?")[2]) and "recorded" not in words(client, link.partition("?")[2])
    client.force_login(cast.leader)
    assert "/history/?of=" not in client.get("/indicators/IND-1/").content.decode()


def test_pages_follow_each_other_without_a_gap(cast, client):
    with transaction.atomic():
        audit.record_many(audit.Entry(NOON, cast.officer, "period.opened", cast.periods["open"]) for _ in range(120))
    client.force_login(cast.auditor)
    seen, query = [], ""
    while query is not None:
        body = client.get(f"/history/?{query}").content.decode()
        seen += map(int, re.findall(r'class="n" title="\w{64}">(\d+)<', body))
        onward = re.search(r'href="\?([^"]*before=\d+)"', body)
        query = unescape(onward[1]) if onward else None
    assert len(set(seen)) == len(seen) >= 122 and seen == sorted(seen, reverse=True)


def test_the_file_holds_the_exact_facts_of_the_same_records(cast, client):
    client.force_login(cast.auditor)
    body = client.get("/history/table.csv?act=recorded").content.decode("utf-8-sig")
    [row] = csv.DictReader(io.StringIO(body))
    record = AuditRecord.objects.get(action="measurement.recorded")
    assert (row["seq"], row["hash"], row["act_code"]) == (str(record.seq), record.hash, "measurement.recorded")
    assert '"value": "20"' in row["after"]


@pytest.mark.parametrize("who", ["liaison", "leader", "admin", "officer"])
def test_everyone_but_auditors_reads_their_own_acts_alone_on_page_and_in_file(cast, client, who):
    client.force_login(cast.people[who])
    own = set(AuditRecord.objects.filter(actor_id=cast.people[who].pk).values_list("seq", flat=True))
    others = cast.officer.pk if who != "officer" else cast.liaison.pk
    for query in ("", f"who={others}", f"of=outcomes.measurement:{Measurement.objects.get().pk}"):
        seen = set(map(int, re.findall(r'class="n" title="\w{64}">(\d+)<', client.get(f"/history/?{query}").content.decode())))
        assert seen <= own
        body = client.get(f"/history/table.csv?{query}").content.decode("utf-8-sig")
        assert {int(row["seq"]) for row in csv.DictReader(io.StringIO(body))} - own <= {
            one.seq for one in AuditRecord.objects.filter(actor_id=cast.people[who].pk)
        }


def test_lists_are_told_in_words_and_never_as_a_program_writes_them(cast, client):
    bands = [{"status": "on_track", "from": "0.90", "to": None}, {"status": "off_track", "from": None, "to": "0.90"}]
    with transaction.atomic():
        audit.record(at=NOON, by=cast.officer, action="thresholds.set", target=cast.indicator, after={"bands": bands})
        audit.record(
            at=NOON, by=cast.liaison, action="initiative.edited", target=cast.indicator,
            after={"shares": [[cast.result.pk, "60"]], "milestones": [["Course", "2026-12-01", None, "1"]]},
        )  # fmt: skip
    client.force_login(cast.auditor)
    page = words(client)
    assert "on track \u20660.90 … ∞\u2069" in page and "60%" in page and "Course · 1 Dec 2026 · 1" in page
    assert "None" not in page and "[" not in page and "{" not in page


def test_a_bureau_is_named_in_the_readers_language_unless_it_had_another_name_then(cast, client):
    bureau = cast.bureaus["own"]
    bureau.name = Translated(texts={"en": "Alpha", "ar": "ألفا", "fr": "Alpha en français"})
    bureau.save()
    with transaction.atomic():
        audit.record(at=NOON, by=cast.admin, action="bureau.edited", target=bureau, after={"code": "XA"})
    bureau.name = Translated(texts={"en": "Beta", "ar": "بيتا", "fr": "Beta"})
    client.force_login(cast.auditor)
    client.cookies["language"] = "ar"
    assert "ألفا" in words(client, "thing=accounts.bureau") and "Alpha" not in words(client, "thing=accounts.bureau")
    bureau.save()
    assert "Alpha" in words(client, "thing=accounts.bureau") and "بيتا" not in words(client, "thing=accounts.bureau")
