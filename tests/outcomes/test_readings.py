"""What is kept of the answers is what folding every single one gives, row for row, whatever changes."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from outcomes import readings_kept, rollup
from outcomes.facts import load_facts
from outcomes.leaves import leaf_rows, rows_of_leaves
from outcomes.models import BureauReading, Indicator
from outcomes.readings import load_readings
from outcomes.tree import load_tree
from tests.outcomes.world import AT, World, fitting_value

pytestmark = pytest.mark.django_db

STATES = ["reported"] * 5 + ["not_reported", "not_reported", "not_applicable", "withheld"]
ACROSS = ("sum", "weighted_mean", "ratio", "count_meeting", "worst", "none")


def shuffled(world, dice):
    """Every kind of indicator, combined in every way that may be declared."""
    for indicator in world.indicators:
        across, within = dice.choice(ACROSS), dice.choice(["one", "sum"])
        level = 1 if across == "count_meeting" and dice.random() < 0.8 else None
        Indicator.objects.filter(pk=indicator.pk).update(
            combine_bureaus=across, combine_initiatives=within, bureau_threshold=level
        )


def told(world, dice, answers, joint=None):
    """Answers in disorder: joint work, silence, the organisation's own word, a later revision of what was said.

    Each comes with its indicator, bureau and initiative. Work is joint for all indicators, or (`joint`) for that one alone.
    """
    begun = [one for one in world.periods if one.start_on <= AT.date()]
    for step in range(answers):
        indicator = dice.choice(world.indicators)
        bureau = dice.choice([*world.bureaus, *world.bureaus, None] if dice.random() < 0.2 else world.bureaus)
        value = 0 if indicator.kind == "ratio" and dice.random() < 0.2 else dice.randint(0, 100)
        initiative = dice.choice(["", "I-1", "I-2", "I-3"])
        if joint not in (None, indicator) and initiative:
            initiative += f" {bureau.code if bureau else ''}"
        world.measure(
            indicator, dice.choice(begun), bureau, fitting_value(indicator, value), at=AT + timedelta(minutes=step),
            initiative=initiative, state=dice.choice(STATES), handling=dice.choice([1, 1, 1, 2, 3]),
        )  # fmt: skip
        yield indicator, bureau, initiative


def kept(tree):
    """What all answers give, kept as a rebuild keeps it."""
    readings_kept.settle(tree, tree.rules)
    return tree


def folded(tree, spans, bureaus=None):
    """The same rows by the long way: each answer by itself."""
    facts, rows = load_facts(tree, tree.rules), {}
    for pk in tree.rules:
        rows.update(leaf_rows(tree, facts, pk, spans[tree.plan_of_indicator(pk)], bureaus))
    return rows


def differing(one, other):
    return {key: (one.get(key), other.get(key)) for key in one.keys() | other.keys() if one.get(key) != other.get(key)}


@pytest.mark.parametrize("seed", range(6))
def test_readings_give_the_same_rows_as_every_answer_by_itself(seed):
    dice, world = random.Random(seed), World(aims=1, results=2, indicators=10, bureaus=5)
    shuffled(world, dice)
    list(told(world, dice, 350))
    tree = kept(load_tree())
    spans = rollup.begun(tree, AT, lambda span: True)
    assert differing(rows_of_leaves(tree, tree.rules, spans), folded(tree, spans)) == {}


@pytest.mark.parametrize("seed", range(2))
def test_so_do_they_for_some_periods_and_some_bureaus(seed):
    dice, world = random.Random(seed), World(aims=1, results=1, indicators=10, bureaus=4)
    shuffled(world, dice)
    list(told(world, dice, 200))
    tree, since = kept(load_tree()), world.periods[3].end_on
    spans = rollup.begun(tree, AT, lambda span: span.end_on >= since)
    some = [world.bureaus[0].code]
    assert differing(rows_of_leaves(tree, tree.rules, spans, bureaus=some), folded(tree, spans, some)) == {}
    assert all(key.bureau_id in (None, world.bureaus[0].pk) for key in rows_of_leaves(tree, tree.rules, spans, bureaus=some))


@pytest.mark.parametrize("seed", range(6))
def test_so_do_those_that_come_added_up(seed):
    """Only some bureaus' own figures are asked for: the others' readings are added up by the database where that is the same."""
    dice, world = random.Random(seed), World(aims=1, results=2, indicators=10, bureaus=9)
    shuffled(world, dice)
    list(told(world, dice, 500, joint=dice.choice(world.indicators)))
    tree = kept(load_tree())
    spans = rollup.begun(tree, AT, lambda span: True)
    some = dice.sample(world.bureaus, seed % 3)
    codes, own = [one.code for one in some], [one.pk for one in some]
    assert differing(rows_of_leaves(tree, tree.rules, spans, bureaus=codes, own=own), folded(tree, spans, codes)) == {}
    readings = load_readings(tree, tree.rules, spans, own=own)
    assert any(said.many > 1 for told in readings.counted.values() for said in told.values()), "nothing came added up"


@pytest.mark.parametrize("seed", range(4))
def test_each_answer_told_by_itself_leaves_what_all_of_them_give(seed):
    dice, world = random.Random(seed), World(aims=1, results=1, indicators=10, bureaus=4)
    shuffled(world, dice)
    tree = load_tree()
    for place, (indicator, bureau, work) in enumerate(told(world, dice, 160)):
        whose = None if bureau is None else bureau.pk
        readings_kept.tell(tree, [indicator.pk], bureaus=[whose], works=[work])
        if place % 20 == 0:
            assert readings_kept.settle(tree, tree.rules, check_only=True) == []
    assert readings_kept.settle(tree, tree.rules, check_only=True) == []
    spans = rollup.begun(tree, AT, lambda span: True)
    assert differing(rows_of_leaves(tree, tree.rules, spans), folded(tree, spans)) == {}
    assert BureauReading.objects.exclude(initiative_code="").exists(), "no joint initiative was told"


def test_what_is_kept_wrongly_missing_or_too_much_is_named_and_mended():
    world = World(aims=1, results=1, indicators=3, bureaus=3)
    for indicator, bureau in ((world.indicators[0], 0), (world.indicators[0], 1), (world.indicators[1], 0)):
        world.measure(indicator, world.periods[0], world.bureaus[bureau], 30)
    tree = kept(load_tree())
    first, second, third = BureauReading.objects.order_by("pk")
    BureauReading.objects.filter(pk=first.pk).update(value=31)
    second.delete()
    BureauReading.objects.filter(pk=third.pk).update(bureau=world.bureaus[2])
    named = readings_kept.settle(tree, tree.rules, check_only=True)
    assert len(named) == 4 and sum("no place" in line for line in named) == 1
    assert sorted(readings_kept.settle(tree, tree.rules)) == sorted(named)
    assert readings_kept.settle(tree, tree.rules, check_only=True) == []


def test_values_of_before_the_plan_say_nothing_of_it():
    world = World(aims=1, results=1, indicators=4, bureaus=2)
    later = World(aims=1, results=1, indicators=4, bureaus=2, code="later", start=world.periods[2].start_on)
    for indicator in later.indicators:
        for place in (0, 1, 3):
            later.measure(indicator, world.periods[place], world.bureaus[0], fitting_value(indicator, 40 + place))
    tree = kept(load_tree([later.plan.pk]))
    spans = rollup.begun(tree, AT, lambda span: True)
    assert differing(rows_of_leaves(tree, tree.rules, spans), folded(tree, spans)) == {}


@pytest.mark.parametrize("seed", range(4))
def test_a_past_moment_is_worked_out_as_every_answer_of_then_gives_it(seed):
    """Of all periods and of the last ones alone; by the long way, each answer by itself."""
    dice, world = random.Random(seed), World(aims=1, results=2, indicators=10, bureaus=4)
    shuffled(world, dice)
    list(told(world, dice, 300))
    tree = kept(load_tree())
    for minutes in (0, 40, 150, 400):
        moment, since = AT + timedelta(minutes=minutes), dice.choice(world.periods[:5]).end_on
        for asked in (lambda span: True, lambda span, since=since: span.end_on >= since):
            spans = rollup.begun(tree, AT, asked)
            facts, rows = load_facts(tree, tree.rules, as_of=moment), {}
            for pk in tree.rules:
                rows.update(leaf_rows(tree, facts, pk, spans[tree.plan_of_indicator(pk)]))
            assert differing(rows_of_leaves(tree, tree.rules, spans, as_of=moment), rows) == {}
