"""Numbers, shares and days as each language writes them; unknown is said and never zero."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.template import Context, Template
from django.utils import timezone, translation

from core import formats


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "1,234.5"), ("fr", "1\u202f234,5"), ("es", "1.234,5"), ("ar", "1,234.5")],
)
def test_separators_are_the_readers_own_and_digits_are_western(language, words):
    assert formats.number(Decimal("1234.5"), language=language) == words


@pytest.mark.parametrize(
    ("language", "words"), [("en", "68%"), ("fr", "68\u00a0%"), ("es", "68\u00a0%"), ("ar", "\u206668%\u2069")]
)
def test_a_share_of_one_is_a_percentage(language, words):
    assert formats.percent(Decimal("0.684"), language=language) == words


def test_halves_go_up_once():
    assert [formats.number(Decimal(value), 0) for value in ("0.5", "1.5", "2.5")] == ["1", "2", "3"]
    assert formats.percent(Decimal("0.685")) == "69%"
    assert formats.number(Decimal("-0.4"), 0) == "0"


def test_unknown_is_said_and_zero_is_zero():
    assert formats.number(None) == formats.percent(None) == formats.signed(None) == "no data"
    assert formats.number(0) == formats.signed(0) == "0" and formats.percent(0) == "0%"
    assert formats.day(None) == formats.month(None) == formats.moment(None) == ""


def test_a_change_carries_its_sign():
    assert formats.signed(Decimal(4)) == "+4" and formats.signed(Decimal(-4)) == "\u22124"


def test_a_sign_stays_before_its_number_in_a_right_to_left_line():
    assert formats.percent(Decimal("-0.17"), language="ar") == "\u2066\u221217%\u2069"
    assert formats.signed(Decimal(4), language="ar") == "\u2066+4\u2069"
    assert formats.number(Decimal(4), language="ar") == "4"


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "5 Sept 2026"), ("fr", "5 sept. 2026"), ("es", "5 sept 2026"), ("ar", "5 سبتمبر 2026")],
)
def test_days_are_written_out(language, words):
    assert formats.day(date(2026, 9, 5), language) == words


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "1 Jan 2027"), ("fr", "1er janv. 2027"), ("es", "1 ene 2027"), ("ar", "1 يناير 2027")],
)
def test_the_first_of_a_month_is_an_ordinal_in_french_alone(language, words):
    assert formats.day(date(2027, 1, 1), language) == words
    assert formats.moment(datetime(2027, 1, 1, 9, 5, tzinfo=UTC), language).startswith(words)
    assert "1er" not in formats.day(date(2027, 1, 11), language)


def test_a_moment_is_told_in_the_readers_time_zone():
    with timezone.override("Asia/Tokyo"):
        assert formats.moment(datetime(2026, 11, 22, 23, 30, tzinfo=UTC)) == "23 Nov 2026, 08:30"


@pytest.mark.parametrize(
    ("language", "value", "words"),
    [
        ("en", "1", "1 (incidents)"), ("en", "1.000", "1 (incidents)"), ("en", "0", "0 incidents"),
        ("en", "2", "2 incidents"), ("fr", "1.5", "1,5 (incidents)"), ("fr", "2", "2 incidents"),
        ("es", "1", "1 (incidents)"), ("es", "54", "54 incidents"), ("ar", "54", "54 (incidents)"),
    ],
)  # fmt: skip
def test_a_unit_is_a_label_wherever_its_word_would_bend(language, value, words):
    with translation.override(language):
        assert formats.with_unit(formats.number(Decimal(value)), "incidents", Decimal(value)) == words


def test_a_sign_beside_one_stays_a_sign():
    assert formats.with_unit("1", "€", Decimal(1)) == "1 €"


@pytest.mark.parametrize(
    ("language", "words"), [("en", "Name: none"), ("fr", "Name\N{NO-BREAK SPACE}: none"), ("ar", "Name: none")]
)
def test_a_colon_leaves_the_room_that_the_language_leaves(language, words):
    with translation.override(language):
        assert Template("{% load page %}Name{% colon %}none").render(Context()) == words


@pytest.mark.parametrize(("language", "value", "words"), [
    ("en", "1", "1 point"), ("en", "-3", "3 points"), ("en", "1.5", "1.5 points"), ("en", "0.0", "0.0 points"),
    ("ar", "3", "3 نقاط"), ("ar", "-10", "10 نقاط"), ("ar", "11", "11 نقطة"), ("ar", "4.4", "4.4 نقطة"), ("ar", "1", "1 نقطة"),
])  # fmt: skip
def test_points_are_named_as_many_as_they_are(language, value, words):
    with translation.override(language):
        assert formats.in_points(value.lstrip("-"), Decimal(value)) == words
