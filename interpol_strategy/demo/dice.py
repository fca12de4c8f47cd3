"""Chance without surprise: each thing has its own stream of random numbers, drawn from its name and nothing else."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

SEED = "united"


def dice(*name) -> random.Random:
    """The stream that belongs to the name; the same for ever, whatever else was drawn before."""
    return random.Random("|".join(map(str, (SEED, *name))))  # noqa: S311  (no secret rests on it)


def some(rng: random.Random, items: Sequence, fewest: int, most: int) -> list:
    """A few of the items, each once, in their own order."""
    chosen = rng.sample(range(len(items)), min(len(items), rng.randint(fewest, most)))
    return [items[place] for place in sorted(chosen)]


def office_hour(day: date, rng: random.Random) -> datetime:
    """A moment in the working hours of the day, to the minute."""
    return datetime.combine(day, time(7), UTC) + timedelta(minutes=rng.randint(0, 600))


def moment_between(first: datetime, last: datetime, share: float) -> datetime:
    """The moment at that share of the way, to the second."""
    return (first + (last - first) * share).replace(microsecond=0)


def own_uuid(*name) -> UUID:
    return UUID(int=dice("uuid", *name).getrandbits(128), version=4)
