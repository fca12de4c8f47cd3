"""Taking a validation back: the update waits again as it was sent, figures follow, nothing that was believed is lost."""

from datetime import timedelta
from decimal import Decimal

import pytest

from core.errors import Conflict, Invalid, NotAllowed, NotFound, Stale
from core.models import AuditRecord
from initiatives import delivery, life, taking_back
from initiatives.models import Update
from outcomes import rollup
from outcomes.models import Measurement
from tests.cast import make_evidence, make_update
from tests.moments import NOON

LATER = NOON + timedelta(minutes=5)


@pytest.fixture
def validated(cast, work):
    rollup.rebuild(at=NOON)
    delivery.rebuild(at=NOON)
    draft = make_update(cast, work, "draft")
    Update.objects.filter(pk=draft.pk).update(state="submitted", submitted_at=NOON, submitted_by=cast.liaison2)
    return life.validate(update_id=draft.pk, version=draft.version, by=cast.officer, at=NOON)


def back(update, by, *, reason="Wrong quarter", at=LATER, version=None):
    return taking_back.take_back(update_id=update.pk, version=version or update.version, reason=reason, by=by, at=at)


def test_it_waits_again_as_it_was_sent(cast, validated):
    made = back(validated, cast.officer)
    assert (made.state, made.revision, made.submitted_by, made.submitted_at) == ("submitted", 2, cast.liaison2, NOON)
    assert (made.author, made.writer_ids, made.achieved) == (validated.author, validated.writer_ids, validated.achieved)
    assert [row.value for row in made.values.all()] == [Decimal(10)]
    assert [file.name for file in made.evidence.all()] == ["proof.txt"]
    assert made in Update.objects.waiting()


def test_what_was_believed_meanwhile_can_still_be_read(cast, validated):
    back(validated, cast.officer)
    assert Update.objects.known_at(NOON + timedelta(minutes=1)).get().pk == validated.pk
    assert not Update.objects.known_at(LATER).exists()
    assert Measurement.objects.known_at(NOON + timedelta(minutes=1)).get().value == 10
    assert Measurement.objects.current().get().state == "not_reported"


def test_figures_follow_in_the_same_transaction(cast, validated):
    back(validated, cast.officer)
    assert rollup.rebuild(at=LATER, check_only=True) == []
    assert delivery.rebuild(at=LATER, check_only=True) == []


def test_it_is_recorded_with_its_reason(cast, validated):
    back(validated, cast.officer)
    told = AuditRecord.objects.order_by("-seq").first()
    assert (told.action, told.actor_id, told.reason) == (
        "update.validation_taken_back", cast.officer.pk, "Wrong quarter",
    )  # fmt: skip


def test_it_can_be_validated_again_and_counts_again(cast, validated):
    made = back(validated, cast.officer)
    life.validate(update_id=made.pk, version=made.version, by=cast.officer2, at=LATER + timedelta(minutes=1))
    assert Measurement.objects.current().get().value == 10
    assert Update.objects.current().get().pk == made.pk
    assert rollup.rebuild(at=LATER + timedelta(minutes=1), check_only=True) == []


def test_it_can_be_returned_and_sent_anew(cast, validated):
    made = back(validated, cast.officer)
    returned = life.return_to_author(
        update_id=made.pk, version=made.version, reason_code="value", comment="Which one?", by=cast.officer, at=LATER
    )
    sent = life.submit(update_id=made.pk, version=returned.version, by=cast.liaison2, at=LATER)
    assert sent.state == "submitted"


def test_where_a_head_approved_it_is_approved_again(cast, headed):
    draft = make_update(cast, headed, "draft")
    Update.objects.filter(pk=draft.pk).update(
        state="bureau_approved", submitted_at=NOON, submitted_by=cast.liaison, approved_at=NOON, approved_by=cast.head
    )
    validated = life.validate(update_id=draft.pk, version=draft.version, by=cast.officer, at=NOON)
    made = back(validated, cast.officer)
    assert (made.state, made.approved_by) == ("bureau_approved", cast.head)


def test_only_who_validated_takes_it_back(cast, validated):
    for person in (cast.officer2, cast.auditor):
        with pytest.raises(NotAllowed):
            back(validated, person)
    for person in (cast.liaison2, cast.leader, cast.admin):
        with pytest.raises((NotAllowed, NotFound)):
            back(validated, person)


def test_not_without_a_reason_nor_with_an_old_version(cast, validated):
    with pytest.raises(Invalid):
        back(validated, cast.officer, reason=" ")
    with pytest.raises(Stale):
        back(validated, cast.officer, version=validated.version - 1)
    assert Update.objects.count() == 1


def test_not_once_the_period_is_closed(cast, validated):
    cast.periods["open"].closed_at = NOON
    cast.periods["open"].save()
    with pytest.raises(Conflict):
        back(validated, cast.officer)


def test_not_twice(cast, validated):
    back(validated, cast.officer)
    with pytest.raises((Conflict, Stale)):
        back(validated, cast.officer)


def test_not_while_a_correction_is_open_nor_where_it_was_one(cast, validated):
    correction = life.correct(
        update_id=validated.pk, version=validated.version, reason="A typing mistake", by=cast.liaison2, at=NOON
    )
    with pytest.raises(Conflict):
        back(validated, cast.officer)
    make_evidence(correction, at=NOON)
    sent = life.submit(update_id=correction.pk, version=correction.version, by=cast.liaison2, at=NOON)
    again = life.validate(update_id=sent.pk, version=sent.version, by=cast.officer, at=LATER)
    with pytest.raises(Conflict):
        back(again, cast.officer)
    assert Update.objects.current().get().pk == again.pk


def test_together_what_can_be_is_taken_back_and_the_rest_is_named(cast, work, validated):
    from tests.cast import make_initiative

    draft = make_update(cast, make_initiative(cast, "other"), "draft")
    Update.objects.filter(pk=draft.pk).update(state="submitted", submitted_at=NOON, submitted_by=cast.liaison2)
    other = life.validate(update_id=draft.pk, version=draft.version, by=cast.officer, at=NOON)
    act = taking_back.remember_many([validated, other], by=cast.officer, at=NOON)
    back(other, cast.officer)
    told = taking_back.take_back_many(public_id=act.public_id, reason="Undone", by=cast.officer, at=LATER)
    assert told.done == [f"{work.code} 2026-Q4"]
    assert [name for name, _words in told.refused] == [f"{other.initiative.code} 2026-Q4"]
    with pytest.raises(Conflict):
        taking_back.take_back_many(public_id=act.public_id, reason="Undone", by=cast.officer, at=LATER)


def test_together_only_what_can_be_undone_is_promised(cast, work, validated):
    """A correction that was validated replaced an earlier revision: it stands, and is known to before anybody decides."""
    from tests.cast import make_initiative

    correction = life.correct(
        update_id=validated.pk, version=validated.version, reason="A typing mistake", by=cast.liaison2, at=NOON
    )
    make_evidence(correction, at=NOON)
    sent = life.submit(update_id=correction.pk, version=correction.version, by=cast.liaison2, at=NOON)
    other = make_update(cast, make_initiative(cast, "other"), "submitted")
    assert taking_back.lasting([sent, other], at=NOON) == 1
    done = [life.validate(update_id=one.pk, version=one.version, by=cast.officer, at=LATER) for one in (sent, other)]
    act = taking_back.remember_many(done, by=cast.officer, at=LATER)
    assert [item["code"] for item in act.items] == [other.initiative.code]
    assert taking_back.remember_many(done[:1], by=cast.officer, at=LATER) is None


def test_together_only_for_ten_minutes_and_by_oneself(cast, validated):
    act = taking_back.remember_many([validated], by=cast.officer, at=NOON)
    with pytest.raises(NotFound):
        taking_back.take_back_many(public_id=act.public_id, reason="x", by=cast.officer2, at=LATER)
    with pytest.raises(Conflict):
        taking_back.take_back_many(public_id=act.public_id, reason="x", by=cast.officer, at=NOON + timedelta(minutes=10))
    assert Update.objects.current().exists()
