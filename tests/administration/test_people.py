"""Accounts and bureaus by their pages: who may keep them, what ends at once, and what nobody does for themselves."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from knox.models import AuthToken

from accounts import people
from accounts.models import Bureau, User
from core import audit
from core.errors import Conflict
from core.models import AuditRecord
from tests.cast import PASSWORD

HOME = "/administration/people/"
NEW_PASSWORD = "nine green bottles on a wall"


def person_page(desk, by, person):
    return desk(by).open(f"{HOME}{person.pk}/")


def changed(page, person, **answers):
    return page.press(page.form(f"people/{person.pk}/").fill(**answers))


def invited(cast, desk, **answers):
    page = desk(cast.admin).open(f"{HOME}new/")
    given = {"full_name": "Ada New", "email": "ada@test.invalid", "role": "liaison", "bureau": "XA", "clearance": 1,
             "language": "fr", "way": "link", **answers}  # fmt: skip
    return page.press(page.form("new").fill(**given))


def link_in(page) -> str:
    return re.search(r"http://testserver(/set-password/[^<]+)<", page.text)[1]


def signs_in(address: str, password: str) -> bool:
    """Whether the door opens for the pair."""
    return Client().post("/sign-in/", {"username": address, "password": password}).status_code == 302


def test_an_invited_person_chooses_a_password_and_signs_in(cast, desk):
    page = invited(cast, desk)
    link = link_in(page)
    newcomer = desk().open(link)
    newcomer.press(newcomer.form("set-password").fill(new="short"))
    assert newcomer.status == 400 and "too short" in newcomer.text
    newcomer.press(newcomer.form("set-password").fill(new=NEW_PASSWORD))
    assert newcomer.path == "/sign-in/"
    assert signs_in("ada@test.invalid", NEW_PASSWORD)
    again = desk().open(link)
    assert again.status == 404 and "This link was used already" in again.text
    made = User.objects.get(email="ada@test.invalid")
    assert (made.role, made.bureau, made.language) == ("liaison", cast.bureaus["own"], "fr")
    assert {"person.created", "person.password_set"} <= set(AuditRecord.objects.values_list("action", flat=True))
    assert audit.verify().is_intact


@pytest.mark.parametrize("link", ["/set-password/MQ/abc-def/", "/set-password/%00/x/", "/set-password/zzzzzzzzzzzzzzzzzzzzzz/x/"])
def test_a_made_up_link_opens_nothing(cast, desk, link):
    page = desk().open(link)
    assert page.status == 404 and "Ask your administrator for a new one." in page.text


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("email", "no address", "Enter a valid email address."),
        ("email", "LIAISON@test.invalid", "Somebody has this address already."),
        ("full_name", " ", "This field is required."),
        ("bureau", "", "Liaisons and heads belong to a bureau."),
        ("role", "king", "Select a valid choice."),
        ("clearance", "9", "Select a valid choice."),
    ],
)
def test_what_cannot_be_a_person_is_refused_and_what_was_typed_kept(cast, desk, field, typed, words):
    page = invited(cast, desk, **{field: typed})
    assert page.status == 400 and words in page.text
    assert field == "full_name" or page.form("new").value("full_name") == "Ada New"
    assert not User.objects.filter(full_name="Ada New").exists()


def test_rights_change_with_a_reason(cast, desk):
    page = person_page(desk, cast.admin, cast.liaison)
    changed(page, cast.liaison, role="officer", bureau="", clearance=2)
    assert page.status == 400 and "Say why it changes." in page.text
    changed(page, cast.liaison, reason="Promoted")
    cast.liaison.refresh_from_db()
    assert (cast.liaison.role, cast.liaison.bureau, cast.liaison.clearance) == ("officer", None, 2)
    trace = AuditRecord.objects.get(action="person.edited")
    assert (trace.before["role"], trace.after["role"], trace.reason) == ("liaison", "officer", "Promoted")


def test_closing_an_account_ends_its_sessions_and_tokens_at_once(cast, desk):
    theirs = desk(cast.liaison).open("/")
    text = AuthToken.objects.create(cast.liaison)[1]
    bearer = {"Authorization": f"Token {text}"}
    assert Client().get("/api/v1/me/", headers=bearer).status_code == 200
    page = person_page(desk, cast.admin, cast.liaison)
    page.press(page.form("close").fill(reason="Left"))
    assert "its sessions and tokens have ended" in page.text
    assert theirs.open("/").path == "/sign-in/"
    assert Client().get("/api/v1/me/", headers=bearer).status_code == 401
    assert not signs_in(cast.liaison.email, PASSWORD)
    page.press(page.form("open").fill(reason="Back"))
    cast.liaison.refresh_from_db()
    assert cast.liaison.is_active
    assert theirs.open("/").path == "/sign-in/"  # the old session stays ended
    assert not signs_in(cast.liaison.email, PASSWORD)


def test_closing_says_why(cast, desk):
    page = person_page(desk, cast.admin, cast.liaison)
    page.press(page.form("close"))
    cast.liaison.refresh_from_db()
    assert "Say why it changes." in page.text and cast.liaison.is_active


def test_a_reset_password_opens_nothing_and_the_link_a_new_one(cast, desk):
    theirs = desk(cast.liaison).open("/")
    page = person_page(desk, cast.admin, cast.liaison)
    link = link_in(page.press(page.form("reset-password")))
    assert theirs.open("/").path == "/sign-in/"
    assert not signs_in(cast.liaison.email, PASSWORD)
    other = desk().open(link)
    other.press(other.form("set-password").fill(new=NEW_PASSWORD))
    assert signs_in(cast.liaison.email, NEW_PASSWORD)


def test_of_somebody_without_a_password_no_present_one_is_spoken_of(cast, desk):
    assert "The present password opens nothing any more" in person_page(desk, cast.admin, cast.liaison).text
    invited(cast, desk)
    page = person_page(desk, cast.admin, User.objects.get(email="ada@test.invalid"))
    assert "There is no password yet" in page.text and "The present password" not in page.text


def test_a_link_that_was_made_before_opens_nothing(cast, desk):
    first = link_in(invited(cast, desk))
    page = person_page(desk, cast.admin, User.objects.get(email="ada@test.invalid"))
    second = link_in(page.press(page.form("reset-password")))
    assert [desk().open(link).status for link in (first, second)] == [404, 200]


def test_nobody_raises_their_own_clearance_or_changes_their_own_role(cast, desk):
    for answers in ({"clearance": 3 - cast.admin.clearance}, {"role": "officer"}, {"role": "liaison", "bureau": "XA"}):
        page = person_page(desk, cast.admin, cast.admin)
        changed(page, cast.admin, reason="I want to", **answers)
        assert page.status == 400 and "Nobody changes their own role" in page.text
    before = cast.admin.clearance
    cast.admin.refresh_from_db()
    assert (cast.admin.role, cast.admin.clearance) == ("admin", before)
    page.client.post(f"{HOME}{cast.admin.pk}/close/", {"version": cast.admin.version, "reason": "x"})
    assert User.objects.get(pk=cast.admin.pk).is_active


def test_an_installation_keeps_an_administrator(cast, desk):
    other = User.objects.create(email="admin2@test.invalid", full_name="Second", role="admin")
    page = person_page(desk, other, cast.admin)
    changed(page, cast.admin, role="leader", reason="Enough")
    cast.admin.refresh_from_db()
    assert cast.admin.role == "leader"  # the second one is left
    last = User.objects.create(email="admin3@test.invalid", full_name="Third", role="admin")
    User.objects.filter(pk=other.pk).update(is_active=False)
    with pytest.raises(Conflict, match="last administrator"):
        people.edit_person(person_id=last.pk, version=1, by=_as_admin(last, other), at=cast.at, role="leader", reason="x")


def _as_admin(last, other):
    """Somebody who may keep accounts, though closed a moment ago elsewhere: the check is made under the lock."""
    other.is_active = True
    return other


def test_two_administrators_lose_nothing(cast, desk):
    other = User.objects.create(email="admin2@test.invalid", full_name="Second", role="admin")
    mine, theirs = person_page(desk, cast.admin, cast.liaison), person_page(desk, other, cast.liaison)
    changed(theirs, cast.liaison, full_name="Their name")
    changed(mine, cast.liaison, full_name="My name")
    assert mine.status == 409
    assert "Their name" in mine.text and mine.form(f"people/{cast.liaison.pk}/").value("full_name") == "My name"
    changed(mine, cast.liaison)
    assert User.objects.get(pk=cast.liaison.pk).full_name == "My name"


@pytest.mark.parametrize("who", ["liaison", "head", "leader"])
def test_others_keep_no_accounts(cast, desk, who):
    for path in (HOME, f"{HOME}new/", f"{HOME}{cast.liaison.pk}/", "/administration/bureaus/", "/administration/countries/"):
        assert desk(cast.people[who]).open(path).status == 403, path


@pytest.mark.parametrize("who", ["officer", "auditor"])
def test_officers_and_auditors_read_and_change_nothing(cast, desk, who):
    page = person_page(desk, cast.people[who], cast.liaison)
    assert page.status == 200 and "Close the account" not in page.text
    assert desk(cast.people[who]).open(f"{HOME}new/").status == 403
    for path in (f"{HOME}{cast.liaison.pk}/close/", f"{HOME}{cast.liaison.pk}/reset-password/", "/administration/bureaus/XA/end/"):
        assert page.client.post(path, {"version": 1, "reason": "x"}).status_code == 403, path
    answer = page.client.post(f"{HOME}{cast.liaison.pk}/", {
        "version": 1, "full_name": "X", "email": "x@test.invalid", "role": "leader", "clearance": 3, "language": "en",
        "reason": "x",
    })  # fmt: skip
    assert answer.status_code == 403
    assert User.objects.get(pk=cast.liaison.pk).role == "liaison"


def test_people_are_found_by_name_role_bureau_and_state(cast, desk):
    page = desk(cast.admin).open(f"{HOME}?search=gone&is_active=false")
    assert "gone@<wbr>test.invalid" in page.text and "officer@<wbr>test.invalid" not in page.text
    assert "liaison2@<wbr>test.invalid" in page.open(f"{HOME}?bureau=XB").text
    assert "Nothing matches these filters" in page.open(f"{HOME}?search=nobody").text
    assert page.open(f"{HOME}?role=king").status == 404
    assert page.open(f"{HOME}?cursor=rubbish").status == 400


# bureaus


def test_a_bureau_is_added_changed_and_ended(cast, desk):
    page = desk(cast.admin).open("/administration/bureaus/new/")
    page.press(page.form("new").fill(
        kind="unit", code="SG-NEW", name_en="New unit", name_fr="Unité nouvelle", language="fr", time_zone="Europe/Paris",
        requires_head_approval="on",
    ))  # fmt: skip
    made = Bureau.objects.get(code="SG-NEW")
    assert (str(made.name), made.kind, made.time_zone, made.requires_head_approval) == ("New unit", "unit", "Europe/Paris", True)
    assert str(made.name.state("fr")) == "draft"
    page.press(page.form("SG-NEW/").fill(name_en="Newer unit"))
    made.refresh_from_db()
    assert made.name.texts["en"] == "Newer unit" and str(made.name.state("fr")) == "stale"
    page.press(page.form("end").fill(reason="Merged"), "act", "end")
    made.refresh_from_db()
    assert not made.is_active
    assert AuditRecord.objects.filter(action="bureau.edited").latest("seq").reason == "Merged"


def test_a_bureau_with_people_is_not_ended(cast, desk):
    page = desk(cast.admin).open("/administration/bureaus/XB/")
    page.press(page.form("end").fill(reason="Over"), "act", "end")
    assert "1 person still belongs to it." in page.text
    assert Bureau.objects.get(code="XB").is_active


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({"code": "x y"}, "A code has 2 to 12 capitals"),
        ({"code": "XA"}, "A bureau with this code is there already."),
        ({"kind": "ncb"}, "A National Central Bureau is of a member country."),
        ({"name_en": " "}, "This field is required."),
        ({"time_zone": "Mars/Base"}, "Select a valid choice."),
    ],
)
def test_what_cannot_be_a_bureau_is_refused(cast, desk, answers, words):
    page = desk(cast.admin).open("/administration/bureaus/new/")
    given = {"kind": "unit", "code": "SG-X", "name_en": "X", "language": "en", "time_zone": "UTC", **answers}
    page.press(page.form("new").fill(**given))
    assert page.status == 400 and words in page.text
    assert not Bureau.objects.filter(code="SG-X").exists()


def test_saving_a_bureau_as_it_is_takes_no_trust_from_its_names(cast, desk):
    bureau = cast.bureaus["own"]
    bureau.name = type(bureau.name)("en", 1, {"en": "NCB own", "fr": "BCN"}, {"fr": {"state": "approved", "of_version": 1}})
    bureau.save()
    page = desk(cast.admin).open("/administration/bureaus/XA/")
    page.press(page.form("XA/").fill(language="es"))
    bureau.refresh_from_db()
    assert bureau.language == "es" and str(bureau.name.state("fr")) == "approved"


def test_countries_show_the_days_of_their_membership(cast, desk):
    page = desk(cast.officer).open("/administration/countries/")
    assert "3 countries are members today." in page.text and "before our records" in page.text


def test_time_zones_and_addresses_go_on_in_the_next_line_between_their_words(cast, desk):
    """On a telephone, in a list and in what a page says first, they broke in the middle of a word."""
    Bureau.objects.filter(code="XB").update(time_zone="America/Port-au-Prince")
    for path in ("/administration/bureaus/", "/bureaus/XB/"):
        assert "America/<wbr>Port-au-Prince" in desk(cast.admin if "adm" in path else cast.officer).open(path).text
    assert cast.liaison.email.replace("@", "@<wbr>") in desk(cast.admin).open(HOME).text
