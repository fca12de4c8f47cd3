"""A region's, a bureau's and an aim's figures are the same in every form, on the page and in the API, read back."""

import csv
import io
import re
import zipfile
from decimal import Decimal

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Role, User
from reports.render import draw_all
from reports.render.text import plain
from reports.render.voice import rounded
from tests.reports.test_drawing import words_of
from tests.reports.test_parts import SUM, answer, indicators, picture, world  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db
VALUES = {0: 23, 1: 41, 2: 67, 3: 90, 4: 88, 5: 90}


@pytest.fixture(params=["region", "bureau", "aim"])
def part(request, world):  # noqa: F811
    """The snapshot of a part, its files in English, and the bureau that it is about (None: more than one)."""
    answer(world, VALUES)
    answer(world, {0: 10, 1: 20, 2: 30}, shape=SUM)
    about = {"region": world.north, "bureau": world.bureaus[1], "aim": world.aims[0]}[request.param]
    snapshot = picture(request.param, about)
    snapshot["filing"]["number"] = 1
    files = dict(draw_all(snapshot, "en", ["pdf", "html", "xlsx", "csv"]))
    bureau = {"region": "none", "bureau": world.bureaus[1].code, "aim": ""}[request.param]
    return snapshot, files, bureau


def aim_of(snapshot):
    return snapshot["plans"][0]["aims"][0]


def sheet_row(files, table, code):
    book = openpyxl.load_workbook(io.BytesIO(files["xlsx"].content))
    head, *rows = [[cell.value for cell in row] for row in book[table].iter_rows()]
    return dict(zip(head, next(row for row in rows if code in row[:2]), strict=True))


def csv_row(files, table, code):
    with zipfile.ZipFile(io.BytesIO(files["csv"].content)) as archive:
        head, *rows = csv.reader(io.StringIO(archive.read(table).decode("utf-8-sig")))
    return dict(zip(head, next(row for row in rows if code in row[:2]), strict=True))


def test_progress_coverage_and_bounds_are_the_same_in_every_form(part):
    snapshot, files, _bureau = part
    aim = aim_of(snapshot)
    sheet, table = sheet_row(files, "Progress", aim["code"]), csv_row(files, "progress.csv", aim["code"])
    paper = " ".join(words_of(files["pdf"].content).split())
    page = plain(re.sub(r"<[^>]+>", " ", files["html"].content.decode()))
    for name, column in (
        ("value", "Results"), ("coverage", "Coverage of results"), ("low", "Lowest"), ("high", "Highest"),
        ("expected", "Expected by now"),
    ):  # fmt: skip
        exact = rounded(aim["results"][name], 2)
        assert Decimal(str(sheet[column])) == Decimal(table[column]) == exact, name
        assert f"{int(exact * 100)}%" in paper and f"{int(exact * 100)}%" in page, name


def test_an_indicators_value_is_the_same_in_every_form(part):
    snapshot, files, _bureau = part
    for indicator in indicators(snapshot):
        exact = rounded(indicator["latest"]["value"], indicator["decimals"])
        sheet = sheet_row(files, "Indicators", indicator["code"])
        table = csv_row(files, "indicators.csv", indicator["code"])
        assert Decimal(str(sheet["Latest"])) == Decimal(table["Latest"]) == exact
        assert re.search(rf"(?<!\d){exact}(?!\d)", words_of(files["pdf"].content))
        assert re.search(rf">\s*{exact}\s*<", files["html"].content.decode())


def test_page_and_api_tell_the_figure_that_the_report_tells(part, world):  # noqa: F811
    snapshot, _files, bureau = part
    if bureau == "none":
        pytest.skip("a region's figures are told in reports alone")
    person = User.objects.create(email="o@test.invalid", full_name="O", role=Role.OFFICER, clearance=2)
    client, told = Client(), aim_of(snapshot)["results"]
    client.force_login(person)
    asked = {"node_type": "aim", "node_id": world.aims[0].pk, "period": "2026-Q1", "measure": "results"}
    asked |= {"bureau": bureau} if bureau else {"all_bureaus": "true"}
    (row,) = client.get(reverse("api:roll-ups-list"), asked).json()["results"]
    for name, key in (("progress", "value"), ("coverage", "coverage"), ("lower", "low"), ("upper", "high")):
        assert Decimal(row[name]) == Decimal(told[key]), name
    page = client.get(
        reverse("dashboard:explain", args=["aim", world.aims[0].pk]), {"bureau": bureau, "period": "2026-Q1"}
    )
    assert f"{rounded(told['value'], 3) * 100:.1f}%" in page.content.decode()
