"""The summary's figures as one reader may see them, read in one question."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from accounts.access import clearance_of, own_bureau_id
from core.formats import number, percent
from core.questions import rows_of
from core.together import Steps, rows_steps
from dashboard.asked import Asked
from dashboard.kept_days import figures_then
from dashboard.summary_rows import DISCLOSED, FIGURE, PLACE, read_row, summary, summary_asked
from outcomes.choices import Measure


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
        found = yield from figures_then(question, plans=plans, periods=periods, nodes=nodes, bureau=bureau)
        return Figures(question.user, found, kept=question.kept)
    asked = summary_asked(nodes, periods, delivery_in, bureau.pk if bureau else None)
    rows = yield from rows_steps(summary, *asked)
    return figures_in(question.user, rows, kept=question.kept)


def figures_in(user, rows, *, kept: str = "") -> Figures:
    """What rows of `summary` say to the person, or to their `Reader`."""
    return Figures(user, map(read_row, rows), kept=kept)
