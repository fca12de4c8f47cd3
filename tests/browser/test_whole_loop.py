"""From a bureau's first word to the leader's document: one number, the same on every step of the way."""

from __future__ import annotations

import time

import pytest

from core.formats import number
from initiatives.models import Initiative, Update
from outcomes.models import RollUp
from tests.pdf_words import words_of

pytestmark = pytest.mark.browser
SAID, MADE_WITHIN = 37, 120


def total(story):
    rows = RollUp.objects.filter(node_type="indicator", node_id=story.indicator.pk, bureau=None, measure="results")
    return rows.get(period=story.period).actual


def test_from_first_word_to_the_leader_s_document(opened, served, story, tmp_path):
    before, indicator = total(story), story.indicator
    code = log_an_initiative(opened("liaison", "/initiatives/new/"), story)
    send_an_update(opened("liaison", "/"), story, code, tmp_path)
    assert total(story) == before, "what nobody validated moves nothing"
    update = Update.objects.get(initiative__code=code)

    page = opened("officer", f"/review/{update.pk}/")
    page.locator("button[data-key=v]").click()
    after = total(story)
    assert after == before + SAID

    page = opened("leader", f"/indicators/{indicator.code}/?period={story.period.code}")
    assert number(after, indicator.decimals, language="en") in page.locator("main").inner_text()
    page.locator("main a[href*='/explain/']").first.click()
    assert code in page.locator("section[aria-labelledby=answers]").inner_text()

    served.start_worker()
    make_the_report(opened("officer", "/reports/"), story)
    page = opened("leader", "/reports/")
    made = page.locator("tr", has_text=story.period.code).first
    assert "interim" in made.inner_text(), "its period still runs"
    with page.expect_download() as started:
        made.locator("a[hreflang=en]").click()
    drawn = tmp_path / "report.pdf"
    started.value.save_as(drawn)
    assert story.period.code in started.value.suggested_filename
    text = words_of(drawn.read_bytes(), "-layout")
    line = next((one for one in text.splitlines() if indicator.code in one), "")
    assert number(after, indicator.decimals, language="en") in text, line


def log_an_initiative(page, story) -> str:
    known = set(Initiative.objects.values_list("code", flat=True))
    page.fill("[name=title]", "Joint patrols")
    page.fill("[name=summary]", "Patrols of two bureaus at sea.")
    page.fill("[name=starts_on]", story.period.start_on.isoformat())
    page.fill("[name=ends_on]", f"{story.today.year + 1}-12-31")
    result = story.indicator.expected_result_id
    page.evaluate("document.querySelectorAll('main details').forEach((one) => { one.open = true })")
    page.fill(f"[name='shares.{result}']", "100")
    page.locator(
        f"[name=indicators][value='{story.indicator.pk}'], [name=indicators][value='{story.indicator.code}']"
    ).check()
    page.locator("main form .stay .button").first.click()
    made = Initiative.objects.exclude(code__in=known).get()
    assert made.code in page.locator("main").inner_text()
    return made.code


def send_an_update(page, story, code: str, folder) -> None:
    proof = folder / "patrols.txt"
    proof.write_text("Thirty-seven operations, day by day.")
    page.goto(f"/updates/{code}/{story.period.code}/")
    page.fill("[name=achieved]", "Thirty-seven operations")
    page.fill("[name=next_steps]", "Go on")
    page.fill("[name=delivery_percent]", "20")
    status = page.locator("[name=delivery_status]").first
    if status.evaluate("one => one.tagName") == "SELECT":
        status.select_option("on_track")
    else:
        page.check("[name=delivery_status][value=on_track]")
    page.fill(f"[name='values.{story.indicator.pk}.value']", str(SAID))
    page.set_input_files("[name=file]", proof)
    page.locator("button[name=act][value=add_file]").click()
    page.wait_for_url("**#files")
    assert "patrols.txt" in page.locator("main").inner_text()
    page.locator("button[name=act][value=check]").last.click()
    page.wait_for_url("**/check/")
    page.locator("form[action$='/send/'] button").last.click()
    assert page.url.endswith("/sent/"), page.locator("main").inner_text()


def make_the_report(page, story) -> None:
    kept = page.locator("[name=definition] option").evaluate_all("all => all.map((one) => one.value)")
    definition = story.edition.definition
    page.select_option("[name=definition]", str(definition.pk) if str(definition.pk) in kept else definition.code)
    field = page.locator("[name=period]").first
    if field.evaluate("one => one.tagName") == "SELECT":
        field.select_option(story.period.code)
    else:
        field.fill(story.period.code)
    page.locator("form[action='/reports/generate/'] button").last.click()
    deadline = time.monotonic() + MADE_WITHIN
    while time.monotonic() < deadline:
        if page.locator("main a[href*='/reports/']").filter(has_text="dition").count():
            return
        page.wait_for_timeout(1000)
        page.reload()
    raise AssertionError(page.locator("main").inner_text())
