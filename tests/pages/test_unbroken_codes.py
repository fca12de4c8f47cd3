"""The code of a period in the sentence that a page leads with stands on one line: 2026-Q4, not 2026- and then Q4."""

from core.templatetags.page import parted, unbroken


def test_a_periods_code_in_a_sentence_is_kept_on_one_line():
    assert unbroken("<p>Late for 2026-Q4, again</p>") == '<p>Late for <span class="nowrap">2026-Q4</span>, again</p>'


def test_an_address_and_whatever_else_has_a_hyphen_stay_as_they_are():
    drawn = '<a href="/bureaus/?period=2026-Q4" title="2026-Q4">IN-000001, 2026-11-23, 12026-Q4, 2026-Q40</a>'
    assert unbroken(drawn) == drawn


def test_a_long_name_goes_on_in_the_next_line_between_its_words_and_stays_escaped():
    assert parted("America/Argentina/Buenos_Aires") == "America/<wbr>Argentina/<wbr>Buenos_<wbr>Aires"
    assert parted("a<b@demo.invalid") == "a&lt;b@<wbr>demo.invalid"
