"""Pages of a past day where there are too many answers to wait for: what is kept, what a worker made, or what is lacking."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import transaction

from core import audit, jobs
from core.models import Job
from dashboard import kept_days, pictures
from initiatives import delivery
from initiatives.models import Initiative
from initiatives.services import edit_initiative
from outcomes import rollup
from outcomes.definitions import edit_indicator
from outcomes.models import Indicator
from outcomes.services import record_measurement
from tests.dashboard.test_known_on import LATER, NOON, cast, measure, revise_everything, told  # noqa: F401

pytestmark = pytest.mark.django_db
DAY = NOON.date().isoformat()
WHOLE_PAGES = (
    "/strategy/", "/strategy/framework/", "/strategy/framework/1/", "/strategy/framework/1/1/", "/bureaus/XA/", "/heat-map/",
    "/heat-map/?region=here", "/heat-map/?measure=delivery", "/",
)  # fmt: skip
FILES = ("/strategy/framework/1/table.csv", "/strategy/framework/1/trend.csv", "/heat-map/table.csv")


def of_then(address: str, **more) -> str:
    asked = "&".join(f"{name}={value}" for name, value in {"known_on": DAY, **more}.items())
    return f"{address}{'&' if '?' in address else '?'}{asked}"


@pytest.fixture
def later(cast, settings):  # noqa: F811
    """Three days later, when everything has been revised; as if there were more answers than a reader could wait for."""
    with time_machine.travel(LATER, tick=True):
        revise_everything(cast)
        delivery.rebuild(at=LATER)
        settings.ANSWERS_AT_ONCE = 0
        yield cast


def ask(client, address: str = "/strategy/", **more):
    period = "".join(f"period={code}&" for code in more.values())
    return client.post(f"/figures/?{period}known_on={DAY}", {"next": of_then(address, **more)})


def work() -> None:
    for job in Job.objects.filter(kind="picture", state="queued"):
        assert jobs.work(job.pk) == "ready", Job.objects.get(pk=job.pk).failure_detail


@pytest.mark.parametrize("address", WHOLE_PAGES)
def test_a_page_that_lacks_its_figures_says_so_and_offers_to_have_them_made(later, client, address):
    client.force_login(later.leader)
    page = client.get(of_then(address))
    words = page.content.decode()
    assert page.status_code == 200 and "rest on too many values" in words and "Work the figures out" in words
    assert not Job.objects.filter(kind="picture").exists()  # to look is to ask for nothing


def test_it_is_asked_for_once_leads_back_and_tells_how_far_it_is(later, client):
    client.force_login(later.leader)
    assert ask(client).url == of_then("/strategy/")
    ask(client, "/heat-map/")
    [job] = Job.objects.filter(kind="picture")
    Job.objects.filter(pk=job.pk).update(state="running", percent_done=60)
    page = client.get(of_then("/strategy/")).content.decode()
    assert "being worked out" in page and "60 of 100" in page and "Work the figures out" not in page
    assert 'hx-trigger="every 5s"' in page and f'id="look-again" href="{of_then("/strategy/")}"' in page  # by itself, and without JavaScript


@pytest.mark.parametrize("who", ["leader", "liaison", "officer"])
def test_what_a_worker_made_is_what_would_have_been_worked_out_at_once(later, client, settings, who):
    client.force_login(later.people[who])
    settings.ANSWERS_AT_ONCE = 50_000
    pages = WHOLE_PAGES if who == "leader" else WHOLE_PAGES[:-1]  # the others' homes are told by counts (dashboard.tallies)
    at_once = {address: told(client, of_then(address)) for address in pages}
    files = {address: client.get(of_then(address)).content for address in FILES}
    settings.ANSWERS_AT_ONCE = 0
    ask(client)
    work()
    assert {one: told(client, of_then(one)) for one in pages} == at_once
    assert {one: client.get(of_then(one)).content for one in FILES} == files


def test_another_period_of_the_day_is_another_picture(later, client, settings):
    client.force_login(later.leader)
    code = later.periods["closed"].code
    settings.ANSWERS_AT_ONCE = 50_000
    at_once = told(client, of_then("/heat-map/", period=code))
    settings.ANSWERS_AT_ONCE = 0
    ask(client)
    work()
    assert "Work the figures out" in client.get(of_then("/heat-map/", period=code)).content.decode()
    ask(client, "/heat-map/", period=code)
    work()
    assert told(client, of_then("/heat-map/", period=code)) == at_once
    assert told(client, of_then("/heat-map/", period=later.periods["open"].code)) == told(client, of_then("/heat-map/"))


def test_a_day_since_which_nothing_moved_is_told_by_the_summary_alone(cast, client, settings):  # noqa: F811
    client.force_login(cast.leader)
    with time_machine.travel(LATER, tick=True):
        client.force_login(cast.leader)
        settings.ANSWERS_AT_ONCE = 50_000
        at_once = {address: told(client, of_then(address)) for address in WHOLE_PAGES}
        settings.ANSWERS_AT_ONCE = 0
        assert {one: told(client, of_then(one)) for one in WHOLE_PAGES} == at_once
        assert not Job.objects.filter(kind="picture").exists()


def test_a_value_that_came_later_ends_that(cast, client, settings):  # noqa: F811
    settings.ANSWERS_AT_ONCE = 0
    with time_machine.travel(LATER, tick=True):
        client.force_login(cast.leader)
        assert "Work the figures out" not in client.get(of_then("/strategy/framework/1/")).content.decode()
        measure(cast, "own", 95, at=LATER)
        assert "Work the figures out" in client.get(of_then("/strategy/framework/1/")).content.decode()


def test_an_indicator_that_was_retired_since_is_not_taken_for_one_of_which_nothing_was_known(cast, client, settings):  # noqa: F811
    settings.ANSWERS_AT_ONCE = 0
    with time_machine.travel(LATER, tick=True):
        client.force_login(cast.leader)
        rollup.RollUp.objects.filter(node_type="indicator", node_id=cast.indicator.pk).delete()
        assert "Work the figures out" in client.get(of_then("/strategy/framework/1/")).content.decode()
        ask(client)
        work()
        [job] = Job.objects.filter(kind="picture")
        assert any(row[1] == "indicator" and row[2] == cast.indicator.pk for row in job.result["rows"])


def test_one_indicator_alone_is_worked_out_at_once(later, client):
    client.force_login(later.leader)
    assert Indicator.objects.filter(code="IND-1").exists()
    assert "Work the figures out" not in client.get(of_then("/indicators/IND-1/")).content.decode()


def test_a_picture_shows_nobody_more_than_they_may_see(cast, client, settings):  # noqa: F811
    measure(cast, "own", 77, at=NOON, handling=3)
    rollup.rebuild(at=NOON)
    with time_machine.travel(LATER, tick=True):
        revise_everything(cast)
        seen = {}
        for limit in (50_000, 0):
            settings.ANSWERS_AT_ONCE = limit
            client.force_login(cast.officer)
            if not limit:
                ask(client)
                work()
            for who in ("leader", "liaison", "other_liaison", "officer"):
                if who not in cast.people:
                    continue
                client.force_login(cast.people[who])
                seen[limit, who] = {address: told(client, of_then(address)) for address in WHOLE_PAGES[:-1]}
    who = {name for _limit, name in seen}
    assert {one: seen[0, one] for one in who} == {one: seen[50_000, one] for one in who}
    assert "restricted" in " ".join(seen[0, "leader"]["/heat-map/?region=here"])


@pytest.mark.parametrize("what", ["work", "indicator", "correction"])
def test_what_was_closed_after_a_picture_was_made_is_shown_to_nobody_more(later, client, settings, what):
    """A picture keeps the levels of the moment it was made; who may see it is settled by those of now."""
    value_of_public_work(later)
    pages, people = WHOLE_PAGES[:-1], ("leader", "liaison2", "liaison", "officer")
    settings.ANSWERS_AT_ONCE = -1  # even none are too many
    client.force_login(later.officer)
    ask(client)
    work()
    then = seen_by(later, client, people, pages)
    close(later, what)
    client.force_login(later.leader)
    for address in pages:
        assert "Work the figures out" in client.get(of_then(address)).content.decode(), address
    assert all(client.get(of_then(address)).status_code == 409 for address in FILES)
    settings.ANSWERS_AT_ONCE = 50_000
    now = seen_by(later, client, people, pages)
    closed = [" ".join(seen["leader"]["/heat-map/?region=here"]).count("restricted") for seen in (then, now)]
    assert closed[0] < closed[1]  # the fault could be seen
    settings.ANSWERS_AT_ONCE = -1
    client.force_login(later.officer)
    ask(client)
    work()
    assert seen_by(later, client, people, pages) == now


@pytest.mark.parametrize("what", ["work", "indicator"])
def test_what_was_closed_is_hidden_in_the_summary_of_an_earlier_day_too(cast, client, settings, what):  # noqa: F811
    """What nothing but the closing has moved since is told by no row that is as it was before."""
    value_of_public_work(cast)
    rollup.rebuild(at=NOON)
    with time_machine.travel(LATER, tick=True):
        client.force_login(cast.leader)
        settings.ANSWERS_AT_ONCE = -1
        then = seen_by(cast, client, ["leader"], WHOLE_PAGES[:-1])
        close(cast, what)
        now = seen_by(cast, client, ["leader"], WHOLE_PAGES[:-1])
        settings.ANSWERS_AT_ONCE = 50_000
        at_once = seen_by(cast, client, ["leader"], WHOLE_PAGES[:-1])
    assert then["leader"] != at_once["leader"]  # the fault could be seen
    for address in WHOLE_PAGES[:-1]:
        assert "Work the figures out" in " ".join(now["leader"][address]) or now["leader"][address] == at_once["leader"][address]


def value_of_public_work(there) -> None:
    """On the day, a piece of public work of the other bureau says something of the indicator, too."""
    Indicator.objects.filter(pk=there.indicator.pk).update(combine_initiatives="sum")
    with transaction.atomic():
        record_measurement(
            indicator=there.indicator, period=there.periods["open"], bureau=there.bureaus["other"], at=NOON, by=None,
            state="reported", value=Decimal(60), observed_on=NOON.date(), handling=0, source_ref="update:2",
            initiative_code=there.work["other", 0].code,
        )  # fmt: skip
    rollup.rebuild(at=NOON)


def close(there, what: str) -> None:
    at = LATER + timedelta(hours=1)
    if what == "indicator":
        one = Indicator.objects.get(pk=there.indicator.pk)
        edit_indicator(indicator_id=one.pk, version=one.version, by=there.people["officer2"], at=at, reason="Closed.", handling=3)
    elif what == "correction":
        correct_more_carefully(there, at)
    else:
        one = Initiative.objects.get(pk=there.work["other", 0].pk)
        edit_initiative(initiative_id=one.pk, version=one.version, by=there.people["liaison2"], at=at, handling=3)


def correct_more_carefully(there, at) -> None:
    """The public value is replaced by a restricted one, as a correction's validation does: the earlier one is raised with it."""
    with transaction.atomic():
        made, entry = record_measurement(
            indicator=there.indicator, period=there.periods["open"], bureau=there.bureaus["other"], at=at, by=None,
            state="reported", value=Decimal(61), observed_on=NOON.date(), handling=3, source_ref="update:3",
            initiative_code=there.work["other", 0].code,
        )  # fmt: skip
        rollup.refresh_branches([made.indicator], made.period, at=at)
        audit.record_many([entry])


def seen_by(there, client, people, pages) -> dict[str, dict[str, list[str]]]:
    found = {}
    for who in people:
        client.force_login(there.people[who])
        found[who] = {address: told(client, of_then(address)) for address in pages}
    return found


def test_a_file_of_figures_that_are_lacking_is_refused(later, client):
    client.force_login(later.leader)
    for address in FILES:
        answer = client.get(of_then(address))
        assert answer.status_code == 409 and "not worked out yet" in answer.content.decode()


def test_the_list_of_bureaus_lists_them_and_offers_what_it_lacks(later, client, settings):
    client.force_login(later.officer)
    page = client.get(of_then("/bureaus/")).content.decode()
    assert "Work the figures out" in page and 'name="next" value="/bureaus/?known_on=' in page
    settings.ANSWERS_AT_ONCE = 50_000
    at_once = told(client, of_then("/bureaus/"))
    settings.ANSWERS_AT_ONCE = 0
    assert "Have them counted" not in page  # one button asks for both
    client.post(f"/figures/?known_on={DAY}", {"next": of_then("/bureaus/"), "counts": "1"})
    page = client.get(of_then("/bureaus/")).content.decode()
    assert "They are being counted" in page and "They are being worked out" in page
    assert Job.objects.filter(kind__in=["picture", "tally"]).count() == 2
    for job in Job.objects.filter(kind__in=["picture", "tally"]):
        jobs.work(job.pk)
    assert told(client, of_then("/bureaus/")) == at_once


def test_one_that_failed_says_why_and_can_be_asked_for_again(later, client):
    client.force_login(later.leader)
    ask(client)
    Job.objects.filter(kind="picture").update(state="failed", failure_code="crashed", failure_detail="The volume was full.")
    page = client.get(of_then("/strategy/")).content.decode()
    assert "The volume was full." in page and "Work the figures out" in page
    ask(client)
    assert Job.objects.get(kind="picture").state == "queued"


def test_three_days_may_wait_and_the_next_is_told_to_ask_later(later, client):
    for back in range(1, 4):
        kept_days.PICTURES.ask_for(NOON.date() - timedelta(days=back), at=LATER)
    client.force_login(later.leader)
    page = client.get(ask(client).url).content.decode()
    assert "still being worked out" in page and not Job.objects.filter(key__contains=DAY).exists()


@pytest.mark.parametrize("where", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)", "", "/\\elsewhere.example"])
def test_it_leads_back_nowhere_else(later, client, where):
    client.force_login(later.leader)
    assert client.post(f"/figures/?known_on={DAY}", {"next": where}).url == "/"


def test_today_and_a_small_installation_have_nothing_made(later, client, settings):
    client.force_login(later.leader)
    client.post("/figures/", {"next": "/strategy/"})
    settings.ANSWERS_AT_ONCE = 50_000
    ask(client)
    assert client.get(f"/figures/?known_on={DAY}").status_code in (302, 405) and not Job.objects.filter(kind="picture").exists()


def test_a_waiting_page_is_not_kept_for_the_reader(later, client):
    client.force_login(later.leader)
    client.get("/method/")
    first = client.get(of_then("/strategy/"))
    again = client.get(of_then("/strategy/"), headers={"if-none-match": first.get("ETag", '"none"')})
    assert again.status_code == 200 and "Work the figures out" in again.content.decode()
    ask(client)
    work()
    assert "Work the figures out" not in client.get(of_then("/strategy/")).content.decode()


def test_what_a_picture_holds_of_bureaus_is_what_was_worked_out(later):
    job = kept_days.PICTURES.ask_for(NOON.date(), at=LATER)
    made = pictures.make_picture(job, lambda stage, percent: None)
    bureaus = {row[3] for row in made["parts"]}
    assert {one.pk for one in later.bureaus.values()} & bureaus and re.match(r"\d{4}-", made["at"])
