"""Pages that were drawn for a reader, packed, under their tag: in this process for the next request, in the cache for all.

A tag is a checksum of everything that its page depends on, the reader and their session first (interpol_strategy.revalidation):
whoever does not ask with the very same facts cannot name the page.
"""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

from django.conf import settings
from django.core.cache import cache

MOST_AT_HAND = 4 * 1024 * 1024  # bytes


class AtHand:
    """The pages given last, within a number of bytes; the one that was not asked for the longest goes first."""

    def __init__(self, most: int = MOST_AT_HAND):
        self._most, self._bytes = most, 0
        self._pages: OrderedDict[str, bytes] = OrderedDict()
        self._lock = Lock()

    def get(self, tag: str) -> bytes | None:
        with self._lock:
            if tag in self._pages:
                self._pages.move_to_end(tag)
            return self._pages.get(tag)

    def put(self, tag: str, packed: bytes) -> None:
        with self._lock:
            self._bytes += len(packed) - len(self._pages.pop(tag, b""))
            self._pages[tag] = packed
            while self._bytes > self._most:
                self._bytes -= len(self._pages.popitem(last=False)[1])

    def clear(self) -> None:
        with self._lock:
            self._pages.clear()
            self._bytes = 0


at_hand = AtHand()


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


def _place(tag: str) -> str:
    return f"page:{tag}"
