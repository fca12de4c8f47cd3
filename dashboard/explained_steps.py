"""A figure's formula and the steps of working it out, in words."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.formats import percent
from dashboard.indicator_drawing import measured
from outcomes.choices import Kind
from outcomes.explain_words import words_of

SHARES = ("progress", "contribution", "expected", "performance", "coverage", "lower", "upper")
STEP_NAMES = {
    "actual": gettext_lazy("value"),
    "progress": gettext_lazy("progress"),
    "planned": gettext_lazy("planned by now"),
    "expected": gettext_lazy("expected by now"),
    "performance": gettext_lazy("performance (progress ÷ expected)"),
    "coverage": gettext_lazy("coverage"),
    "lower": gettext_lazy("lower bound"),
    "upper": gettext_lazy("upper bound"),
    "met": gettext_lazy("met"),
    "contribution": gettext_lazy("what enters the total"),
    "status": gettext_lazy("status"),
}


def formula_of(told: dict, node) -> str:
    """The formula in words."""
    if not told:
        return ""
    if told["formula"] == "roll_up":
        return _(
            "The weighted mean of the parts whose figure is known; each is first kept between 0 and 100%. "
            "Coverage is the share of the weight that is known. The range counts what is unknown as nothing and as all."
        )
    if getattr(node, "kind", "") == "maintain":
        return _("A level to be kept: met or not, within the declared tolerance.")
    if getattr(node, "kind", "") == "per_period":
        return _("Counts of the periods are added up and compared with the sum of the targets of the ended periods.")
    return _("(value − baseline) ÷ (target − baseline); the same on the planned path gives what is expected by now.")


def worked_step(step: dict, node) -> dict:
    name, value = step["name"], step["value"]
    return {
        "name": STEP_NAMES.get(name, name), "formula": step["formula"], "words": _said(name, step["formula"], node),
        "value": _drawn(name, value, node),
    }  # fmt: skip


def _said(name: str, formula: str, node) -> str:
    """The formula in words; nothing of a milestone is due before its day, and there is no line on the way to it."""
    if name == "planned" and getattr(node, "kind", "") == Kind.MILESTONE:
        return _("what was due by the day of the observation: a milestone is due whole on its day")
    return words_of(formula)


def _drawn(name: str, value, node) -> str:
    if value is None:
        return _("no data")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if name in SHARES:
        return percent(Decimal(value), 1)
    if name in ("actual", "planned") and hasattr(node, "unit"):
        return measured(node, Decimal(value))
    return str(value)
