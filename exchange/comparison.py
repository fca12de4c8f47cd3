"""What a file would change, in words and in values: changes, conflicts and problems, each with its cell."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field

from exchange.gather import Book
from initiatives.entry import Entry


@dataclass(frozen=True)
class Place:
    """A cell in words: its sheet and its name there."""

    sheet: str
    cell: str


@dataclass(frozen=True)
class Problem:
    place: Place
    about: str
    message: str


@dataclass(frozen=True)
class Change:
    """One cell that says something else than what stands. `name` is its field's; old and new are in words."""

    name: str
    place: Place
    label: str
    old: str
    new: str


@dataclass(frozen=True)
class Conflict:
    """A cell that differs from what somebody else saved since. `key` names it in the form; `pick` is mine or theirs."""

    key: str
    place: Place
    label: str
    mine: str
    theirs: str
    pick: str


@dataclass
class Part:
    """What a file changes in one update: its own fields, and the parts of its values by indicator."""

    entry: Entry
    fields: dict = field(default_factory=dict)
    values: dict[int, dict] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    missing: dict = field(default_factory=dict)
    is_odd: bool = False

    @property
    def is_ready(self) -> bool:
        """Whether it could be sent as it will stand, with nothing left to say and nothing unusual to confirm."""
        return not self.missing and not self.is_odd

    @property
    def has_changes(self) -> bool:
        return bool(self.fields or self.values)


@dataclass
class Comparison:
    """All of a file. `unchanged` counts the rows that say what stands already."""

    book: Book
    parts: list[Part] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    unchanged: int = 0
    rows: int = 0
    digest: str = ""

    @property
    def changed(self) -> list[Part]:
        return [part for part in self.parts if part.has_changes]

    @property
    def conflicts(self) -> list[Conflict]:
        return [one for part in self.parts for one in part.conflicts]

    @property
    def undecided(self) -> list[Conflict]:
        return [one for one in self.conflicts if not one.pick]

    @property
    def ready(self) -> list[Part]:
        return [part for part in self.changed if part.is_ready]

    @property
    def cells_changed(self) -> int:
        return sum(len(part.changes) for part in self.parts)


def digest_of(facts: list) -> str:
    """A name for exactly these answers on exactly these versions: what a person saw is what is applied."""
    return hashlib.sha256(json.dumps(facts, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
