"""From an indicator's figures to what its page draws: its sentence, its values in its own unit, its path and targets."""

from __future__ import annotations

from decimal import Decimal
from itertools import accumulate

from django.urls import reverse
from django.utils.translation import gettext as _

from core.formats import day, number, percent, with_unit
from dashboard import sentences
from dashboard.drawing import PERCENT, crumbs, explanation_of, judgement, with_kept
from outcomes.choices import Kind
from outcomes.yes_no import is_yes_or_no, said
from reports import charts


def indicator(view) -> dict:
    node, figure = view.indicator, view.figure
    result_node = node.expected_result
    return {
        "indicator": node,
        "result": result_node,
        "aim": result_node.aim,
        "plan": result_node.aim.plan,
        "crumbs": crumbs(result_node.aim.plan, result_node.aim, result_node, kept=view.figures.kept),
        "figure": figure,
        "sentence": indicator_sentence(view),
        "facts": indicator_facts(view),
        "path": path_chart(view),
        "path_csv": path_csv(view),
        "targets": [(target, measured(node, target.value)) for target in view.targets],
        "past_targets": [(target, measured(node, target.value)) for target in view.past_targets],
        "baseline": view.baseline,
        "baseline_value": measured(node, view.baseline.value) if view.baseline else "",
        "values": view.values,
        "judgement": judgement(view.judgement),
        "is_ratio": node.kind == Kind.RATIO,
        "explain_url": explanation_of("indicator", node, view.period, view.figures.kept),
        "csv_url": with_kept(reverse("dashboard:indicator_csv", args=[node.code]), view.figures.kept),
    }


def indicator_sentence(view) -> str:
    node, figure = view.indicator, view.figure
    if figure.is_hidden:
        return _("Restricted: too few bureaus stand behind this figure for it to be shown to you.")
    if figure.actual is None:
        return _("Nothing has been reported for this indicator yet.")
    value = measured(node, figure.actual)
    last = view.targets[-1] if view.targets else None
    if last is None:
        return _("%(value)s; no target has been set.") % {"value": value}
    return sentences.verdict(figure.status, _how_far(view) % {
        "value": value, "target": measured(node, way(view)[-1]), "day": day(last.due_on),
        "progress": percent(figure.progress), "expected": percent(figure.expected),
    })  # fmt: skip


def _how_far(view) -> str:
    """How the value stands to the last target, as far as that can be said; a level to be kept is met or is not."""
    figure = view.figure
    if view.indicator.kind == Kind.MAINTAIN:
        is_met = figure.status != "off_track"
        return _("%(value)s; the level to be kept is met.") if is_met else _("%(value)s; the level to be kept is not met.")
    if figure.progress is None:
        return _("%(value)s, with %(target)s to be reached by %(day)s; how far that is cannot be worked out.")
    if not figure.expected:
        return _("%(value)s, %(progress)s of the way to %(target)s by %(day)s; nothing was expected yet.")
    return _("%(value)s, %(progress)s of the way to %(target)s by %(day)s; %(expected)s was expected by now.")


def way(view) -> list[Decimal]:
    """The values that the targets ask for by their days; counts of periods add up, as what is counted does."""
    values = [target.value for target in view.targets]
    return list(accumulate(values)) if view.indicator.kind == Kind.PER_PERIOD else values


def per_hundred(node, value):
    """A ratio counted in percent is kept as a share of one and drawn per hundred; everything else as it is."""
    if value is None or node.kind != Kind.RATIO or node.unit != "percent":
        return value
    return value * PERCENT


def measured(node, value) -> str:
    """A value with its unit, as the indicator declares it."""
    if value is None:
        return _("no data")
    if node.unit == "percent":
        return percent(per_hundred(node, value) / PERCENT, node.decimals)
    if is_yes_or_no(node) and value in (0, 1):
        return said(node, value)
    return with_unit(number(value, node.decimals), str(node.unit_label or ""), value)


def bare(node, value) -> str:
    """A value without its unit, where the unit stands beside another value of the same sentence."""
    is_word = value is None or node.unit == "percent" or is_yes_or_no(node)
    return measured(node, value) if is_word else number(value, node.decimals)


def indicator_facts(view) -> list[dict]:
    figure, node = view.figure, view.indicator
    url = explanation_of("indicator", node, view.period, view.figures.kept)
    return [
        {"value": measured(node, figure.actual), "label": _("value"), "url": url,
         "note": _("observed %(day)s") % {"day": day(figure.last_observed_on)} if figure.last_observed_on else ""},
        {"value": percent(figure.progress), "label": _("of the way from baseline to target")},
        {"value": percent(figure.expected), "label": _("expected by now")},
        {"value": percent(figure.coverage), "label": _("coverage"), "note": _("share of the bureaus that answered")},
    ]  # fmt: skip


def path_chart(view, *, width: int = 760, height: int = 250, key: str = "path"):
    """Values against the planned path with targets and their revisions."""
    node = view.indicator
    points = [
        charts.Point(f.last_observed_on or p.end_on, per_hundred(node, f.actual))
        for p, f in view.path
        if f.actual is not None
    ]
    if not points:
        return None
    planned = [charts.Point(on, per_hundred(node, value)) for on, value in planned_path(view)]
    revisions = [
        charts.Target(t.due_on, per_hundred(node, v), t.revision, t.is_current, t.reason) for t, v in revisions_of(view)
    ]
    return charts.path(
        title=str(node.name), summary=indicator_sentence(view), points=points, planned=planned, targets=revisions,
        status=view.figure.status, unit=str(node.unit_label or ""), decimals=node.decimals, key=key, width=width,
        height=height, today=view.today,
    )  # fmt: skip


def planned_path(view) -> list[tuple]:
    """The turns of the planned path, from the baseline over each dated target; counts of periods begin at nothing."""
    is_sum = view.indicator.kind == Kind.PER_PERIOD
    first = [(view.baseline.on, Decimal(0) if is_sum else view.baseline.value)] if view.baseline else []
    return [*first, *((target.due_on, value) for target, value in zip(view.targets, way(view), strict=True))]


def revisions_of(view) -> list[tuple]:
    """Each target with what it asks for, and those that were replaced; what a sum was to be is not told of one of its parts."""
    past = [] if view.indicator.kind == Kind.PER_PERIOD else view.past_targets
    return [*zip(view.targets, way(view), strict=True), *((target, target.value) for target in past)]


def path_rows(view) -> list[list]:
    """What the chart draws, for machines: what it is, the day, the value as it is kept, and of a target how it came about."""
    exact = [(f.last_observed_on or p.end_on, f.actual) for p, f in view.path if f.actual is not None]
    rows = [["value", on, format(value.normalize(), "f"), "", "", ""] for on, value in exact]
    rows += [["planned", on, format(value.normalize(), "f"), "", "", ""] for on, value in planned_path(view)]
    return rows + [
        ["target", target.due_on, format(value.normalize(), "f"), target.revision,
         "current" if target.is_current else "replaced", target.reason]
        for target, value in sorted(revisions_of(view), key=lambda one: (one[0].due_on, one[0].revision))
    ]  # fmt: skip


def path_csv(view) -> str:
    return with_kept(reverse("dashboard:indicator_path_csv", args=[view.indicator.code]), view.figures.kept)
