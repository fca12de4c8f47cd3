"""load_plans: everything arrives, again and again, with a trace, and without undoing what people changed here."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from core import audit
from core.models import AuditRecord, Period, TextRevision
from goals.models import Aim, Framework, Plan, StrategicGoal
from objectives.models import Capability, Objective, Strategy
from outcomes.models import Baseline, Crosswalk, ExpectedResult, Indicator, RollUp, Target, ThresholdSet
from outcomes.plans.loading import load_plans
from outcomes.plans.reading import CROSSWALK, DERIVED, INDICATORS, THRESHOLDS, read_plans
from tests.moments import NOON
from tests.plans.copies import copy_files, edit

LATER = NOON + timedelta(days=1)


@pytest.fixture(scope="module")
def loaded_once(django_db_setup, django_db_blocker):
    """The published files in the database, once for this module; each test's own changes are taken back."""
    with django_db_blocker.unblock(), transaction.atomic():
        load_plans(read_plans(), at=NOON)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def loaded(loaded_once, db, tmp_path):
    """A copy of the files that a test may edit, as loaded."""
    return copy_files(tmp_path)


def again(root, at=LATER, **options):
    return load_plans(read_plans(root), at=at, **options)


def first_result(**words):
    return lambda value: value["results"][0]["text"].update(words)


def first_indicator(change):
    return lambda value: change(value["results"][0]["indicators"][0])


def the_result():
    return ExpectedResult.objects.get(aim__plan__code="framework-2026-2030", aim__number=1, number=1)


def the_indicator():
    return Indicator.objects.get(code="G1.1-I1")


def test_both_plans_arrive_with_everything_beneath_them(loaded):
    assert (Framework.objects.count(), Strategy.objects.count(), Plan.objects.count()) == (1, 1, 2)
    assert (StrategicGoal.objects.count(), Objective.objects.count(), Aim.objects.count()) == (4, 4, 8)
    assert (Capability.objects.count(), ExpectedResult.objects.count()) == (9, 33)
    assert (Indicator.objects.count(), Baseline.objects.count()) == (88, 84)
    assert (Crosswalk.objects.count(), ThresholdSet.objects.count()) == (19, 1)


def test_the_closed_plan_and_the_plan_in_force_stand_side_by_side(loaded):
    assert dict(Plan.objects.values_list("code", "status")) == {
        "framework-2026-2030": "in_force",
        "organized-crime-2022-2025": "closed",
    }


def test_texts_are_french_word_for_word_with_draft_translations(loaded):
    objective = Objective.objects.get(number=3)
    assert objective.text.source == "fr" and objective.text.in_language("fr")[0].startswith("Soutenir les enquêtes")
    assert {objective.text.state(language) for language in ("ar", "en", "es")} == {"draft"}


def test_targets_baselines_and_counts_per_quarter_arrive_as_first_revisions(loaded):
    assert list(the_indicator().targets.order_by("due_on").values_list("value", "revision")) == [
        (Decimal("0.25"), 1),
        (Decimal("0.60"), 1),
        (Decimal("0.95"), 1),
    ]
    assert Indicator.objects.get(code="G1.2-I2").targets.count() == 20
    assert not Indicator.objects.get(code="G3.3-I2").baselines.exists()


def test_the_default_thresholds_are_those_of_the_contract(loaded):
    bands = {band["status"]: (band["from"], band["to"]) for band in ThresholdSet.objects.get().bands}
    assert bands == {"on_track": ("0.90", None), "at_risk": ("0.75", "0.90"), "off_track": (None, "0.75")}


def test_every_write_left_a_record_and_the_trail_is_intact(loaded):
    written = {record.target_type for record in AuditRecord.objects.all()}
    assert {"goals.framework", "outcomes.expectedresult", "outcomes.indicator", "outcomes.crosswalk"} <= written
    assert AuditRecord.objects.filter(action="indicator.figures_set").count() == 88
    assert audit.verify().is_intact


def test_a_second_run_writes_nothing_and_says_so(loaded):
    records = AuditRecord.objects.count()
    plans = read_plans(loaded)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        outcome = load_plans(plans, at=LATER)
    writes = [q["sql"] for q in queries if q["sql"].split()[0] in ("INSERT", "UPDATE", "DELETE")]
    assert writes == [] and outcome.is_nothing_new and outcome.changes == [] and outcome.kept == []
    assert AuditRecord.objects.count() == records


def test_an_edited_text_makes_a_new_version_and_keeps_the_old_one(loaded):
    before = the_result().text
    edit(loaded, DERIVED, first_result(fr="Le système est modernisé."))
    again(loaded)
    text = the_result().text
    assert (text.version, text.in_language("fr")[0]) == (2, "Le système est modernisé.")
    kept = TextRevision.objects.get()
    assert (kept.field, kept.version, kept.text) == ("text", 1, before)
    record = AuditRecord.objects.get(action="expectedresult.changed")
    assert record.before["text"]["texts"]["fr"] == before.texts["fr"] and record.reason == "plan files"


def test_its_translations_are_stale_until_they_catch_up(loaded):
    edit(loaded, DERIVED, first_result(fr="Le système est modernisé."))
    again(loaded)
    assert {the_result().text.state(language) for language in ("ar", "en", "es")} == {"stale"}
    edit(loaded, DERIVED, first_result(en="The system is modernized.", of_version={"es": 2}))
    again(loaded)
    text = the_result().text
    assert [text.state(language) for language in ("en", "es", "ar")] == ["draft", "draft", "stale"]
    assert text.version == 2 and again(loaded).is_nothing_new


def test_a_text_and_its_translation_edited_together_stay_together(loaded):
    edit(loaded, DERIVED, first_result(fr="Le système est modernisé.", en="The system is modernized."))
    again(loaded)
    text = the_result().text
    assert [text.state(language) for language in ("en", "ar")] == ["draft", "stale"]


def test_an_approved_translation_is_not_overwritten_by_a_draft(loaded):
    result = the_result()
    result.text = result.text.translated("en", "Approved words.", state="approved")
    result.save()
    edit(loaded, DERIVED, first_result(en="Other words."))
    outcome = again(loaded)
    assert the_result().text.in_language("en")[0] == "Approved words."
    assert "text.en: approved here" in outcome.kept[0] or "text.en: changed here" in outcome.kept[0]
    assert again(loaded).kept == outcome.kept, "it is said again until somebody decides"


def test_an_approval_of_the_files_own_words_survives_a_new_draft(loaded):
    result = the_result()
    result.text = result.text.translated("en", result.text.texts["en"], state="approved")
    result.save()
    words = result.text.texts["en"]
    assert again(loaded).is_nothing_new and the_result().text.state("en") == "approved"
    edit(loaded, DERIVED, first_result(en="Other words."))
    assert "text.en: approved here" in again(loaded).kept[0]
    assert the_result().text.texts["en"] == words


def test_a_stale_approval_stays_stale_and_is_not_replaced_by_a_draft(loaded):
    result = the_result()
    result.text = result.text.translated("en", result.text.texts["en"], state="approved")
    result.save()
    edit(loaded, DERIVED, first_result(fr="Le système est modernisé.", en="The system is modernized."))
    outcome = again(loaded)
    assert the_result().text.state("en") == "stale" and "text.en: approved here" in outcome.kept[0]


def test_an_approved_translation_of_the_file_replaces_its_own_draft(loaded):
    edit(loaded, DERIVED, first_result(en="Approved words.", states={"en": "approved"}))
    again(loaded)
    text = the_result().text
    assert (text.texts["en"], text.state("en")) == ("Approved words.", "approved")


def test_what_an_officer_changed_here_stays_while_the_file_says_nothing_new(loaded):
    indicator = the_indicator()
    indicator.owner, indicator.state = "strategy officer", "adopted"
    indicator.save()
    assert again(loaded).is_nothing_new
    assert the_indicator().state == "adopted"


def test_what_an_officer_and_the_file_both_changed_stays_the_officers_and_is_named(loaded):
    Indicator.objects.filter(code="G1.1-I1").update(decimals=3)
    edit(loaded, INDICATORS[0], first_indicator(lambda row: row.update(decimals=2)))
    outcome = again(loaded)
    assert the_indicator().decimals == 3
    assert outcome.kept == ["G1.1-I1 decimals: changed here, and the file changed too"]


def test_a_target_that_the_file_changed_is_a_new_revision_with_a_reason(loaded):
    edit(loaded, INDICATORS[0], first_indicator(lambda row: row["targets"][2].update(value="0.90")))
    outcome = again(loaded)
    last = Target.objects.filter(indicator__code="G1.1-I1", due_on="2030-12-31").order_by("revision")
    assert [(row.value, row.superseded_at, row.reason) for row in last] == [
        (Decimal("0.95"), LATER, ""),
        (Decimal("0.90"), None, "plan files"),
    ]
    assert outcome.changes == ["G1.1-I1: target 2030-12-31: 0.95 -> 0.9"]
    assert again(loaded).is_nothing_new


def test_a_target_that_the_file_has_no_more_is_withdrawn_and_can_come_back(loaded):
    kept = []
    edit(loaded, INDICATORS[0], first_indicator(lambda row: kept.append(row["targets"].pop(1))))
    again(loaded)
    assert the_indicator().targets.current().count() == 2
    edit(loaded, INDICATORS[0], first_indicator(lambda row: row["targets"].insert(1, kept[0])))
    again(loaded, at=LATER + timedelta(days=1))
    assert [row.revision for row in the_indicator().targets.filter(due_on="2028-12-31").order_by("revision")] == [1, 2]


def test_a_target_that_an_officer_revised_stays(loaded):
    indicator = the_indicator()
    indicator.targets.filter(due_on="2030-12-31").update(superseded_at=NOON)
    Target.objects.create(
        indicator=indicator, due_on="2030-12-31", value="0.80", revision=2, recorded_at=NOON, reason="agreed"
    )
    assert again(loaded).is_nothing_new
    edit(loaded, INDICATORS[0], first_indicator(lambda row: row["targets"][2].update(value="0.90")))
    assert again(loaded).kept == ["G1.1-I1 target 2030-12-31: changed here, and the file changed too"]
    assert indicator.targets.current().get(due_on="2030-12-31").value == Decimal("0.80")


def test_a_target_that_an_officer_added_is_nobody_elses(loaded):
    Target.objects.create(indicator=the_indicator(), due_on="2027-12-31", value="0.40", recorded_at=NOON)
    outcome = again(loaded)
    assert outcome.is_nothing_new and outcome.kept == []


def test_a_baseline_that_becomes_known_is_added(loaded):
    def know(value):
        rows = [row for group in value["results"] for row in group["indicators"]]
        next(row for row in rows if row["code"] == "G3.3-I2")["baseline"] = {"value": "0.2", "on": "2026-03-31"}

    edit(loaded, INDICATORS[0], know)
    assert again(loaded).changes == ["G3.3-I2: baseline: None -> ['0.2', '2026-03-31']"]


def test_thresholds_are_peoples_once_they_are_there(loaded):
    edit(loaded, THRESHOLDS, lambda value: value["sets"][0].update(coverage_floor="0.7"))
    assert again(loaded).is_nothing_new and ThresholdSet.objects.get().coverage_floor == Decimal("0.5")


def test_a_check_says_what_would_change_and_changes_nothing(loaded):
    records = AuditRecord.objects.count()
    edit(loaded, DERIVED, first_result(fr="Le système est modernisé."))
    outcome = again(loaded, check=True)
    assert outcome.changes == ["framework-2026-2030 1.1: text changed"]
    assert the_result().text.version == 1 and AuditRecord.objects.count() == records
    assert not TextRevision.objects.exists()


def test_summaries_that_rest_on_a_changed_target_are_computed_anew(loaded, monkeypatch):
    refreshed = []
    monkeypatch.setattr("outcomes.rollup.refresh_plan", lambda plan, at: refreshed.append(plan.code))
    RollUp.objects.create(
        node_type="indicator",
        node_id=the_indicator().pk,
        period=Period.objects.create(
            code="2026-Q4",
            start_on="2026-10-01",
            end_on="2026-12-31",
            opens_on="2026-12-15",
            due_on="2027-01-15",
            closes_on="2027-02-15",
        ),
        measure="results",
        status="no_data",
        computed_at=NOON,
    )
    edit(loaded, DERIVED, first_result(en="Other words."))
    again(loaded)
    assert refreshed == []
    edit(loaded, INDICATORS[0], first_indicator(lambda row: row["targets"][2].update(value="0.90")))
    again(loaded)
    assert refreshed == ["framework-2026-2030"]


def test_a_new_link_is_added_and_none_is_deleted(loaded):
    edit(loaded, CROSSWALK, lambda value: value["links"].pop(0))
    assert again(loaded).is_nothing_new and Crosswalk.objects.count() == 19
