"""A list that was read, as it would be taken over: its columns, every row, and a name for exactly that."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections import Counter
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from core import audit
from core.inert import inert
from exchange.lists import indicators, initiatives
from exchange.lists.mapping import Listing, listing_of, mapping_of, missing_columns
from exchange.lists.rows import CHANGE, CREATE, REFUSE, SAME, Row
from exchange.models import Kind, Upload

KINDS = {Kind.INITIATIVES: initiatives, Kind.INDICATORS: indicators}
ACTED = {CREATE, CHANGE}


@dataclass
class Look:
    """`rows` is empty as long as a required field has no column; `missing` names those."""

    upload: Upload
    listing: Listing
    mapping: dict[str, int]
    missing: list[str] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        found = Counter(row.act for row in self.rows)
        return {act: found[act] for act in (CREATE, CHANGE, SAME, REFUSE)}

    @property
    def good(self) -> list[Row]:
        return [row for row in self.rows if row.act in ACTED]

    @property
    def refused(self) -> list[Row]:
        return [row for row in self.rows if row.act == REFUSE]

    @property
    def digest(self) -> str:
        facts = [[row.number, row.act, getattr(row.target, "version", 0), row.given] for row in self.rows]
        return hashlib.sha256(json.dumps(audit.plain(facts), sort_keys=True).encode()).hexdigest()


def look(upload: Upload, user) -> Look:
    """What would become of the list now, with the columns that were chosen, else guessed."""
    listing = listing_of(upload)
    mapping = mapping_of(upload, listing)
    found = Look(upload, listing, mapping, missing_columns(upload, mapping))
    if not found.missing:
        found.rows = KINDS[Kind(upload.kind)].rows_of(upload, listing, mapping, user)
    return found


def told(found: Look, codes: dict[int, str]) -> list[dict]:
    """Every row as the report keeps it: its number, what became of it, its record, and why not."""
    return [_told(row, codes.get(row.number, "")) for row in found.rows]


def _told(row: Row, code: str) -> dict:
    faults = [{"cell": one.cell, "about": one.label, "why": one.message} for one in row.faults]
    return {"row": row.number, "act": row.act, "name": row.name[:200], "code": code, "faults": faults}


def words_of_act(act: str) -> str:
    return {
        CREATE: _("created"), CHANGE: _("changed"), SAME: _("as it is already"), REFUSE: _("refused"),
    }[act]  # fmt: skip


def report(rows: list[dict]) -> bytes:
    """The report of every row as CSV, in the reader's language."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([_("Row"), _("What became of it"), _("Code"), _("Name"), _("Cell"), _("Field"), _("Reason")])
    for row in rows:
        for fault in row["faults"] or [{"cell": "", "about": "", "why": ""}]:
            line = [str(row["row"]), words_of_act(row["act"]), row["code"], row["name"], fault["cell"], fault["about"], fault["why"]]
            writer.writerow([inert(str(words)) for words in line])
    return out.getvalue().encode("utf-8-sig")
