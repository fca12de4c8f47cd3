"""A file that came back against what stands: every change, every conflict, every problem, each with its cell."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from core.formats import day, number, said_of
from exchange import cells, choices, columns, identity
from exchange.cells import Cell, Misread
from exchange.columns import Column
from exchange.comparison import Change, Comparison, Conflict, Part, Place, Problem, digest_of
from exchange.gather import Book, gather
from exchange.incoming import Line, lines_of, seen_of
from exchange.models import Upload
from exchange.rows import canonical, closed_parts, standing_answers, standing_value
from initiatives import life
from initiatives.entry import Entry, Row, odd_between
from initiatives.models import Update
from outcomes.choices import Kind, ValueState
from outcomes.services import check_value

NUMBERS = life.NUMBERS
LEFT_EMPTY = ("handling", "language")  # an empty cell leaves these as they are


def compare(upload: Upload, *, user, at: datetime, picks: Mapping[str, str] | None = None) -> Comparison:
    """What the file would change now, and what keeps it from that. `picks` maps a conflict's key to mine or theirs."""
    book = gather(bureau=upload.bureau, period=upload.period, user=user, at=at)
    return _Comparer(upload, book, picks or {}).compare()


class _Comparer:
    """One pass through the lines of the file."""

    def __init__(self, upload: Upload, book: Book, picks: Mapping[str, str]):
        self.upload, self.picks = upload, picks
        self.found = Comparison(book)
        self.entries, self.sent = book.by_code(), {id(one) for one in book.sent}
        self.seen = seen_of(upload.sheets)
        self.met: set[str] = set()
        self.parts: dict[str, Part] = {}
        self.facts: list = []

    def compare(self) -> Comparison:
        lines = lines_of(self.upload.sheets)
        if not lines:
            words = _("The file holds no row of this bureau's workbook. Download the workbook anew and fill that in.")
            self.found.problems.append(Problem(Place("", ""), "", words))
        for line in lines:
            self._take(line)
        self.found.rows = len(lines)
        self.found.parts = list(self.parts.values())
        for part in self.found.changed:
            _foresee(part, self.found.book)
        self.found.digest = digest_of(self.facts)
        return self.found

    def _take(self, line: Line) -> None:
        entry, name = self._whose(line)
        if entry is None:
            return
        row = self._value_row(entry, name.indicator)
        if name.indicator and row is None:
            self._refuse(line.name_cell, "", _("This update does not report on that indicator."))
            return
        reading = _Reading(self, line, entry, row)
        reading.read()
        if not reading.differs:
            self.found.unchanged += 1

    def _whose(self, line: Line) -> tuple[Entry | None, identity.RowName]:
        """The entry that the row is about; the same refusal for what is another's, changed or made up."""
        name = identity.read_row_id(self.upload.bureau_id, line.name_cell.value)
        if name is None or bool(name.indicator) != (line.table == "values"):
            words = _("This row did not come from your bureau's workbook, or its hidden name was changed.")
        elif name.period != self.upload.period.code:
            words = _("This row belongs to the workbook of %(period)s.") % {"period": name.period}
        elif line.name_cell.value in self.met:
            words = _("This row is there twice.")
        elif name.initiative not in self.entries:
            words = _("No update of this initiative is asked for in this period any more.")
        else:
            self.met.add(line.name_cell.value)
            return self.entries[name.initiative], name
        self._refuse(line.name_cell, "", words)
        return None, identity.RowName("", "")

    def _value_row(self, entry: Entry, code: str) -> Row | None:
        return next((row for row in entry.rows if row.indicator.code == code), None) if code else None

    def _refuse(self, cell: Cell, about: str, message) -> None:
        self.found.problems.append(Problem(Place(cell.sheet, cell.name), about, str(message)))

    def part_of(self, entry: Entry) -> Part:
        return self.parts.setdefault(entry.initiative.code, Part(entry))


class _Reading:
    """One row of the file against one update, or against one value of it."""

    def __init__(self, comparer: _Comparer, line: Line, entry: Entry, row: Row | None):
        self.comparer, self.line, self.entry, self.row = comparer, line, entry, row
        self.standing = standing_value(row) if row else standing_answers(entry)
        self.seen = comparer.seen.get(line.name_cell.value)
        self.asked = {one.code: one for one in columns.asked(line.table) if one.code in line.cells}
        self.differs = False

    def read(self) -> None:
        given = self._given()
        changed = {code: value for code, value in given.items() if canonical(value) != canonical(self.standing[code])}
        self.differs = bool(changed)
        if not changed:
            return
        words = {code: canonical(value) for code, value in changed.items()}
        self.comparer.facts.append([self.line.name_cell.value, self.entry.version, words])
        if id(self.entry) in self.comparer.sent:
            self._refuse("row_id", _("This update can no longer be edited: it was sent, or the period is closed."))
            return
        version = self._version()
        if version is None:
            return
        if version != self.entry.version:
            changed = self._settled(changed)
        if changed:
            self._keep(changed)

    def _given(self) -> dict:
        """What the cells say, by column; what cannot be read is a problem and left out."""
        given = {}
        for code, column in self.asked.items():
            cell = self.line.cells[code]
            try:
                value = self._read(column, cell)
                self._require_asked(column, value)
            except Misread as refused:
                self._refuse(code, refused.message)
                continue
            if code not in LEFT_EMPTY or value not in (None, ""):
                given[code] = value
        return self._with_state(given) if self.row else given

    def _read(self, column: Column, cell: Cell):
        is_csv = self.comparer.upload.form == "csv"
        language = self.comparer.upload.language
        if column.choices:
            found = cells.read_chosen(cell, column.choices)
            return "" if found is None and column.choices != "handling" else found
        if column.asks == columns.TEXT:
            return self._words(column, cells.read_text(cell, is_csv=is_csv))
        if column.asks == columns.DAY:
            return cells.read_day(cell)
        if column.code == "value" and self.row.indicator.kind == Kind.MILESTONE:
            return cells.read_reached(cell)
        if column.code == "value" and self.row.indicator.kind == Kind.ORDINAL:
            return cells.read_step(cell, self.row.indicator, language)
        of_hundred = column.asks == columns.PERCENT or bool(self.row and self.row.indicator.unit == "percent")
        return cells.read_decimal(cell, language, of_hundred=of_hundred)

    def _words(self, column: Column, words: str) -> str:
        """What stands is kept as it is, also with blanks around it; what is new is trimmed, and not too long."""
        if words == self.standing[column.code]:
            return words
        words = words.strip()
        if column.longest and len(words) > column.longest:
            raise Misread(_("The text has %(length)s characters; %(most)s is the most.")
                          % {"length": len(words), "most": column.longest})  # fmt: skip
        return words

    def _require_asked(self, column: Column, value) -> None:
        if self.row and column.code in closed_parts(self.row.indicator) and value is not None:
            raise Misread(_("This cell is not asked for this indicator. Leave it empty."))

    def _with_state(self, given: dict) -> dict:
        """A number without a state says that it is reported; a reason alone says that there is none."""
        if given.get("state", self.standing["state"]):
            return given
        whole = {**self.standing, **given}
        if any(whole[part] is not None for part in NUMBERS):
            return given | {"state": ValueState.REPORTED.value}
        return given | {"state": ValueState.NOT_REPORTED.value if whole["reason"].strip() else ""}

    def _version(self) -> int | None:
        try:
            found = cells.read_decimal(self.line.cells.get("version") or self.line.name_cell, "en")
        except Misread:
            found = None
        if found is None or found != int(found) or found < 0:
            self._refuse("version", _("The version of the row was changed. Download the workbook anew."))
            return None
        return int(found)

    def _settled(self, changed: dict) -> dict:
        """Somebody saved since the file went out: what was not touched here gives way, for the rest a person chooses."""
        mine = {}
        part = self.comparer.part_of(self.entry)
        for code, value in changed.items():
            before = None if self.seen is None else self.seen.get(code, "")
            if before == canonical(value):
                continue
            key = f"{self.line.table}.{self.line.row}.{code}"
            likely = "mine" if before == canonical(self.standing[code]) else ""
            pick = self.comparer.picks.get(key) or likely
            part.conflicts.append(
                Conflict(key, self._place(code), self._label(code), self._drawn(code, value),
                         self._drawn(code, self.standing[code]), pick)
            )  # fmt: skip
            if pick != "theirs":
                mine[code] = value
        self.differs = bool(mine) or bool(part.conflicts)
        return mine

    def _keep(self, changed: dict) -> None:
        """The changes as the service takes them, or the problems that it would find."""
        faults = self._value_faults(changed) if self.row else self._field_faults(changed)
        for code, messages in faults.items():
            self._refuse(code, " ".join(str(message) for message in messages))
        if faults:
            return
        part = self.comparer.part_of(self.entry)
        if self.row:
            part.values[self.row.indicator.pk] = _parts({**self.standing, **changed})
        else:
            part.fields |= changed
        part.changes += [
            Change(code, self._place(code), self._label(code), self._drawn(code, self.standing[code]), self._drawn(code, value))
            for code, value in changed.items()
        ]

    def _field_faults(self, changed: dict) -> dict:
        return life.draft_faults(self.entry.update or Update(initiative=self.entry.initiative), changed)

    def _value_faults(self, changed: dict) -> dict:
        parts = _parts({**self.standing, **changed})
        return check_value(
            indicator=self.row.indicator, state=parts["state"], **{name: parts[name] for name in NUMBERS}
        )

    def _refuse(self, code: str, message) -> None:
        cell = self.line.cells.get(code) or self.line.name_cell
        self.comparer._refuse(cell, self._label(code) if code in self.asked else self.entry.initiative.code, message)

    def _place(self, code: str) -> Place:
        cell = self.line.cells.get(code) or self.line.name_cell
        return Place(cell.sheet, cell.name)

    def _label(self, code: str) -> str:
        """Which work, which indicator, which question."""
        column = next(one for one in columns.TABLES[self.line.table] if one.code == code)
        about = f"{self.entry.initiative.code} · {self.row.indicator.code}" if self.row else self.entry.initiative.code
        return said_of(about, column.label)

    def _drawn(self, code: str, value) -> str:
        if value in (None, ""):
            return ""
        if code in choices.SETS:
            return choices.chosen(code, value).label
        if isinstance(value, Decimal):
            return number(value, max(0, -int(value.normalize().as_tuple().exponent)))
        return value if isinstance(value, str) else day(value)


def _parts(parts: dict) -> dict:
    """A value's parts as the draft keeps them: no answer yet is not reported, without a reason."""
    return {**parts, "state": parts["state"] or ValueState.NOT_REPORTED.value}


def _foresee(part: Part, book: Book) -> None:
    """What would still be missing once the changes are in, and whether something would look unusual."""
    update = copy(part.entry.update) if part.entry.update else Update(initiative=part.entry.initiative, period=book.period)
    for name, value in part.fields.items():
        setattr(update, name, value)
    update.unfinished = {name: words for name, words in update.unfinished.items() if not _is_given(name, part)}
    rows = []
    for row in part.entry.rows:
        value = copy(row.value)
        for name, given in part.values.get(row.indicator.pk, {}).items():
            setattr(value, name, given)
        rows.append(value)
        unconfirmed = [flag for flag in odd_between(value, row.previous, row.indicator)
                       if row.indicator.pk in part.values or flag not in value.confirmed]  # fmt: skip
        part.is_odd = part.is_odd or bool(unconfirmed)
    part.missing = life.missing_before_submission(update, book.at.date(), rows)


def _is_given(name: str, part: Part) -> bool:
    if not name.startswith("values."):
        return name in part.fields
    _values, indicator, _part = name.split(".")
    return int(indicator) in part.values
