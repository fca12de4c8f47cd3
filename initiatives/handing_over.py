"""Hand-over: when somebody leaves, what is open goes to a successor of the same bureau; what they signed stays theirs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.access import BUREAU_ROLES, require, sight
from accounts.models import User
from accounts.people import shut_account
from core import audit, versions
from core.errors import Conflict, Invalid, NotFound, Stale
from initiatives.chasing.records import Extension, ExtensionState
from initiatives.choices import OPEN_STATES
from initiatives.models import Initiative, Update


@dataclass(frozen=True)
class OpenDuties:
    """What a person has open: drafts and returned updates, work they are the contact for, requests that wait."""

    updates: list[Update] = field(default_factory=list)
    initiatives: list[Initiative] = field(default_factory=list)
    requests: list[Extension] = field(default_factory=list)

    @property
    def count(self) -> int:
        return len(self.updates) + len(self.initiatives) + len(self.requests)

    @property
    def mark(self) -> str:
        """Names exactly this set, so that what is confirmed is what was seen."""
        parts = (
            [f"u{one.pk}v{one.version}" for one in self.updates]
            + [f"i{one.pk}v{one.version}" for one in self.initiatives]
            + [f"e{one.pk}v{one.version}" for one in self.requests]
        )
        return audit.sign(",".join(parts))[:32]

    def above(self, clearance: int) -> int:
        """How many of them are handled above the clearance."""
        updates = sum(max(one.handling, one.initiative.handling) > clearance for one in self.updates)
        return updates + sum(one.handling > clearance for one in self.initiatives)


def open_duties_of(person: User, *, for_change: bool = False) -> OpenDuties:
    """Three queries; `for_change` locks the rows."""
    updates = Update.objects.filter(author=person, state__in=OPEN_STATES).order_by("pk")
    initiatives = Initiative.objects.filter(responsible=person).order_by("pk")
    requests = Extension.objects.filter(contact=person, state=ExtensionState.ASKED).order_by("pk")
    if for_change:
        initiatives = initiatives.select_for_update(of=("self",))
        updates, requests = (rows.select_for_update(of=("self",)) for rows in (updates, requests))
    work = list(initiatives)
    return OpenDuties(
        list(updates.select_related("initiative", "period")), work, list(requests.select_related("bureau", "period"))
    )


def people_who_may_leave(by) -> Iterable[User]:
    """Liaisons and heads that the person may hand over for: of all bureaus, or of the head's own."""
    rows = User.objects.filter(sight(by).people(), role__in=BUREAU_ROLES).select_related("bureau")
    return rows.filter(bureau=by.bureau_id) if by.role in BUREAU_ROLES else rows


def successors_of(leaver: User) -> Iterable[User]:
    rows = User.objects.active().filter(bureau=leaver.bureau_id, role__in=BUREAU_ROLES)
    return rows.exclude(pk=leaver.pk).order_by("full_name")


def refusal_of(leaver: User, successor: User, duties: OpenDuties) -> str:
    """Why the successor cannot take over; empty when they can."""
    if successor.pk == leaver.pk:
        return _("Nobody takes over from themselves.")
    if successor.bureau_id is None or successor.bureau_id != leaver.bureau_id:
        return _("The successor works for another bureau.")
    if not successor.is_active:
        return _("The successor's account is closed.")
    if successor.role not in BUREAU_ROLES:
        return _("The successor's role does not report for a bureau.")
    hidden = duties.above(successor.clearance)
    if hidden:
        words = ngettext(
            "%(n)s of these is handled above the successor's clearance; an administrator can raise it first.",
            "%(n)s of these are handled above the successor's clearance; an administrator can raise it first.",
            hidden,
        )
        return words % {"n": hidden}
    return ""


def drawn_for(user, duties: OpenDuties) -> dict:
    """The duties by name, as far as the reader may see the work, and how many others there are."""
    about = [("update", one.initiative, one.period.code) for one in duties.updates]
    about += [("initiative", one, "") for one in duties.initiatives]
    wanted = {work.pk for _kind, work, _period in about}
    seen = set(Initiative.objects.visible_to(user).filter(pk__in=wanted).values_list("pk", flat=True))
    shown = [one for one in about if one[1].pk in seen]
    return {"shown": shown, "requests": duties.requests, "unseen": len(about) - len(shown)}


@transaction.atomic
def hand_over(
    *, leaver_id: int, successor_id: int, seen: str, ends_account: bool, reason: str, by, at
) -> tuple[User, User, int]:
    """This will give all that the leaver has open to the successor, and close the leaver's account if that is asked.

    `seen` is the mark of what the person confirmed (`OpenDuties.mark`). Who submitted, approved or asked never changes,
    and the leaver stays among an update's writers. A closed account's sessions and tokens end at once.

    Refused: another bureau's head, a successor of another bureau, without an account that is open or without the
    clearance, somebody closing their own account, no reason; Stale when something changed since it was looked at.
    """
    leaver, successor = _lock_people(leaver_id, successor_id, by)
    require(by, "duty.hand_over", bureau_id=leaver.bureau_id)
    duties = open_duties_of(leaver, for_change=True)
    faults = {}
    if refused := refusal_of(leaver, successor, duties):
        faults["successor"] = [refused]
    if ends_account and leaver.pk == by.pk:
        faults["ends_account"] = [_("Nobody closes their own account.")]
    if not reason.strip():
        faults["reason"] = [_("Say why.")]
    if faults:
        raise Invalid(_("This cannot be handed over yet."), fields=faults)
    if duties.mark != seen:
        raise Stale(_("Something changed since you looked. Look at what moves once more."), current=leaver)
    if not duties.count and not ends_account:
        raise Conflict(_("Nothing is open that could move."), code="nothing_to_move")
    entries = [*_move(duties, leaver, successor, by, at, reason)]
    if ends_account and leaver.is_active:
        entries.append(_close_account(leaver, by, at, reason))
    audit.record_many(entries)
    return leaver, successor, duties.count


def _lock_people(leaver_id, successor_id, by) -> tuple[User, User]:
    """Both rows, the lower id first, so that two hand-overs never wait for each other."""
    seen = User.objects.filter(sight(by).people()).select_for_update(of=("self",)).order_by("pk")
    found = {person.pk: person for person in seen.filter(pk__in=[leaver_id, successor_id])}
    if leaver_id not in found or successor_id not in found:
        raise NotFound(_("There is nothing here, or nothing that you may see."))
    return found[leaver_id], found[successor_id]


def _move(duties: OpenDuties, leaver, successor, by, at, reason) -> Iterable[audit.Entry]:
    for rows, name in ((duties.updates, "author"), (duties.initiatives, "responsible"), (duties.requests, "contact")):
        for one in rows:
            versions.change(one, at=at, **{name: successor})
            bureau_id = getattr(one, "bureau_id", None) or leaver.bureau_id
            yield audit.Entry(
                at, by, f"{one._meta.model_name}.handed_over", one, {name: leaver.pk}, {name: successor.pk},
                reason.strip(), bureau_id,
            )  # fmt: skip


def _close_account(leaver: User, by, at, reason: str) -> audit.Entry:
    """Nobody can sign in with it any more, and whoever is in is out with their next click."""
    shut_account(leaver, at=at)
    return audit.Entry(
        at, by, "person.deactivated", leaver, {"is_active": True}, {"is_active": False}, reason.strip(),
        leaver.bureau_id,
    )  # fmt: skip
