"""The formulas of explanations in the reader's language; the formulas themselves are the same in all of them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

FORMULAS = {
    "sum(value)": _("sum of the bureaus' values"),
    "sum(weight * value) / sum(weight)": _("weighted mean of the bureaus' values"),
    "sum(numerator) / sum(denominator)": _("sum of the numerators divided by the sum of the denominators"),
    "count(bureaus that meet)": _("number of the bureaus that meet the level"),
    "worst(value)": _("worst of the bureaus' values"),
    "value": _("the value itself; nothing is combined"),
    "actual >= target - tolerance": _("the value is at or above its level, give or take the tolerance"),
    "actual <= target + tolerance": _("the value is at or below its level, give or take the tolerance"),
    "low - tolerance <= actual <= high + tolerance": _("the value lies within the range, give or take the tolerance"),
    "met ? 1 : 0": _("all where it is met, nothing where it is not"),
    "sum(target, ended periods)": _("sum of the targets of the periods that have ended"),
    "(sum(value) - n * baseline) / (sum(target) - n * baseline)": _(
        "what was counted beyond the baseline of each period, out of what all targets ask for beyond it"
    ),
    "sum(value, ended periods) / sum(known * target, ended periods)": _(
        "what was counted in the ended periods, out of what their targets ask for the known share of each"
    ),
    "(actual - baseline) / (target - baseline)": _("way from the baseline to the value, out of the way to the target"),
    "path(baseline, targets)(observed_on)": _(
        "on the straight line from the baseline over the dated targets, on the day of the observation"
    ),
    "(planned - baseline) / (target - baseline)": _("way from the baseline to what is planned, out of the way to the target"),
    "progress / expected": _("progress divided by what is expected by now"),
    "sum(weight * progress) / sum(weight), known": _("weighted mean of the parts whose figure is known"),
    "sum(weight * expected) / sum(weight), known": _("the same mean of what is expected of them by now"),
    "sum(weight * coverage) / sum(weight)": _("weighted mean of how much is known of each part"),
    "sum(weight * lower) / sum(weight), unknown = 0": _("the same mean of the lower bounds, where the unknown counts as nothing"),
    "sum(weight * upper) / sum(weight), unknown = 1": _("the same mean of the upper bounds, where the unknown counts as all"),
    "reported / 100, or sum(weight, done) / sum(weight)": _(
        "the share that the bureau reported; without a report, the weight of the steps done out of all steps"
    ),
    "path(steps)(observed_on)": _("on the straight line through the days of the steps, on the day of the answer"),
}


def words_of(formula: str) -> str:
    """What the formula says, in the reader's language."""
    return str(FORMULAS.get(formula, formula))


def in_words(explanation: dict | None) -> dict | None:
    """The explanation with a `text` beside each formula of its steps."""
    if not explanation:
        return explanation
    steps = [{**step, "text": words_of(step["formula"])} for step in explanation["steps"]]
    return {**explanation, "steps": steps}
