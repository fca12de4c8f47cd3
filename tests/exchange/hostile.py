"""Workbooks that somebody made to hurt, or that went wrong: each by its name, with what it should be refused for."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Callable

from openpyxl import Workbook

SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"
HEAD = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><dimension ref="A1:B2"/><sheetData>'
TAIL = b"</sheetData></worksheet>"
LOCKED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 3000
MEGABYTE = 1024 * 1024


def plain() -> bytes:
    """A small workbook with nothing wrong."""
    book = Workbook()
    book.active.title = "Values"
    book.active.append(["a", "b"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def parts() -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(plain())) as source:
        return {name: source.read(name) for name in source.namelist()}


def packed(changes: dict[str, bytes], *, stored: bool = False) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED) as target:
        for name, content in {**parts(), **changes}.items():
            target.writestr(name, content)
    return out.getvalue()


def sheet(rows: bytes) -> bytes:
    return packed({SHEET: HEAD + rows + TAIL})


def noise(count: int, bits: int = 160) -> list[int]:
    source = random.Random(1)  # the same on every run
    return [source.getrandbits(bits) for _n in range(count)]


def entity(declaration: bytes) -> bytes:
    return packed({SHEET: declaration + HEAD + b"<row><c t='inlineStr'><is><t>&a;</t></is></c></row>" + TAIL})


def lying_about_its_size() -> bytes:
    """The archive's own list says that a sheet of megabytes is a few bytes long."""
    content = bytearray(packed({SHEET: HEAD + b"".join(b"<row><c><v>%d</v></c></row>" % n for n in noise(90_000)) + TAIL}))
    with zipfile.ZipFile(io.BytesIO(bytes(content))) as source:
        true_size = source.getinfo(SHEET).file_size.to_bytes(4, "little")
    return bytes(content.replace(true_size, (200).to_bytes(4, "little")))


def with_flag_of_encryption() -> bytes:
    content = bytearray(plain())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(signature)
        while at >= 0:
            content[at + offset] |= 1
            at = content.find(signature, at + 4)
    return bytes(content)


def bomb() -> bytes:
    """Ten megabytes of a file that unpack to more than a hundred; the parts stay below the ratio, the sum does not."""
    grown = b"".join(b"%x" % n for n in noise(20_000)) * 18
    return packed({f"xl/media/{n}.bin": grown for n in range(8)})


# name: (the file, the code of its refusal, whether a sheet or a cell is named)
HOSTILE: dict[str, tuple[Callable[[], bytes], str, str]] = {
    "a bomb of one part": (lambda: sheet(b"<row/>" * 4_000_000), "packed_too_tightly", ""),
    "a bomb of many parts": (bomb, "too_large_unpacked", ""),
    "a million empty rows": (
        lambda: sheet(b"".join(b'<row ht="%d"/>' % (n * 7919 % 65_537) for n in range(1, 1_000_001))), "too_many_rows", "A5006",
    ),
    "a last row far away": (lambda: sheet(b'<row r="1"/><row r="1048576"><c r="A1048576"><v>1</v></c></row>'), "too_many_rows", "A1048576"),
    "a dimension that lies": (
        lambda: sheet(b"".join(b'<row r="%d"><c><v>%d</v></c></row>' % (n, m) for n, m in enumerate(noise(60_000, 40), 1))), "too_many_rows", "A5006",
    ),
    "sixteen thousand columns": (lambda: sheet(b"<row>" + b"".join(b"<c><v>%d</v></c>" % n for n in noise(16_000)) + b"</row>"), "too_many_columns", "CW1"),
    "rows upon themselves": (lambda: sheet(b'<row r="1">' + b"".join(b'<c r="A1"><v>%d</v></c>' % n for n in noise(9_000)) + b"</row>"), "broken_xml", "A1"),
    "a cell of a megabyte": (
        lambda: sheet(b"<row><c t='inlineStr'><is><t>" + b"".join(b"%x" % n for n in noise(30_000)) + b"</t></is></c></row>"), "cell_too_long", "A1",
    ),
    "huge shared strings": (
        lambda: packed({STRINGS: b"<sst>" + b"".join(b"<si><t>%x</t></si>" % n for n in noise(190_000)) + b"</sst>"}), "too_much_text", "",
    ),
    "an external entity": (lambda: entity(b'<!DOCTYPE w [<!ENTITY a SYSTEM "file:///etc/passwd">]>'), "declares_entities", ""),
    "a billion laughs": (
        lambda: entity(b'<!DOCTYPE w [<!ENTITY z "ha"><!ENTITY y "&z;&z;&z;&z;&z;&z;&z;&z;"><!ENTITY a "&y;&y;&y;&y;&y;&y;">]>'), "declares_entities", "",
    ),
    "a doctype from elsewhere": (lambda: entity(b'<!DOCTYPE w PUBLIC "x" "http://192.0.2.1/x.dtd">'), "declares_entities", ""),
    "macros": (lambda: packed({"xl/vbaProject.bin": b"x"}), "macros", ""),
    "macros by another name": (
        lambda: packed({"[Content_Types].xml": parts()["[Content_Types].xml"].replace(b"sheet.main+xml", b"sheet.macroEnabled.main+xml")}), "macros", "",
    ),
    "links to other files": (lambda: packed({"xl/externalLinks/externalLink1.xml": b"<a/>"}), "external_links", ""),
    "a picture from elsewhere": (
        lambda: packed({"xl/worksheets/_rels/sheet1.xml.rels": b'<Relationships><Relationship Id="r" Type="x/image" Target="http://192.0.2.1" TargetMode="External"/></Relationships>'}),
        "external_links", "",
    ),
    "locked with a password": (lambda: LOCKED, "encrypted", ""),
    "locked as an archive": (with_flag_of_encryption, "encrypted", ""),
    "another archive": (lambda: b"PK\x03\x04" + b"\x00" * 500, "broken_archive", ""),
    "an archive of something else": (lambda: _other_archive(), "not_a_workbook", ""),
    "a size that lies": (lying_about_its_size, "broken_archive", ""),
    "cut in the middle": (lambda: plain()[:3000], "broken_archive", ""),
    "no XML at all": (lambda: packed({SHEET: b"\xff\xfe not xml"}), "broken_xml", "Values"),
    "XML of ten thousand floors": (lambda: packed({SHEET: HEAD + b"".join(b"<a%d>" % (n % 977) for n in noise(40_000))}), "broken_xml", "Values"),
    "a string that is not there": (lambda: sheet(b"<row><c t='s'><v>999999</v></c></row>"), "broken_xml", "A1"),
    "five hundred parts": (lambda: packed({f"xl/x{n}.xml": b"<a/>" for n in range(500)}), "too_many_members", ""),
    "a path that climbs": (lambda: packed({"../../etc/x": b"x"}), "broken_archive", ""),
    "days from 1904": (
        lambda: packed({"xl/workbook.xml": parts()["xl/workbook.xml"].replace(b"<workbookPr", b"<workbookPr date1904=\"1\"")}), "days_from_1904", "",
    ),
}  # fmt: skip


def _other_archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        target.writestr("word/document.xml", "<a/>")
    return out.getvalue()
