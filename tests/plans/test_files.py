"""What the data files promise: four languages, derived results with their passage, indicators that can be measured."""

import itertools
import json
import re
from collections import Counter
from datetime import date

import pytest

from outcomes.plans.node import LANGUAGES, read_document
from outcomes.plans.reading import DERIVED, FILES, FRAMEWORK, ROOT, read_plans
from outcomes.plans.source_words import is_text, uncovered

PLANS = read_plans()
ARABIC = re.compile("[\u0621-\u064a]")
# Words that are spelt the same in two of the languages.
SAME_IN_TWO = {"points", "operations", "incidents", "solutions", "positions", "publications", "synergies", "expert"}
SAME_IN_TWO |= {"ad hoc"}


def texts_in(node, path=""):
    if is_text(node):
        yield path, node.value
    elif isinstance(node.value, dict):
        for key, below in node.items():
            yield from texts_in(below, f"{path}.{key}")
    elif isinstance(node.value, list):
        for place, below in enumerate(node):
            yield from texts_in(below, f"{path}[{place}]")


@pytest.fixture(params=FILES)
def texts(request):
    return [(f"{request.param}{path}", text) for path, text in texts_in(read_document(ROOT, request.param))]


def test_every_text_is_there_in_four_languages(texts):
    for path, text in texts:
        assert all(text.get(language, "").strip() for language in LANGUAGES), path


def test_no_translation_is_a_copy_of_another(texts):
    for path, text in texts:
        for one, other in itertools.combinations(LANGUAGES, 2):
            assert text[one] != text[other] or text[one] in SAME_IN_TWO, (path, one, other)


def test_arabic_is_written_in_arabic_and_nothing_else_is(texts):
    for path, text in texts:
        assert ARABIC.search(text["ar"]), path
        assert not any(ARABIC.search(text[language]) for language in ("en", "fr", "es")), path


def test_a_translation_is_the_whole_text_and_not_a_summary(texts):
    for path, text in texts:
        assert len({text[language].count("\n\n") for language in LANGUAGES}) == 1, path
        if len(text["fr"]) > 120:
            assert len(text["en"]) > 0.6 * len(text["fr"]) and len(text["es"]) > 0.7 * len(text["fr"]), path
            assert len(text["ar"]) > 0.45 * len(text["fr"]), path


def test_every_file_says_its_format(texts):
    for name in FILES:
        assert json.loads((ROOT / name).read_text(encoding="utf-8"))["format"] == 1


def test_translations_are_working_translations_until_somebody_approves_them():
    texts = [row.text for row in PLANS.results] + [row.fields["name"] for row in PLANS.indicators]
    assert {state for text in texts for state in text.states.values()} == {"draft"}


def test_texts_of_the_sources_are_french_and_ours_are_english():
    assert {row.text.source for row in PLANS.results} == {"fr"}
    assert {row.fields["name"].source for row in PLANS.indicators} == {"en"}
    assert {aim.title.source for aim in PLANS.plans[1].aims} == {"en"}, "the short titles of objectives are ours"


@pytest.mark.parametrize(("goal", "results"), [(1, 6), (2, 6), (3, 3), (4, 6)])
def test_each_goal_has_results_derived_from_its_own_words(goal, results):
    rows = [row for row in PLANS.results if row.origin == "derived" and row.key.aim == goal]
    words = PLANS.plans[0].aims[goal - 1].text.words
    assert len(rows) == results
    assert all(row.passage in words for row in rows)


def test_a_promise_that_no_passage_covers_is_noticed():
    document = read_document(ROOT, DERIVED).value
    for aim in read_document(ROOT, FRAMEWORK).value["aims"]:
        words, connecting = aim["text"]["fr"], document["connecting_words"][str(aim["number"])]
        passages = [row["source_passage"] for row in document["results"] if row["aim"] == aim["number"]]
        assert uncovered(words, passages, connecting) == []
        for place in range(len(passages)):
            assert uncovered(words, passages[:place] + passages[place + 1 :], connecting)
            assert uncovered(words, [*passages[:place], passages[place] + "!", *passages[place + 1 :]], connecting)


def test_the_strategys_results_are_the_sources_own():
    strategy = [row for row in PLANS.results if row.key.plan == PLANS.plans[1].code]
    assert len(strategy) == 12 and {row.origin for row in strategy} == {"source"}


def test_every_result_of_a_goal_has_three_indicators_and_every_other_two():
    counted = Counter(row.result for row in PLANS.indicators)
    for row in PLANS.results:
        assert counted[row.key] >= 3 if row.origin == "derived" else counted[row.key] == 2, row.key


def test_codes_are_unique():
    assert max(Counter(row.code for row in PLANS.indicators).values()) == 1


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("kind", {"level", "cumulative", "per_period", "ratio", "milestone", "ordinal", "maintain"}),
        (
            "direction",
            {"increase", "decrease"} | {f"maintain_{end}" for end in ("at_or_above", "at_or_below", "within")},
        ),
        ("combine_bureaus", {"sum", "weighted_mean", "ratio", "count_meeting", "worst", "none"}),
        ("combine_initiatives", {"one", "sum"}),
        ("frequency", {"quarterly", "half_yearly", "yearly"}),
        ("state", {"proposed"}),
    ],
)
def test_every_rule_of_the_arithmetic_is_in_real_use(name, expected):
    assert {row.fields[name] for row in PLANS.indicators} == expected


def test_every_indicator_is_complete_enough_to_be_measured():
    for row in PLANS.indicators:
        fields = row.fields
        assert all(fields[name].words for name in ("name", "definition", "source", "means_of_verification")), row.code
        assert fields["unit_label"].words and fields["owner"] and row.targets, row.code
        assert ("numerator_label" in fields) == (fields["kind"] == "ratio"), row.code


def test_targets_lie_in_the_plans_period_and_promise_a_change():
    periods = {plan.code: (plan.start_on, plan.end_on) for plan in PLANS.plans}
    for row in PLANS.indicators:
        start, end = periods[row.result.plan]
        assert all(start <= day <= end for day in row.targets), row.code
        assert row.baseline is None or row.baseline[0] not in row.targets.values(), row.code


def test_targets_move_in_the_declared_direction():
    for row in PLANS.indicators:
        values = [*([row.baseline[0]] if row.baseline else []), *(row.targets[day] for day in sorted(row.targets))]
        if row.fields["direction"] == "increase":
            assert values == sorted(values), row.code
        elif row.fields["direction"] == "decrease":
            assert values == sorted(values, reverse=True), row.code


def test_a_count_per_period_has_a_target_for_every_quarter_of_its_plan():
    quarters = {plan.code: 4 * (plan.end_on.year - plan.start_on.year + 1) for plan in PLANS.plans}
    for row in PLANS.indicators:
        if row.fields["kind"] == "per_period":
            assert len(row.targets) == quarters[row.result.plan], row.code


def test_some_baselines_are_honestly_not_known_yet():
    unknown = [row for row in PLANS.indicators if row.baseline is None]
    assert 0 < len(unknown) < 10
    assert {row.baseline[1] for row in PLANS.indicators if row.baseline} == {date(2021, 12, 31), date(2025, 12, 31)}


def test_the_crosswalk_links_every_objective_and_result_of_the_closed_plan():
    starts = {(link.start.aim, link.start.result) for link in PLANS.links}
    assert starts == {(aim, result) for aim in (1, 2, 3, 4) for result in (None, 1, 2, 3)}
    assert {link.kind for link in PLANS.links} == {"continued", "merged", "split", "dropped"}
    assert {link.state for link in PLANS.links} == {"proposed"}


def test_what_was_merged_has_company_and_what_was_split_leads_to_more_than_one_place():
    goals, starts = Counter(link.goal for link in PLANS.links), Counter(link.start for link in PLANS.links)
    assert all(goals[link.goal] > 1 for link in PLANS.links if link.kind == "merged")
    assert all(starts[link.start] > 1 for link in PLANS.links if link.kind == "split")
