"""Two people who edit at once: exactly one is kept, the other is told, and nobody's words vanish in silence."""

from __future__ import annotations

import threading

import pytest
from django.db import connection
from django.utils import timezone

from core import versions, writing
from initiatives.models import Initiative, Update
from tests.api.conftest import Caller
from tests.at_once import crowd
from tests.cast import make_initiative, make_update, settle_in

ROUNDS = 200
DECISIONS = 100

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def committed_cast(transactional_db):
    return settle_in(timezone.now().date(), with_work=False)


def double_edits(cast, rounds: int) -> tuple[int, int]:
    """How many rounds ended with two successes, and how many lost an edit that had been answered with success."""
    work = make_initiative(cast, "own")
    callers = Caller(cast.liaison), Caller(cast.colleague)
    double = lost = 0
    with crowd(2) as together:
        for number in range(rounds):
            version = Initiative.objects.get(pk=work.pk).version
            bodies = {"title": f"title {number}"}, {"summary": f"summary {number}"}
            answers = together(
                *(
                    lambda c=c, b=b: c.patch(f"initiatives/{work.code}/", b, version=version)
                    for c, b in zip(callers, bodies, strict=True)
                )
            )
            codes = sorted(answer.status_code for answer in answers)
            assert set(codes) <= {200, 412}, [answer.data for answer in answers]
            double += codes == [200, 200]
            after = Initiative.objects.get(pk=work.pk)
            kept = after.title == f"title {number}", after.summary == f"summary {number}"
            lost += any(a.status_code == 200 and not k for a, k in zip(answers, kept, strict=True))
            assert codes != [412, 412]
    return double, lost


def test_of_two_edits_at_once_exactly_one_is_kept(committed_cast, capsys):
    double, lost = double_edits(committed_cast, ROUNDS)
    with capsys.disabled():
        print(f"\nlost updates: {ROUNDS} double edits, {double} double successes, {lost} lost")
    assert (double, lost) == (0, 0)


def test_the_harness_can_see_a_lost_update(committed_cast, monkeypatch, capsys):
    """The positive control: without the lock and the check, most rounds lose an edit that was answered with success."""
    rounds, meet = 40, threading.Barrier(2)

    def careless(queryset, pk, *, version):
        found = queryset.get(pk=pk)
        try:
            meet.wait(timeout=5)
        except threading.BrokenBarrierError:
            meet.reset()
        return found

    save = writing.update

    def save_everything(record, _names, **how):
        save(record, [field.name for field in record._meta.concrete_fields if not field.primary_key], **how)

    monkeypatch.setattr(versions, "lock", careless)
    monkeypatch.setattr(writing, "update", save_everything)
    double, lost = double_edits(committed_cast, rounds)
    with capsys.disabled():
        print(f"\npositive control: {rounds} double edits without the check, {double} double successes, {lost} lost")
    assert lost > rounds / 2


def test_an_edit_and_a_decision_at_once_never_both_succeed(committed_cast, capsys):
    """Sending again what is being validated: whoever comes second is told."""
    cast, both = committed_cast, 0
    officer, liaison = Caller(cast.officer), Caller(cast.liaison2)
    with crowd(2) as together:
        for _number in range(DECISIONS):
            update = make_update(cast, make_initiative(cast, "other"), "submitted")
            path = f"updates/{update.pk}/"
            answers = together(
                lambda path=path, v=update.version: officer.post(path + "validate/", version=v),
                lambda path=path, v=update.version: liaison.post(path + "withdraw/", version=v),
            )
            codes = [answer.status_code for answer in answers]
            assert set(codes) <= {200, 409, 412}, [answer.data for answer in answers]
            both += codes == [200, 200]
            state = Update.objects.get(pk=update.pk).state
            assert state == ("validated" if codes[0] == 200 else "draft")
    with capsys.disabled():
        print(f"\nedit against validation: {DECISIONS} rounds, {both} double successes")
    assert both == 0


def test_a_change_says_which_version_it_was_made_to(committed_cast):
    work = make_initiative(committed_cast, "own")
    liaison = Caller(committed_cast.liaison)
    path = f"initiatives/{work.code}/"
    assert liaison.patch(path, {"title": "x"}).status_code == 428
    for tag in ("*", 'W/"1"', "1", '"1", "2"', '"one"', "", '"1" '):
        answer = liaison.patch(path, {"title": "x"}, **{"If-Match": tag})
        assert answer.status_code == (200 if tag == '"1" ' else 400), tag
    with connection.cursor() as cursor:
        cursor.execute("SELECT version FROM initiatives_initiative WHERE id = %s", [work.pk])
        assert cursor.fetchone() == (2,)
