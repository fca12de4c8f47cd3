"""The page of a bureau: read in two questions, and drawn once for the same answers."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from accounts.access import Colleague, Reader, colleague_of, may, reader_of
from accounts.models import Bureau
from core.answers import Answer, answers_of
from core.fragments import bare, drawn, kept_page
from dashboard import work_drawing
from dashboard.asked import Asked
from dashboard.drawing import page
from dashboard.plain import PlainAsked, plain
from dashboard.work import (
    BureauView,
    aims_with_plans,
    bureau_asked,
    bureau_at,
    bureau_in,
    bureau_view,
    read_bureau,
)


class Told(NamedTuple):
    """What the page says: how the bureau reports, all below as it is drawn, and when its figures were worked out.

    Nobody may write into the bureau.
    """

    bureau: Bureau
    sentence: str
    content: str
    known_at: datetime | None


def read_bureau_page(question: Asked, code: str) -> Told:
    """A bureau with its part of each aim. Two queries; a day in the past is worked out anew. Raises NotFound for no bureau's code."""
    user = question.user
    if question.moment is not None:
        view = read_bureau(question, code)
        return _told(view, _hand_over(user, view.bureau), question.kept)
    asked, reader, colleague = plain(question), reader_of(user), colleague_of(user)
    found, aims = answers_of((bureau_at, code), (aims_with_plans,))
    bureau = _bureau(found)
    more = answers_of(*_asked_of(found, aims, asked, reader, colleague))
    return _told_of(found, aims, tuple(more), asked, reader, _hand_over(user, bureau))


@kept_page
def _bureau(found: Answer) -> Bureau:
    return bureau_in(found.rows)


@kept_page
def _asked_of(found: Answer, aims: Answer, asked: PlainAsked, reader: Reader, colleague: Colleague) -> tuple:
    return bureau_asked(asked, reader, colleague, bureau_in(found.rows).pk, aims.rows)


@kept_page
def _told_of(found: Answer, aims: Answer, more: tuple[Answer, ...], asked: PlainAsked, reader: Reader, hand_over: str) -> Told:
    """Drawn once for the same answers and whoever sees alike."""
    view = bureau_view(asked, reader, bureau_in(found.rows), aims.rows, [one.rows for one in more])
    return _told(view, hand_over, asked.kept)


def _told(view: BureauView, hand_over: str, kept: str) -> Told:
    values = {**work_drawing.bureau(view, kept), "hand_over": hand_over}
    content = bare(drawn("dashboard/_bureau.html", values))
    return Told(view.bureau, work_drawing.bureau_sentence(view), content, view.figures.computed_at)


def _hand_over(user, bureau: Bureau) -> str:
    """Where the bureau's duties are handed over, for whoever may."""
    is_theirs = may(user, "duty.hand_over", bureau_id=bureau.pk)
    return page("initiatives:hand_over", bureau.code) if is_theirs else ""
