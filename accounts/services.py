"""Changing who there is: people, with their bureau, role and clearance."""

from __future__ import annotations

import zoneinfo

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import start
from accounts.access import BUREAU_ROLES, require
from accounts.models import LANGUAGE_CHOICES, Bureau, Role, User
from core import audit, versions
from core.errors import Invalid, NotAllowed
from core.handling import Handling

PREFERENCES = ("language", "time_zone", "start_page", "one_at_a_time", "single_keys")
PERSON_FIELDS = ("email", "full_name", "role", "bureau", "clearance", "language", "time_zone", "is_active")


@transaction.atomic
def create_person(
    *, email: str, full_name: str, role: str, at, by=None, bureau: Bureau | None = None,
    clearance: int = Handling.INTERNAL, language: str = "en", time_zone: str = "",
    password: str | None = None,
) -> User:  # fmt: skip
    """This will register a person, who cannot sign in until they have a password.

    `by` None is the machine's own command line; anyone else must be an administrator. Raises Invalid with
    every field at fault: an address in use, a liaison without a bureau, a password that is too weak.
    """
    if by is not None:
        require(by, "account.manage")
    person = User(
        email=email.strip(), full_name=full_name.strip(), role=role, bureau=bureau, clearance=clearance,
        language=language, time_zone=time_zone or (bureau.time_zone if bureau else "UTC"),
        created_at=at, updated_at=at,
    )  # fmt: skip
    if faults := person_faults(person) | password_faults(person, password):
        raise Invalid(_("The person cannot be registered."), fields=faults)
    person.password = make_password(password)
    person.save()
    audit.record(
        at=at, by=by, action="person.created", target=person, after=audit.snapshot(person, PERSON_FIELDS),
        bureau_id=person.bureau_id,
    )  # fmt: skip
    return person


def person_faults(person: User) -> dict:
    """What is wrong with a person as they would be saved, by field."""
    faults = {}
    try:
        validate_email(person.email)
    except ValidationError as refused:
        faults["email"] = refused.messages
    if User.objects.filter(email__iexact=person.email).exclude(pk=person.pk).exists():
        faults["email"] = [_("Somebody has this address already.")]
    if not person.full_name:
        faults["full_name"] = [_("Give the person's name.")]
    if person.role not in Role.values:
        faults["role"] = [_("Choose one of the roles.")]
    if person.role in BUREAU_ROLES and person.bureau is None:
        faults["bureau"] = [_("Liaisons and heads belong to a bureau.")]
    if person.clearance not in Handling.values:
        faults["clearance"] = [_("Choose one of the handling levels.")]
    if person.language not in dict(LANGUAGE_CHOICES):
        faults["language"] = [_("Choose one of the languages.")]
    return faults


def password_faults(person: User, password: str | None) -> dict:
    """Why the password is too weak for the person, under "password"."""
    if password is None:
        return {}
    try:
        validate_password(password, person)
    except ValidationError as refused:
        return {"password": refused.messages}
    return {}


@transaction.atomic
def set_preferences(*, person_id: int, by, at, version: int | None = None, **values) -> User:
    """This will keep what a person chose for themselves (`PREFERENCES`). Refused for anyone else's.

    `version` None takes the choice as the last word: it is one person's own, and asks for nothing else.
    """
    if by.pk != person_id:
        raise NotAllowed(_("People choose their own settings."))
    person = versions.lock(User.objects.active(), person_id, version=version)
    faults = {}
    if values.get("language", person.language) not in dict(LANGUAGE_CHOICES):
        faults["language"] = [_("Choose one of the languages.")]
    if values.get("time_zone", person.time_zone) not in zoneinfo.available_timezones():
        faults["time_zone"] = [_("Choose one of the time zones.")]
    if not start.is_open_to(person, values.get("start_page", start.HOME)):
        faults["start_page"] = [_("Choose one of the pages.")]
    if faults:
        raise Invalid(_("This cannot be saved yet."), fields=faults)
    chosen = {name: values[name] for name in PREFERENCES if name in values}
    before = audit.snapshot(person, chosen)
    if versions.change(person, at=at, **chosen):
        audit.record(
            at=at, by=by, action="person.preferences_set", target=person, before=before,
            after=audit.snapshot(person, chosen), bureau_id=person.bureau_id,
        )  # fmt: skip
    return person


@transaction.atomic
def change_password(*, person_id: int, present: str, new: str, by, at) -> User:
    """This will replace a person's own password, if they know the present one and the new one is strong enough."""
    if by.pk != person_id:
        raise NotAllowed(_("People change their own password."))
    person = versions.lock(User.objects.active(), person_id, version=None)
    faults = {}
    if not person.check_password(present):
        faults["present"] = [_("This is not your present password.")]
    if weak := password_faults(person, new):
        faults["new"] = weak["password"]
    if faults:
        raise Invalid(_("The password cannot be changed."), fields=faults)
    versions.change(person, at=at, password=make_password(new))
    audit.record(
        at=at, by=by, action="person.password_changed", target=person, bureau_id=person.bureau_id,
    )  # fmt: skip
    return person
