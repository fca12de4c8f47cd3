"""An indicator's page answers in its first sentence, and tells the history of its targets with the reasons."""

from __future__ import annotations

import re
from decimal import Decimal
from html import unescape

import pytest

from outcomes import rollup
from outcomes.models import Target
from outcomes.services import record_measurement
from tests.cast import settle_in
from tests.dashboard.test_chart_files import figures, file_of, sent
from tests.moments import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(noon):
    cast = settle_in(NOON.date(), with_work=False)
    record_measurement(
        indicator=cast.indicator, period=cast.periods["open"], bureau=None, at=NOON, by=cast.officer,
        state="reported", value=Decimal(20), observed_on=NOON.date(),
    )  # fmt: skip
    rollup.rebuild(at=NOON)
    return cast


def revise(cast, value: int, reason: str) -> None:
    was = Target.objects.current().filter(indicator=cast.indicator).order_by("-due_on").first()
    Target.objects.filter(pk=was.pk).update(superseded_at=NOON)
    Target.objects.create(
        indicator=cast.indicator, due_on=was.due_on, value=Decimal(value), revision=was.revision + 1, reason=reason,
        recorded_at=NOON, recorded_by=cast.officer,
    )  # fmt: skip


def test_a_revised_target_says_why_and_stands_in_chart_table_and_file(cast, client):
    revise(cast, 120, "=Two regions joined")
    client.force_login(cast.leader)
    body = client.get("/indicators/IND-1/").content.decode()
    [figure] = figures(body)
    assert "Two regions joined" in body.partition('id="targets"')[2] and "earlier target" in figure
    targets = [row for row in sent(client, file_of(figure)) if row["what"] == "target"]
    assert [row["standing"] for row in targets][-2:] == ["replaced", "current"]
    assert targets[-1]["value"] == "120" and targets[-1]["reason"] == "'=Two regions joined"


def test_the_leading_sentence_of_an_indicator_says_its_status_how_far_it_is_and_what_was_expected(cast, client):
    client.force_login(cast.leader)
    body = unescape(client.get("/indicators/IND-1/").content.decode())
    assert re.search(r"(On track|At risk|Off track|Achieved): .*% of the way to .* by .*; \d+% was expected by now\.", body)
