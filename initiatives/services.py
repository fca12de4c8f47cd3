"""Changing the work itself: initiatives with their shares, partners and milestones."""

from __future__ import annotations

from decimal import Decimal

from django.db import connection, transaction
from django.db.models import Max, Prefetch, prefetch_related_objects
from django.utils.translation import gettext_lazy as _

from accounts.access import require, sight
from accounts.models import Bureau
from core import audit, versions
from core.errors import Invalid
from core.formats import day, number
from core.turns import Turn
from initiatives import delivery
from initiatives.models import Contribution, Initiative, Milestone
from outcomes.models import Measurement
from outcomes.services import handle_more_carefully

PLAIN_FIELDS = (
    "title",
    "summary",
    "language",
    "responsible",
    "starts_on",
    "ends_on",
    "status",
    "handling",
    "budget_eur",
    "staff_fte",
)
SMALLEST_WEIGHT, LARGEST_WEIGHT = Decimal("0.01"), Decimal(1000)
SHARE_WORDS = _("A share is above 0 and at most 100 percent.")
SHARES_WORDS = _("The shares add up to %(total)s%%, more than 100%%.")
OUTSIDE_THE_WORK = _("A milestone lies within the initiative's time.")
WEIGHT_WORDS = _("A weight is above 0 and at most 1000.")
LARGEST = {"budget_eur": Decimal(10) ** 12, "staff_fte": Decimal(10) ** 5}
RELATIONS = ("partners", "capabilities", "crime_areas", "indicators")
SHARES = Prefetch("contributions", Contribution.objects.select_related("expected_result__aim__plan"))
# What an initiative is described by besides its own fields.
WHOLE = (*RELATIONS, SHARES, "milestones")


@transaction.atomic
def create_initiative(
    *, by, at, bureau: Bureau | None = None, shares=(), milestones=(), **values
) -> Initiative:
    """This will log an initiative led by the person's own bureau, with its shares and milestones.

    `shares` is pairs of (expected result, percent); `milestones` dicts of title, due_on, done_on and weight.
    Refused: another bureau's work, shares over 100 percent, days outside the plans' period.
    """
    bureau = bureau or by.bureau
    require(by, "initiative.create", bureau_id=bureau.pk if bureau else None)
    relations = {name: list(values.pop(name, [])) for name in RELATIONS}
    check_initiative(shares=shares, milestones=milestones, **values)
    made = Initiative.objects.create(
        code=next_code(), lead_bureau=bureau, created_at=at, updated_at=at, **values
    )
    set_relations(made, relations)
    set_shares(made, shares)
    set_milestones(made, milestones)
    delivery.refresh_initiative(made, at=at)
    audit.record(
        at=at, by=by, action="initiative.created", target=made, after=describe(made), bureau_id=bureau.pk
    )
    return made


@transaction.atomic
def edit_initiative(
    *, initiative_id, version: int, by, at, reason="", shares=None, milestones=None, **values
) -> Initiative:
    """This will change what is named and nothing else, if the person saw the present version.

    Raises Stale with the present record when they did not.
    """
    current = versions.lock(
        Initiative.objects.filter(sight(by).initiatives()), initiative_id, version=version
    )
    require(by, "initiative.edit", bureau_id=current.lead_bureau_id)
    contributed_to = list(current.contributions.values_list("expected_result_id", flat=True))
    entry = apply_change(current, by=by, at=at, reason=reason, shares=shares, milestones=milestones, **values)
    delivery.refresh_initiative(current, at=at, also_results=contributed_to)
    audit.record_many([entry])
    return current


def apply_change(current: Initiative, *, by, at, reason="", shares=None, milestones=None, **values) -> audit.Entry:
    """This will check and change a locked initiative and say what was done; it asks nobody whether they may.

    The caller holds the lock, refreshes the delivery above it and appends the entry to the trail. Raises Invalid with
    every field at fault. Of many, the caller may have read the parts (`WHOLE`) beforehand, all together.
    """
    prefetch_related_objects([current], *WHOLE)
    before = describe(current)
    relations = {name: list(values.pop(name)) for name in RELATIONS if name in values}
    check_initiative(
        shares=shares if shares is not None else shares_of(current),
        milestones=milestones or (),
        kept=current.milestones.all() if milestones is None and {"starts_on", "ends_on"} & set(values) else (),
        **{name: values.get(name, getattr(current, name)) for name in ("starts_on", "ends_on")},
        **{name: value for name, value in values.items() if name not in ("starts_on", "ends_on")},
    )
    for name in values:
        if name not in PLAIN_FIELDS:
            raise Invalid.on(name, _("This cannot be changed."))
    for name, value in values.items():
        setattr(current, name, value)
    set_relations(current, relations)
    if shares is not None:
        set_shares(current, shares)
        current.refresh_from_db(fields=["contributions"])
    if milestones is not None:
        set_milestones(current, milestones)
        current.refresh_from_db(fields=["milestones"])
    versions.touch(current, at=at, fields=list(values))
    if "handling" in values:
        own_values = Measurement.objects.filter(initiative_code=current.code)
        handle_more_carefully(own_values, handling=current.handling, at=at)
    return audit.Entry(
        at, by, "initiative.edited", current, before, describe(current), reason, current.lead_bureau_id
    )


def check_initiative(*, shares=(), milestones=(), kept=(), starts_on=None, ends_on=None, **values) -> None:
    """This will pass in silence or raise Invalid with every field at fault.

    `kept` are milestones that stay as they are while the days of the work change.
    """
    faults: dict[str, list] = {}
    if "title" in values and not values["title"].strip():
        faults["title"] = [_("Give the initiative a title.")]
    if starts_on and ends_on and ends_on < starts_on:
        faults["ends_on"] = [_("The last day is before the first.")]
    faults |= _share_faults(shares)
    if starts_on and ends_on and "ends_on" not in faults:
        faults |= _left_outside(kept, starts_on, ends_on) | _plan_faults(shares, starts_on, ends_on)
    faults |= _milestone_faults(milestones, starts_on, ends_on)
    for name, largest in LARGEST.items():
        if values.get(name) is not None and values[name] < 0:
            faults[name] = [_("This number cannot be below zero.")]
        elif values.get(name) is not None and values[name] >= largest:
            faults[name] = [_("Give a number below %(largest)s.") % {"largest": number(largest)}]
    if faults:
        raise Invalid(_("The initiative cannot be saved yet."), fields=faults)


def _share_faults(shares) -> dict:
    if not shares:
        return {"shares": [_("Name at least one expected result that the work contributes to.")]}
    if any(not 0 < share <= 100 for _result, share in shares):
        return {"shares": [SHARE_WORDS]}
    if len({result.pk for result, _share in shares}) < len(shares):
        return {"shares": [_("The same expected result is named twice.")]}
    total = sum((Decimal(share) for _result, share in shares), Decimal(0))
    if total > 100:
        return {"shares": [SHARES_WORDS % {"total": number(total)}]}
    return {}


def _plan_faults(shares, starts_on, ends_on) -> dict:
    """The work lies within the time of the plans that it serves."""
    plans = [result.aim.plan for result, _share in shares]
    if not plans:
        return {}
    first, last = min(plan.start_on for plan in plans), max(plan.end_on for plan in plans)
    message = _("The plan runs from %(start)s to %(end)s.") % {"start": day(first), "end": day(last)}
    given = {"starts_on": starts_on, "ends_on": ends_on}
    return {name: [message] for name, on in given.items() if not first <= on <= last}


def _left_outside(kept, starts_on, ends_on) -> dict:
    """Milestones that new days of the work would leave outside of it."""
    faults: dict[str, list] = {}
    for milestone in kept:
        if not starts_on <= milestone.due_on <= ends_on:
            words = _("The milestone “%(title)s” is due on %(day)s, outside this time.")
            name = "starts_on" if milestone.due_on < starts_on else "ends_on"
            faults.setdefault(name, []).append(words % {"title": milestone.title, "day": day(milestone.due_on)})
    return faults


def _milestone_faults(milestones, starts_on, ends_on) -> dict:
    faults = {}
    for place, milestone in enumerate(milestones):
        if not milestone["title"].strip():
            faults[f"milestones.{place}.title"] = [_("Give each milestone a title.")]
        if starts_on and ends_on and not starts_on <= milestone["due_on"] <= ends_on:
            faults[f"milestones.{place}.due_on"] = [OUTSIDE_THE_WORK]
        if not SMALLEST_WEIGHT <= milestone.get("weight", 1) <= LARGEST_WEIGHT:
            faults[f"milestones.{place}.weight"] = [WEIGHT_WORDS]
    return faults


def next_code() -> str:
    """The next number in the register, held until the transaction ends so that no two get the same."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [Turn.REGISTER])
    last = Initiative.objects.filter(code__startswith="IN-").aggregate(last=Max("code"))["last"]
    return f"IN-{int(last[3:]) + 1 if last else 1:06d}"


def set_relations(initiative, relations) -> None:
    """This will replace the named relations of a locked initiative."""
    for name, items in relations.items():
        getattr(initiative, name).set(items)


def set_shares(initiative, shares) -> None:
    """This will replace the shares of a locked initiative."""
    initiative.contributions.all().delete()
    Contribution.objects.bulk_create(
        [Contribution(initiative=initiative, expected_result=result, share=share) for result, share in shares]
    )


def set_milestones(initiative, milestones) -> None:
    """This will replace the milestones of a locked initiative."""
    initiative.milestones.all().delete()
    Milestone.objects.bulk_create([Milestone(initiative=initiative, **milestone) for milestone in milestones])


def shares_of(initiative) -> list:
    """Pairs of (expected result, percent)."""
    prefetch_related_objects([initiative], SHARES)
    return [(c.expected_result, c.share) for c in initiative.contributions.all()]


def describe(initiative: Initiative) -> dict:
    """The initiative as the trail keeps it: fields, relations, shares and milestones."""
    facts = audit.snapshot(initiative, PLAIN_FIELDS)
    for name in RELATIONS:
        facts[name] = sorted(one.pk for one in getattr(initiative, name).all())
    facts["shares"] = [[c.expected_result_id, str(c.share)] for c in initiative.contributions.all()]
    facts["milestones"] = [milestone_facts(one) for one in initiative.milestones.all()]
    return facts


def milestone_facts(one: Milestone) -> list:
    return [one.title, one.due_on.isoformat(), one.done_on.isoformat() if one.done_on else None, str(one.weight)]
