"""Pages that were drawn for a reader, packed, under their tag: in this process for the next request, in the cache for all.

A tag is a checksum of everything that its page depends on, the reader and their session first (interpol_strategy.revalidation):
whoever does not ask with the very same facts cannot name the page.
"""

from __future__ import annotations

import gzip
from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

from django.conf import settings
from django.core.cache import cache
from django.http import HttpResponse

Thing = TypeVar("Thing")
MOST_AT_HAND = 4 * 1024 * 1024  # bytes


class AtHand(Generic[Thing]):
    """What was asked for last, up to a weight in all; what was not asked for the longest goes first."""

    def __init__(self, most: int, weight: Callable[[Thing], int]):
        self._most, self._weight, self._weighs = most, weight, 0
        self._things: OrderedDict[Hashable, Thing] = OrderedDict()
        self._lock = Lock()

    def get(self, name: Hashable) -> Thing | None:
        with self._lock:
            if name in self._things:
                self._things.move_to_end(name)
            return self._things.get(name)

    def put(self, name: Hashable, thing: Thing) -> None:
        with self._lock:
            if name in self._things:
                self._weighs -= self._weight(self._things.pop(name))
            self._things[name] = thing
            self._weighs += self._weight(thing)
            while self._weighs > self._most:
                self._weighs -= self._weight(self._things.popitem(last=False)[1])

    def clear(self) -> None:
        with self._lock:
            self._things.clear()
            self._weighs = 0


at_hand = AtHand(MOST_AT_HAND, weight=len)


def find(tag: str) -> bytes | None:
    """The packed page of the tag; None where none is kept, or where none are to be."""
    if not settings.PAGES_KEPT_SECONDS:
        return None
    found = at_hand.get(tag)
    if found is None and (found := cache.get(_place(tag))) is not None:
        at_hand.put(tag, found)
    return found


def keep(tag: str, packed: bytes) -> None:
    at_hand.put(tag, packed)
    cache.set(_place(tag), packed, settings.PAGES_KEPT_SECONDS)


def is_unpacked_by(environ: dict) -> bool:
    """Whether who asked can unpack what is kept."""
    return "gzip" in environ.get("HTTP_ACCEPT_ENCODING", "")


def unpacked(packed: bytes) -> bytes:
    return gzip.decompress(packed)


def answer(request, packed: bytes) -> HttpResponse:
    """The page, packed for who can unpack it."""
    if is_unpacked_by(request.META):
        return HttpResponse(packed, headers={"Content-Encoding": "gzip"})
    return HttpResponse(unpacked(packed))


def _place(tag: str) -> str:
    return f"page:{tag}"
