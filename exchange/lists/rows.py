"""The rows of a list as they would become records: each made, changed, left as it is, or refused with its reasons by cell."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from core.formats import day, number
from exchange import cells
from exchange.cells import Cell, Misread
from exchange.lists.fields import CHOICE, DAY, NUMBER, Field
from exchange.reading.limits import cell_name

CREATE, CHANGE, SAME, REFUSE = "create", "change", "same", "refuse"


@dataclass
class Fault:
    cell: str
    label: str
    message: str


@dataclass
class Row:
    """One row. `given` holds what its cells say by field; `target` is the record that it is about, once known."""

    number: int
    act: str = SAME
    name: str = ""
    given: dict = field(default_factory=dict)
    target: object = None
    changes: dict = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)


class Reader:
    """Reads the cells of each row as the fields that its columns were mapped to."""

    def __init__(self, fields: tuple[Field, ...], mapping: dict[str, int], *, language: str, is_csv: bool):
        self.fields = [one for one in fields if one.code in mapping]
        self.mapping, self.language, self.is_csv = mapping, language, is_csv

    def read(self, held: dict[int, Cell]) -> Row:
        row = Row(next(iter(held.values())).row)
        for one in self.fields:
            cell = held.get(self.mapping[one.code])
            try:
                value = self._value(one, cell) if cell is not None else None
                if value in (None, "") and one.is_required:
                    raise Misread(_("This has to be said."))
                if value not in (None, ""):
                    row.given[one.code] = value
            except Misread as refused:
                self.fault(row, one.code, refused.message)
        return row

    def _value(self, one: Field, cell: Cell):
        if one.reads == NUMBER:
            return cells.read_decimal(cell, self.language)
        if one.reads == DAY:
            return cells.read_day(cell)
        if one.reads == CHOICE:
            return cells.read_chosen(cell, one.choices)
        words = cells.read_text(cell, is_csv=self.is_csv).strip()
        if len(words) > one.longest:
            facts = {"length": len(words), "most": one.longest}
            raise Misread(_("The text has %(length)s characters; %(most)s is the most.") % facts)
        return words

    def fault(self, row: Row, code: str, message) -> None:
        """This will refuse the row for a reason that belongs to the field's cell; one without a column to the row."""
        column = self.mapping.get(code)
        label = next((str(one.label) for one in self.fields if one.code == code), "")
        row.act = REFUSE
        row.faults.append(Fault(cell_name(row.number, column) if column else str(row.number), label, str(message)))

    def refuse(self, row: Row, fields: dict, names: dict[str, str]) -> None:
        """A service's refusal; `names` says which field holds what the service calls otherwise."""
        for name, messages in fields.items():
            for message in messages:
                self.fault(row, names.get(name, name.partition(".")[0]), message)


def drawn(value) -> str:
    """A value as a reader writes it."""
    if isinstance(value, Decimal):
        return number(value)
    return day(value) if isinstance(value, date) else str(value)
