"""On whose values a row rests: crowds of bureaus by their keys, mostly those of the row beside it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from outcomes.progress import Disclosure

# Whose values are used; of these, or on a whole of its hidden parts, whose are restricted and whose confidential.
Crowds = tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]


def crowds_by_code(told: Disclosure, bureau_ids: Mapping[str | None, int]) -> Crowds:
    """The crowds of a figure that knows bureaus by their codes."""
    crowds = (told.bureaus, told.restricted_bureaus, told.confidential_bureaus)
    return tuple([tuple(sorted([bureau_ids[code] for code in crowd])) for crowd in crowds])  # type: ignore[return-value]


@lru_cache(maxsize=10_000)
def crowd_of(words: str) -> tuple[int, ...]:
    """An array of keys as PostgreSQL writes it."""
    return tuple(map(int, words[1:-1].split(","))) if words != "{}" else ()


@lru_cache(maxsize=10_000)
def together(crowds: frozenset[tuple[int, ...]]) -> tuple[int, ...]:
    """Everybody in these crowds. Rows side by side mostly rest on the same bureaus."""
    return tuple(sorted(set().union(*crowds)))


@lru_cache(maxsize=10_000)
def disclosure_of(*crowds: tuple[int, ...]) -> Disclosure:
    """What rests on these bureaus, of whose values these are restricted and these confidential.

    Rows side by side mostly rest on the same ones.
    """
    return Disclosure(*map(frozenset, crowds))
