"""Coming in, being turned away and leaving: all of it is on the trail, and no secret is."""

import json

import pytest
from django.test import Client
from django.urls import reverse

from core import audit
from core.models import AuditRecord
from tests.cast import PASSWORD, settle_in
from tests.moments import NOON


@pytest.fixture
def cast(db):
    return settle_in(NOON.date(), with_work=False)


def knock(address, password=PASSWORD):
    client = Client()
    client.post(reverse("accounts:sign_in"), {"username": address, "password": password})
    return client


def last():
    return AuditRecord.objects.order_by("-seq").first()


def test_coming_in_is_recorded(cast):
    knock(cast.leader.email)
    assert (last().action, last().actor_id, last().target_id) == ("session.began", cast.leader.pk, str(cast.leader.pk))


def test_leaving_is_recorded(cast):
    knock(cast.leader.email).post(reverse("accounts:sign_out"))
    assert (last().action, last().actor_id) == ("session.ended", cast.leader.pk)


def test_a_wrong_password_is_recorded_against_the_account_and_not_kept(cast):
    knock(cast.leader.email, "not the password at all")
    assert (last().action, last().actor_id, last().target_id) == ("session.refused", None, str(cast.leader.pk))
    assert "not the password" not in json.dumps(
        list(AuditRecord.objects.values_list("after", "reason", "target_label"))
    )


def test_an_unknown_address_is_recorded_without_the_address(cast):
    knock("nobody@nowhere.invalid")
    assert (last().action, last().target_type) == ("session.refused", "core.installation")
    assert "nowhere" not in str(AuditRecord.objects.values())


def test_a_flood_of_refusals_is_bounded(cast):
    from accounts.comings import record_refused

    told = [record_refused(address="nobody@nowhere.invalid", at=NOON) for _ in range(40)]
    assert sum(told) == 30 and audit.verify().is_intact
