"""The form of an update, sentence by sentence of what bureaus were promised, in French and Arabic, narrow and wide."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from accounts.models import OpenSession
from initiatives.models import Initiative, Update, UpdateValue
from tests.browser.served import NARROW, WIDE
from tests.demonstration import PASSWORD

pytestmark = pytest.mark.browser
LOOKS = [("fr", NARROW, True), ("ar", WIDE, True), ("ar", NARROW, False)]


def untouched(story, place: int) -> Initiative:
    """Work that owes an update nobody has begun, and that said something last time."""
    owed = Initiative.objects.filter(lead_bureau=story.people["liaison"].bureau, status="active").running_in(story.period)
    told = owed.filter(updates__state="validated", updates__values__state="reported").exclude(updates__period=story.period)
    found = list(told.distinct().order_by("code"))
    if not found:
        pytest.skip("every piece of work of the bureau has been begun")
    return found[place % len(found)]


def begun(story) -> Initiative:
    """Work whose update may be written on: a draft, or one that came back."""
    return story.update_of("liaison", "draft", "returned").initiative


def last_values(work):
    last = work.updates.filter(state="validated").latest("period__start_on")
    return list(UpdateValue.objects.filter(update=last, state="reported").select_related("indicator"))


@pytest.mark.parametrize("look", LOOKS)
def test_nothing_is_refused_that_is_only_odd_and_nothing_sent_that_is_not_whole(opened, story, look):
    language, width, javascript = look
    work = untouched(story, LOOKS.index(look))
    page = opened("liaison", f"/updates/{work.code}/{story.period.code}/?way=all", language=language, width=width,
                  javascript=javascript, may_complain=True)  # fmt: skip
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator(".before").count() >= 3, "last time's answers stand beside the fields"
    values = last_values(work)
    for one in values:  # the very same as last time is questioned, and kept
        for part in ("value", "numerator", "denominator"):
            field = page.locator(f"input[name='values.{one.indicator_id}.{part}'][type=text]")
            if field.count() and getattr(one, part) is not None:
                field.fill(format(getattr(one, part).normalize(), "f"))
    page.fill("[name=achieved]", "Vingt agents formés" if language == "fr" else "تدريب عشرين ضابطًا")
    page.fill("[name=delivery_percent]", "50" if language == "fr" else "٥٠")
    page.check("input[name=delivery_status][value=off_track]")
    page.locator("button[name=act][value=check]").last.click()
    page.wait_for_url("**/check/")
    assert page.locator("form[action$='/send/'] .stay button").is_disabled(), "off track needs its reason"
    page.goto(f"/updates/{work.code}/{story.period.code}/?way=all")
    page.fill("[name=off_track_reason]", "Retard" if language == "fr" else "تأخير")
    page.locator("button[name=act][value=check]").last.click()
    page.wait_for_url("**/check/")
    doubts = page.locator("input[type=checkbox][name^='confirm.']")
    numbers = [one for one in values if one.indicator.kind not in ("milestone", "ordinal", "maintain") and one.value]
    assert doubts.count() >= (1 if numbers else 0), "the same value as last time is questioned"
    for place in range(doubts.count()):
        doubts.nth(place).check()
    missing = page.locator("form[action$='/send/'] .stay button").is_disabled()
    if not missing:
        page.locator("form[action$='/send/'] .stay button").click()
        assert page.url.endswith("/sent/"), page.locator("main").inner_text()
    kept = Update.objects.get(initiative=work, period=story.period)
    assert kept.delivery_percent == 50
    assert kept.state == ("draft" if missing else "submitted")


def test_a_session_that_ended_while_typing_hands_the_words_back_after_signing_in(opened, story):
    work = begun(story)
    path = f"/updates/{work.code}/{story.period.code}/"
    page = opened("", "/sign-in/?next=" + path + "%3Fway%3Dall", may_complain=True, language="fr", width=NARROW)
    page.fill("input[name=username]", "liaison@demo.invalid")
    page.fill("input[name=password]", PASSWORD)
    page.locator("main form .button").first.click()
    page.wait_for_url("**/updates/**")
    key = next(one["value"] for one in page.context.cookies() if "session" in one["name"])
    OpenSession.objects.filter(session_key=key).delete()
    page.fill("[name=obstacle]", "Écrit pendant que la session prenait fin")
    page.locator("#id_achieved").focus()
    expect(page.locator("[data-saved]")).to_have_class(re.compile("failed"))
    page.locator("button[name=act][value=save]").last.click()
    page.fill("input[name=username]", "liaison@demo.invalid")
    page.fill("input[name=password]", PASSWORD)
    page.locator("main form .button").first.click()
    page.locator("main form button").first.click()
    page.wait_for_url("**/updates/**")
    expect(page.locator("[name=obstacle]")).to_have_value("Écrit pendant que la session prenait fin")
    assert Update.objects.filter(initiative=work, obstacle__startswith="Écrit pendant").exists()


def test_what_is_typed_while_the_line_is_down_is_there_when_it_returns(opened, story):
    work = begun(story)
    page = opened("liaison", f"/updates/{work.code}/{story.period.code}/?way=all", may_complain=True, language="ar", width=NARROW)
    page.context.set_offline(True)
    page.fill("[name=next_steps]", "كُتب والخط مقطوع")
    page.locator("#id_achieved").focus()
    expect(page.locator("[data-saved]")).to_have_class(re.compile("failed"))
    page.context.set_offline(False)
    expect(page.locator("[data-saved]")).to_have_text(re.compile(r"\d\d:\d\d"))
    page.reload()
    expect(page.locator("[name=next_steps]")).to_have_value("كُتب والخط مقطوع")
