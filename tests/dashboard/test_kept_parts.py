"""Parts that were drawn for one reader are never another's, and a session brings along nobody but its own person."""

from __future__ import annotations

import pytest
from django.contrib.auth import SESSION_KEY
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import OpenSession, User
from core import fragments
from core.handling import Handling
from core.templatetags.page import HEADER_HERE, TOKEN_HERE
from dashboard.framed import ROOM
from goals.models import Aim
from initiatives.models import Initiative
from outcomes.models import Indicator
from tests.cast import said, settle_in
from tests.moments import NOON

pytestmark = pytest.mark.django_db
LIST = "/initiatives/"
PAGES = ("/", "/strategy/", "/strategy/framework/", "/strategy/framework/1/", "/strategy/framework/1/1/", "/bureaus/XA/", LIST)


@pytest.fixture
def cast(noon):
    fragments.forget()
    yield settle_in(NOON.date())
    fragments.forget()


def reader(person) -> Client:
    client = Client()
    client.force_login(person)
    client.get("/method/")
    return client


def words_of(client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def test_who_sees_more_reads_first_and_who_sees_less_gets_nothing_of_it(cast):
    """Every page in turn, the cleared reader before the other, and then the other way round."""
    cleared, other = reader(cast.officer2), reader(cast.leader)
    seen = [words_of(cleared, path) for path in PAGES]
    assert any("CANARY" in one for one in seen)
    assert all("CANARY" not in words_of(other, path) for path in PAGES)
    assert [("CANARY" in words_of(cleared, path)) for path in PAGES] == ["CANARY" in one for one in seen]


def test_a_lowered_clearance_shows_in_every_part_at_once(cast):
    client = reader(cast.officer2)
    assert "CANARY" in words_of(client, LIST)
    User.objects.filter(pk=cast.officer2.pk).update(clearance=Handling.INTERNAL)
    assert all("CANARY" not in words_of(client, path) for path in (LIST, "/bureaus/XA/"))


def test_work_that_becomes_restricted_is_gone_from_parts_that_named_it(cast):
    client, work = reader(cast.leader), cast.work["own", 1]
    Initiative.objects.filter(pk=work.pk).update(title="A raid next week")
    assert "A raid next week" in words_of(client, LIST) and "A raid next week" in words_of(client, "/bureaus/XA/")
    Initiative.objects.filter(pk=work.pk).update(handling=Handling.CONFIDENTIAL)
    assert "A raid next week" not in words_of(client, LIST) + words_of(client, "/bureaus/XA/")


def test_an_indicator_that_becomes_restricted_leaves_the_tables(cast):
    client = reader(cast.leader)
    assert "IND-1" in words_of(client, "/strategy/framework/1/")
    Indicator.objects.filter(pk=cast.indicator.pk).update(handling=Handling.CONFIDENTIAL)
    assert "IND-1" not in words_of(client, "/strategy/framework/1/")


def test_the_frame_is_each_readers_own(cast):
    one, other = reader(cast.officer), reader(cast.leader)
    for client, own, others in ((one, "Officer", "Leader"), (other, "Leader", "Officer"), (one, "Officer", "Leader")):
        html = words_of(client, "/strategy/")
        assert f">{own}<" in html and f">{others}<" not in html
        assert ("/review/" in html) == (own == "Officer")


def test_forms_of_a_kept_frame_carry_a_token_of_their_own_and_the_page_they_are_on(cast):
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.leader)
    for path in ("/strategy/", LIST, "/bureaus/?search=a%22b"):
        html = words_of(client, path)
        assert f'name="next" value="{path}"' in html.replace("&quot;", "%22")
        tokens = {one.split('"')[0] for one in html.split('name="csrfmiddlewaretoken" value="')[1:]}
        assert len(tokens) == 1 and TOKEN_HERE not in html
        token = tokens.pop()
        answer = client.post("/i18n/setlang/", {"language": "fr", "next": path, "csrfmiddlewaretoken": token})
        assert answer.status_code == 302 and answer.url == path
        client.cookies["language"] = "en"


WHOLE = ("/strategy/", "/strategy/framework/1/", "/bureaus/XA/", LIST)


@pytest.mark.parametrize("path", WHOLE)
def test_who_sees_the_same_gets_the_same_page_with_a_frame_of_their_own(cast, path):
    other = User.objects.create(email="another@example.org", full_name="Another", role="leader", clearance=cast.leader.clearance)
    first, second = reader(cast.leader), reader(other)
    fragments.forget()
    assert ">Leader<" in words_of(first, path)
    html = words_of(second, path)
    assert fragments._drawn_pages.cache_info().hits == 1
    assert ">Another<" in html and ">Leader<" not in html and HEADER_HERE not in html


def test_a_frame_is_found_again_when_what_it_holds_is_another(cast):
    """What the page says is put into the frame; the frame is not drawn for it, and keeps nothing of it."""
    client, path = reader(cast.leader), reverse("dashboard:overview")
    words_of(client, path)
    fragments.forget()
    assert "Aim one" in words_of(client, path)
    Aim.objects.filter(title=said("Aim one")).update(title=said("Another first aim"))
    html = words_of(client, path)
    assert fragments._drawn_pages.cache_info().hits == 1
    assert "Another first aim" in html and "Aim one" not in html and not any(room in html for room in ROOM.values())


@pytest.mark.parametrize("path", WHOLE)
def test_what_is_said_to_one_reader_alone_is_in_no_kept_page(cast, path):
    client, other = reader(cast.leader), reader(cast.auditor)
    words_of(client, path)
    client.post(reverse("dashboard:follow_changes"), {"follows": "1"})
    told = [words_of(client, path), words_of(client, path), words_of(other, path)]
    assert ["You follow what changed" in one for one in told] == [True, False, False]


# sessions


def test_who_is_reading_is_asked_once(cast):
    client = reader(cast.liaison)
    with CaptureQueriesContext(connection) as caught:
        client.get("/password/")
    assert sum("accounts_user" in one["sql"] or "accounts_opensession" in one["sql"] for one in caught) == 1


def test_a_session_never_opens_for_anybody_but_its_person(cast):
    """The column beside a session helps to read; who it is stands in the session itself, which is signed."""
    client = reader(cast.liaison)
    OpenSession.objects.filter(person_id=cast.liaison.pk).update(person_id=cast.officer.pk)
    html = words_of(client, "/")
    assert ">Liaison<" in html and ">Officer<" not in html
    OpenSession.objects.filter(person_id=cast.officer.pk).update(person_id=None)
    assert ">Liaison<" in words_of(client, "/") and client.session[SESSION_KEY] == str(cast.liaison.pk)


@pytest.mark.parametrize("change", [{"is_active": False}, {"password": "!another"}], ids=["left", "another password"])
def test_a_door_that_was_closed_stays_closed(cast, change):
    client = reader(cast.leader)
    User.objects.filter(pk=cast.leader.pk).update(**change)
    assert client.get("/").status_code == 302


def test_an_ended_session_opens_nothing(cast):
    client = reader(cast.leader)
    OpenSession.objects.filter(person_id=cast.leader.pk).update(expire_date=NOON.replace(year=2000))
    assert client.get("/").status_code == 302
