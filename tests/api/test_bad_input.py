"""What bad input gets from the API: a problem that names the field, in the caller's language, and nothing half written."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from core.models import AuditRecord
from initiatives.models import Evidence, Initiative, Update
from tests.cast import make_initiative, make_update

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n"


def faults(answer) -> dict[str, str]:
    """Each field that the problem names, with its words."""
    assert answer.headers["Content-Type"] == "application/problem+json"
    return {each["field"]: each["detail"] for each in answer.data["errors"]}


@pytest.fixture
def body(small_cast):
    cast = small_cast
    return {
        "title": "New work", "starts_on": str(cast.today), "ends_on": str(cast.plan.end_on),
        "shares": [{"expected_result": cast.result.pk, "share": "60"}],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"starts_on": "1999-01-01"}, "starts_on"),
        ({"ends_on": "2099-01-01"}, "ends_on"),
        ({"starts_on": "2026-02-30"}, "starts_on"),
        ({"shares": []}, "shares"),
        ({"budget_eur": "-1"}, "budget_eur"),
        ({"milestones": [{"title": "Late", "due_on": "2099-01-01"}]}, "milestones.0.due_on"),
        ({"milestones": [{"title": " ", "due_on": "2026-12-01"}]}, "milestones.0.title"),
    ],
)
def test_work_that_cannot_be_is_refused_at_its_field(small_cast, as_, body, change, field):
    before = AuditRecord.objects.count()
    answer = as_(small_cast.liaison).post("initiatives/", body | change, key=True)
    assert answer.status_code == 400, answer.data
    assert set(faults(answer)) == {field}
    assert not Initiative.objects.exists() and AuditRecord.objects.count() == before


def test_shares_over_100_percent_are_refused_with_their_sum(small_cast, as_, body):
    from outcomes.models import ExpectedResult
    from tests.cast import said

    other = ExpectedResult.objects.create(aim=small_cast.aim, number=2, text=said("Another"))
    body["shares"].append({"expected_result": other.pk, "share": "40.01"})
    answer = as_(small_cast.liaison).post("initiatives/", body, key=True)
    assert "100.01" in faults(answer)["shares"]


def test_new_days_of_the_work_leave_no_milestone_outside(small_cast, as_):
    work = make_initiative(small_cast, "own")
    work.milestones.create(title="Course", due_on=small_cast.today + timedelta(days=30))
    answer = as_(small_cast.liaison).patch(
        f"initiatives/{work.code}/", {"ends_on": str(small_cast.today)}, version=work.version
    )
    assert "Course" in faults(answer)["ends_on"]


def test_a_target_equal_to_its_baseline_is_refused(small_cast, as_):
    day = str(small_cast.plan.end_on)
    answer = as_(small_cast.officer).post(
        "indicators/IND-1/targets/", {"due_on": day, "value": "0", "reason": "x"}, key=True
    )
    assert set(faults(answer)) == {"value"}


def test_a_closed_period_takes_no_value_and_says_who_can_open_it(small_cast, as_):
    work = make_initiative(small_cast, "own")
    answer = as_(small_cast.liaison).post(
        "updates/", {"initiative": work.code, "period": small_cast.periods["closed"].code}, key=True
    )
    assert (answer.status_code, answer.data["code"]) == (409, "period_closed")
    assert "officer" in answer.data["detail"]
    assert not Update.objects.exists()


def test_another_bureaus_update_is_refused_with_the_reason(small_cast, as_):
    work = make_initiative(small_cast, "other")
    answer = as_(small_cast.liaison).post(
        "updates/", {"initiative": work.code, "period": small_cast.periods["open"].code}, key=True
    )
    assert answer.status_code == 403
    assert answer.data["detail"] == "Only the bureau that leads this work may do this."


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("empty.pdf", b"", "empty"),
        ("tool.exe", b"MZ" + b"\0" * 60, "these types"),
        ("lying.pdf", b"GIF89a and more", "not what its name says"),
        ("large.pdf", PDF + b"\0" * (10 * 1024 * 1024), "larger than 10 MB"),
    ],
)
def test_a_wrong_file_is_refused_beside_the_file(small_cast, name, content, words):
    update = make_update(small_cast, make_initiative(small_cast, "own"), "draft")
    Evidence.objects.all().delete()
    client = Client()
    client.force_login(small_cast.liaison)
    answer = client.post(
        f"/api/v1/updates/{update.pk}/evidence/", {"file": SimpleUploadedFile(name, content)},
        headers={"If-Match": f'"{update.version}"', "Idempotency-Key": "one"},
    )  # fmt: skip
    assert answer.status_code == 400, answer.content
    assert [each["field"] for each in answer.json()["errors"]] == ["file"]
    assert words in answer.json()["errors"][0]["detail"]
    assert not Evidence.objects.exists()


def test_the_words_are_in_the_callers_language(small_cast, as_, body):
    User.objects.filter(pk=small_cast.liaison.pk).update(language="ar")
    answer = as_(small_cast.liaison).post("initiatives/", body | {"ends_on": "2099-01-01"}, key=True)
    assert any("\u0600" <= ch <= "\u06ff" for ch in faults(answer)["ends_on"])
