"""A bureau's task list: every update that is owed, unfinished or sent for the open periods once, whatever became of its work."""

from datetime import date

import pytest

from initiatives.models import Initiative, Update
from tests.cast import make_initiative, make_update


@pytest.fixture
def listed(desk, cast):
    """The titles under "Not sent yet" and under "Sent", as the bureau's liaison reads them."""

    def of(*titles: str) -> tuple[list[str], list[str]]:
        text = desk(cast.liaison2).open("/my-reporting/").text
        owed, _heading, sent = text.partition('id="sent"')
        return [title for title in titles if title in owed], [title for title in titles if title in sent]

    return of


def test_what_was_sent_stays_on_the_list_when_its_work_is_given_up_or_ended_before(cast, listed):
    for title in ("Given up", "Ended before", "Runs on"):
        make_update(cast, make_initiative(cast, "other", title=title), "submitted")
    Initiative.objects.filter(title="Given up").update(status="cancelled")
    Initiative.objects.filter(title="Ended before").update(starts_on=date(2020, 1, 1), ends_on=date(2020, 12, 31))
    assert listed("Given up", "Ended before", "Runs on") == ([], ["Given up", "Ended before", "Runs on"])


def test_work_that_is_given_up_is_not_owed_but_its_draft_is_there_to_finish(cast, listed):
    make_initiative(cast, "other", title="Nothing begun", status="cancelled")
    make_update(cast, make_initiative(cast, "other", title="Draft begun"), "draft")
    Initiative.objects.filter(title="Draft begun").update(status="cancelled")
    assert listed("Nothing begun", "Draft begun") == (["Draft begun"], [])


def test_an_older_periods_draft_is_listed_and_what_was_sent_for_it_is_not(cast, listed):
    for title, state in (("Left over", "draft"), ("Long sent", "validated")):
        work = make_initiative(cast, "other", title=title)
        make_update(cast, work, state, period=cast.periods["closed"])
        Initiative.objects.filter(pk=work.pk).update(ends_on=cast.periods["closed"].end_on)
    assert listed("Left over", "Long sent") == (["Left over"], [])


def test_a_correction_under_way_stands_for_what_it_corrects(cast, listed):
    first = make_update(cast, make_initiative(cast, "other", title="Corrected"), "validated")
    facts = {name: getattr(first, name) for name in ("initiative", "period", "author", "achieved", "delivery_percent", "delivery_status")}
    Update.objects.create(**facts, revision=2, state="draft", correction_reason="A digit was wrong")
    assert listed("Corrected") == (["Corrected"], [])
