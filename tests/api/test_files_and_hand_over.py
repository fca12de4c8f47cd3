"""The workbook as CSV and a hand-over by the API: the same services as the pages, once per key, on what was seen."""

from __future__ import annotations

import csv
import io
import uuid

import pytest

from core import jobs
from core.models import AuditRecord
from exchange.models import Upload
from initiatives.models import Update
from tests.cast import make_initiative, make_update

BOUNDARY = "multipart/form-data; boundary=x"


@pytest.fixture
def cast(small_cast):
    return small_cast


@pytest.fixture
def work(cast):
    return make_initiative(cast, "other", title="Training at sea")


def table_of(caller, cast, table="updates") -> list[list[str]]:
    answer = caller.get(f"workbooks/{cast.periods['open'].code}/{table}/")
    assert answer.status_code == 200 and answer["Content-Disposition"].startswith("attachment")
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


def filled(rows: list[list[str]], **answers) -> bytes:
    out = io.StringIO()
    for code, words in answers.items():
        rows[1][rows[0].index(code)] = words
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


def bring(caller, cast, content: bytes, key: str = ""):
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\nContent-Type: text/csv\r\n\r\n'
    return caller.client.generic(
        "POST", f"/api/v1/workbooks/{cast.periods['open'].code}/files/", head + content + b"\r\n--x--\r\n",
        content_type=BOUNDARY, headers={"Idempotency-Key": key or uuid.uuid4().hex},
    )  # fmt: skip


def read(caller, upload: Upload) -> dict:
    jobs.work(upload.job_id)
    return caller.get(f"workbook-files/{upload.public_id}/").data


@pytest.fixture
def brought(cast, work, as_):
    """A filled-in table that was brought and read."""
    caller = as_(cast.liaison2)
    answer = bring(caller, cast, filled(table_of(caller, cast), risks="By machine"))
    assert answer.status_code == 201 and answer.json()["standing"] == "waiting"
    return caller, read(caller, Upload.objects.get())


def test_a_table_goes_out_comes_back_and_is_saved_on_a_word(cast, work, brought):
    caller, row = brought
    assert row["standing"] == "read" and [(one["cell"][:1], one["new"]) for one in row["changes"]][0][1] == "By machine"
    done = caller.post(f"workbook-files/{row['id']}/apply/", {"seen": row["seen"]}, version=row["version"])
    assert (done.status_code, done.data["standing"], done.data["outcome"]["saved"]) == (200, "applied", [work.code])
    assert Update.objects.get().risks == "By machine"
    assert AuditRecord.objects.filter(action="workbook.taken", actor_id=cast.liaison2.pk).exists()


def test_it_asks_for_the_version_and_for_what_was_seen(cast, brought):
    caller, row = brought
    path = f"workbook-files/{row['id']}/apply/"
    assert caller.post(path, {"seen": row["seen"]}).status_code == 428
    stale = caller.post(path, {"seen": row["seen"]}, version=row["version"] + 7)
    assert stale.status_code == 412 and stale.data["current"]["version"] == row["version"]
    assert caller.post(path, {"seen": "something else"}, version=row["version"]).status_code == 412
    assert not Update.objects.exists()


def test_what_somebody_saved_meanwhile_is_a_conflict_that_is_picked(cast, work, as_):
    caller = as_(cast.liaison2)
    draft = make_update(cast, work)
    rows = table_of(caller, cast)
    Update.objects.filter(pk=draft.pk).update(obstacle="Theirs", version=9)
    bring(caller, cast, filled(rows, obstacle="Mine"))
    row = read(caller, Upload.objects.get())
    path, (conflict,) = f"workbook-files/{row['id']}/apply/", row["conflicts"]
    assert (conflict["mine"], conflict["theirs"], conflict["pick"]) == ("Mine", "Theirs", "")
    assert caller.post(path, {"seen": row["seen"]}, version=row["version"]).status_code == 400
    body = {"seen": row["seen"], "picks": {conflict["key"]: "mine"}}
    assert caller.post(path, body, version=row["version"]).status_code == 200
    draft.refresh_from_db()
    assert draft.obstacle == "Mine"


def test_a_refused_cell_is_named_and_nothing_is_saved(cast, work, as_):
    caller = as_(cast.liaison2)
    bring(caller, cast, filled(table_of(caller, cast), delivery_percent="many"))
    row = read(caller, Upload.objects.get())
    assert row["problems"][0]["cell"] and "in digits" in row["problems"][0]["why"]
    refused = caller.post(f"workbook-files/{row['id']}/apply/", {"seen": row["seen"]}, version=row["version"])
    assert (refused.status_code, refused.data["code"]) == (400, "problems")


def test_the_same_key_brings_one_file_and_discarding_changes_nothing(cast, work, as_):
    caller = as_(cast.liaison2)
    content, key = filled(table_of(caller, cast), risks="Once"), uuid.uuid4().hex
    assert bring(caller, cast, content, key).json()["id"] == bring(caller, cast, content, key).json()["id"]
    row = read(caller, Upload.objects.get())
    gone = caller.post(f"workbook-files/{row['id']}/discard/", version=row["version"])
    assert gone.data["standing"] == "discarded" and not Update.objects.exists()


# hand-over


def body(seen: dict, cast, **more) -> dict:
    return {"leaver": seen["person"], "successor": cast.liaison.pk, "seen": seen["seen"], "reason": "Left", **more}


def test_what_is_open_goes_to_the_successor_and_signatures_stay(cast, as_):
    made = make_update(cast, make_initiative(cast, "own"), author=cast.colleague)
    caller = as_(cast.officer)
    seen = caller.get(f"hand-overs/{cast.colleague.pk}/").data
    assert [one["initiative"] for one in seen["updates"]] == [made.initiative.code] and seen["unseen"] == 0
    done = caller.post("hand-overs/", body(seen, cast, ends_account=True), key=True)
    assert (done.status_code, done.data["moved"]) == (201, 1)
    made.refresh_from_db()
    cast.colleague.refresh_from_db()
    assert made.author == cast.liaison and cast.colleague.pk in made.writer_ids and not cast.colleague.is_active


def test_what_changed_since_is_refused_with_what_stands(cast, as_):
    caller = as_(cast.officer)
    seen = caller.get(f"hand-overs/{cast.colleague.pk}/").data
    made = make_update(cast, make_initiative(cast, "own"), author=cast.colleague)
    refused = caller.post("hand-overs/", body(seen, cast), key=True)
    assert refused.status_code == 412
    assert refused.data["current"]["updates"] == [{"initiative": made.initiative.code, "period": made.period.code}]


def test_one_key_hands_over_once(cast, as_):
    make_update(cast, make_initiative(cast, "own"), author=cast.colleague)
    caller, key = as_(cast.head), uuid.uuid4().hex
    given = body(caller.get(f"hand-overs/{cast.colleague.pk}/").data, cast)
    answers = [caller.post("hand-overs/", given, key=key) for _time in range(2)]
    assert [one.status_code for one in answers] == [201, 201] and answers[1]["Idempotent-Replay"] == "true"
    assert AuditRecord.objects.filter(action="update.handed_over").count() == 1


def test_titles_of_what_the_caller_may_not_see_stay_unseen(cast, as_):
    make_update(cast, make_initiative(cast, "own", 3), author=cast.colleague)
    seen = as_(cast.officer).get(f"hand-overs/{cast.colleague.pk}/")
    assert seen.data["updates"] == [] and seen.data["unseen"] == 1 and b"IN-" not in seen.content
