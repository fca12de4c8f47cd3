"""What comes back against what happened meanwhile: conflicts, files twice, rows of others, days, problems by cell, and who may."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.utils import timezone

from core.errors import DomainError
from core.models import AuditRecord, Job
from exchange import applying, comparing
from exchange.identity import row_id
from exchange.models import Upload
from initiatives import life
from initiatives.models import Update
from tests.cast import make_initiative, make_update
from tests.exchange.conftest import PLACE, brought, table_of, taken
from tests.exchange.hostile import plain
from tests.pages.conftest import ratio

REFUSED = "This row did not come from your bureau&#x27;s workbook, or its hidden name was changed."


def saved_by(person, update, **fields):
    update.refresh_from_db()
    return life.save_draft(update_id=update.pk, version=update.version, by=person, at=timezone.now(), **fields)


# conflicts


@pytest.fixture
def draft(cast, work):
    return make_update(cast, work, "draft")


def test_what_somebody_else_saved_meanwhile_is_a_conflict_with_mine_and_theirs(cast, desk, work, draft):
    page = desk(cast.liaison2)
    book = taken(page).put("updates", "obstacle", "Mine", work.code)
    saved_by(cast.liaison2, draft, obstacle="Theirs")
    brought(page, book.saved())
    assert "Changed by somebody else since you downloaded the file" in page.text
    assert "Mine" in page.text and "Theirs" in page.text
    page.press(page.form("apply"))
    assert page.status == 400 and "Choose one version of each answer." in page.text
    key = next(one.key for one in compared(cast).conflicts)
    page.press(page.form("apply").put(f"pick.{key}", "mine"))
    draft.refresh_from_db()
    assert draft.obstacle == "Mine"


def compared(cast):
    return comparing.compare(Upload.objects.get(), user=cast.liaison2, at=timezone.now())


def test_choosing_theirs_leaves_theirs(cast, desk, work, draft):
    page = desk(cast.liaison2)
    book = taken(page).put("updates", "obstacle", "Mine", work.code).put("updates", "risks", "New", work.code)
    saved_by(cast.liaison2, draft, obstacle="Theirs")
    brought(page, book.saved())
    key = next(one.key for one in compared(cast).conflicts if one.theirs == "Theirs")
    page.press(page.form("apply").put(f"pick.{key}", "theirs"))
    draft.refresh_from_db()
    assert (draft.obstacle, draft.risks) == ("Theirs", "New")


def test_who_did_not_touch_a_cell_gives_way_without_being_asked(cast, desk, work, draft):
    page = desk(cast.liaison2)
    book = taken(page).put("updates", "risks", "Mine alone", work.code)
    saved_by(cast.liaison2, draft, obstacle="Theirs alone")
    brought(page, book.saved())
    assert [(one.mine, one.pick) for one in compared(cast).conflicts] == [("Mine alone", "mine")]
    page.press(page.form("apply"))
    draft.refresh_from_db()
    assert (draft.obstacle, draft.risks) == ("Theirs alone", "Mine alone")


def test_a_table_without_memory_asks_about_every_difference(cast, desk, work, draft):
    page = desk(cast.liaison2)
    content = table_of(page, "updates").encode()
    saved_by(cast.liaison2, draft, obstacle="Theirs")
    brought(page, content, "updates.csv")
    assert [one.pick for one in compared(cast).conflicts] == [""]


def test_what_moves_between_look_and_word_is_looked_at_again(cast, desk, work, draft):
    page = desk(cast.liaison2)
    brought(page, taken(page).put("updates", "risks", "Mine", work.code).saved())
    saved_by(cast.liaison2, draft, help_wanted="Theirs")
    page.press(page.form("apply"))
    assert page.status == 412
    assert "Something changed since this page was drawn." in page.text
    draft.refresh_from_db()
    assert draft.risks == "" and Upload.objects.get().state == "read"
    page.press(page.form("apply"))
    draft.refresh_from_db()
    assert draft.risks == "Mine"


def test_what_was_sent_meanwhile_is_not_written(cast, desk, work, draft):
    make_initiative(cast, "other", title="The second")
    page = desk(cast.liaison2)
    book = taken(page).put("updates", "risks", "Late", work.code)
    Update.objects.filter(pk=draft.pk).update(state="submitted", submitted_at=cast.at, submitted_by=cast.liaison2)
    brought(page, book.saved())
    assert "This update can no longer be edited" in page.text
    page.press(page.form("apply"))
    draft.refresh_from_db()
    assert page.status == 400 and draft.risks == ""


# the same file twice


def test_the_same_file_twice_is_noticed(cast, desk, work):
    page = desk(cast.liaison2)
    content = taken(page).put("updates", "risks", "Once", work.code).saved()
    brought(page, content)
    page.press(page.form("apply"))
    form = page.open(PLACE).form("workbook")
    page.press(form, files={"file": SimpleUploadedFile("another name.xlsx", content)})
    assert "This file was imported already on" in page.text and "Liaison2" in page.text
    assert Upload.objects.count() == 1 and Job.objects.count() == 1


def test_a_file_put_away_may_be_brought_again(cast, desk, work):
    page = desk(cast.liaison2)
    content = taken(page).put("updates", "risks", "Once", work.code).saved()
    brought(page, content)
    Upload.objects.update(state="discarded")
    brought(page, content)
    assert Upload.objects.count() == 2


def test_pressing_twice_applies_once(cast, desk, work):
    page = desk(cast.liaison2)
    brought(page, taken(page).put("updates", "risks", "Once", work.code).saved())
    form = page.form("apply")
    page.press(form)
    page.press(form)
    assert page.status == 200 and Update.objects.get().version == 2
    assert AuditRecord.objects.filter(action="file.applied").count() == 1


# rows of others


def test_rows_of_another_bureau_are_refused_and_reveal_nothing(cast, desk, work):
    secret = make_initiative(cast, "own", 3)
    make_update(cast, secret, "draft")
    page = desk(cast.liaison2)
    theirs = taken(desk(cast.liaison)).put("updates", "risks", "Mine", secret.code)
    brought(page, theirs.saved())
    assert REFUSED in page.text
    assert secret.code not in page.text and "CANARY" not in page.text
    assert "disabled" in page.text


@pytest.mark.parametrize("edit", [
    lambda name: name.replace("IN-000001", "IN-000002"), lambda name: name[:-1] + ("A" if name[-1] != "A" else "B"), lambda name: "",
    lambda name: "IN-000002", lambda name: name + "x", lambda name: "~~~~", lambda name: "é" * 300,
])  # fmt: skip
def test_an_edited_row_name_is_refused_like_one_of_nobody(cast, desk, work, edit):
    make_initiative(cast, "other", title="The second")
    page = desk(cast.liaison2)
    book = taken(page).put("updates", "risks", "Mine", work.code)
    cell = book.cell("updates", "row_id", work.code)
    cell.value = edit(cell.value)
    brought(page, book.saved())
    assert REFUSED in page.text and f">{cell.coordinate}<" in page.text
    page.press(page.form("apply"))
    assert page.status == 400 and not Update.objects.exists()


def test_a_row_of_another_period_says_so(cast, desk, work):
    page = desk(cast.liaison2)
    book = taken(page, cast.periods["upcoming"].code)
    assert book.sheet("updates").max_row == 2  # nothing may be written before it opens
    book = taken(page).put("updates", "risks", "Mine", work.code)
    book.put("updates", "row_id", row_id(work.lead_bureau_id, work.code, "2026-Q2"), work.code)
    assert "This row belongs to the workbook of 2026-Q2." in brought(page, book.saved()).text


def test_a_row_that_was_copied_is_there_twice(cast, desk, work):
    page = desk(cast.liaison2)
    book = taken(page).put("updates", "risks", "Mine", work.code)
    sheet = book.sheet("updates")
    for cell in sheet[3]:
        sheet.cell(4, cell.column, cell.value)
    assert "This row is there twice." in brought(page, book.saved()).text


def test_another_workbook_is_not_ours(cast, desk, work):
    assert "The file holds no row of this bureau&#x27;s workbook." in brought(desk(cast.liaison2), plain()).text


def test_an_edited_version_is_said(cast, desk, work, draft):
    page = desk(cast.liaison2)
    book = taken(page).put("updates", "risks", "Mine", work.code).put("updates", "version", "one", work.code)
    assert "The version of the row was changed." in brought(page, book.saved()).text


# days, numbers, words


@pytest.mark.parametrize(("typed", "meant"), [
    (date(2026, 11, 5), "2026-11-05"), ("2026-11-05", "2026-11-05"), ("05.11.2026", "2026-11-05"), ("15/11/2026", "2026-11-15"),
    ("11/15/2026", "2026-11-15"), ("10/10/2026", "2026-10-10"), ("٢٠٢٦-١١-٠٥", "2026-11-05"), ("2026/11/05", "2026-11-05"),
])  # fmt: skip
def test_days_are_read_as_they_are_written(cast, desk, work, typed, meant):
    page = desk(cast.liaison2)
    book = taken(page).put("values", "observed_on", typed, work.code, cast.indicator.code)
    brought(page, book.put("values", "value", 3, work.code, cast.indicator.code).saved())
    page.press(page.form("apply"))
    assert Update.objects.get().values.get(indicator=cast.indicator).observed_on.isoformat() == meant


@pytest.mark.parametrize(("column", "typed", "words"), [
    ("observed_on", "03/04/2026", "This could be two days."), ("observed_on", "31.02.2026", "There is no such day."),
    ("observed_on", "soon", "Write the day as year-month-day"), ("observed_on", "2026", "Write the day as year-month-day"),
    ("value", "many", "Write a number, in digits."), ("value", "#REF!", "Write a number, in digits."),
    ("state", "perhaps", "Choose one of: reported"), ("numerator", 4, "This cell is not asked for this indicator."),
    ("reason", "x" * 2001, "The text has 2001 characters; 2000 is the most."),
])  # fmt: skip
def test_what_cannot_be_read_is_said_with_its_sheet_and_cell(cast, desk, work, column, typed, words):
    page = desk(cast.liaison2)
    book = taken(page).put("values", column, typed, work.code, cast.indicator.code)
    cell = book.cell("values", column, work.code, cast.indicator.code)
    brought(page, book.saved())
    assert words in page.text
    assert f"<bdi>{cell.coordinate}</bdi>" in page.text and "<bdi>Values</bdi>" in page.text
    page.press(page.form("apply"))
    assert page.status == 400 and not Update.objects.exists()


@pytest.mark.parametrize(("table", "column", "typed", "words"), [
    ("updates", "delivery_percent", 140, "Delivery is between 0 and 100 percent."),
    ("updates", "handling", "public", "An update is handled at least as carefully as its initiative."),
    ("values", "numerator", 3, "A ratio needs both of its numbers."), ("values", "state", "reported", "A ratio needs both of its numbers."),
])  # fmt: skip
def test_what_the_form_would_refuse_is_refused_with_its_cell(cast, desk, work, table, column, typed, words):
    page = desk(cast.liaison2)
    of = (work.code,) if table == "updates" else (work.code, ratio(cast).code)
    book = taken(page).put(table, column, typed, *of)
    brought(page, book.saved())
    assert words in page.text


def test_a_formula_without_its_result_and_an_error_are_said(cast, desk, work):
    page = desk(cast.liaison2)
    book = taken(page)
    book.cell("values", "value", work.code, cast.indicator.code).value = "=1+1"
    assert "The cell holds a formula without its result." in brought(page, book.saved()).text


def test_a_hand_written_percentage_of_a_plain_number_is_asked_about(cast, desk, work):
    page = desk(cast.liaison2)
    book = taken(page).put("values", "value", 0.4, work.code, cast.indicator.code)
    book.cell("values", "value", work.code, cast.indicator.code).number_format = "0%"
    assert "it could be two numbers" in brought(page, book.saved()).text


# all or nothing


def test_what_breaks_in_the_last_row_leaves_nothing(cast, desk, work, breaking):
    second = make_initiative(cast, "other", title="The second")
    page = desk(cast.liaison2)
    book = taken(page).put("updates", "risks", "Good", work.code).put("updates", "risks", "BREAK", second.code)
    brought(page, book.saved())
    breaking(Update, "risks", "BREAK")
    upload, found = Upload.objects.get(), compared(cast)
    with pytest.raises(DatabaseError), transaction.atomic():
        applying.apply_updates(upload_id=upload.pk, seen=found.digest, by=cast.liaison2, at=timezone.now())
    assert not Update.objects.exists()
    assert not AuditRecord.objects.filter(action__in=["update.opened", "file.applied"]).exists()
    assert Upload.objects.get().state == "read"


# who may


@pytest.mark.parametrize("who", ["officer", "leader", "auditor", "admin"])
def test_a_workbook_is_for_who_writes_for_a_bureau(cast, desk, work, who):
    page = desk(cast.people[who])
    assert page.open(PLACE).status == 403
    assert page.client.get(f"{PLACE}2026-Q4.xlsx").status_code == 403
    assert page.client.get(f"{PLACE}2026-Q4/values.csv").status_code == 403


@pytest.mark.parametrize("who", ["liaison", "head", "officer", "leader", "auditor", "admin"])
@pytest.mark.parametrize("act", ["", "apply/", "discard/", "again/"])
def test_a_file_of_another_bureau_is_the_same_as_none(cast, desk, work, who, act):
    brought(desk(cast.liaison2), taken(desk(cast.liaison2)).put("updates", "risks", "CANARY", work.code).saved())
    client = desk(cast.people[who]).client
    place = f"/my-reporting/files/{Upload.objects.get().public_id}/{act}"
    absent = f"/my-reporting/files/00000000-0000-4000-8000-000000000000/{act}"
    ask = client.post if act else client.get
    answers = [ask(place), ask(absent)]
    assert [one.status_code for one in answers] == [404, 404]
    assert "CANARY" not in answers[0].content.decode()
    assert Upload.objects.get().state == "read"


def test_a_colleague_of_the_bureau_may_go_on_with_the_file(cast, desk):
    work = make_initiative(cast, "own")
    brought(desk(cast.liaison), taken(desk(cast.liaison)).put("updates", "risks", "Ours", work.code).saved())
    page = desk(cast.colleague).open(f"/my-reporting/files/{Upload.objects.get().public_id}/")
    page.press(page.form("apply"))
    assert Update.objects.get().risks == "Ours"
    assert Upload.objects.get().applied_by == cast.colleague


def test_a_service_asks_again_who_it_is(cast, desk, work):
    brought(desk(cast.liaison2), taken(desk(cast.liaison2)).put("updates", "risks", "Mine", work.code).saved())
    with pytest.raises(DomainError):
        applying.apply_updates(upload_id=Upload.objects.get().pk, seen="", by=cast.liaison, at=timezone.now())


def test_the_way_there_and_back(cast, desk, work):
    page = desk(cast.liaison2).open("/my-reporting/")
    assert f'href="{PLACE}"' in page.text
    assert 'href="/my-reporting/"' in page.open(PLACE).text
