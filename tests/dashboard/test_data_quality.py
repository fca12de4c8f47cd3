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


def test_every_value_is_looked_at_however_many_there_are_and_only_what_is_shown_is_drawn(cast, client, django_assert_max_num_queries):
    """More than the page shows; the one that is odd stands at the end of them all."""
    facts = {"indicator": cast.indicator, "state": "reported", "recorded_at": cast.at, "source_ref": "direct"}
    Measurement.objects.bulk_create(
        Measurement(
            **facts, period=cast.periods[when], bureau=cast.bureaus["own"], initiative_code=f"IN-9{place:05}",
            value=_value(place) if when == "open" else 50 + place, observed_on=cast.today,
        )
        for when in ("closed", "open")
        for place in range(3_000)
    )  # fmt: skip
    client.force_login(cast.leader)
    client.get("/data-quality/")
    with django_assert_max_num_queries(14):
        page = client.get(f"/data-quality/?period={cast.periods['open'].code}&kind=jump").content.decode()
    assert "51 more are in the CSV file." in page
    rows = found(client, cast, "jump")
    assert len(rows) == 151
    assert [row["detail"] for row in rows if "9,000,000" in row["detail"]] == ["3,049, then 9,000,000"]


def _value(place: int) -> int:
    """150 that fall to one, and the last one of all that leaps."""
    return 1 if place < 150 else 9_000_000 if place == 2_999 else 51 + place


@pytest.mark.parametrize(("before", "now", "is_odd"), [(10, 30, False), (10, 31, True), (30, 10, False), (31, 10, True), (0, 9, False)])
def test_a_jump_is_more_than_the_declared_factor_by_the_rule_that_authors_are_asked_by(cast, client, before, now, is_odd):
    measure(cast, "closed", before)
    measure(cast, "open", now)
    client.force_login(cast.leader)
    assert bool(found(client, cast, "jump")) == is_odd


def test_a_ratio_is_compared_as_one_number_and_nothing_over_nothing_is_not(cast, client):
    Indicator.objects.filter(pk=cast.indicator.pk).update(kind="ratio", combine_bureaus="ratio")
    for bureau, denominator in (("own", 10), ("other", 0)):
        for when, numerator in (("closed", 1), ("open", 9)):
            Measurement.objects.create(
                indicator=cast.indicator, period=cast.periods[when], bureau=cast.bureaus[bureau], state="reported",
                numerator=numerator, denominator=denominator, observed_on=cast.periods[when].start_on, recorded_at=cast.at,
            )  # fmt: skip
    client.force_login(cast.leader)
    assert [row["bureau"] for row in found(client, cast, "jump")] == ["XA"]


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
