"""The same row reads the same in the document, on the web page, in the workbook and in the data files."""

import csv
import io
import re
import zipfile
from collections import Counter
from decimal import Decimal
from html.parser import HTMLParser

import openpyxl
import pytest

import reports.render as render
from reports.render.text import plain
from reports.render.voice import rounded
from tests.reports.fixture import snapshot
from tests.reports.test_drawing import words_of

MINUS, SPACES = "\u2212", dict.fromkeys([0xA0, 0x202F], " ")


class Rows(HTMLParser):
    """The rows of every table as lists of strings, each line of a cell apart."""

    def __init__(self):
        super().__init__()
        self.rows, self.is_inside = [], False

    def handle_starttag(self, tag, attrs):
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")
            self.is_inside = True

    def handle_endtag(self, tag):
        self.is_inside = self.is_inside and tag not in ("td", "th")

    def handle_data(self, data):
        if self.is_inside and data.strip():
            self.rows[-1][-1] += plain(data.strip())


def figures_of(row: list[str]) -> list[str]:
    """The cells of a row that are numbers."""
    return [cell for cell in row if re.fullmatch(r"[−-]?\d[\d\s.,\u00a0\u202f]*(?:[\s\u00a0\u202f]?%)?", cell)]


@pytest.fixture(scope="module", params=["en", "fr", "es"])
def drawn(request):
    facts = snapshot(initiatives=30)
    return request.param, facts, dict(render.draw_all(facts, request.param, ["pdf", "html", "xlsx", "csv"]))


def test_every_row_of_figures_on_the_web_page_is_a_row_of_the_document(drawn):
    _language, _facts, files = drawn
    read = Rows()
    read.feed(files["html"].content.decode())
    rows = [tuple(figures_of(row)) for row in read.rows]
    wanted = Counter(row for row in rows if len(row) >= 3)
    paper = [re.sub(r"\s", "", line) for line in words_of(files["pdf"].content, "-layout").splitlines()]
    assert sum(wanted.values()) > 100
    for row, times in wanted.items():
        one_line = re.compile(".*?".join(re.escape(re.sub(r"\s", "", one)) for one in row))
        assert sum(bool(one_line.search(line)) for line in paper) >= times, row


def test_the_workbook_and_the_data_files_hold_what_the_page_shows(drawn):
    language, facts, files = drawn
    book = openpyxl.load_workbook(io.BytesIO(files["xlsx"].content))
    archive = zipfile.ZipFile(io.BytesIO(files["csv"].content))
    read = Rows()
    read.feed(files["html"].content.decode())
    shown = Counter(cell.translate(SPACES) for row in read.rows for cell in figures_of(row))
    sheet = [[cell.value for cell in row] for row in book[book.sheetnames[-3]].iter_rows(min_row=2)]
    table = list(csv.reader(io.StringIO(archive.read("indicators.csv").decode("utf-8-sig"))))[1:]
    every = [
        one
        for plan in facts["plans"]
        for aim in plan["aims"]
        for result in aim["expected_results"]
        for one in result["indicators"]
    ]
    assert len(sheet) == len(table) == len(every)
    for indicator, in_sheet, in_table in zip(every, sheet, table, strict=True):
        assert in_sheet[0] == in_table[0] == indicator["code"]
        places = indicator["decimals"] + 2 * indicator["is_percent"]
        for at, value in ((4, indicator["baseline"]), (6, indicator["latest"]), (9, indicator["target"])):
            if value is None or value["state"] != "reported":
                continue
            exact = rounded(value["value"], places)
            assert Decimal(str(in_sheet[at])) == Decimal(in_table[at]) == exact
            voice = render.compose.__globals__["Voice"](language)
            words = voice.measure(value["value"], is_percent=indicator["is_percent"], decimals=indicator["decimals"])
            assert shown[plain(words).translate(SPACES)] > 0, words
