"""A small world to measure in: one plan, its tree of every kind of indicator, bureaus and quarters."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from accounts.models import Bureau
from core.models import Period
from core.periods import quarters_between
from core.translations import Translated
from goals.models import Aim, Plan
from outcomes.models import Baseline, ExpectedResult, Indicator, Target, Weight
from outcomes.services import record_measurement

START, END = date(2026, 1, 1), date(2027, 12, 31)
AT = datetime(2027, 6, 15, 12, 0, tzinfo=UTC)

# kind, direction, across bureaus, across initiatives, baseline, target, more
SHAPES = (
    ("level", "increase", "weighted_mean", "one", 10, 90, {}),
    ("cumulative", "increase", "sum", "sum", 0, 400, {}),
    ("per_period", "increase", "sum", "one", None, 30, {}),
    ("ratio", "increase", "ratio", "one", "0.20", "0.80", {"unit": "percent"}),
    ("milestone", "increase", "count_meeting", "one", 0, 4, {}),
    ("ordinal", "increase", "weighted_mean", "one", 1, 5, {"scale": [{"value": n} for n in range(1, 6)]}),
    ("maintain", "maintain_at_or_above", "worst", "one", None, 50, {"tolerance": 5}),
    ("maintain", "maintain_within", "weighted_mean", "one", None, None, {"range_low": 20, "range_high": 80}),
    ("level", "decrease", "worst", "one", 90, 10, {}),
    ("level", "increase", "none", "one", 0, 100, {}),
)


def text(words: str) -> Translated:
    return Translated(source="en", texts={"en": words})


class World:
    """`indicators` in the order of SHAPES, repeated; `bureaus` are units, so that no country is needed."""

    def __init__(self, *, aims=2, results=2, indicators=3, bureaus=4, start=START, end=END, code="plan"):
        self.plan = Plan.objects.create(
            code=code, kind="framework", title=text("Plan"), start_on=start, end_on=end, status="in_force"
        )
        self.periods = self._periods(start, end)
        self.bureaus = [
            Bureau.objects.get_or_create(code=f"U{number:02}", defaults={"kind": "unit", "name": text("Unit")})[0]
            for number in range(bureaus)
        ]
        self.aims = [Aim.objects.create(plan=self.plan, number=number + 1, title=text("Aim")) for number in range(aims)]
        self.results = [
            ExpectedResult.objects.create(aim=aim, number=number + 1, text=text("Result"))
            for aim in self.aims
            for number in range(results)
        ]
        self.indicators = [
            self._indicator(result, position * indicators + number)
            for position, result in enumerate(self.results)
            for number in range(indicators)
        ]

    def _periods(self, start, end):
        made = [
            Period.objects.get_or_create(code=quarter.code, defaults=quarter.dates())[0]
            for quarter in quarters_between(start, end)
        ]
        return sorted(made, key=lambda period: period.end_on)

    def _indicator(self, result, position):
        kind, direction, across, within, baseline, target, more = SHAPES[position % len(SHAPES)]
        indicator = Indicator.objects.create(
            expected_result=result, code=f"{self.plan.code}-{position:03}", name=text("Indicator"), kind=kind,
            direction=direction, combine_bureaus=across, combine_initiatives=within,
            bureau_threshold=1 if across == "count_meeting" else None, **more,
        )  # fmt: skip
        moment = datetime(2025, 12, 1, tzinfo=UTC)
        if baseline is not None:
            Baseline.objects.create(
                indicator=indicator, value=baseline, on=self.plan.start_on - timedelta(days=1), recorded_at=moment
            )
        if target is not None:
            days = [period.end_on for period in self.periods] if kind == "per_period" else [self.plan.end_on]
            for day in days:
                Target.objects.create(indicator=indicator, due_on=day, value=target, recorded_at=moment)
        return indicator

    def weigh(self, **parts):
        """weigh(indicator=..., value=3): a first weight, without refreshing anything."""
        return Weight.objects.create(recorded_at=datetime(2025, 12, 1, tzinfo=UTC), **parts)

    def measure(self, indicator, period, bureau, value, *, at=AT, initiative="", state="reported", handling=1):
        """Records a value (None with another state than reported); refreshes nothing."""
        values = {}
        if state == "reported":
            if indicator.kind == "ratio":
                values = {"numerator": Decimal(value), "denominator": Decimal(100)}
            else:
                values = {"value": Decimal(value)}
        made, _entry = record_measurement(
            indicator=indicator, period=period, bureau=bureau, at=at, by=None, initiative_code=initiative, state=state,
            observed_on=period.end_on, handling=handling, source_ref="update:1", **values,
        )  # fmt: skip
        return made


def fitting_value(indicator, number: int) -> int:
    """A value in 0..100 turned into one that the indicator may have."""
    if indicator.kind == "milestone":
        return number % 2
    if indicator.kind == "ordinal":
        return number % 5 + 1
    return number
