"""The same request twice has one effect: in a row, at once, after a failure, and never for somebody else."""

from __future__ import annotations

import pytest
from django.utils import timezone

from core.models import IdempotencyRecord
from initiatives.models import Comment, Initiative, Update
from tests.api.conftest import Caller
from tests.at_once import at_once
from tests.cast import make_initiative, make_update, settle_in

CALLERS, TIMES = 20, 5


@pytest.fixture
def committed_cast(transactional_db):
    return settle_in(timezone.now().date(), with_work=False)


def body_of(cast, title="Once"):
    day, shares = str(cast.today), [{"expected_result": cast.result.pk, "share": "50"}]
    return {"title": title, "starts_on": day, "ends_on": day, "shares": shares}


def test_twenty_creations_at_once_with_one_key_make_one_thing(committed_cast, capsys):
    cast, wrong = committed_cast, 0
    callers = [Caller(cast.liaison) for _ in range(CALLERS)]
    for caller in callers:
        caller.get("me/")
    for time in range(TIMES):
        body = body_of(cast, f"Once {time}")
        answers = at_once(*(lambda c=c, t=time: c.post("initiatives/", body, key=f"key-{t}") for c in callers))
        made = {answer.data["code"] for answer in answers if answer.status_code == 201}
        replays = sum(answer.headers.get("Idempotent-Replay") == "true" for answer in answers)
        assert {answer.status_code for answer in answers} == {201}, [answer.data for answer in answers]
        wrong += len(made) != 1 or Initiative.objects.filter(title=f"Once {time}").count() != 1
        assert replays == CALLERS - 1
    with capsys.disabled():
        print(f"\nidempotency: {TIMES} x {CALLERS} parallel creations with one key, {wrong} wrong")
    assert wrong == 0


def test_a_repetition_gets_the_first_answer_word_for_word(small_cast, as_):
    liaison = as_(small_cast.liaison)
    first = liaison.post("initiatives/", body_of(small_cast), key="again")
    second = liaison.post("initiatives/", body_of(small_cast), key="again")
    assert (second.status_code, second.data, second.headers["ETag"]) == (201, first.data, first.headers["ETag"])
    assert "Idempotent-Replay" not in first.headers
    assert second.headers["Idempotent-Replay"] == "true"


def test_a_key_with_another_body_or_address_is_refused(small_cast, as_):
    liaison = as_(small_cast.liaison)
    liaison.post("initiatives/", body_of(small_cast), key="mine")
    other = liaison.post("initiatives/", body_of(small_cast, "Other"), key="mine")
    assert (other.status_code, other.data["code"]) == (422, "idempotency_key_reused")
    work = Initiative.objects.get()
    elsewhere = liaison.post("updates/", {"initiative": work.code, "period": "x"}, key="mine")
    assert elsewhere.status_code == 422


def test_another_person_with_the_same_key_is_another_request(small_cast, as_):
    first = as_(small_cast.liaison).post("initiatives/", body_of(small_cast), key="shared")
    second = as_(small_cast.liaison2).post("initiatives/", body_of(small_cast), key="shared")
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.data["code"] != second.data["code"]


def test_a_refused_creation_leaves_its_key_free(small_cast, as_):
    liaison = as_(small_cast.liaison)
    refused = liaison.post("initiatives/", {**body_of(small_cast), "shares": []}, key="retry")
    assert refused.status_code == 400
    assert liaison.post("initiatives/", body_of(small_cast), key="retry").status_code == 201


def test_a_creation_without_a_key_is_refused_by_the_header_s_name(small_cast, as_):
    answer = as_(small_cast.liaison).post("initiatives/", body_of(small_cast))
    assert answer.status_code == 400
    assert answer.data["errors"][0]["field"] == "Idempotency-Key"
    assert not Initiative.objects.exists()


@pytest.mark.parametrize("key", ["", "x" * 129, "tab\there"])
def test_a_key_has_1_to_128_printable_characters(small_cast, as_, key):
    assert as_(small_cast.liaison).post("initiatives/", body_of(small_cast), key=key).status_code == 400


def test_comments_updates_and_files_are_made_once_too(small_cast, as_):
    cast = small_cast
    liaison, work = as_(cast.liaison), make_initiative(cast, "own")
    opening = {"initiative": work.code, "period": cast.periods["open"].code}
    assert {liaison.post("updates/", opening, key="a").data["id"] for _ in range(3)} == {Update.objects.get().pk}
    update = make_update(cast, make_initiative(cast, "own"))
    for _ in range(3):
        assert liaison.post(f"updates/{update.pk}/comments/", {"text": "Hello"}, key="b").status_code == 201
    assert Comment.objects.count() == 1
    for boundary in ("aaa", "bbb"):
        form = (
            f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n'
            f"Content-Type: text/plain\r\n\r\nnew proof\r\n--{boundary}--\r\n"
        )
        sent = liaison.client.generic(
            "POST", f"/api/v1/updates/{update.pk}/evidence/", form,
            content_type=f"multipart/form-data; boundary={boundary}",
            headers={"Idempotency-Key": "c", "If-Match": f'"{update.version}"'},
        )  # fmt: skip
        assert sent.status_code == 201, sent.content
    assert update.evidence.filter(name="a.txt").count() == 1


def test_a_token_is_never_kept_with_an_answer(small_cast, as_):
    made = as_(small_cast.liaison).post("tokens/", {"days": 5}, key="secret")
    assert made.status_code == 201
    assert not IdempotencyRecord.objects.exists()
