"""The page of an initiative tells its story: updates with values, files, words and changes in the order in which they came."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from initiatives import life, services
from tests.cast import make_initiative, make_update
from tests.moments import NOON
from tests.pages.conftest import validated_last_time


@pytest.fixture
def told(cast, work):
    """Logged, edited, reported and validated last quarter, sent with a file and a question this quarter."""
    validated_last_time(cast, work, value=7, achieved="Seven ships were visited")
    made = make_update(cast, work, "draft")
    services.edit_initiative(
        initiative_id=work.pk, version=work.version, by=cast.liaison2, at=NOON, title="Training at sea", summary="Longer",
    )  # fmt: skip
    type(made).objects.filter(pk=made.pk).update(state="submitted", submitted_at=NOON, submitted_by=cast.liaison2)
    life.comment(update_id=made.pk, text="Which harbour was it?", by=cast.officer, at=NOON + timedelta(minutes=1))
    return work


def page_of(desk, person, work):
    return desk(person).open(f"/initiatives/{work.code}/")


def test_everything_is_told_in_the_order_in_which_it_came(cast, desk, told):
    text = page_of(desk, cast.officer, told).text
    assert text.index("Which harbour was it?") < text.index("Seven ships were visited")
    assert "Changed: summary" in text
    assert "proof.txt" in text
    assert "IND-1" in text and "<b><bdi>7</bdi></b>" in text


def test_the_thread_is_for_the_bureau_its_reviewers_and_auditors(cast, desk, told):
    for person in (cast.liaison2, cast.officer, cast.auditor):
        assert "Which harbour was it?" in page_of(desk, person, told).text, person
    for person in (cast.leader, cast.admin, cast.liaison):
        text = page_of(desk, person, told).text
        assert "Which harbour was it?" not in text, person
        assert "Training at sea achieved" not in text, person
        assert "Seven ships were visited" in text, person


def test_a_value_of_an_indicator_that_is_hidden_is_not_told(cast, desk, told):
    type(cast.indicator).objects.filter(pk=cast.indicator.pk).update(handling=3)
    assert "IND-1" not in page_of(desk, cast.leader, told).text
    assert "IND-1" in page_of(desk, cast.auditor, told).text


def test_a_change_is_told_by_its_field_and_not_by_what_it_said(cast, desk, told):
    services.edit_initiative(
        initiative_id=told.pk, version=told.version + 1, by=cast.liaison2, at=NOON, summary="CANARY words taken out again"
    )
    services.edit_initiative(initiative_id=told.pk, version=told.version + 2, by=cast.liaison2, at=NOON, summary="Plain")
    assert "CANARY" not in page_of(desk, cast.leader, told).text


def test_a_story_asks_the_same_at_any_length(cast, desk, told):
    page, counts = page_of(desk, cast.officer, told), []
    for _turn in range(2):
        with CaptureQueriesContext(connection) as caught:
            page.open(f"/initiatives/{told.code}/")
        counts.append(len(caught))
        for number in range(8):
            life.comment(update_id=told.updates.first().pk, text=f"Word {number}", by=cast.officer, at=NOON)
    assert counts[0] == counts[1] <= 12, counts


def test_work_without_a_story_says_so(cast, desk):
    assert "No update of it that you may see." in page_of(desk, cast.leader, make_initiative(cast, "other")).text
