"""Officers change what is measured: indicators of every kind, targets by paste, weights, thresholds, judgements, values."""

from __future__ import annotations

import re
from decimal import Decimal
from html import unescape

import pytest

from accounts.models import User
from core.models import AuditRecord
from initiatives import delivery
from outcomes import rollup
from outcomes.kinds import SHAPES, shape_of
from outcomes.models import (
    Baseline,
    ExpectedResult,
    FormerDefinition,
    Indicator,
    Judgement,
    Measurement,
    ProposedValue,
    RollUp,
    Target,
    ThresholdSet,
    Weight,
)
from outcomes.proposing import confirm_value
from tests.cast import said
from tests.moments import NOON
from tests.pages.conftest import ratio

END = "2029-11-24"
OWN_ANSWERS = {
    "keep_above": {"tolerance": "2"},
    "keep_below": {"tolerance": "2,5"},
    "keep_within": {"range_low": "20", "range_high": "80", "tolerance": ""},
    "ratio": {"numerator_label": "Ports that check", "denominator_label": "All ports"},
    "ordinal": {"scale": "1 ad hoc\n2 defined\n3 managed"},
}


@pytest.fixture
def officer(cast, desk):
    rollup.rebuild(at=NOON)
    delivery.rebuild(at=NOON)
    return desk(cast.officer)


def nothing_differs() -> bool:
    return rollup.rebuild(at=NOON, check_only=True) == [] and delivery.rebuild(at=NOON, check_only=True) == []


def proposed(officer, cast, shape, **answers) -> Indicator:
    page = officer.open(f"/administration/indicators/new/{cast.result.pk}/{shape.code}/")
    code = f"NEW-{shape.code}".replace("_", "-")
    form = page.form("administration").fill(code=code, name=shape.code, **OWN_ANSWERS.get(shape.code, {}))
    page.press(form.fill(**answers))
    assert page.status == 200, page.text
    return Indicator.objects.get(code=code)


def record(officer, code, **answers):
    page = officer.open(f"/administration/indicators/{code}/values/new/")
    page.press(page.form("administration").fill(source_note="Statistics of 20 November", **answers))
    confirm()
    return page


def confirm() -> None:
    """A second officer confirms whatever waits."""
    second = User.objects.get(email="officer2@test.invalid")
    for one in ProposedValue.objects.waiting():
        confirm_value(proposal_id=one.pk, version=one.version, by=second, at=NOON)


# one indicator of every kind, from the first page to its figure

VALUES = {  # the value that is recorded, and the status word and progress that it comes to
    "increase": ({"value": "50"}, "on_track", "0.5"),
    "decrease": ({"value": "50"}, "on_track", "0.5"),
    "keep_above": ({"value": "98"}, "on_track", None),
    "keep_below": ({"value": "103"}, "off_track", None),
    "keep_within": ({"value": "81"}, "off_track", None),
    "ratio": ({"numerator": "1", "denominator": "2"}, "on_track", "0.5"),
    "cumulative": ({"value": "10"}, "off_track", "0.1"),
    "per_period": ({"value": "40"}, "at_risk", "0.4"),
    "milestone": ({"value": "1"}, "achieved", "1"),
    "ordinal": ({"value": "3"}, "achieved", "1"),
}


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.code)
def test_an_indicator_of_every_kind_is_proposed_held_against_a_target_and_computed(cast, officer, shape):
    across = {"combine_bureaus": "none"} if shape.kind not in ("ratio", "per_period") else {}
    made = proposed(officer, cast, shape, **across)
    assert (made.kind, made.state, shape_of(made)) == (shape.kind, "proposed", shape)
    start, goal = {"decrease": ("100", "0"), "ordinal": ("1", "3"), "milestone": ("0", "1")}.get(shape.code, ("0", "100"))
    page = officer.open(f"/administration/indicators/{made.code}/")
    if shape.code.startswith("keep") is False and shape.code != "per_period":
        page.press(page.form("baseline").fill(value=start, on="2024-12-01"))
        assert page.status == 200 and "The baseline is saved" in page.text
    if shape.code != "keep_within":
        on = "2026-12-31" if shape.code in ("per_period",) else END
        Target.objects.create(indicator=made, due_on=on, value=Decimal(goal) / (100 if shape.code == "ratio" else 1), recorded_at=NOON)
    given, status, progress = VALUES[shape.code]
    page = record(officer, made.code, state="reported", **given)
    assert page.status == 200, page.text
    row = RollUp.objects.get(node_type="indicator", node_id=made.pk, bureau=None, period=cast.periods["open"])
    assert row.progress == (None if progress is None else Decimal(progress))
    assert row.status == status
    rollup.refresh_indicator(made, at=NOON)
    assert nothing_differs()


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.code)
def test_the_form_asks_only_what_the_kind_needs_and_shows_it_again(cast, officer, shape):
    made = proposed(officer, cast, shape)
    page = officer.open(f"/administration/indicators/{made.code}/definition/")
    for name in ("tolerance", "range_low", "numerator_label", "scale"):
        assert (f'name="{name}"' in page.text) == (name in shape.asks), name
    page.press(page.form("administration").fill(definition="What is counted", reason="Clearer"))
    made.refresh_from_db()
    assert str(made.definition) == "What is counted"
    again = Indicator.objects.get(pk=made.pk)
    assert (again.kind, again.direction, again.scale) == (made.kind, made.direction, made.scale)


def test_the_kind_is_chosen_first_without_any_script(cast, officer):
    page = officer.open("/administration/indicators/new/?sent=1")
    assert "Choose an expected result and a kind" in page.text
    assert 'href="#result"' in page.text and 'id="result_error"' in page.text and 'id="shape_error"' in page.text
    assert officer.open("/administration/indicators/new/?result=٣&shape=ratio&sent=1").status == 200
    page = officer.open(f"/administration/indicators/new/?result={cast.result.pk}&shape=keep_within")
    assert page.path == f"/administration/indicators/new/{cast.result.pk}/keep_within/"
    assert "Low end of the range" in page.text and "Tolerance" in page.text


@pytest.mark.parametrize(
    ("shape", "wrong", "words"),
    [
        ("keep_within", {"range_low": "80", "range_high": "20"}, "low and the high end"),
        ("keep_above", {"tolerance": "-1"}, "never below zero"),
        ("keep_above", {"tolerance": "much"}, "Write a number, in digits."),
        ("ordinal", {"scale": "1 alone"}, "at least two steps"),
        ("ordinal", {"scale": "first\nsecond"}, "Begin each line with a whole number"),
        ("ratio", {"numerator_label": ""}, "This field is required"),
        ("increase", {"code": "IND-1"}, "is there already"),
        ("increase", {"code": "a b"}, "letters, digits"),
        ("increase", {"code": "New"}, "the address of another page"),
        ("increase", {"combine_bureaus": "count_meeting"}, "at which value a bureau meets it"),
    ],
)
def test_what_cannot_be_is_said_at_the_field_and_what_was_typed_is_kept(cast, officer, shape, wrong, words):
    page = officer.open(f"/administration/indicators/new/{cast.result.pk}/{shape}/")
    page.press(page.form("administration").fill(**{"code": "X-1", "name": "Kept words", **OWN_ANSWERS.get(shape, {}), **wrong}))
    assert page.status == 400
    assert words in page.text and "Kept words" in page.text
    assert not Indicator.objects.filter(name__texts__en="Kept words").exists()


def test_the_code_that_is_offered_is_free_where_another_plan_has_the_usual_one(cast, officer):
    other = ExpectedResult.objects.create(aim=cast.draft_plan.aims.first(), number=1, text=said("Another"))
    Indicator.objects.filter(code="IND-1").update(code="G1.1-I7")
    Indicator.objects.filter(code="G1.1-I7").update(expected_result=other)
    page = officer.open(f"/administration/indicators/new/{cast.result.pk}/increase/")
    assert page.form("administration").value("code") == "G1.1-I8"


def test_a_number_may_be_written_in_arabic_digits(cast, desk, officer):
    page = desk(cast.officer, "ar").open(f"/administration/indicators/new/{cast.result.pk}/keep_within/")
    form = page.form("administration").fill(code="X-1", name="Name", range_low="١٢٫٥", range_high="٨٠", tolerance="١٬٠٠٠")
    page.press(form)
    made = Indicator.objects.get(code="X-1")
    assert (made.range_low, made.range_high, made.tolerance) == (Decimal("12.5"), 80, 1000)


def test_the_list_finds_what_is_lacking(cast, officer):
    bare = ratio(cast)
    page = officer.open("/administration/indicators/?plan=framework&show=no_target")
    assert bare.code in page.text and "/administration/indicators/IND-1/" not in page.text
    assert "Nothing matches these filters" in officer.open("/administration/indicators/?show=retired").text
    assert "IND-CANARY" not in officer.open("/administration/indicators/?plan=framework").text
    assert officer.open("/administration/indicators/?plan=none").status == 404


def test_a_proposal_is_adopted_and_retired_with_a_reason(cast, officer):
    page = officer.open("/administration/indicators/IND-1/")
    page.press(page.form("state"), "state", "adopted")
    assert Indicator.objects.get(code="IND-1").state == "adopted"
    page.press(page.form("state"), "state", "retired")
    assert page.status == 400 and "Say why it changes." in page.text
    page.press(page.form("state").fill(reason="Replaced"), "state", "retired")
    assert Indicator.objects.get(code="IND-1").state == "retired"
    assert FormerDefinition.objects.get().reason == "Replaced"
    assert nothing_differs()


def test_two_officers_meet_at_one_definition_and_neither_loses_words(cast, desk, officer):
    first, second = desk(cast.officer), desk(cast.officer2)
    pages = [one.open("/administration/indicators/IND-1/definition/") for one in (first, second)]
    forms = [page.form("administration") for page in pages]
    first.press(forms[0].fill(owner="Statistics", reason="x"))
    second.press(forms[1].fill(owner="Analysis", reason="y"))
    assert second.status == 409
    assert "Statistics" in second.text and "Analysis" in second.text and "Officer" in second.text
    second.press(second.form("administration").fill(reason="y"))
    assert Indicator.objects.get(code="IND-1").owner == "Analysis"


def test_what_values_rest_on_is_frozen_on_the_page(cast, officer):
    record(officer, "IND-1", state="reported", value="7")
    page = officer.open("/administration/indicators/IND-1/definition/")
    assert "Validated values rest on this definition." in page.text
    page.press(page.form("administration").fill(combine_bureaus="worst", reason=""))
    assert page.status == 400 and "Say why it changes." in page.text
    page.press(page.form("administration").fill(combine_bureaus="worst", reason="The sum hid the weak"))
    assert Indicator.objects.get(code="IND-1").combine_bureaus == "worst"
    assert "The sum hid the weak" in officer.open("/administration/indicators/IND-1/").text
    assert nothing_differs()


def test_a_baseline_equal_to_a_target_is_refused_with_its_reason(cast, officer):
    page = officer.open("/administration/indicators/IND-1/")
    page.press(page.form("baseline").fill(value="100", reason="x"))
    assert page.status == 400 and "promises no change" in page.text
    page.press(page.form("baseline").fill(value="10", reason=""))
    assert page.status == 400 and Baseline.objects.current().get(indicator=cast.indicator).value == 0
    page.press(page.form("baseline").fill(value="10", reason="Better data"))
    assert Baseline.objects.current().get(indicator=cast.indicator).value == 10
    assert nothing_differs()


# targets as a grid

GRID = "/administration/targets/framework/"


def cell(officer, code: str, place: int) -> str:
    return f"t.{Indicator.objects.get(code=code).pk}.{place}"


def test_a_target_is_previewed_with_old_and_new_and_saved_with_a_reason(cast, officer):
    page = officer.open(GRID)
    page.press(page.form("administration").put(cell(officer, "IND-1", 0), "80").fill(reason=""), "do", "preview")
    assert page.status == 200
    assert "1 target would change" in page.text and "What would change" in page.text
    assert Target.objects.current().get(indicator=cast.indicator).value == 100
    page.press(page.form("administration"), "do", "save")
    assert page.status == 400 and "Say why it changes." in page.text
    page.press(page.form("administration").fill(reason="Budget"), "do", "save")
    assert "1 target is saved" in page.text
    standing = Target.objects.current().get(indicator=cast.indicator)
    assert (standing.value, standing.revision, standing.reason) == (80, 2, "Budget")
    assert nothing_differs()


def test_what_was_not_seen_is_not_saved(cast, officer):
    page = officer.open(GRID)
    page.press(page.form("administration").put(cell(officer, "IND-1", 0), "80"), "do", "preview")
    page.press(page.form("administration").put(cell(officer, "IND-1", 0), "70").fill(reason="Budget"), "do", "save")
    assert page.status == 200 and "Nothing is saved yet." in page.text
    assert not Target.objects.filter(value__in=[70, 80]).exists()
    page.press(page.form("administration"), "do", "save")
    assert Target.objects.current().get(indicator=cast.indicator).value == 70


def test_a_table_of_fifty_by_six_is_pasted_previewed_and_saved_without_a_script(cast, officer, django_assert_max_num_queries):
    Indicator.objects.bulk_create(
        Indicator(expected_result=cast.result, code=f"M-{n:02}", name=said(f"Measure {n}"), kind="level", handling=1)
        for n in range(50)
    )
    days = ["2026-12-31", "31.12.2027", "2028-06-30", "2028-12-31", "2029-06-30", END]
    lines = ["\t".join(["Code", *days])]
    lines += ["\t".join([f"m-{n:02}", *(f"1 {n:03},5" if step == 5 else str(n + step + 1) for step in range(6))]) for n in range(50)]
    page = officer.open(GRID)
    page.press(page.form("administration").fill(pasted="\r\n".join(lines)), "do", "preview")
    assert "300 targets would change" in page.text, page.text[page.text.find("alert"):][:1500]
    assert not Target.objects.filter(indicator__code__startswith="M-").exists()
    with django_assert_max_num_queries(60):
        page.press(page.form("administration").fill(reason="The first targets"), "do", "save")
    assert "300 targets are saved" in page.text
    made = Target.objects.filter(indicator__code="M-07").order_by("due_on")
    assert [row.value for row in made] == [8, 9, 10, 11, 12, Decimal("1007.5")]
    assert [str(row.due_on) for row in made][1] == "2027-12-31"
    assert AuditRecord.objects.filter(action="target.set").count() == 300
    assert nothing_differs()


def test_one_bad_cell_holds_all_back_and_each_is_named_at_its_place(cast, officer):
    bare = ratio(cast)
    page = officer.open(GRID)
    form = page.form("administration").put(cell(officer, "IND-1", 0), "50").put(f"t.{bare.pk}.0", "a lot")
    form.put("day.1", "2040-01-01").put(f"t.{cast.indicator.pk}.1", "5")
    page.press(form, "do", "preview")
    assert page.status == 400
    for words in ("Write a number, in digits.", "outside the plan", 'value="50"', 'value="a lot"'):
        assert words in page.text, words
    page.press(page.form("administration").put("day.1", "").put(f"t.{bare.pk}.0", "120").put(f"t.{cast.indicator.pk}.1", ""), "do", "preview")
    assert page.status == 400 and "A percentage is between 0 and 100." in page.text
    page.press(page.form("administration").put(f"t.{bare.pk}.0", "").put(cell(officer, "IND-1", 0), "0"), "do", "preview")
    assert page.status == 400 and "promises no change" in page.text
    page = officer.open(GRID)
    page.press(page.form("administration").fill(pasted="NOWHERE\t1\nIND-1\t1\t2\t3\t4\t5"), "do", "preview")
    assert page.status == 400 and "there is no indicator NOWHERE here" in page.text and "Line 2 has more cells" in page.text
    assert Target.objects.count() == 2


def pasted(officer, words: str):
    page = officer.open(GRID)
    page.press(page.form("administration").fill(pasted=words), "do", "preview")
    return page


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("Code\t2026-12-31\tend of 2027\nIND-1\t33\t66", "Column 3 of the table: “end of 2027” is no day."),
        ("Code\t2026-12-31\t\nIND-1\t33\t66", "Column 3 of the table has values and no day above them."),
        ("Code\t2026\t2027-12-31\nIND-1\t33\t66", "Column 2 of the table: “2026” is no day."),
        ("Code\t2026-12-31\t31.12.2026\nIND-1\t33\t66", "Column 3 of the table: 31 Dec 2026 has a column already."),
        ("Code\t2026-12-31\n\t33", "Line 2 has values and no code of an indicator."),
        ("Code\t2026-12-31\n\nIND-1\t33\nIND-1\t34", "Line 4: the indicator IND-1 stands in a line above already."),
        ("Code\t" + "\t".join(f"2027-01-{on:02}" for on in range(1, 30)) + "\nIND-1" + "\t33" * 29, "there is no room for"),
    ],
)
def test_what_a_pasted_table_has_no_place_for_is_named_and_nothing_is_left_out_silently(cast, officer, words, said):
    page = pasted(officer, words)
    assert page.status == 400 and said in page.text
    assert 'name="do" value="save"' not in page.text


def test_a_title_of_merged_cells_words_beside_the_code_and_quoted_cells_are_no_obstacle(cast, officer):
    page = pasted(officer, 'Targets agreed\t\t\t\n\t\tby\t\nCode\tName\t2026-12-31\t31 Dec 2030\n"IND-1"\t"Two\nlines"\t33,5\t')
    assert "1 target would change" in page.text and "33.5" in page.text


def test_the_line_of_the_days_may_begin_with_an_indicators_code(cast, officer):
    page = pasted(officer, "IND-1\t2026-12-31\nIND-1\t33,5")
    assert "1 target would change" in page.text and "33.5" in page.text


DAYS_SHOWN = r'name="(day\.\d+)" value="([^"]*)"'


@pytest.mark.parametrize("asked", ["?days=2026", "?days=all", "?aim=1&days=2027"])
def test_the_days_that_were_chosen_are_kept_through_preview_save_and_aims(cast, officer, asked):
    for year in (2026, 2027, 2028):
        Target.objects.create(indicator=cast.indicator, due_on=f"{year}-06-30", value="5", recorded_at=NOON)
    page = officer.open(GRID + asked)
    shown = re.findall(DAYS_SHOWN, page.text)
    page.press(page.form("administration").put(cell(officer, "IND-1", 0), "81").fill(reason="Budget"), "do", "preview")
    assert "1 target would change" in page.text
    page.press(page.form("administration"), "do", "save")
    assert "1 target is saved" in page.text
    assert page.address == GRID + asked and re.findall(DAYS_SHOWN, page.text) == shown
    tabs = re.findall(r'href="(/administration/targets/framework/\?aim=[^"]*)"', page.text)
    assert tabs and all(unescape(one).endswith(asked[asked.index("days=") :]) for one in tabs)


def test_a_day_that_the_grid_did_not_show_keeps_the_targets_of_others(cast, officer):
    other = ratio(cast)
    page = officer.open(GRID)
    Target.objects.create(indicator=other, due_on="2027-12-31", value="0.5", recorded_at=NOON)
    page.press(page.form("administration").fill(pasted="Code\t2027-12-31\nIND-1\t33"), "do", "preview")
    assert "1 target would change" in page.text
    page.press(page.form("administration").fill(reason="One only"), "do", "save")
    assert Target.objects.current().filter(indicator=other, due_on="2027-12-31").exists()


def test_a_share_is_typed_per_hundred_and_in_any_digits(cast, desk, officer):
    bare = ratio(cast)
    page = desk(cast.officer, "ar").open(GRID)
    page.press(page.form("administration").put(f"t.{bare.pk}.0", "٧٥٫٥"), "do", "preview")
    page.press(page.form("administration").fill(reason="x"), "do", "save")
    assert Target.objects.get(indicator=bare).value == Decimal("0.755")
    assert 'value="75.5"' in desk(cast.officer).open(GRID).text


def test_two_officers_meet_in_one_cell(cast, desk, officer):
    name = cell(officer, "IND-1", 0)
    first, second = desk(cast.officer).open(GRID), desk(cast.officer2).open(GRID)
    for page, value in ((first, "60"), (second, "70")):
        page.press(page.form("administration").put(name, value).fill(reason="Budget"), "do", "preview")
    first.press(first.form("administration"), "do", "save")
    second.press(second.form("administration"), "do", "save")
    assert second.status == 409 and "Somebody set this to 60 meanwhile." in second.text and 'value="70"' in second.text
    assert Target.objects.current().get(indicator=cast.indicator).value == 60


def test_an_emptied_cell_takes_its_target_away(cast, officer):
    page = officer.open(GRID)
    page.press(page.form("administration").put(cell(officer, "IND-1", 0), "").fill(reason="Given up"), "do", "preview")
    page.press(page.form("administration"), "do", "save")
    assert not Target.objects.current().filter(indicator=cast.indicator).exists()
    assert nothing_differs()


# weights, thresholds, judgements, values


def test_weights_are_shown_as_shares_previewed_and_saved(cast, officer):
    ratio(cast)
    record(officer, "IND-1", state="reported", value="50")
    path = f"/administration/weights/result/{cast.result.pk}/"
    page = officer.open(path)
    assert "50.0%" in page.text and "1 part is not shown to you" in page.text
    page.press(page.form("administration").put(f"w.{cast.indicator.pk}", "3"), "do", "preview")
    assert "75.0%" in page.text and "would change" in page.text and not Weight.objects.exists()
    page.press(page.form("administration"), "do", "save")
    assert page.status == 400 and "Reason: Say why it changes." in page.text
    page.press(page.form("administration").fill(reason="It matters most"), "do", "save")
    assert Weight.objects.current().get().value == 3
    assert nothing_differs()
    assert "weighed" in officer.open("/administration/weights/").text


def test_a_negative_or_unreadable_weight_is_refused_at_its_field(cast, officer):
    path = f"/administration/weights/result/{cast.result.pk}/"
    for words, said_back in (("-1", "cannot be below zero"), ("half", "Write a number")):
        page = officer.open(path)
        page.press(page.form("administration").put(f"w.{cast.indicator.pk}", words), "do", "preview")
        assert page.status == 400 and said_back in page.text and f'value="{words}"' in page.text
        assert f'<li><a href="#w.{cast.indicator.pk}">' in page.text  # in the summary that has the focus, too


def test_every_wrong_weight_is_named_at_once(cast, officer):
    other = ratio(cast)
    page = officer.open(f"/administration/weights/result/{cast.result.pk}/")
    form = page.form("administration").put(f"w.{cast.indicator.pk}", "-1").put(f"w.{other.pk}", "half")
    page.press(form, "do", "preview")
    assert "cannot be below zero" in page.text and "Write a number" in page.text


def test_thresholds_with_a_gap_are_refused_and_others_previewed_and_saved(cast, officer):
    record(officer, "IND-1", state="reported", value="40")
    page = officer.open("/administration/thresholds/")
    form = page.form("administration").fill(valid_from="2026-11-20").put("bands.1.from", "60").put("bands.0.to", "50")
    page.press(form, "do", "preview")
    assert page.status == 400 and "Gap: nothing is said from" in page.text
    page.press(page.form("administration").put("bands.0.to", "60").put("coverage_floor", "1"), "do", "preview")
    assert page.status == 200, page.text
    assert "What would change" in page.text and ThresholdSet.objects.count() == 1
    page.press(page.form("administration"), "do", "save")
    assert page.status == 400 and ThresholdSet.objects.count() == 1
    page.press(page.form("administration").fill(reason="Stricter"), "do", "save")
    assert "every figure is worked out anew" in page.text
    assert [str(row.valid_until) for row in ThresholdSet.objects.order_by("valid_from")] == ["2026-11-19", "None"]
    assert nothing_differs()


def test_thresholds_whose_effect_was_shown_are_saved_without_working_it_out_again(cast, officer, monkeypatch):
    page = officer.open("/administration/thresholds/")
    page.press(page.form("administration").fill(valid_from="2026-11-20", coverage_floor="1"), "do", "preview")
    assert "What would change" in page.text
    monkeypatch.setattr("initiatives.views_thresholds.foresee_thresholds", None)
    page.press(page.form("administration").fill(reason="Stricter"), "do", "save")
    assert page.status == 200 and ThresholdSet.objects.count() == 2


def test_a_set_begins_today_or_later(cast, officer):
    page = officer.open("/administration/thresholds/")
    page.press(page.form("administration").fill(valid_from="2026-01-01"), "do", "preview")
    assert page.status == 400 and "what was judged stays judged" in page.text


def test_a_judgement_stands_beside_the_figure_is_renewed_and_ended(cast, officer):
    path = f"/administration/judgements/aim/{cast.aim.pk}/"
    page = officer.open(path)
    page.press(page.form("administration").fill(status="at_risk", expires_on="2026-11-01", reason="Cuts"), "do", "judge")
    assert page.status == 400 and "a day to come" in page.text and "Cuts" in page.text
    page.press(page.form("administration").fill(expires_on="2027-01-31"), "do", "judge")
    assert Judgement.objects.current().get().status == "at_risk"
    page.press(page.form("administration").fill(expires_on="2027-03-31", reason="Still so"), "do", "judge")
    assert Judgement.objects.current().get().reason == "Still so"
    assert "1 judgement stands" in officer.open("/administration/judgements/").text
    page = officer.open(path)
    end = page.form("administration").fields | {"reason": ["Solved"]}
    form = page.form("administration")
    form.fields = {"csrfmiddlewaretoken": end.get("csrfmiddlewaretoken", [""]), "seen": ["2"], "reason": ["Solved"]}
    page.press(form, "do", "end")
    assert not Judgement.objects.current().exists()


def test_a_value_of_the_organisations_own_counts_once_confirmed_and_is_corrected(cast, officer):
    page = record(officer, "IND-1", state="reported", value="1.234")
    assert page.status == 200
    made = Measurement.objects.get()
    assert (made.value, made.source_note, made.bureau) == (Decimal("1.234"), "Statistics of 20 November", None)
    assert "There is a value for this period already" in record(officer, "IND-1", state="reported", value="8").text
    page = officer.open(f"/administration/values/{made.pk}/")
    page.press(page.form("administration").fill(state="withheld", value="", reason="Asked to"))
    assert Measurement.objects.current().get().state == "reported"
    confirm()
    assert Measurement.objects.current().get().state == "withheld"
    assert nothing_differs()


@pytest.mark.parametrize("state", ["not_reported", "not_applicable", "withheld"])
def test_unknown_is_said_in_its_own_state_and_never_as_zero(cast, officer, state):
    page = record(officer, "IND-1", state=state, value="0")
    assert page.status == 400 and "Only a reported value has a number." in page.text
    record(officer, "IND-1", state=state, value="")
    assert (Measurement.objects.get().state, Measurement.objects.get().value) == (state, None)
    assert nothing_differs()


# who may

FORMS = (
    "indicators/new/", "indicators/IND-1/definition/", "indicators/IND-1/values/new/", "targets/framework/",
    "weights/", "weights/aim/{aim}/",
)  # fmt: skip
READS = ("indicators/", "indicators/IND-1/", "judgements/", "judgements/aim/{aim}/", "thresholds/")


@pytest.mark.parametrize("part", ["liaison", "head", "leader", "admin", "auditor"])
def test_others_are_told_why_not_and_change_nothing(cast, desk, part):
    page = desk(cast.people[part])
    for path in FORMS:
        assert page.open(f"/administration/{path.format(aim=cast.aim.pk)}").status == 403, path
    for path in READS:
        address = f"/administration/{path.format(aim=cast.aim.pk)}"
        assert page.open(address).status == (200 if part == "auditor" else 403), path
        if part == "auditor":
            assert "<textarea" not in page.text, path
    before = AuditRecord.objects.exclude(action__startswith="access").count()
    for path in ("indicators/IND-1/state/", "indicators/IND-1/baseline/", f"judgements/aim/{cast.aim.pk}/", "thresholds/"):
        assert page.client.post(f"/administration/{path}", {"state": "retired", "reason": "x"}).status_code == 403, path
    assert Indicator.objects.get(code="IND-1").state == "proposed"
    assert before <= AuditRecord.objects.count()


def test_a_hidden_indicator_is_not_there(cast, officer):
    for path in ("indicators/IND-CANARY/", "indicators/IND-CANARY/definition/", "indicators/NONE/"):
        assert officer.open(f"/administration/{path}").status == 404
    assert "IND-CANARY" not in officer.open(GRID).text


@pytest.mark.parametrize(("part", "is_offered"), [("officer", True), ("leader", False), ("liaison", False), ("auditor", False)])
def test_a_reading_page_leads_officers_to_where_it_is_changed(cast, desk, part, is_offered):
    rollup.rebuild(at=NOON)
    page = desk(cast.people[part])
    for path, door in (
        ("/strategy/framework/1/", f"/administration/judgements/aim/{cast.aim.pk}/"),
        ("/strategy/framework/1/1/", f"/administration/indicators/new/?plan=framework&amp;result={cast.result.pk}"),
        ("/indicators/IND-1/", "/administration/indicators/IND-1/"),
    ):
        assert (f'href="{door}"' in page.open(path).text) == is_offered, path
