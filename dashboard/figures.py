"""The summary's figures as one reader may see them, read in one question."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from functools import lru_cache
from operator import attrgetter
from typing import NamedTuple

from django.db.models import F, Q

from accounts.access import clearance_of, own_bureau_id
from core.formats import number, percent
from core.questions import rows_of
from core.together import Steps, rows_steps
from dashboard.asked import Asked
from dashboard.known import rollup_steps
from outcomes.choices import Measure
from outcomes.models import RollUp

SHARE_FIELDS = ("progress", "expected", "performance", "coverage", "lower", "upper")
# What is read of a row: where it belongs, who may see it, and the figure; never the bureaus behind it, which are many.
PLACE = ("measure", "node_type", "node_id", "period_id")
DISCLOSED = ("bureau_id", "is_disclosable", "highest_handling")
FIGURE = (
    "status", "reason", "actual", *SHARE_FIELDS, "counts", "leaves", "bureaus_known", "last_observed_on", "computed_at",
)  # fmt: skip
READ = (*PLACE, *DISCLOSED, *FIGURE)
COUNTS = READ.index("counts")
of_row = attrgetter(*READ)


class Figure(NamedTuple):
    """One node's figure for a period. Shares are of one; None is unknown. `is_hidden`: the reader is not cleared."""

    status: str = "no_data"
    reason: str = ""
    actual: Decimal | None = None
    progress: Decimal | None = None
    expected: Decimal | None = None
    performance: Decimal | None = None
    coverage: Decimal | None = None
    lower: Decimal | None = None
    upper: Decimal | None = None
    counts: dict = {}
    leaves: int = 0
    bureaus_known: int = 0
    last_observed_on: date | None = None
    computed_at: object = None
    is_hidden: bool = False

    @property
    def drag(self) -> Decimal:
        """How far behind its path the node is, as a share of one; nothing where either is unknown."""
        if self.progress is None or self.expected is None:
            return Decimal(0)
        return max(Decimal(0), self.expected - min(Decimal(1), max(Decimal(0), self.progress)))

    @property
    def behind(self) -> int:
        """How many of the leaves beneath are off track or at risk."""
        return self.counts.get("off_track", 0) + self.counts.get("at_risk", 0)

    @property
    def drawn(self) -> str:
        return percent(self.progress)

    def value(self, decimals: int) -> str:
        return number(self.actual, decimals)


NOTHING = Figure()


def figure_for(user, row, bureau_id: int | None, computed_at=None) -> Figure:
    """A row of the summary, stored or just made, as the reader may see it; `bureau_id` None is of several bureaus."""
    disclosed = (bureau_id, row.is_disclosable, row.highest_handling)
    if _is_hidden(clearance_of(user), own_bureau_id(user), *disclosed):
        return Figure(is_hidden=True)
    return Figure(*(getattr(row, name) for name in FIGURE[:-1]), computed_at)


def figure_of_values(user, row) -> Figure:
    """A row of the summary by its values, which are those of `READ` in their order, as the reader may see it."""
    if _is_hidden(clearance_of(user), own_bureau_id(user), *row[len(PLACE) : len(PLACE) + len(DISCLOSED)]):
        return Figure(is_hidden=True)
    return Figure(*row[len(PLACE) + len(DISCLOSED) :])


def _is_hidden(clearance: int, own: int | None, bureau_id: int | None, is_disclosable: bool, highest_handling: int) -> bool:
    """What rests on too few restricted values is hidden, not blurred. A bureau always sees its own part."""
    is_own = bureau_id is not None and bureau_id == own
    return not is_own and not is_disclosable and highest_handling > clearance


class Figures:
    """Figures by measure, kind of node and its id; an absent one is 'no data'. `kept` is what links carry on.

    `rows` hold what `READ` names, in its order.
    """

    def __init__(self, user, rows, *, kept: str = ""):
        self.kept = kept
        clearance, own = clearance_of(user), own_bureau_id(user)
        hidden = Figure(is_hidden=True)
        self._by_key = {
            row[:4]: hidden if _is_hidden(clearance, own, *row[4:7]) else Figure(*row[7:]) for row in rows
        }

    def of(self, node_type: str, node_id: int, period, measure: str = Measure.RESULTS) -> Figure:
        return self._by_key.get((measure, node_type, node_id, getattr(period, "pk", period)), NOTHING)

    def path(self, node_type: str, node_id: int, periods, measure: str = Measure.RESULTS) -> list[Figure]:
        return [self.of(node_type, node_id, period, measure) for period in periods]

    @property
    def last_observed_on(self):
        return max((f.last_observed_on for f in self._by_key.values() if f.last_observed_on), default=None)

    @property
    def computed_at(self):
        return max((f.computed_at for f in self._by_key.values() if f.computed_at), default=None)


def read_figures(
    question: Asked, *, plans, periods, nodes: dict[str, list[int]], bureau=None, delivery_in=None
) -> Figures:
    """The figures of the nodes (ids by kind) in the periods, of one bureau or of all of them, as known on the day asked.

    One query for what is believed now; worked out anew from the leaves for a day in the past. `delivery_in` are the
    periods whose delivery is needed, where that is not all of them: a path is drawn of results alone.
    """
    if question.moment is not None:
        steps = figures_steps(question, plans=plans, periods=periods, nodes=nodes, bureau=bureau)
        return question.together(steps)[0]
    asked = summary_asked(nodes, periods, delivery_in, bureau.pk if bureau else None)
    return figures_in(question.user, rows_of(summary, *asked), kept=question.kept)


def figures_steps(
    question: Asked, *, plans, periods, nodes: dict[str, list[int]], bureau=None, delivery_in=None
) -> Steps[Figures]:
    """The same, to be read beside something else. One round; three and the values for a day in the past."""
    if question.moment is not None:
        found = yield from rollup_steps(nodes, plans=plans, periods=periods, moment=question.moment, bureau=bureau)
        return Figures(question.user, map(of_row, found), kept=question.kept)
    asked = summary_asked(nodes, periods, delivery_in, bureau.pk if bureau else None)
    rows = yield from rows_steps(summary, *asked)
    return figures_in(question.user, rows, kept=question.kept)


def figures_in(user, rows, *, kept: str = "") -> Figures:
    """What rows of `summary` say to the person, or to their `Reader`."""
    return Figures(user, map(read_row, rows), kept=kept)


def summary_asked(nodes: dict[str, list[int]], periods, delivery_in=None, bureau_id: int | None = None) -> tuple:
    """Whose figures are wanted and of which periods, as plain facts for `summary`."""
    kinds = tuple((node_type, tuple(ids)) for node_type, ids in nodes.items())
    return kinds, _keys(periods), None if delivery_in is None else _keys(delivery_in), bureau_id


def _keys(periods) -> tuple[int, ...]:
    return tuple(sorted({period.pk for period in periods if period}))


def summary(kinds, periods, delivery, bureau_id):
    """Rows of the summary, whoever reads: what they may see of each is decided when it is made a figure."""
    asked = [kind for kind in kinds if kind[1]]
    if not periods or not asked:
        return RollUp.objects.none().values_list(*READ)
    first, *others = (_rows_of_kind(*kind, periods, delivery, bureau_id) for kind in asked)
    return first.union(*others, all=True) if others else first


def _rows_of_kind(node_type, ids, periods, delivery, bureau_id):
    """Each kind of node by itself, and its periods from the first to the last: so an index alone answers (decision 35).

    A condition on both kinds or on single periods would look for each node and period one by one, and fetch its row.
    """
    within = Q(node_type=node_type, node_id__in=ids, period__gte=periods[0], period__lte=periods[-1], bureau=bureau_id)
    rows = RollUp.objects.filter(within).alias(period_key=F("period_id") + 0).filter(period_key__in=periods)
    if delivery is not None:
        rows = rows.filter(Q(measure=Measure.RESULTS) | Q(period_key__in=delivery))
    return rows.order_by().values_list(*READ)


def read_row(row: tuple) -> tuple:
    """The values of `READ` as the database gives them, with the spread of statuses read."""
    return (*row[:COUNTS], _counts(row[COUNTS]), *row[COUNTS + 1 :])


@lru_cache(maxsize=4096)
def _counts(stored: str) -> dict:
    """The same few spreads come with many rows; nobody writes into one."""
    return json.loads(stored)
