"""Four eyes on officers' own values: what one recorded is in no figure until another confirms it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from core import audit
from core.errors import Conflict, NotAllowed
from core.handling import Handling
from core.models import AuditRecord
from initiatives import delivery
from outcomes import proposing, rollup
from outcomes.models import Measurement, ProposedValue, RollUp
from tests.moments import NOON

WAITING = "/administration/values/"
LATER = NOON + timedelta(hours=1)


@pytest.fixture
def first(cast, desk):
    rollup.rebuild(at=NOON)
    delivery.rebuild(at=NOON)
    return desk(cast.officer)


@pytest.fixture
def second(cast, desk):
    return desk(cast.officer2)


def recorded(page, **answers) -> ProposedValue:
    page.open("/administration/indicators/IND-1/values/new/")
    given = {"state": "reported", "value": "40", "source_note": "Register of 1 November", **answers}
    page.press(page.form("administration").fill(**given))
    assert page.status == 200, page.text
    return ProposedValue.objects.get(stage="waiting")


def figure(cast) -> RollUp:
    return RollUp.objects.get(node_type="indicator", node_id=cast.indicator.pk, bureau=None, period=cast.periods["open"])


def decide(page, one, do, **answers):
    page.open(f"{WAITING}proposed/{one.pk}/")
    return page.press(page.form("proposed").fill(**answers), "do", do)


def test_a_recorded_value_counts_once_another_officer_has_confirmed_it(cast, first, second):
    one = recorded(first)
    assert "It counts once another officer has confirmed it." in first.text
    assert "waits for a second officer" in first.text
    assert not Measurement.objects.exists()
    assert figure(cast).actual is None
    assert "1 value waits for a second officer; 1 of them for you." in second.open(WAITING).text
    assert "1 to confirm" in second.open("/administration/").text
    decide(second, one, "confirm")
    assert "The value is confirmed" in second.text
    made = Measurement.objects.get()
    assert (made.value, made.source_note, made.source_ref) == (Decimal(40), "Register of 1 November", "direct")
    assert figure(cast).actual == 40
    assert rollup.rebuild(at=NOON, check_only=True) == []
    acts = list(AuditRecord.objects.order_by("seq").values_list("action", "actor_id"))
    assert acts[-3:] == [
        ("value.proposed", cast.officer.pk), ("measurement.recorded", cast.officer2.pk), ("value.confirmed", cast.officer2.pk),
    ]  # fmt: skip
    assert audit.verify().is_intact


def test_nobody_confirms_or_declines_what_they_recorded_but_they_take_it_back(cast, first):
    one = recorded(first)
    page = first.open(f"{WAITING}proposed/{one.pk}/")
    assert "Another officer confirms what you recorded." in page.text
    assert "0 of them for you" in first.open(WAITING).text
    assert decide(first, one, "confirm").status == 403
    assert decide(first, one, "decline", reason="x").status == 400
    decide(first, one, "take_back")
    assert "It was never in a figure." in first.text
    assert ProposedValue.objects.get().stage == "taken_back"
    assert not Measurement.objects.exists()
    recorded(first, value="41")


def test_the_database_itself_lets_nobody_confirm_their_own(cast, first):
    one = recorded(first)
    own = {"stage": "confirmed", "decided_by": cast.officer, "decided_at": NOON}
    with pytest.raises(IntegrityError, match="nobody_confirms_what_they_proposed"), transaction.atomic():
        ProposedValue.objects.filter(pk=one.pk).update(**own)


def test_a_declined_value_says_why_and_stays_out(cast, first, second):
    one = recorded(first)
    page = decide(second, one, "decline", reason="")
    assert page.status == 400
    assert "Say why, so that whoever recorded it can mend it." in page.text
    decide(second, one, "decline", reason="Wrong register")
    assert "Wrong register" in first.open(f"{WAITING}proposed/{one.pk}/").text
    assert figure(cast).actual is None
    again = second.client.post(f"{WAITING}proposed/{one.pk}/", {"do": "confirm", "version": 2})
    assert "This was decided already." in again.content.decode()
    assert not Measurement.objects.exists()


def test_one_value_waits_at_a_time_and_nobody_overtakes_a_bureaus_own_word(cast, first, second):
    one = recorded(first)
    page = first.open("/administration/indicators/IND-1/values/new/")
    page.press(page.form("administration").fill(state="reported", value="9", source_note="x"))
    assert "A value for this period waits for an officer already." in page.text
    Measurement.objects.create(
        indicator=cast.indicator, period=cast.periods["open"], state="reported", value=1, observed_on=cast.today,
        recorded_at=NOON, source_ref="update:1",
    )  # fmt: skip
    page = decide(second, one, "confirm")
    assert "A bureau&#x27;s update gave this value: it is corrected there." in page.text
    assert ProposedValue.objects.get().stage == "waiting"
    assert Measurement.objects.get().value == 1


def test_a_correction_of_what_moved_on_meanwhile_is_not_put_in_force(cast, first, second):
    decide(second, recorded(first), "confirm")
    standing = Measurement.objects.get()
    change = {"state": "withheld", "observed_on": cast.today, "source_note": "Letter", "reason": "Asked"}
    asked = proposing.propose_correction(measurement_id=standing.pk, seen=1, **change, by=cast.officer, at=LATER)
    Measurement.objects.filter(pk=standing.pk).update(superseded_at=LATER)
    Measurement.objects.create(
        indicator=cast.indicator, period=cast.periods["open"], state="reported", value=7, observed_on=cast.today, revision=2,
        recorded_at=LATER, source_ref="direct",
    )  # fmt: skip
    with pytest.raises(Conflict) as refused:
        proposing.confirm_value(proposal_id=asked.pk, version=1, by=cast.officer2, at=LATER)
    assert refused.value.code == "corrected_meanwhile"
    assert Measurement.objects.current().get().value == 7


@pytest.mark.parametrize("part", ["liaison", "head", "leader", "admin"])
def test_others_do_not_see_what_waits(cast, desk, first, part):
    one = recorded(first)
    page = desk(cast.people[part])
    assert page.open(WAITING).status == 403
    assert page.open(f"{WAITING}proposed/{one.pk}/").status == 403
    with pytest.raises(NotAllowed):
        proposing.confirm_value(proposal_id=one.pk, version=1, by=cast.people[part], at=NOON)


def test_an_auditor_reads_and_decides_nothing(cast, desk, first):
    one = recorded(first)
    page = desk(cast.auditor).open(f"{WAITING}proposed/{one.pk}/")
    assert (page.status, "Confirm the value" in page.text) == (200, False)


def test_what_is_above_an_officers_clearance_is_not_there(cast, desk, first):
    one = recorded(first)
    ProposedValue.objects.filter(pk=one.pk).update(handling=Handling.CONFIDENTIAL)
    assert first.open(f"{WAITING}proposed/{one.pk}/").status == 404
    assert "No value waits for a second officer." in first.open(WAITING).text
    assert desk(cast.officer2).open(f"{WAITING}proposed/{one.pk}/").status == 200


# a value that comes after its period was closed


def test_a_value_of_a_closed_period_says_why_it_comes_now(cast, first, second):
    closed = cast.periods["closed"]
    first.open("/administration/indicators/IND-1/values/new/")
    given = {"period": closed.code, "state": "reported", "value": "40", "observed_on": closed.end_on.isoformat()}
    first.press(first.form("administration").fill(source_note="Register", **given))
    assert first.status == 400 and "This period is closed: say why the value comes now." in first.text
    assert not ProposedValue.objects.exists()
    first.press(first.form("administration").fill(reason="The register was late"))
    one = ProposedValue.objects.get(stage="waiting")
    assert (one.reason, one.source_note) == ("The register was late", "Register")
    decide(second, one, "confirm")
    assert Measurement.objects.get().reason == "The register was late"


def test_a_value_that_waited_while_its_period_was_closed_can_still_be_confirmed(cast, first, second):
    one = recorded(first)
    type(cast.periods["open"]).objects.filter(pk=one.period_id).update(closed_at=NOON)
    decide(second, one, "confirm")
    assert Measurement.objects.get().value == 40
