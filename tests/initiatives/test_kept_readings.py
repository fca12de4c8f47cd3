"""What bureaus said is kept beside their answers: after every change it is what a rebuild would make, also of two at once."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from initiatives import delivery, life, services, taking_back
from initiatives.models import Initiative, Update
from outcomes import definitions, proposing, readings_kept, rollup
from outcomes.models import BureauReading, Measurement, RollUp
from outcomes.period_services import reopen_period
from tests.at_once import at_once
from tests.cast import make_initiative, make_update, settle_in
from tests.moments import NOON

HOUR = timedelta(hours=1)
SAYS = {"state": "reported", "source_note": "The annual report, page 3", "handling": 1}


def assert_kept_is_right(at=NOON) -> None:
    assert rollup.rebuild(at=at, check_only=True) == []
    assert delivery.rebuild(at=at, check_only=True) == []


def validated(cast, update, by=None, at=NOON):
    update = Update.objects.get(pk=update.pk)
    return life.validate(update_id=update.pk, version=update.version, by=by or cast.officer2, at=at)


def sent(cast, work, value=10, period=None, **said):
    made = make_update(cast, work, period=period)
    made.values.update(**{"value": value, **said})
    Update.objects.filter(pk=made.pk).update(state="submitted", submitted_at=cast.at, submitted_by=made.author)
    return made


def started(cast, owner):
    made = make_initiative(cast, owner)
    with transaction.atomic():
        delivery.refresh_initiative(made, at=NOON)
    return made


def reading_of(cast, bureau="other"):
    return BureauReading.objects.get(indicator=cast.indicator, bureau=cast.bureaus[bureau])


@pytest.fixture
def figures(cast):
    rollup.rebuild(at=NOON)
    delivery.rebuild(at=NOON)
    return cast


def test_a_validation_tells_and_taking_it_back_takes_it_away(cast, work, figures):
    done = validated(cast, sent(cast, work, 40))
    assert (reading_of(cast).value, reading_of(cast).reported) == (40, 1)
    assert_kept_is_right()
    taking_back.take_back(update_id=done.pk, version=done.version, reason="Wrong one", by=cast.officer2, at=NOON + HOUR)
    assert (reading_of(cast).value, reading_of(cast).reported) == (None, 0)
    assert_kept_is_right(NOON + HOUR)


def test_a_correction_replaces_what_was_told(cast, work, figures):
    done = validated(cast, sent(cast, work, 40))
    made = life.correct(update_id=done.pk, version=done.version, reason="A digit", by=cast.liaison2, at=NOON + HOUR)
    made = life.save_draft(
        update_id=made.pk, version=made.version, by=cast.liaison2, at=NOON + HOUR,
        values={cast.indicator.pk: {"state": "reported", "value": 41}},
    )  # fmt: skip
    made = life.submit(update_id=made.pk, version=made.version, by=cast.liaison2, at=NOON + HOUR)
    validated(cast, made, at=NOON + 2 * HOUR)
    assert reading_of(cast).value == 41
    assert_kept_is_right(NOON + 2 * HOUR)


def test_a_late_answer_for_a_period_that_was_opened_again_changes_the_time_between(cast, work, figures):
    validated(cast, sent(cast, work, 40))
    closed = cast.periods["closed"]
    reopen_period(code=closed.code, version=closed.version, reason="A late one", by=cast.officer, at=NOON)
    validated(cast, sent(cast, work, 20, period=closed), at=NOON + HOUR)
    told = BureauReading.objects.filter(indicator=cast.indicator).order_by("since")
    assert [(one.value, one.since) for one in told] == [(20, closed.end_on), (40, cast.periods["open"].end_on)]
    assert told[0].until == told[1].since
    assert_kept_is_right(NOON + HOUR)


def test_work_that_goes_to_another_bureau_is_each_bureaus_own_and_counts_once(cast, work, figures):
    validated(cast, sent(cast, work, 20, period=cast.periods["closed"]))
    Initiative.objects.filter(pk=work.pk).update(lead_bureau=cast.bureaus["third"])
    later = sent(cast, Initiative.objects.get(pk=work.pk), 50, observed_on=NOON.date())
    validated(cast, later, at=NOON + HOUR)
    told = BureauReading.objects.filter(indicator=cast.indicator)
    assert sorted(told.values_list("bureau__code", "initiative_code", "value")) == [("XB", work.code, 20), ("XC", work.code, 50)]
    total = RollUp.objects.get(node_type="indicator", node_id=cast.indicator.pk, bureau=None, period=cast.periods["open"])
    assert total.actual == 50
    assert rollup.rebuild(at=NOON + HOUR, check_only=True) == []


def test_an_officers_own_value_is_told_once_a_second_one_confirms_it(cast, figures):
    said = {"indicator": cast.indicator, "period": cast.periods["open"], "observed_on": NOON.date(), **SAYS}
    for bureau, value in ((None, 70), (cast.bureaus["third"], 30)):
        waiting = proposing.propose_value(bureau=bureau, value=value, by=cast.officer, at=NOON, **said)
        assert not BureauReading.objects.filter(bureau=bureau).exists()
        proposing.confirm_value(proposal_id=waiting.pk, version=waiting.version, by=cast.officer2, at=NOON)
        assert BureauReading.objects.get(bureau=bureau).value == value
        assert_kept_is_right()


def test_values_that_are_withheld_or_do_not_apply_are_told_as_that(cast, work, figures):
    for place, state in enumerate(("withheld", "not_applicable", "not_reported")):
        made = sent(cast, started(cast, "other"), None, state=state, reason="We may not say")
        validated(cast, made, at=NOON + place * HOUR)
        assert_kept_is_right(NOON + place * HOUR)
    assert (reading_of(cast).spoken, reading_of(cast).asked) == (1, 2)


def test_another_arithmetic_adds_up_anew(cast, work, figures):
    for value in (10, 30):
        validated(cast, sent(cast, started(cast, "other"), value))
    assert reading_of(cast).value in (10, 30)
    found = type(cast.indicator).objects.get(pk=cast.indicator.pk)
    definitions.edit_indicator(
        indicator_id=found.pk, version=found.version, by=cast.officer, at=NOON + HOUR, reason="It is a sum",
        combine_initiatives="sum",
    )  # fmt: skip
    assert reading_of(cast).value == 40
    assert_kept_is_right(NOON + HOUR)


def test_a_retired_indicator_is_not_kept(cast, work, figures):
    validated(cast, sent(cast, work, 40))
    found = type(cast.indicator).objects.get(pk=cast.indicator.pk)
    definitions.edit_indicator(
        indicator_id=found.pk, version=found.version, by=cast.officer, at=NOON + HOUR, reason="Done", state="retired"
    )
    assert not BureauReading.objects.filter(indicator=found).exists()
    assert_kept_is_right(NOON + HOUR)


def test_work_that_is_handled_more_carefully_takes_what_it_told_with_it(cast, work, figures):
    validated(cast, sent(cast, work, 40))
    current = Initiative.objects.get(pk=work.pk)
    services.edit_initiative(
        initiative_id=current.pk, version=current.version, by=cast.liaison2, at=NOON + HOUR, handling=2, reason="Too open"
    )
    assert reading_of(cast).handling == 2 and set(Measurement.objects.values_list("handling", flat=True)) == {2}
    assert_kept_is_right(NOON + HOUR)


def test_the_command_names_what_is_kept_wrongly_and_mends_it(cast, work, figures, capsys):
    validated(cast, sent(cast, work, 40))
    BureauReading.objects.update(value=400)
    with pytest.raises(CommandError):
        call_command("rebuild_rollups", "--check")
    assert f"reading of indicator {cast.indicator.pk}, bureau {cast.bureaus['other'].pk}" in capsys.readouterr().out
    call_command("rebuild_rollups")
    assert reading_of(cast).value == 40
    call_command("rebuild_rollups", "--check")


def test_a_validation_asks_as_often_however_much_there_is(cast, work, figures):
    counted = []
    for many in (1, 12):
        for _place in range(many):
            validated(cast, sent(cast, started(cast, "other")))
            validated(cast, sent(cast, started(cast, "third")))
        made = sent(cast, started(cast, "other"))
        with CaptureQueriesContext(connection) as asked:
            validated(cast, made)
        counted.append(len(asked))
    assert counted[0] == counted[1] <= 20
    assert_kept_is_right()


# two at once


@pytest.fixture
def committed(transactional_db):
    cast = settle_in(NOON.date(), with_work=False)
    rollup.rebuild(at=NOON)
    delivery.rebuild(at=NOON)
    return cast


def four_at_once(cast):
    """Four updates of two bureaus that say something of the same indicator, validated at the same time."""
    type(cast.indicator).objects.filter(pk=cast.indicator.pk).update(combine_initiatives="sum", combine_bureaus="sum")
    rollup.rebuild(at=NOON)
    made = [sent(cast, started(cast, owner), 10) for owner in ("other", "other", "third", "other")]
    at_once(*(lambda one=one: validated(cast, one) for one in made))
    return RollUp.objects.get(node_type="indicator", node_id=cast.indicator.pk, bureau=None, period=cast.periods["open"])


def test_validations_at_once_end_in_the_right_figures(committed):
    for turn in range(1, 6):
        assert four_at_once(committed).actual == 40 * turn
        assert_kept_is_right()


def test_the_harness_can_see_what_they_would_lose_without_the_lock(committed, monkeypatch):
    """The control: both count before either can see the other, as nothing but the lock prevents."""
    together, tell = threading.Barrier(4), readings_kept.tell

    def told_together(*args, **how):
        together.wait(timeout=60)
        tell(*args, **how)

    monkeypatch.setattr(rollup, "lock", lambda: None)
    monkeypatch.setattr(readings_kept, "tell", told_together)
    four_at_once(committed)
    monkeypatch.undo()
    assert rollup.rebuild(at=NOON, check_only=True) != []
