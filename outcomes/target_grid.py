"""Targets as a grid: indicators down, days across; typed cell by cell or pasted from a spreadsheet."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from core.formats import day, number, said_of
from core.numbers import Unreadable
from goals.models import Plan
from outcomes.choices import Direction
from outcomes.indicator_pages import measured, unit_words
from outcomes.models import Indicator
from outcomes.target_paste import Pasted, read_pasted
from outcomes.targets import Cell, Standing, kept, read_standing, shown
from outcomes.yes_no import is_yes_or_no, read_said, said

NEW_DAYS = 2
MOST_DAYS = 24
MANY_DAYS = 8
ALL = "all"
SEEN = re.compile(r"(\d{1,18}):(\d{4}-\d{2}-\d{2}):(\d{1,6})\Z", re.ASCII)
DAY_AND_MONTH = re.compile(r"(\d{1,2})[./](\d{1,2})[./](\d{4})\Z", re.ASCII)


@dataclass
class GridCell:
    """One place of the grid: what stands there, what was typed, and what is wrong with that."""

    name: str
    indicator: Indicator
    due_on: date | None
    label: str
    head: str
    standing: str = ""
    words: str = ""
    error: str = ""

    @property
    def is_changed(self) -> bool:
        return self.words != self.standing

    @property
    def keys(self) -> str:
        """Which keys a phone offers."""
        return "text" if is_yes_or_no(self.indicator) else "decimal"


@dataclass
class GridRow:
    indicator: Indicator
    unit: str
    baseline: str
    cells: list[GridCell] = field(default_factory=list)


@dataclass
class Grid:
    """The whole grid. `days` are its columns; a new one is None until somebody gives it a day."""

    plan: Plan
    indicators: list[Indicator]
    standing: Standing
    days: list[date | None]
    day_words: list[str]
    rows: list[GridRow]
    day_errors: dict[int, str] = field(default_factory=dict)
    paste_errors: list[str] = field(default_factory=list)
    seen: dict[tuple[int, date], int] = field(default_factory=dict)

    @property
    def columns(self) -> list[dict]:
        """The heads of the columns, each with its own field where it is new."""
        fixed = {on for _pk, on in self.standing.targets} | {self.plan.end_on}
        return [
            {"name": f"day.{place}", "value": self.day_words[place], "error": self.day_errors.get(place, ""),
             "is_new": on is None or on not in fixed, "label": day(on) if on else "", "number": place + 1}
            for place, on in enumerate(self.days)
        ]  # fmt: skip

    @property
    def lacking(self) -> list[Indicator]:
        """The indicators that no target stands for; a range to keep within is its own."""
        held = {pk for pk, _on in self.standing.targets}
        return [one for one in self.indicators if one.pk not in held and one.direction != Direction.WITHIN]

    @property
    def years(self) -> list[int]:
        """The years that have targets, where there are too many days to show at once."""
        days = {on for _pk, on in self.standing.targets} | {self.plan.end_on}
        return sorted({on.year for on in days}) if len(days) > MANY_DAYS else []

    @property
    def shown_words(self) -> str:
        """The days whose standing values the page shows, to carry along."""
        return " ".join(on.isoformat() for on in self.days if on)

    @property
    def errors(self) -> list[dict]:
        """Everything that is wrong, with the place to go to."""
        found = [{"words": words, "name": ""} for words in self.paste_errors]
        found += [{"words": words, "name": f"day.{place}"} for place, words in self.day_errors.items()]
        return found + [
            {"words": said_of(cell.label, cell.error), "name": cell.name}
            for row in self.rows
            for cell in row.cells
            if cell.error
        ]

    @property
    def seen_words(self) -> str:
        """The revisions that the page was drawn from, to carry along."""
        seen = self.seen or {key: row.revision for key, row in self.standing.targets.items()}
        return " ".join(f"{pk}:{on}:{revision}" for (pk, on), revision in sorted(seen.items()))

    def cells(self) -> Sequence[tuple[GridCell, Cell]]:
        """The changed places with what they ask for. Words that are no number become errors on the way."""
        found = []
        for place in (cell for row in self.rows for cell in row.cells if cell.is_changed):
            try:
                value = kept(place.indicator, read_said(place.indicator, place.words))
            except Unreadable as refused:
                place.error = str(refused.message)
                continue
            if place.due_on is None:
                place.error = _("Give this column a day first.")
                continue
            seen = self.seen.get((place.indicator.pk, place.due_on), 0)
            wanted = Cell(place.indicator, place.due_on, value, seen)
            if value != self.standing.value(wanted.key):
                found.append((place, wanted))
        return found

    def put_errors(self, cells: Sequence[tuple[GridCell, Cell]], faults: dict[int, list]) -> None:
        """This will put the faults of a sequence of cells where the person looks."""
        for number_of, messages in faults.items():
            cells[number_of][0].error = " ".join(str(message) for message in messages)


def read_grid(user, plan: Plan, aim: int | None, data=None, *, span: str = "") -> Grid:
    """The grid of a plan, or of one of its aims, as it stands or as it was posted. Four queries.

    `span` is a year or `all`; without it a grid of very many days shows those that several indicators share.
    """
    rows = Indicator.objects.visible_to(user).measured().filter(expected_result__aim__plan=plan)
    rows = rows if aim is None else rows.filter(expected_result__aim__number=aim)
    order = ("expected_result__aim__number", "expected_result__number", "code")
    indicators = list(rows.select_related("expected_result__aim__plan").order_by(*order))
    standing = read_standing(indicators)
    days = _days_shown(plan, standing, span)
    words = [on.isoformat() for on in days] + [""] * NEW_DAYS
    if data is not None:
        words = _posted_days(data, words)
    pasted = Pasted()
    if data is not None:
        pasted = read_pasted(data.get("pasted", ""), indicators, words, most=MOST_DAYS, read_day=read_day)
    grid = _draw(plan, indicators, standing, words, data, pasted.cells)
    grid.paste_errors = pasted.errors
    grid.seen = _seen(data) if data is not None else {}
    return grid


def _days_shown(plan: Plan, standing: Standing, span: str) -> list[date]:
    held = Counter(on for _pk, on in standing.targets)
    days = {*held, plan.end_on}
    if span.isdecimal():
        days = {on for on in days if on.year == int(span)}
    elif span != ALL and len(days) > MANY_DAYS:
        days = {on for on, count in held.items() if count > 1} | {plan.end_on}
    return sorted(days)[:MOST_DAYS]


def _posted_days(data, standing: list[str]) -> list[str]:
    """The columns as they were posted; at least those that stand."""
    places = [int(name.partition(".")[2]) for name in data if re.fullmatch(r"day\.\d{1,2}", name)]
    count = min(max([len(standing) - 1, *places]) + 1, MOST_DAYS)
    return [data.get(f"day.{place}", standing[place] if place < len(standing) else "").strip()[:20] for place in range(count)]


def _draw(plan, indicators, standing, words, data, pasted) -> Grid:
    days = [read_day(one) for one in words]
    errors = _day_errors(plan, words, days)
    rows = [
        GridRow(one, unit_words(one), _baseline(one, standing), _cells(one, days, standing, data, pasted))
        for one in indicators
    ]
    return Grid(plan, indicators, standing, days, words, rows, errors)


def _cells(indicator, days, standing, data, pasted) -> list[GridCell]:
    cells, offered = [], _days_offered(data, days)
    for place, on in enumerate(days):
        name = f"t.{indicator.pk}.{place}"
        value = standing.value((indicator.pk, on)) if on else None
        stands = said(indicator, shown(indicator, value))
        typed = pasted.get((indicator.pk, place))
        if typed is None:
            typed = stands if data is None else data.get(name, stands).strip()[:60]
            if not typed and on not in offered:
                typed = stands
        head = day(on) if on else _("Day of column %(n)s") % {"n": place + 1}
        cells.append(GridCell(name, indicator, on, f"{indicator.code}{_(', ')}{head}", head, stands, typed))
    return cells


def _days_offered(data, days) -> set:
    """The days whose standing values the person saw: only there does an empty cell mean that it was emptied."""
    if data is None or "shown" not in data:
        return set(days)
    return {None, *map(read_day, data["shown"].split())}


def _baseline(indicator, standing: Standing) -> str:
    if indicator.direction == Direction.WITHIN:
        return f"{number(indicator.range_low)} – {number(indicator.range_high)}"
    value = standing.baselines.get(indicator.pk)
    return "" if value is None else measured(indicator, value)


def read_day(words: str) -> date | None:
    """A day as 2026-12-31, 31.12.2026 or 31/12/2026; None for anything else."""
    western = "".join(str(int(ch)) if ch.isdecimal() else ch for ch in words.strip())
    found = DAY_AND_MONTH.match(western)
    if found:
        western = f"{found[3]}-{int(found[2]):02}-{int(found[1]):02}"
    try:
        return parse_date(western)
    except ValueError:
        return None


def _day_errors(plan, words, days) -> dict[int, str]:
    errors = {}
    for place, (typed, on) in enumerate(zip(words, days, strict=True)):
        if typed and on is None:
            errors[place] = _("Write the day as year-month-day, for example 2026-11-22.")
        elif on is not None and not plan.start_on <= on <= plan.end_on:
            errors[place] = _("The day lies outside the plan's period, %(start)s to %(end)s.") % {
                "start": day(plan.start_on), "end": day(plan.end_on),
            }  # fmt: skip
        elif on is not None and on in days[:place]:
            errors[place] = _("This day has a column already.")
    return errors


def _seen(data) -> dict[tuple[int, date], int]:
    found = {}
    for one in data.get("seen", "").split():
        match = SEEN.match(one)
        on = read_day(match[2]) if match else None
        if on:
            found[int(match[1]), on] = int(match[3])
    return found
