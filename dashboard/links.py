"""What became of each aim and expected result of a finished plan, in those that followed: the crosswalk as pages read it."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from accounts.access import Reader, reader_of
from core.questions import rows_of
from core.together import Steps, rows_steps
from core.translations import Translated, read_stored
from outcomes.models import Crosswalk

# What is read of a link: how both ends are called and addressed. Texts of aims and plans are long, and stay where they are.
READ_OF_AN_END = (
    "aim_id", "aim__number", "aim__title", "aim__plan_id", "aim__plan__code",
    "result_id", "result__number", "result__text", "result__aim__number", "result__aim__plan_id", "result__aim__plan__code",
)  # fmt: skip
READ_OF_A_LINK = ("kind", "state", "note", *(f"{way}_{name}" for way in ("from", "to") for name in READ_OF_AN_END))


class End(NamedTuple):
    """An end of a link: an aim, or with `result` an expected result of it."""

    pk: int
    plan_id: int
    plan_code: str
    aim: int
    result: int | None
    words: Translated


class Link(NamedTuple):
    """What became of an aim or an expected result; `end` is None where nothing did."""

    kind: str
    state: str
    note: Translated
    start: End
    end: End | None


class Links(NamedTuple):
    """What leads where, as it was read: plain `rows`, and the links that they are."""

    rows: tuple[tuple, ...]

    @property
    def aims(self) -> list[Link]:
        """Between aims."""
        return [link for link in _all_links(self.rows) if link.start.result is None]

    @property
    def results(self) -> list[Link]:
        """Between expected results."""
        return [link for link in _all_links(self.rows) if link.start.result is not None]


@lru_cache(maxsize=256)
def _all_links(rows: tuple[tuple, ...]) -> tuple[Link, ...]:
    return tuple(map(_link, rows))


def read_crosswalk(user) -> Links:
    """What leads where, between aims and between expected results. One query."""
    return Links(tuple(rows_of(links_between, reader_of(user))))


def crosswalk_steps(user) -> Steps[Links]:
    """The same, to be read beside something else. One round."""
    return Links(tuple((yield from rows_steps(links_between, reader_of(user)))))


def links_between(reader: Reader):
    """Links that the reader may see, as `Links` takes them."""
    links = Crosswalk.objects.visible_to(reader)
    ordered = links.order_by("from_aim__number", "from_result__aim__number", "from_result__number", "to_aim__number")
    return ordered.values_list(*READ_OF_A_LINK)


def _link(row: tuple) -> Link:
    kind, state, note, *ends = row
    return Link(kind, state, read_stored(note), _end(ends[:11]), _end(ends[11:]))


def _end(values) -> End | None:
    (aim_pk, aim, title, aim_plan, aim_code), (pk, number, text, of_aim, plan, code) = values[:5], values[5:]
    if aim_pk is not None:
        return End(aim_pk, aim_plan, aim_code, aim, None, read_stored(title))
    return None if pk is None else End(pk, plan, code, of_aim, number, read_stored(text))
