"""The cast with a bureau's workbook: taken along, filled in by somebody's spreadsheet, brought back and read."""

from __future__ import annotations

import io
from dataclasses import dataclass

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from openpyxl import load_workbook

from core import jobs
from exchange.models import Upload
from tests.pages.conftest import cast, desk, work
from tests.pages.paper import Paper

__all__ = ["breaking", "cast", "desk", "work"]
PERIOD = "2026-Q4"
PLACE = "/my-reporting/workbook/"


@pytest.fixture
def breaking(db):
    """Lets the database itself break over one value of a column, as a full disk would."""

    def over(model, column: str, value: str):
        table = model._meta.db_table
        with connection.cursor() as cursor:
            cursor.execute(
                "CREATE FUNCTION pg_temp.break_it() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                f"IF NEW.{column} = '{value}' THEN RAISE EXCEPTION 'broken by the test'; END IF; RETURN NEW; END $$"
            )
            cursor.execute(
                f"CREATE TRIGGER broken BEFORE INSERT OR UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION pg_temp.break_it()"
            )

    return over


@dataclass
class Book:
    """A workbook in somebody's hands. Cells are named by the table, the work's (and indicator's) code and the column."""

    content: bytes

    def __post_init__(self):
        self.opened = load_workbook(io.BytesIO(self.content))

    def sheet(self, table: str):
        return self.opened.worksheets[{"updates": 1, "values": 2}[table]]

    def column(self, table: str, code: str) -> int:
        return next(cell.column for cell in self.sheet(table)[1] if cell.value == code)

    def cell(self, table: str, code: str, *of: str):
        keys = [self.column(table, name) for name in ("code", "indicator")[: len(of)]]
        sheet = self.sheet(table)
        row = next(row for row in range(3, sheet.max_row + 1) if all(
            sheet.cell(row, key).value == value for key, value in zip(keys, of, strict=True)))  # fmt: skip
        return sheet.cell(row, self.column(table, code))

    def put(self, table: str, code: str, value, *of: str) -> Book:
        cell = self.cell(table, code, *of)
        cell.value = value
        if isinstance(value, str):
            cell.data_type = "s"
        return self

    def saved(self) -> bytes:
        out = io.BytesIO()
        self.opened.save(out)
        return out.getvalue()


def taken(page: Paper, period: str = PERIOD) -> Book:
    """This will download the workbook as the person does."""
    answer = page.client.get(f"{PLACE}{period}.xlsx")
    assert answer.status_code == 200
    return Book(answer.content)


def table_of(page: Paper, table: str, period: str = PERIOD) -> str:
    answer = page.client.get(f"{PLACE}{period}/{table}.csv")
    assert answer.status_code == 200
    return answer.content.decode("utf-8-sig")


def brought(page: Paper, content: bytes, name: str = "book.xlsx", period: str = PERIOD) -> Paper:
    """This will upload the file, let a worker read it, and open the page that says what became of it."""
    page.open(f"{PLACE}?period={period}")
    form = page.form("workbook").put("period", period)
    page.press(form, files={"file": SimpleUploadedFile(name, content)})
    if page.status == 200 and page.path.startswith("/my-reporting/files/"):
        jobs.work(Upload.objects.latest("pk").job_id)
        page.open(page.path)
    return page
