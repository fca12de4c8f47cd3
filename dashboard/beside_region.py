"""What the region of a bureau reaches towards each aim, to stand beside the bureau's own part: the cells of the heat map."""

from __future__ import annotations

from collections.abc import Iterable

from accounts.models import Bureau
from core.together import Steps, beside, rows_steps
from dashboard.asked import Asked
from dashboard.figures import Figure
from dashboard.heat import SECRETARIAT, of_regions
from dashboard.kept_days import parts_then
from outcomes.choices import Measure
from outcomes.levels import AIM
from outcomes.models import RollUp
from outcomes.summary import Row

# Of each bureau's row what its region's progress is made of, and who is behind it: the rest of a row is not shown here.
PROGRESS = ("status", "reason", "progress", "expected", "coverage", "lower", "upper")
CROWDS = ("bureau_ids", "restricted_bureau_ids", "confidential_bureau_ids")
PLACE = ("node_id", "bureau_id", "bureau__region__code")
READ = (*PLACE, *PROGRESS, *CROWDS, "highest_handling", "is_disclosable")


def parts_of_bureaus(aims: tuple[int, ...], period: int | None):
    """Every active bureau's part in the aims: rows of `READ`."""
    if period is None or not aims:
        return RollUp.objects.none().values_list(*READ)
    rows = RollUp.objects.filter(node_type=AIM, node_id__in=aims, period=period, measure=Measure.RESULTS)
    return rows.filter(bureau__is_active=True).order_by("node_id", "bureau_id").values_list(*READ)


def regions_in(user, region: str, rows: Iterable[tuple]) -> dict[int, Figure]:
    """By aim what the region reached, as rows of `parts_of_bureaus` say and the person, or their `Reader`, may see."""
    parts, regions = {}, {}
    for aim, bureau, code, *row in rows:
        values = dict(zip(READ[len(PLACE) :], row, strict=True))
        parts[aim, bureau] = Row(**{**values, **{name: tuple(values[name]) for name in CROWDS}})
        regions[bureau] = code or SECRETARIAT
    return _of(user, region, parts, regions)


def region_steps(question: Asked, region: str, aims) -> Steps[dict[int, Figure]]:
    """The same as it was known on a past day. Raises NotWorkedOut."""
    plans: dict[int, list[int]] = {}
    for aim in aims if question.period else ():
        plans.setdefault(aim.plan_id, []).append(aim.pk)
    bureaus, *found = yield from beside(
        rows_steps(_regions_of_bureaus),
        *(parts_then(question, {AIM: keys}, plan=plan, period=question.period) for plan, keys in plans.items()),
    )
    regions = {key: code or SECRETARIAT for key, code in bureaus}
    parts = {
        (key.node_id, key.bureau_id): row
        for rows, _at in found
        for key, row in rows.items()
        if key.measure == Measure.RESULTS and key.bureau_id in regions
    }
    return _of(question.user, region, parts, regions)


def _regions_of_bureaus():
    return Bureau.objects.filter(is_active=True).order_by("pk").values_list("pk", "region__code")


def _of(user, region: str, parts: dict[tuple[int, int], Row], regions: dict[int, str]) -> dict[int, Figure]:
    made = of_regions(user, parts, regions, measure=Measure.RESULTS)
    return {aim: figure for (aim, code), figure in made.items() if code == region}
