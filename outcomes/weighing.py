"""How much each part counts in its whole: all parts of a whole are weighed together, or none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from accounts.access import require
from core import audit
from core.errors import Invalid, Stale
from core.formats import number
from goals.models import Plan
from outcomes import rollup
from outcomes.explain import node_type_of
from outcomes.foresight import Proposal
from outcomes.models import Weight
from outcomes.services import part_field, plan_of

MOST_PARTS = 200


@dataclass(frozen=True)
class Weighed:
    """A part with the weight that somebody wants for it; `value` None is "not said", which counts as one beside others.

    `seen` is the revision that the person saw, 0 where there was none, and None where nobody says.
    """

    part: object
    value: Decimal | None
    seen: int | None = None

    @property
    def key(self) -> tuple[str, int]:
        return node_type_of(self.part), self.part.pk


def present_weights(parts: Sequence, *, for_change: bool = False) -> dict[tuple[str, int], Weight]:
    """The current weights of parts of one kind, by ("aim" | "result" | "indicator", id). One query."""
    if not parts:
        return {}
    field = part_field(parts[0])
    rows = Weight.objects.current().filter(**{f"{field}__in": parts})
    rows = rows.select_for_update() if for_change else rows
    kind = node_type_of(parts[0])
    return {(kind, getattr(row, f"{field}_id")): row for row in rows.order_by("pk")}


def propose_weights(weighed: Sequence[Weighed]) -> Proposal:
    """The same change as a proposal, to see what it would bring."""
    return Proposal(weights={one.key: one.value for one in weighed})


def check_weights(weighed: Sequence[Weighed]) -> dict[str, list]:
    """The faults by field, `weights.<place>`; empty when all may be saved."""
    faults: dict[str, list] = {}
    first, seen = (weighed[0] if weighed else None), set()
    for place, one in enumerate(weighed):
        name = f"weights.{place}"
        if one.value is not None and one.value < 0:
            faults[name] = [_("A weight cannot be below zero.")]
        elif one.key in seen:
            faults[name] = [_("This part is named twice.")]
        elif _whole_of(one.part) != _whole_of(first.part):
            faults[name] = [_("Parts that are weighed together belong to the same whole.")]
        seen.add(one.key)
    return faults


def _whole_of(part) -> tuple:
    for name in ("expected_result_id", "aim_id", "plan_id"):
        if hasattr(part, name):
            return name, getattr(part, name)
    raise TypeError(f"{part!r} is no part of a whole")


@transaction.atomic
def set_weights(*, weighed: Sequence[Weighed], reason: str, by, at) -> list[Weight]:
    """This will say how much the parts of one whole count in it, all of them or none. The reason is required.

    Raises Stale where somebody changed a weight since it was seen and Invalid for every other fault, each with fields
    named `weights.<place>`.
    """
    require(by, "weight.edit")
    if len(weighed) > MOST_PARTS:
        raise Invalid.on("weights", _("At most %(most)s weights at once.") % {"most": MOST_PARTS})
    faults = check_weights(weighed)
    if not reason.strip():
        faults["reason"] = [_("Say why it changes.")]
    if faults:
        raise Invalid(_("The weights cannot be saved yet."), fields=faults)
    standing = present_weights([one.part for one in weighed], for_change=True)
    if found := _conflicts(weighed, standing):
        raise Stale(_("Somebody changed this since you opened it. Nothing of yours is lost."), fields=found)
    changed = [one for one in weighed if one.value != _value(standing, one)]
    return _save(changed, standing, reason.strip(), by, at) if changed else []


def _value(standing, one: Weighed) -> Decimal | None:
    return standing[one.key].value if one.key in standing else None


def _conflicts(weighed, standing) -> dict[str, list]:
    found = {}
    for place, one in enumerate(weighed):
        revision = standing[one.key].revision if one.key in standing else 0
        if one.seen in (None, revision) or one.value == _value(standing, one):
            continue
        present = _value(standing, one)
        words = _("Somebody took this weight away meanwhile.")
        if present is not None:
            words = _("Somebody set this to %(value)s meanwhile.") % {"value": number(present)}
        found[f"weights.{place}"] = [words]
    return found


def _save(changed: list[Weighed], standing, reason, by, at) -> list[Weight]:
    former = [standing[one.key] for one in changed if one.key in standing]
    last = _last_revisions([one.part for one in changed])
    Weight.objects.filter(pk__in=[row.pk for row in former]).update(superseded_at=at)
    made = Weight.objects.bulk_create(
        Weight(
            **{part_field(one.part): one.part}, value=one.value, reason=reason, recorded_at=at, recorded_by=by,
            revision=last.get(one.part.pk, 0) + 1,
        )
        for one in changed
        if one.value is not None
    )  # fmt: skip
    for plan in Plan.objects.filter(pk__in={plan_of(one.part).pk for one in changed}):
        rollup.refresh_plan(plan, at=at, with_readings=False)
    audit.record_many(_entries(changed, standing, made, reason, by, at))
    return made


def _last_revisions(parts) -> dict[int, int]:
    field = part_field(parts[0])
    rows = Weight.objects.filter(**{f"{field}__in": parts}).values(field).annotate(last=Max("revision"))
    return {row[field]: row["last"] for row in rows}


def _entries(changed, standing, made, reason, by, at) -> list[audit.Entry]:
    field = part_field(changed[0].part)
    new = {getattr(row, f"{field}_id"): row for row in made}
    entries = []
    for one in changed:
        old, row = standing.get(one.key), new.get(one.part.pk)
        before = audit.snapshot(old, ("value",)) if old else {}
        after = audit.snapshot(row, ("value",)) if row else {}
        action = "weight.set" if row else "weight.withdrawn"
        entries.append(audit.Entry(at, by, action, row or old, before, after, reason))
    return entries


def set_weight(*, part, value: Decimal, reason: str, by, at) -> Weight:
    """This will say how much one aim, expected result or indicator counts in its whole; see `set_weights`."""
    made = set_weights(weighed=[Weighed(part, value)], reason=reason, by=by, at=at)
    return made[0] if made else present_weights([part])[node_type_of(part), part.pk]
