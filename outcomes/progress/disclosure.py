"""Who may see a combined figure: nobody may subtract their way to one bureau's restricted value."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

SMALLEST_CROWD = 3
NOBODY: frozenset = frozenset()


class Audience(StrEnum):
    """Every signed-in reader, or only those whose clearance reaches the restricted values beneath."""

    PUBLIC = "public"
    CLEARED_ONLY = "cleared_only"


@dataclass(frozen=True, slots=True)
class Disclosure:
    """What a figure rests on: the bureaus whose values it uses, and those whose used values are kept from some readers.

    Every confidential value is restricted too.
    """

    bureaus: frozenset = field(default_factory=frozenset)
    restricted_bureaus: frozenset = field(default_factory=frozenset)
    confidential_bureaus: frozenset = field(default_factory=frozenset)

    @property
    def audience(self) -> Audience:
        """Public when, for readers of every clearance, no value is kept from them or those of three bureaus are mixed.

        Counting only the values that are kept from a reader is what stops subtraction: the open values beside them can
        be seen one by one and taken away from the total. So one confidential value among restricted ones closes the
        figure: who may read the restricted ones would be left with it.
        Source: product contract, section 4 (totals and restricted values).
        """
        return Audience.CLEARED_ONLY if self.is_hidden else Audience.PUBLIC

    @property
    def is_hidden(self) -> bool:
        """Whether some crowd is there and too small to hide in."""
        if not (self.restricted_bureaus or self.confidential_bureaus):
            return False
        restricted, confidential = len(self.restricted_bureaus), len(self.confidential_bureaus)
        return 0 < restricted < SMALLEST_CROWD or 0 < confidential < SMALLEST_CROWD

    def as_json(self) -> dict:
        return {
            "bureaus": len(self.bureaus),
            "restricted_bureaus": len(self.restricted_bureaus),
            "confidential_bureaus": len(self.confidential_bureaus),
            "audience": self.audience.value,
        }


def disclose(observations: Iterable) -> Disclosure:
    """The disclosure of a figure made of these reported observations."""
    bureaus, restricted, confidential = set(), set(), set()
    for seen in observations:
        bureaus.add(seen.bureau)
        if seen.restricted or seen.confidential:
            restricted.add(seen.bureau)
        if seen.confidential:
            confidential.add(seen.bureau)
    return Disclosure(frozenset(bureaus), frozenset(restricted), frozenset(confidential))


def disclose_together(parts: Iterable[Disclosure]) -> Disclosure:
    """The disclosure of a figure made of other figures.

    A part that everyone may see can be subtracted, so only the hidden parts lend their bureaus to the crowds.
    """
    kept = list(parts)
    hidden = [part for part in kept if part.is_hidden]
    return Disclosure(
        NOBODY.union(*[part.bureaus for part in kept]),
        NOBODY.union(*[part.restricted_bureaus for part in hidden]),
        NOBODY.union(*[part.confidential_bureaus for part in hidden]),
    )
