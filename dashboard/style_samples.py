"""Invented content for the living style page: nothing here comes from the database, or could."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.status import STATUSES
from dashboard.style_words import COMMENTS, CONFLICT, FIGURES, GOALS, NOW, SENTENCES, SWATCHES, TODAY
from reports import charts


def sample() -> dict:
    """Everything that the page shows; nothing comes from the database."""
    return {
        "stamp": {"known_at": NOW, "waiting": 12},
        "handling_level": 1,
        "words": SENTENCES,
        "statuses": STATUSES.values(),
        "tiles": _tiles(),
        "figures": FIGURES,
        "charts": _charts(),
        "heat": _heat(),
        "rows": _rows(),
        "tasks": _tasks(),
        "events": _events(),
        "comments": COMMENTS,
        "tabs": [
            {"label": label, "url": "?tab", "current": not at} for at, label in enumerate(("Results", "Delivery"))
        ],
        "chips": [
            {"label": "Europe", "url": "?chip", "on": True, "count": 14},
            {"label": "Africa", "url": "?chip", "count": 9},
        ],
        "pager": {"next": "?after=20", "previous": None, "shown": 50, "known": "1,000+"},
        "form": _refused_form(),
        "conflict": CONFLICT,
        "swatches": SWATCHES,
        "update_states": ("not_started", "draft", "ready", "submitted", "returned", "validated", "overdue"),
    }


def _tiles() -> list[dict]:
    facts = (
        ("on_track", (40, 44, 49, 53, 58), "+5 since Q3", "coverage 91%"),
        ("at_risk", (38, 45, 50, 50, 49), "was on track in Q3", "coverage 84%"),
        ("insufficient_data", (None, 12, None, None, None), "", "coverage 22%"),
        ("achieved", (60, 71, 84, 97, 100), "reached in Q4", "coverage 100%"),
    )
    return [
        {
            "number": number,
            "title": GOALS[number - 1],
            "url": "#tile",
            "status": status,
            "reached": "" if values[-1] is None else f"{values[-1]}%",
            "expected": "" if values[-1] is None else "54%",
            "spark": charts.sparkline(values, title=str(GOALS[number - 1]), status=status).svg,
            "change": change,
            "coverage": coverage,
            "judged": "off_track" if status == "at_risk" else "",
        }
        for number, (status, values, change, coverage) in enumerate(facts, 1)
    ]


def _quarter_ends(first: int = 2026) -> list[date]:
    return [
        date(year, month, day)
        for year in range(first, first + 5)
        for month, day in ((3, 31), (6, 30), (9, 30), (12, 31))
    ]


def _charts() -> list[charts.Chart]:
    return [_path_chart(), _distribution(), _bullet(), _coverage(), _heat_chart(), _timeline()]


def _path_chart() -> charts.Chart:
    reported = (52, 54, None, 61, 63)
    days = [date(2025, 9, 30), date(2025, 12, 31), *_quarter_ends()[:3]]
    return charts.path(
        title=_("Bureaus connected"),
        summary="63 of 80 bureaus are connected where 66 were expected by now; the target was raised to 80 in June.",
        points=[charts.Point(on, None if v is None else Decimal(v)) for on, v in zip(days, reported, strict=True)],
        planned=[charts.Point(date(2025, 9, 30), Decimal(52)), charts.Point(date(2027, 12, 31), Decimal(80))],
        targets=[
            charts.Target(date(2027, 12, 31), Decimal(80), revision=2, reason="two regions joined"),
            charts.Target(date(2027, 12, 31), Decimal(72), revision=1, current=False),
        ],
        today=TODAY,
        status="at_risk",
    )


def _distribution() -> charts.Chart:
    counts = {"on_track": 21, "at_risk": 9, "off_track": 4, "achieved": 3, "no_data": 8, "too_early": 5}
    return charts.distribution(
        title=_("Indicators by status"),
        summary="24 of 50 indicators are on track or achieved; 8 have no data.",
        counts=counts,
    )


def _bullet() -> charts.Chart:
    return charts.bullet(
        title=_("Answers within a day"),
        summary="61% of requests are answered within a day; 66% were expected by now, the target is 80%.",
        value=Decimal(61), expected=Decimal(66), target=Decimal(80), baseline=Decimal(40),
        low=Decimal(57), high=Decimal(68),
        status="at_risk", unit="%",
    )  # fmt: skip


def _coverage() -> charts.Chart:
    return charts.coverage(
        title=_("How much is known"),
        summary="84% of the weight is known; the result lies between 60% and 76%.",
        share=Decimal("0.84"), low=Decimal("0.60"), high=Decimal("0.76"), value=Decimal("0.71"),
    )  # fmt: skip


CELLS = (("on_track", "92%"), ("at_risk", "78%"), ("off_track", "41%"), ("no_data", ""), ("achieved", "100%"))
REGIONS = ("Africa", "Americas", "Asia", "Europe", "Middle East")


def _heat_chart() -> charts.Chart:
    rows = [(str(goal), [CELLS[(at * 2 + place) % 5] for place in range(5)]) for at, goal in enumerate(GOALS)]
    return charts.heat_map(
        title=_("Goals against regions"),
        summary="Weakest: goal 1 in Asia.",
        columns=REGIONS,
        rows=rows,
        corner=_("Goal"),
    )


def _heat() -> dict:
    def cell(place: int) -> dict:
        status, value = CELLS[place % 5]
        return {"status": status, "value": value, "url": "#cell", "title": str(STATUSES[status].label)}

    rows = [
        {"label": str(goal), "url": "#row", "cells": [cell(at * 2 + p) for p in range(5)]}
        for at, goal in enumerate(GOALS)
    ]
    return {"caption": _("Goals against regions"), "corner": _("Goal"), "columns": REGIONS, "rows": rows}


def _timeline() -> charts.Chart:
    spans = [
        charts.Span(str(GOALS[0]), date(2026, 1, 15), date(2026, 9, 30), "achieved"),
        charts.Span(str(GOALS[1]), date(2026, 3, 1), date(2027, 6, 30), "at_risk", "41%"),
        charts.Span(str(GOALS[2]), date(2026, 7, 1), None, "on_track"),
        charts.Span(str(GOALS[3]), date(2027, 2, 1), date(2027, 12, 31), "too_early"),
    ]
    return charts.timeline(
        title=_("Work by goal"), summary="One piece of work is late, one has not begun.", spans=spans, today=TODAY
    )


def _rows() -> list[dict]:
    facts = (
        ("Lagos", "Africa", "on_track", "0.92", "0.80", 0, TODAY),
        ("Lyon", "Europe", "at_risk", "0.71", "0.80", 4, TODAY - timedelta(days=4)),
        ("عمّان", "Middle East", "off_track", "0.38", "0.80", 12, TODAY - timedelta(days=12)),
        ("São Paulo", "Americas", "no_data", None, "0.80", 0, TODAY + timedelta(days=9)),
    )
    return [
        {
            "bureau": bureau,
            "region": region,
            "status": status,
            "share": share and Decimal(share),
            "expected": Decimal(expected),
            "late": late,
            "due": due,
        }
        for bureau, region, status, share, expected, late, due in facts
    ]


def _tasks() -> list[dict]:
    facts = (
        (GOALS[0], "returned", "“Please add the source of the value.”", "", _("Continue")),
        (GOALS[1], "draft", "", "3 days late", _("Continue")),
        (GOALS[2], "not_started", "", "", _("Start")),
        (GOALS[3], "submitted", "", "", ""),
    )
    return [
        {
            "title": str(title),
            "language": get_language(),
            "state": state,
            "note": note,
            "late": late,
            "due_on": TODAY,
            "url": "#task",
            "act_label": act,
        }
        for title, state, note, late, act in facts
    ]


def _events() -> list[dict]:
    return [
        {
            "at": NOW,
            "who": "A. Okafor",
            "words": "Target raised from 72 to 80.",
            "reason": "Two regions joined.",
            "now": True,
        },
        {"at": NOW - timedelta(days=140), "who": "M. Dupont", "words": "Target set to 72.", "reason": ""},
    ]


class _SampleForm(forms.Form):
    achieved = forms.CharField(
        label="What was achieved?",
        help_text="What changed, not what was done.",
        widget=forms.Textarea(attrs={"data-left": "{n}", "maxlength": 600}),
    )
    value = forms.DecimalField(
        label="Bureaus connected",
        help_text="Whole number, at the end of the quarter.",
        widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "short n"}),
    )
    state = forms.ChoiceField(
        label="If there is no value",
        choices=[("n", "not reported"), ("a", "not applicable"), ("w", "withheld")],
        widget=forms.RadioSelect,
    )
    period = forms.ChoiceField(label="Period", choices=[("4", "2026-Q4"), ("3", "2026-Q3")])


def _refused_form() -> forms.Form:
    form = _SampleForm({"achieved": "Two regions joined the pilot.", "value": "fifty", "state": "n", "period": "4"})
    form.is_valid()
    return form
