"""Targets, weights, thresholds, judgements and values by API: foreseen, set once, refused when somebody was faster."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from core.models import AuditRecord
from initiatives import delivery
from outcomes import rollup
from outcomes.explain_words import FORMULAS
from outcomes.models import Judgement, Measurement, RollUp, Target, ThresholdSet, Weight

COMPARED = ("status", "progress", "expected", "performance", "coverage", "lower", "upper")


@pytest.fixture
def officer(small_cast, as_):
    at = timezone.now()
    Measurement.objects.create(
        indicator=small_cast.indicator, period=small_cast.periods["open"], state="reported", value=40,
        observed_on=small_cast.today, recorded_at=at, source_ref="direct",
    )  # fmt: skip
    rollup.rebuild(at=at)
    delivery.rebuild(at=at)
    return as_(small_cast.officer)


def stored(officer, move) -> dict:
    """What the API's summary says now of the thing that was to move."""
    rows = officer.get(
        f"roll-ups/?node_type={move['node_type']}&node_id={move['node_id']}&period={move['period']}"
        f"&measure={move['measure']}&all_bureaus=true"
    ).data["results"]  # fmt: skip
    return {name: rows[0][name] for name in COMPARED}


def nothing_differs() -> bool:
    at = timezone.now()
    return rollup.rebuild(at=at, check_only=True) == [] and delivery.rebuild(at=at, check_only=True) == []


def targets_body(cast, **more):
    one = {"indicator": "IND-1", "due_on": str(cast.plan.end_on), "value": "50", "revision": 1}
    return {"targets": [{**one, **more}]}


def weights_body(cast, **more):
    return {"weights": [{"node_type": "indicator", "node_id": cast.indicator.pk, "value": "4", **more}]}


def thresholds_body(cast, limit="1.5", **more):
    bands = [
        {"status": "off_track", "from": None, "to": "0.1"}, {"status": "at_risk", "from": "0.1", "to": limit},
        {"status": "on_track", "from": limit, "to": None},
    ]  # fmt: skip
    return {"valid_from": str(cast.today), "bands": bands, "coverage_floor": "0.1", **more}


CHANGES = {
    "targets": ("plans/framework/targets/", targets_body, Target),
    "weights": ("weights/together/", weights_body, Weight),
    "thresholds": ("thresholds/", thresholds_body, ThresholdSet),
}


@pytest.mark.parametrize("what", CHANGES)
def test_what_would_change_is_what_then_happens_and_looking_leaves_nothing(small_cast, officer, what):
    path, body, model = CHANGES[what]
    preview = {"weights/together/": "weights/preview/"}.get(path, f"{path}preview/")
    before = (model.objects.count(), AuditRecord.objects.count(), list(RollUp.objects.order_by("pk").values_list()))
    seen = officer.post(preview, body(small_cast))
    assert seen.status_code == 200, seen.data
    assert (model.objects.count(), AuditRecord.objects.count(), list(RollUp.objects.order_by("pk").values_list())) == before
    assert seen.data["changed"] == len(seen.data["moves"]) > 0
    made = officer.post(path, {**body(small_cast), "reason": "Because"}, key="one")
    assert made.status_code == 201, made.data
    for move in seen.data["moves"]:
        if not move["restricted"]:
            assert stored(officer, move) == move["after"], move
    assert nothing_differs()
    again = officer.post(path, {**body(small_cast), "reason": "Because"}, key="one")
    assert (again.status_code, again.data, again.headers["Idempotent-Replay"]) == (201, made.data, "true")


def test_a_hidden_indicators_figures_stay_hidden_in_what_would_change(small_cast, officer):
    seen = officer.post("thresholds/preview/", thresholds_body(small_cast))
    assert small_cast.secret_indicator.pk not in {
        one["node_id"] for one in seen.data["moves"] if one["node_type"] == "indicator"
    }
    named = officer.post("plans/framework/targets/preview/", targets_body(small_cast, indicator="IND-CANARY"))
    absent = officer.post("plans/framework/targets/preview/", targets_body(small_cast, indicator="IND-NONE"))
    assert (named.status_code, named.data["errors"]) == (400, absent.data["errors"])
    assert absent.data["errors"][0]["field"] == "targets.0.indicator"


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"value": "0"}, "targets.0"),
        ({"due_on": "1999-01-01"}, "targets.0"),
        ({"value": "many"}, "targets.0.value"),
        ({"value": "٥٠"}, "targets.0.value"),
        ({"value": 50}, "targets.0.value"),
        ({"due_on": "soon"}, "targets.0.due_on"),
        ({"colour": "red"}, "targets.0.colour"),
    ],
)
def test_a_fault_names_its_cell(small_cast, officer, more, field):
    for path in ("plans/framework/targets/preview/", "plans/framework/targets/"):
        refused = officer.post(path, targets_body(small_cast, **more), key=True)
        assert refused.status_code == 400
        assert [one["field"] for one in refused.data["errors"]] == [field], refused.data
    assert Target.objects.current().filter(indicator=small_cast.indicator).get().value == 100


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("plans/framework/targets/", lambda cast: {**targets_body(cast, revision=7), "reason": "x"}),
        ("weights/together/", lambda cast: {**weights_body(cast, revision=7), "reason": "x"}),
        ("thresholds/", lambda cast: thresholds_body(cast, latest=0, reason="x")),
    ],
)
def test_whoever_saw_something_else_is_told_and_changes_nothing(small_cast, officer, path, body):
    refused = officer.post(path, body(small_cast), key=True)
    assert (refused.status_code, refused.data["code"]) == (412, "stale_version")
    assert not Target.objects.filter(value=50).exists() and not Weight.objects.exists()
    assert ThresholdSet.objects.count() == 1


@pytest.mark.parametrize("change", [{"to": "0.05"}, {"to": "0.15"}], ids=["gap", "overlap"])
def test_thresholds_with_a_gap_or_an_overlap_are_refused_at_the_limit(small_cast, officer, change):
    body = thresholds_body(small_cast)
    body["bands"][0] |= change
    for path in ("thresholds/preview/", "thresholds/"):
        refused = officer.post(path, {**body, **({} if "preview" in path else {"reason": "x"})}, key=True)
        assert (refused.status_code, refused.data["errors"][0]["field"]) == (400, "bands.1.from"), refused.data


def test_a_judgement_is_renewed_and_ended_by_whoever_saw_the_present_one(small_cast, officer):
    body = {"node_type": "aim", "node_id": small_cast.aim.pk, "status": "at_risk", "reason": "Cuts"}
    day = small_cast.today + timedelta(days=9)
    made = officer.post("judgements/", {**body, "expires_on": str(day)}, key=True).data
    renewal = {"reason": "Still so", "expires_on": str(day + timedelta(days=9))}
    path = f"judgements/{made['id']}"
    assert officer.post(f"{path}/renew/", renewal).status_code == 428
    again = officer.post(f"{path}/renew/", renewal, version=1)
    assert (again.status_code, again.data["revision"], again.data["status"]) == (200, 2, "at_risk")
    stale = officer.post(f"{path}/end/", {"reason": "Over"}, version=1)
    assert stale.status_code == 412 and stale.data["current"]["superseded_at"]
    ended = officer.post(f"judgements/{again.data['id']}/end/", {"reason": "Over"}, version=2)
    assert ended.status_code == 200 and ended.data["superseded_at"]
    assert not Judgement.objects.current().exists()


def test_a_value_of_the_organisations_own_counts_once_a_second_officer_confirms_it(small_cast, officer, as_):
    second = as_(small_cast.officer2)
    body = {
        "indicator": "IND-1", "period": small_cast.periods["open"].code, "bureau": "XB", "state": "reported", "value": "7.5",
        "observed_on": str(small_cast.today), "source_note": "Statistics", "handling": "internal",
    }  # fmt: skip
    made = officer.post("measurements/", body, key=True)
    assert made.status_code == 201, made.data
    assert (made.data["value"], made.data["stage"], made.data["source_note"]) == ("7.5", "waiting", "Statistics")
    assert officer.post("measurements/", body, key=True).data["code"] == "waits_already"
    assert Measurement.objects.count() == 1
    path = f"proposed-values/{made.data['id']}/"
    assert officer.post(f"{path}confirm/", version=1).status_code == 403
    assert second.post(f"{path}confirm/", version=7).status_code == 412
    counted = second.post(f"{path}confirm/", version=1)
    assert (counted.status_code, counted.data["stage"], counted.data["decided_by"]) == (200, "confirmed", small_cast.officer2.pk)
    assert second.post(f"{path}confirm/", version=2).data["code"] == "decided"
    assert officer.post("measurements/", body, key=True).data["code"] == "has_value"
    value = counted.data["measurement"]
    assert officer.get(f"measurements/{value}/").data["source"] == "direct"
    change = {"state": "not_applicable", "observed_on": body["observed_on"], "source_note": "Letter", "reason": "Asked"}
    path = f"measurements/{value}/correct/"
    assert officer.post(path, {**change, "value": "1"}, version=1).status_code == 400
    asked = second.post(path, change, version=1)
    assert (asked.status_code, asked.data["corrects"], asked.data["value"]) == (200, value, None)
    assert officer.post(f"proposed-values/{asked.data['id']}/confirm/", version=1).status_code == 200
    corrected = Measurement.objects.current().get(bureau__code="XB")
    assert (corrected.revision, corrected.state, corrected.value) == (2, "not_applicable", None)
    assert officer.post(path, change, version=1).status_code == 412
    assert nothing_differs()


def test_an_indicator_of_every_kind_can_be_proposed(small_cast, officer):
    name = {"source": "en", "texts": {"en": "Name"}}
    own = {
        "ratio": {"unit": "percent", "combine_bureaus": "ratio", "numerator_label": name, "denominator_label": name},
        "ordinal": {"scale": [{"value": 1, "label": {"en": "low"}}, {"value": 2, "label": {"en": "high"}}],
                    "combine_bureaus": "worst"},
        "maintain": {"direction": "maintain_within", "range_low": "1", "range_high": "9", "tolerance": "1"},
        "milestone": {"combine_bureaus": "count_meeting"},
    }  # fmt: skip
    for kind in ("level", "cumulative", "per_period", "ratio", "milestone", "ordinal", "maintain"):
        body = {"expected_result": small_cast.result.pk, "code": f"K-{kind.replace('_', '-')}", "name": name, "kind": kind}
        made = officer.post("indicators/", {**body, **own.get(kind, {})}, key=True)
        assert made.status_code == 201, (kind, made.data)
    refused = officer.post(
        "indicators/", {**body, "code": "K-X", "kind": "ordinal", "scale": [{"value": 2, "label": {"en": "x"}}]}, key=True
    )
    assert refused.status_code == 400 and refused.data["errors"][0]["field"].startswith("scale")
    assert nothing_differs()


@pytest.mark.parametrize("language", ["ar", "en", "es", "fr"])
def test_formulas_are_the_same_in_every_language_with_words_beside_them(small_cast, officer, language):
    query = f"?period={small_cast.periods['open'].code}"
    for node in (f"indicator/{small_cast.indicator.pk}", f"aim/{small_cast.aim.pk}"):
        for measure in ("results", "delivery") if node.startswith("aim") else ("results",):
            told = officer.get(f"progress/{node}/{query}&measure={measure}", **{"Accept-Language": language}).data
            assert told["measure"] == measure
            for step in told["explanation"]["steps"]:
                assert step["formula"] in FORMULAS and step["text"], step


def test_delivery_is_explained_beside_results_and_an_indicator_has_none(small_cast, officer):
    query = f"?period={small_cast.periods['open'].code}&measure="
    results, delivered = (officer.get(f"progress/aim/{small_cast.aim.pk}/{query}{one}").data for one in ("results", "delivery"))
    assert results["measure"] != delivered["measure"]
    assert officer.get(f"progress/indicator/{small_cast.indicator.pk}/{query}delivery").status_code == 404
    assert officer.get(f"progress/aim/{small_cast.aim.pk}/{query}both").status_code == 400


def test_a_value_of_a_closed_period_needs_a_reason(small_cast, officer):
    closed = small_cast.periods["closed"]
    body = {
        "indicator": "IND-1", "period": closed.code, "bureau": "XB", "state": "reported", "value": "7.5",
        "observed_on": str(closed.end_on), "source_note": "Statistics",
    }  # fmt: skip
    refused = officer.post("measurements/", body, key=True)
    assert refused.status_code == 400 and [one["field"] for one in refused.data["errors"]] == ["reason"]
    made = officer.post("measurements/", {**body, "reason": "The register was late"}, key=True)
    assert (made.status_code, made.data["reason"]) == (201, "The register was late")
