"""The API of how bureaus stand: with their reporting, and to their path towards the plan of the period."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.rules import EVERYONE, act
from core.api import Resource
from core.errors import Invalid
from core.serializers import day_from
from dashboard.asked import Asked, day_of_knowledge, mark_of_periods
from dashboard.bureau_list import SORTS, read_list
from dashboard.reporting_drawing import ALL, SHOWN, chosen_rows
from dashboard.reporting_then import counted, duties_then, standings_of
from dashboard.serializers import BureauStandings, ReportingStatus, bureaus_of, reporting_of
from dashboard.tallies import on_its_day
from dashboard.work import last_reported

WHERE = {
    "region": {"type": "string", "maxLength": 40, "description": "One region's code; general-secretariat for units in none."},
    "as_of": {"type": "string", "format": "date", "description": "As it stood at the end of this day."},
}


class Standings(Resource):
    """How bureaus stand, all in one answer: what the pages tell and their files hold, of the same work with the same numbers."""

    POLICY = {"reporting": act("review.read"), "bureaus": EVERYONE}
    GIVES = {"reporting": ReportingStatus, "bureaus": BureauStandings}
    QUERY = {
        "reporting": {
            "period": {"type": "string", "description": "A reporting period's code; the last one that was due without it."},
            "show": {"type": "string", "enum": list(SHOWN), "description": "Not complete, complete, with more time, or all (usual)."},
            **WHERE,
        },
        "bureaus": {
            "period": {"type": "string", "description": "A reporting period's code; the present one without it."},
            "search": {"type": "string", "maxLength": 100, "description": "Words of its or its country's name, or its code."},
            "sort": {
                "type": "string", "enum": list(SORTS), "description": "Most missing first (usual), weakest first, by name or by region.",
            },
            **WHERE,
        },
    }  # fmt: skip
    VERSIONED = False

    @action(detail=False, methods=["get"])
    def reporting(self, request):
        """Who has reported for a period, who has not, and how late. The latest first."""
        given = {"show": _one_of(request, "show", SHOWN) or ALL, "region": request.query_params.get("region", "")}
        question = _asked(request)
        period = last_reported(question)
        rows = chosen_rows(given, standings_of(question, period, at=self.now))[1]
        return Response(reporting_of(question, period, rows))

    @action(detail=False, methods=["get"])
    def bureaus(self, request):
        """Every active bureau with what it owes for the period, and how it stands to its own path towards the plan."""
        _one_of(request, "sort", SORTS)
        question = _asked(request)
        then = None if question.moment is None else counted(duties_then(question, question.period))
        return Response(bureaus_of(question, read_list(question, request.query_params, then)[1]))


def _asked(request) -> Asked:
    """The question that the address puts, as pages put it. Raises Invalid beside a parameter that cannot be."""
    given, today = request.query_params, timezone.localdate()
    day = str(day_from(given["as_of"], "as_of")) if "as_of" in given else ""
    known_on, is_at_once = day_of_knowledge(day, today, name="as_of")
    question = Asked(
        request.user, known_on or today, given.get("period", ""), known_on, mark_of_periods=mark_of_periods(request),
        is_at_once=is_at_once, is_page=False,
    )  # fmt: skip
    question = question if known_on is None else on_its_day(question)
    if "period" in given and given["period"] not in {one.code for one in question.periods}:
        raise Invalid.on("period", _("Name the period by its code."))
    return question


def _one_of(request, name: str, known: tuple[str, ...]) -> str:
    """What the parameter says; nothing where it is not there. Raises Invalid beside it."""
    asked = request.query_params.get(name)
    if asked is not None and asked not in known:
        raise Invalid.on(name, _("Say one of: %(names)s.") % {"names": ", ".join(known)})
    return asked or ""
