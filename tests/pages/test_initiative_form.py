"""Logging and editing work: once however often it is sent, refused beside the field, nobody's change overwritten."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client

from initiatives.models import Initiative
from tests.cast import make_initiative, settle_in
from tests.moments import NOON


def filled(form, cast, **changes):
    form.fill(title="Cargo checks", starts_on="2026-10-01", ends_on="2027-06-30", **changes)
    return form.put(f"shares.{cast.result.pk}", changes.get("share", "60"))


def test_work_is_logged_with_its_shares_milestones_and_indicators(cast, desk):
    page = desk(cast.liaison2).open("/initiatives/new/")
    form = filled(page.form("new"), cast, indicators=[str(cast.indicator.pk)], partners=[str(cast.bureaus["own"].pk)])
    form.put("milestones.0.title", "First course").put("milestones.0.due_on", "2026-12-01")
    page.press(form.put("budget_eur", "12,500"))
    made = Initiative.objects.get()
    assert page.path == f"/initiatives/{made.code}/"
    assert made.lead_bureau == cast.bureaus["other"]
    assert made.budget_eur == 12500
    assert [one.share for one in made.contributions.all()] == [60]
    assert [one.title for one in made.milestones.all()] == ["First course"]
    assert list(made.indicators.all()) == [cast.indicator]
    assert list(made.partners.all()) == [cast.bureaus["own"]]


def test_sent_twice_it_is_one(cast, desk):
    page = desk(cast.liaison2).open("/initiatives/new/")
    form = filled(page.form("new"), cast)
    page.press(form)
    page.press(form)
    assert Initiative.objects.count() == 1
    assert page.status == 200


def test_the_same_form_sent_again_with_other_words_is_refused_and_they_are_kept(cast, desk):
    page = desk(cast.liaison2).open("/initiatives/new/")
    form = filled(page.form("new"), cast)
    page.press(form)
    page.press(form.fill(title="Other words"))
    assert page.status == 400
    assert page.form("new").value("title") == "Other words"
    assert Initiative.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("title", " ", "This field is required."),
        ("ends_on", "2026-01-01", "The last day is before the first."),
        ("ends_on", "2099-01-01", "The plan runs from"),
        ("starts_on", "soon", "Write the day as year-month-day"),
        ("share", "140", "A share is above 0 and at most 100 percent."),
        ("share", "much", "Write a number, in digits."),
        ("share", "", "Name at least one expected result"),
        ("budget_eur", "-5", "This number cannot be below zero."),
        ("milestones.0.due_on", "2026-12-01", "Give each milestone a title."),
        ("milestones.0.title", "No day", "Give the day that it is due on."),
        ("handling", "9", "Select a valid choice."),
        ("indicators", "999999", "Select a valid choice."),
    ],
)
def test_what_cannot_be_is_refused_and_what_was_typed_kept(cast, desk, field, typed, words):
    page = desk(cast.liaison2).open("/initiatives/new/")
    form = filled(page.form("new"), cast)
    page.press(form.put(f"shares.{cast.result.pk}" if field == "share" else field, typed))
    assert page.status == 400
    assert words in page.text.replace("&#x27;", "'")
    assert 'value="Cargo checks"' in page.text or field == "title"
    assert not Initiative.objects.exists()


def test_shares_over_100_are_refused_with_their_sum(cast, desk):
    from outcomes.models import ExpectedResult
    from tests.cast import said

    other = ExpectedResult.objects.create(aim=cast.aim, number=2, text=said("Another"))
    page = desk(cast.liaison2).open("/initiatives/new/")
    page.press(filled(page.form("new"), cast).put(f"shares.{other.pk}", "60"))
    assert "The shares add up to 120" in beside(page, f"shares.{other.pk}")
    assert beside(page, f"shares.{cast.result.pk}") == ""


def beside(page, name: str) -> str:
    """What the page says is wrong, in the block of that very field."""
    block = page.text.split(f'id="field-{name}"', 1)[1].split('id="field-', 1)[0]
    found = re.search(r'class="wrong-words"[^>]*>(.*?)</div>', block, re.S)
    return found[1].replace("&#x27;", "'") if found else ""


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("share", "140", "at most 100 percent"),
        ("share", "-1", "at most 100 percent"),
        ("share", "33.333", "Write at most 2 decimals."),
        ("starts_on", "2019-01-01", "The plan runs from"),
        ("budget_eur", "1" + "0" * 12, "Give a number below"),
        ("budget_eur", "0.001", "Write at most 2 decimals."),
        ("staff_fte", "100000", "Give a number below"),
        ("milestones.0.due_on", "2031-01-01", "within the initiative's time"),
        ("milestones.0.weight", "-1", "A weight is above 0 and at most 1000."),
        ("milestones.0.weight", "0", "A weight is above 0 and at most 1000."),
        ("milestones.0.weight", "10001", "A weight is above 0 and at most 1000."),
    ],
)
def test_the_reason_stands_beside_its_field(cast, desk, field, typed, words):
    page = desk(cast.liaison2).open("/initiatives/new/")
    form = filled(page.form("new"), cast)
    form.put("milestones.0.title", "First course").put("milestones.0.due_on", "2026-12-01")
    name = f"shares.{cast.result.pk}" if field == "share" else field
    page.press(form.put(name, typed))
    assert page.status == 400
    assert words in beside(page, name)
    assert page.form("new").value(name) == typed
    assert not Initiative.objects.exists()


def test_in_arabic_the_reason_is_arabic_and_its_days_are_in_words(cast, desk):
    page = desk(cast.liaison2, "ar").open("/initiatives/new/")
    page.press(filled(page.form("new"), cast).fill(ends_on="2099-01-01"))
    said = beside(page, "ends_on")
    assert "ديسمبر" in said and "2030-12-31" not in said


def test_a_milestone_after_the_end_of_the_work_is_refused_in_its_row(cast, desk):
    work = make_initiative(cast, "other")
    page = desk(cast.liaison2).open(f"/initiatives/{work.code}/edit/")
    late = work.ends_on + timedelta(days=1)
    page.press(page.form("edit").put("milestones.0.title", "Too late").put("milestones.0.due_on", late.isoformat()))
    assert "within the initiative's time" in beside(page, "milestones.0.due_on")


@pytest.mark.parametrize("part", ["officer", "leader", "auditor", "admin"])
def test_only_bureaus_log_work(cast, desk, part):
    assert desk(cast.people[part]).open("/initiatives/new/").status == 403


def test_only_the_leading_bureau_edits(cast, desk):
    work = make_initiative(cast, "other")
    assert desk(cast.liaison).open(f"/initiatives/{work.code}/edit/").status == 403
    hidden = make_initiative(cast, "other", 3)
    assert desk(cast.liaison).open(f"/initiatives/{hidden.code}/edit/").status == 404


def test_an_edit_changes_what_was_changed(cast, desk):
    work = make_initiative(cast, "other")
    page = desk(cast.liaison2).open(f"/initiatives/{work.code}/edit/")
    page.press(page.form("edit").fill(title="A better title"))
    work.refresh_from_db()
    assert (work.title, work.version) == ("A better title", 2)
    assert work.contributions.get().share == 100


def test_a_change_meanwhile_is_shown_and_chosen(cast, desk):
    work = make_initiative(cast, "other")
    page = desk(cast.liaison2).open(f"/initiatives/{work.code}/edit/")
    form = page.form("edit").fill(title="Mine")
    Initiative.objects.update(title="Theirs", version=7)
    page.press(form)
    assert page.status == 409
    assert "Mine" in page.text
    assert "Theirs" in page.text
    page.press(page.form("edit").put("pick.title", "mine"), "act", "save")
    work.refresh_from_db()
    assert work.title == "Mine"


@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_with_one_key_are_one():
    cast = settle_in(NOON.date(), with_work=False)
    data = {
        "key": "one-key", "title": "Cargo checks", "language": "en", "status": "active", "handling": "1",
        "starts_on": str(cast.plan.start_on), "ends_on": str(cast.plan.end_on), f"shares.{cast.result.pk}": "50",
    }  # fmt: skip

    def send(_number):
        client = Client()
        client.force_login(cast.liaison2)
        try:
            return client.post("/initiatives/new/", data).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(5) as pool:
        answers = list(pool.map(send, range(20)))
    assert set(answers) == {302}
    assert Initiative.objects.count() == 1
