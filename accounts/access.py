"""Who may see and do what: the one place that every page, call, export, report and task asks.

Seeing is a question put to a table: `sight(user).initiatives()` and its siblings are conditions for a queryset, so
page, API and export cannot disagree. Doing is `require(user, act, record)`, which answers with a reason.
Hidden is 404 (the row is not in the queryset); visible but not allowed is 403 (`NotAllowed`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Q
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import Role
from core.errors import NotAllowed
from core.handling import Handling

NOTHING = Q(pk__in=[])
EVERYTHING = ~NOTHING
BUREAU_ROLES = frozenset({Role.LIAISON, Role.HEAD})

OFFICERS = frozenset({Role.OFFICER})
WRITERS = frozenset({Role.LIAISON, Role.HEAD})
READERS_OF_REPORTS = frozenset(Role.values)

# What each act asks of the person's role. An act that is not listed is nobody's.
ROLES_FOR: dict[str, frozenset] = {
    "plan.edit": OFFICERS,
    "indicator.edit": OFFICERS,
    "target.set": OFFICERS,
    "threshold.edit": OFFICERS,
    "weight.edit": OFFICERS,
    "crosswalk.edit": OFFICERS,
    "judgement.set": OFFICERS,
    "period.manage": OFFICERS,
    "measurement.record": OFFICERS,
    "initiative.create": WRITERS,
    "initiative.edit": WRITERS,
    "initiative.change_many": WRITERS | OFFICERS,
    "initiative.import": OFFICERS,
    "update.write": WRITERS,
    "update.submit": WRITERS,
    "update.approve": frozenset({Role.HEAD}),
    "update.validate": OFFICERS,
    "update.return": OFFICERS,
    "update.comment": WRITERS | OFFICERS,
    "extension.ask": WRITERS,
    "extension.decide": OFFICERS,
    "reminder.send": OFFICERS,
    "reminder.schedule": OFFICERS,
    "duty.hand_over": OFFICERS | {Role.HEAD, Role.ADMIN},
    "thread.read": WRITERS | OFFICERS | {Role.AUDITOR},
    "review.read": OFFICERS | {Role.AUDITOR},
    "view.share": OFFICERS,
    "report.define": OFFICERS,
    "report.request": OFFICERS,
    "report.file": OFFICERS,
    "report.read": READERS_OF_REPORTS,
    "audit.read": frozenset({Role.AUDITOR}),
    "account.manage": frozenset({Role.ADMIN}),
    "bureau.manage": frozenset({Role.ADMIN}),
}

# Acts that only the bureau that leads the work may do.
OWN_BUREAU_ONLY = frozenset(
    {"initiative.create", "initiative.edit", "update.write", "update.submit", "update.approve", "extension.ask"}
)
# Acts that, of all liaisons and heads, only those of the bureau that leads the work may do.
WRITERS_OWN_ONLY = frozenset({"update.comment", "thread.read", "initiative.change_many", "duty.hand_over"})


def clearance_of(user) -> int:
    """The highest handling level the person may read of others' work; -1 for nobody.

    Auditors read everything. Administrators never read above internal by that role.
    """
    if not _is_somebody(user):
        return -1
    if user.role == Role.AUDITOR:
        return Handling.CONFIDENTIAL
    if user.role == Role.ADMIN:
        return min(user.clearance, Handling.INTERNAL)
    return user.clearance


def _is_somebody(user) -> bool:
    return bool(user is not None and user.is_authenticated and user.is_active)


def own_bureau_id(user) -> int | None:
    """The bureau whose work the person writes; only liaisons and heads write."""
    return user.bureau_id if _is_somebody(user) and user.role in BUREAU_ROLES else None


class Reader(NamedTuple):
    """All of a person that decides what work, plans and values they see, and nothing else: fit to be a key (core.questions)."""

    role: str
    clearance: int
    bureau_id: int | None
    is_active: bool
    is_authenticated: bool


class Colleague(NamedTuple):
    """All of a person that decides which people they see, and nothing else: fit to be a key as well."""

    role: str
    bureau_id: int | None
    pk: int
    is_active: bool
    is_authenticated: bool


def colleague_of(user) -> Colleague:
    return Colleague(*(getattr(user, name) for name in Colleague._fields))


def reader_of(user) -> Reader:
    """The person as `sight` needs them; which people they may see depends on more, and cannot be asked with this."""
    return Reader(*(getattr(user, name) for name in Reader._fields))


def reader_of_totals(user) -> Reader:
    """Somebody of no bureau, cleared as the person is: who sees what they see of figures of several bureaus together."""
    return Reader(Role.LEADER, clearance_of(user), None, True, True)


@dataclass(frozen=True)
class Sight:
    """What one person may see, as conditions for querysets. `user` is the person, or their `Reader`."""

    user: object

    @property
    def clearance(self) -> int:
        return clearance_of(self.user)

    @property
    def bureau_id(self) -> int | None:
        return own_bureau_id(self.user)

    @property
    def sees_all_states(self) -> bool:
        return _is_somebody(self.user) and self.user.role == Role.AUDITOR

    def handled(self, field: str = "handling") -> Q:
        """Rows whose handling level the person's clearance allows."""
        return Q(**{f"{field}__lte": self.clearance}) if self.clearance >= 0 else NOTHING

    def initiatives(self, prefix: str = "") -> Q:
        """Work the person may see: what clearance allows, and all that their own bureau leads."""
        seen = self.handled(f"{prefix}handling")
        return seen | Q(**{f"{prefix}lead_bureau": self.bureau_id}) if self.bureau_id else seen

    def updates(self) -> Q:
        """Updates the person may see.

        Own bureau: all. Officers: what was sent. Auditors: all. Everyone else: what was validated.
        """
        if self.clearance < 0:
            return NOTHING
        cleared = self.handled() & self.handled("initiative__handling")
        others = cleared & self._visible_states()
        return others | Q(initiative__lead_bureau=self.bureau_id) if self.bureau_id else others

    def _visible_states(self) -> Q:
        if self.sees_all_states:
            return EVERYTHING
        if self.user.role == Role.OFFICER:
            return Q(submitted_at__isnull=False)
        return Q(state="validated")

    def measurements(self) -> Q:
        """Single values the person may see: what clearance allows, and their own bureau's."""
        seen = self.handled()
        return seen | Q(bureau=self.bureau_id) if self.bureau_id else seen

    def plans(self, prefix: str = "") -> Q:
        """Plans the person may see: a draft is for those who write plans, and for auditors."""
        if not _is_somebody(self.user):
            return NOTHING
        if self.user.role in {Role.OFFICER, Role.AUDITOR}:
            return EVERYTHING
        return ~Q(**{f"{prefix}status": "draft"})

    def people(self) -> Q:
        """Administrators, officers and auditors see everyone; others their own bureau and themselves."""
        if not _is_somebody(self.user):
            return NOTHING
        if self.user.role in {Role.ADMIN, Role.OFFICER, Role.AUDITOR}:
            return EVERYTHING
        own = Q(pk=self.user.pk)
        return own | Q(bureau=self.user.bureau_id) if self.user.bureau_id else own


def sight(user) -> Sight:
    return Sight(user)


def refusal(user, act: str, *, bureau_id: int | None = None):
    """Why the person may not do the act on what the bureau leads; None when they may."""
    if not _is_somebody(user):
        return _("Sign in first.")
    if user.role not in ROLES_FOR.get(act, frozenset()):
        return format_lazy(_("Your role ({role}) does not do this."), role=Role(user.role).label)
    is_own_only = act in OWN_BUREAU_ONLY or (act in WRITERS_OWN_ONLY and user.role in BUREAU_ROLES)
    if is_own_only and bureau_id is not None and bureau_id != user.bureau_id:
        return _("Only the bureau that leads this work may do this.")
    return None


def may(user, act: str, *, bureau_id: int | None = None) -> bool:
    return refusal(user, act, bureau_id=bureau_id) is None


def require(user, act: str, *, bureau_id: int | None = None) -> None:
    """This will pass in silence or raise NotAllowed with the reason."""
    reason = refusal(user, act, bureau_id=bureau_id)
    if reason is not None:
        raise NotAllowed(reason)
