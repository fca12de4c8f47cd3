"""What changed since the previous edition: verdicts with the figures behind them, for the worse first, told once."""

from copy import deepcopy

import pytest

from reports.differences import changes, mark_before, restated
from reports.render import compose
from reports.render.document import Bullets, Para, Table, Tiles, flat
from reports.render.sentences import change_sentence, sense
from reports.render.voice import Voice
from reports.snapshot import validate
from reports.snapshot.check import SnapshotFault
from tests.reports.fixture import snapshot


@pytest.fixture
def pair():
    """Two editions that are alike, to change one of."""
    before = snapshot(initiatives=4)
    return before, deepcopy(before)


def compared(before, after):
    after["changes"] = changes(before, after)
    mark_before(before, after)
    validate(after)
    return after


def render_words(change):
    return change_sentence(Voice("en"), change)


def lead(after):
    """The first paragraph and the list of the summary."""
    blocks = list(flat(compose(after, "en").blocks))
    bullets = next(block for block in blocks if isinstance(block, Bullets))
    para = next(block for block in blocks if isinstance(block, Para))
    return para.text, [(item.style, item.text) for item in bullets.items]


def test_a_changed_verdict_carries_the_figures_behind_it_and_the_move_is_not_told_twice(pair):
    before, after = pair
    aim = after["plans"][0]["aims"][0]
    aim["status"] = "at_risk"
    aim["results"] |= {"value": "0.8100", "expected": "0.9500"}
    told, items = lead(compared(before, after))
    assert (
        told
        == "Verdicts on aims, results and indicators: 1 became worse, 0 better. 1 more changes are listed in the annex."
    )
    style, words = items[0]
    assert style == "worse"
    assert words.endswith("went from on track to at risk; it was 93% and is 81%, against 95% expected.")
    assert sum("93%" in text for _style, text in items) == 1


def test_an_indicators_changed_verdict_is_told_in_its_own_unit(pair):
    before, after = pair
    indicator = after["plans"][0]["aims"][0]["expected_results"][0]["indicators"][0]
    was = before["plans"][0]["aims"][0]["expected_results"][0]["indicators"][0]
    was["latest"]["value"], indicator["latest"]["value"], indicator["expected"] = "1200", "1350", "1300"
    was["status"], indicator["status"] = "at_risk", "on_track"
    _told, items = lead(compared(before, after))
    assert items[0][0] == "better"
    assert "it was 1,200.0 and is 1,350.0, against 1,300.0 expected" in items[0][1]


def test_what_became_worse_stands_before_what_became_better(pair):
    before, after = pair
    for at, status in ((0, "achieved"), (2, "at_risk"), (1, "off_track")):
        after["plans"][0]["aims"][at]["status"] = status
    _told, items = lead(compared(before, after))
    assert [style for style, _text in items] == ["worse", "better", "better"]


def test_a_tile_says_how_far_the_aim_moved_and_what_it_was(pair):
    before, after = pair
    aim = after["plans"][0]["aims"][0]
    aim["status"], aim["results"]["value"] = "at_risk", "0.8100"
    tiles = next(block for block in flat(compose(compared(before, after), "en").blocks) if isinstance(block, Tiles))
    assert tiles.items[0].note == "\u2066−12\u2069 points since Q2 2026; was on track"


def test_what_is_hidden_now_does_not_tell_what_it_was(pair):
    before, after = pair
    aim = after["plans"][0]["aims"][0]
    aim["results"] = {**aim["results"], "value": None, "restricted": True}
    compared(before, after)
    assert "before" not in aim


def test_reporting_and_attention_are_compared_too(pair):
    before, after = pair
    after["reporting"]["now"]["sent"] = 244
    after["attention"] = after["attention"][1:]
    found = {change["kind"]: change for change in compared(before, after)["changes"]}
    assert (found["reporting"]["before"][:6], found["reporting"]["after"]) == ("0.8647", "1.000000")
    assert found["attention_gone"]["count"] == 1 and "attention_new" not in found
    assert {kind: sense(change) for kind, change in found.items()} == {
        "reporting": "better",
        "attention_gone": "better",
    }


def test_the_annex_says_of_each_difference_whether_it_is_better_or_worse(pair):
    before, after = pair
    after["plans"][0]["aims"][0]["status"] = "off_track"
    after["reporting"]["now"]["sent"] = 244
    blocks = flat(compose(compared(before, after), "en").blocks)
    table = next(block for block in blocks if isinstance(block, Table) and block.key == "changes")
    assert [row[1].text for row in table.rows] == ["worse", "better"]


def test_a_count_that_used_to_be_told_otherwise_is_no_changed_target(pair):
    before, after = pair
    indicator = after["plans"][0]["aims"][0]["expected_results"][0]["indicators"][0]
    indicator |= {"is_sum": True, "target": {**indicator["target"], "value": "999"}}
    assert [change["kind"] for change in compared(before, after)["changes"]] == []


@pytest.mark.parametrize(
    "own, words",
    [
        ({"is_percent": True, "decimals": 0}, "from 20% to 35%"),
        ({"is_percent": False, "decimals": 1}, "from 0.2 to 0.4"),
    ],
)
def test_a_changed_target_is_told_in_its_own_unit(pair, own, words):
    for facts, value in zip(pair, ("0.2", "0.35"), strict=True):
        indicator = facts["plans"][0]["aims"][0]["expected_results"][0]["indicators"][0]
        indicator |= {**own, "target": {**indicator["target"], "value": value}}
    [change] = compared(*pair)["changes"]
    assert change["kind"] == "target" and words in render_words(change)


def test_a_reached_milestone_is_corrected_from_yes_to_no(pair):
    for facts, value in zip(pair, ("1", "0"), strict=True):
        indicator = facts["plans"][0]["aims"][0]["expected_results"][0]["indicators"][0]
        latest = {**indicator["baseline"], "value": value}
        indicator |= {"kind": "milestone", "combine": "none", "is_percent": False, "decimals": 0, "latest": latest}
    before, after = pair
    after["changes"] = restated(before, after)
    validate(after)
    [change] = after["changes"]
    assert render_words(change).endswith("was given as yes; it is no.")


def test_a_target_changed_in_an_edition_of_old_is_still_told(pair):
    before, after = pair
    indicator = after["plans"][0]["aims"][0]["expected_results"][0]["indicators"][0]
    indicator |= {"target": {**indicator["target"], "value": "999"}}
    [change] = compared(before, after)["changes"]
    del change["moved"]
    assert "to \u2066999\u2069" in render_words(change) or "to 999" in render_words(change)


def test_a_snapshot_with_figures_that_are_none_is_refused(pair):
    before, after = pair
    after["plans"][0]["aims"][0]["status"] = "off_track"
    compared(before, after)["changes"][0]["moved"]["after"] = "12 %"
    with pytest.raises(SnapshotFault, match="moved.after"):
        validate(after)


def corrected(before, after):
    after["corrected"] = restated(before, after)
    validate(after)
    return list(flat(compose(after, "en").blocks))


def test_a_correction_says_which_values_it_gives_otherwise(pair):
    before, after = pair
    was, now = (one["plans"][0]["aims"][0]["expected_results"][0]["indicators"][0] for one in pair)
    was["latest"]["value"], now["latest"]["value"] = "71", "72"
    was |= {"is_percent": False, "decimals": 0}
    now |= {"is_percent": False, "decimals": 0}
    blocks = corrected(before, after)
    items = next(block for block in blocks if isinstance(block, Bullets)).items
    assert [item.text for item in items if item.text.endswith("was given as 71; it is 72.")]
    table = next(block for block in blocks if isinstance(block, Table) and block.key == "corrections")
    assert [(row[3].text, row[4].text) for row in table.rows] == [("71", "72")]


def test_a_value_that_is_restricted_in_either_edition_is_no_difference(pair):
    before, after = pair
    was, now = (one["plans"][0]["aims"][0]["expected_results"][0]["indicators"][0] for one in pair)
    was["latest"]["value"], now["latest"]["value"], was["restricted"] = "71", "72", True
    assert [change["kind"] for change in restated(before, after)] == []


def test_a_correction_without_a_difference_says_so_and_a_first_filing_says_nothing(pair):
    before, after = pair
    assert "No figure and no verdict differs." in [getattr(block, "text", "") for block in corrected(before, after)]
    headings = [getattr(block, "text", "") for block in flat(compose(before, "en").blocks)]
    assert not [words for words in headings if words.startswith("What is different from edition")]


def said_first(after):
    """The sentences in the lists of the summary, before its tiles."""
    blocks = list(flat(compose(after, "fr").blocks))
    tiles = next(place for place, block in enumerate(blocks) if isinstance(block, Tiles))
    return [len(block.items) for block in blocks[:tiles] if isinstance(block, Bullets)]


def test_a_correction_and_what_changed_share_the_room_of_one_page(pair):
    """The summary is one page: what a correction says otherwise comes first, and takes room from what changed."""
    _before, after = pair
    assert len(after["changes"]) > 5
    after["filing"]["corrects"] = None
    assert said_first(after) == [5]
    after["filing"]["corrects"], after["corrected"] = 16, []
    assert said_first(after) == [3]
    after["corrected"] = after["changes"][:2]
    assert said_first(after) == [2, 1]
    after["corrected"] = after["changes"][:6]
    assert said_first(after) == [3, 1]
