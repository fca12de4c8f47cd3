"""A milestone is reached or not: its baseline and targets are said as yes or no, in the words of whoever reads."""

from __future__ import annotations

import pytest
from django.urls import reverse

from outcomes.models import Baseline, Indicator, Target
from tests.cast import said
from tests.moments import NOON

GRID = "/administration/targets/framework/"


def milestone(cast, **other) -> Indicator:
    asked = {"combine_bureaus": "none", "handling": 1, "unit_label": said("yes or no"), **other}
    return Indicator.objects.create(
        expected_result=cast.result, code="IND-M", name=said("Unit in service"), kind="milestone", unit="yes_no",
        direction="increase", **asked,
    )  # fmt: skip


def test_a_baseline_is_chosen_and_shown_as_no(cast, desk):
    made, officer = milestone(cast), desk(cast.officer)
    page = officer.open("/administration/indicators/IND-M/")
    page.press(page.form("baseline").fill(value="0", on="2024-12-01"))
    assert Baseline.objects.get(indicator=made).value == 0
    assert "<bdi>no</bdi>" in page.text and "0 yes or no" not in page.text
    assert "<bdi>non</bdi>" in desk(cast.officer, "fr").open("/administration/indicators/IND-M/").text
    assert "<bdi>no</bdi>" in desk(cast.officer).open(reverse("dashboard:indicator", args=["IND-M"])).text


def test_the_baseline_that_stands_is_ticked(cast, desk):
    made = milestone(cast)
    Baseline.objects.create(indicator=made, value=0, on="2024-12-01", recorded_at=NOON)
    form = desk(cast.officer).open("/administration/indicators/IND-M/").form("baseline")
    assert form.value("value") == "0"


@pytest.mark.parametrize(
    ("language", "words", "value"),
    [("en", "yes", 1), ("en", "Yes ", 1), ("es", "sí", 1), ("es", "Si", 1), ("fr", "oui", 1), ("ar", "نعم", 1),
     ("fr", "non", 0), ("en", "1", 1), ("ar", "١", 1), ("fr", "yes", 1)],
)  # fmt: skip
def test_a_target_is_typed_as_yes_or_no_in_any_language(cast, desk, language, words, value):
    made, officer = milestone(cast), desk(cast.officer, language)
    page = officer.open(GRID)
    page.press(page.form("administration").put(f"t.{made.pk}.0", words), "do", "preview")
    assert page.status == 200, page.text
    page.press(page.form("administration"), "do", "save")
    assert Target.objects.current().get(indicator=made).value == value


def test_a_pasted_line_may_say_yes(cast, desk):
    made, officer = milestone(cast), desk(cast.officer, "es")
    page = officer.open(GRID)
    page.press(page.form("administration").fill(pasted="IND-M\tSÍ"), "do", "preview")
    page.press(page.form("administration"), "do", "save")
    assert Target.objects.current().get(indicator=made).value == 1
    assert 'value="oui"' in desk(cast.officer, "fr").open(GRID).text


def test_another_word_is_refused_at_its_cell_and_kept(cast, desk):
    made, officer = milestone(cast), desk(cast.officer)
    page = officer.open(GRID)
    page.press(page.form("administration").put(f"t.{made.pk}.0", "perhaps"), "do", "preview")
    assert page.status == 400 and "Write yes or no." in page.text and 'value="perhaps"' in page.text
    page.press(page.form("administration").put(f"t.{made.pk}.0", "2"), "do", "preview")
    assert page.status == 400 and "A milestone is reached (1) or not (0)." in page.text


def test_of_many_bureaus_the_target_is_a_number_and_says_of_what(cast, desk):
    made, officer = milestone(cast, combine_bureaus="count_meeting", unit_label=said("")), desk(cast.officer)
    page = officer.open(GRID)
    assert "bureaus that have reached it" in page.text
    page.press(page.form("administration").put(f"t.{made.pk}.0", "yes"), "do", "preview")
    assert page.status == 400 and "Write a number, in digits." in page.text
    page.press(page.form("administration").put(f"t.{made.pk}.0", "1"), "do", "preview")
    page.press(page.form("administration"), "do", "save")
    assert Target.objects.current().get(indicator=made).value == 1
    assert 'value="1"' in officer.open(GRID).text
