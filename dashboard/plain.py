"""What was asked, in plain facts: what a page's kept content is found by, beside the rows that it is made of."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from dashboard.asked import Asked


class Span(NamedTuple):
    """A reporting period as far as a page says anything of it."""

    pk: int
    code: str
    start_on: date
    end_on: date
    due_on: date


class PlainAsked(NamedTuple):
    """A question about today, without who asks it; named as in `dashboard.asked.Asked`. `periods` begin with the newest."""

    today: date
    period_code: str
    periods: tuple[Span, ...]
    period: Span | None
    kept: str

    known_on = moment = None  # a day in the past is never asked for in this way


def plain(question: Asked) -> PlainAsked:
    """The question in plain facts. One query, or none where its periods were read. Raises NotFound for an unknown period."""
    spans = {one.pk: Span(one.pk, one.code, one.start_on, one.end_on, one.due_on) for one in question.periods}
    period = spans[question.period.pk] if question.period else None
    return PlainAsked(question.today, question.period_code, tuple(spans.values()), period, question.kept)
