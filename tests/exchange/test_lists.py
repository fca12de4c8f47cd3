"""What an organisation has already: columns guessed in four languages, every row looked at, all or the good ones taken over."""

from __future__ import annotations

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from core import jobs
from core.models import AuditRecord
from exchange.models import Origin, Upload
from initiatives.models import Contribution, Initiative, Milestone, Update
from outcomes.models import Indicator
from tests.cast import make_initiative

HEADS = {
    "en": ["Ref", "Lead bureau", "Project", "Start date", "End date", "Expected results", "Budget", "Confidentiality"],
    "fr": ["Référence", "Pays", "Titre", "Date de début", "Date de fin", "Résultats escomptés", "Coût", "Diffusion"],
    "es": ["Referencia", "OCN", "Título", "Fecha de inicio", "Fecha de fin", "Resultados esperados", "Presupuesto", "Difusión"],
    "ar": ["المرجع", "المكتب", "العنوان", "تاريخ البدء", "تاريخ الانتهاء", "النتائج المتوقعة", "الميزانية", "التداول"],
}
GOOD = ["A-1", "XB", "=Boats", "2026-02-01", "31.12.2026", "1.1: 80", "1000", "restricted"]


def xlsx(*rows) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append([None] * len(row))
        for place, value in enumerate(row, start=1):
            cell = book.active.cell(book.active.max_row, place, value)
            if isinstance(value, str):
                cell.data_type = "s"
    book.active.delete_rows(1) if book.active.cell(1, 1).value is None and len(rows) < book.active.max_row else None
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def brought(page, cast, content: bytes, name="list.xlsx", kind="initiatives"):
    form = page.open("/import/").form("import").put("kind", kind).put("plan", cast.plan.pk)
    page.press(form, files={"file": SimpleUploadedFile(name, content)})
    if page.path != "/import/" and jobs.work(Upload.objects.latest("pk").job_id) == "ready":
        page.open(page.path)
    return page


def taken(page, **fields):
    form = page.form("take")
    for name, value in fields.items():
        form.put(name, value)
    page.press(form)
    upload = Upload.objects.latest("pk")
    if "Refresh" not in page.text and upload.job.kind == "exchange.take_over":
        jobs.work(upload.job_id)
        page.open(page.path)
    return page


@pytest.mark.parametrize("language", HEADS)
def test_columns_are_known_by_their_words_in_four_languages(cast, desk, language):
    page = brought(desk(cast.officer), cast, xlsx(HEADS[language], GOOD))
    assert "1 row would be created" in page.text
    taken(page)
    made = Initiative.objects.get()
    assert (made.title, made.lead_bureau, made.handling, made.budget_eur) == ("=Boats", cast.bureaus["other"], 2, 1000)
    assert (made.starts_on.isoformat(), made.ends_on.isoformat()) == ("2026-02-01", "2026-12-31")
    assert [(one.expected_result, one.share) for one in made.contributions.all()] == [(cast.result, 80)]
    assert Origin.objects.get().reference == "A-1"
    record = AuditRecord.objects.get(action="initiative.created")
    assert (record.actor_id, record.reason) == (cast.officer.pk, "Imported from list.xlsx")


def test_a_list_in_plain_text_does_the_same(cast, desk):
    words = ";".join(HEADS["en"]) + "\r\n" + ";".join(["'=1", *GOOD[1:5], "1.1", "1000", "internal"])
    taken(brought(desk(cast.officer), cast, words.encode(), "list.csv"))
    assert Origin.objects.get().reference == "=1"
    assert Contribution.objects.get().share == 100


def test_titles_above_the_heads_are_passed_over(cast, desk):
    page = brought(desk(cast.officer), cast, xlsx(["Our work 2026", None], ["As of May", None], HEADS["en"], GOOD))
    assert "1 row would be created" in page.text


def test_a_column_that_nobody_knows_is_chosen_by_hand(cast, desk):
    page = brought(desk(cast.officer), cast, xlsx(["Zz", *HEADS["en"][1:2], "Qq", *HEADS["en"][3:]], GOOD))
    assert "Say which column holds: Title." in page.text
    page.press(page.form("columns").put("column.title", "3").put("column.reference", "1"))
    assert "1 row would be created" in page.text
    page.press(page.form("columns").put("column.summary", "3"))
    assert "One column is chosen for two fields." in page.text


def test_every_refused_row_says_cell_and_reason(cast, desk):
    rows = [
        ["B-1", "Nowhere", "T", "2026-02-01", "2026-12-31", "1.1", "", ""],
        ["B-2", "XB", "", "2026-02-01", "2026-12-31", "1.1", "", ""],
        ["B-3", "XB", "T", "03/04/2026", "2026-12-31", "1.1", "", ""],
        ["B-4", "XB", "T", "2026-12-31", "2026-02-01", "1.1", "", ""],
        ["B-5", "XB", "T", "2026-02-01", "2026-12-31", "9.9", "", ""],
        ["B-6", "XB", "T", "2026-02-01", "2026-12-31", "1.1: 140", "", ""],
        ["B-7", "XB", "T", "2026-02-01", "2026-12-31", "1.1", "many", ""],
        ["B-8", "XB", "T", "2026-02-01", "2026-12-31", "1.1", "-1", ""],
        ["B-9", "XB", "T", "2026-02-01", "2026-12-31", "1.1", "", "top secret"],
        ["B-10", "XB", "T", "1890-02-01", "2026-12-31", "1.1", "", ""],
        ["B-11", "XB", "T" * 201, "2026-02-01", "2026-12-31", "1.1", "", ""],
    ]
    page = brought(desk(cast.officer), cast, xlsx(HEADS["en"], *rows, GOOD, GOOD))
    answer = page.client.get(page.path + "report.csv").content.decode("utf-8-sig")
    told = {row["Row"]: (row["Cell"], row["Reason"]) for row in csv.DictReader(io.StringIO(answer)) if row["Reason"]}
    assert told["2"] == ("B2", "No bureau of this code or name is known.")
    assert told["3"] == ("C3", "This has to be said.")
    assert told["4"][0] == "D4" and "could be two days" in told["4"][1]
    assert told["5"] == ("E5", "The last day is before the first.")
    assert told["6"][0] == "F6" and "no expected result" in told["6"][1]
    assert told["7"] == ("F7", "A share is above 0 and at most 100 percent.")
    assert told["8"] == ("G8", "Write a number, in digits.")
    assert told["9"] == ("G9", "This number cannot be below zero.")
    assert told["10"][0] == "H10" and "Choose one of" in told["10"][1]
    assert told["11"][0] == "D11" and "The plan runs from" in told["11"][1]
    assert told["12"][0] == "C12"
    assert told["14"] == ("A14", "This is there twice.")


def test_all_or_nothing_unless_the_good_rows_alone_are_chosen(cast, desk):
    bad = ["B-2", "Nowhere", *GOOD[2:]]
    page = brought(desk(cast.officer), cast, xlsx(HEADS["en"], GOOD, bad))
    taken(page)
    assert page.status == 400 and "Some rows are refused." in page.text
    assert not Initiative.objects.exists()
    taken(page, only_good="1")
    assert Initiative.objects.count() == 1
    assert "Imported: 1 created, 0 changed, 0 as they were, 1 refused." in page.text
    rows = list(csv.DictReader(io.StringIO(page.client.get(page.path + "report.csv").content.decode("utf-8-sig"))))
    assert [(row["What became of it"], row["Code"]) for row in rows] == [("created", "IN-000001"), ("refused", "")]


def test_the_same_list_with_one_change_changes_that_and_makes_nothing_twice(cast, desk):
    taken(brought(desk(cast.officer), cast, xlsx(HEADS["en"], GOOD, ["A-2", *GOOD[1:]])))
    again = [*GOOD[:2], "Ships", *GOOD[3:]]
    page = brought(desk(cast.officer), cast, xlsx(HEADS["en"], again, ["A-2", *GOOD[1:]]))
    assert "1 row would change a record, 1 row is as it stands already" in page.text
    taken(page)
    assert sorted(Initiative.objects.values_list("title", flat=True)) == ["=Boats", "Ships"]


def test_the_same_file_twice_is_noticed(cast, desk):
    content = xlsx(HEADS["en"], GOOD)
    taken(brought(desk(cast.officer), cast, content))
    page = brought(desk(cast.officer2), cast, content)
    assert "imported already on" in page.text and "Officer" in page.text
    assert Initiative.objects.count() == 1


def test_a_list_may_change_what_is_logged_by_its_code_and_keeps_the_rest(cast, desk):
    work = make_initiative(cast, "other", title="Old")
    Milestone.objects.create(initiative=work, title="Step", due_on=work.starts_on)
    row = [work.code, "XB", "New", str(work.starts_on), str(work.ends_on), "1.1"]
    taken(brought(desk(cast.officer), cast, xlsx(["Code", *HEADS["en"][1:6]], row)))
    work.refresh_from_db()
    assert (work.title, work.version, work.milestones.count(), work.indicators.count()) == ("New", 2, 1, 1)


def test_a_change_by_somebody_else_between_look_and_word_is_seen(cast, desk):
    work = make_initiative(cast, "other", title="Old")
    row = [work.code, "XB", "New", str(work.starts_on), str(work.ends_on), "1.1"]
    page = brought(desk(cast.officer), cast, xlsx(["Code", *HEADS["en"][1:6]], row))
    Initiative.objects.filter(pk=work.pk).update(version=2, title="Theirs")
    page.press(page.form("take"))
    assert page.status == 412 and "Something changed since this page was drawn." in page.text
    work.refresh_from_db()
    assert work.title == "Theirs"


def test_what_breaks_in_the_last_row_leaves_nothing(cast, desk, breaking):
    breaking(Initiative, "title", "The last")
    page = brought(desk(cast.officer), cast, xlsx(HEADS["en"], GOOD, ["A-2", "XB", "The last", *GOOD[3:]]))
    page.press(page.form("take"))
    upload = Upload.objects.get()
    for _attempt in range(3):
        jobs.work(upload.job_id)
    upload.refresh_from_db()
    assert (upload.state, upload.job.state, upload.job.failure_code) == ("read", "failed", "crashed")
    assert not Initiative.objects.exists() and not Origin.objects.exists()
    assert not AuditRecord.objects.filter(action="initiative.created").exists()
    assert "Something went wrong on our side. Nothing was changed." in page.open(page.path).text
    assert page.form("take")


def test_indicators_of_a_plan_come_with_their_baselines_and_targets(cast, desk):
    heads = ["Code", "Expected result", "Name", "Kind", "Baseline", "Baseline date", "Target", "Target date", "Unit"]
    day = str(cast.plan.end_on)
    rows = [
        ["N-1", "1.1", "Ports that check", "level at a time", 10, "2026-01-01", 80, day, "number"],
        ["N-2", "1.1", "Cases", "cumulé", "", "", "", "", ""],
        ["N-3", "1.1", "Kept", "maintain", "", "", "", "", ""],
        ["N-4", "7.7", "Nowhere", "level", "", "", "", "", ""],
        ["N 5", "1.1", "Bad code", "level", "", "", "", "", ""],
        ["N-6", "1.1", "Half", "level", 1, "", "", "", ""],
        ["N-7", "1.1", "No change", "level", 5, "2026-01-01", 5, day, ""],
        ["N-8", "1.1", "A scale", "ordinal", "", "", "", "", ""],
    ]
    page = brought(desk(cast.officer), cast, xlsx(heads, *rows), kind="indicators")
    assert "would be created" in page.text
    taken(page, only_good="1")
    made = Indicator.objects.get(code="N-1")
    assert (made.baselines.get().value, made.targets.get().value, made.state) == (10, 80, "proposed")
    assert Indicator.objects.get(code="N-3").direction == "maintain_at_or_above"
    assert not Indicator.objects.filter(code__in=["N-4", "N 5", "N-6", "N-7", "N-8"]).exists()


def test_an_indicator_that_is_there_is_changed_and_a_second_time_left(cast, desk):
    heads = ["Code", "Expected result", "Name", "Kind", "Target", "Target date"]
    row = ["IND-1", "1.1", "Another name", "level", 90, str(cast.plan.end_on)]
    page = brought(desk(cast.officer), cast, xlsx(heads, row), kind="indicators")
    assert "1 row would change a record" in page.text
    taken(page)
    found = Indicator.objects.get(code="IND-1")
    assert (str(found.name), found.targets.current().get().value) == ("Another name", 90)
    assert "1 row is as it stands already" in brought(desk(cast.officer), cast, xlsx(heads, row, ["", "", "", "", "", ""]), kind="indicators").text


def test_five_hundred_rows_cost_no_more_questions_to_look_at_than_ten(cast, desk, django_assert_max_num_queries):
    rows = [[f"R-{n}", *GOOD[1:]] for n in range(500)]
    page = brought(desk(cast.officer), cast, xlsx(HEADS["en"], *rows))
    with django_assert_max_num_queries(16):
        page.open(page.path)
    assert "500 rows would be created" in page.text
    taken(page)
    assert Initiative.objects.count() == 500
    assert not Update.objects.exists()


@pytest.mark.parametrize("who", ["liaison", "head", "leader", "auditor", "admin"])
def test_lists_are_the_officers_alone(cast, desk, who):
    brought(desk(cast.officer), cast, xlsx(HEADS["en"], GOOD))
    there = Upload.objects.get().public_id
    page = desk(cast.people[who])
    assert page.open("/import/").status == 403
    assert page.open(f"/import/{there}/").status == 403
    assert page.client.post(f"/import/{there}/take/").status_code == 403
    assert page.open(f"/my-reporting/files/{there}/").status in (403, 404)
    assert page.client.get(f"/import/{there}/report.csv").status_code == 403
