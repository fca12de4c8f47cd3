"""Invitations by letter: a link to a password of one's own, in the person's language, sent by a worker.

The link is made when the letter is, and nowhere kept. A worker that is cut off sends the letter again: two letters with
a working link harm nobody, none does.
"""

from __future__ import annotations

import smtplib
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from accounts import people
from accounts.models import User
from core import jobs
from core.errors import Conflict, DomainError
from core.models import Job, JobState

KIND = "invitation"
# A mail server that is away is asked again every few seconds, for some minutes.
MOST_ATTEMPTS = 15
FOR_GOOD = range(500, 600)


class NotTaken(DomainError):
    """The mail server does not take letters to this address."""

    code = "address_refused"


class ServerAway(Exception):
    """The mail server cannot be reached, or says not now."""


@dataclass(frozen=True)
class Posted:
    """How far the latest letter to a person is: one of core.models.JobState, and since when."""

    state: str
    at: datetime
    is_refused: bool = False


@transaction.atomic
def invite_by_letter(*, person_id: int, version: int, by, at) -> User:
    """This will write to a person with a link to a password of their own, whether they are new or have lost theirs.

    A present password opens nothing any more, and every session and token of it ends. Refused: a closed account.
    """
    person = people.lock_for_change(person_id, version, by)
    if not person.is_active:
        raise Conflict(_("This account is closed; open it first."), code="closed")
    people.make_password_useless(person, at=at)
    key = f"{KIND}:{person.pk}:{person.version}"
    jobs.enqueue(kind=KIND, key=key, payload={"person": person.pk}, at=at, by=by, max_attempts=MOST_ATTEMPTS)
    return people.leave_trace("person.invited", person, by, at)


def latest_letter(person: User) -> Posted | None:
    """The latest letter to the person, if one was written while they had no password. One query."""
    job = Job.objects.filter(kind=KIND, key__startswith=f"{KIND}:{person.pk}:").order_by("-requested_at", "-pk").first()
    if job is None:
        return None
    return Posted(job.state, job.finished_at or job.requested_at, job.failure_code == NotTaken.code)


def send_letter(job: Job, progress) -> dict:
    """What a worker does: sends the letter, unless the person has chosen a password meanwhile or has left.

    Raises NotTaken for an address that is refused for good, ServerAway for what may go later.
    """
    person = User.objects.active().filter(pk=job.payload["person"]).select_related("bureau").first()
    if person is None or person.has_usable_password():
        return {"sent": False}
    try:
        letter_to(person).send()
    except OSError as fault:  # all of smtplib's own exceptions are of this kind; none of them may reach a log with its address
        if _code(fault) in FOR_GOOD:
            raise NotTaken(f"{type(fault).__name__} {_code(fault)}") from None
        raise ServerAway(type(fault).__name__) from None
    return {"sent": True}


def _code(fault: OSError) -> int:
    if isinstance(fault, smtplib.SMTPRecipientsRefused):
        return next(iter(fault.recipients.values()))[0]
    return getattr(fault, "smtp_code", 0)


def letter_to(person: User) -> EmailMultiAlternatives:
    """The letter in the person's language: plain text with an HTML twin, and a link that works once, for three days."""
    with translation.override(person.language):
        facts = {
            "name": person.full_name, "role": person.get_role_display(), "bureau": str(person.bureau.name) if person.bureau else "",
            "link": settings.SITE_URL.rstrip("/") + people.link_to_a_password(person), "language": person.language,
            "is_turned": person.language == "ar", "is_demonstration": settings.DEMO,
        }  # fmt: skip
        words = render_to_string("letters/invitation.txt", facts)
        html = render_to_string("letters/invitation.html", facts)
        subject = _("Your account in Strategy Progress: choose a password")
    # The same letter sent twice is one letter to a mail program.
    identity = f"<invitation-{person.pk}-{person.version}@accounts.invalid>"
    headers = {"Message-ID": identity, "Auto-Submitted": "auto-generated", "Content-Language": person.language}
    made = EmailMultiAlternatives(subject, words, None, [person.email], headers=headers)
    made.attach_alternative(html, "text/html")
    return made


def is_on_its_way(posted: Posted | None) -> bool:
    return posted is not None and posted.state in (JobState.QUEUED, JobState.RUNNING)
