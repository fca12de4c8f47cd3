"""Charts: facts in, one drawing with its sentence and its table out; readable in grey, in Arabic and in the dark."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.utils import translation

from core.status import STATUSES
from reports import charts
from reports.charts import drawing, lettering
from reports.charts.scales import day_ticks, value_ticks

SVG = "{http://www.w3.org/2000/svg}"
NASTY = 'A & B <script>alert("1")</script> \u202e\x07 \ud83d\ude00'.encode("utf-16", "surrogatepass").decode("utf-16")
TODAY = date(2026, 11, 22)
CSS = (Path(__file__).parents[2] / "static/css/app.css").read_text()


def a_path(title="Bureaus connected", **more):
    facts = {
        "summary": "63 of 80.",
        "points": [
            charts.Point(date(2025, 12, 31), Decimal(52)),
            charts.Point(date(2026, 3, 31), None),
            charts.Point(date(2026, 9, 30), Decimal(63), note="counted twice"),
        ],
        "planned": [charts.Point(date(2025, 12, 31), Decimal(52)), charts.Point(date(2027, 12, 31), Decimal(80))],
        "targets": [
            charts.Target(date(2027, 12, 31), Decimal(80), revision=2, reason="two regions joined"),
            charts.Target(date(2027, 12, 31), Decimal(72), revision=1, current=False),
        ],
        "today": TODAY,
        "status": "at_risk",
    }
    return charts.path(title=title, **{**facts, **more})


def a_distribution(title="Statuses", **more):
    return charts.distribution(title=title, summary="Mixed.", counts=dict.fromkeys(STATUSES, 3), **more)


def a_bullet(title="Answers", **more):
    known = {"value": 61, "expected": 66, "target": 80, "baseline": 40, "low": 57, "high": 68, **more.pop("known", {})}
    values = {name: None if value is None else Decimal(value) for name, value in known.items()}
    return charts.bullet(title=title, summary="61.", **{"status": "at_risk", **values, **more})


def a_coverage(title="Known", **more):
    shares = {"share": Decimal("0.84"), "low": Decimal("0.6"), "high": Decimal("0.76"), "value": Decimal("0.71")}
    return charts.coverage(title=title, summary="84%.", **{**shares, **more})


def a_heat_map(title="Regions", **more):
    rows = [
        ("Goal 1 " + title, [("on_track", "92%"), ("no_data", "")]),
        ("الهدف", [("off_track", "41%"), ("stale", "5")]),
    ]
    return charts.heat_map(title=title, summary="Weak.", columns=["Africa", title], rows=rows, **more)


def a_timeline(title="Work", **more):
    spans = [
        charts.Span(title, date(2026, 1, 15), date(2026, 9, 30), "achieved"),
        charts.Span("Open end", date(2026, 7, 1), None, "on_track", "41%"),
        charts.Span("To come", date(2027, 9, 1), date(2027, 12, 31), "too_early"),
    ]
    return charts.timeline(title=title, summary="Late.", spans=spans, today=TODAY, **more)


def a_sparkline(title="Trend", **more):
    return charts.sparkline([Decimal(4), None, Decimal(7), Decimal(6)], title=title, status="on_track", **more)


EVERY_KIND = [a_path, a_distribution, a_bullet, a_coverage, a_heat_map, a_timeline, a_sparkline]
every_kind = pytest.mark.parametrize("make", EVERY_KIND)


def parsed(chart):
    return ElementTree.fromstring(chart.svg)


def text_of(chart) -> str:
    return " ".join("".join(text.itertext()) for text in parsed(chart).iter(f"{SVG}text"))


@every_kind
def test_a_drawing_is_well_formed_and_named_by_its_title_and_sentence(make):
    chart = make()
    root = parsed(chart)
    assert root.get("role") == "img" and root.get("direction") == "ltr"
    name, words = root.get("aria-labelledby").split()
    assert root.find(f"{SVG}title").get("id") == name and root.find(f"{SVG}title").text == chart.title
    assert root.find(f"{SVG}desc").get("id") == words and root.find(f"{SVG}desc").text == chart.summary


@every_kind
@pytest.mark.parametrize("rtl", [False, True])
def test_words_of_people_cannot_become_markup(make, rtl):
    chart = make(NASTY, rtl=rtl)
    tags = {element.tag for element in parsed(chart).iter()}
    allowed = {"svg", "title", "desc", "g", "rect", "polyline", "polygon", "circle", "path", "text"}
    assert tags <= {SVG + name for name in allowed}
    assert "\x07" not in chart.svg and "script>" not in re.sub("&lt;.*?&gt;", "", chart.svg)


@every_kind
def test_a_drawing_needs_nothing_from_outside_and_carries_no_style_or_script(make):
    assert not re.search(r"\sstyle=|\son\w+=|<script|<style|href|url\(|var\(", make().svg)


@every_kind
def test_the_same_facts_give_the_same_bytes(make):
    assert make() == make()


@every_kind
def test_a_chart_has_a_table_twin_with_a_row_for_every_fact(make):
    table = make().table
    assert table.rows and all(len(row) == len(table.headers) for row in table.rows)
    assert all(isinstance(cell, str) for row in table.rows for cell in row)
    assert table.as_csv().count("\r\n") == len(table.rows) + 1


@every_kind
def test_right_to_left_mirrors_places_but_not_shapes_or_numbers(make):
    there, back = parsed(make(rtl=False)), parsed(make(rtl=True))
    assert numbers_of(there) == numbers_of(back)
    width = float(there.get("viewBox").split()[2])
    for one, other in zip(there.iter(f"{SVG}text"), back.iter(f"{SVG}text"), strict=True):
        assert float(one.get("x")) + float(other.get("x")) == pytest.approx(width, abs=0.2)
        assert {one.get("text-anchor"), other.get("text-anchor")} in ({None, "end"}, {"middle"})


def numbers_of(root) -> list[str]:
    return [re.sub("[\u2066-\u2069]", "", "".join(text.itertext())) for text in root.iter(f"{SVG}text")]


@every_kind
def test_everything_stays_on_the_sheet(make):
    for rtl in (False, True):
        root = parsed(make(rtl=rtl))
        _x, _y, width, height = map(float, root.get("viewBox").split())
        for text in root.iter(f"{SVG}text"):
            assert 0 <= float(text.get("x")) <= width and 0 < float(text.get("y")) <= height
        for rect in root.iter(f"{SVG}rect"):
            assert float(rect.get("x")) >= -0.1
            assert float(rect.get("x")) + float(rect.get("width")) <= width + 0.2


@every_kind
def test_every_colour_has_a_class_so_that_the_dark_theme_can_change_it(make):
    for element in parsed(make()).iter():
        names = (element.get("class") or "").split()
        if element.get("fill") not in (None, "none"):
            assert any(name.startswith("f-") for name in names), element.attrib
        if element.get("stroke"):
            assert any(name.startswith("k-") for name in names), element.attrib
        assert all(f".{name}" in CSS for name in names)


def test_ids_are_unique_for_different_facts():
    keys = [make(title).key for make in EVERY_KIND for title in ("one", "two")]
    assert len(set(keys)) == len(keys)


def test_unknown_values_break_the_line_and_are_said_in_the_table():
    chart = a_path()
    lines = [line for line in parsed(chart).iter(f"{SVG}polyline") if line.get("class") == "k-ink"]
    assert len(lines) == 1, "only the legend's sample: the two known values have a gap between them"
    assert [row[1] for row in chart.table.rows if "Mar" in row[0]] == ["no data"]


def test_earlier_targets_stay_in_the_picture_with_their_reason_in_the_table():
    chart = a_path()
    assert "earlier target" in text_of(chart)
    assert chart.table.rows[-1][3] == "80: two regions joined; 72 (revision 1, replaced)"


def test_nothing_known_is_said_and_drawn_as_nothing():
    empty = charts.path(title="T", summary="S", points=[charts.Point(TODAY, None)])
    assert text_of(empty) == "no data"
    assert parsed(charts.distribution(title="T", summary="S", counts={})) is not None
    assert parsed(charts.timeline(title="T", summary="S", spans=[], today=TODAY)) is not None
    assert parsed(charts.sparkline([None, None], title="T")) is not None
    unknown = charts.bullet(title="T", summary="S", value=None, expected=None, target=None)
    assert unknown.table.rows == (("Value", "no data"),)
    assert text_of(charts.coverage(title="T", summary="S", share=None)).startswith("no data")


def test_how_many_is_said_after_the_word_so_that_nothing_has_to_agree():
    one = {"title": "T", "summary": "S", "counts": {"insufficient_data": 1, "on_track": 12}}
    assert "on track: 12" in text_of(charts.distribution(**one)) and "insufficient data: 1" in text_of(charts.distribution(**one))
    with translation.override("fr"):
        assert "données insuffisantes (1)" in text_of(charts.distribution(**one))


def test_zero_is_a_value():
    drawn = a_bullet(known={"value": 0, "baseline": None, "low": None})
    assert ("Value", "0") in drawn.table.rows


def test_a_falling_indicator_grows_from_the_start_too():
    falling = {"value": 30, "baseline": 40, "target": 10, "expected": None, "low": None, "high": None}
    drawn = parsed(a_bullet(known=falling))
    reach = [rect for rect in drawn.iter(f"{SVG}rect") if rect.get("height") == "8"][0]
    assert 0 < float(reach.get("width")) < 200


def test_values_above_and_below_the_scale_do_not_leave_the_bar():
    for value in (-50, 500):
        chart = a_bullet(known={"value": value})
        width = float(parsed(chart).get("viewBox").split()[2])
        assert all(0 <= float(text.get("x")) <= width for text in parsed(chart).iter(f"{SVG}text"))


def test_statuses_are_told_apart_by_shape_alone():
    shapes = {(status.solid, status.outline) for status in STATUSES.values()}
    assert len(shapes) == len(STATUSES) == 8


def test_a_formula_typed_by_a_person_is_harmless_in_the_csv_and_a_number_stays_a_number():
    table = drawing.Table(("=A1", "n"), (("=cmd|' /C calc'!A0", "\u22123"), ("@x", "-3.5"), ("+1", "-x")))
    assert table.as_csv().splitlines() == ["'=A1,n", "'=cmd|' /C calc'!A0,\u22123", "'@x,-3.5", "+1,'-x"]


# letters


def test_arabic_is_isolated_and_numbers_inside_it_keep_their_order():
    assert lettering.isolated("الهدف 2027-10-05") == "\u2067الهدف \u20662027-10-05\u2069\u2069"
    assert lettering.isolated("Goal 2027-10-05") == "Goal 2027-10-05"
    assert lettering.isolated("1. الهدف") == "\u2067\u20661\u2069. الهدف\u2069"  # the dot stands on the line's own side


def test_vowel_signs_joiners_and_pictographs_are_left_out():
    assert lettering.clean("مُبلَّغ\u200d عنه \U0001f600\n ok") == "مبلغ عنه ok"


def test_long_labels_break_into_two_lines_and_end_in_an_ellipsis():
    lines = lettering.wrapped("a very long label that never ends and goes on and on " * 3, 120, 13)
    assert len(lines) == 2 and lines[-1].endswith("…")


def test_one_font_family_draws_all_the_letters_of_a_chart():
    assert a_path().svg.count("font-family") == 1
    assert '''font-family="'Source Sans 3'"''' in a_path("Accès élargi", rtl=False).svg
    with translation.override("ar"):
        assert '''font-family="'Kurinto Sans'"''' in a_timeline("توسيع الوصول").svg


def test_the_active_language_writes_the_numbers():
    with translation.override("fr"):
        assert a_coverage().table.rows[0][1] == "84\u00a0%"


# scales


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (52, 80, ["50", "60", "70", "80"]),
        (0, 1, ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
        (-3, 3, ["-4", "-2", "0", "2", "4"]),
        (5, 5, ["4", "4.5", "5", "5.5", "6"]),
    ],
)
def test_ticks_are_round_and_cover_the_values(low, high, ticks):
    assert [float(tick) for tick in value_ticks(low, high)] == [float(tick) for tick in ticks]


def test_days_are_never_crowded():
    assert len(day_ticks(date(2000, 1, 1), date(2030, 12, 31))) <= 6
    assert day_ticks(date(2026, 1, 1), date(2026, 12, 31)) == [date(2026, month, 1) for month in (1, 4, 7, 10)]


# colours: what the sheet promises, computed from the sheet itself


def themes() -> dict[str, dict[str, str]]:
    pairs = re.findall(r"--([\w-]+): light-dark\((#\w+), (#\w+)\)", CSS)
    light, dark = ({pair[0]: pair[at] for pair in pairs} for at in (1, 2))
    return {"light": light, "dark": dark}


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


GROUNDS = ("page", "surface", "wash")
WASHES = ("good-wash", "warn-wash", "bad-wash", "info-wash")
theme = pytest.mark.parametrize("theme", ["light", "dark"])


@theme
@pytest.mark.parametrize("text", ["ink", "muted", "accent", "bad"])
def test_text_can_be_read_on_every_ground(theme, text):
    colours = themes()[theme]
    assert all(contrast(colours[text], colours[ground]) >= 4.5 for ground in (*GROUNDS, *WASHES))


@theme
def test_words_on_filled_things_can_be_read(theme):
    colours = themes()[theme]
    assert contrast(colours["on-accent"], colours["accent"]) >= 4.5
    assert contrast(colours["page"], colours["ink"]) >= 4.5
    assert contrast(colours["page"], colours["off_track"]) >= 4.5, "the confidential tag"


@theme
@pytest.mark.parametrize("mark", ["edge", "focus", *sorted(set(STATUSES) - {"stale", "insufficient_data"})])
def test_marks_and_borders_can_be_seen_on_every_ground(theme, mark):
    colours = themes()[theme]
    assert all(contrast(colours[mark], colours[ground]) >= 3 for ground in GROUNDS)


@theme
def test_the_four_verdicts_differ_in_grey(theme):
    greys = sorted(luminance(themes()[theme][name]) for name in ("on_track", "at_risk", "off_track", "achieved"))
    assert all((lighter + 0.05) / (darker + 0.05) >= 1.25 for darker, lighter in zip(greys, greys[1:], strict=False))


def test_paper_and_page_wear_the_same_light_colours():
    light = themes()["light"]
    assert {name: light[name] for name in ("ink", "muted", "line", "wash", "accent")} == {
        name: drawing.PAINTS[name] for name in ("ink", "muted", "line", "wash", "accent")
    }
    assert drawing.PAINTS["paper"] == light["surface"]
    for status in STATUSES.values():
        assert status.colour == light.get(status.code, light["no_data"])


def test_browsers_without_light_dark_get_the_light_colours():
    plain = dict(re.findall(r"--([\w-]+): (#\w{6});", CSS.split("@supports", 1)[0]))
    assert plain == themes()["light"]


def test_a_milestone_that_was_not_met_is_hollow():
    met, late = date(2026, 3, 1), date(2026, 5, 1)
    drawn = [
        charts.timeline(title="Work", summary="Late.", today=TODAY, key="one", spans=[
            charts.Span("Work", date(2026, 1, 15), date(2026, 9, 30), "on_track", marks=marks, open_marks=still)]).svg
        for marks, still in (((met, late), ()), ((met,), (late,)), ((), (met, late)))
    ]  # fmt: skip
    assert [len(re.findall(r'<path d="[^"]+" [^>]*stroke-width="1.5"/>', svg)) for svg in drawn] == [0, 1, 2]
