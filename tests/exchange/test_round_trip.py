"""What goes out comes back as it was, in every language and with every poison; what was changed there is changed here."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from core.models import AuditRecord
from exchange.models import Upload
from initiatives.models import Update
from tests.cast import make_initiative, make_update
from tests.exchange.conftest import Book, brought, table_of, taken
from tests.pages.conftest import ratio, validated_last_time

POISON = [
    "=1+1", "=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", "\n=1", "'=1+1", "'tis", "''", "＝1", "a\nb", "a\r\nb", "a\rb",
    "سطر أول\nسطر ثانٍ", "🚢 émoji 👩‍👩‍👧", "_x000D_", "_x005F_", "a,b;c\td", '"quoted"', " blanks around ", "\u202eturned", "\u2028",
    "<b>&amp;</b>", "\ufffe", "\x1f", "1", "TRUE", "2026-11-22", "0012", "1e5", "#REF!", "x" * 4000,
]  # fmt: skip


@pytest.mark.parametrize("language", ["en", "ar", "fr", "es"])
def test_an_untouched_workbook_changes_nothing(cast, desk, work, language):
    cast.liaison2.language = language
    cast.liaison2.save()
    validated_last_time(cast, work)
    make_update(cast, work, "draft")
    make_initiative(cast, "other")
    page = desk(cast.liaison2, language)
    brought(page, taken(page).content)
    assert page.status == 200
    assert Upload.objects.get().state == "read"
    assert page.text.count("<td") == 0


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_poison_comes_back_as_it_was(cast, desk, form):
    for words in POISON:
        made = make_update(cast, make_initiative(cast, "other"), "draft")
        Update.objects.filter(pk=made.pk).update(achieved=words, risks=words)
        made.values.update(reason=words)
    page = desk(cast.liaison2)
    contents = {"book.xlsx": Book(taken(page).content).saved()}
    if form == "csv":
        contents = {f"{name}.csv": table_of(page, name).encode("utf-8-sig") for name in ("updates", "values")}
    for name, content in contents.items():
        brought(page, content, name)
        assert "The file says what stands already: nothing would change." in page.text
    assert list(Update.objects.order_by("pk").values_list("achieved", flat=True)) == POISON


def test_no_cell_of_either_is_a_formula(cast, desk, work):
    made = make_update(cast, work, "draft")
    Update.objects.filter(pk=made.pk).update(achieved="=1+1", obstacle="@x")
    page = desk(cast.liaison2)
    for sheet in load_workbook(io.BytesIO(taken(page).content)).worksheets:
        assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    rows = list(csv.reader(io.StringIO(table_of(page, "updates"))))
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "@"))]


def test_what_was_filled_in_becomes_drafts_on_the_persons_word_alone(cast, desk, work):
    page = desk(cast.liaison2)
    book = taken(page).put("updates", "achieved", "=Twelve trained", work.code).put("updates", "delivery_percent", 40, work.code)
    book.put("values", "value", 12, work.code, cast.indicator.code)
    brought(page, book.saved())
    assert "3 answers would change" not in page.text  # the state of the value follows from its number
    assert "4 answers would change. Nothing is saved yet." in page.text
    assert not Update.objects.exists()
    page.press(page.form("apply"))
    kept = Update.objects.get()
    assert (kept.achieved, kept.delivery_percent, kept.state) == ("=Twelve trained", 40, "draft")
    value = kept.values.get(indicator=cast.indicator)
    assert (value.state, value.value) == ("reported", 12)
    assert "4 answers were saved." in page.text
    assert {"file.received", "file.applied", "update.opened", "update.saved", "workbook.taken"} <= set(
        AuditRecord.objects.values_list("action", flat=True)
    )


def test_the_csv_of_a_machine_does_the_same(cast, desk, work):
    page = desk(cast.liaison2)
    rows = list(csv.DictReader(io.StringIO(table_of(page, "values"))))
    row = next(row for row in rows if row["indicator"] == ratio(cast).code)
    row |= {"state": "reported", "numerator": "3", "denominator": "4", "observed_on": "2026-11-01"}
    out = io.StringIO()
    writer = csv.DictWriter(out, row)
    writer.writeheader()
    writer.writerows(rows)
    brought(page, out.getvalue().encode(), "values.csv")
    page.press(page.form("apply"))
    value = Update.objects.get().values.get(indicator=ratio(cast))
    assert (value.numerator, value.denominator, value.observed_on.isoformat()) == (3, 4, "2026-11-01")


def test_what_is_complete_is_sent_only_when_asked(cast, desk, work):
    work.indicators.set([cast.indicator])
    page = desk(cast.liaison2)
    book = taken(page).put("updates", "achieved", "Done", work.code).put("updates", "delivery_percent", 40, work.code)
    book.put("updates", "delivery_status", "on track", work.code).put("values", "value", 12, work.code, cast.indicator.code)
    brought(page, book.saved())
    assert "Also send the 1 update that is complete" in page.text
    page.press(page.form("apply").put("send", "1"))
    assert Update.objects.get().state == "submitted"


def test_an_incomplete_update_stays_a_draft_even_when_sending_is_asked(cast, desk, work):
    page = desk(cast.liaison2)
    brought(page, taken(page).put("updates", "achieved", "Some", work.code).saved())
    assert "Also send" not in page.text
    page.press(page.form("apply").put("send", "1"))
    assert Update.objects.get().state == "draft"


@pytest.mark.parametrize(
    ("language", "typed", "meant"),
    [
        ("fr", "1 234,5", "1234.5"), ("es", "1.234,5", "1234.5"), ("en", "1,234.5", "1234.5"), ("ar", "١٬٢٣٤٫٥", "1234.5"),
        ("en", 1234.5, "1234.5"), ("en", 0.1 + 0.2, "0.3"), ("en", 0, "0"), ("en", 1e-7, "0"),
    ],
)  # fmt: skip
def test_numbers_are_read_as_their_writers_write_them(cast, desk, work, language, typed, meant):
    cast.liaison2.language = language
    cast.liaison2.save()
    page = desk(cast.liaison2, language)
    brought(page, taken(page).put("values", "value", typed, work.code, cast.indicator.code).saved())
    page.press(page.form("apply"))
    assert Update.objects.get().values.get(indicator=cast.indicator).value == Decimal(meant)


def test_a_percentage_of_a_hundred_may_be_drawn_as_one(cast, desk, work):
    page = desk(cast.liaison2)
    book = taken(page).put("updates", "delivery_percent", 0.4, work.code)
    book.cell("updates", "delivery_percent", work.code).number_format = "0%"
    brought(page, book.saved())
    page.press(page.form("apply"))
    assert Update.objects.get().delivery_percent == 40


def test_sheets_of_arabic_go_from_right_to_left_and_only_asked_cells_are_open(cast, desk, work):
    cast.liaison2.language = "ar"
    cast.liaison2.save()
    book = taken(desk(cast.liaison2, "ar"))
    assert all(sheet.sheet_view.rightToLeft for sheet in book.opened.worksheets[:3])
    sheet = book.sheet("values")
    assert sheet.protection.sheet
    open_codes = {sheet.cell(1, cell.column).value for row in sheet.iter_rows(min_row=3) for cell in row if not cell.protection.locked}
    assert open_codes == {"state", "value", "numerator", "denominator", "observed_on", "reason"}
    assert book.cell("values", "value", work.code, "IND-R").protection.locked
    assert sheet.data_validations.dataValidation


def test_last_periods_answers_and_values_stand_beside_the_cells(cast, desk, work):
    validated_last_time(cast, work, value=17, achieved="Nine officers trained")
    book = taken(desk(cast.liaison2))
    assert book.cell("updates", "last_achieved", work.code).value == "Nine officers trained"
    assert book.cell("values", "last_value", work.code, cast.indicator.code).value == "17"


def test_the_workbook_asks_the_database_as_often_for_many_as_for_one(cast, desk, work, django_assert_max_num_queries):
    page = desk(cast.liaison2)
    taken(page)
    counted = {}
    for more in (0, 12):
        for _n in range(more):
            made = make_initiative(cast, "other")
            make_update(cast, made, "draft")
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as caught:
            taken(page)
        counted[more] = len(caught)
    print("queries of a download:", counted)
    assert counted[12] <= counted[0] + 3
