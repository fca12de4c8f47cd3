"""A malformed file is refused with the file, the path in it and the reason; nothing of it is loaded."""

import pytest

from outcomes.plans.node import MalformedData
from outcomes.plans.reading import CROSSWALK, DERIVED, FRAMEWORK, INDICATORS, STRATEGY, THRESHOLDS, read_plans
from tests.plans.copies import copy_files, edit


@pytest.fixture
def copied(tmp_path):
    return copy_files(tmp_path)


def first_indicator(value):
    return value["results"][0]["indicators"][0]


def set_in_first(**values):
    return lambda value: first_indicator(value).update(values)


def test_a_faithful_copy_is_read(copied):
    assert len(read_plans(copied).indicators) == len(read_plans().indicators)


@pytest.mark.parametrize(
    ("name", "change", "path", "reason"),
    [
        (FRAMEWORK, lambda v: v.update(format=2), "format", "reads format 1"),
        (FRAMEWORK, lambda v: v["plan"].pop("vision_text"), "source_layout", "names no French text"),
        (FRAMEWORK, lambda v: v["aims"][1]["title"].pop("fr"), "aims[1].title", "source text (fr) is missing"),
        (FRAMEWORK, lambda v: v["aims"][1]["title"].update(fr="Autre"), "source_layout", "encoded, not in the source"),
        (FRAMEWORK, lambda v: v["aims"][1]["title"].update(de="Ziel"), "aims[1].title", "unknown: de"),
        (FRAMEWORK, lambda v: v["plan"].update(start_on="2026"), "plan.start_on", "a day such as"),
        (FRAMEWORK, lambda v: v["plan"].update(source_name="lost.txt"), "plan.source_name", "cannot be read"),
        (STRATEGY, lambda v: v["plan"].update(status="over"), "plan.status", "none of"),
        (STRATEGY, lambda v: v["results"][0].update(aim="1"), "results[0].aim", "a whole number from 1"),
        (DERIVED, lambda v: v["results"].pop(), "results", "neither passage nor connecting words"),
        (DERIVED, lambda v: v["results"][0].update(source_passage="Rien"), "results", "not in the paragraphs: Rien"),
        (DERIVED, lambda v: v["results"][0].update(aim=9), "(the whole file)", "does not exist"),
        (INDICATORS[0], set_in_first(kind="guess"), "results[0].indicators[0].kind", "'guess' is none of"),
        (INDICATORS[0], set_in_first(code="G9.9-I1"), "results[0].indicators[0].code", "should start with G1.1-I"),
        (INDICATORS[0], set_in_first(code="G1.1-I2"), ".code", "is there twice"),
        (INDICATORS[0], set_in_first(unit="furlongs"), ".unit", "'furlongs' is none of"),
        (INDICATORS[0], set_in_first(targets=[]), "results[0].indicators[0]", "at least one target"),
        (INDICATORS[0], set_in_first(targets=[{"due_on": "2031-01-01", "value": "1"}]), "[0]", "outside the plan"),
        (
            INDICATORS[0],
            set_in_first(targets=[{"due_on": "2030-12-31", "value": "0.12"}]),
            "[0]",
            "equals the baseline",
        ),
        (INDICATORS[0], set_in_first(targets=[{"due_on": "2030-12-31", "value": 0.9}]), ".value", "written as text"),
        (INDICATORS[0], set_in_first(targets=[{"due_on": "2030-12-31", "value": "90"}]), "[0]", "between 0 and 1"),
        (INDICATORS[0], set_in_first(direction="maintain_within"), ".direction", "levels to be kept"),
        (INDICATORS[0], set_in_first(numerator_label=None), "results[0].indicators[0]", "numerator"),
        (INDICATORS[0], set_in_first(colour="red"), "results[0].indicators[0]", "unknown: colour"),
        (CROSSWALK, lambda v: v["links"][0].update(to=None), "links[0].to", "leads somewhere unless"),
        (CROSSWALK, lambda v: v["links"][0]["to"].update(aim=7), "links[0]", "does not exist"),
        (THRESHOLDS, lambda v: v["sets"][0]["bands"].pop(1), "sets", "gap [0.75, 0.90)"),
    ],
)
def test_what_is_wrong_is_named(copied, name, change, path, reason):
    edit(copied, name, change)
    with pytest.raises(MalformedData) as refused:
        read_plans(copied)
    message = str(refused.value)
    assert message.startswith(f"{name}: ") and path in message and reason in message, message


@pytest.mark.parametrize("words", ["", "{", '{"format": 1, "format": 1}', "[]"])
def test_a_file_that_is_no_json_object_is_refused(copied, words):
    (copied / CROSSWALK).write_text(words, encoding="utf-8")
    with pytest.raises(MalformedData, match="crosswalk.json"):
        read_plans(copied)


def test_a_missing_file_is_refused(copied):
    (copied / THRESHOLDS).unlink()
    with pytest.raises(MalformedData, match="thresholds.json"):
        read_plans(copied)


def test_a_source_that_is_not_the_encoded_one_is_refused(copied):
    source = copied / "goals/data/sources/strategic-framework-2026-2030.fr.txt"
    source.write_bytes(source.read_bytes() + b" ")
    with pytest.raises(MalformedData, match="not the file that was encoded"):
        read_plans(copied)
