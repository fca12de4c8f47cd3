"""Parts of pages that are drawn from plain values alone, and kept for the next page that has the same part.

A part is given words, numbers and lists of them: no record, no reader, no request. What it is kept under *is* what it is
drawn from, word for word, so nobody can be shown what was not read from the database for them just now, and nothing here
can be out of date. What a reader may see is decided where it always is: by what is read for them.
"""

from __future__ import annotations

import marshal
from functools import lru_cache

from django.conf import settings
from django.template import Context, engines
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language

MOST_KEPT = 1_000
WITHOUT_REFERENCES = 2  # the format in which equal values are always equal bytes


def drawn(template: str, values: dict) -> SafeString:
    """The template filled with the values, in the language and on the clock of the thread.

    Values are words, numbers, true, false, None, and lists, tuples and dicts of them: finished strings, not figures.
    Raises TypeError for anything else, lazy and marked-up strings included: a template says itself what is safe.
    """
    try:
        plain = marshal.dumps(values, WITHOUT_REFERENCES)
    except ValueError as error:
        raise TypeError(f"{template} is drawn from plain values alone") from error
    draw = _drawn.__wrapped__ if settings.DEBUG else _drawn
    return draw(template, plain, get_language(), timezone.get_current_timezone_name())


@lru_cache(maxsize=MOST_KEPT)
def _drawn(template: str, plain: bytes, language: str, zone: str) -> SafeString:
    """Language and zone are the thread's own: they are here to tell apart what is drawn."""
    found = engines["django"].get_template(template).template
    return found.render(Context(marshal.loads(plain)))  # noqa: S302 - bytes that `drawn` wrote just now


def bare(words) -> str:
    """Marked-up or lazy words as a plain string, to be handed to a part that says itself that they are safe."""
    return str(words)[:]  # the whole of it, cut out: a plain string of its own


def forget() -> None:
    """This will empty what is kept, for measurements and tests."""
    _drawn.cache_clear()
