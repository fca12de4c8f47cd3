"""The list of initiatives as a workbook: the columns that the page shows, in typed cells, and never a formula."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font

from core.errors import Invalid
from core.formats import number
from core.handling import Handling
from core.status import status_of
from dashboard import finding
from dashboard.asked import asked
from dashboard.stood import settled
from initiatives.models import CrimeArea
from objectives.models import Capability

# A workbook is made in memory while its reader waits; what is longer goes out as CSV, row by row.
MOST_ROWS = 10_000
LONGEST_CELL = 32_000
WIDTHS = {"title": 60, "bureau": 36, "results": 18, "crime_areas": 30, "capabilities": 36}
USUAL_WIDTH = 16
TYPES = {date: "yyyy-mm-dd", Decimal: "0%"}


@dataclass(frozen=True)
class Column:
    """A heading and what stands under it: text, a day, a share of one (Decimal), or None for an empty cell."""

    code: str
    heading: str
    read: object


def workbook_of(request) -> bytes:
    """Every row that matches, within access, in the order and with the columns of the page.

    Raises Invalid for a question that cannot be read, and for more than 10,000 rows.
    """
    rows = _rows(request)
    columns = list(_columns(finding.columns_asked(request)))
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("Initiatives")[:31])
    sheet.sheet_view.rightToLeft = get_language_bidi()
    sheet.freeze_panes = "C2"
    for place, column in enumerate(columns):
        sheet.column_dimensions[chr(65 + place)].width = WIDTHS.get(column.code, USUAL_WIDTH)
    sheet.append([_text(sheet, column.heading, is_head=True) for column in columns])
    for one in rows:
        sheet.append([_cell(sheet, column.read(one)) for column in columns])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _rows(request) -> list:
    faults, found = finding.matching(request)
    if faults:
        raise Invalid(_("The list cannot be asked like this."), fields=faults)
    question = asked(request)
    rows = finding.with_columns(finding.order_of(request).arranged(found), finding.columns_asked(request), request.user, question.moment)
    rows = list(rows.select_related("lead_bureau__region")[: MOST_ROWS + 1])
    if len(rows) > MOST_ROWS:
        words = _("A workbook holds %(most)s initiatives at most: narrow the list, or take it as CSV.")
        raise Invalid(words % {"most": number(MOST_ROWS)})
    return rows if question.moment is None else settled(rows, question)


def _columns(codes) -> Iterator[Column]:
    yield Column("code", _("Code"), lambda one: one.code)
    yield Column("title", _("Title"), lambda one: one.title)
    for code in codes:
        yield from _PARTS.get(code, _one)(code, str(finding.COLUMNS[code][0]))


def _one(code: str, heading: str) -> Iterator[Column]:
    yield Column(code, heading, _READ[code])


def _days(code, heading) -> Iterator[Column]:
    yield Column("starts_on", _("First day"), lambda one: one.starts_on)
    yield Column("ends_on", _("Last day"), lambda one: one.ends_on)


def _delivery(code, heading) -> Iterator[Column]:
    yield Column(code, heading, lambda one: None if one.said_delivery_percent is None else one.said_delivery_percent / Decimal(100))
    yield Column("delivery_status", _("Status of delivery"), lambda one: _status(one.said_delivery_status))


def _status(code: str | None) -> str:
    return str(status_of(code).label) if code else ""


def _areas(code, heading) -> Iterator[Column]:
    names = dict(CrimeArea.objects.values_list("code", "name"))
    yield Column(code, heading, lambda one: ", ".join(str(names[area]) for area in one.area_codes))


def _capabilities(code, heading) -> Iterator[Column]:
    names = dict(Capability.objects.values_list("pk", "name"))
    yield Column(code, heading, lambda one: ", ".join(str(names[key]) for key in one.capability_keys))


_PARTS = {"days": _days, "delivery": _delivery, "crime_areas": _areas, "capabilities": _capabilities}
_READ = {
    "bureau": lambda one: str(one.lead_bureau.name),
    "region": lambda one: str(one.lead_bureau.region.name) if one.lead_bureau.region_id else "",
    "status": lambda one: one.get_status_display(),
    "results": lambda one: ", ".join(one.result_codes),
    "handling": lambda one: str(Handling(one.handling).label),
    "updated": lambda one: one.updated_at.date(),
}


def _cell(sheet, value) -> WriteOnlyCell:
    if value is None or isinstance(value, str):
        return _text(sheet, value or "")
    made = WriteOnlyCell(sheet, value=value)
    made.number_format = TYPES[type(value)]
    return made


def _text(sheet, words: str, *, is_head: bool = False) -> WriteOnlyCell:
    """Text that stays text, whatever sign it begins with: the cell is of the type text, and says so when it is edited."""
    made = WriteOnlyCell(sheet, value=ILLEGAL_CHARACTERS_RE.sub("", words)[:LONGEST_CELL])
    made.data_type = "s"
    known = sheet.__dict__.setdefault("looks_of_texts", {})
    if is_head not in known:
        made.quotePrefix, made.alignment = True, Alignment(wrap_text=True, vertical="top")
        if is_head:
            made.font = Font(bold=True)
        known[is_head] = made._style
    made._style = known[is_head]
    return made
