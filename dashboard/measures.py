"""An indicator as its page reads it: values, targets with their revisions, and the bureaus behind the number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _

from accounts.access import sight
from core.errors import NotFound
from core.together import Steps, only
from dashboard.asked import Asked
from dashboard.figures import Figure, Figures, figures_steps
from dashboard.judged import Judged, judged_steps
from dashboard.plans import period_for
from outcomes.models import Baseline, Indicator, Measurement, Target

MOST_VALUES = 200


@dataclass(frozen=True)
class IndicatorView:
    """An indicator with what its page answers from. `values` are those the reader may see, newest first."""

    indicator: Indicator
    period: object
    periods: list
    figures: Figures
    baseline: Baseline | None
    targets: list[Target]
    past_targets: list[Target]
    values: list[Measurement]
    judgement: Judged | None
    today: date

    @property
    def figure(self) -> Figure:
        return self.figures.of("indicator", self.indicator.pk, self.period)

    @property
    def path(self) -> list[tuple[object, Figure]]:
        return [(period, self.figures.of("indicator", self.indicator.pk, period)) for period in self.periods]


def find_indicator(user, code: str) -> Indicator:
    """One query. Raises NotFound for what the reader may not see."""
    found = Indicator.objects.visible_to(user).select_related("expected_result__aim__plan").filter(code=code).first()
    if found is None:
        raise NotFound(_("There is nothing here, or nothing that you may see."))
    return found


def read_indicator(question: Asked, indicator: Indicator) -> IndicatorView:
    """Figures, baseline, targets of all revisions, values of the period, judgement. One query; a past day is worked out anew."""
    plan = indicator.expected_result.aim.plan
    period = period_for(question, plan)
    begun = question.periods if period else []
    periods = list(reversed([p for p in begun if plan.start_on <= p.start_on <= period.start_on]))
    nodes = {"indicator": [indicator.pk]}
    figures, targets, baseline, values, judged = question.together(
        figures_steps(question, plans=[plan.pk], periods={*periods, period}, nodes=nodes), _targets(question, indicator),
        only(Baseline.objects.known_at(question.moment).filter(indicator=indicator).order_by("pk")[:1]),
        _values(question, indicator, period), judged_steps(question, nodes),
    )  # fmt: skip
    return IndicatorView(
        indicator, period, periods, figures, baseline[0] if baseline else None,
        [t for t in targets if t.is_current],
        [t for t in targets if not t.is_current and t.superseded_at > t.recorded_at],
        values, judged.get(("indicator", indicator.pk)), question.today,
    )  # fmt: skip


def _targets(question: Asked, indicator: Indicator) -> Steps[list[Target]]:
    """Every revision known on the day, by due day; one that was replaced only later stood then. One round."""
    rows = Target.objects.filter(indicator=indicator).select_related("recorded_by").order_by("due_on", "revision")
    if question.moment is None:
        return (yield from only(rows))
    known = yield from only(rows.filter(recorded_at__lte=question.moment))
    for target in known:
        if target.superseded_at and target.superseded_at > question.moment:
            target.superseded_at = None
    return known


def _values(question: Asked, indicator: Indicator, period) -> Steps[list[Measurement]]:
    """The latest value of each bureau and initiative up to the period, known on the day, that the reader may see.

    Of very many the first are read and no more: an index gives them in the order that they are asked for.
    """
    if period is None:
        return []
    known = Measurement.objects.known_at(question.moment).filter(
        indicator=indicator, period__start_on__lte=period.start_on
    )
    line = ("bureau_id", "initiative_code")  # by id: a bureau by itself would be sorted by its own rule
    latest = known.order_by(*line, "-period__start_on").distinct(*line).values("pk")[:MOST_VALUES]
    seen = Measurement.objects.filter(pk__in=latest).filter(sight(question.user).measurements())
    shown = seen.select_related("bureau", "period").order_by("bureau__code", "initiative_code")[:MOST_VALUES]
    return (yield from only(shown))
