"""Two people write at once: the second sees mine and theirs and chooses, and nothing typed is lost, not once in 200."""

import re

import pytest
from django.test import Client

from initiatives.models import Update
from tests.at_once import crowd
from tests.cast import make_initiative, make_update, settle_in
from tests.moments import NOON
from tests.pages.conftest import address


@pytest.fixture
def both(cast, desk, work):
    """Two colleagues of one bureau who opened the same draft."""
    make_update(cast, work, "draft")
    second = type(cast.liaison2).objects.create(
        email="second@test.invalid", full_name="Second", role="liaison", bureau=cast.bureaus["other"]
    )
    return desk(cast.liaison2).open(address(work)), desk(second).open(address(work))


def test_the_second_sees_mine_and_theirs(both):
    first, second = both
    first.press(first.form("updates").fill(achieved="Theirs"), "act", "save")
    second.press(second.form("updates").fill(achieved="Mine"), "act", "save")
    assert second.status == 409
    assert "Mine" in second.text
    assert "Theirs" in second.text
    assert "Liaison2" in second.text
    assert Update.objects.get().achieved == "Theirs"


@pytest.mark.parametrize(("pick", "kept"), [("mine", "Mine"), ("theirs", "Theirs")])
def test_the_second_chooses(both, pick, kept):
    first, second = both
    first.press(first.form("updates").fill(achieved="Theirs"), "act", "save")
    second.press(second.form("updates").fill(achieved="Mine"), "act", "save")
    second.press(second.form("updates").put("pick.achieved", pick), "act", "save")
    assert second.status == 200
    assert Update.objects.get().achieved == kept


def test_not_choosing_is_asked_again_and_loses_nothing(both):
    first, second = both
    first.press(first.form("updates").fill(achieved="Theirs"), "act", "save")
    second.press(second.form("updates").fill(achieved="Mine"), "act", "save")
    second.press(second.form("updates"), "act", "save")
    assert second.status == 400
    assert "Choose one version" in second.text
    assert second.form("updates").value("achieved") == "Mine"


def test_who_did_not_touch_a_field_gives_way_in_it(both):
    first, second = both
    first.press(first.form("updates").fill(obstacle="Theirs"), "act", "save")
    second.press(second.form("updates").fill(achieved="Mine"), "act", "save")
    form = second.form("updates")
    assert form.value("pick.obstacle") == "theirs"
    assert form.value("pick.achieved") == "mine"
    second.press(form, "act", "save")
    kept = Update.objects.get()
    assert (kept.achieved, kept.obstacle) == ("Mine", "Theirs")


def test_a_third_writer_meanwhile_is_one_more_conflict_and_no_loss(both):
    first, second = both
    first.press(first.form("updates").fill(achieved="Theirs"), "act", "save")
    second.press(second.form("updates").fill(achieved="Mine"), "act", "save")
    first.press(first.form("updates").fill(achieved="Theirs again"), "act", "save")
    second.press(second.form("updates").put("pick.achieved", "mine"), "act", "save")
    assert second.status == 409
    assert "Theirs again" in second.text
    assert second.form("updates").value("achieved") == "Mine"


def test_both_saying_the_same_is_no_conflict(both):
    first, second = both
    first.press(first.form("updates").fill(achieved="The same"), "act", "save")
    second.press(second.form("updates").fill(achieved="The same"), "act", "save")
    assert second.status == 200


def test_two_who_begin_at_once_make_one_update_and_lose_nothing(cast, desk, work):
    first, second = desk(cast.liaison2).open(address(work)), desk(cast.liaison2).open(address(work))
    first.press(first.form("updates").fill(achieved="First"), "act", "save")
    second.press(second.form("updates").fill(achieved="Second"), "act", "save")
    assert second.status == 409
    assert "Second" in second.text
    assert Update.objects.get().achieved == "First"


def test_what_comes_after_it_was_sent_is_shown_to_be_copied(cast, desk, both, work):
    first, second = both
    first.open(address(work, "check/"))
    first.press(first.form("send"))
    second.press(second.form("updates").fill(achieved="Too late"), "act", "save")
    assert second.status == 409
    assert "Too late" in second.text
    assert Update.objects.get().achieved != "Too late"


@pytest.mark.django_db(transaction=True)
def test_of_200_double_edits_not_one_is_lost():
    """Every answer of 200 is in the record's history; every other answer was a conflict that gave the words back."""
    cast = settle_in(NOON.date(), with_work=False)
    updates = [make_update(cast, make_initiative(cast, "other"), "draft") for _n in range(5)]
    clients = [Client(), Client()]
    for client in clients:
        client.force_login(cast.liaison2)
        client.get("/my-reporting/")
    lost = conflicts = 0
    with crowd(2) as together:
        for number in range(200):
            update = updates[number % len(updates)]
            version = Update.objects.values_list("version", flat=True).get(pk=update.pk)
            answers = together(
                *(lambda one=one: _save(clients[one], update, version, one, number) for one in (0, 1))
            )
            saved = [one for one, (status, _text) in enumerate(answers) if status == 302]
            refused = [one for one, (status, _text) in enumerate(answers) if status == 409]
            kept = Update.objects.get(pk=update.pk)
            lost += sum(_words(one, number) not in (kept.achieved, kept.obstacle) for one in saved)
            lost += sum(_words(one, number) not in answers[one][1] for one in refused)
            conflicts += len(refused)
            assert len(saved) + len(refused) == 2
    assert (lost, conflicts) == (0, 200)


def _save(client, update, version, one, number):
    field = "achieved" if one else "obstacle"
    answer = client.post(
        f"/updates/{update.initiative.code}/{update.period.code}/",
        {
            "version": version,
            "achieved": update.achieved,
            "obstacle": "None",
            field: _words(one, number),
            "act": "save",
        },
    )
    return answer.status_code, re.sub(r"\s+", " ", answer.content.decode())


def _words(one, number):
    return f"writer {one} in round {number}"
