"""Which bureaus an aim stands best and worst in, and how much work goes into it: what its page leads on to."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from accounts.access import reader_of
from accounts.models import Bureau
from core.questions import values_of
from core.translations import Translated
from dashboard import counting
from dashboard.asked import Asked
from dashboard.figures import READ, Figure, figure_for, figure_of_values
from dashboard.known import known_rows
from dashboard.stood import work_then
from goals.models import Aim
from initiatives.known_at import contributed_to
from outcomes.choices import Measure
from outcomes.levels import AIM
from outcomes.models import RollUp

SHOWN = 3
JUDGED = ("achieved", "on_track", "at_risk", "off_track")


class BureauPart(NamedTuple):
    """A bureau's part in an aim."""

    code: str
    name: Translated
    figure: Figure


class Standing(NamedTuple):
    """The bureaus that can be judged, from the furthest behind to the furthest ahead, the first and the last of them."""

    judged: int
    behind: int
    worst: list[BureauPart]
    best: list[BureauPart]


def read_standing(question: Asked, aim: Aim, period) -> Standing:
    """How the bureaus stand to their own path towards the aim, as far as the reader may see.

    One query; a day in the past is worked out anew from the answers of then.
    """
    found = _bureaus(question, aim, period) if period else []
    judged = [one for one in found if not one.figure.is_hidden and one.figure.status in JUDGED]
    judged.sort(key=lambda one: (_performance(one.figure), one.code))
    behind = sum(one.figure.status in ("at_risk", "off_track") for one in judged)
    few = min(SHOWN, (len(judged) + 1) // 2)
    return Standing(len(judged), behind, judged[:few], judged[few:][::-1][:SHOWN])


def _bureaus(question: Asked, aim: Aim, period) -> list[BureauPart]:
    if question.moment is not None:
        return _bureaus_then(question, aim, period)
    rows = values_of(_parts, aim.pk, period.pk)
    return [BureauPart(code, name, figure_of_values(question.user, row)) for code, name, *row in rows]


def _bureaus_then(question: Asked, aim: Aim, period) -> list[BureauPart]:
    rows, _at = known_rows({AIM: [aim.pk]}, plans=[aim.plan_id], periods=[period], moment=question.moment, of_each=True)
    parts = {key.bureau_id: row for key, row in rows.items() if key.measure == Measure.RESULTS}
    bureaus = Bureau.objects.filter(pk__in=parts, is_active=True)
    return [BureauPart(one.code, one.name, figure_for(question.user, parts[one.pk], one.pk)) for one in bureaus]


def _parts(aim: int, period: int):
    rows = RollUp.objects.filter(
        node_type=AIM, node_id=aim, period=period, measure=Measure.RESULTS, bureau__is_active=True
    )
    return rows.order_by("bureau_id").values_list("bureau__code", "bureau__name", *READ)


def _performance(figure: Figure) -> Decimal:
    """What was reached out of what was expected; where nothing was expected yet nobody is behind."""
    return Decimal(1) if figure.performance is None else figure.performance


def count_work(question: Asked, aim: Aim, results: list[int]) -> int:
    """How many pieces of work that the reader may see contribute to the aim through the expected results. One query."""
    if question.moment is not None:
        return work_then(question).filter(contributed_to(results)).count()
    return counting.of_all_work(reader_of(question.user)).of("aim").get(str(aim.pk), 0)
