"""Many initiatives at once, from a list that an organisation has already: logged and changed for the bureaus that lead them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.access import require
from accounts.models import Bureau
from core import audit, versions
from core.errors import DomainError, Invalid, Stale
from goals.models import Plan
from initiatives import delivery, services
from initiatives.models import Contribution, Initiative, Milestone
from outcomes.models import Measurement
from outcomes.services import handle_more_carefully


@dataclass
class Given:
    """One row: what to log, or what to change in `initiative` as it was seen.

    `shares` and `milestones` None, and `relations` without a name: as they are.
    """

    row: int
    bureau: Bureau
    values: dict = field(default_factory=dict)
    shares: list | None = None
    relations: dict[str, list] = field(default_factory=dict)
    milestones: list[dict] | None = None
    initiative: Initiative | None = None


@transaction.atomic
def take_over(*, given: Sequence[Given], reason: str, by, at, progress=lambda done: None) -> list[Initiative]:
    """This will log and change all of the rows, or none. Officers only; answers the initiatives in the rows' order.

    Raises Invalid naming the row that a rule refuses, Stale when an initiative was changed since it was seen.
    """
    require(by, "initiative.import")
    standing = _lock([one.initiative for one in given if one.initiative is not None])
    made, entries, plans, codes = [], [], set(), _codes()
    for done, one in enumerate(given):
        before = services.describe(standing[one.initiative.pk]) if one.initiative else {}
        try:
            found, touched = _change(one, standing, at) if one.initiative else _log(one, next(codes), at)
        except DomainError as refused:
            raise Invalid(_("Row %(row)s: %(why)s") % {"row": one.row, "why": _words(refused)}) from refused
        action = "initiative.edited" if one.initiative else "initiative.created"
        after = services.describe(found) if one.initiative else _facts(found, one)
        entries.append(audit.Entry(at, by, action, found, before, after, reason, found.lead_bureau_id))
        made.append(found)
        plans |= touched
        progress(done)
    delivery.refresh_plans(Plan.objects.filter(aims__results__in=plans).distinct(), at=at)
    audit.record_many(entries)
    return made


def _lock(seen: Iterable[Initiative]) -> dict[int, Initiative]:
    """Every row that changes, in one order. Raises Stale for one that moved on."""
    versions_seen = {one.pk: one.version for one in seen}
    rows = Initiative.objects.select_for_update(of=("self",)).filter(pk__in=versions_seen).order_by("pk")
    found = {one.pk: one for one in rows}
    for pk, version in versions_seen.items():
        if pk not in found or found[pk].version != version:
            raise Stale(_("Somebody changed this since you opened it. Nothing of yours is lost."), current=found.get(pk))
    return found


def _codes() -> Iterator[str]:
    """The next numbers of the register, which is held from the first one to the end of the transaction."""
    first = int(services.next_code()[3:])
    return (f"IN-{number:06d}" for number in count(first))


def _log(one: Given, code: str, at) -> tuple[Initiative, set[int]]:
    services.check_initiative(shares=one.shares or (), milestones=one.milestones or (), **one.values)
    made = Initiative.objects.create(code=code, lead_bureau=one.bureau, created_at=at, updated_at=at, **one.values)
    Contribution.objects.bulk_create(
        [Contribution(initiative=made, expected_result=result, share=share) for result, share in one.shares]
    )
    services.set_relations(made, {name: items for name, items in one.relations.items() if items})
    if one.milestones:
        services.set_milestones(made, one.milestones)
    return made, {result.pk for result, _share in one.shares}


def _facts(made: Initiative, one: Given) -> dict:
    """What `services.describe` says of a new one, known without asking."""
    return {
        **audit.snapshot(made, services.PLAIN_FIELDS),
        **{name: sorted(item.pk for item in one.relations.get(name, [])) for name in services.RELATIONS},
        "shares": [[result.pk, str(share)] for result, share in one.shares],
        "milestones": [services.milestone_facts(Milestone(**each)) for each in one.milestones or []],
    }


def _change(one: Given, standing: dict[int, Initiative], at) -> tuple[Initiative, set[int]]:
    current = standing[one.initiative.pk]
    touched = set(current.contributions.values_list("expected_result_id", flat=True))
    for name, value in one.values.items():
        setattr(current, name, value)
    services.check_initiative(
        shares=one.shares if one.shares is not None else services.shares_of(current), milestones=one.milestones or (),
        kept=current.milestones.all() if one.milestones is None and {"starts_on", "ends_on"} & set(one.values) else (),
        starts_on=current.starts_on, ends_on=current.ends_on, title=current.title, budget_eur=current.budget_eur,
        staff_fte=current.staff_fte,
    )  # fmt: skip
    if one.shares is not None:
        services.set_shares(current, one.shares)
        touched |= {result.pk for result, _share in one.shares}
    services.set_relations(current, one.relations)
    if one.milestones is not None:
        services.set_milestones(current, one.milestones)
    versions.touch(current, at=at, fields=list(one.values))
    if "handling" in one.values:
        handle_more_carefully(Measurement.objects.filter(initiative_code=current.code), handling=current.handling, at=at)
    return current, touched


def _words(refused: DomainError) -> str:
    found = [str(message) for messages in refused.fields.values() for message in messages]
    return " ".join(found) or str(refused)
