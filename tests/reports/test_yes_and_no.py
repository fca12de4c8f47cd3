"""What is reached or not is told as yes or no in every form of a report, never as 1 and 0."""

import csv
import io
import re
import zipfile

import openpyxl
import pytest

import reports.render as render
from reports.render.text import plain
from tests.reports.fixture import snapshot
from tests.reports.test_drawing import words_of

WORDS = {"en": ("no", "yes"), "fr": ("non", "oui"), "es": ("no", "sí"), "ar": ("لا", "نعم")}


def first_indicator(facts):
    return facts["plans"][0]["aims"][0]["expected_results"][0]["indicators"][0]


def reached_or_not(facts, combine="none"):
    """The first indicator made one of yes and no: not at the start, to be reached, reached."""
    one = first_indicator(facts)
    known = {"state": "reported", "numerator": None, "denominator": None, "on": "2026-01-01", "period": None}
    one |= {"kind": "milestone", "combine": combine, "is_percent": False, "decimals": 0, "restricted": False}
    one |= {"baseline": {**known, "value": "0"}, "target": {**known, "value": "1"}, "latest": {**known, "value": "1"}}
    one["expected"] = "0"
    return one


@pytest.mark.parametrize("language", WORDS)
def test_every_form_says_yes_or_no(language):
    facts = snapshot(initiatives=5)
    code = reached_or_not(facts)["code"]
    no, yes = WORDS[language]
    files = dict(render.draw_all(facts, language, ["pdf", "html", "xlsx", "csv"]))
    book = openpyxl.load_workbook(io.BytesIO(files["xlsx"].content))
    sheet = next(
        [c.value for c in row] for row in book[book.sheetnames[-3]].iter_rows(min_row=2) if row[0].value == code
    )
    archive = zipfile.ZipFile(io.BytesIO(files["csv"].content))
    rows = csv.reader(io.StringIO(archive.read("indicators.csv").decode("utf-8-sig")))
    table = next(row for row in rows if row[0] == code)
    for row in (sheet, table):
        assert [row[at] for at in (4, 6, 8, 9)] == [no, yes, no, yes]
    page = plain(files["html"].content.decode())
    assert len(re.findall(rf">\s*{yes}\s*<", page)) >= 2
    assert re.search(rf">\s*{no}\s*<", page)
    if language != "ar":  # the letters of Arabic come out of a page in their drawn order
        paper = words_of(files["pdf"].content, "-layout")
        assert re.search(rf"\b{no}\b\s+{yes}\b", paper)


def test_how_many_bureaus_have_reached_it_stays_a_number():
    facts = snapshot(initiatives=5)
    code = reached_or_not(facts, combine="count_meeting")["code"]
    files = dict(render.draw_all(facts, "en", ["csv"]))
    archive = zipfile.ZipFile(io.BytesIO(files["csv"].content))
    rows = csv.reader(io.StringIO(archive.read("indicators.csv").decode("utf-8-sig")))
    table = next(row for row in rows if row[0] == code)
    assert [table[at] for at in (4, 6, 9)] == ["0", "1", "1"]
