"""The rooms of people and bureaus in the administration."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import Bureau, MemberCountry, Role, User
from core.administration import Entry

READERS = ("account.manage", "plan.edit", "audit.read")
WRITERS = (Role.LIAISON, Role.HEAD)


def _people(user, on) -> dict:
    return {"open": User.objects.active(), "closed": User.objects.filter(is_active=False)}


def _people_stand(numbers) -> str:
    words = ngettext("%(n)s open account", "%(n)s open accounts", numbers["open"]) % {"n": numbers["open"]}
    closed = ngettext("%(n)s account closed", "%(n)s accounts closed", numbers["closed"]) % {"n": numbers["closed"]}
    return f"{words} · {closed}"


def _bureaus(user, on) -> dict:
    active = Bureau.objects.filter(is_active=True)
    reported = User.objects.active().filter(role__in=WRITERS, bureau__isnull=False).order_by().values("bureau")
    return {"active": active, "unstaffed": active.exclude(pk__in=reported)}


def _bureaus_stand(numbers) -> str:
    words = ngettext("%(n)s active bureau", "%(n)s active bureaus", numbers["active"]) % {"n": numbers["active"]}
    without = ngettext("%(n)s without a liaison", "%(n)s without a liaison", numbers["unstaffed"])
    return f"{words} · {without % {'n': numbers['unstaffed']}}"


def _countries(user, on) -> dict:
    return {"members": MemberCountry.objects.members_on(on)}


def _countries_stand(numbers) -> str:
    return ngettext("%(n)s member today", "%(n)s members today", numbers["members"]) % {"n": numbers["members"]}


ENTRIES = (
    Entry(
        "people", 10, _("People"), _("Accounts: invite, change role, bureau and clearance, close and open again."),
        "accounts:people", READERS, _people, _people_stand,
    ),
    Entry(
        "people", 20, _("Bureaus"), _("National Central Bureaus and units: name, language, time zone, approval by the head."),
        "accounts:bureaus", READERS, _bureaus, _bureaus_stand,
    ),
    Entry(
        "people", 30, _("Member countries"), _("Every country that is or was a member, with the days of its membership."),
        "accounts:countries", READERS, _countries, _countries_stand,
    ),
)  # fmt: skip
