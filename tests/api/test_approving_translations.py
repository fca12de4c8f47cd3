"""Translations approved together by the API: what the page does, with the same refusals, once for each key."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from accounts.models import UndoableAct
from core.handling import Handling
from core.models import AuditRecord
from core.translations import Translated
from tests.cast import settle_in
from tests.moments import NOON

DRAFT = {"state": "draft", "of_version": 1}
PAGE = "/administration/translations/together/"


def waiting(words: str) -> Translated:
    return Translated("en", 1, {"en": words, "es": f"{words} (es)"}, {"es": DRAFT})


@pytest.fixture
def cast(db):
    """Two texts of an aim and one of a plan wait in Spanish; so does the name of a confidential indicator."""
    with time_machine.travel(NOON, tick=True):
        cast = settle_in(NOON.date(), with_work=False)
        cast.aim.title, cast.aim.text = waiting("Title of the aim"), waiting("Text of the aim")
        cast.aim.save()
        cast.plan.title = waiting("Title of the plan")
        cast.plan.save()
        cast.secret_indicator.name, cast.secret_indicator.handling = waiting("CANARY name"), Handling.CONFIDENTIAL
        cast.secret_indicator.save()
        yield cast


def texts_of(told: dict, *fields) -> list[dict]:
    """What an approval of these names, as a script makes it of the answer."""
    names = ("kind", "id", "field", "version")
    return [{name: row[name] for name in names} for row in told["results"] if row["field"] in fields]


def es(record, field) -> str:
    record.refresh_from_db()
    return str(getattr(record, field).state("es"))


def test_what_waits_is_what_the_page_shows(cast, as_):
    officer = as_(cast.officer)
    told = officer.get("translations/waiting/?language=es").data
    page = officer.client.get(f"{PAGE}?language=es").content.decode()
    assert told["total"] == len(told["results"]) == page.count('name="chosen"') == 3
    for row in told["results"]:
        assert row["source"] in page and row["translation"] in page
        assert f'{row["kind"]}-{row["id"]}-{row["field"]}-{row["version"]}' in page
    assert officer.get("translations/waiting/?language=fr").data == {"language": "fr", "total": 0, "results": []}
    assert officer.get("translations/waiting/?language=es&plan=framework").data["total"] == 3


def test_those_named_are_approved_and_no_others(cast, as_):
    officer = as_(cast.officer)
    chosen = texts_of(officer.get("translations/waiting/?language=es").data, "title")
    done = officer.post("translations/approve/", {"language": "es", "texts": chosen}, key=True)
    assert done.status_code == 200, done.data
    assert [es(cast.aim, "title"), es(cast.plan, "title"), es(cast.aim, "text")] == ["approved", "approved", "draft"]
    assert (len(done.data["done"]), done.data["refused"]) == (2, [])
    assert done.data["act"] == str(UndoableAct.objects.get().public_id)
    records = AuditRecord.objects.filter(request_id=done["X-Request-Id"], action="text.translation_approved")
    assert {one.actor_id for one in records} == {cast.officer.pk} and records.count() == 2


def test_they_are_taken_back_once_by_the_person_and_for_ten_minutes(cast, as_):
    officer = as_(cast.officer)
    chosen = texts_of(officer.get("translations/waiting/?language=es").data, "title", "text")
    first = officer.post("translations/approve/", {"language": "es", "texts": chosen[:1]}, key=True).data
    assert as_(cast.officer2).post("translations/take-back/", {"act": first["act"]}).status_code == 404
    back = officer.post("translations/take-back/", {"act": first["act"]})
    assert back.status_code == 200 and len(back.data["done"]) == 1
    assert officer.post("translations/take-back/", {"act": first["act"]}).status_code == 409
    again = texts_of(officer.get("translations/waiting/?language=es").data, "title", "text")
    late = officer.post("translations/approve/", {"language": "es", "texts": again}, key=True).data
    with time_machine.travel(NOON + timedelta(minutes=11), tick=True):
        assert officer.post("translations/take-back/", {"act": late["act"]}).status_code == 409
    assert es(cast.aim, "title") == "approved"


def test_what_moved_on_stays_and_is_named_with_the_reason(cast, as_):
    officer = as_(cast.officer)
    chosen = texts_of(officer.get("translations/waiting/?language=es").data, "title")
    old = [{**one, "version": one["version"] + 1} if one["kind"] == "aim" else one for one in chosen]
    done = officer.post("translations/approve/", {"language": "es", "texts": old}, key=True).data
    assert [one["kind"] for one in done["refused"]] == ["aim"] and done["refused"][0]["reason"]
    assert [es(cast.aim, "title"), es(cast.plan, "title")] == ["draft", "approved"]
    nothing = officer.post("translations/approve/", {"language": "es", "texts": old}, key=True).data
    assert (nothing["done"], nothing["act"], nothing["until"]) == ([], None, None)


def test_the_same_key_has_one_effect(cast, as_):
    officer = as_(cast.officer)
    body = {"language": "es", "texts": texts_of(officer.get("translations/waiting/?language=es").data, "title")}
    first = officer.post("translations/approve/", body, key="once")
    again = officer.post("translations/approve/", body, key="once")
    assert first.data == again.data and again["Idempotent-Replay"] == "true"
    assert UndoableAct.objects.count() == 1
    assert officer.post("translations/approve/", body).status_code == 400


def test_the_name_of_what_is_hidden_is_neither_listed_nor_approved(cast, as_):
    """A confidential indicator's name answers an officer as one that does not exist."""
    officer, secret = as_(cast.officer), cast.secret_indicator
    assert "CANARY" not in officer.get("translations/waiting/?language=es").content.decode()
    assert "CANARY" in as_(cast.auditor).get("translations/waiting/?language=es").content.decode()
    hidden, absent = (
        officer.post(
            "translations/approve/",
            {"language": "es", "texts": [{"kind": "indicator", "id": pk, "field": "name", "version": 1}]}, key=True,
        ).data["refused"][0]["reason"]
        for pk in (secret.pk, 999_999_999)
    )  # fmt: skip
    assert hidden == absent and es(secret, "name") == "draft"


@pytest.mark.parametrize(
    "body",
    [{"texts": []}, {"texts": [{"kind": "pest", "id": 1, "field": "title", "version": 1}]},
     {"texts": [{"kind": "aim", "id": "1", "field": "title", "version": 1}]}, {"language": "de"}, {"more": 1},
     {"texts": [{"kind": "aim", "id": 1, "field": "title", "version": 1}] * 101}],
)  # fmt: skip
def test_a_body_that_cannot_be_is_refused_whole(cast, as_, body):
    one = {"kind": "aim", "id": cast.aim.pk, "field": "title", "version": cast.aim.version}
    answer = as_(cast.officer).post("translations/approve/", {"language": "es", "texts": [one], **body}, key=True)
    assert answer.status_code == 400 and es(cast.aim, "title") == "draft"


@pytest.mark.parametrize("question", ["", "language=de", "language=es&plan=nothing", "language=es&plan=", "language=es&after=1"])
def test_a_question_that_cannot_be_is_refused(cast, as_, question):
    assert as_(cast.officer).get(f"translations/waiting/?{question}").status_code == 400
