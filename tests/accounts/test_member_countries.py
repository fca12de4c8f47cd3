"""The member countries are data; these are the promises that the data keeps."""

import json
import zoneinfo
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from babel import Locale

LANGUAGES = ("ar", "en", "fr", "es")
DATA = Path(__file__).resolve().parents[2] / "accounts" / "data" / "member-countries.json"
ABSENT = {"KP": "North Korea", "TV": "Tuvalu", "XK": "Kosovo", "TW": "Taiwan"}
EASILY_FORGOTTEN = ("VA", "PS", "AW", "CW", "SX", "FM", "KI", "VU", "SB", "SS", "PW")


@pytest.fixture(scope="module")
def reference():
    return json.loads(DATA.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def countries(reference):
    return reference["countries"]


def is_member(country, on):
    """A null date of admission means before our records, hence a member on any day that we ask about."""
    since, until = country["member_from"], country["member_until"]
    return (since is None or date.fromisoformat(since) <= on) and (until is None or on < date.fromisoformat(until))


def test_there_are_196_members(countries):
    assert len(countries) == 196


@pytest.mark.parametrize(
    ("on", "members"),
    [
        (date(2012, 1, 1), 190),
        (date(2018, 1, 1), 192),
        (date(2022, 1, 1), 195),
        (date(2023, 11, 27), 195),
        (date(2023, 11, 28), 196),
        (date(2026, 1, 1), 196),
    ],
)
def test_membership_follows_the_dates_of_validity(countries, on, members):
    assert sum(is_member(country, on) for country in countries) == members


@pytest.mark.parametrize("code", ["iso2", "iso3", "m49"])
def test_no_code_is_used_twice(countries, code):
    assert [value for value, n in Counter(c[code] for c in countries).items() if n > 1] == []


def test_every_iso_code_is_a_territory_that_unicode_knows(countries):
    known = set(Locale("en").territories)
    assert {c["iso2"] for c in countries} <= known


def test_the_three_codes_have_their_shape(countries):
    for country in countries:
        assert len(country["iso2"]) == 2 and country["iso2"].isupper()
        assert len(country["iso3"]) == 3 and country["iso3"].isupper()
        assert len(country["m49"]) == 3 and country["m49"].isdigit()


@pytest.mark.parametrize("iso2", EASILY_FORGOTTEN)
def test_members_that_lists_forget_are_here(countries, iso2):
    assert iso2 in {c["iso2"] for c in countries}


@pytest.mark.parametrize("iso2", ABSENT)
def test_states_that_are_not_members_are_absent(countries, iso2):
    assert iso2 not in {c["iso2"] for c in countries}


@pytest.mark.parametrize("part", ["regions", "countries", "units"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_name_is_given_in_every_official_language(reference, part, language):
    assert all(row["name"][language].strip() for row in reference[part])


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_countries_share_a_name(countries, language):
    assert len({c["name"][language] for c in countries}) == len(countries)


def test_arabic_names_are_in_arabic_script(reference):
    for part in ("regions", "countries", "units"):
        for row in reference[part]:
            assert any("\u0600" <= letter <= "\u06ff" for letter in row["name"]["ar"]), row


@pytest.mark.parametrize("part", ["countries", "units"])
def test_every_time_zone_exists(reference, part):
    assert {row["time_zone"] for row in reference[part]} <= zoneinfo.available_timezones()


def test_every_region_is_declared_and_used(reference, countries):
    assert {c["region"] for c in countries} == {r["code"] for r in reference["regions"]}


def test_bureaus_correspond_in_an_official_language(reference, countries):
    assert {c["bureau_language"] for c in countries} == set(LANGUAGES)
    assert {u["language"] for u in reference["units"]} <= set(LANGUAGES)


def test_every_country_has_an_official_language_that_can_be_parsed(countries):
    for country in countries:
        assert country["official_languages"], country["iso2"]
        for tag in country["official_languages"]:
            assert 2 <= len(tag.split("-")[0]) <= 3, tag


def test_units_of_the_general_secretariat_have_their_own_codes(reference):
    codes = [unit["code"] for unit in reference["units"]]
    assert 8 <= len(codes) == len(set(codes))
    assert all(code.startswith("GS-") for code in codes)
