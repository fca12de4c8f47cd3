"""Draws the report's tables as a workbook: typed cells, one sheet per table, and never a formula."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import UTC, datetime

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.writer.excel import ExcelWriter

from .document import Cell, Document, Table
from .text import clean, plain

EPOCH = (1980, 1, 1, 0, 0, 0)
_HEAD = Font(bold=True, color="FFFFFF")
_HEAD_FILL = PatternFill("solid", fgColor="14233B")
_WRAP = Alignment(wrap_text=True, vertical="top")
_FORBIDDEN_IN_NAMES = re.compile(r"[\[\]:*?/\\]")


def draw_xlsx(document: Document) -> bytes:
    """The whole report as a workbook; the same document always gives the same bytes."""
    book = Workbook(write_only=True)
    book.properties.title = plain(clean(document.title)[0])
    book.properties.creator = document.author
    book.properties.created = datetime.fromtimestamp(document.made_at, UTC).replace(tzinfo=None)
    taken: set[str] = set()
    _about(book, document, _name(document.cover.title, taken))
    for table in document.data_tables:
        _sheet(book, document, table, _name(table.title, taken))
    out = io.BytesIO()
    # Only stored here: it is packed once, when its times are settled.
    ExcelWriter(book, zipfile.ZipFile(out, "w", zipfile.ZIP_STORED)).save()
    return _settled(out.getvalue(), document.made_at)


def _name(title: str, taken: set[str]) -> str:
    """A sheet name that the format allows: at most 31 signs, none forbidden, none twice."""
    base = _FORBIDDEN_IN_NAMES.sub(" ", plain(clean(title)[0])).strip("' ")[:28] or "Table"
    name, at = base, 2
    while name.casefold() in taken:
        name, at = f"{base} {at}", at + 1
    taken.add(name.casefold())
    return name


def _about(book: Workbook, document: Document, name: str) -> None:
    sheet = book.create_sheet(name)
    sheet.sheet_view.rightToLeft = document.direction == "rtl"
    sheet.column_dimensions["A"].width = 34
    sheet.column_dimensions["B"].width = 90
    lines = [("", document.cover.period), ("", document.cover.kicker)]
    lines += [("", title) for title, _language in document.cover.plans]
    lines += document.cover.facts + [(document.cover.code_label, document.cover.code)]
    lines += [("", notice) for notice in document.cover.notices] + [("", document.cover.disclaimer)]
    for label, value in lines:
        sheet.append([_words(sheet, label), _words(sheet, value)])


def _sheet(book: Workbook, document: Document, table: Table, name: str) -> None:
    sheet = book.create_sheet(name)
    sheet.sheet_view.rightToLeft = document.direction == "rtl"
    sheet.freeze_panes = "A2"
    columns = [(at, column) for at, column in enumerate(table.columns) if column.where != "page"]
    for place, (_at, column) in enumerate(columns):
        sheet.column_dimensions[chr(65 + place)].width = min(60, max(12, 11 * column.width))
    sheet.append([_head(sheet, column.title) for _at, column in columns])
    for row in table.rows:
        sheet.append([_typed(sheet, row[at]) for at, _column in columns])


def _head(sheet, title: str) -> WriteOnlyCell:
    return _styled(sheet, title, font=_HEAD, fill=_HEAD_FILL)


def _typed(sheet, cell: Cell) -> WriteOnlyCell:
    if cell.value is None:
        return _words(sheet, cell.text)
    drawn = WriteOnlyCell(sheet, value=cell.value)
    if cell.kind == "percent":
        drawn.number_format = "0%" if not cell.places else "0." + "0" * cell.places + "%"
    elif cell.kind == "number":
        drawn.number_format = "#,##0" + ("." + "0" * cell.places if cell.places else "")
    elif cell.kind == "date":
        drawn.number_format = "yyyy-mm-dd"
    return drawn


def _words(sheet, words: str) -> WriteOnlyCell:
    """Text that stays text, whatever sign it begins with."""
    return _styled(sheet, words)


def _styled(sheet, words: str, **looks) -> WriteOnlyCell:
    """A text cell. Its look is worked out once per sheet, for it costs more than the cell."""
    cell = WriteOnlyCell(sheet, value=plain(clean(words)[0])[:32_000])
    cell.data_type = "s"
    known = sheet.__dict__.setdefault("looks_of_texts", {})
    key = tuple(sorted(looks))
    if key not in known:
        cell.alignment, cell.quotePrefix = _WRAP, True
        for name, look in looks.items():
            setattr(cell, name, look)
        known[key] = cell._style
    cell._style = known[key]
    return cell


def _settled(content: bytes, made_at: int) -> bytes:
    """The same archive with fixed times, so that the same facts give the same bytes."""
    stamp = datetime.fromtimestamp(made_at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    with zipfile.ZipFile(io.BytesIO(content)) as source:
        parts = {info.filename: source.read(info) for info in source.infolist()}
    core = "docProps/core.xml"
    parts[core] = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + stamp, parts[core])
    return archive(parts)


def archive(parts: dict[str, bytes]) -> bytes:
    """A zip file of these parts in their order, with no time of day in it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as target:
        for name, content in parts.items():
            info = zipfile.ZipInfo(name, EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            target.writestr(info, content)
    return out.getvalue()
