"""A page that nothing has changed on is not sent twice, and never to anybody else."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.contrib.messages.storage.cookie import CookieStorage
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.freshness import checksum, data_version, release
from core.traces import record_denial
from initiatives import services
from interpol_strategy.revalidation import KEPT, tag_of
from tests.cast import settle_in
from tests.moments import NOON
from tests.visits import VISITS

pytestmark = pytest.mark.django_db
PAGE = "/bureaus/"
LIST = "/initiatives/"


@pytest.fixture
def cast(noon):
    return settle_in(NOON.date())


@pytest.fixture(autouse=True)
def pages_are_kept(settings):
    settings.PAGES_KEPT_SECONDS = 600


def reader(person) -> Client:
    """Signed in, with the cookies of somebody who has been here before."""
    client = Client()
    client.force_login(person)
    client.get("/method/")
    return client


def again(client, first, path=PAGE, **headers):
    return client.get(path, headers={"If-None-Match": first["ETag"], **headers})


def change(cast, title="Changed"):
    work = cast.work["own", 1]
    work.refresh_from_db()
    services.edit_initiative(
        initiative_id=work.pk, version=work.version, by=cast.liaison, at=timezone.now(), title=title
    )


@pytest.mark.parametrize("path", ["/", "/strategy/", "/strategy/framework/1/", "/bureaus/", "/method/"])
def test_what_the_reader_has_is_not_sent_again(cast, path):
    client = reader(cast.leader)
    first = client.get(path)
    assert first.status_code == 200 and first["Cache-Control"] == "private, no-cache" and "Cookie" in first["Vary"]
    second = again(client, first, path)
    assert second.status_code == 304 and second.content == b"" and second["ETag"] == first["ETag"]
    assert second["Cache-Control"] == "private, no-cache"


def test_a_page_that_has_not_changed_costs_one_question(cast):
    client = reader(cast.leader)
    first = client.get(PAGE)
    for headers in ({"If-None-Match": first["ETag"]}, {}):
        with CaptureQueriesContext(connection) as caught:
            client.get(PAGE, headers=headers)
        assert len(caught) == 1, [one["sql"] for one in caught]


def test_a_kept_page_is_the_page_packed_or_not(cast):
    client = reader(cast.leader)
    first = client.get(PAGE)
    assert client.get(PAGE).content == first.content
    packed = client.get(PAGE, headers={"Accept-Encoding": "gzip"})
    assert packed["Content-Encoding"] == "gzip" and len(packed.content) < len(first.content) / 2


def test_every_change_makes_every_page_new(cast):
    client = reader(cast.leader)
    page, first = client.get(PAGE), client.get(LIST)
    change(cast, "A word never seen before")
    assert again(client, page).status_code == 200
    second = again(client, first, LIST)
    assert second.status_code == 200 and "A word never seen before" in second.content.decode()


def test_what_is_only_remembered_makes_nothing_new(cast):
    before = data_version()
    record_denial(by=cast.leader, method="GET", path="/", reason="No.", at=timezone.now())
    assert data_version() == before
    change(cast)
    assert data_version() > before


def test_two_readers_never_share_a_page(cast):
    one, other = reader(cast.officer2), reader(cast.leader)
    seen = one.get(LIST)
    assert "CANARY" in seen.content.decode()
    answer = again(other, seen, LIST)
    assert answer.status_code == 200 and "CANARY" not in answer.content.decode()


def test_two_sessions_of_one_reader_have_pages_of_their_own(cast):
    one, other = reader(cast.leader), reader(cast.leader)
    assert again(other, one.get(PAGE)).status_code == 200


def test_a_changed_clearance_shows_at_the_next_request(cast):
    client = reader(cast.officer2)
    first = client.get(LIST)
    type(cast.officer2).objects.filter(pk=cast.officer2.pk).update(clearance=1)
    second = again(client, first, LIST)
    assert second.status_code == 200 and "CANARY" in first.content.decode() and "CANARY" not in second.content.decode()


def test_nothing_is_left_after_signing_out(cast):
    client = reader(cast.leader)
    first = client.get(PAGE)
    out = client.post("/sign-out/")
    assert out["Clear-Site-Data"] == '"cache"'
    assert again(client, first).status_code == 302


def test_another_language_is_another_page(cast):
    client = reader(cast.leader)
    first = client.get(PAGE)
    client.cookies["language"] = "ar"
    second = again(client, first)
    assert second.status_code == 200 and 'dir="rtl"' in second.content.decode()


def test_where_something_ends_by_the_clock_a_page_holds_for_its_minute(cast):
    client = reader(cast.officer)
    with time_machine.travel(NOON.replace(second=5), tick=False):
        first = client.get(LIST)
        assert again(client, first, LIST).status_code == 304
    with time_machine.travel(NOON.replace(second=5) + timedelta(minutes=1), tick=False):
        assert again(client, first, LIST).status_code == 200


def test_a_message_is_said_once_and_kept_nowhere(cast):
    client = reader(cast.liaison)
    first = client.get(PAGE)
    said = CookieStorage(RequestFactory().get("/"))._encode([Message(constants.INFO, "Said once")])
    client.cookies["messages"] = said
    second = again(client, first)
    assert second.status_code == 200 and "Said once" in second.content.decode() and "ETag" not in second
    assert again(client, first).status_code == 304 and "Said once" not in client.get(PAGE).content.decode()


def _request(cast, session, path=PAGE, **headers):
    request = RequestFactory().get(path, headers=headers)
    request.user, request.session = cast.leader, session
    return request


def test_the_tag_says_everything_that_a_page_may_depend_on(cast):
    session = reader(cast.leader).session
    usual = tag_of(_request(cast, session), version=1, code="a", moment="now")
    others = [
        tag_of(_request(cast, session), version=2, code="a", moment="now"),
        tag_of(_request(cast, session), version=1, code="b", moment="now"),
        tag_of(_request(cast, session, PAGE + "?status=active"), version=1, code="a", moment="now"),
        tag_of(_request(cast, session, **{"HX-Request": "true"}), version=1, code="a", moment="now"),
    ]
    with time_machine.travel(NOON + timedelta(days=1), tick=True):
        others.append(tag_of(_request(cast, session), version=1, code="a", moment="now"))
    others.append(tag_of(_request(cast, session), version=1, code="a", moment="later"))
    cast.leader.bureau = cast.bureaus["own"]
    others.append(tag_of(_request(cast, session), version=1, code="a", moment="now"))
    assert len({usual, *others}) == len(others) + 1


def test_a_new_release_of_the_code_is_another_checksum(tmp_path):
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "page.html").write_text("one")
    first = checksum(tmp_path)
    (tmp_path / "templates" / "page.html").write_text("two")
    assert checksum(tmp_path) != first and release() == release()


def test_only_pages_that_exist_are_kept():
    assert set(VISITS) >= KEPT
