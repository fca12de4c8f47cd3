"""How bureaus stand to their own path towards an aim or a whole plan."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import ngettext

from accounts.models import Bureau
from core.questions import rows_of
from core.together import Steps, beside, only, rows_steps
from core.translations import Translated, read_stored
from dashboard.asked import Asked
from dashboard.figures import Figure, figure_for, figure_of_values
from dashboard.kept_days import parts_then
from dashboard.summary_rows import READ, read_row
from outcomes.choices import Measure
from outcomes.models import RollUp

SHOWN = 3
JUDGED = ("achieved", "on_track", "at_risk", "off_track")


class BureauPart(NamedTuple):
    """A bureau's part in an aim or a plan."""

    code: str
    name: Translated
    figure: Figure

    @property
    def is_judged(self) -> bool:
        return not self.figure.is_hidden and self.figure.status in JUDGED


class Standing(NamedTuple):
    """The bureaus that can be judged, from the furthest behind to the furthest ahead, the first and the last of them."""

    judged: int
    behind: int
    worst: list[BureauPart]
    best: list[BureauPart]


def rank(parts: Iterable[BureauPart]) -> Standing:
    """Those that can be judged, by what was reached out of what was expected."""
    judged = sorted((one for one in parts if one.is_judged), key=lambda one: (reached(one.figure), one.code))
    behind = sum(one.figure.status in ("at_risk", "off_track") for one in judged)
    few = min(SHOWN, (len(judged) + 1) // 2)
    return Standing(len(judged), behind, judged[:few], judged[few:][::-1][:SHOWN])


def reached(figure: Figure) -> Decimal:
    """What was reached out of what was expected; where nothing was expected yet nobody is behind."""
    return Decimal(1) if figure.performance is None else figure.performance


def parts_of(question: Asked, node_type: str, node, plan_id: int, period) -> list[BureauPart]:
    """Each active bureau's part in the node, as far as the reader may see. One query; a past day is worked out anew."""
    if question.moment is None:
        return parts_in(question.user, rows_of(parts_by_bureau, node_type, node.pk, period.pk))
    return question.together(part_steps(question, node_type, node, plan_id, period))[0]


def parts_in(user, rows) -> list[BureauPart]:
    """What rows of `parts_by_bureau` say to the person, or to their `Reader`."""
    return [BureauPart(code, read_stored(name), figure_of_values(user, read_row(row))) for code, name, *row in rows]


def part_steps(question: Asked, node_type: str, node, plan_id: int, period) -> Steps[list[BureauPart]]:
    """The same, to be read beside something else. One round; a past day takes three and the values."""
    if question.moment is None:
        return parts_in(question.user, (yield from rows_steps(parts_by_bureau, node_type, node.pk, period.pk)))
    (rows, _at), bureaus = yield from beside(
        parts_then(question, {node_type: [node.pk]}, plan=plan_id, period=period), only(Bureau.objects.filter(is_active=True))
    )
    parts = {key.bureau_id: row for key, row in rows.items() if key.measure == Measure.RESULTS}
    return [
        BureauPart(one.code, one.name, figure_for(question.user, parts[one.pk], one.pk)) for one in bureaus if one.pk in parts
    ]


def parts_by_bureau(node_type: str, node: int, period: int):
    """Each active bureau's part in the node, whoever reads."""
    rows = RollUp.objects.filter(
        node_type=node_type, node_id=node, period=period, measure=Measure.RESULTS, bureau__is_active=True
    )
    return rows.order_by("bureau_id").values_list("bureau__code", "bureau__name", *READ)


def behind_their_path(judged: int, behind: int) -> str:
    """How many bureaus are behind, of those whose part can be judged."""
    return ngettext(
        "%(behind)s of %(judged)s bureau whose part can be judged is behind.",
        "%(behind)s of %(judged)s bureaus whose part can be judged are behind.", judged,
    ) % {"behind": behind, "judged": judged}  # fmt: skip
