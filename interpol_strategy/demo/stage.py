"""Where the play takes place: the plans, bureaus, periods and people that the invented work refers to."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from accounts.models import Bureau, User
from core.models import Period
from goals.models import Plan
from initiatives.models import CrimeArea
from interpol_strategy.demo.cast import PLAYERS
from objectives.models import Capability
from outcomes.models import ExpectedResult, Indicator


@dataclass
class Stage:
    """Everything by the key that the play knows it by. `on` is the day on which the curtain rises."""

    on: date
    plans: dict[str, Plan]
    results: dict[int, list[ExpectedResult]]
    indicators: dict[int, list[Indicator]]
    capabilities: dict[int, list[Capability]]
    areas: list[str]
    area_rows: dict[str, CrimeArea]
    bureaus: dict[str, Bureau]
    periods: list[Period] = field(default_factory=list)
    people: dict[str, User] = field(default_factory=dict)

    def asked_of_bureaus(self, result: ExpectedResult) -> list[Indicator]:
        return [indicator for indicator in self.indicators.get(result.pk, []) if not indicator.is_central]

    def all_indicators(self) -> list[Indicator]:
        return [indicator for found in self.indicators.values() for indicator in found]

    def member_since(self, code: str) -> date:
        country = self.bureaus[code].country
        return (country and country.member_from) or date.min

    def periods_of(self, plan: Plan) -> list[Period]:
        return [one for one in self.periods if one.end_on >= plan.start_on and one.start_on <= plan.end_on]


def set_stage(on: date) -> Stage:
    """Reads what the plans and the reference data have brought; needs both."""
    plans = {plan.kind: plan for plan in Plan.objects.order_by("start_on")}
    codes = [player.code for player in PLAYERS]
    bureaus = Bureau.objects.filter(code__in=[*codes, "GS-EXE"]).select_related("country")
    areas = {area.code: area for area in CrimeArea.objects.all()}
    results = ExpectedResult.objects.select_related("aim__plan").order_by("aim__number", "number")
    return Stage(
        on=on,
        plans=plans,
        results=_grouped(results, lambda row: row.aim.plan_id),
        indicators=_grouped(_indicators(), lambda row: row.expected_result_id),
        capabilities=_grouped(Capability.objects.order_by("number"), lambda row: row.plan_id),
        areas=list(areas),
        area_rows=areas,
        bureaus={bureau.code: bureau for bureau in bureaus},
    )


def _indicators():
    return Indicator.objects.measured().select_related("expected_result__aim__plan").order_by("code")


def _grouped(rows, key) -> dict[int, list]:
    found: dict[int, list] = {}
    for row in rows:
        found.setdefault(key(row), []).append(row)
    return found
