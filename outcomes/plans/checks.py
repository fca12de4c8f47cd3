"""What must hold across the files: places that exist, codes of their own, targets that promise a change in time."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

from outcomes.plans.node import Node
from outcomes.plans.rows import End, IndicatorRow, LinkRow, Plans
from outcomes.plans.source_words import uncovered
from outcomes.progress import Direction, Kind, Rule, ThresholdFault, ThresholdSet, validate_calendar
from outcomes.progress.thresholds import Band
from outcomes.progress.values import Status

PREFIXES = {"framework": "G", "strategy": "O"}


def check(plans: Plans, derived: Node) -> None:
    """Raises MalformedData for the first thing that does not hold."""
    _check_places(plans, derived)
    _check_passages(plans, derived)
    _check_codes(plans)
    for indicator in plans.indicators:
        _check_indicator(plans, indicator)
    for link in plans.links:
        _check_link(plans, link)
    _check_thresholds(plans)


def _check_places(plans: Plans, derived: Node) -> None:
    aims = {(plan.code, aim.number) for plan in plans.plans for aim in plan.aims}
    keys = Counter(row.key for row in plans.results)
    for key, times in keys.items():
        if (key.plan, key.aim) not in aims:
            raise derived.fault(f"{key} is under an aim that does not exist")
        if times > 1:
            raise derived.fault(f"{key} is there {times} times")


def _check_passages(plans: Plans, derived: Node) -> None:
    """Each derived result rests on words of its goal, and together they leave no promise out."""
    framework = next(plan for plan in plans.plans if plan.code == derived["plan"].string())
    for aim in framework.aims:
        passages = [row.passage for row in plans.results if row.passage and row.key.aim == aim.number]
        connecting = [node.string() for node in derived["connecting_words"][str(aim.number)]]
        faults = uncovered(aim.text.words, passages, connecting)
        if faults:
            raise derived["results"].fault(f"goal {aim.number}: {'; '.join(faults)}")


def _check_codes(plans: Plans) -> None:
    keys = {row.key for row in plans.results}
    prefix = {plan.code: PREFIXES[plan.kind] for plan in plans.plans}
    seen: set[str] = set()
    for row in plans.indicators:
        if row.result not in keys:
            raise row.node.fault(f"{row.result} does not exist")
        place = f"{prefix[row.result.plan]}{row.result.aim}.{row.result.number}-I"
        if not (row.code.startswith(place) and row.code[len(place) :].isdigit()):
            raise row.node["code"].fault(f"{row.code} should start with {place}, its expected result")
        if row.code in seen:
            raise row.node["code"].fault(f"{row.code} is there twice")
        seen.add(row.code)


def _check_indicator(plans: Plans, row: IndicatorRow) -> None:
    plan = next(plan for plan in plans.plans if plan.code == row.result.plan)
    _check_rule(row)
    _check_targets(row, plan)
    if row.fields["kind"] == Kind.ORDINAL and not row.fields["scale"]:
        raise row.node.fault("an ordinal indicator declares its scale")
    if row.fields["kind"] == Kind.RATIO and "numerator_label" not in row.fields:
        raise row.node.fault("a ratio says what its numerator and its denominator are")
    if row.fields["combine_bureaus"] == "count_meeting" and row.fields["bureau_threshold"] is None:
        raise row.node.fault("counting the bureaus that meet it needs a bureau_threshold")


def _check_rule(row: IndicatorRow) -> None:
    """The arithmetic's own rules for what an indicator may declare."""
    is_kept = row.fields["direction"].startswith("maintain")
    if is_kept != (row.fields["kind"] == Kind.MAINTAIN):
        raise row.node["direction"].fault("levels to be kept, and only they, have a direction of keeping")
    try:
        Rule(
            kind=Kind(row.fields["kind"]),
            direction=Direction(row.fields["direction"]),
            tolerance=row.fields["tolerance"] or Decimal(0),
            range_low=row.fields["range_low"],
            range_high=row.fields["range_high"],
        )
    except ValueError as fault:
        raise row.node.fault(str(fault)) from fault


def _check_targets(row: IndicatorRow, plan) -> None:
    if not row.targets:
        raise row.node.fault("an indicator has at least one target")
    for due_on, value in row.targets.items():
        if not plan.start_on <= due_on <= plan.end_on:
            raise row.node.fault(f"the target of {due_on} lies outside the plan, {plan.start_on} to {plan.end_on}")
        if row.baseline and value == row.baseline[0]:
            raise row.node.fault(f"the target of {due_on} equals the baseline {value}: it promises no change")
    if row.baseline and row.baseline[1] > min(row.targets):
        raise row.node["baseline"].fault("the baseline lies after the first target")
    if row.fields["unit"] == "percent" and not all(0 <= value <= 1 for value in row.targets.values()):
        raise row.node.fault("a share lies between 0 and 1")


def _check_link(plans: Plans, link: LinkRow) -> None:
    if (link.goal is None) != (link.kind == "dropped"):
        raise link.node["to"].fault("a link leads somewhere unless its start was dropped")
    for end in (link.start, link.goal):
        if end is not None and not _exists(plans, end):
            raise link.node.fault(f"{end} does not exist")


def _exists(plans: Plans, end: End) -> bool:
    if end.result is None:
        return any(plan.code == end.plan and aim.number == end.aim for plan in plans.plans for aim in plan.aims)
    places = {(row.key.plan, row.key.aim, row.key.number) for row in plans.results}
    return (end.plan, end.aim, end.result) in places


def _check_thresholds(plans: Plans) -> None:
    sets = [
        ThresholdSet(
            tuple(Band(Status(band["status"]), band["from"], band["to"]) for band in row.number_bands()),
            row.coverage_floor,
            valid_from=row.valid_from,
            valid_until=row.valid_until,
        )
        for row in plans.thresholds
    ]
    try:
        for one in sets:
            one.validate()
        validate_calendar(sets)
    except ThresholdFault as fault:
        raise Node(None, "outcomes/data/thresholds.json", "sets").fault(str(fault)) from fault
