"""The rules of `accounts.access` in the form in which the API declares them."""

from __future__ import annotations

from functools import partial

from accounts.access import OWN_BUREAU_ONLY, ROLES_FOR, WRITERS_OWN_ONLY, refusal
from accounts.models import Role
from core.api import Rule


def _nothing_against(user, *, bureau_id=None):
    return None


EVERYONE = Rule("read", frozenset(Role.values), _nothing_against)


def act(name: str) -> Rule:
    """The rule of one act. An act that `ROLES_FOR` does not list cannot be declared."""
    return Rule(
        name,
        frozenset(ROLES_FOR[name]),
        partial(refusal_of, name),
        own_bureau=name in OWN_BUREAU_ONLY | WRITERS_OWN_ONLY,
    )


def refusal_of(name: str, user, *, bureau_id: int | None = None):
    return refusal(user, name, bureau_id=bureau_id)


def either(*rules: Rule) -> Rule:
    """Passes whoever one of the rules passes; the service that does the act looks closer."""

    def refuse(user, *, bureau_id=None):
        reasons = [rule.refuse(user, bureau_id=bureau_id) for rule in rules]
        return None if None in reasons else reasons[0]

    roles = frozenset().union(*(rule.roles for rule in rules))
    return Rule(rules[0].act, roles, refuse, own_bureau=any(rule.own_bureau for rule in rules))
