"""What must never be is refused by the database itself, whoever asks and however."""

from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from initiatives import life
from initiatives.models import Contribution, Initiative, Update
from outcomes.models import Measurement
from tests.cast import make_update
from tests.moments import NOON


@pytest.fixture
def validated(cast, work):
    update = make_update(cast, work, "submitted")
    return life.validate(update_id=update.pk, version=update.version, by=cast.officer2, at=NOON)


def refuses(sql, *params):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, params)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    return True


def test_a_validated_update_never_changes(validated):
    assert refuses("UPDATE initiatives_update SET achieved = 'bent' WHERE id = %s", validated.pk)
    assert refuses("UPDATE initiatives_update SET state = 'draft' WHERE id = %s", validated.pk)


@pytest.mark.parametrize("state", ["submitted", "returned", "validated"])
def test_what_was_sent_is_never_deleted(cast, work, state):
    update = make_update(cast, work, state)
    assert refuses("DELETE FROM initiatives_update WHERE id = %s", update.pk)


def test_the_values_of_a_validated_update_never_change(validated):
    assert refuses("UPDATE initiatives_updatevalue SET value = 99 WHERE update_id = %s", validated.pk)
    assert refuses("DELETE FROM initiatives_updatevalue WHERE update_id = %s", validated.pk)


def test_a_measurement_is_only_ever_superseded(validated):
    value = Measurement.objects.get(source_ref=f"update:{validated.pk}")
    assert refuses("UPDATE outcomes_measurement SET value = 99 WHERE id = %s", value.pk)
    assert refuses("DELETE FROM outcomes_measurement WHERE id = %s", value.pk)
    Measurement.objects.filter(pk=value.pk).update(superseded_at=NOON)
    assert refuses("UPDATE outcomes_measurement SET superseded_at = NULL WHERE id = %s", value.pk)


def test_shares_never_exceed_100_percent_also_one_by_one(work):
    assert refuses("UPDATE initiatives_contribution SET share = 101 WHERE initiative_id = %s", work.pk)
    with pytest.raises(DatabaseError), transaction.atomic():
        other = work.contributions.get().expected_result
        other.pk, other.number = None, 2
        other.save()
        Contribution.objects.create(initiative=work, expected_result=other, share=Decimal("0.01"))
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_two_open_revisions_of_one_update_cannot_be(cast, work):
    update = make_update(cast, work, "draft")
    with pytest.raises(DatabaseError), transaction.atomic():
        Update.objects.create(
            initiative=work, period=update.period, revision=2, author=update.author, correction_reason="x"
        )


def test_nobody_validates_what_they_wrote_not_even_by_hand(cast, work):
    update = make_update(cast, work, "submitted")
    assert refuses(
        "UPDATE initiatives_update SET state = 'validated', validated_at = now(), validated_by_id = author_id"
        " WHERE id = %s", update.pk,
    )  # fmt: skip


def test_what_is_not_reported_has_no_number(cast, work):
    update = make_update(cast, work, "draft")
    assert refuses("UPDATE initiatives_updatevalue SET state = 'withheld' WHERE update_id = %s", update.pk)


def test_an_initiative_never_ends_before_it_starts(work):
    assert refuses("UPDATE initiatives_initiative SET ends_on = starts_on - 1 WHERE id = %s", work.pk)
    assert Initiative.objects.get(pk=work.pk).ends_on == work.ends_on
