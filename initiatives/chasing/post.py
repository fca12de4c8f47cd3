"""Sending what was written: each letter is claimed before it is handed over, so that no runner sends what another has.

What the server said no to is known not to have gone: for a while (4xx, or nobody there) it is tried again, for good (5xx) it is kept
with the reason. Whoever is cut off in the middle of handing a letter over leaves it uncertain, and it is never sent by itself again.
"""

from __future__ import annotations

import logging
import smtplib
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.mail import get_connection
from django.db.models import F

from accounts.models import Role
from initiatives.chasing import debts, wording
from initiatives.chasing.records import Extension, Letter, LetterKind, LetterState, MailChoice

MOST_AT_A_TIME = 200
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=5), timedelta(hours=6)
GIVE_UP_AFTER = timedelta(days=5)
CUT_OFF_AFTER = timedelta(minutes=15)
LATER = range(400, 500)
ABOUT_A_DEBT = (LetterKind.BEFORE, LetterKind.AFTER, LetterKind.HEAD, LetterKind.CHASE)
logger = logging.getLogger(__name__)


class NobodyThere(Exception):
    """The mail server cannot be reached: nothing was handed over, and the rest waits too."""


@dataclass
class Round:
    """What came of one round."""

    sent: int = 0
    left: int = 0


def send_due(*, at: datetime) -> Round:
    """This will send what is due, at most 200 letters; a server that is away ends the round."""
    note_cut_off(at=at)
    done, connection = Round(), get_connection()
    due = Letter.objects.due(at).order_by("send_after", "pk").values_list("pk", flat=True)[:MOST_AT_A_TIME]
    try:
        for pk in list(due):
            done.sent += _send_one(pk, connection, at)
    except NobodyThere as fault:
        logger.warning("The mail server cannot be reached (%s); what waits is tried again", fault)
    finally:
        _close(connection)
    done.left = Letter.objects.due(at).count()
    return done


def note_cut_off(*, at: datetime) -> int:
    """This will mark as uncertain what somebody began to hand over and never said the end of."""
    lost = Letter.objects.filter(state=LetterState.SENDING, claimed_at__lt=at - CUT_OFF_AFTER)
    return lost.update(state=LetterState.UNCERTAIN, failure="cut off")


def _send_one(pk: int, connection, at: datetime) -> bool:
    letter = _claim(pk, at)
    if letter is None:
        return False
    if not _is_still_needed(letter):
        return _settle(letter, LetterState.NOT_NEEDED)
    message = wording.message_of(letter, at=at)
    message.connection = connection
    _reach(letter, connection, at)
    try:
        message.send()
    except smtplib.SMTPServerDisconnected as fault:
        return _settle(letter, LetterState.UNCERTAIN, fault)
    except (smtplib.SMTPException, ValueError) as fault:
        _close(connection)
        return _put_back(letter, fault, at) if _code(fault) in LATER else _settle(letter, LetterState.REFUSED, fault)
    except OSError as fault:
        _close(connection)
        return _settle(letter, LetterState.UNCERTAIN, fault)
    Letter.objects.filter(pk=letter.pk).update(state=LetterState.SENT, sent_at=at, failure="")
    return True


def _claim(pk: int, at: datetime) -> Letter | None:
    """The right to send, taken before anything is sent: of any number of runners, one has it."""
    waiting = Letter.objects.due(at).filter(pk=pk)
    if not waiting.update(state=LetterState.SENDING, claimed_at=at, attempts=F("attempts") + 1):
        return None
    return Letter.objects.select_related("recipient", "bureau", "period").get(pk=pk)


def _is_still_needed(letter: Letter) -> bool:
    """Nobody hears of what was sent or answered meanwhile, and nobody who left is written to."""
    if not letter.recipient.is_active:
        return False
    if letter.kind == LetterKind.ASKED:
        return letter.recipient.role == Role.OFFICER and Extension.objects.waiting().filter(pk__in=letter.facts["about"]).exists()
    if letter.kind == LetterKind.CHANGES:
        return MailChoice.objects.filter(person=letter.recipient, follows_changes=True).exists()
    return letter.kind not in ABOUT_A_DEBT or debts.still_owes(letter.bureau_id, letter.period)


def _reach(letter: Letter, connection, at: datetime) -> None:
    """Opens the line. What fails here is known not to have been handed over."""
    try:
        connection.open()
    except OSError as fault:  # all of smtplib's own exceptions are of this kind
        _put_back(letter, fault, at, pause=timedelta(0))
        raise NobodyThere(type(fault).__name__) from fault


def _code(fault: Exception) -> int:
    """The server's answer; for a refused recipient it stands beside the address."""
    if isinstance(fault, smtplib.SMTPRecipientsRefused):
        return next(iter(fault.recipients.values()))[0]
    return getattr(fault, "smtp_code", 0)


def _put_back(letter: Letter, fault: Exception, at: datetime, pause: timedelta | None = None) -> bool:
    """It waits again, a little longer each time; after days it is given up, with the reason."""
    if at - letter.written_at > GIVE_UP_AFTER:
        return _settle(letter, LetterState.REFUSED, fault)
    if pause is None:
        pause = min(FIRST_PAUSE * 2 ** min(letter.attempts - 1, 10), LONGEST_PAUSE)
    Letter.objects.filter(pk=letter.pk).update(state=LetterState.WAITING, send_after=at + pause, failure=_words(fault))
    return False


def _settle(letter: Letter, state: str, fault: Exception | None = None) -> bool:
    Letter.objects.filter(pk=letter.pk).update(state=state, failure=_words(fault) if fault else "")
    if fault:
        logger.warning("Letter %s to person %s: %s (%s)", letter.pk, letter.recipient_id, state, _words(fault))
    return False


def _words(fault: Exception) -> str:
    """The kind of fault and the server's code; never an address."""
    code = _code(fault)
    return f"{type(fault).__name__} {code}" if code else type(fault).__name__


def _close(connection) -> None:
    try:
        connection.close()
    except OSError as fault:
        logger.warning("The line to the mail server broke while it was closed: %s", type(fault).__name__)
