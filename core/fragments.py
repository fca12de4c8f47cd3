"""Parts of pages that are drawn from plain values alone, and kept for the next page that has the same part.

A part is given words, numbers and lists of them: no record, no reader, no request. What it is kept under *is* what it is
drawn from, word for word, so nobody can be shown what was not read from the database for them just now, and nothing here
can be out of date. What a reader may see is decided where it always is: by what is read for them.
"""

from __future__ import annotations

import marshal
from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any, TypeVar

from django.conf import settings
from django.db.models import Model
from django.template import Context, engines
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language

Thing = TypeVar("Thing")
MOST_KEPT = 1_000
MOST_PAGES = 100  # some 100 KB each
WITHOUT_REFERENCES = 2  # the format in which equal values are always equal bytes
_kept: list[Any] = []  # what `kept` keeps, to be forgotten with the parts


def drawn(template: str, values: dict) -> SafeString:
    """The template filled with the values, in the language and on the clock of the thread.

    Values are words, numbers, true, false, None, and lists, tuples and dicts of them: finished strings, not figures.
    Raises TypeError for anything else, lazy and marked-up strings included: a template says itself what is safe.
    """
    return _find(_drawn, template, values)


def drawn_page(template: str, values: dict) -> SafeString:
    """As `drawn`, a whole page with its frame: fewer of them are kept."""
    return _find(_drawn_pages, template, values)


def _find(draw: Callable[..., SafeString], template: str, values: dict) -> SafeString:
    try:
        plain = marshal.dumps(values, WITHOUT_REFERENCES)
    except ValueError as error:
        raise TypeError(f"{template} is drawn from plain values alone") from error
    draw = _draw if settings.DEBUG else draw
    return draw(template, plain, get_language(), timezone.get_current_timezone_name())


def _draw(template: str, plain: bytes, language: str, zone: str) -> SafeString:
    """Language and zone are the thread's own: they are here to tell apart what is drawn."""
    found = engines["django"].get_template(template).template
    return found.render(Context(marshal.loads(plain)))  # noqa: S302 - bytes that `_find` wrote just now


_drawn = lru_cache(maxsize=MOST_KEPT)(_draw)
_drawn_pages = lru_cache(maxsize=MOST_PAGES)(_draw)


def kept(make: Callable[..., Thing], most: int = MOST_KEPT) -> Callable[..., Thing]:
    """What `make` makes of plain facts (words, numbers, days, tuples of them), made once for each language and clock.

    The facts are the key. Nobody may write into what comes back. Raises TypeError for a fact that is a record, of which
    only its key would be told apart, or that cannot be compared. While templates are being written nothing is kept.
    """

    @lru_cache(maxsize=most)
    def made(_language: str, _zone: str, *facts):
        return make(*facts)

    @wraps(make)
    def find(*facts):
        if any(isinstance(fact, Model) for fact in facts):
            raise TypeError(f"{make.__name__} is made of plain facts alone")
        if settings.DEBUG:
            return make(*facts)
        return made(get_language(), timezone.get_current_timezone_name(), *facts)

    _kept.append(made)
    return find


def kept_page(make: Callable[..., Thing]) -> Callable[..., Thing]:
    """As `kept`, for what is as long as a page with all that it is made of: fewer of them."""
    return kept(make, MOST_PAGES)


def bare(words) -> str:
    """Marked-up or lazy words as a plain string, to be handed to a part that says itself that they are safe."""
    return str(words)[:]  # the whole of it, cut out: a plain string of its own


def forget() -> None:
    """This will empty what is kept, for measurements and tests."""
    for one in (_drawn, _drawn_pages, *_kept):
        one.cache_clear()
