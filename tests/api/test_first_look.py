"""The API answers, in one way, to whoever may ask."""

from __future__ import annotations

import pytest

LISTS = [
    "plans", "aims", "expected-results", "capabilities", "crosswalk", "indicators", "measurements", "thresholds",
    "weights", "judgements", "roll-ups", "periods", "initiatives", "updates", "crime-areas", "regions",
    "member-countries", "bureaus", "people", "tokens",
]  # fmt: skip


@pytest.mark.parametrize("name", LISTS)
def test_every_list_opens(cast, as_, name):
    answer = as_(cast.officer).get(f"{name}/" + ("" if name == "tokens" else "?count=true"))
    assert answer.status_code == 200, answer.data
    assert set(answer.data) >= {"results", "next", "previous"}


def test_whoever_is_not_signed_in_is_asked_to(cast, as_):
    answer = as_().get("initiatives/")
    assert answer.status_code == 401
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert "Token" in answer.headers["WWW-Authenticate"]


@pytest.mark.parametrize(
    ("accept", "status"),
    [("*/*", 200), ("application/json", 200), ("text/html, application/json;q=0.5", 200), ("application/*", 200), ("text/csv", 406)],
)
def test_the_one_format_is_given_to_whoever_takes_it(cast, as_, accept, status):
    answer = as_(cast.officer).get("periods/", Accept=accept)
    assert answer.status_code == status
    assert answer.headers["Content-Type"].startswith("application/json" if status == 200 else "application/problem+json")


def test_another_format_by_name_is_not_there(cast, as_):
    assert [as_(cast.officer).get(f"periods/?format={name}").status_code for name in ("xml", "json")] == [404, 400]


def test_an_initiative_is_logged_read_and_edited(cast, as_):
    liaison = as_(cast.liaison)
    body = {
        "title": "New work", "starts_on": str(cast.today), "ends_on": str(cast.today),
        "shares": [{"expected_result": cast.result.pk, "share": "60"}], "partners": ["XB"],
        "indicators": ["IND-1"], "crime_areas": ["cybercrime"], "capabilities": [cast.capability.pk],
        "milestones": [{"title": "Start", "due_on": str(cast.today)}], "handling": "restricted", "budget_eur": "12.50",
    }  # fmt: skip
    made = liaison.post("initiatives/", body, key=True)
    assert made.status_code == 201, made.data
    assert made.headers["ETag"] == '"1"'
    code = made.data["code"]
    assert made.data["shares"] == [{"expected_result": cast.result.pk, "share": "60"}]
    assert made.data["milestones"][0]["due_on"] == str(cast.today)
    assert made.data["budget_eur"] == "12.5"
    assert liaison.get(f"initiatives/{code}/").data == made.data
    edited = liaison.patch(f"initiatives/{code}/", {"title": "Better"}, version=1)
    assert edited.status_code == 200, edited.data
    assert (edited.data["title"], edited.data["version"]) == ("Better", 2)
    stale = liaison.patch(f"initiatives/{code}/", {"title": "Lost"}, version=1)
    assert stale.status_code == 412
    assert stale.data["current"]["title"] == "Better"
    assert liaison.patch(f"initiatives/{code}/", {"title": "Lost"}).status_code == 428
    assert as_(cast.leader).get(f"initiatives/{code}/").status_code == 404
    known = liaison.get(f"initiatives/{code}/", **{"If-None-Match": '"2"'})
    assert (known.status_code, known.content) == (304, b"")


def test_an_update_lives_its_whole_life(cast, as_):
    liaison, head, officer = as_(cast.liaison), as_(cast.head), as_(cast.officer)
    work = cast.work["own", 1]
    opened = liaison.post("updates/", {"initiative": work.code, "period": cast.periods["open"].code}, key=True)
    assert opened.status_code == 201, opened.data
    again = liaison.post("updates/", {"initiative": work.code, "period": cast.periods["open"].code}, key=True)
    assert (again.status_code, again.data["id"]) == (200, opened.data["id"])
    path = f"updates/{opened.data['id']}/"
    body = {
        "achieved": "A lot", "delivery_percent": "50", "delivery_status": "on_track",
        "values": [{"indicator": "IND-1", "state": "reported", "value": "12.5"}],
    }  # fmt: skip
    saved = liaison.patch(path, body, version=1)
    assert saved.status_code == 200, saved.data
    assert saved.data["values"][0]["value"] == "12.5"
    sent = liaison.post(path + "submit/", version=saved.data["version"])
    assert sent.status_code == 200, sent.data
    assert officer.post(path + "validate/", version=sent.data["version"]).status_code == 409
    approved = head.post(path + "approve/", version=sent.data["version"])
    assert approved.status_code == 200, approved.data
    comment = officer.post(path + "comments/", {"text": "Good"}, key=True)
    assert comment.status_code == 201, comment.data
    done = officer.post(path + "validate/", version=approved.data["version"])
    assert done.status_code == 200, done.data
    assert done.data["state"] == "validated"
    value = officer.get(f"measurements/?source=update:{opened.data['id']}")
    assert value.data["results"][0]["value"] == "12.5"
    corrected = liaison.post(path + "correct/", {"reason": "Typing error"}, version=done.data["version"], key=True)
    assert corrected.status_code == 201, corrected.data
    assert corrected.data["revision"] == 2


def test_words_are_found_without_their_accents(cast, as_):
    work = cast.work["own", 1]
    type(work).objects.filter(pk=work.pk).update(title="Opération Égide", summary="مُكافحة الجَريمة")
    officer = as_(cast.officer)
    for words in ("operation egi", "مكافحة", "ÉGIDE", work.code.lower()):
        found = (
            officer.get("initiatives/") if not words else officer.client.get("/api/v1/initiatives/", {"search": words})
        )
        assert [row["code"] for row in found.json()["results"]] == [work.code], words


def test_a_list_is_read_page_by_page_without_a_gap(cast, as_):
    officer = as_(cast.officer2)
    path, seen, pages = "initiatives/?page_size=7&ordering=-updated_at", [], []
    while path:
        page = officer.get(path).data
        seen += [row["code"] for row in page["results"]]
        pages.append(page)
        path = (page["next"] or "").removeprefix("/api/v1/")
    assert len(seen) == len(set(seen)) == len(cast.work) + len(cast.updates)
    back = officer.get(pages[-1]["previous"].removeprefix("/api/v1/")).data
    assert back["results"] == pages[-2]["results"]
