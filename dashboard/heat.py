"""Where the weak spots are: a plan's aims or capabilities against regions, then a region's bureaus against them.

A region's figure is made of its bureaus' rows in the summary, as a whole is made of its parts: each bureau counts the
same for results, and by the shares of its work for delivery. What a reader may not see of one bureau stays hidden in
the region until at least three bureaus are mixed, and no region can be worked out from the others.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qsl, urlencode

from django.db.models import Max, Q
from django.utils.translation import gettext as _

from accounts.access import clearance_of, own_bureau_id
from accounts.models import Bureau
from accounts.naming import by_name
from core.errors import Invalid, NotFound
from core.handling import Handling
from dashboard.asked import Asked
from dashboard.figures import NOTHING, Figure, figure_for
from dashboard.heat_period import telling_period
from dashboard.kept_days import parts_then
from dashboard.plans import period_for
from dashboard.stood import links_then, work_then
from goals.models import Aim, Plan
from initiatives import delivery
from initiatives.models import Initiative
from objectives.models import Capability
from outcomes import summary
from outcomes.choices import Measure
from outcomes.levels import AIM
from outcomes.models import ExpectedResult, RollUp, ThresholdSet
from outcomes.progress import Disclosure, in_force, leaf, roll_up
from outcomes.progress import ThresholdSet as Thresholds
from outcomes.progress.disclosure import SMALLEST_CROWD
from outcomes.progress.exact import total
from outcomes.summary import Row
from outcomes.tree import Span, thresholds_in

AIMS, CAPABILITIES = "aims", "capabilities"
SECRETARIAT = ""  # units of the General Secretariat belong to no region
NO_THRESHOLDS = Thresholds()


@dataclass(frozen=True)
class Heat:
    """Rows against regions, and against the bureaus of one region. Cells are by row and region code, or bureau key."""

    plans: list[Plan]
    plan: Plan
    period: object
    by: str
    measure: str
    rows: list
    regions: list[tuple[str, object]]
    of_regions: dict[tuple[int, str], Figure]
    region: str | None = None
    bureaus: list[Bureau] = field(default_factory=list)
    silent: int = 0
    of_bureaus: dict[tuple[int, int], Figure] = field(default_factory=dict)
    row: object | None = None
    thresholds: Thresholds = NO_THRESHOLDS
    computed_at: object = None
    passed_over: object | None = None  # the period that has only begun, where an earlier one is shown
    kept: str = ""  # what links to other pages carry on, so that they speak of the same period

    def cell(self, row, region: str) -> Figure:
        return self.of_regions.get((row.pk, region), NOTHING)

    def part(self, row, bureau: Bureau) -> Figure:
        return self.of_bureaus.get((row.pk, bureau.pk), NOTHING)


def read_heat(question: Asked, given) -> Heat | None:
    """Five queries at most beside the frame's own: plans, period, what the map is made of, the summary, its moment.

    `given` are the address's own words: plan, by, measure, region, row. None before the first plan is published.
    Raises NotFound and Invalid.
    """
    plans, plan = _plan(question, given.get("plan", ""))
    if plan is None:
        return None
    by, measure = _ways(given, plan)
    period, worked_out_at = telling_period(question, plan, measure)
    rows, bureaus, sets = question.rows(
        (Aim if by == AIMS else Capability).objects.standing().filter(plan=plan).select_related("plan").order_by("number"),
        Bureau.objects.filter(is_active=True).select_related("region").order_by("code"),
        ThresholdSet.objects.order_by("valid_from"),
    )
    bureaus = {one.pk: one for one in bureaus}
    regions, thresholds = _regions(bureaus.values()), _thresholds(question, period, sets)
    parts, computed_at = _parts(question, plan, period, by, measure, rows, thresholds, worked_out_at)
    parts = {key: row for key, row in parts.items() if key[1] in bureaus}
    heat = Heat(
        plans, plan, period, by, measure, rows, regions,
        of_regions(question.user, parts, {key: region_of(one) for key, one in bureaus.items()}, thresholds, measure=measure),
        row=_chosen_row(rows, given.get("row", "")),
        thresholds=thresholds, computed_at=computed_at, **_moved(question, plan, period),
    )  # fmt: skip
    return _opened(question, heat, given.get("region"), parts, bureaus)


def _plan(question: Asked, code: str) -> tuple[list[Plan], Plan | None]:
    plans = list(Plan.objects.visible_to(question.user).exclude(status="draft"))
    found = next((one for one in plans if one.code == code), None) if code else (plans[0] if plans else None)
    if found is None and code:
        raise NotFound(_("There is nothing here, or nothing that you may see."))
    return plans, found


def _moved(question: Asked, plan: Plan, period) -> dict:
    usual = period_for(question, plan)
    if period == usual:
        return {"kept": question.kept}
    return {"passed_over": usual, "kept": urlencode({**dict(parse_qsl(question.kept)), "period": period.code})}


def _ways(given, plan: Plan) -> tuple[str, str]:
    """What stands in the rows, and which of the two progresses; capabilities have only that of delivery."""
    by, measure = given.get("by") or AIMS, given.get("measure") or Measure.RESULTS
    if by not in (AIMS, CAPABILITIES):
        raise Invalid.on("by", _("Ask for aims or for capabilities."))
    if measure not in Measure.values:
        raise Invalid.on("measure", _("Ask for results or for delivery."))
    return by, Measure.DELIVERY.value if by == CAPABILITIES else str(measure)


def _regions(bureaus) -> list[tuple[str, object]]:
    found = {one.region.code: one.region for one in bureaus if one.region}
    ordered = sorted(found.values(), key=lambda region: (region.position, region.code))
    return [*((one.code, one.name) for one in ordered), (SECRETARIAT, _("General Secretariat"))]


def region_of(bureau: Bureau) -> str:
    return bureau.region.code if bureau.region else SECRETARIAT


def _thresholds(question: Asked, period, sets) -> Thresholds:
    found = in_force(thresholds_in(sets, question.moment), period.end_on) if period else None
    return found or NO_THRESHOLDS


def _chosen_row(rows: list, number: str):
    if not number:
        return None
    found = next((one for one in rows if str(one.number) == number), None)
    if found is None:
        raise NotFound(_("There is nothing here, or nothing that you may see."))
    return found


# the bureaus' parts


def _parts(question: Asked, plan, period, by, measure, rows, thresholds, worked_out_at) -> tuple[dict[tuple[int, int], Row], object]:
    """Each bureau's row of each aim or capability, and when they were last worked out."""
    if period is None or not rows:
        return {}, None
    if by == CAPABILITIES:
        return _parts_of_capabilities(question, plan, period, thresholds), _last_worked_out(question, plan)
    nodes = {AIM: [row.pk for row in rows]}
    if question.moment is not None:
        [(found, at)] = question.together(parts_then(question, nodes, plan=plan.pk, period=period))
    else:
        asked = Q(node_type=AIM, node_id__in=nodes[AIM], period=period, measure=measure, bureau__isnull=False)
        found = summary.read(asked)
        at = worked_out_at or RollUp.objects.filter(asked).aggregate(at=Max("computed_at"))["at"]
    return {(key.node_id, key.bureau_id): row for key, row in found.items() if key.measure == measure}, at


def _last_worked_out(question: Asked, plan):
    """When the plan's delivery was last worked out: capabilities are made of the same work, at every look anew."""
    if question.moment is not None:
        return question.moment
    rows = RollUp.objects.filter(node_type="plan", node_id=plan.pk, measure=Measure.DELIVERY, bureau=None)
    return rows.aggregate(at=Max("computed_at"))["at"]


def _parts_of_capabilities(question: Asked, plan, period, thresholds) -> dict[tuple[int, int], Row]:
    """Delivery of the work that uses a capability, of that work alone which the reader may see piece by piece."""
    span = Span(period.pk, period.code, period.start_on, period.end_on)
    results = ExpectedResult.objects.standing().filter(aim__plan=plan).values_list("pk", flat=True)
    is_past = question.moment is not None
    links, seen = defaultdict(list), work_then(question) if is_past else Initiative.objects.visible_to(question.user)
    for work, capability in Initiative.capabilities.through.objects.filter(
        capability__plan=plan, initiative__in=seen.order_by().values("pk")
    ).values_list("initiative_id", "capability_id"):
        links[work].append(capability)
    if is_past:
        links |= links_then(seen, question, plan)
    clearance, own, found = clearance_of(question.user), own_bureau_id(question.user), defaultdict(list)
    for work in delivery.load_work(results, as_of=question.moment, days=(span.end_on, span.end_on)):
        is_seen = work.bureau_id == own or delivery.handling_on(work, span) <= clearance
        figure = delivery.figure_on(work, span, thresholds) if work.id in links and is_seen else None
        for capability in links[work.id] if figure else ():
            part = leaf(f"initiative:{work.code}", figure, total(work.shares.values()))
            found[capability, work.bureau_id].append(part._replace(disclosure=Disclosure()))
    return {
        key: summary.row_of_roll_up(
            roll_up(parts, thresholds=thresholds), 0, total(one.weight for one in parts if one.is_applicable)
        )
        for key, parts in found.items()
    }


# the regions


def of_regions(
    user, parts: dict[tuple[int, int], Row], regions: dict[int, str], thresholds: Thresholds = NO_THRESHOLDS, *, measure: str
) -> dict[tuple[int, str], Figure]:
    """By row and region what its bureaus reached, as far as the reader may see it. `parts` are by row and bureau, `regions` say
    where a bureau belongs; without thresholds of the organisation the usual ones judge.
    """
    grouped: dict[tuple[int, str], dict[int, Row]] = defaultdict(dict)
    for (row, bureau), part in parts.items():
        grouped[row, regions[bureau]][bureau] = part
    made = {key: _whole(found, thresholds, measure) for key, found in grouped.items()}
    hidden = set()
    for row in {row for row, _region in made}:
        hidden |= {(row, region) for region in kept_back(user, {r: one for (n, r), one in made.items() if n == row})}
    return {
        key: Figure(is_hidden=True) if key in hidden else figure_for(user, one, None) for key, one in made.items()
    }


def _whole(parts: dict[int, Row], thresholds, measure: str) -> Row:
    """A region's row, made of its bureaus' rows."""
    children = [
        summary.child_of(f"bureau:{bureau}", part, weight=part.actual if measure == Measure.DELIVERY else None)
        for bureau, part in sorted(parts.items())
    ]
    handling = max(part.highest_handling for part in parts.values())
    return summary.row_of_roll_up(roll_up(children, thresholds=thresholds), handling)


def kept_back(user, regions: dict[str, Row]) -> set[str]:
    """The regions of one row that the reader must not see: those that rest on too few values kept from the reader,
    and as many more as it takes that nobody can take the shown ones from the total and be left with too few."""
    clearance = clearance_of(user)
    hidden = {code for code, row in regions.items() if not row.is_disclosable and row.highest_handling > clearance}
    crowds = {code: _crowd(row, clearance) for code, row in regions.items()}
    lost = set().union(*(crowds[code] for code in hidden))
    for code in sorted((one for one in regions if one not in hidden and crowds[one]), key=lambda one: len(crowds[one])):
        if not hidden or len(lost) >= SMALLEST_CROWD:
            break
        hidden.add(code)
        lost |= crowds[code]
    return hidden


def _crowd(row: Row, clearance: int) -> set[int]:
    """The bureaus in the row whose values are kept from readers of the clearance."""
    if clearance < Handling.RESTRICTED:
        return set(row.restricted_bureau_ids)
    return set(row.confidential_bureau_ids) if clearance < Handling.CONFIDENTIAL else set()


# one region


def _opened(question: Asked, heat: Heat, region: str | None, parts, bureaus) -> Heat:
    """The heat map with the bureaus of the region that was opened. A bureau without a part in anything is only counted."""
    if region is None:
        return heat
    if region not in dict(heat.regions):
        raise NotFound(_("There is nothing here, or nothing that you may see."))
    inside = [one for one in bureaus.values() if region_of(one) == region]
    active = {bureau for _row, bureau in parts}
    shown = by_name(one for one in inside if one.pk in active)
    keys = {one.pk for one in shown}
    return replace(
        heat,
        region=region,
        bureaus=shown,
        silent=len(inside) - len(shown),
        of_bureaus={key: figure_for(question.user, part, key[1]) for key, part in parts.items() if key[1] in keys},
    )
