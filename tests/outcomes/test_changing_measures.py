"""Targets, weights, judgements, definitions and direct values: what is foreseen is what happens, and nothing is half done."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from accounts.models import Role, User
from core.audit import verify
from core.errors import Conflict, Invalid, NotAllowed, Stale
from core.handling import Handling
from core.models import AuditRecord, Period
from initiatives import delivery
from initiatives.thresholds import foresee_thresholds, set_thresholds
from outcomes import definitions, direct, judging, rollup, services, targets, thresholds, weighing
from outcomes.foresight import COMPARED, foresee, told_to
from outcomes.models import Baseline, FormerDefinition, Judgement, Measurement, RollUp, Target, ThresholdSet, Weight
from outcomes.progress import in_force
from outcomes.targets import Cell, read_standing
from outcomes.tree import load_tree
from outcomes.weighing import Weighed
from tests.outcomes.world import AT, END, World

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(hours=1)
BANDS = [
    {"status": "off_track", "from": None, "to": Decimal("0.6")},
    {"status": "at_risk", "from": Decimal("0.6"), "to": Decimal("0.97")},
    {"status": "on_track", "from": Decimal("0.97"), "to": None},
]


@pytest.fixture
def officer():
    return User.objects.create(email="o@test.invalid", full_name="Officer", role=Role.OFFICER, clearance=Handling.RESTRICTED)


@pytest.fixture
def world():
    made = World()
    for indicator in made.indicators:
        value = {"milestone": 1, "ordinal": 3}.get(indicator.kind, 40)
        made.measure(indicator, made.periods[4], made.bureaus[0], value, at=AT - timedelta(days=2))
    rollup.rebuild(at=AT)
    delivery.rebuild(at=AT)
    return made


def stored(moves) -> dict:
    """What the summary holds now of the things that were to move."""
    found = {}
    for move in moves:
        row = RollUp.objects.get(
            node_type=move.node_type, node_id=move.node_id, period=move.period.id, bureau=None, measure=move.measure
        )
        found[move.node_type, move.node_id, move.measure] = tuple(getattr(row, name) for name in COMPARED)
    return found


def foretold(moves) -> dict:
    return {
        (move.node_type, move.node_id, move.measure): tuple(getattr(move.after, name) for name in COMPARED)
        for move in moves
    }


def everything() -> dict:
    rows = RollUp.objects.filter(bureau=None)
    return {(r.node_type, r.node_id, r.period_id, r.measure): tuple(getattr(r, n) for n in COMPARED) for r in rows}


def turned(before: dict, period_id: int) -> set:
    """The figures of the period that are not what they were."""
    return {key[:2] for key, row in everything().items() if key[2] == period_id and before.get(key) != row}


def test_targets_do_what_was_foreseen_and_nothing_else_moves(world, officer):
    cells = [Cell(world.indicators[0], END, Decimal(50)), Cell(world.indicators[1], date(2026, 12, 31), Decimal(350))]
    standing = read_standing([cell.indicator for cell in cells])
    moves = foresee([world.plan.pk], targets.propose_targets(cells, standing), on=AT.date())
    before = everything()
    assert not Target.objects.filter(indicator=world.indicators[0], value=50).exists()
    targets.set_targets(cells=cells, reason="Budget", by=officer, at=LATER)
    assert {move.node_type for move in moves} == {"plan", "aim", "result", "indicator"}
    assert foretold(moves) == stored(moves)
    assert {(move.node_type, move.node_id) for move in moves} == turned(before, moves[0].period.id)
    assert rollup.rebuild(at=LATER, check_only=True) == []


def test_weights_do_what_was_foreseen(world, officer):
    weighed = [Weighed(world.results[0], Decimal(5)), Weighed(world.results[1], Decimal(1))]
    moves = foresee([world.plan.pk], weighing.propose_weights(weighed), on=AT.date())
    before = everything()
    weighing.set_weights(weighed=weighed, reason="Asked for", by=officer, at=LATER)
    assert moves
    assert foretold(moves) == stored(moves)
    assert {(move.node_type, move.node_id) for move in moves} == turned(before, moves[0].period.id)
    assert rollup.rebuild(at=LATER, check_only=True) == []


def test_thresholds_do_what_was_foreseen_for_results_and_delivery(world, officer):
    ThresholdSet.objects.create(
        valid_from=date(2020, 1, 1), set_at=AT - timedelta(days=900),
        bands=[{"status": "off_track", "from": "0", "to": "0.75"}, {"status": "at_risk", "from": "0.75", "to": "0.90"},
               {"status": "on_track", "from": "0.90", "to": None}],
    )  # fmt: skip
    given = {"valid_from": AT.date(), "bands": BANDS, "coverage_floor": Decimal("0.01")}
    moves = foresee_thresholds(thresholds.propose_thresholds(**given), on=AT.date())
    before = everything()
    set_thresholds(**given, reason="Stricter", by=officer, at=LATER)
    assert any(move.turns for move in moves)
    assert foretold(moves) == stored(moves)
    assert {(move.node_type, move.node_id) for move in moves} == turned(before, moves[0].period.id)
    assert rollup.rebuild(at=LATER, check_only=True) == []
    sets = load_tree().thresholds
    assert in_force(sets, AT.date() - timedelta(days=1)).coverage_floor == Decimal("0.5")
    assert load_tree(as_of=AT).thresholds_on(END).coverage_floor == Decimal("0.5")
    assert load_tree().thresholds_on(END).coverage_floor == Decimal("0.01")


def present() -> Period:
    return Period.objects.filter(start_on__lte=AT.date()).latest("end_on")


def spoilt(period) -> RollUp:
    """A figure of the period that only working it out anew would put right."""
    row = RollUp.objects.filter(period=period, bureau=None).order_by("pk").first()
    RollUp.objects.filter(pk=row.pk).update(coverage=Decimal("0.123"))
    return row


def test_only_periods_that_the_new_set_judges_are_worked_out_anew(world, officer):
    """It begins when the present period is over: what was judged stays judged, and is not even read."""
    row, before = spoilt(present()), everything()
    given = {"bands": BANDS, "coverage_floor": Decimal("0.01"), "reason": "Stricter", "by": officer}
    set_thresholds(**given, valid_from=present().end_on + timedelta(days=1), at=LATER)
    assert everything() == before
    RollUp.objects.filter(pk=row.pk).update(coverage=row.coverage)
    assert rollup.rebuild(at=LATER, check_only=True) == [] == delivery.rebuild(at=LATER, check_only=True)


def test_a_set_that_had_ended_reaches_to_the_new_one_and_what_it_then_judges_follows(world, officer):
    """Between its end and the new one the published limits judged: those periods are judged by it now."""
    ThresholdSet.objects.create(
        valid_from=date(2020, 1, 1), valid_until=present().end_on - timedelta(days=1), set_at=AT - timedelta(days=900), coverage_floor=Decimal("0.01"),
        bands=[{"status": one["status"], "from": str(one["from"] or 0), "to": one["to"] and str(one["to"])} for one in BANDS],
    )  # fmt: skip
    rollup.rebuild(at=AT)
    delivery.rebuild(at=AT)
    before = everything()
    given = {"bands": BANDS, "coverage_floor": Decimal("0.02"), "reason": "Stricter", "by": officer}
    set_thresholds(**given, valid_from=present().end_on + timedelta(days=1), at=LATER)
    assert turned(before, present().pk)
    assert rollup.rebuild(at=LATER, check_only=True) == [] == delivery.rebuild(at=LATER, check_only=True)


def test_one_wrong_cell_keeps_all_others_from_being_saved(world, officer):
    kept = Target.objects.current().count()
    cells = [
        Cell(world.indicators[0], END, Decimal(50)),
        Cell(world.indicators[0], date(2031, 1, 1), Decimal(50)),
        Cell(world.indicators[1], date(2026, 6, 30), Decimal(0)),
        Cell(world.indicators[1], date(2026, 9, 30), Decimal(-1)),
        Cell(world.indicators[0], END, Decimal(51)),
    ]
    with pytest.raises(Invalid) as refused:
        targets.set_targets(cells=cells, reason="x", by=officer, at=LATER)
    assert set(refused.value.fields) == {"targets.1", "targets.2", "targets.3", "targets.4"}
    assert "promises no change" in str(refused.value.fields["targets.2"][0])
    assert Target.objects.current().count() == kept
    assert not Target.objects.filter(recorded_at=LATER).exists()


def test_a_target_that_somebody_changed_meanwhile_is_a_conflict_in_its_cell(world, officer):
    ours, theirs = (Cell(world.indicators[0], END, Decimal(value), seen=1) for value in (50, 60))
    targets.set_targets(cells=[theirs], reason="First", by=officer, at=LATER)
    with pytest.raises(Stale) as refused:
        targets.set_targets(cells=[ours], reason="Second", by=officer, at=LATER)
    assert "60" in str(refused.value.fields["targets.0"][0])
    assert Target.objects.current().get(indicator=world.indicators[0], due_on=END).value == 60


def test_a_target_taken_away_may_come_back_as_its_third_revision(world, officer):
    indicator = world.indicators[0]
    for value, reason in ((None, "Given up"), (Decimal(70), "Taken up again")):
        targets.set_targets(cells=[Cell(indicator, END, value)], reason=reason, by=officer, at=LATER)
    rows = Target.objects.filter(indicator=indicator).order_by("revision")
    assert [(row.revision, row.value, row.is_current) for row in rows] == [(1, 90, False), (2, 70, True)]
    assert list(AuditRecord.objects.order_by("seq").values_list("action", flat=True)) == ["target.withdrawn", "target.set"]
    assert rollup.rebuild(at=LATER, check_only=True) == []
    with pytest.raises(Invalid) as refused:
        targets.set_targets(cells=[Cell(indicator, END, Decimal(71))], reason=" ", by=officer, at=LATER)
    assert set(refused.value.fields) == {"reason"}


def test_a_grid_of_three_hundred_targets_costs_as_many_questions_as_a_small_one(django_assert_max_num_queries, officer):
    big = World(aims=2, results=5, indicators=5, code="big")
    rollup.rebuild(at=AT)
    days = [date(2026, month, 28) for month in (1, 3, 5, 7, 9, 11)]
    cells = [Cell(one, on, Decimal(3)) for one in big.indicators for on in days if one.kind != "ratio" and one.kind != "milestone"]
    assert len(cells) > 200
    with django_assert_max_num_queries(30):
        made = targets.set_targets(cells=cells, reason="", by=officer, at=LATER)
    assert len(made) == len(cells)
    assert rollup.rebuild(at=LATER, check_only=True) == []
    assert verify().is_intact


def test_weights_belong_to_one_whole_are_never_negative_and_say_why(world, officer):
    other = world.indicators[-1]
    for weighed, reason, field in (
        ([Weighed(world.indicators[0], Decimal(-1))], "x", "weights.0"),
        ([Weighed(world.indicators[0], Decimal(1)), Weighed(other, Decimal(1))], "x", "weights.1"),
        ([Weighed(world.indicators[0], Decimal(1)), Weighed(world.indicators[0], Decimal(2))], "x", "weights.1"),
        ([Weighed(world.indicators[0], Decimal(1))], " ", "reason"),
    ):
        with pytest.raises(Invalid) as refused:
            weighing.set_weights(weighed=weighed, reason=reason, by=officer, at=LATER)
        assert set(refused.value.fields) == {field}
    assert not Weight.objects.exists()


def test_a_weight_is_taken_back_and_a_stale_one_is_a_conflict(world, officer):
    part = world.aims[0]
    weighing.set_weights(weighed=[Weighed(part, Decimal(3), seen=0)], reason="x", by=officer, at=LATER)
    with pytest.raises(Stale) as refused:
        weighing.set_weights(weighed=[Weighed(part, Decimal(4), seen=0)], reason="x", by=officer, at=LATER)
    assert set(refused.value.fields) == {"weights.0"}
    weighing.set_weights(weighed=[Weighed(part, None, seen=1)], reason="Equal again", by=officer, at=LATER)
    assert not Weight.objects.current().exists()
    assert rollup.rebuild(at=LATER, check_only=True) == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"bands": [{**BANDS[0], "to": Decimal("0.5")}, *BANDS[1:]]}, "bands.1.from"),
        ({"bands": [{**BANDS[0], "to": Decimal("0.7")}, *BANDS[1:]]}, "bands.1.from"),
        ({"bands": [*BANDS[:2], {**BANDS[2], "to": Decimal(2)}]}, "bands.2.to"),
        ({"bands": [*BANDS[:2], {**BANDS[2], "from": None}]}, "bands.2.from"),
        ({"bands": BANDS[:2]}, "bands"),
        ({"coverage_floor": Decimal(2)}, "coverage_floor"),
        ({"valid_from": AT.date() - timedelta(days=1)}, "valid_from"),
        ({"reason": ""}, "reason"),
    ],
    ids=["gap", "overlap", "closed at the top", "no limit", "a band less", "floor", "past", "no reason"],
)
def test_a_set_with_a_gap_or_an_overlap_is_not_saved_and_the_field_says_so(world, officer, change, field):
    given = {"valid_from": AT.date(), "bands": BANDS, "coverage_floor": Decimal("0.5"), "reason": "x", **change}
    with pytest.raises(Invalid) as refused:
        set_thresholds(**given, by=officer, at=AT)
    assert field in refused.value.fields
    assert not ThresholdSet.objects.exists()


def test_a_judgement_is_set_renewed_and_ended_and_never_by_someone_who_saw_another(world, officer):
    aim, day = world.aims[0], AT.date() + timedelta(days=30)
    first = judging.judge(node=aim, status="at_risk", reason="Cuts", expires_on=day, seen=0, by=officer, at=AT)
    with pytest.raises(Stale):
        judging.judge(node=aim, status="on_track", reason="No", expires_on=day, seen=0, by=officer, at=AT)
    again = judging.renew_judgement(
        judgement_id=first.pk, seen=1, reason="Still so", expires_on=day + timedelta(days=30), by=officer, at=LATER
    )
    assert (again.status, again.revision, again.reason) == ("at_risk", 2, "Still so")
    with pytest.raises(Stale):
        judging.end_judgement(judgement_id=first.pk, seen=1, reason="Over", by=officer, at=LATER)
    judging.end_judgement(judgement_id=again.pk, seen=2, reason="Over", by=officer, at=LATER)
    assert not Judgement.objects.current().exists()
    assert judging.judge(node=aim, status="on_track", reason="x", expires_on=day, by=officer, at=LATER).revision == 3
    assert verify().is_intact


def test_another_arithmetic_leaves_what_was_believed_as_it_was(world, officer):
    indicator, result = world.indicators[0], world.results[0]
    before = load_tree([world.plan.pk]).rules[indicator.pk]
    edited = definitions.edit_indicator(
        indicator_id=indicator.pk, version=1, combine_bureaus="worst", reason="The mean hid the weak", by=officer, at=LATER
    )
    assert load_tree([world.plan.pk]).rules[indicator.pk].combine_bureaus == "worst"
    assert load_tree([world.plan.pk], as_of=AT).rules[indicator.pk] == before
    definitions.edit_indicator(
        indicator_id=indicator.pk, version=edited.version, state="retired", reason="Replaced", by=officer,
        at=LATER + timedelta(hours=1),
    )  # fmt: skip
    assert indicator.pk not in load_tree([world.plan.pk]).rules
    assert load_tree([world.plan.pk], as_of=LATER).rules[indicator.pk].combine_bureaus == "worst"
    assert [row.reason for row in FormerDefinition.objects.order_by("revision")] == ["The mean hid the weak", "Replaced"]
    assert rollup.rebuild(at=LATER, check_only=True) == []
    assert result.indicators.count() == 3


def test_what_gives_values_their_meaning_is_frozen_and_the_arithmetic_asks_why(world, officer):
    indicator = world.indicators[0]
    with pytest.raises(Conflict):
        definitions.edit_indicator(indicator_id=indicator.pk, version=1, kind="cumulative", reason="x", by=officer, at=AT)
    with pytest.raises(Invalid) as refused:
        definitions.edit_indicator(indicator_id=indicator.pk, version=1, direction="decrease", by=officer, at=AT)
    assert set(refused.value.fields) == {"reason"}
    with pytest.raises(Invalid):
        definitions.edit_indicator(indicator_id=indicator.pk, version=1, state="retired", by=officer, at=AT)
    assert not FormerDefinition.objects.exists()


def a_value(world, **more):
    period = world.periods[5]
    return {
        "indicator": world.indicators[0], "period": period, "bureau": None, "state": "reported", "value": Decimal(44),
        "observed_on": date(2027, 6, 1), "source_note": "Statistics office, June table", **more,
    }  # fmt: skip


def test_an_officer_records_a_value_and_corrects_it_with_a_reason(world, officer):
    made = direct.record_directly(**a_value(world), by=officer, at=AT)
    assert (made.source_ref, made.source_note) == ("direct", "Statistics office, June table")
    assert rollup.rebuild(at=AT, check_only=True) == []
    change = {"state": "withheld", "observed_on": date(2027, 6, 1), "source_note": "Letter of 2 June"}
    with pytest.raises(Invalid) as refused:
        direct.correct_directly(measurement_id=made.pk, seen=1, **change, reason="", by=officer, at=LATER)
    assert set(refused.value.fields) == {"reason"}
    again = direct.correct_directly(measurement_id=made.pk, seen=1, **change, reason="Asked", by=officer, at=LATER)
    assert (again.revision, again.state, again.value) == (2, "withheld", None)
    assert Measurement.objects.get(pk=made.pk).value == 44
    with pytest.raises(Stale):
        direct.correct_directly(measurement_id=made.pk, seen=1, **change, reason="Twice", by=officer, at=LATER)
    assert rollup.rebuild(at=LATER, check_only=True) == []
    assert verify().is_intact


def test_a_bureaus_own_word_is_not_overwritten_and_nothing_counts_twice(world, officer):
    taken = {"period": world.periods[4], "bureau": world.bureaus[0], "observed_on": date(2027, 3, 1)}
    with pytest.raises(Conflict) as refused:
        direct.record_directly(**a_value(world, **taken), by=officer, at=AT)
    assert refused.value.code == "from_an_update"
    standing = Measurement.objects.get(indicator=world.indicators[0])
    with pytest.raises(Conflict):
        direct.correct_directly(
            measurement_id=standing.pk, seen=1, state="withheld", observed_on=date(2027, 3, 1), source_note="x",
            reason="x", by=officer, at=AT,
        )  # fmt: skip
    direct.record_directly(**a_value(world), by=officer, at=AT)
    with pytest.raises(Conflict) as refused:
        direct.record_directly(**a_value(world), by=officer, at=AT)
    assert refused.value.code == "has_value"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"source_note": " "}, "source_note"),
        ({"observed_on": date(2027, 6, 16)}, "observed_on"),
        ({"handling": Handling.CONFIDENTIAL}, "handling"),
        ({"state": "withheld"}, "value"),
        ({"value": None}, "value"),
    ],
    ids=["no source", "to come", "above clearance", "withheld with a number", "reported without"],
)
def test_a_direct_value_that_cannot_be_is_refused_at_its_field(world, officer, change, field):
    with pytest.raises(Invalid) as refused:
        direct.record_directly(**a_value(world, **change), by=officer, at=AT)
    assert field in refused.value.fields
    assert not Measurement.objects.filter(source_ref="direct").exists()


@pytest.mark.parametrize("role", [role for role in Role.values if role != Role.OFFICER])
def test_nobody_but_officers_changes_what_is_measured(world, role):
    other = User(email="x@test.invalid", role=role, clearance=Handling.CONFIDENTIAL)
    day = AT.date() + timedelta(days=9)
    for act in (
        lambda: targets.set_targets(cells=[Cell(world.indicators[0], END, Decimal(1))], reason="x", by=other, at=AT),
        lambda: weighing.set_weights(weighed=[Weighed(world.aims[0], Decimal(1))], reason="x", by=other, at=AT),
        lambda: judging.judge(node=world.aims[0], status="at_risk", reason="x", expires_on=day, by=other, at=AT),
        lambda: direct.record_directly(**a_value(world), by=other, at=AT),
        lambda: services.set_baseline(indicator=world.indicators[0], value=Decimal(1), on=END, reason="x", by=other, at=AT),
        lambda: set_thresholds(valid_from=day, bands=BANDS, coverage_floor=Decimal("0.5"), reason="x", by=other, at=AT),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_a_move_is_told_only_to_those_who_may_see_the_figure(world, officer):
    hidden = world.indicators[0]
    type(hidden).objects.filter(pk=hidden.pk).update(handling=Handling.CONFIDENTIAL)
    cells = [Cell(hidden, END, Decimal(50))]
    moves = foresee([world.plan.pk], targets.propose_targets(cells, read_standing([hidden])), on=AT.date())
    told = told_to(officer, moves)
    assert ("indicator", hidden.pk) in {(move.node_type, move.node_id) for move in moves}
    assert ("indicator", hidden.pk) not in {(one.move.node_type, one.move.node_id) for one in told}


def test_a_baseline_is_revised_by_who_saw_the_one_before(world, officer):
    indicator = world.indicators[0]
    with pytest.raises(Stale):
        services.set_baseline(indicator=indicator, value=Decimal(5), on=END, reason="x", seen=0, by=officer, at=LATER)
    services.set_baseline(indicator=indicator, value=Decimal(5), on=date(2025, 12, 31), reason="x", seen=1, by=officer, at=LATER)
    assert Baseline.objects.current().get(indicator=indicator).revision == 2
    assert rollup.rebuild(at=LATER, check_only=True) == []
