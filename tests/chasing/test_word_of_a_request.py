"""Officers hear of a request for more time in a letter: once each, at once or with the week's others, never too late."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail
from django.test import Client

from accounts.models import User
from initiatives import extensions
from initiatives.chasing import post, writing
from initiatives.chasing.records import Letter, MailChoice
from tests.chasing.conftest import DUE
from tests.pages.paper import Paper

pytestmark = pytest.mark.django_db
TUESDAY, MONDAY = datetime(2026, 12, 29, 12, tzinfo=UTC), datetime(2027, 1, 4, 12, tzinfo=UTC)


def ask(cast, work, period, at=TUESDAY, by=None):
    return extensions.ask_for_time(
        bureau=work.lead_bureau, period=period, until_on=date(2027, 1, 25), reason="CANARY storm", by=by or cast.liaison2, at=at
    )


def tick(at) -> None:
    writing.write_due(at=at)
    post.send_due(at=at)


def told(person) -> list[Letter]:
    return list(Letter.objects.filter(kind="asked", recipient=person).order_by("pk"))


def test_whoever_wishes_each_letter_hears_at_once_and_only_once(cast, work, period):
    MailChoice.objects.create(person=cast.officer, way="each")
    ask(cast, work, period)
    for hours in range(200):
        tick(TUESDAY + timedelta(hours=hours))
    assert [one.state for one in told(cast.officer)] == ["sent"]
    assert len([one for one in mail.outbox if one.to == ["officer@test.invalid"]]) == 1


def test_others_hear_with_their_weeks_letter_of_all_requests_at_once(cast, work, headed, period):
    ask(cast, work, period)
    ask(cast, headed, period, at=TUESDAY + timedelta(days=1), by=cast.liaison)
    for hours in range(0, 24 * 9, 6):
        tick(TUESDAY + timedelta(hours=hours))
    (one,) = told(cast.officer)
    assert one.written_at.date() == MONDAY.date() and len(one.facts["about"]) == 2
    letter = next(one for one in mail.outbox if one.to == ["officer@test.invalid"])
    assert letter.subject == "2 bureaus ask for more time"
    assert "2 bureaus ask for more time for 2026-Q4." in letter.body and "/extensions/" in letter.body


def test_what_is_due_before_the_next_weeks_letter_is_told_at_once(cast, work, period):
    at = DUE - timedelta(days=3)
    ask(cast, work, period, at=at)
    tick(at)
    tick(DUE + timedelta(days=4))
    assert [one.written_at for one in told(cast.officer)] == [at]


def test_what_was_answered_or_taken_back_meanwhile_is_told_to_nobody(cast, work, period):
    made = ask(cast, work, period, at=DUE - timedelta(days=2))
    writing.write_due(at=DUE - timedelta(days=2))
    extensions.withdraw(extension_id=made.pk, version=made.version, by=cast.liaison2, at=DUE)
    post.send_due(at=DUE)
    assert {one.state for one in told(cast.officer)} == {"not_needed"}
    assert not [one for one in mail.outbox if "asks for more time" in one.subject]


def test_only_officers_who_still_are_officers_hear_of_it(cast, work, period):
    ask(cast, work, period, at=DUE - timedelta(days=2))
    writing.write_due(at=DUE - timedelta(days=2))
    assert {one.recipient.role for one in Letter.objects.filter(kind="asked")} == {"officer"}
    User.objects.filter(pk=cast.officer.pk).update(role="leader")
    post.send_due(at=DUE - timedelta(days=2))
    assert [one.state for one in told(cast.officer)] == ["not_needed"]
    assert [one.state for one in told(cast.officer2)] == ["sent"]


@pytest.mark.parametrize("language", ["fr", "es", "ar"])
def test_the_letter_is_in_the_officers_language_and_says_nobodys_words_and_no_bureau(cast, work, period, language):
    User.objects.filter(pk=cast.officer.pk).update(language=language)
    ask(cast, work, period, at=DUE - timedelta(days=2))
    tick(DUE - timedelta(days=2))
    letter = next(one for one in mail.outbox if one.to == ["officer@test.invalid"])
    html = letter.alternatives[0][0]
    assert f'lang="{language}"' in html and "2026-Q4" in letter.body
    assert "CANARY" not in letter.subject + letter.body + html and "NCB" not in letter.body


def test_the_page_of_requests_says_answer_to_whom_may_and_to_nobody_else(cast, work, period):
    made = ask(cast, work, period)
    page = Paper(Client(), cast.officer).open("/extensions/")
    assert f'<a class="button slim" href="/extensions/{made.pk}/">Answer<span' in page.text
    assert "Answer<span" not in Paper(Client(), cast.auditor).open("/extensions/").text


def test_the_officers_home_says_that_a_request_waits_and_leads_to_it(cast, work, period):
    nothing = Paper(Client(), cast.officer).open("/")
    assert "No request and no value waits for an answer." in nothing.text
    ask(cast, work, period)
    page = Paper(Client(), cast.officer).open("/")
    assert 'href="/extensions/">Requests for more time</a>' in page.text and "1 waits for an answer" in page.text
