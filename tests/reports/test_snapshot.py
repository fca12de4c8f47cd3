"""The form of a snapshot: complete, checked, written down in one way only."""

import copy
import re

import pytest

from reports.differences import changes
from reports.render.sentences import change_sentence
from reports.render.voice import Voice
from reports.snapshot import SnapshotFault, canonical_bytes, check_code, sha256_of, validate
from tests.reports.fixture import snapshot


@pytest.fixture(scope="module")
def facts():
    return snapshot(initiatives=12)


def broken(facts, change):
    made = copy.deepcopy(facts)
    change(made)
    return made


def test_a_whole_snapshot_passes(facts):
    validate(facts)


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda s: s.pop("period"), "missing period"),
        (lambda s: s.update(surprise=1), "unknown surprise"),
        (lambda s: s.update(format=2), "format"),
        (lambda s: s["plans"][0]["aims"][1].update(status="fine"), r"plans\[0\]\.aims\[1\]\.status"),
        (lambda s: s["plans"][0]["results"].update(value=0.5), r"results\.value"),
        (lambda s: s["plans"][0]["results"].update(value="NaN"), r"results\.value"),
        (lambda s: s.update(as_of="2026-10-31T06:00:00"), "as_of"),
        (lambda s: s["initiatives"][0].update(starts_on="2026-13-01"), r"initiatives\[0\]\.starts_on"),
        (lambda s: s["reporting"]["now"].update(due=True), r"reporting\.now\.due"),
    ],
)
def test_a_fault_is_refused_by_its_place(facts, change, place):
    with pytest.raises(SnapshotFault, match=place):
        validate(broken(facts, change))


def test_the_same_facts_are_the_same_bytes_whatever_the_order(facts):
    turned = dict(reversed(list(copy.deepcopy(facts).items())))
    assert canonical_bytes(turned) == canonical_bytes(facts)


def test_the_check_code_follows_from_the_facts(facts):
    assert re.fullmatch(r"([A-Z2-7]{4}-){3}[A-Z2-7]{4}", check_code(facts))
    other = broken(facts, lambda s: s["plans"][0]["results"].update(value="0.7135"))
    assert sha256_of(other) != sha256_of(facts)
    assert check_code(other) != check_code(facts)


def test_every_status_word_and_every_difference_has_a_sentence(facts):
    for change in facts["changes"]:
        assert "%(" not in change_sentence(Voice("en"), change)


def test_a_change_of_status_is_told_before_small_moves(facts):
    def later(made):
        made["plans"][0]["aims"][0].update(status="off_track")
        made["plans"][0]["aims"][1]["results"].update(value="0.8250")
        made["initiatives"][0].update(state="completed")

    found = changes(facts, broken(facts, later))
    assert [change["kind"] for change in found] == ["status", "results", "initiatives_completed"]
    assert found[0]["before"] == "on_track"
    assert found[0]["after"] == "off_track"


def test_nothing_changed_is_no_change(facts):
    assert changes(facts, copy.deepcopy(facts)) == []


def test_what_is_hidden_from_the_reader_changes_silently(facts):
    def hide(made):
        aim = made["plans"][0]["aims"][0]
        aim.update(status="restricted")
        aim["results"].update(value=None, expected=None, coverage=None, low=None, high=None, restricted=True)

    assert changes(facts, broken(facts, hide)) == []
