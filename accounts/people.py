"""Keeping accounts: who works here, in which role, with which clearance, and since when no longer."""

from __future__ import annotations

from django.contrib.auth.hashers import make_password
from django.contrib.auth.tokens import default_token_generator
from django.db import transaction
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode
from django.utils.translation import gettext_lazy as _
from knox.models import AuthToken

from accounts.access import require, sight
from accounts.models import OpenSession, Role, User
from accounts.services import password_faults, person_faults
from core import audit, versions
from core.errors import Conflict, Invalid, NotAllowed, NotFound

EDITED = ("email", "full_name", "role", "bureau", "clearance", "language")
# What decides what somebody sees and does: nobody changes it for themselves, and a change says why.
RIGHTS = ("role", "bureau", "clearance")


@transaction.atomic
def edit_person(*, person_id: int, version: int, by, at, reason: str = "", **values) -> User:
    """This will change a person's name, address, language or rights.

    Refused: one's own rights, a change of rights without a reason, the last administrator's role, and whatever
    registering would refuse.
    """
    person = lock_for_change(person_id, version, by)
    if unknown := set(values) - set(EDITED):
        raise Invalid(fields={name: [_("This cannot be changed.")] for name in unknown})
    values = {name: value.strip() if isinstance(value, str) else value for name, value in values.items()}
    changed = [name for name in RIGHTS if name in values and values[name] != getattr(person, name)]
    before = audit.snapshot(person, values)
    if changed and person.pk == by.pk:
        raise NotAllowed(_("Nobody changes their own role, bureau or clearance. Ask another administrator."))
    if person.role == Role.ADMIN and values.get("role", person.role) != Role.ADMIN:
        _require_another_admin(person)
    for name, value in values.items():
        setattr(person, name, value)
    faults = person_faults(person)
    if changed and not reason.strip():
        faults["reason"] = [_("Say why it changes.")]
    if faults:
        raise Invalid(_("The person cannot be saved yet."), fields=faults)
    if before == audit.snapshot(person, values):
        return person
    versions.touch(person, at=at, fields=list(values))
    return leave_trace("person.edited", person, by, at, before=before, after=audit.snapshot(person, values), reason=reason)


@transaction.atomic
def deactivate_person(*, person_id: int, version: int, reason: str, by, at) -> User:
    """This will close an account: every session and token of it ends at once, and its password opens nothing more.

    Refused: no reason, one's own account, the last administrator's, one that is closed already.
    """
    person = lock_for_change(person_id, version, by)
    if not reason.strip():
        raise Invalid.on("reason", _("Say why it changes."))
    if person.pk == by.pk:
        raise NotAllowed(_("Nobody closes their own account. Ask another administrator."))
    if not person.is_active:
        raise Conflict(_("This account is closed already."), code="closed")
    if person.role == Role.ADMIN:
        _require_another_admin(person)
    shut_account(person, at=at)
    return leave_trace("person.deactivated", person, by, at, reason=reason)


def shut_account(person: User, *, at) -> None:
    """This will close the locked person's account without a record of it, which is its caller's: `person.deactivated`."""
    _shut_out(person)
    versions.change(person, at=at, is_active=False, password=make_password(None))


@transaction.atomic
def reactivate_person(*, person_id: int, version: int, reason: str, by, at) -> User:
    """This will open a closed account again; the person chooses a new password by a link."""
    person = lock_for_change(person_id, version, by)
    if not reason.strip():
        raise Invalid.on("reason", _("Say why it changes."))
    if person.is_active:
        raise Conflict(_("This account is open."), code="open")
    versions.change(person, at=at, is_active=True)
    return leave_trace("person.reactivated", person, by, at, reason=reason)


@transaction.atomic
def reset_password(*, person_id: int, version: int, by, at) -> str:
    """This will make the present password useless, end every session and token, and answer a link to a new one.

    The link is a path of this site; it works once, for three days, and is shown to nobody again.
    """
    person = lock_for_change(person_id, version, by)
    if not person.is_active:
        raise Conflict(_("This account is closed; open it first."), code="closed")
    make_password_useless(person, at=at)
    leave_trace("person.password_reset", person, by, at)
    return link_to_a_password(person)


def link_to_a_password(person: User) -> str:
    key = urlsafe_base64_encode(force_bytes(person.pk))
    return reverse("accounts:set_password", args=[key, default_token_generator.make_token(person)])


def person_invited(key: str, token: str) -> User | None:
    """Whom the link is for, while it works; None for anything else."""
    try:
        pk = int(urlsafe_base64_decode(key).decode("ascii"))
    except ValueError:
        return None
    person = User.objects.active().filter(pk=pk).first() if 0 < pk < 2**63 else None
    return person if person is not None and default_token_generator.check_token(person, token) else None


@transaction.atomic
def set_password(*, key: str, token: str, password: str, at) -> User:
    """This will give the person whom the link is for their own password. Raises NotFound once the link was used."""
    person = person_invited(key, token)
    if person is None:
        raise NotFound(_("This link was used already, or it is too old."))
    person = versions.lock(User.objects.active(), person.pk, version=None)
    if not default_token_generator.check_token(person, token):
        raise NotFound(_("This link was used already, or it is too old."))
    if faults := password_faults(person, password):
        raise Invalid(_("The password cannot be set."), fields={"new": faults["password"]})
    versions.change(person, at=at, password=make_password(password))
    return leave_trace("person.password_set", person, person, at)


def lock_for_change(person_id: int, version: int, by) -> User:
    """The person as the administrator saw them, locked. Raises NotAllowed, NotFound and Stale."""
    require(by, "account.manage")
    return versions.lock(User.objects.filter(sight(by).people()), person_id, version=version)


def _require_another_admin(person: User) -> None:
    """Two administrators who close each other's account at once wait for each other here."""
    admins = User.objects.active().filter(role=Role.ADMIN).order_by("pk").select_for_update(of=("self",))
    if not [one for one in admins if one.pk != person.pk]:
        raise Conflict(_("This is the last administrator; name another one first."), code="last_administrator")


def make_password_useless(person: User, *, at) -> None:
    """This will let the locked person's password open nothing more, and end every session and token of theirs."""
    _shut_out(person)
    versions.change(person, at=at, password=make_password(None))


def _shut_out(person: User) -> None:
    OpenSession.objects.filter(person_id=person.pk).delete()
    AuthToken.objects.filter(user=person).delete()


def leave_trace(action: str, person: User, by, at, *, before=None, after=None, reason: str = "") -> User:
    """This will record an act on an account, and hand the person over."""
    audit.record(
        at=at, by=by, action=action, target=person, before=before, after=after, reason=reason.strip(),
        bureau_id=person.bureau_id,
    )  # fmt: skip
    return person
