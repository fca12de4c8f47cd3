"""Finding initiatives: by words in four languages, by chips with counts, in an order and with columns of one's own, as a file."""

import csv
import datetime
import io
import re

import pytest
from openpyxl import load_workbook

from accounts.models import SavedView
from core.models import AuditRecord
from dashboard import finding_sheet
from initiatives.models import Contribution, Initiative
from outcomes.models import ExpectedResult
from tests.cast import make_initiative, said

LIST = "/initiatives/"


@pytest.fixture
def works(cast):
    """Six of the other bureau, one of the own bureau that others may not see, one secret of the other."""
    told = (
        ("Training of port officers", "active"), ("Formation des équipes", "active"), ("Formación policial", "planned"),
        ("التدريب على كشف الضحايا", "active"), ("Policies for borders", "completed"), ("Reforma de aduanas", "planned"),
    )  # fmt: skip
    made = [make_initiative(cast, "other", title=title, status=status) for title, status in told]
    made[0].crime_areas.set([cast.crime_area])
    made[1].capabilities.set([cast.capability])
    make_initiative(cast, "own", 3, title="CANARY own secret", status="suspended").crime_areas.set([cast.crime_area])
    make_initiative(cast, "other", 3, title="CANARY other secret", status="cancelled").capabilities.set([cast.capability])
    return made


def titles(page) -> list[str]:
    return re.findall(r'<span lang="\w\w" dir="auto">([^<]*)</span></a></th>', page.text)


def found(desk, person, question=""):
    return titles(desk(person).open(f"{LIST}?{question}"))


# words


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("trainings", "Training of port officers"),
        ("TRAIN port", "Training of port officers"),
        ("equipe", "Formation des équipes"),
        ("formations", "Formation des équipes"),
        ("formacion", "Formación policial"),
        ("تدريب", "التدريب على كشف الضحايا"),
        ("تدريبات", "التدريب على كشف الضحايا"),
        ("التَّدْرِيب", "التدريب على كشف الضحايا"),
        ("policy", "Policies for borders"),
        ("reformas", "Reforma de aduanas"),
    ],
)
def test_words_are_found_in_their_other_forms(cast, desk, works, words, title):
    assert title in found(desk, cast.leader, f"search={words}")


@pytest.mark.parametrize("words", ["'", "a:*", "!!", "\\", "& |", "% _", "x" * 200, "(", "ا", "a' & b", "🙂", "%00"])
def test_no_words_break_the_search(cast, desk, works, words):
    page = desk(cast.leader)
    page.answer = page.client.get(LIST, {"search": words})
    assert page.status in (200, 400)


def test_every_word_must_be_there(cast, desk, works):
    assert found(desk, cast.leader, "search=training+borders") == []
    assert "Nothing matches these filters" in desk(cast.leader).open(f"{LIST}?search=training+borders").text


# chips


def chips(page) -> dict[str, str]:
    return dict(re.findall(r'<a class="chip"[^>]*>([^<]+) <span class="n">([^<]+)</span>', page.text))


def test_chips_count_what_one_may_see_and_nothing_else(cast, desk, works):
    seen = chips(desk(cast.leader).open(LIST))
    assert {name: seen.get(name) for name in ("active", "planned", "completed", "suspended", "cancelled")} == {
        "active": "3", "planned": "2", "completed": "1", "suspended": None, "cancelled": None,
    }  # fmt: skip
    assert seen.get("Cybercrime") in (None, "1")
    assert chips(desk(cast.liaison).open(LIST))["suspended"] == "1"
    assert chips(desk(cast.officer2).open(LIST))["cancelled"] == "1"


def test_a_chip_counts_under_every_other_filter_but_not_its_own(cast, desk, works):
    seen = chips(desk(cast.officer2).open(f"{LIST}?status=active"))
    assert (seen["planned"], seen["completed"]) == ("2", "1")
    narrowed = chips(desk(cast.officer2).open(f"{LIST}?search=formacion&status=active"))
    assert narrowed.get("planned") in (None, "1")
    assert "completed" not in narrowed


def test_a_chip_that_is_set_is_taken_off_with_one_click(cast, desk, works):
    page = desk(cast.officer2).open(f"{LIST}?status=active&crime_area=cybercrime&ordering=title&period=2026-Q4")
    assert titles(page) == ["Training of port officers"]
    off = re.findall(r'<a class="chip on" href="([^"]*)">Status: active', page.text)
    assert off == ["?crime_area=cybercrime&amp;ordering=title&amp;period=2026-Q4"]


def test_the_count_of_the_list_leaks_nothing(cast, desk, works):
    assert "6 initiatives have been logged" in desk(cast.leader).open(LIST).text
    assert "CANARY" not in desk(cast.leader).open(f"{LIST}?search=canary").text.replace("search=canary", "")
    assert found(desk, cast.leader, "search=secret") == []
    assert found(desk, cast.leader, "status=cancelled") == []


def test_a_draft_plan_is_no_chip_for_those_who_do_not_write_plans(cast, desk, works):
    result = ExpectedResult.objects.create(aim=cast.draft_aim, number=1, text=said("CANARY result"))
    Contribution.objects.filter(initiative=works[0]).update(expected_result=result)
    page = desk(cast.leader).open(f"{LIST}?columns=results,bureau")
    assert "CANARY" not in page.text
    assert "CANARY draft aim" in desk(cast.officer).open(LIST).text


# order, columns, pages


@pytest.mark.parametrize(
    "ordering", ["title", "-title", "code", "-code", "ends_on", "-ends_on", "updated_at", "-updated_at", "bureau"]
)
def test_every_order_turns_its_pages_without_losing_a_row(cast, desk, works, monkeypatch, ordering):
    monkeypatch.setattr("dashboard.finding.PAGE", 2)
    page, seen = desk(cast.officer2).open(f"{LIST}?ordering={ordering}&status=active&status="), []
    while True:
        seen += titles(page)
        onward = re.findall(r'href="(\?[^"]*)" rel="next"', page.text)
        if not onward:
            break
        page.open(LIST + onward[0].replace("&amp;", "&"))
    assert len(seen) == len(set(seen)) == 8


def test_headings_say_how_the_list_is_sorted(cast, desk, works):
    text = desk(cast.leader).open(f"{LIST}?ordering=-title").text
    assert text.count('aria-sort="descending"') == 1
    assert 'aria-sort="none"' in text
    assert "ordering=title" in text


def test_an_order_or_a_cursor_that_is_none_is_refused(cast, desk, works):
    for question in ("ordering=budget_eur", "cursor=x", "cursor=x:y"):
        assert desk(cast.leader).open(f"{LIST}?{question}").status == 400


def test_columns_are_chosen_and_stay_in_the_address(cast, desk, works):
    page = desk(cast.leader).open(f"{LIST}?columns=crime_areas&columns=results&search=training")
    heads = re.findall(r'<th scope="col"[^>]*>(?:<a[^>]*>)?([^<]+)', page.text)
    assert heads == ["Initiative", "Contributes to", "Crime areas"]
    assert "Cybercrime" in page.text
    assert "columns=crime_areas&amp;columns=results" in re.findall(r'class="csv" href="([^"]*)"', page.text)[0]


def test_the_list_asks_as_often_at_any_length_and_with_any_columns(cast, desk, django_assert_max_num_queries):
    make_initiative(cast, "other")
    page = desk(cast.officer).open(LIST).open(LIST)
    for number in range(30):
        make_initiative(cast, "other", title=f"Work {number}")
    with django_assert_max_num_queries(12):
        page.open(f"{LIST}?columns=bureau,region,status,days,delivery,results,crime_areas,capabilities,handling,updated")
    with django_assert_max_num_queries(12):
        page.open(f"{LIST}?search=work&status=active")


# files


def rows_of(desk, person, question=""):
    page = desk(person)
    answer = page.client.get(f"{LIST}table.csv?{question}")
    text = b"".join(answer.streaming_content).decode("utf-8-sig") if answer.streaming else answer.content.decode()
    return answer, list(csv.DictReader(io.StringIO(text)))


def test_all_lines_of_the_file_end_alike(cast, desk, works):
    text = b"".join(desk(cast.leader).client.get(f"{LIST}table.csv").streaming_content)
    assert text.count(b"\n") > 1 and text.endswith(b"\n") and b"\r" not in text


def test_the_file_holds_what_the_list_was_asked_for_within_access(cast, desk, works):
    answer, rows = rows_of(desk, cast.leader, "status=active&ordering=title&columns=bureau&cursor=")
    assert answer["Content-Type"].startswith("text/csv")
    assert [row["title"] for row in rows] == sorted(row["title"] for row in rows)
    assert {row["status"] for row in rows} == {"active"}
    assert len(rows) == 3
    _answer, everything = rows_of(desk, cast.leader)
    assert len(everything) == 6
    assert not any("CANARY" in "".join(row.values()) for row in everything)
    assert any("CANARY" in row["title"] for row in rows_of(desk, cast.officer2)[1])


def test_no_cell_of_the_file_is_a_formula(cast, desk):
    make_initiative(cast, "other", title="=HYPERLINK(1)", summary="+1+2")
    [row] = rows_of(desk, cast.leader)[1]
    assert (row["title"], row["summary"]) == ("'=HYPERLINK(1)", "'+1+2")


@pytest.mark.parametrize("ask", ["", "status=planned"])
def test_the_file_says_every_cell_as_it_was_typed(cast, desk, ask):
    """Commas, quotes, lines and Arabic; numbers stay numbers, and only what a spreadsheet would run gets its mark."""
    words = ['a, b; "c"', "one\ntwo", "شبكة", "-5", "+1.25", "50%", "it's", "'quoted"]
    live = ["-1+1", "@SUM(1)", "\tx", "-inf", "+", "=1"]
    for title in (*words, *live):
        make_initiative(cast, "other", title=title, summary=title, status="planned")
    rows = rows_of(desk, cast.leader, ask)[1]
    assert {row["title"] for row in rows} == {row["summary"] for row in rows} == {*words, *(f"'{one}" for one in live)}
    assert {row["delivery_percent"] for row in rows} == {""}


def test_a_file_is_each_readers_own_however_often_it_was_taken(cast, desk, works):
    for person, seen in ((cast.officer2, True), (cast.leader, False), (cast.officer2, True)):
        assert any("CANARY" in row["title"] for row in rows_of(desk, person)[1]) is seen
    assert rows_of(desk, cast.leader, "ordering=nonsense")[0].status_code == 400


def test_a_file_of_nothing_has_its_heading_and_a_bad_question_is_refused(cast, desk):
    assert rows_of(desk, cast.leader, "search=nothing")[1] == []
    assert rows_of(desk, cast.leader, "status=nonsense")[0].status_code == 400


def sheet_of(desk, person, question="", language="en"):
    answer = desk(person, language).client.get(f"{LIST}table.xlsx?{question}")
    assert answer.status_code == 200, answer.content[:300]
    return load_workbook(io.BytesIO(answer.content)).active


def test_the_workbook_holds_the_columns_of_the_page_in_typed_cells_within_access(cast, desk, works):
    sheet = sheet_of(desk, cast.leader, "status=active&ordering=title&columns=bureau,days,results,updated")
    head, *rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert head == ["Code", "Title", "Bureau", "First day", "Last day", "Contributes to", "Changed"]
    assert len(rows) == 3
    assert [row[1] for row in rows] == sorted(row[1] for row in rows)
    assert {type(row[3]) for row in rows} == {datetime.datetime}
    assert sheet["D2"].number_format == "yyyy-mm-dd"
    everything = [[cell.value for cell in row] for row in sheet_of(desk, cast.leader).iter_rows(min_row=2)]
    assert len(everything) == 6
    assert not any("CANARY" in str(row) for row in everything)
    assert AuditRecord.objects.filter(action="data.exported", actor_id=cast.leader.pk).count() == 2


def test_no_cell_of_the_workbook_is_a_formula(cast, desk):
    make_initiative(cast, "other", title="=HYPERLINK(1)\x07")
    cell = sheet_of(desk, cast.leader)["B2"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == ("=HYPERLINK(1)", "s", True)


def test_the_workbook_is_in_the_readers_language_and_direction(cast, desk, works):
    sheet = sheet_of(desk, cast.leader, language="ar")
    assert sheet.sheet_view.rightToLeft
    assert sheet["A1"].value != "Code"


def test_a_list_that_is_too_long_for_a_workbook_is_refused_with_the_way_out(cast, desk, works, monkeypatch):
    monkeypatch.setattr(finding_sheet, "MOST_ROWS", 2)
    answer = desk(cast.leader).client.get(f"{LIST}table.xlsx")
    assert answer.status_code == 400
    assert "take it as CSV" in answer.content.decode()
    assert desk(cast.leader).client.get(f"{LIST}table.xlsx?status=nonsense").status_code == 400


# saved views


def test_a_list_is_saved_under_a_name_and_taken_away(cast, desk, works):
    page = desk(cast.leader).open(f"{LIST}?status=active&ordering=title&cursor=")
    page.press(page.form("views").fill(name="Under way"))
    assert "The view Under way is saved." in page.text
    assert titles(page)[0] == "Formation des équipes"
    assert SavedView.objects.get().query == "status=active&ordering=title"
    assert "Under way" not in desk(cast.officer).open(LIST).text
    page.press(page.form("remove"))
    assert not SavedView.objects.exists()


def test_officers_share_a_view_with_everyone(cast, desk, works):
    page = desk(cast.officer).open(f"{LIST}?status=planned")
    page.press(page.form("views").fill(name="To come", shared="1"))
    assert "To come" in desk(cast.liaison).open(LIST).text
    stranger = desk(cast.liaison).open(LIST)
    assert stranger.client.post(f"{LIST}views/{SavedView.objects.get().pk}/remove/").status_code == 404
    assert stranger.client.post(f"{LIST}views/", {"name": "Mine", "shared": "1"}).status_code == 403


def test_a_view_without_a_name_is_not_saved_and_the_list_stays(cast, desk, works):
    page = desk(cast.leader).open(f"{LIST}?status=active")
    page.press(page.form("views").fill(name=" "))
    assert "Give the view a name." in page.text
    assert len(titles(page)) == 3


def test_only_titles_and_summaries_are_searched(cast, desk, works):
    assert Initiative.objects.filter(title__contains="CANARY").count() == 2
    assert found(desk, cast.officer, "search=xb") == []
