"""The drawn report: valid, complete, the same in every form, the same every time, and deaf to what people type."""

import copy
import csv
import io
import re
import subprocess
import sys
import zipfile
from decimal import Decimal
from pathlib import Path

import openpyxl
import page
import pikepdf
import pytest
from django.utils.translation import override

import reports.render as render
from reports.render import compose, pdf
from reports.render.chapters.aims import expected_words
from reports.render.document import Table, Tiles, flat
from reports.render.text import LONGEST, clean, plain
from reports.render.voice import Voice, rounded
from reports.snapshot import canonical_bytes, check_code, validate
from tests import pdf_words
from tests.reports.fixture import snapshot, text

LANGUAGES = ("ar", "en", "fr", "es")
INVISIBLE = dict.fromkeys([0x200B, 0x200E, 0x200F, 0x202A, 0x202B, 0x202C, 0x2066, 0x2067, 0x2068, 0x2069, 0xAD])


@pytest.fixture(scope="module")
def facts():
    return snapshot(initiatives=40)


@pytest.fixture(scope="module")
def drawn(facts):
    """Every form in every language, drawn once."""
    return {
        (language, form): file
        for language in LANGUAGES
        for form, file in render.draw_all(facts, language, ["pdf", "html", "xlsx", "csv", "json"])
    }


def words_of(content: bytes, *options: str) -> str:
    return pdf_words.words_of(content, *options).translate(INVISIBLE)


def pages_of(content: bytes) -> list[str]:
    return words_of(content, "-layout").rstrip("\f").split("\f")


def markup_words(content: bytes) -> str:
    import html

    bare = re.sub(r"<(style|svg)\b.*?</\1>", " ", content.decode(), flags=re.S)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", bare)).translate(INVISIBLE).split())


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_document_meets_both_standards(drawn, language):
    content = drawn[language, "pdf"].content
    for profile in (page.ValidationProfile.PDF_A_2A, page.ValidationProfile.PDF_UA_1):
        found = page.validate_pdf_bytes(content, profile=profile)
        assert found.is_compliant, [str(failure) for failure in found.failures]
    with pikepdf.open(io.BytesIO(content)) as opened:
        assert opened.check_pdf_syntax() == []
    assert drawn[language, "pdf"].notes == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_title_language_and_bookmarks_are_in_the_document(drawn, language):
    with pikepdf.open(io.BytesIO(drawn[language, "pdf"].content)) as opened:
        assert str(opened.Root.Lang).split("-")[0] == language
        assert opened.Root.MarkInfo.Marked
        assert bool(opened.Root.ViewerPreferences.DisplayDocTitle)
        assert str(opened.docinfo["/Title"])
        with opened.open_outline() as outline:
            assert len(outline.root) > 8


@pytest.mark.parametrize("language", LANGUAGES)
def test_only_our_fonts_are_used_and_no_glyph_is_missing(drawn, language):
    content = drawn[language, "pdf"].content
    with pikepdf.open(io.BytesIO(content)) as opened:
        fonts = [one for one in opened.objects if isinstance(one, pikepdf.Dictionary) and one.get("/Subtype") == "/Type0"]
        names = [str(one.BaseFont) for one in fonts]
        embedded = ["/FontFile2" in one.DescendantFonts[0].FontDescriptor or "/FontFile3" in one.DescendantFonts[0].FontDescriptor
                    for one in fonts]  # fmt: skip
        assert fonts and all(embedded) and all("/ToUnicode" in one for one in fonts)
    assert all(re.match(r"/[A-Z]{6}\+", name) for name in names), "only what is used of a font travels"
    families = {name.partition("+")[2].split("-")[0] for name in names}
    assert families <= {"SourceSans3", "KurintoSans", "KurintoSansJP", "KurintoSansSC", "KurintoSansTC", "KurintoSansKR"}
    assert "\ufffd" not in words_of(content)


def test_every_page_carries_its_handling_and_the_mark_of_invented_data(drawn):
    pages = pages_of(drawn["en", "pdf"].content)
    for number, words in enumerate(pages, 1):
        assert "Internal" in words, f"page {number} has no banner"
        assert "Demonstration" in words, f"page {number} is not marked as invented"


def test_a_real_report_is_not_marked_as_invented(facts):
    words = words_of(render.draw({**facts, "demo": False}, "en", "pdf").content)
    assert "Demonstration" not in words
    assert "invented" not in words


def test_the_summary_is_one_page_and_leads_with_what_changed(drawn):
    second = pages_of(drawn["en", "pdf"].content)[1]
    lines = [line.strip() for line in second.splitlines() if line.strip()]
    assert lines[1] == "Summary"
    assert lines[2] == "What changed since edition 15 (Q2 2026)"
    assert "Provide first-rate support to investigations and operations” went from on track to at risk." in " ".join(
        lines
    )
    assert "Contents" in pages_of(drawn["en", "pdf"].content)[2]


@pytest.mark.parametrize(
    ("language", "word"), [("ar", "المحتويات"), ("en", "Contents"), ("fr", "Sommaire"), ("es", "Índice")]
)
def test_the_summary_is_one_page_in_every_language(drawn, language, word):
    assert word in " ".join(pages_of(drawn[language, "pdf"].content)[2].split()[:30])


def rows_of_csv(content: bytes, name: str) -> list[list[str]]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return list(csv.reader(io.StringIO(archive.read(name).decode("utf-8-sig"))))


def sheet_rows(content: bytes, title: str) -> list[list]:
    book = openpyxl.load_workbook(io.BytesIO(content))
    return [[cell.value for cell in row] for row in book[title].iter_rows()]


def nodes(facts):
    for plan in facts["plans"]:
        yield plan
        for aim in plan["aims"]:
            yield aim
            yield from aim["expected_results"]


def test_figures_are_the_same_in_json_spreadsheet_and_csv(facts, drawn):
    sheet = sheet_rows(drawn["en", "xlsx"].content, "Progress")
    table = rows_of_csv(drawn["en", "csv"].content, "progress.csv")
    assert sheet[0] == table[0]
    head = table[0]
    wanted = {"Results": ("results", "value"), "Expected by now": ("results", "expected"), "Delivery": ("delivery", "value"),
              "Coverage of results": ("results", "coverage"), "Lowest": ("results", "low"), "Highest": ("results", "high")}  # fmt: skip
    for node, in_sheet, in_table in zip(nodes(facts), sheet[1:], table[1:], strict=True):
        assert in_sheet[1] == in_table[1] == node["code"]
        for title, (measure, name) in wanted.items():
            at, exact = head.index(title), node[measure][name]
            if exact is None:
                assert in_sheet[at] == in_table[at] == "no data"
            else:
                assert Decimal(str(in_sheet[at])) == Decimal(in_table[at]) == rounded(exact, 2)


@pytest.mark.parametrize("language", LANGUAGES)
def test_figures_are_the_same_on_paper_and_on_the_web_page(facts, drawn, language):
    paper = " ".join(words_of(drawn[language, "pdf"].content, "-raw").split())
    web = markup_words(drawn[language, "html"].content)
    document = compose(facts, language)
    figures = [
        plain(cell.text)
        for block in flat(document.page_blocks)
        if isinstance(block, Table)
        for row in block.rows
        for cell in row
        if cell.kind in ("percent", "number") and cell.value is not None
    ]
    assert len(figures) > 400
    for figure in set(figures):
        spaced = r"\s?".join(re.escape(part) for part in re.split("[\u00a0\u202f]", figure))
        assert re.search(spaced, web), f"{figure!r} is not on the web page"
        assert re.search(spaced, paper) or _turned(figure, paper), f"{figure!r} is not on paper"


def _turned(figure: str, paper: str) -> bool:
    """In right-to-left text a percent sign may be read out before its number."""
    return figure.endswith("%") and f"%{figure[:-1]}" in paper


def test_no_name_is_given_twice_on_the_web_page(drawn):
    ids = re.findall(rb'\bid="([^"]+)"', drawn["fr", "html"].content)
    assert len(ids) == len(set(ids))


def test_a_column_of_the_spreadsheet_holds_types_not_texts(drawn):
    rows = sheet_rows(
        drawn["fr", "xlsx"].content, openpyxl.load_workbook(io.BytesIO(drawn["fr", "xlsx"].content)).sheetnames[-4]
    )
    kinds = {type(value).__name__ for row in rows[1:] for value in row}
    assert kinds <= {"str", "int", "float", "NoneType"}
    book = openpyxl.load_workbook(io.BytesIO(drawn["en", "xlsx"].content))
    dates = [cell for row in book["All initiatives"].iter_rows(min_row=2) for cell in row if cell.is_date]
    assert len(dates) > 60


def test_drawn_again_every_form_is_the_same_byte_for_byte(facts, drawn):
    for form in ("pdf", "html", "xlsx", "csv", "json"):
        assert render.draw(facts, "ar", form).content == drawn["ar", form].content, form


# what people type

HOSTILE = [
    "<script>alert(1)</script><img src=http://evil.invalid/x.png onerror=x>",
    "#import \"@preview/cetz:0.3.0\"; #read(\"/etc/passwd\") $x$ *b* _i_ `c` \\ #eval(\"1\") @ref <label>",
    "=HYPERLINK(\"http://evil.invalid\",\"x\")",
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(A1)",
    "\tTAB first",
    "%(subject)s %s {0} {{ 7*7 }} {% include 'x' %} ${7*7}",
    "file:///etc/passwd",
    "\u202edesrever\u202c \u0000\u0007\ufeff\ue000\ud83d\ude00 zero\u200bwidth",
    "a\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301 \u0301lone",
    "x" * 400,
    "𓀀𓀁 𐎀 ᚠᛇᚻ ꙮ",
    "'; DROP TABLE x; --",
]  # fmt: skip


def poisoned(words: str):
    """A snapshot with the words in every text that a person can write."""

    def spoil(value, key=""):
        if isinstance(value, dict):
            if set(value) == {"source", "texts", "working"}:
                return {**value, "texts": dict.fromkeys(value["texts"] or {"en": ""}, words)}
            return {name: spoil(item, name) for name, item in value.items()}
        if isinstance(value, list):
            return [spoil(item, key) for item in value]
        return (
            words if key in ("reason", "owner", "by", "text", "correction_reason") and isinstance(value, str) else value
        )

    return spoil(snapshot(initiatives=3))


@pytest.mark.parametrize("words", HOSTILE, ids=range(len(HOSTILE)))
def test_whatever_is_typed_stays_text(words):
    bad = poisoned(words.encode("utf-8", "ignore").decode())
    validate(bad)
    files = dict(render.draw_all(bad, "en", ["pdf", "html", "xlsx", "csv"]))
    assert files["pdf"].content.startswith(b"%PDF-")
    assert b"root:" not in files["pdf"].content
    html = files["html"].content
    assert b"<script" not in html
    assert b"<img" not in html
    for tag in re.findall(rb"<[^>]+>", html):
        leading_out = re.sub(rb'(?:xlink:)?href="#[^"]+"', b"", tag)
        assert not re.search(rb"""\b(?:src|href|style|on\w+)\s*=""", leading_out), tag
    for row in sheet_cells(files["xlsx"].content):
        assert row.data_type != "f"
    with zipfile.ZipFile(io.BytesIO(files["csv"].content)) as archive:
        for name in archive.namelist():
            for line in csv.reader(io.StringIO(archive.read(name).decode("utf-8-sig"))):
                assert not any(cell[:1] in "=+@\t\r" and cell for cell in line), name


def sheet_cells(content: bytes):
    for sheet in openpyxl.load_workbook(io.BytesIO(content)):
        for row in sheet.iter_rows():
            yield from row


def test_a_workbook_of_hostile_words_keeps_them_as_words():
    files = dict(render.draw_all(poisoned("=1+1"), "en", ["xlsx"]))
    values = [cell.value for cell in sheet_cells(files["xlsx"].content)]
    assert "=1+1" in values


def test_a_sign_without_a_glyph_is_replaced_and_listed():
    facts = snapshot(initiatives=2)
    facts["initiatives"][0]["title"] = text(en="Operation \U00013000 Nile")
    drawn = render.draw(facts, "en", "pdf")
    assert any("U+13000" in note for note in drawn.notes)
    assert "Operation \ufffd Nile" in " ".join(words_of(drawn.content).split())


@pytest.mark.parametrize(
    "name",
    [
        "Müller-Łoś",
        "Ōsaka–東京",
        "Αθήνα",
        "Київ",
        "서울",
        "สวัสดี",
        "北京",
        "नई दिल्ली",
        "თბილისი",
        "Երևան",
        "አዲስ አበባ",
        "தமிழ்",
        "ਪੰਜਾਬ",
    ],
)
def test_names_in_other_scripts_are_drawn(name):
    safe, lost = clean(name)
    assert not lost
    assert plain(safe) == name


@pytest.mark.parametrize(("name", "code"), [("Opération 😀", "U+1F600"), ("ភ្នំពេញ", "U+1796")])
def test_a_name_that_no_font_has_shows_where_it_was_and_is_listed(name, code):
    facts = snapshot(initiatives=2)
    facts["initiatives"][0]["title"] = text(en=name)
    drawn = render.draw(facts, "fr", "pdf")
    assert any(code in note for note in drawn.notes)
    assert "\ufffd" in words_of(drawn.content)


def test_cleaning_keeps_what_is_meant_and_drops_what_misleads():
    assert clean("a\u202eb\u0007c")[0] == "abc"
    assert clean("e\u0301")[0] == "é"
    assert clean("x" * 70)[0].count("\u200b") == 2
    assert len(clean("word " * 9000)[0]) <= LONGEST
    assert clean("\u0301abc")[0] == "abc"


def test_dates_codes_and_addresses_keep_their_order_in_arabic():
    safe, _lost = clean("الموعد 2026-11-30 والرمز IN-000123 والبريد ncb@example.invalid")
    for part in ("2026-11-30", "IN-000123", "ncb@example.invalid"):
        assert f"\u2066{part}\u2069" in safe


def test_mixed_lines_are_read_out_in_their_order():
    facts = snapshot(initiatives=1)
    facts["plans"][0]["aims"][0]["said"] = [
        {"text": words, "language": "ar", "bureau": "EG", "initiative": "IN-000001", "period": "2026-Q3"}
        for words in (
            "Interpol يدعم التحقيقات (المرحلة 2) بنسبة 62% حتى 2026-11-30",
            "المشروع (SMV) من 2026-01-01 إلى 2026-12-31",
        )
    ]
    paper = words_of(render.draw(facts, "ar", "pdf").content, "-raw")
    for part in ("Interpol", "2026-11-30", "2026-01-01", "2026-12-31", "SMV"):
        assert part in paper
    assert "التحقيقات" in paper


def test_the_drawer_reaches_nothing_outside():
    source = Path(pdf.__file__).with_name("report.typ").read_text()
    assert "@preview" not in source
    assert "#import" not in source
    assert "read(" not in source
    assert not re.search(r"\beval\(", source)


def test_the_drawing_process_knows_no_django():
    code = (
        "import sys, runpy; sys.argv=['x']\n"
        f"sys.path.insert(0, {str(Path(pdf.__file__).parent)!r})\n"
        "import typeset\n"
        "assert not [name for name in sys.modules if name.split('.')[0] in ('django', 'reports', 'celery')]"
    )
    subprocess.run([sys.executable, "-I", "-c", code], check=True)


def test_a_document_that_explodes_dies_alone(monkeypatch):
    monkeypatch.setattr(pdf, "CPU_SECONDS", 1)
    document = compose(snapshot(initiatives=6000), "en")
    with pytest.raises(pdf.DrawingFailed, match="stopped by signal"):
        pdf.draw_pdf(document)


def test_a_reader_below_is_told_how_much_is_left_out(drawn):
    assert "Left out because of their handling: initiatives 12, indicators 1, statements 4, figures 2." in " ".join(
        words_of(drawn["en", "pdf"].content).split()
    )


def test_an_empty_plan_is_an_honest_report():
    facts = snapshot(initiatives=0)
    nothing = {"value": None, "expected": None, "coverage": None, "low": None, "high": None, "known": 0, "total": 0,
               "counts": {}, "restricted": False}  # fmt: skip
    for plan in facts["plans"]:
        plan.update(results=nothing, delivery=nothing, trend=[], node_status="no_data")
        for aim in plan["aims"]:
            aim.update(
                results=nothing,
                delivery=nothing,
                trend=[],
                status="no_data",
                expected_results=[],
                said=[],
                help_wanted=[],
            )
    facts.update(changes=[], attention=[], previous=None, crosswalk=[])
    facts["reporting"].update(missing=[], regions=[], before=[], now={**facts["reporting"]["now"], "due": 0, "sent": 0})
    validate(facts)
    words = " ".join(words_of(render.draw(facts, "en", "pdf").content).split())
    assert "no indicator yet" in words
    assert "This is the first edition" in words
    assert not re.search(r"(?<!\d)0%", words)
    pages = pages_of(render.draw({**facts, "initiatives": []}, "en", "pdf").content)
    assert min(len(page.split()) for page in pages) > 60, "no page of next to nothing"


def test_the_code_on_the_cover_is_the_snapshots(facts, drawn):
    assert check_code(facts) in words_of(drawn["es", "pdf"].content)
    assert drawn["es", "json"].content == canonical_bytes(facts)


def test_what_has_a_value_but_no_way_to_cover_is_not_called_no_data(facts):
    facts = copy.deepcopy(facts)
    shown = [one for node in nodes(facts) for one in node.get("indicators", []) if not one["restricted"]]
    held, silent = [one for one in shown if one["latest"] and one["latest"]["state"] == "reported"][:2]
    held["progress"] = silent["progress"] = silent["latest"] = None
    document = compose(facts, "en")
    tables = [block for block in flat(document.blocks) if isinstance(block, Table)]
    on_paper = {row[1].text: row[7].text for one in tables if one.key.startswith("result ") for row in one.rows}
    (sheet,) = [one for one in tables if one.key == "indicators"]
    place = [column.title for column in sheet.columns].index("Progress")
    in_sheet = {row[0].text: row[place].text for row in sheet.rows}
    assert on_paper[held["code"]] == in_sheet[held["code"]] == "–"
    assert on_paper[silent["code"]] == in_sheet[silent["code"]] == "no data"


def test_a_range_is_told_only_where_something_is_open():
    voice = Voice("en")
    spread = {"expected": "0.25", "low": "0.381", "high": "0.384", "restricted": False}
    with override("en"):
        assert expected_words(voice, spread) == f"{voice.percent('0.25')} expected by now"
        assert "range" in expected_words(voice, spread | {"high": "0.5"})


def test_what_is_kept_from_a_reader_is_nowhere_called_no_data(facts):
    facts = copy.deepcopy(facts)
    aim = facts["plans"][0]["aims"][0]
    hidden = dict.fromkeys(("value", "expected", "coverage", "low", "high")) | {"known": 0, "total": 0, "counts": {}, "restricted": True}
    aim["results"] = aim["delivery"] = hidden
    blocks = list(flat(compose(facts, "en").blocks))
    (tiles,) = [one for one in blocks if isinstance(one, Tiles)][:1]
    assert [value for _name, value in tiles.items[0].lines] == ["restricted"] * 4
    tables = {one.key: one for one in blocks if isinstance(one, Table)}
    for key in (f"aims {facts['plans'][0]['code']}", f"coverage {facts['plans'][0]['code']}"):
        assert "no data" not in [cell.text for cell in tables[key].rows[0]], key
    (row,) = [row for row in tables["progress"].rows if row[1].text == aim["code"]]
    assert "no data" not in [cell.text for cell in row]
