"""The crime areas are data: distinct codes, and a name in each official language."""

import json
import re
from pathlib import Path

import pytest

DATA = Path(__file__).resolve().parents[2] / "initiatives" / "data" / "crime-areas.json"


@pytest.fixture(scope="module")
def areas():
    return json.loads(DATA.read_text(encoding="utf-8"))["areas"]


def test_there_are_enough_areas_to_choose_from_and_few_enough_to_read(areas):
    assert 12 <= len(areas) <= 16


def test_codes_are_distinct_slugs(areas):
    codes = [area["code"] for area in areas]
    assert len(codes) == len(set(codes))
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", code) for code in codes)


@pytest.mark.parametrize("language", ["ar", "en", "fr", "es"])
def test_each_area_has_its_own_name_in_each_language(areas, language):
    names = [area["name"][language].strip() for area in areas]
    assert all(names) and len(names) == len(set(names))
