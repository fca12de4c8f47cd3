"""Messages about editions against a real mail server: one for each recipient, in their language, with a link and no file."""

import email
import re
from email import policy

import pytest
from aiosmtpd.controller import Controller
from django.test import override_settings

from core import jobs
from core.models import Job
from reports import notices
from reports.models import Edition, EditionNotice
from tests import cast as company
from tests.at_once import at_once
from tests.infrastructure.running import free_port
from tests.reports.conftest import AT, TODAY, define, make

LANGUAGES = {"leader": "ar", "officer": "fr", "officer2": "es", "auditor": "en"}
WORDS = {"ar": "الإصدار", "fr": "édition", "es": "edición", "en": "edition"}


class Post:
    """What a mail server is given; it turns away those whom it is told to."""

    def __init__(self):
        self.messages, self.turned_away = [], set()

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in self.turned_away:
            return "451 try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.messages.append((envelope.rcpt_tos, email.message_from_bytes(envelope.content, policy=policy.default)))
        return "250 OK"

    def to(self, part: str) -> list:
        return [message for receivers, message in self.messages if receivers == [f"{part}@test.invalid"]]


@pytest.fixture
def post(transactional_db):
    kept, port = Post(), free_port()
    server = Controller(kept, hostname="127.0.0.1", port=port)
    server.start()
    backend = "django.core.mail.backends.smtp.EmailBackend"
    # The day of these tests is past: by the real clock their leases have run out, and no drill's worker is to take over.
    with override_settings(JOB_LEASE_SECONDS=10 * 365 * 86_400, EMAIL_BACKEND=backend, EMAIL_HOST="127.0.0.1", EMAIL_PORT=port, EMAIL_USE_TLS=False,
                           EMAIL_USE_SSL=False, EMAIL_HOST_USER="", EMAIL_HOST_PASSWORD=""):  # fmt: skip
        yield kept
    server.stop()


@pytest.fixture
def definition(post, quick):
    cast = company.settle_in(TODAY, with_work=False)
    for part, language in LANGUAGES.items():
        person = getattr(cast, part)
        person.language = language
        person.save()
    made = define(cast, recipients=[getattr(cast, part) for part in LANGUAGES])
    made.cast = cast
    return made


@pytest.mark.django_db(transaction=True)
def test_each_recipient_gets_one_message_in_their_language_with_a_link_and_no_file(post, definition):
    make(definition.cast, definition)
    assert len(post.messages) == 4
    for part, language in LANGUAGES.items():
        (message,) = post.to(part)
        assert WORDS[language] in message["Subject"]
        body = message.get_content()
        assert re.search(r"https?://\S+/reports/1/", body)
        assert not message.is_multipart(), "nothing is attached"
        assert "%" not in body, "no figures travel by mail"


@pytest.mark.django_db(transaction=True)
def test_a_task_that_is_delivered_five_times_sends_one_message_each(post, definition):
    job = make(definition.cast, definition)
    for _delivery in range(4):
        Job.objects.filter(pk=job.pk).update(state="queued", attempts=0)
        jobs.work(job.pk, now=lambda: AT)
    assert len(post.messages) == 4
    assert EditionNotice.objects.count() == 4


@pytest.mark.django_db(transaction=True)
def test_five_at_once_send_one_message_each(post, definition):
    make(definition.cast, definition)
    EditionNotice.objects.all().delete()
    post.messages.clear()
    editions = list(Edition.objects.filter(number=1).select_related("definition").order_by("-clearance"))
    at_once(*[lambda: notices.tell_recipients(editions, at=AT)] * 5)
    assert [len(post.to(part)) for part in LANGUAGES] == [1, 1, 1, 1]


@pytest.mark.django_db(transaction=True)
def test_one_address_that_is_turned_away_keeps_nobody_else_waiting_and_is_tried_again(post, definition):
    from datetime import timedelta

    post.turned_away = {"officer@test.invalid"}
    make(definition.cast, definition)
    assert [len(post.to(part)) for part in LANGUAGES] == [1, 0, 1, 1]
    refused = EditionNotice.objects.get(sent_at=None)
    assert refused.failure == "SMTPRecipientsRefused"
    post.turned_away = set()
    assert notices.tell_forgotten(at=AT + timedelta(minutes=11)) == 1
    assert notices.tell_forgotten(at=AT + timedelta(minutes=30)) == 0
    assert [len(post.to(part)) for part in LANGUAGES] == [1, 1, 1, 1]
