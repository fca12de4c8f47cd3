"""The rooms of the administration: each app says which it has, and one page lists them all.

An app puts its rooms into `administration.py` as `ENTRIES`; `dashboard.administration` collects them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WINGS = {
    "plans": _("Plans and their words"),
    "measuring": _("Measuring"),
    "reporting": _("Reporting"),
    "people": _("People and bureaus"),
}
Numbers = Mapping[str, int]


def _nothing(user, on: date) -> dict:
    return {}


def _silence(numbers: Numbers) -> str:
    return ""


@dataclass(frozen=True)
class Entry:
    """One room. `acts` are those of `accounts.access.ROLES_FOR`: whoever may do one of them sees it.

    `counts` names what is counted, each a queryset (all rooms' are counted with one question to the database) or a
    number; `state` makes one sentence of the numbers. `wing` is one of WINGS, `place` its order there.
    """

    wing: str
    place: int
    title: str | Promise
    words: str | Promise
    address: str
    acts: tuple[str, ...]
    counts: Callable[[object, date], Mapping[str, QuerySet | int]] = _nothing
    state: Callable[[Numbers], str] = _silence
