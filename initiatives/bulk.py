"""One change to many initiatives: looked at before it is made, made together or refused by name, taken back for ten minutes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import undoable
from accounts.access import refusal, require, sight
from core import audit
from core.errors import Invalid
from core.formats import day
from core.handling import Handling
from initiatives import bulk_shares, delivery, services
from initiatives.bulk_shares import STANDING, Added, Swapped
from initiatives.choices import InitiativeStatus
from initiatives.models import CrimeArea, Initiative
from objectives.models import Capability

ACT = "initiative.change_many"
MOST_AT_ONCE = 500
# Beyond so many, computing every delivery row once is less work than the branches one by one.
FEW = 20
TAGS = {"crime_area": "crime_areas", "capability": "capabilities"}
KINDS = {
    "status": _("Status"),
    "ends_on": _("Last day"),
    "handling": _("Handling"),
    "crime_area": _("Add a crime area"),
    "capability": _("Add a capability"),
    "result": _("Add an expected result"),
    "swap": _("Put one expected result in the place of another"),
}
SHARES = ("result", "swap")
# The fields of the form that say to what; of most kinds the one that is named like it.
FIELDS = {"result": ("result", "share"), "swap": ("swap_from", "swap_to")}


@dataclass(frozen=True)
class Change:
    """What is to be made of each: one of KINDS, and the status, day, level, crime area, capability, Added or Swapped."""

    kind: str
    value: object

    @property
    def words(self) -> str:
        return _said(self.kind, self.value)

    @property
    def can_be_undone(self) -> bool:
        """A level that was raised stays raised: lowering it again would uncover what somebody shielded."""
        return self.kind != "handling"

    @property
    def moves_delivery(self) -> bool:
        """What work is found by says nothing of how far it is."""
        return self.kind not in TAGS

    def values(self, one: Initiative) -> dict:
        """The new values of the initiative's fields."""
        if self.kind in TAGS:
            return {TAGS[self.kind]: [*_tags(one, self.kind), self.value]}
        if self.kind in SHARES:
            return {"shares": self.value.shares(one)}
        return {self.kind: self.value}

    def after(self, one: Initiative) -> str:
        """What stands there afterwards, in words."""
        return bulk_shares.shares_said(self.value.shares(one)) if self.kind in SHARES else self.words

    def problem(self, one: Initiative) -> str:
        """Why it cannot be made of this one; empty where it can."""
        if self.kind in SHARES:
            return bulk_shares.problem_of(self.value, one)
        if self.kind == "ends_on" and self.value < one.starts_on:
            return str(_("The last day is before the first."))
        if self.kind == "handling" and self.value < one.handling:
            return str(_("A handling level is only raised together; its bureau lowers it one by one."))
        same = self.value in _tags(one, self.kind) if self.kind in TAGS else getattr(one, self.kind) == self.value
        return str(_("It is so already.")) if same else ""


@dataclass(frozen=True)
class Planned:
    """One row of the preview: what it is, what it would be, and why it stays as it is where that is so."""

    one: Initiative
    version: int
    before: str
    after: str
    problem: str = ""


@dataclass
class Outcome:
    """What came of it: the codes that were changed, and those that were not, each with the reason."""

    changed: list[str] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)
    act: object = None


def _said(kind: str, value) -> str:
    if kind == "status":
        return str(InitiativeStatus(value).label)
    if kind == "ends_on":
        return day(value)
    return str(Handling(value).label) if kind == "handling" else str(value.name)


def _tags(one: Initiative, kind: str) -> list:
    return list(getattr(one, TAGS[kind]).all())


def read_change(kind: str, given: dict) -> Change:
    """The change that a form's cleaned data asks for. Raises Invalid beside the field."""
    names = FIELDS.get(kind, (kind,))
    missing = next((name for name in names if given.get(name) in (None, "")), None)
    if kind not in KINDS or missing:
        raise Invalid.on(missing if kind in KINDS else "kind", _("Choose what to change, and to what."))
    if kind in SHARES:
        first, second = (given[name] for name in names)
        return Change(kind, Added(first, second) if kind == "result" else Swapped(first, second))
    value = given[kind]
    if kind == "handling":
        return Change(kind, Handling(int(value)))
    return Change(kind, value)


def chosen_rows(by, chosen: dict[int, int]):
    """The chosen initiatives that the person may see, with their tags, by code. A constant number of queries."""
    found = Initiative.objects.visible_to(by).filter(pk__in=chosen).select_related("lead_bureau")
    return list(found.prefetch_related("crime_areas", "capabilities", STANDING).order_by("code"))


def plan_change(*, chosen: dict[int, int], change: Change, by) -> list[Planned]:
    """What the change would make of each of the chosen, which maps ids to the versions that were seen."""
    require(by, ACT)
    return [
        Planned(
            one, chosen[one.pk], _before(one, change), change.after(one),
            _refused(one, chosen[one.pk], by) or change.problem(one),
        )
        for one in chosen_rows(by, chosen)
    ]  # fmt: skip


def _before(one: Initiative, change: Change) -> str:
    if change.kind in TAGS:
        return ", ".join(str(tag.name) for tag in _tags(one, change.kind))
    if change.kind in SHARES:
        return bulk_shares.shares_said(bulk_shares.shares_standing(one))
    return _said(change.kind, getattr(one, change.kind))


def _refused(one: Initiative, version: int, by) -> str:
    reason = refusal(by, ACT, bureau_id=one.lead_bureau_id)
    if reason is not None:
        return str(reason)
    return "" if one.version == version else str(_("Somebody changed it since you chose it."))


@transaction.atomic
def change_many(*, chosen: dict[int, int], change: Change, by, at, reason="") -> Outcome:
    """This will make the change of every chosen initiative that may take it, in one transaction, each with its record.

    Those that moved on since they were seen, are another bureau's or cannot take the change are refused by name, and
    the rest is made. Raises Invalid for more than 500.
    """
    require(by, ACT)
    _require_few(chosen)
    outcome, entries, items = Outcome(), [], []
    for one in _locked(by, chosen):
        problem = _refused(one, chosen[one.pk], by) or change.problem(one)
        before = _present(one, change)
        try:
            if problem:
                raise Invalid(problem)
            entries.append(services.apply_change(one, by=by, at=at, reason=reason, **change.values(one)))
        except Invalid as refused:
            outcome.refused.append((one.code, _reason(refused)))
            continue
        outcome.changed.append(one.code)
        items.append({"id": one.pk, "code": one.code, "version": one.version, "before": before})
    _settle(entries, at, moves_delivery=change.moves_delivery)
    if items and change.can_be_undone:
        outcome.act = undoable.remember(kind=ACT, items=items, by=by, at=at)
    return outcome


def _reason(refused: Invalid) -> str:
    """What was at fault, rather than that something was."""
    return " ".join(str(words) for found in refused.fields.values() for words in found) or str(refused)


def _require_few(chosen) -> None:
    if len(chosen) > MOST_AT_ONCE:
        raise Invalid(_("At most %(most)s initiatives are changed together; narrow the list.") % {"most": MOST_AT_ONCE})


def _locked(by, ids):
    """Locked in the order of their keys, so that two who change many at once cannot wait for each other."""
    rows = Initiative.objects.filter(sight(by).initiatives(), pk__in=ids).select_for_update(of=("self",))
    return list(rows.prefetch_related(*services.WHOLE, STANDING).order_by("pk"))


def _present(one: Initiative, change: Change) -> dict:
    """What taking the change back restores, as JSON."""
    if change.kind in TAGS:
        return {TAGS[change.kind]: [tag.pk for tag in _tags(one, change.kind)]}
    if change.kind in SHARES:
        return {"shares": bulk_shares.kept(one)}
    value = getattr(one, change.kind)
    return {change.kind: value.isoformat() if isinstance(value, date) else value}


def _settle(entries, at, *, moves_delivery: bool) -> None:
    """The delivery above what was changed, then the trail, in the order of locks."""
    if moves_delivery and len(entries) > FEW:
        delivery.rebuild(at=at)
    elif moves_delivery:
        for entry in entries:
            delivery.refresh_initiative(entry.target, at=at, also_results=[key for key, _share in entry.before["shares"]])
    if entries:
        audit.record_many(entries)


@transaction.atomic
def undo(*, public_id, by, at) -> Outcome:
    """This will put every initiative of the act back as it was, where nobody has changed it since; others are named.

    Raises NotFound for another's act, Conflict when it is too late or done already.
    """
    require(by, ACT)
    act = undoable.claim(public_id=public_id, kind=ACT, by=by, at=at)
    items = {item["id"]: item for item in act.items}
    outcome, entries, left = Outcome(act=act), [], dict(items)
    for one in _locked(by, items):
        item = left.pop(one.pk)
        if reason := _refused(one, item["version"], by):
            outcome.refused.append((one.code, reason))
            continue
        entries.append(services.apply_change(one, by=by, at=at, reason=f"undo {act.public_id}", **_restored(item)))
        outcome.changed.append(one.code)
    outcome.refused += [(item["code"], str(_("You can no longer see it."))) for item in left.values()]
    is_tagged = {name for item in items.values() for name in item["before"]} <= set(TAGS.values())
    _settle(entries, at, moves_delivery=not is_tagged)
    return outcome


def _restored(item: dict) -> dict:
    [(name, value)] = item["before"].items()
    if name == "crime_areas":
        return {name: CrimeArea.objects.filter(pk__in=value)}
    if name == "capabilities":
        return {name: Capability.objects.filter(pk__in=value)}
    if name == "shares":
        return {name: bulk_shares.restored(value)}
    return {name: date.fromisoformat(value) if name == "ends_on" else value}


def open_acts(*, by, at):
    """What the person changed together lately and may still take back."""
    return list(undoable.open_acts(kind=ACT, by=by, at=at)[:5])
