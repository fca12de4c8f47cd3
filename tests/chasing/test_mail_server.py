"""Letters meet a real mail server: one that takes them, one that is away, one that says not now, and one that says never."""

from __future__ import annotations

import socket
from contextlib import contextmanager
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from aiosmtpd.controller import Controller

from initiatives.chasing import post, writing
from initiatives.chasing.records import Letter
from tests.chasing.conftest import DUE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("work", "headed")]
AT = DUE - timedelta(days=3)
PEOPLE = {"liaison2@test.invalid", "liaison@test.invalid", "colleague@test.invalid"}


class Box:
    """A mail server's box. `answers` maps an address to what the server says to it, once or always."""

    def __init__(self):
        self.taken = []
        self.answers: dict[str, list[str]] = {}
        self.says_after_data = ""

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.answers.get(address):
            return self.answers[address].pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if self.says_after_data:
            return self.says_after_data
        self.taken.append((envelope.rcpt_tos[0], message_from_bytes(envelope.content, policy=policy.default)))
        return "250 taken"

    @property
    def to(self) -> list[str]:
        return sorted(address for address, _message in self.taken)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@pytest.fixture
def port(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", free_port(), False
    return settings.EMAIL_PORT


@contextmanager
def server(box: Box, port: int):
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield
    finally:
        controller.stop()


def write_reminders():
    """The reminders alone."""
    writing.write_due(at=AT)
    Letter.objects.exclude(kind="before").delete()


def states() -> dict[str, str]:
    return dict(Letter.objects.values_list("recipient__email", "state"))


def test_a_letter_arrives_as_text_and_as_a_page_with_a_link(port):
    box = Box()
    write_reminders()
    with server(box, port):
        post.send_due(at=AT)
    assert box.to == sorted(PEOPLE) and set(states().values()) == {"sent"}
    message = box.taken[0][1]
    assert message["Auto-Submitted"] == "auto-generated" and "2026-Q4" in message["Subject"]
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert "/my-reporting/?period=2026-Q4" in message.get_body(("plain",)).get_content()


def test_arabic_letters_arrive_as_they_were_written(port, cast):
    type(cast.liaison2).objects.update(language="ar")
    box = Box()
    write_reminders()
    with server(box, port):
        post.send_due(at=AT)
    html = box.taken[0][1].get_body(("html",)).get_content()
    assert 'dir="rtl"' in html and "2026-Q4" in html


def test_a_server_that_is_away_loses_nothing_and_doubles_nothing(port):
    write_reminders()
    assert post.send_due(at=AT).sent == 0
    assert set(states().values()) == {"waiting"} and set(states()) == PEOPLE
    box = Box()
    with server(box, port):
        post.send_due(at=AT + timedelta(minutes=1))
        post.send_due(at=AT + timedelta(minutes=2))
    assert box.to == sorted(PEOPLE)


def test_a_recipient_who_is_refused_for_good_keeps_the_reason_and_stops_nobody_else(port):
    box = Box()
    box.answers["liaison@test.invalid"] = ["550 no such box"] * 10
    write_reminders()
    with server(box, port):
        for minute in (0, 1, 400):
            post.send_due(at=AT + timedelta(minutes=minute))
    assert box.to == sorted(PEOPLE - {"liaison@test.invalid"})
    refused = Letter.objects.get(recipient__email="liaison@test.invalid")
    assert (refused.state, refused.failure, refused.attempts) == ("refused", "SMTPRecipientsRefused 550", 1)


@pytest.mark.parametrize("words", ["450 box busy", "421 closing", "452 full"])
def test_a_recipient_who_is_refused_for_now_gets_it_later_and_once(port, words):
    box = Box()
    box.answers["liaison@test.invalid"] = [words, words]
    write_reminders()
    with server(box, port):
        for minute in range(0, 60, 2):
            post.send_due(at=AT + timedelta(minutes=minute))
    assert box.to == sorted(PEOPLE)
    assert Letter.objects.get(recipient__email="liaison@test.invalid").attempts == 3


def test_a_server_that_takes_no_content_now_is_asked_again_later(port):
    box = Box()
    box.says_after_data = "451 try later"
    write_reminders()
    with server(box, port):
        post.send_due(at=AT)
        assert box.taken == [] and set(states().values()) == {"waiting"}
        box.says_after_data = ""
        post.send_due(at=AT + timedelta(minutes=6))
    assert box.to == sorted(PEOPLE)


def test_what_is_refused_for_days_is_given_up_with_its_reason(port):
    box = Box()
    box.answers["liaison@test.invalid"] = ["450 box busy"] * 1000
    write_reminders()
    with server(box, port):
        for hour in range(0, 24 * 6, 6):
            post.send_due(at=AT + timedelta(hours=hour))
    given_up = Letter.objects.get(recipient__email="liaison@test.invalid")
    assert (given_up.state, given_up.failure) == ("refused", "SMTPRecipientsRefused 450")


def test_a_sender_cut_off_while_handing_over_leaves_it_uncertain_and_sends_it_to_nobody_twice(port):
    write_reminders()
    Letter.objects.filter(recipient__email="liaison@test.invalid").update(state="sending", claimed_at=AT)
    box = Box()
    with server(box, port):
        post.send_due(at=AT)
        post.send_due(at=AT + timedelta(minutes=16))
    assert box.to == sorted(PEOPLE - {"liaison@test.invalid"})
    assert states()["liaison@test.invalid"] == "uncertain"


def test_a_server_that_hangs_up_in_the_middle_leaves_it_uncertain(port):
    class HangsUp(Box):
        async def handle_DATA(self, server, session, envelope):
            server.transport.abort()
            return "250 never said"

    box = HangsUp()
    write_reminders()
    with server(box, port):
        post.send_due(at=AT)
    assert set(states().values()) == {"uncertain"}


def test_nothing_of_an_address_stands_beside_a_failure(port):
    box = Box()
    box.answers = {address: ["550 <liaison@test.invalid> unknown"] for address in PEOPLE}
    write_reminders()
    with server(box, port):
        post.send_due(at=AT)
    assert not any("@" in words for words in Letter.objects.values_list("failure", flat=True))
