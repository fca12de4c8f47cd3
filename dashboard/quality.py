"""What looks wrong in the data: values that question themselves, facts that are missing, verdicts past their day.

The questions about values are those that their authors and reviewers are asked (`initiatives.flags`); nothing is judged
a second way here. Only what the reader may see one by one is looked at.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.formats import day
from dashboard.asked import Asked
from dashboard.drawing import address, explanation_of, shorten
from dashboard.indicator_drawing import measured
from initiatives import flags
from initiatives.models import Evidence, Initiative, Update
from outcomes.choices import Kind, ValueState
from outcomes.models import Baseline, Indicator, Judgement, Measurement, NodeType, RollUp, Target
from outcomes.visibility import parts_for

MOST_VALUES = 5_000
LOOKED_BACK = 4
WITHOUT_BASELINE = {Kind.PER_PERIOD, Kind.MAINTAIN}
NEED_EVIDENCE = {flags.Flag.FALLING, flags.Flag.JUMP}

OFFICER = gettext_lazy("a strategy officer")
# Each kind: its name, why it matters, in the order of how much it bends a figure.
KINDS = {
    "falling": (
        gettext_lazy("Cumulative value falls"),
        gettext_lazy("A running total cannot fall: the value, or the one before it, is wrong."),
    ),
    "against_direction": (gettext_lazy("Value moves the wrong way"), gettext_lazy("It may be true; if it is not, the status is wrong.")),
    "jump": (gettext_lazy("Unusual jump"), gettext_lazy("A slip of a digit moves every total above it.")),
    "evidence_missing": (gettext_lazy("Evidence missing"), gettext_lazy("A surprising value that nothing supports cannot be relied on.")),
    "same_as_last": (gettext_lazy("Same value as last time"), gettext_lazy("It may have been copied and not measured.")),
    "no_target": (gettext_lazy("No target"), gettext_lazy("Without a target nobody can say whether it is on track.")),
    "no_baseline": (gettext_lazy("No baseline"), gettext_lazy("Without a baseline progress cannot be worked out.")),
    "stale": (gettext_lazy("Stale value"), gettext_lazy("Its last value is too old: it counts as unknown in every total.")),
    "judgement_overdue": (
        gettext_lazy("Judgement past its day"),
        gettext_lazy("It is no longer shown; confirm it, or let the computed status stand."),
    ),
    "no_owner": (gettext_lazy("Indicator without an owner"), gettext_lazy("Nobody answers for its values.")),
    "nobody_responsible": (gettext_lazy("Work without a responsible person"), gettext_lazy("Nobody is reminded when its update is due.")),
}  # fmt: skip


@dataclass(frozen=True)
class Finding:
    """One thing that looks wrong, who can mend it, and where."""

    kind: str
    subject: str
    url: str
    detail: str = ""
    who: str = ""
    mend_url: str = ""
    code: str = ""
    bureau: str = ""
    language: str = ""

    @property
    def label(self):
        return KINDS[self.kind][0]

    @property
    def why(self):
        return KINDS[self.kind][1]


def read_findings(question: Asked, period) -> list[Finding]:
    """Every finding, the kinds in their order. Ten queries at most beside the frame's own."""
    indicators = {
        one.pk: one
        for one in Indicator.objects.measured().visible_to(question.user).select_related("expected_result__aim__plan")
        if one.expected_result.aim.plan.end_on >= question.today
    }
    found = [
        *_odd_values(question, indicators, period),
        *_undefined(indicators),
        *_stale(question, indicators, period),
        *_overdue(question),
        *_nobody(question),
    ]
    order = list(KINDS)
    return sorted(found, key=lambda one: (order.index(one.kind), one.code, one.bureau))


# values


def _odd_values(question: Asked, indicators, period) -> list[Finding]:
    if period is None:
        return []
    values, before = _values(question, indicators, period)
    odd = []
    for one in values:
        raised = _raised(indicators[one.indicator_id], one, before.get(_line(one)))
        odd += [(flag, one, before[_line(one)]) for flag in raised]
    updates = _updates(question, [one for _flag, one, _was in odd])
    found = [_about_value(question, indicators, updates, str(flag.value), one, was) for flag, one, was in odd]
    bare = {one.pk: (one, was) for flag, one, was in odd if flag in NEED_EVIDENCE and _is_bare(updates, one)}
    found += [_about_value(question, indicators, updates, "evidence_missing", one, was) for one, was in bare.values()]
    return found


def _values(question: Asked, indicators, period) -> tuple[list[Measurement], dict]:
    """The reported values of the period, and the one before each within a year. Two queries."""
    seen = Measurement.objects.current().visible_to(question.user).filter(
        indicator__in=indicators, state=ValueState.REPORTED
    )  # fmt: skip
    values = list(
        seen.filter(period=period).select_related("bureau").order_by("indicator", "bureau", "initiative_code")[:MOST_VALUES]
    )
    earlier = [one for one in question.periods if one.start_on < period.start_on][:LOOKED_BACK]
    rows = seen.filter(period__in=earlier, indicator__in={one.indicator_id for one in values})
    return values, {_line(row): row for row in rows.order_by("period__start_on")[: MOST_VALUES * LOOKED_BACK]}


def _line(one: Measurement) -> tuple:
    return one.indicator_id, one.bureau_id, one.initiative_code


def _raised(indicator: Indicator, one: Measurement, was: Measurement | None) -> tuple[flags.Flag, ...]:
    if was is None:
        return ()
    now = flags.Measured(
        indicator.kind, indicator.direction, one.state, flags.single(one.value, one.numerator, one.denominator),
        indicator.jump_factor,
    )  # fmt: skip
    return flags.odd_about(now, flags.single(was.value, was.numerator, was.denominator))


def _updates(question: Asked, values: list[Measurement]) -> dict[str, Update]:
    """The updates that the values came from, as far as the reader may see them, with whether a file stands behind them."""
    refs = {one.source_ref for one in values if one.source_ref.startswith("update:")}
    keys = [int(ref.partition(":")[2]) for ref in refs if ref.partition(":")[2].isdecimal()]
    files = Evidence.objects.filter(update=OuterRef("pk"), removed_at=None)
    rows = Update.objects.visible_to(question.user).filter(pk__in=keys).select_related("initiative", "period")
    return {f"update:{row.pk}": row for row in rows.annotate(has_files=Exists(files))}


def _is_bare(updates: dict[str, Update], one: Measurement) -> bool:
    update = updates.get(one.source_ref)
    return update is not None and not update.has_files


def _about_value(question: Asked, indicators, updates, kind: str, one: Measurement, was: Measurement) -> Finding:
    indicator, update = indicators[one.indicator_id], updates.get(one.source_ref)
    numbers = [flags.single(each.value, each.numerator, each.denominator) for each in (was, one)]
    where = reverse("dashboard:initiative", args=[update.initiative.code]) + f"#update-{update.pk}" if update else ""
    bureau = one.bureau
    if update is not None and question.user.bureau_id == one.bureau_id:
        where = reverse("initiatives:correct", args=[update.initiative.code, update.period.code])
    return Finding(
        kind,
        f"{indicator.code} {indicator.name}",
        explanation_of(NodeType.INDICATOR.value, indicator, None),
        _("%(before)s, then %(after)s") % {"before": measured(indicator, numbers[0]), "after": measured(indicator, numbers[1])},
        _("%(bureau)s, by a correction") % {"bureau": f"\u2068{bureau.name}\u2069"} if bureau else str(OFFICER),
        where,
        indicator.code,
        bureau.code if bureau else "",
    )


# facts that are missing


def _undefined(indicators) -> list[Finding]:
    with_target = set(Target.objects.current().filter(indicator__in=indicators).values_list("indicator", flat=True))
    with_baseline = set(Baseline.objects.current().filter(indicator__in=indicators).values_list("indicator", flat=True))
    found = []
    for pk, one in indicators.items():
        if pk not in with_target and one.range_low is None:
            found.append(_about_indicator("no_target", one))
        if pk not in with_baseline and one.kind not in WITHOUT_BASELINE:
            found.append(_about_indicator("no_baseline", one))
        if not one.owner:
            found.append(_about_indicator("no_owner", one))
    return found


def _about_indicator(kind: str, one: Indicator, detail: str = "") -> Finding:
    return Finding(kind, f"{one.code} {one.name}", address(one), detail, str(OFFICER), address(one), one.code)


def _stale(question: Asked, indicators, period) -> list[Finding]:
    rows = RollUp.objects.filter(
        node_type=NodeType.INDICATOR, node_id__in=indicators, bureau=None, measure="results", period=period, status="stale"
    )
    said = _("last observed on %(day)s")
    return [
        _about_indicator("stale", indicators[row.node_id], said % {"day": day(row.last_observed_on)})
        for row in rows.order_by("node_id")
    ]


def _overdue(question: Asked) -> list[Finding]:
    rows = parts_for(question.user, Judgement.objects.current()).filter(expires_on__lt=question.today)
    found = []
    for one in rows.select_related("aim__plan", "expected_result__aim__plan", "indicator").order_by("expires_on")[:200]:
        node = one.aim or one.expected_result or one.indicator
        name = f"{node.code} {node.name}" if one.indicator_id else shorten(node)
        detail = _("expired on %(day)s") % {"day": day(one.expires_on)}
        found.append(Finding("judgement_overdue", name, address(node), detail, str(OFFICER), address(node)))
    return found


def _nobody(question: Asked) -> list[Finding]:
    """Work under way that nobody answers for."""
    rows = Initiative.objects.visible_to(question.user).filter(responsible=None, status="active").select_related("lead_bureau")
    found = []
    for one in rows.order_by("code")[:200]:
        page = reverse("dashboard:initiative", args=[one.code])
        own = question.user.bureau_id == one.lead_bureau_id
        found.append(
            Finding(
                "nobody_responsible", f"{one.code} {one.title}", page, "", f"\u2068{one.lead_bureau.name}\u2069",
                reverse("initiatives:edit", args=[one.code]) if own else page, one.code, one.lead_bureau.code, one.language,
            )
        )  # fmt: skip
    return found
