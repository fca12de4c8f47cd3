"""Sign-in, the session that ends while one types, and what a person decides about themselves."""

import pytest

from accounts.models import User
from core.models import AuditRecord
from initiatives.models import Update
from tests.cast import PASSWORD, make_update
from tests.pages.conftest import address


def sign_in(page, email, password=PASSWORD):
    return page.press(page.form("sign-in").fill(username=email, password=password))


def test_the_right_pair_opens_the_page_that_was_asked_for(cast, desk):
    page = sign_in(desk().open("/my-reporting/"), "liaison2@test.invalid")
    assert page.path == "/my-reporting/"
    assert page.status == 200


@pytest.mark.parametrize("email", ["liaison2@test.invalid", "nobody@test.invalid", "gone@test.invalid"])
def test_a_wrong_pair_gets_one_answer_whoever_it_is(cast, desk, email):
    page = sign_in(desk().open("/sign-in/"), email, "wrong")
    assert "This e-mail address and password do not belong together." in page.text
    assert page.form("sign-in").value("username") == email


def test_capitals_in_an_address_do_not_matter(cast, desk):
    assert "NCB other" in sign_in(desk().open("/my-reporting/"), "Liaison2@Test.Invalid").text


def test_nobody_is_sent_to_another_site(cast, desk):
    page = desk()
    page.open("/sign-in/?next=https://elsewhere.invalid/")
    page.press(page.form("sign-in").fill(username="liaison2@test.invalid", password=PASSWORD))
    assert all("elsewhere" not in url for url, _status in page.answer.redirect_chain)


def test_the_demonstrations_accounts_are_listed_only_there(cast, desk, settings):
    assert "officer@demo.invalid" in desk().open("/sign-in/").text
    settings.DEMO = False
    assert "@demo.invalid" not in desk().open("/sign-in/").text


def test_signing_out_needs_a_press(cast, desk):
    page = desk(cast.liaison2).open("/my-reporting/")
    assert page.client.get("/sign-out/")["Location"] == "/"
    assert page.open("/my-reporting/").path == "/my-reporting/"
    page.press(page.form("sign-out"))
    assert page.open("/my-reporting/").path == "/sign-in/"


@pytest.mark.parametrize(
    ("alone", "around"),
    [
        ("/initiatives/change/", "/initiatives/"), ("/reports/generate/", "/reports/"), ("/review/7/validate/", "/review/7/"),
        ("/profile/sessions/end-others/", "/profile/"), ("/reporting/remind/?period=2026-Q4", "/reporting/"),
    ],
)  # fmt: skip
def test_an_address_that_only_takes_forms_leads_to_its_page_and_never_to_an_empty_one(cast, desk, alone, around):
    answer = desk(cast.officer).client.get(alone)
    assert (answer.status_code, answer["Location"]) == (302, around)


def test_what_was_typed_when_the_session_had_ended_is_saved_after_signing_in_again(cast, desk, work):
    page = desk(cast.liaison2).open(address(work))
    form = page.form("updates").fill(achieved="Typed for\nhalf an hour")
    page.client.logout()
    page.press(form, "act", "save")
    assert page.status == 401
    assert "What you typed is kept" in page.text
    sign_in(page, "liaison2@test.invalid", "wrong first")
    sign_in(page, "liaison2@test.invalid")
    assert "still here" in page.text
    page.press(page.form("updates"))
    assert Update.objects.get().achieved.split() == ["Typed", "for", "half", "an", "hour"]
    assert page.path == address(work)


def test_what_comes_back_meets_a_later_version_as_a_conflict(cast, desk, work):
    make_update(cast, work, "draft")
    page = desk(cast.liaison2).open(address(work))
    form = page.form("updates").fill(achieved="Mine, from before")
    page.client.logout()
    page.press(form, "act", "save")
    Update.objects.update(version=9, achieved="Theirs, meanwhile")
    sign_in(page, "liaison2@test.invalid")
    page.press(page.form("updates"))
    assert page.status == 409
    assert "Mine, from before" in page.text
    assert "Theirs, meanwhile" in page.text


def test_somebody_else_signing_in_gets_no_right_by_it(cast, desk, work):
    page = desk(cast.liaison2).open(address(work))
    form = page.form("updates").fill(achieved="Mine")
    page.client.logout()
    page.press(form, "act", "save")
    sign_in(page, "liaison@test.invalid")
    page.press(page.form("updates"))
    assert page.status == 403
    assert not Update.objects.exists()


def test_a_chosen_language_follows_the_person(cast, desk):
    page = desk(cast.liaison2).open("/my-reporting/")
    page.press(page.form("setlang"), "language", "ar")
    assert 'dir="rtl"' in page.text
    assert User.objects.get(pk=cast.liaison2.pk).language == "ar"


def test_preferences_are_kept_and_leave_a_trace(cast, desk):
    page = desk(cast.liaison2).open("/profile/")
    page.press(page.form("profile").fill(language="fr", time_zone="Africa/Dakar"))
    kept = User.objects.get(pk=cast.liaison2.pk)
    assert (kept.language, kept.time_zone) == ("fr", "Africa/Dakar")
    assert AuditRecord.objects.filter(action="person.preferences_set").count() == 1


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "../etc"])
def test_a_zone_that_is_none_is_refused_beside_its_field(cast, desk, zone):
    page = desk(cast.liaison2).open("/profile/")
    page.press(page.form("profile").fill(time_zone=zone))
    assert page.status == 400
    assert "field-time_zone" in page.text


def test_the_password_changes_for_who_knows_it_and_ends_other_sessions(cast, desk):
    elsewhere = desk(cast.liaison2).open("/my-reporting/")
    page = desk(cast.liaison2).open("/profile/password/")
    page.press(page.form("password").fill(present="wrong", new="a much longer phrase than before"))
    assert "This is not your present password." in page.text
    page.press(page.form("password").fill(present=PASSWORD, new="a much longer phrase than before"))
    assert page.path == "/profile/"
    assert elsewhere.open("/my-reporting/").path == "/sign-in/"


def test_a_weak_password_is_refused_beside_its_field(cast, desk):
    page = desk(cast.liaison2).open("/profile/password/")
    page.press(page.form("password").fill(present=PASSWORD, new="short"))
    assert page.status == 400
    assert User.objects.get(pk=cast.liaison2.pk).check_password(PASSWORD)


@pytest.fixture
def old_page(cast, desk, work):
    """A form that was opened before signing out and in again in another window, with a client that checks tokens."""
    from django.test import Client

    page = desk()
    page.client = Client(enforce_csrf_checks=True)
    page.client.force_login(cast.liaison2)
    page.open(address(work))
    form = page.form("updates").fill(achieved="Typed in the old page")
    page.client.cookies["csrf"] = "a" * 32
    return page, form


def test_a_form_with_an_old_token_is_handed_back_to_who_sent_it(old_page):
    page, form = old_page
    page.answer = page.client.post(form.action, dict(form.fields), headers={"origin": "http://testserver"})
    assert page.status == 403
    assert not Update.objects.exists()
    back = page.form("updates")
    assert back.value("achieved") == "Typed in the old page"
    page.answer = page.client.post(back.action, dict(back.fields), headers={"origin": "http://testserver"})
    assert Update.objects.get().achieved == "Typed in the old page"


@pytest.mark.parametrize("origin", ["https://elsewhere.invalid", "null", ""])
def test_what_another_site_sends_is_not_handed_back(old_page, origin):
    page, form = old_page
    page.answer = page.client.post(form.action, dict(form.fields), headers={"origin": origin} if origin else {})
    assert page.status == 403
    assert "Typed in the old page" not in page.text
    assert not Update.objects.exists()


def test_guessing_is_paused_and_says_for_how_long(cast, desk):
    page = desk().open("/sign-in/")
    for _guess in range(10):
        sign_in(desk().open("/sign-in/"), "liaison2@test.invalid", "wrong")
    page = sign_in(desk().open("/sign-in/"), "liaison2@test.invalid")
    assert page.status == 429
    assert page.answer["Retry-After"] == "1800"


def test_a_token_is_shown_once_works_and_can_be_ended(cast, desk):
    page = desk(cast.liaison2).open("/profile/tokens/")
    page.press(page.form("tokens").fill(days="30"))
    text = page.text.split('id="token">')[1].split("<")[0]
    assert text not in page.open("/profile/tokens/").text
    program = desk().client
    assert program.get("/api/v1/me/", headers={"authorization": f"Token {text}"}).status_code == 200
    page.press(page.form("/end/"))
    assert program.get("/api/v1/me/", headers={"authorization": f"Token {text}"}).status_code == 401


@pytest.mark.parametrize("days", ["0", "366", "many", ""])
def test_a_token_that_lasts_too_long_is_refused_beside_its_field(cast, desk, days):
    page = desk(cast.liaison2).open("/profile/tokens/")
    page.press(page.form("tokens").fill(days=days))
    assert page.status == 400
    assert "You have no token." in page.text


def test_nobody_ends_somebody_elses_token(cast, desk):
    page = desk(cast.liaison2).open("/profile/tokens/")
    page.press(page.form("tokens"))
    key = page.form("/end/").action.split("/")[-3]
    assert desk(cast.liaison).client.post(f"/profile/tokens/{key}/end/").status_code == 404


@pytest.mark.parametrize(
    ("part", "holding", "typed"),
    [
        ("/administration/plans/new/", "plans/new", {"title": "Typed for half an hour"}),
        ("/administration/texts/strategy/{draft}/mandate/", "texts", {"words": "Typed for half an hour"}),
        ("/administration/translations/aim/{aim}/title/fr/", "translations", {"words": "Typed for half an hour"}),
        ("/administration/crosswalk/?from=draft-plan&to=framework", "crosswalk", {"note": "Typed for half an hour"}),
        ("/reporting/schedule/", "schedule", {"reason": "Typed for half an hour"}),
    ],
)
def test_no_officers_form_loses_words_to_a_session_that_ended(cast, desk, part, holding, typed):
    page = desk(cast.officer).open(part.format(draft=cast.draft_plan.pk, aim=cast.aim.pk))
    form = page.form(holding).fill(**typed)
    page.client.logout()
    page.press(form)
    assert page.status == 401
    sign_in(page, "officer@test.invalid")
    assert "still here" in page.text and "Typed for half an hour" in page.text


def test_a_password_is_never_written_into_a_page(cast, desk):
    page = desk(cast.officer).open("/profile/password/")
    form = page.form("password").fill(present="four secret words", new="five other secret words")
    page.client.logout()
    page.press(form)
    assert page.path == "/sign-in/" and "secret words" not in page.text


def test_a_script_that_sends_without_a_session_is_sent_to_the_sign_in(cast, desk):
    answer = desk().client.post("/review/7/validate/", {"version": "1"}, headers={"sec-fetch-mode": "cors"})
    assert (answer.status_code, answer["Location"]) == (302, "/sign-in/?next=/review/7/validate/")
