"""Who may see a combined figure: nobody may subtract their way to one bureau's restricted value."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

SMALLEST_CROWD = 3


class Audience(StrEnum):
    """Every signed-in reader, or only those whose clearance reaches the restricted values beneath."""

    PUBLIC = "public"
    CLEARED_ONLY = "cleared_only"


@dataclass(frozen=True, slots=True)
class Disclosure:
    """What a figure rests on: the bureaus whose values it uses, and those of them that are restricted."""

    bureaus: frozenset = field(default_factory=frozenset)
    restricted_bureaus: frozenset = field(default_factory=frozenset)

    @property
    def audience(self) -> Audience:
        """Public when no restricted value is used, or when those of at least three bureaus are mixed.

        Counting only the restricted ones is what stops subtraction: the open values beside them can be seen
        one by one and taken away from the total. Source: product contract, section 4 (totals and restricted
        values).
        """
        crowd = len(self.restricted_bureaus)
        return Audience.PUBLIC if crowd == 0 or crowd >= SMALLEST_CROWD else Audience.CLEARED_ONLY

    @property
    def is_hidden(self) -> bool:
        return self.audience == Audience.CLEARED_ONLY

    def as_json(self) -> dict:
        return {
            "bureaus": len(self.bureaus),
            "restricted_bureaus": len(self.restricted_bureaus),
            "audience": self.audience.value,
        }


def disclose(observations: Iterable) -> Disclosure:
    """The disclosure of a figure made of these reported observations."""
    bureaus, restricted = set(), set()
    for seen in observations:
        bureaus.add(seen.bureau)
        if seen.restricted:
            restricted.add(seen.bureau)
    return Disclosure(frozenset(bureaus), frozenset(restricted))


def disclose_together(parts: Iterable[Disclosure]) -> Disclosure:
    """The disclosure of a figure made of other figures.

    A part that everyone may see can be subtracted, so only the hidden parts lend their restricted bureaus to
    the crowd.
    """
    kept = list(parts)
    bureaus = frozenset().union(*(part.bureaus for part in kept))
    restricted = frozenset().union(*(part.restricted_bureaus for part in kept if part.is_hidden))
    return Disclosure(bureaus, restricted)
