"""One message to each recipient when an edition is there: a link in their language, never the file."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.access import clearance_of

from .models import Edition, EditionNotice
from .render.voice import Voice

TRY_AGAIN_AFTER = timedelta(minutes=10)
GIVE_UP_AFTER = timedelta(days=3)
logger = logging.getLogger(__name__)


def tell_recipients(editions: list[Edition], *, at: datetime) -> int:
    """This will send what was not sent yet. Answers how many messages went out; a refused one is kept with its reason."""
    sent = 0
    for person in editions[0].definition.recipients.filter(is_active=True):
        edition = next((one for one in editions if one.level <= clearance_of(person)), None)
        if edition is not None:
            sent += _tell(edition, person, at)
    return sent


def tell_forgotten(*, at: datetime) -> int:
    """This will try again what was refused or cut off, for editions of the last days. Answers how many went out."""
    unsent = EditionNotice.objects.filter(
        sent_at=None, claimed_at__lt=at - TRY_AGAIN_AFTER, claimed_at__gt=at - GIVE_UP_AFTER
    )
    rows = unsent.select_related("edition__definition", "recipient")
    return sum(
        _tell(row.edition, row.recipient, at) for row in rows if row.edition.level <= clearance_of(row.recipient)
    )


def _tell(edition: Edition, person, at: datetime) -> bool:
    message = _message(edition, person)
    notice = _claim(edition, person, at)
    return notice is not None and _send(notice, message, at)


def _claim(edition: Edition, person, at: datetime) -> EditionNotice | None:
    """The right to send, taken before anything is sent: of any number of runners, one has it."""
    try:
        with transaction.atomic():
            return EditionNotice.objects.create(number=edition.number, edition=edition, recipient=person, claimed_at=at)
    except IntegrityError:
        forgotten = Q(sent_at=None) & Q(claimed_at__lt=at - TRY_AGAIN_AFTER)
        notice = EditionNotice.objects.filter(number=edition.number, recipient=person)
        return notice.first() if notice.filter(forgotten).update(claimed_at=at) else None


def _send(notice: EditionNotice, message: EmailMessage, at: datetime) -> bool:
    try:
        message.send()
    except OSError as fault:
        logger.warning("The message about edition %s to %s was not sent: %r", notice.number, notice.recipient_id, fault)
        EditionNotice.objects.filter(pk=notice.pk).update(failure=type(fault).__name__)
        return False
    EditionNotice.objects.filter(pk=notice.pk).update(sent_at=at, failure="")
    return True


def _message(edition: Edition, person) -> EmailMessage:
    with translation.override(person.language):
        voice = Voice(person.language)
        words = {
            "title": voice.words(edition.snapshot["title"])[0], "period": voice.period(edition.period_code),
            "number": edition.number, "name": person.full_name,
            "link": settings.SITE_URL.rstrip("/") + reverse("reports:edition", args=[edition.number]),
        }  # fmt: skip
        subject = _("%(title)s, %(period)s: edition %(number)s is ready") % words
        if edition.corrects_id:
            words["old"] = edition.corrects.number
            words["link"] += "\n\n" + _("It takes the place of edition %(old)s: do not use that one any more.") % words
        body = (
            _(
                "Dear %(name)s,\n\n%(title)s for %(period)s has been filed as edition %(number)s. You can read it and "
                "download it here:\n\n%(link)s\n\nThis message carries no figures. You receive it because you are named as "
                "a recipient of this report."
            )
            % words
        )
    identity = f"<edition-{edition.number}-{person.pk}@reports.invalid>"
    return EmailMessage(" ".join(subject.split()), body, None, [person.email], headers={"Message-ID": identity})
