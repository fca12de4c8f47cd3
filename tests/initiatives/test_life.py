"""The life of an update: each step is allowed from where it should be, refused from elsewhere, whole or not at all."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from core import audit
from core.errors import Conflict, Invalid, NotAllowed, NotFound, Stale
from core.handling import Handling
from core.models import AuditRecord
from initiatives import life, taking_back
from initiatives.choices import UpdateState
from initiatives.models import Update
from outcomes.models import Measurement, RollUp
from tests.cast import make_initiative, make_update
from tests.moments import NOON

ALL = set(UpdateState)


def step(act, update, by, **more):
    return act(update_id=update.pk, version=update.version, by=by, at=NOON, **more)


def send_back(update, by, **more):
    return step(life.return_to_author, update, by, **{"reason_code": "unclear", "comment": "Which port?", **more})


# Opening


def test_opening_starts_one_draft_with_a_row_for_each_indicator(cast, work):
    made = life.open_update(initiative_id=work.pk, period=cast.periods["open"], by=cast.liaison2, at=NOON)
    assert made.state == UpdateState.DRAFT and made.revision == 1
    assert [row.state for row in made.values.all()] == ["not_reported"]


def test_opening_twice_hands_over_the_same_update(cast, work):
    first = life.open_update(initiative_id=work.pk, period=cast.periods["open"], by=cast.liaison2, at=NOON)
    assert life.open_update(initiative_id=work.pk, period=cast.periods["open"], by=cast.liaison2, at=NOON) == first


@pytest.mark.parametrize("name", ["closed", "upcoming"])
def test_a_period_that_is_not_open_takes_no_update(cast, work, name):
    with pytest.raises(Conflict) as refusal:
        life.open_update(initiative_id=work.pk, period=cast.periods[name], by=cast.liaison2, at=NOON)
    assert refusal.value.code == "period_closed"


def test_work_that_does_not_run_in_the_period_takes_no_update(cast):
    over = cast.periods["open"].start_on - timedelta(days=1)
    ended = make_initiative(cast, "other", ends_on=over)
    with pytest.raises(Conflict) as refusal:
        life.open_update(initiative_id=ended.pk, period=cast.periods["open"], by=cast.liaison2, at=NOON)
    assert refusal.value.code == "not_running"


def test_another_bureaus_visible_work_is_refused_with_the_reason(cast, work):
    with pytest.raises(NotAllowed, match="leads this work"):
        life.open_update(initiative_id=work.pk, period=cast.periods["open"], by=cast.liaison, at=NOON)


def test_another_bureaus_hidden_work_does_not_exist(cast):
    hidden = make_initiative(cast, "other", level=3)
    with pytest.raises(NotFound):
        life.open_update(initiative_id=hidden.pk, period=cast.periods["open"], by=cast.liaison, at=NOON)


# Which step from where


def reach(cast, work, state):
    return make_update(cast, work, state)


@pytest.mark.parametrize("state", sorted(ALL - {UpdateState.DRAFT, UpdateState.RETURNED}))
def test_only_a_draft_or_a_returned_update_is_edited(cast, work, state):
    update = reach(cast, work, state)
    with pytest.raises(Conflict) as refusal:
        step(life.save_draft, update, cast.liaison2, achieved="Changed")
    assert refusal.value.code == "not_editable"


@pytest.mark.parametrize("state", sorted(ALL - {UpdateState.DRAFT, UpdateState.RETURNED}))
def test_only_a_draft_or_a_returned_update_is_sent(cast, work, state):
    with pytest.raises(Conflict):
        step(life.submit, reach(cast, work, state), cast.liaison2)


@pytest.mark.parametrize("state", sorted(ALL - {UpdateState.SUBMITTED, UpdateState.BUREAU_APPROVED}))
def test_only_a_sent_update_is_validated(cast, work, state):
    update = reach(cast, work, state)
    with pytest.raises((Conflict, NotFound)):
        step(life.validate, update, cast.officer2)


@pytest.mark.parametrize("state", sorted(ALL - {UpdateState.SUBMITTED, UpdateState.BUREAU_APPROVED}))
def test_only_a_sent_update_is_returned(cast, work, state):
    update = reach(cast, work, state)
    with pytest.raises((Conflict, NotFound)):
        send_back(update, cast.officer2)


@pytest.mark.parametrize("state", sorted(ALL - {UpdateState.SUBMITTED, UpdateState.BUREAU_APPROVED}))
def test_only_a_sent_update_is_taken_back(cast, work, state):
    with pytest.raises(Conflict):
        step(life.withdraw, reach(cast, work, state), cast.liaison2)


@pytest.mark.parametrize("state", sorted(ALL - {UpdateState.VALIDATED}))
def test_only_a_validated_update_is_corrected(cast, work, state):
    with pytest.raises(Conflict):
        step(life.correct, reach(cast, work, state), cast.liaison2, reason="A digit was wrong")


# Who


@pytest.mark.parametrize("part", ["liaison", "liaison2", "head", "leader", "auditor", "admin"])
def test_only_officers_validate(cast, work, part):
    with pytest.raises((NotAllowed, NotFound)):
        step(life.validate, reach(cast, work, "submitted"), getattr(cast, part))


def test_nobody_validates_what_they_wrote(cast, work):
    update = make_update(cast, work, "submitted")
    Update.objects.filter(pk=update.pk).update(writer_ids=[cast.liaison2.pk, cast.officer2.pk])
    with pytest.raises(NotAllowed, match="wrote themselves") as refusal:
        step(life.validate, update, cast.officer2)
    assert refusal.value.code == "four_eyes"


def test_an_officer_without_the_clearance_sees_nothing_to_validate(cast):
    secret = make_update(cast, make_initiative(cast, "other", level=3), "submitted")
    with pytest.raises(NotFound):
        step(life.validate, secret, cast.officer)


# The bureau's head


def test_where_the_bureau_asks_for_it_its_head_comes_first(cast, headed):
    update = make_update(cast, headed, "submitted")
    with pytest.raises((Conflict, NotFound)):
        step(life.validate, update, cast.officer2)
    approved = step(life.approve, update, cast.head)
    assert approved.state == UpdateState.BUREAU_APPROVED
    assert step(life.validate, approved, cast.officer2).state == UpdateState.VALIDATED


def test_a_head_may_send_it_back_before_that(cast, headed):
    update = make_update(cast, headed, "submitted")
    assert send_back(update, cast.head).state == UpdateState.RETURNED


def test_what_a_head_sends_is_approved_by_that(cast, headed):
    update = make_update(cast, headed, "draft")
    assert step(life.submit, update, cast.head).state == UpdateState.BUREAU_APPROVED


def test_where_the_bureau_does_not_ask_nothing_is_approved(cast, work):
    cast.head.bureau = work.lead_bureau
    cast.head.save()
    with pytest.raises(Conflict) as refusal:
        step(life.approve, make_update(cast, work, "submitted"), cast.head)
    assert refusal.value.code == "no_approval_asked"


# What must be said


@pytest.mark.parametrize(
    ("field", "value"),
    [("achieved", " "), ("delivery_percent", None), ("delivery_status", "")],
)
def test_an_update_that_lacks_something_is_not_sent(cast, work, field, value):
    update = make_update(cast, work, "draft")
    Update.objects.filter(pk=update.pk).update(**{field: value})
    with pytest.raises(Invalid) as refusal:
        step(life.submit, update, cast.liaison2)
    assert field in refusal.value.fields


def test_being_off_track_needs_its_reason(cast, work):
    update = make_update(cast, work, "draft")
    Update.objects.filter(pk=update.pk).update(delivery_status="off_track")
    with pytest.raises(Invalid) as refusal:
        step(life.submit, update, cast.liaison2)
    assert list(refusal.value.fields) == ["off_track_reason"]


@pytest.mark.parametrize("percent", ["-1", "100.01"])
def test_delivery_is_between_0_and_100_percent(cast, work, percent):
    update = make_update(cast, work, "draft")
    with pytest.raises(Invalid) as refusal:
        step(life.save_draft, update, cast.liaison2, delivery_percent=Decimal(percent))
    assert "delivery_percent" in refusal.value.fields


def test_a_value_observed_outside_the_period_is_not_sent(cast, work):
    update = make_update(cast, work, "draft")
    update.values.update(observed_on=date(2020, 1, 1))
    with pytest.raises(Invalid) as refusal:
        step(life.submit, update, cast.liaison2)
    assert list(refusal.value.fields) == [f"values.{cast.indicator.pk}.observed_on"]


def test_an_update_is_handled_at_least_as_carefully_as_its_work(cast):
    update = make_update(cast, make_initiative(cast, "other", level=2), "draft")
    with pytest.raises(Invalid) as refusal:
        step(life.save_draft, update, cast.liaison2, handling=1)
    assert "handling" in refusal.value.fields


def test_a_return_needs_a_comment_and_a_reason(cast, work):
    with pytest.raises(Invalid) as refusal:
        send_back(make_update(cast, work, "submitted"), cast.officer2, comment=" ", reason_code="mood")
    assert set(refusal.value.fields) == {"comment", "reason_code"}


# What comes of it


def test_saving_with_an_old_version_is_refused_and_shows_the_present_one(cast, work):
    update = make_update(cast, work, "draft")
    step(life.save_draft, update, cast.liaison2, achieved="First")
    with pytest.raises(Stale) as refusal:
        step(life.save_draft, update, cast.liaison2, achieved="Second")
    assert refusal.value.current.achieved == "First"


def test_saving_nothing_new_changes_nothing_and_leaves_no_trace(cast, work):
    update = make_update(cast, work, "draft")
    before = AuditRecord.objects.count()
    saved = step(life.save_draft, update, cast.liaison2, achieved=update.achieved)
    assert saved.version == update.version and AuditRecord.objects.count() == before


def test_validating_records_the_values_and_moves_every_figure_above(cast, work):
    update = make_update(cast, work, "submitted")
    step(life.validate, update, cast.officer2)
    value = Measurement.objects.get(source_ref=f"update:{update.pk}")
    assert (value.value, value.bureau, value.initiative_code) == (10, work.lead_bureau, work.code)
    rows = RollUp.objects.filter(period=cast.periods["open"], bureau=None, measure="results")
    assert {row.node_type for row in rows} == {"indicator", "result", "aim", "plan"}
    assert rows.get(node_type="indicator", node_id=cast.indicator.pk).actual == 10


def test_a_correction_replaces_what_stood_once_it_is_validated_itself(cast, work):
    first = step(life.validate, make_update(cast, work, "submitted"), cast.officer2)
    second = step(life.correct, first, cast.liaison2, reason="A digit was wrong")
    assert (second.revision, second.values.get().value) == (2, 10)
    second = step(life.save_draft, second, cast.liaison2, values={cast.indicator.pk: {"value": Decimal(7)}})
    assert Measurement.objects.current().get(indicator=cast.indicator).value == 10
    second = step(life.submit, second, cast.liaison2)
    step(life.validate, second, cast.officer2)
    assert Measurement.objects.current().get(indicator=cast.indicator).value == 7
    assert list(Update.objects.current().values_list("revision", flat=True)) == [2]


def test_a_correction_handled_more_carefully_hides_what_it_replaced_from_those_who_may_not_read_it(cast, work):
    first = step(life.validate, make_update(cast, work, "submitted"), cast.officer2)

    def readers():
        rows = Update.objects.filter(pk=first.pk)
        return [name for name in ("leader", "liaison", "liaison2", "auditor") if rows.visible_to(getattr(cast, name))]

    second = step(life.correct, first, cast.liaison2, reason="An informant could be known by it")
    second = step(life.save_draft, second, cast.liaison2, handling=Handling.CONFIDENTIAL)
    assert readers() == ["leader", "liaison", "liaison2", "auditor"], "it stands until the correction is validated"
    second = step(life.submit, second, cast.liaison2)
    cast.officer2.clearance = Handling.CONFIDENTIAL
    cast.officer2.save()
    step(life.validate, second, cast.officer2)
    assert readers() == ["liaison2", "auditor"], "its own bureau and the cleared"
    said = Measurement.objects.filter(source_ref=f"update:{first.pk}")
    assert said.exists() and set(said.values_list("handling", flat=True)) == {Handling.CONFIDENTIAL}, "its values, too"
    assert not said.visible_to(cast.leader).exists() and said.visible_to(cast.liaison2).exists()
    first.refresh_from_db()
    verbs = (
        lambda by: send_back(first, by), lambda by: step(taking_back.take_back, first, by, reason="A slip"),
        lambda by: life.comment(update_id=first.pk, text="Who?", by=by, at=NOON),
    )  # fmt: skip
    for verb in verbs:
        with pytest.raises(NotFound):  # not even that it is there
            verb(cast.officer)


def test_a_correction_may_be_made_after_the_period_has_closed(cast, work):
    first = step(life.validate, make_update(cast, work, "submitted"), cast.officer2)
    late = NOON + timedelta(days=200)
    opened = life.correct(update_id=first.pk, version=first.version, reason="Late news", by=cast.liaison2, at=late)
    saved = life.save_draft(
        update_id=opened.pk, version=opened.version, by=cast.liaison2, at=late, achieved="More than we knew"
    )
    assert life.submit(update_id=saved.pk, version=saved.version, by=cast.liaison2, at=late).state == "submitted"


def test_two_corrections_are_never_open_at_once(cast, work):
    first = step(life.validate, make_update(cast, work, "submitted"), cast.officer2)
    step(life.correct, first, cast.liaison2, reason="A digit was wrong")
    with pytest.raises(Conflict) as refusal:
        step(life.correct, first, cast.liaison2, reason="And another")
    assert refusal.value.code == "correction_open"


def test_every_step_leaves_its_record_in_an_unbroken_trail(cast, work):
    update = life.open_update(initiative_id=work.pk, period=cast.periods["open"], by=cast.liaison2, at=NOON)
    update = step(
        life.save_draft, update, cast.liaison2, achieved="Ten boats", delivery_percent=Decimal(40),
        delivery_status="on_track",
        values={cast.indicator.pk: {"state": "reported", "value": Decimal(12), "observed_on": NOON.date()}},
    )  # fmt: skip
    update = step(life.submit, update, cast.liaison2)
    update = step(life.withdraw, update, cast.liaison2)
    update = step(life.submit, update, cast.liaison2)
    update = send_back(update, cast.officer2)
    update = step(life.submit, update, cast.liaison2)
    life.comment(update_id=update.pk, text="Well done", by=cast.officer2, at=NOON)
    step(life.validate, update, cast.officer2)
    done = [r.action for r in AuditRecord.objects.filter(target_type="initiatives.update").order_by("seq")]
    assert done == [
        "update.opened", "update.saved", "update.submitted", "update.withdrawn", "update.submitted", "update.returned",
        "update.submitted", "update.commented", "update.validated",
    ]  # fmt: skip
    assert audit.verify().is_intact


def test_a_step_that_fails_halfway_leaves_nothing(cast, work, monkeypatch):
    update = make_update(cast, work, "submitted")
    monkeypatch.setattr(audit, "record_many", _refuse)
    with pytest.raises(RuntimeError):
        step(life.validate, update, cast.officer2)
    assert Update.objects.get(pk=update.pk).state == "submitted"
    assert not Measurement.objects.exists() and not RollUp.objects.filter(actual=10).exists()


def _refuse(entries):
    raise RuntimeError("The trail cannot be written.")
