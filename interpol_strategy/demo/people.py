"""Registering the cast: everybody has an account, only the named ones have the demonstration password."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX, make_password

from accounts.models import Bureau, Role, User
from accounts.services import PERSON_FIELDS
from core import audit
from interpol_strategy.demo.cast import PLAYERS, Person, everybody
from interpol_strategy.demo.stage import Stage

NO_PASSWORD = f"{UNUSABLE_PASSWORD_PREFIX}invented person"


def register_cast(stage: Stage, *, password: str, at: datetime) -> list[audit.Entry]:
    """This will add the whole cast and say which bureaus ask for their head's approval."""
    cast = everybody({code: bureau.language for code, bureau in stage.bureaus.items()})
    hashed = make_password(password)
    made = User.objects.bulk_create([_user(person, stage, hashed, at) for person in cast])
    stage.people = {person.key: user for person, user in zip(cast, made, strict=True)}
    entries = [
        audit.Entry(at, None, "person.created", user, {}, audit.snapshot(user, PERSON_FIELDS), "", user.bureau_id)
        for user in made
    ]
    return [*entries, *_ask_heads(stage, at)]


def _user(person: Person, stage: Stage, hashed: str, at: datetime) -> User:
    bureau = stage.bureaus.get(person.bureau)
    return User(
        email=person.email,
        full_name=person.name,
        role=person.role,
        bureau=bureau,
        clearance=person.clearance,
        language=person.language,
        time_zone=bureau.time_zone if bureau else "Europe/Paris",
        password=hashed if person.named else NO_PASSWORD,
        created_at=at,
        updated_at=at,
    )


def _ask_heads(stage: Stage, at: datetime) -> list[audit.Entry]:
    entries = []
    for player in PLAYERS:
        bureau = stage.bureaus[player.code]
        if player.asks_head and not bureau.requires_head_approval:
            Bureau.objects.filter(pk=bureau.pk).update(requires_head_approval=True, version=bureau.version + 1)
            bureau.requires_head_approval = True
            entries.append(
                audit.Entry(
                    at,
                    stage.people["admin"],
                    "bureau.changed",
                    bureau,
                    {"requires_head_approval": False},
                    {"requires_head_approval": True},
                    "",
                    bureau.pk,
                )  # fmt: skip
            )
    return entries


def author_of(stage: Stage, code: str) -> User:
    """The person who writes the bureau's updates."""
    return next(user for user in _of_bureau(stage, code) if user.role == Role.LIAISON)


def head_of(stage: Stage, code: str) -> User:
    return next(user for user in _of_bureau(stage, code) if user.role == Role.HEAD)


def officers(stage: Stage) -> list[User]:
    return [user for user in stage.people.values() if user.role == Role.OFFICER]


def _of_bureau(stage: Stage, code: str) -> list[User]:
    return [user for user in stage.people.values() if user.bureau_id == stage.bureaus[code].pk]
