"""Data quality: what looks wrong is found once, says why and who can mend it, and shows nobody more than they may see."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from decimal import Decimal

import pytest

from initiatives.models import Initiative
from outcomes import rollup
from outcomes.models import Baseline, Indicator, Judgement, Measurement, Target
from tests.cast import settle_in
from tests.moments import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(noon):
    return settle_in(NOON.date())


def measure(cast, when: str, value: int, handling: int = 1, ref: str = "") -> Measurement:
    return Measurement.objects.create(
        indicator=cast.indicator, period=cast.periods[when], bureau=cast.bureaus["own"], state="reported",
        value=Decimal(value), observed_on=cast.periods[when].start_on, handling=handling, recorded_at=cast.at,
        recorded_by=cast.officer, source_ref=ref,
    )  # fmt: skip


def found(client, cast, kind: str = "") -> list[dict]:
    query = f"?period={cast.periods['open'].code}" + (f"&kind={kind}" if kind else "")
    assert client.get(f"/data-quality/{query}").status_code == 200
    body = client.get(f"/data-quality/table.csv{query}").content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(body)))


@pytest.mark.parametrize(
    ("kind", "declared", "before", "now"),
    [
        ("falling", "cumulative", 50, 40),
        ("against_direction", "level", 50, 45),
        ("jump", "level", 5, 500),
        ("same_as_last", "level", 50, 50),
    ],
)
def test_a_value_that_questions_itself_is_found(cast, client, kind, declared, before, now):
    Indicator.objects.filter(pk=cast.indicator.pk).update(kind=declared)
    measure(cast, "closed", before)
    measure(cast, "open", now)
    client.force_login(cast.leader)
    [row] = found(client, cast, kind)
    assert (row["code"], row["bureau"]) == ("IND-1", "XA") and "by a correction" in row["who_can_mend_it"]


def test_a_jump_without_a_file_lacks_evidence_and_its_own_bureau_is_led_to_the_correction(cast, client):
    update = cast.updates["own", 1, "submitted"]
    measure(cast, "closed", 5)
    measure(cast, "open", 500, ref=f"update:{update.pk}")
    client.force_login(cast.liaison)
    [row] = found(client, cast, "evidence_missing")
    assert row["where"].startswith(f"/updates/{update.initiative.code}/")
    client.force_login(cast.auditor)
    [row] = found(client, cast, "evidence_missing")
    assert row["where"].startswith(f"/initiatives/{update.initiative.code}/")


def test_missing_facts_and_overdue_verdicts_are_found(cast, client):
    Target.objects.filter(indicator=cast.indicator).update(superseded_at=cast.at)
    Baseline.objects.filter(indicator=cast.indicator).update(superseded_at=cast.at)
    Judgement.objects.create(
        aim=cast.aim, status="at_risk", reason="Long ago.", recorded_at=cast.at, expires_on=cast.today - timedelta(1)
    )
    client.force_login(cast.leader)
    kinds = {row["kind"] for row in found(client, cast)}
    assert {"no_target", "no_baseline", "no_owner", "judgement_overdue", "nobody_responsible"} <= kinds


def test_nothing_wrong_is_said_as_such(cast, client):
    Indicator.objects.update(owner="Somebody", state="retired")
    Initiative.objects.update(responsible=cast.liaison)
    rollup.rebuild(at=NOON)
    client.force_login(cast.leader)
    assert found(client, cast) == []
    assert "Nothing looks wrong" in client.get(f"/data-quality/?period={cast.periods['open'].code}").content.decode()


def test_what_a_reader_may_not_see_is_not_found_for_them(cast, client):
    measure(cast, "closed", 5, handling=3)
    measure(cast, "open", 777_001, handling=3)
    client.force_login(cast.leader)
    assert found(client, cast, "jump") == [] and "CANARY" not in str(found(client, cast))
    client.force_login(cast.auditor)
    [row] = found(client, cast, "jump")
    assert "777,001" in row["detail"]
