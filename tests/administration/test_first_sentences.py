"""The first sentence of each room at the administration's desk says what is left to do there, or that nothing is."""

from __future__ import annotations

from goals.models import Plan, PlanStatus
from outcomes.models import Crosswalk, ExpectedResult, Indicator, Target, ThresholdSet
from tests.cast import said
from tests.moments import NOON


def lead(page) -> str:
    """The words of the lead, without tags."""
    return page.text.split('class="lead', 1)[1].split("</p>", 1)[0]


def level(cast, code: str, **other) -> Indicator:
    asked = {"expected_result": cast.result, "name": said(code), "kind": "level", "handling": 1, **other}
    return Indicator.objects.create(code=code, **asked)


def test_targets_say_which_indicators_have_none(cast, desk):
    officer = desk(cast.officer)
    bare = level(cast, "BARE-1")
    level(cast, "KEPT-1", kind="maintain", direction="maintain_within", range_low=1, range_high=2)
    page = officer.open("/administration/targets/framework/")
    assert "indicators has no target yet" in lead(page)
    assert "BARE-1" in lead(page) and "KEPT-1" not in lead(page)
    Target.objects.create(indicator=bare, due_on="2029-12-31", value=5, recorded_at=NOON)
    page = officer.open("/administration/targets/framework/")
    assert "has a target." in lead(page) and "no target" not in lead(page)


def test_many_without_a_target_are_counted_and_five_are_named(cast, desk):
    for n in range(7):
        level(cast, f"BARE-{n}")
    words = lead(desk(cast.officer).open("/administration/targets/framework/"))
    assert "7 of" in words and "BARE-4" in words and "BARE-5" not in words and "…" in words


def test_plans_say_what_is_in_force_and_until_when(cast, desk):
    officer = desk(cast.officer)
    framework = Plan.objects.get(code="framework")
    words = lead(officer.open("/administration/plans/"))
    assert f"{framework.title}" in words and "is in force until" in words and "plans." not in words
    Plan.objects.filter(pk=framework.pk).update(start_on="2027-02-01", end_on="2030-12-31")
    assert "is published and begins on 1 Feb 2027" in lead(officer.open("/administration/plans/"))
    Plan.objects.filter(pk=framework.pk).update(start_on="2026-01-01", end_on="2026-01-31")
    assert "ended on 31 Jan 2026 and is not closed yet" in lead(officer.open("/administration/plans/"))
    Plan.objects.update(status=PlanStatus.DRAFT)
    words = lead(officer.open("/administration/plans/"))
    assert "No plan is in force" in words and "not published yet" in words


def test_links_that_wait_to_be_approved_are_counted_before_anything_is_called_settled(cast, desk):
    officer = desk(cast.officer)
    start = Plan.objects.exclude(code="framework").get()
    parts = [*start.aims.all(), *ExpectedResult.objects.filter(aim__plan=start)]
    for part in parts:
        side = "from_result" if isinstance(part, ExpectedResult) else "from_aim"
        Crosswalk.objects.get_or_create(kind="dropped", **{side: part})
    address = f"/administration/crosswalk/?from={start.code}&to=framework"
    words = lead(officer.open(address))
    assert "says what became of it" not in words
    assert "Every part of the earlier plan has a link." in words and "to be approved." in words
    Crosswalk.objects.update(state="approved")
    assert "Every part of the earlier plan says what became of it." in lead(officer.open(address))


def test_thresholds_say_what_is_on_track_today_and_a_preview_needs_no_reason(cast, desk):
    ThresholdSet.objects.update(valid_from="2025-01-01", coverage_floor="0.5")
    page = desk(cast.officer).open("/administration/thresholds/")
    words = lead(page)
    assert "Since 1 Jan 2025 a figure is on track from 90%" in words and "at risk from 75%" in words and "50% coverage" in words
    page.press(page.form("administration").fill(valid_from="", reason=""), "do", "preview")
    assert page.status == 400 and "In force from" in page.text and "Reason: This field is required." not in page.text
    page.press(page.form("administration").fill(valid_from="2026-12-01", reason=""), "do", "preview")
    assert page.status == 200 and "Nothing is saved yet." in page.text
