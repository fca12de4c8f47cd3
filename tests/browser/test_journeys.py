"""The paths that people walk, in Chromium, with their clicks counted against the budgets of the design."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.urls import reverse

from initiatives.choices import UpdateState
from initiatives.models import Initiative, Update, UpdateValue
from tests.browser.served import NARROW, WIDE

pytestmark = pytest.mark.browser
LOOKS = [("en", WIDE, True), ("ar", NARROW, True), ("en", NARROW, False), ("ar", WIDE, False)]
MOST_CLICKS = {"send": 5, "download": 1, "download in another language": 2, "raw values": 3}


def a_little_more(work) -> dict[str, str]:
    """A little more than the last validated update said, by the names of the fields: the very same is questioned."""
    before = UpdateValue.objects.filter(update=work.updates.filter(state="validated").latest("period__start_on"))
    return {
        f"values.{one.indicator_id}.{part}": format((value + 1).normalize(), "f")
        for one in before for part in ("value", "numerator", "denominator")
        if (value := getattr(one, part)) is not None
    }  # fmt: skip


def fill_in(page, words: str, values: dict[str, str]) -> None:
    """The words, and every value that is asked for as it was last time."""
    for name in ("achieved", "next_steps"):
        page.fill(f"[name={name}]", words)
    page.fill("[name=delivery_percent]", page.input_value("[name=delivery_percent]") or "50")
    page.locator("[name=delivery_status]").first.evaluate("one => one.tagName") == "SELECT" and page.select_option(
        "[name=delivery_status]", "on_track"
    )
    if page.locator("input[type=radio][name=delivery_status][value=on_track]").count():
        page.check("input[name=delivery_status][value=on_track]")
    for field in page.locator("input[name^='values.']:not([type=hidden]):not([type=radio]):not([type=date])").all():
        if field.is_visible() and field.is_editable() and not field.input_value():
            field.fill(values.get(field.get_attribute("name"), "12"))


@pytest.mark.parametrize("look", LOOKS[:3])
def test_a_liaison_sends_the_quarter_s_update_in_few_clicks(opened, story, look):
    language, width, javascript = look
    owed = Initiative.objects.filter(lead_bureau=story.people["liaison"].bureau, status="active").running_in(
        story.period
    )
    work = owed.exclude(updates__period=story.period).order_by("code").first()
    page, clicks = opened("liaison", "/", language=language, width=width, javascript=javascript), 0
    page.locator(f"main a[href*='/updates/{work.code}/{story.period.code}/']").first.click()
    clicks += 1
    fill_in(page, "تدريب" if language == "ar" else "Training", a_little_more(work))
    page.locator("button[name=act][value=check]").last.click()
    clicks += 1
    page.wait_for_url("**/check/")  # the press may have to wait for words that are already on their way
    doubts = page.locator("input[type=checkbox][name^='confirm.']").all()
    asked = page.locator("main").inner_text()
    for doubt in doubts:
        doubt.check()
        clicks += 1
    page.locator("form[action$='/send/'] button").last.click()
    clicks += 1
    assert page.url.endswith("/sent/"), page.locator("main").inner_text()
    assert clicks <= MOST_CLICKS["send"], asked
    made = Update.objects.get(initiative=work, period=story.period)
    assert made.state == UpdateState.SUBMITTED and made.achieved in ("تدريب", "Training")


def waiting(story) -> int:
    return Update.objects.visible_to(story.people["officer"]).waiting().count()


def test_an_officer_validates_by_keyboard_and_the_next_one_comes_by_itself(opened, story):
    page = opened("officer", "/")
    page.locator("main a.button").first.click()
    page.wait_for_load_state("load")
    page.keyboard.press("j")
    page.wait_for_url(re.compile(r"/review/\d+/"))
    before, seen = waiting(story), set()
    for _turn in range(3):
        if page.locator("button[data-key=v]").is_disabled():
            page.keyboard.press("j")
        seen.add(page.url)
        with page.expect_navigation():
            page.keyboard.press("v")
        assert page.url not in seen
    assert waiting(story) == before - 3


def test_a_bulk_choice_works_without_javascript(opened, story):
    page, before = opened("officer", "/review/", javascript=False), waiting(story)
    page.locator("input[name=chosen]").first.check()
    page.locator("form[action$='/review/validate/'] button").last.click()
    page.locator("main form button").last.click()
    assert waiting(story) == before - 1


def test_an_officer_validates_the_clean_ones_in_bulk(opened, story):
    page, before = opened("officer", "/review/?show=clean"), waiting(story)
    chosen = page.locator("input[name=chosen]").count()
    assert chosen, "the demonstration has nothing clean to validate"
    page.locator("[data-select-all]").check()
    button = page.locator("[data-count-label], [data-count-one]").first
    assert str(chosen) in button.inner_text()
    button.click()
    page.locator("main form button").last.click()
    assert waiting(story) == before - chosen


@pytest.mark.parametrize("look", LOOKS)
def test_a_leader_has_the_latest_report_in_one_click(opened, look):
    language, width, javascript = look
    page = opened("leader", "/", language=language, width=width, javascript=javascript)
    with page.expect_download() as started:
        page.locator("main .acts a.button").first.click()
    got = started.value
    assert got.suggested_filename.endswith(f"-{language}.pdf")
    assert Path(got.path()).read_bytes().startswith(b"%PDF-")


def test_a_leader_has_it_in_another_language_in_two(opened):
    page = opened("leader", "/")
    page.locator("main .acts a[href='/reports/']").click()
    with page.expect_download() as started:
        page.locator("main a[hreflang=fr][href$='/pdf/']").first.click()
    assert started.value.suggested_filename.endswith("-fr.pdf")


@pytest.mark.parametrize("look", LOOKS)
def test_why_is_goal_2_amber(opened, story, look):
    language, width, javascript = look
    page = opened("leader", "/", language=language, width=width, javascript=javascript)
    page.locator(".tile a[href$='/2/']").click()
    assert page.locator("h1 + p, .lead p").first.inner_text().strip()
    page.locator(f"main a[href='{reverse('dashboard:indicator', args=[story.indicator.code])}']").first.click()
    page.locator("main a[href*='/explain/']").first.click()
    answers = page.locator("#answers ~ .scroll tbody tr, section[aria-labelledby=answers] tbody tr")
    assert answers.count() > 0
    assert page.locator("section[aria-labelledby=steps] tbody tr").count() > 2


def test_an_auditor_reads_who_changed_what(opened):
    page = opened("auditor", "/")
    page.locator("details.menu summary").last.click()
    page.locator("details.menu a[href='/history/']").click()
    assert page.locator("main tbody tr, main ol.history li").count() >= 20
    first = page.url
    page.locator("main a[href*='before=']").last.click()
    assert page.url != first and page.locator("main tbody tr, main ol.history li").count() >= 20


@pytest.mark.parametrize("who", ["liaison", "officer", "leader"])
def test_signing_in_and_out_needs_no_javascript(opened, who):
    page = opened("", "/strategy/", javascript=False)
    assert "/sign-in/" in page.url
    page.fill("input[name=username]", f"{who}@demo.invalid")
    from tests.demonstration import PASSWORD

    page.fill("input[name=password]", PASSWORD)
    page.locator("main form .button").first.click()
    assert page.url.endswith("/strategy/")
    page.locator("details.menu summary").last.click()
    page.locator("form[action='/sign-out/'] button").click()
    page.goto("/strategy/")
    assert "/sign-in/" in page.url
