"""Numbers as people of four languages write them; never a silent guess."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.numbers import Unreadable, read_number, written


@pytest.mark.parametrize(
    ("words", "language", "meant"),
    [
        ("1 234,5", "fr", "1234.5"),
        ("1\u202f234,5", "fr", "1234.5"),
        ("1 234,5", "en", "1234.5"),
        ("1,234.5", "en", "1234.5"),
        ("1,234.5", "fr", "1234.5"),
        ("1.234,5", "es", "1234.5"),
        ("1.234,5", "en", "1234.5"),
        ("١٬٢٣٤٫٥", "ar", "1234.5"),
        ("۱۲", "en", "12"),
        ("1,234", "en", "1234"),
        ("1,234", "fr", "1.234"),
        ("1.234", "es", "1234"),
        ("0.500", "fr", "0.5"),
        ("1,5", "en", "1.5"),
        ("1.5", "fr", "1.5"),
        ("1,234,567", "en", "1234567"),
        ("1'234", "fr", "1234"),
        ("\u22123", "en", "-3"),
        ("68 %", "fr", "68"),
        (" 7 ", "en", "7"),
    ],
)
def test_a_number_is_read_as_it_was_meant(words, language, meant):
    assert read_number(words, language) == Decimal(meant)


def test_nothing_is_unknown_and_not_zero():
    assert read_number("  ", "en") is None


@pytest.mark.parametrize(
    "words",
    [
        "about ten",
        "1e5",
        "1,23,4",
        "--3",
        "²",
        "1.2.3,4",
        "1 2",
        "12 34 567",
        "NaN",
        "Infinity",
        "0x10",
        "3-4",
        "1" * 19,
        "0.1234567",
    ],
)
def test_what_is_no_number_is_refused(words):
    with pytest.raises(Unreadable):
        read_number(words, "en")


def test_what_could_be_two_numbers_is_asked_about():
    with pytest.raises(Unreadable, match="two numbers"):
        read_number("1.234", "fr")


@given(st.decimals(-(10**12), 10**12, places=4), st.sampled_from(["en", "fr", "es", "ar"]))
def test_what_is_written_is_read_back_the_same(value, language):
    assert read_number(written(value, language), language) == value


@given(st.text(max_size=40), st.sampled_from(["en", "fr", "es", "ar"]))
def test_any_words_are_a_number_or_refused(words, language):
    try:
        found = read_number(words, language)
    except Unreadable:
        return
    assert found is None or found.is_finite()
