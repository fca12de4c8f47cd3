"""What people decide about themselves: where they begin, how they are asked, single keys, and their open sessions."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts import saved_views, sessions
from accounts.models import OpenSession, SavedView, User
from core.models import AuditRecord
from tests.cast import PASSWORD
from tests.moments import NOON
from tests.pages.conftest import address

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; rv:128.0) Gecko/20100101 Firefox/128.0"
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile Safari/604.1"


def sign_in(person, agent=FIREFOX):
    client = Client(headers={"User-Agent": agent})
    answer = client.post(reverse("accounts:sign_in"), {"username": person.email, "password": PASSWORD})
    client.get("/profile/")
    return client, answer


def settings_of(paper, **answers):
    return paper.press(paper.open("/profile/").form("/profile/").fill(**answers))


def test_settings_are_kept_and_recorded(cast, desk):
    page = settings_of(
        desk(cast.liaison), language="fr", time_zone="Africa/Dakar", start_page="my_reporting", one_at_a_time="True"
    )
    assert page.status == 200
    kept = User.objects.get(pk=cast.liaison.pk)
    assert (kept.language, kept.time_zone, kept.start_page) == ("fr", "Africa/Dakar", "my_reporting")
    assert kept.one_at_a_time is True
    assert AuditRecord.objects.order_by("-seq").first().action == "person.preferences_set"


def test_signing_in_leads_to_the_start_page(cast):
    User.objects.filter(pk=cast.officer.pk).update(start_page="review")
    _client, answer = sign_in(cast.officer)
    assert answer.url == "/review/"


def test_a_saved_list_can_be_the_start_page_until_it_is_taken_away(cast):
    view = saved_views.save_view(name="Ours", query="status=active&cursor=x", by=cast.leader, at=NOON)
    User.objects.filter(pk=cast.leader.pk).update(start_page=f"view-{view.pk}")
    assert sign_in(cast.leader)[1].url == "/initiatives/?status=active"
    view.delete()
    assert sign_in(cast.leader)[1].url == "/"


@pytest.mark.parametrize("page", ["review", "view-1", "view-99999999999999999999", "https://evil.example", "view-x"])
def test_a_page_that_is_not_ones_own_is_no_start_page(cast, desk, page):
    stranger = SavedView.objects.create(pk=1, owner=cast.officer, name="Mine alone", query="")
    answer = settings_of(desk(cast.leader), start_page=page)
    assert answer.status == 400
    assert stranger.name not in answer.text
    assert User.objects.get(pk=cast.leader.pk).start_page == ""


def test_a_start_page_that_was_somebody_elses_role_leads_home(cast):
    User.objects.filter(pk=cast.leader.pk).update(start_page="review")
    assert sign_in(cast.leader)[1].url == "/"


def test_the_way_of_asking_follows_the_person_to_another_browser(cast, desk, work):
    desk(cast.liaison2).open(address(work) + "?way=one")
    page = desk(cast.liaison2).open(address(work))
    assert "question 1 of" in page.text
    assert desk(cast.liaison2).open(address(work) + "?way=all").text.count("question 1 of") == 0
    assert "question 1 of" not in desk(cast.liaison2).open(address(work)).text


def test_single_keys_that_are_switched_off_are_not_there(cast, desk):
    assert "keys.js" in desk(cast.officer).open("/review/").text
    form = desk(cast.officer).open("/profile/").form("/profile/")
    form.fields.pop("single_keys")
    desk(cast.officer).press(form)
    assert "keys.js" not in desk(cast.officer).open("/review/").text


def test_open_sessions_are_listed_with_their_browsers(cast):
    here, _answer = sign_in(cast.leader)
    sign_in(cast.leader, SAFARI)
    text = here.get("/profile/").content.decode()
    assert "Firefox, Windows" in text
    assert "Safari, iPhone" in text
    assert here.session.session_key not in text


def test_a_session_is_ended_from_another_browser_and_recorded(cast):
    here, _answer = sign_in(cast.leader)
    there, _answer = sign_in(cast.leader, SAFARI)
    name = sessions.name_of(there.session.session_key)
    assert here.post(f"/profile/sessions/{name}/end/").url == "/profile/"
    assert there.get("/profile/").url.startswith("/sign-in/")
    assert here.get("/profile/").status_code == 200
    assert AuditRecord.objects.order_by("-seq").first().action == "session.ended"


def test_nobody_ends_another_persons_session(cast):
    here, _answer = sign_in(cast.leader)
    there, _answer = sign_in(cast.officer)
    name = sessions.name_of(there.session.session_key)
    assert here.post(f"/profile/sessions/{name}/end/").status_code == 404
    assert there.get("/profile/").status_code == 200


def test_all_other_sessions_end_together(cast):
    here, _answer = sign_in(cast.leader)
    others = [sign_in(cast.leader)[0] for _turn in range(3)]
    stranger, _answer = sign_in(cast.officer)
    here.post("/profile/sessions/end-others/")
    assert [one.get("/profile/").status_code for one in others] == [302, 302, 302]
    assert here.get("/profile/").status_code == stranger.get("/profile/").status_code == 200


def test_ending_the_present_session_is_signing_out(cast):
    here, _answer = sign_in(cast.leader)
    assert here.post(f"/profile/sessions/{sessions.name_of(here.session.session_key)}/end/").url == "/sign-in/"
    assert not OpenSession.objects.filter(person_id=cast.leader.pk).exists()


@pytest.mark.parametrize(
    ("header", "words"),
    [(FIREFOX, "Firefox, Windows"), (SAFARI, "Safari, iPhone"), ("curl/8", ""), ("", ""), ("x" * 9000, "")],
)
def test_a_browser_is_named_as_people_know_it(header, words):
    assert sessions.agent_words(header) == words


# saved views


def test_the_same_name_again_replaces_what_was_asked(cast):
    saved_views.save_view(name="Late ones", query="status=active", by=cast.leader, at=NOON)
    saved_views.save_view(name=" late  ONES ", query="status=planned&search=", by=cast.leader, at=NOON)
    assert list(SavedView.objects.values_list("query", flat=True)) == ["status=planned"]


def test_only_officers_share_and_only_owners_take_away(cast):
    from core.errors import Invalid, NotAllowed, NotFound

    with pytest.raises(NotAllowed):
        saved_views.save_view(name="Mine", query="", is_shared=True, by=cast.leader, at=NOON)
    shared = saved_views.save_view(name="For all", query="", is_shared=True, by=cast.officer, at=NOON)
    own = saved_views.save_view(name="Own", query="", by=cast.officer, at=NOON)
    assert list(SavedView.objects.open_to(cast.leader)) == [shared]
    for view in (shared, own):
        with pytest.raises(NotFound):
            saved_views.remove_view(view_id=view.pk, by=cast.leader, at=NOON)
    with pytest.raises(Invalid):
        saved_views.save_view(name="  ", query="", by=cast.leader, at=NOON)
    saved_views.remove_view(view_id=shared.pk, by=cast.officer, at=NOON)
    assert list(SavedView.objects.open_to(cast.leader)) == []


@pytest.mark.parametrize("gone", [{"is_active": False}, {"role": "leader"}])
def test_a_shared_view_whose_owner_is_gone_is_taken_away_by_another_officer(cast, desk, gone):
    view = saved_views.save_view(name="Left behind", query="status=active", is_shared=True, by=cast.officer2, at=NOON)
    kept = saved_views.save_view(name="Alone", query="", by=cast.officer2, at=NOON)
    way = f"/initiatives/views/{view.pk}/remove/"
    assert way not in desk(cast.officer).open("/initiatives/").text  # its owner is still here
    User.objects.filter(pk=cast.officer2.pk).update(**gone)
    for stranger in (cast.leader, cast.liaison, cast.admin):
        page = desk(stranger).open("/initiatives/")
        assert "Left behind" in page.text and way not in page.text
        assert page.client.post(way).status_code == 404
    page = desk(cast.officer).open("/initiatives/")
    assert page.client.post(f"/initiatives/views/{kept.pk}/remove/").status_code == 404
    page.press(page.form(f"views/{view.pk}/remove"))
    assert list(SavedView.objects.all()) == [kept] and "The view is taken away." in page.text
    said = AuditRecord.objects.get(action="view.removed")
    assert (said.actor_id, said.before["name"]) == (cast.officer.pk, "Left behind")


def test_a_person_keeps_thirty_views(cast):
    from core.errors import Invalid

    for number in range(saved_views.MOST_VIEWS):
        saved_views.save_view(name=f"View {number}", query="", by=cast.leader, at=NOON)
    with pytest.raises(Invalid):
        saved_views.save_view(name="One more", query="", by=cast.leader, at=NOON)
    saved_views.save_view(name="View 3", query="status=active", by=cast.leader, at=NOON)
