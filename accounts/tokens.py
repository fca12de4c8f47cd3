"""A person's tokens for other programs: shown once, kept as a digest, ended by a date or by hand."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from knox.models import AuthToken

from accounts.models import User
from core import audit, versions
from core.errors import Conflict, Invalid, NotFound

MOST_TOKENS = 20
MOST_DAYS = 365
USUAL_DAYS = 90


def tokens_of(person, at):
    """The person's tokens that still open the door, newest first."""
    return AuthToken.objects.filter(Q(expiry=None) | Q(expiry__gt=at), user_id=person.pk).order_by("-created")


@transaction.atomic
def create_token(*, by, at, days: int = USUAL_DAYS) -> tuple[AuthToken, str]:
    """This will make a token that acts as the person; its text is returned here and never again.

    Refused: more than a year, more than twenty at a time.
    """
    if not 1 <= days <= MOST_DAYS:
        raise Invalid.on("days", _("A token lasts from 1 to %(most)s days.") % {"most": MOST_DAYS})
    person = versions.lock(User.objects.active(), by.pk, version=None)
    if tokens_of(person, at).count() >= MOST_TOKENS:
        raise Conflict(_("You have as many tokens as one person may have; end one first."), code="too_many_tokens")
    made, text = AuthToken.objects.create(person, expiry=timedelta(days=days))
    _trace("token.created", person, made, at)
    return made, text


@transaction.atomic
def end_token(*, key: str, by, at) -> None:
    """This will end one of the person's own tokens at once."""
    found = AuthToken.objects.select_for_update().filter(user=by, token_key=key).first()
    if found is None:
        raise NotFound
    _trace("token.ended", by, found, at)
    found.delete()


def _trace(action: str, person, token, at) -> None:
    facts = {"key": token.token_key, "expires_at": token.expiry}
    audit.record(at=at, by=person, action=action, target=person, after=facts, bureau_id=person.bureau_id)
