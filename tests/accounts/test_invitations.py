"""An invitation goes by letter, in the invited person's language, through a real mail server."""

from __future__ import annotations

import logging
import re

import pytest
from django.test import Client

from accounts.invitations import invite_by_letter
from accounts.models import OpenSession, User
from core import jobs
from core.models import AuditRecord, Job, JobState
from tests.cast import PASSWORD, settle_in
from tests.chasing.test_mail_server import Box, free_port, server
from tests.moments import NOON
from tests.pages.paper import Paper

HOME = "/administration/people/"
NEW_PASSWORD = "nine green bottles on a wall"
ADA = {"full_name": "Ada New", "email": "ada@test.invalid", "role": "liaison", "bureau": "XA", "clearance": 1}


@pytest.fixture
def cast(db, settings):
    settings.SITE_URL = "https://strategy.test.invalid"
    return settle_in(NOON.date(), with_work=False)


@pytest.fixture
def port(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", free_port(), False
    return settings.EMAIL_PORT


@pytest.fixture
def admin(cast):
    return Paper(Client(), cast.admin)


def invited(admin, **answers) -> User:
    page = admin.open(f"{HOME}new/")
    page.press(page.form("new").fill(**{**ADA, "language": "fr", **answers}))
    assert page.status == 200, page.text
    return User.objects.get(email="ada@test.invalid")


def delivered() -> str:
    """What a worker makes of the job."""
    return jobs.work(Job.objects.filter(kind="invitation").latest("pk").pk)


def test_the_letter_is_in_the_persons_language_and_its_link_opens_the_door_once(cast, admin, port):
    box, ada = Box(), invited(admin)
    assert "A letter with a link to a password waits to be sent." in admin.text
    assert "/set-password/" not in admin.text
    with server(box, port):
        assert delivered() == JobState.READY
    [(address, letter)] = box.taken
    words = letter.get_body("plain").get_content()
    assert (address, letter["Content-Language"]) == ("ada@test.invalid", "fr")
    assert "Ada New" in words and "NCB own" in words
    link = re.search(r"https://strategy\.test\.invalid(/set-password/\S+)", words)[1]
    assert link in letter.get_body("html").get_content()
    newcomer = Paper(Client()).open(link)
    newcomer.press(newcomer.form("set-password").fill(new=NEW_PASSWORD))
    assert newcomer.path == "/sign-in/"
    assert Paper(Client()).open(link).status == 404
    assert "A letter" not in admin.open(f"{HOME}{ada.pk}/").text
    assert AuditRecord.objects.filter(action="person.invited", target_id=str(ada.pk)).count() == 1


def test_the_link_is_kept_nowhere(cast, admin, port):
    box = Box()
    invited(admin)
    with server(box, port):
        delivered()
    token = re.search(r"/set-password/[^/]+/(\S+)/", box.taken[0][1].get_body("plain").get_content())[1]
    rows = [*AuditRecord.objects.values_list("after", "before"), *Job.objects.values_list("payload", "result")]
    assert token not in str(rows)


def test_a_server_that_is_away_is_asked_again_and_the_page_says_when_it_was_too_long(cast, admin, port, caplog):
    caplog.set_level(logging.INFO)
    ada = invited(admin)
    assert delivered() == JobState.QUEUED
    assert "waits to be sent" in admin.open(f"{HOME}{ada.pk}/").text
    Job.objects.update(attempts=14)
    assert delivered() == JobState.FAILED
    assert "the mail server was away too long" in admin.open(f"{HOME}{ada.pk}/").text
    assert "ada@test.invalid" not in caplog.text
    box = Box()
    invite_by_letter(person_id=ada.pk, version=User.objects.get(pk=ada.pk).version, by=cast.admin, at=NOON)
    with server(box, port):
        assert delivered() == JobState.READY
    assert box.to == ["ada@test.invalid"]


def test_an_address_that_is_refused_is_said_so_and_not_tried_again(cast, admin, port):
    box, ada = Box(), invited(admin)
    box.answers["ada@test.invalid"] = ["550 no such box"]
    with server(box, port):
        assert delivered() == JobState.FAILED
        assert delivered() == "not ours"
    assert box.taken == []
    assert "does not take letters to this address" in admin.open(f"{HOME}{ada.pk}/").text


def test_whoever_chose_a_password_meanwhile_or_left_gets_no_letter(cast, admin, port):
    box, ada = Box(), invited(admin)
    User.objects.filter(pk=ada.pk).update(is_active=False)
    with server(box, port):
        assert delivered() == JobState.READY
    assert box.taken == []


def test_a_letter_to_somebody_with_a_password_ends_what_it_opened(cast, admin):
    theirs = Client()
    theirs.post("/sign-in/", {"username": cast.leader.email, "password": PASSWORD})
    assert OpenSession.objects.filter(person_id=cast.leader.pk).exists()
    page = admin.open(f"{HOME}{cast.leader.pk}/")
    form = page.form("reset-password")
    form.action = form.action.replace("reset-password", "invite")
    page.press(form)
    assert "goes to" in page.text and cast.leader.email in page.text
    assert not User.objects.get(pk=cast.leader.pk).has_usable_password()
    assert not OpenSession.objects.filter(person_id=cast.leader.pk).exists()
    assert page.press(form).status == 412


@pytest.mark.parametrize("part", ["liaison", "head", "officer", "leader", "auditor"])
def test_nobody_but_administrators_writes_invitations(cast, part):
    sent = Client()
    sent.force_login(cast.people[part])
    assert sent.post(f"{HOME}{cast.leader.pk}/invite/", {"version": 1}).status_code in (403, 404)
    assert not Job.objects.filter(kind="invitation").exists()


def test_a_closed_account_is_not_written_to(cast, admin):
    sent = admin.client.post(f"{HOME}{cast.gone.pk}/invite/", {"version": 1})
    assert sent.status_code == 409
    assert not Job.objects.filter(kind="invitation").exists()
