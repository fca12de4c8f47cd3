"""What the API lets in: JSON that a database and a later reader can bear."""

import pytest
from rest_framework.exceptions import ParseError

from interpol_strategy.parsers import CarefulJSONParser, load

REFUSED = {
    "not JSON": "{",
    "nothing": "",
    "two values": "1 2",
    "nested 51 deep": "[" * 51 + "]" * 51,
    "nested 100,000 deep": "[" * 100_000,
    "nested in names": '{"a":' * 60 + "1" + "}" * 60,
    "NUL": '"a\\u0000b"',
    "NUL in a name": '{"a\\u0000": 1}',
    "a lone surrogate": '"\\ud800"',
    "the other half alone": '["\\udc00x"]',
    "a name twice": '{"a": 1, "a": 2}',
    "a name twice, deeper": '[{"b": {"a": 1, "a": 1}}]',
    "NaN": "NaN",
    "infinity": "-Infinity",
    "infinity by size": "1e999",
    "5,000 digits": "9" * 5_000,
    "a long fraction": "0." + "1" * 100,
    "a byte order mark": "\ufeff{}",
}


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED.keys())
def test_refused(text):
    with pytest.raises(ParseError):
        load(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a": [1, 2.5, null, true, "é"]}', {"a": [1, 2.5, None, True, "é"]}),
        ("[" * 50 + "]" * 50, None),
        ('"[[[[ \\" ]]]]"', '[[[[ " ]]]]'),
        ('"\\ud83d\\ude00"', "\U0001f600"),
    ],
)
def test_taken(text, value):
    assert value is None or load(text) == value


def test_bytes_that_are_not_utf_8_are_refused():
    from io import BytesIO

    with pytest.raises(ParseError, match="UTF-8"):
        CarefulJSONParser().parse(BytesIO(b'"\xff"'))
