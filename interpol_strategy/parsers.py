"""JSON in, carefully: what a database or a later reader would choke on is refused at the door."""

from __future__ import annotations

import json

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

DEEPEST = 50
LARGEST_NUMBER_CHARACTERS = 60


class CarefulJSONParser(BaseParser):
    """Refuses nesting beyond 50, NUL, lone surrogates, a name given twice, NaN and absurd numbers."""

    media_type = "application/json"

    def parse(self, stream, media_type=None, parser_context=None):
        try:
            text = stream.read().decode("utf-8")
        except UnicodeDecodeError as error:
            raise ParseError(_("The body is not UTF-8.")) from error
        return load(text)


def load(text: str):
    """The value that the text says. Refuses with ParseError, never with anything else."""
    if _depth(text) > DEEPEST:
        raise ParseError(_("The body is nested too deeply."))
    try:
        value = json.loads(
            text, object_pairs_hook=_once_each, parse_constant=_no_constant, parse_int=_whole, parse_float=_fraction
        )
    except ValueError as error:
        raise ParseError(_("The body is not JSON: %(reason)s") % {"reason": error}) from error
    _check_texts(value)
    return value


def _depth(text: str) -> int:
    """How deep brackets nest, without following them; brackets inside texts do not count."""
    deepest = depth = 0
    in_text = escaped = False
    for character in text:
        if in_text:
            escaped, in_text = (not escaped and character == "\\"), escaped or character != '"'
        elif character == '"':
            in_text = True
        elif character in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif character in "]}":
            depth -= 1
    return deepest


def _once_each(pairs: list[tuple]) -> dict:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _value in pairs]
        raise ParseError(_("A name is given twice: %(name)s") % {"name": max(names, key=names.count)})
    return found


def _no_constant(name: str):
    raise ParseError(_("%(name)s is not a number.") % {"name": name})


def _whole(text: str) -> int:
    _refuse_long(text)
    return int(text)


def _fraction(text: str) -> float:
    _refuse_long(text)
    value = float(text)
    if value in (float("inf"), float("-inf")):
        raise ParseError(_("A number is too large."))
    return value


def _refuse_long(text: str) -> None:
    if len(text) > LARGEST_NUMBER_CHARACTERS:
        raise ParseError(_("A number is too long."))


def _check_texts(value) -> None:
    if isinstance(value, str):
        _check_text(value)
    elif isinstance(value, dict):
        for name, item in value.items():
            _check_text(name)
            _check_texts(item)
    elif isinstance(value, list):
        for item in value:
            _check_texts(item)


def _check_text(text: str) -> None:
    if "\x00" in text:
        raise ParseError(_("A text holds the character NUL."))
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise ParseError(_("A text holds half a character (a lone surrogate)."))
