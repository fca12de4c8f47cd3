"""Who is on the stage: some forty bureaus with their habits, and the people who work in them."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.demonstration import DOMAIN
from accounts.models import Role
from core.handling import Handling


@dataclass(frozen=True)
class Player:
    """A bureau in the play: how much work it leads, and how it reports.

    `late` is the share of updates that come after the due date; `silent` the share that never come;
    `secretive` the share of values that it withholds; `pace` is how fast it delivers (1 is as planned).
    """

    code: str
    work: int = 5
    late: float = 0.08
    silent: float = 0.02
    secretive: float = 0.02
    pace: float = 1.0
    asks_head: bool = False


PLAYERS = (
    Player("SN", work=10, late=0.05, silent=0.0),
    Player("CI", work=5, late=0.15),
    Player("CM", work=5, late=0.30, silent=0.08, pace=0.85),
    Player("TD", work=3, late=0.30, silent=0.35, pace=0.65),
    Player("BE", work=5),
    Player("FR", work=8, pace=1.05),
    Player("CD", work=4, late=0.4, silent=0.15, pace=0.75),
    Player("HT", work=3, late=0.3, silent=0.5, pace=0.5),
    Player("MA", work=8, late=0.06),
    Player("EG", work=6, asks_head=True),
    Player("JO", work=5, secretive=0.15),
    Player("AE", work=6, pace=1.08),
    Player("TN", work=5, late=0.12),
    Player("SA", work=5, secretive=0.10),
    Player("IQ", work=4, late=0.45, silent=0.10, pace=0.75),
    Player("MR", work=3, late=0.2, silent=0.2, pace=0.8),
    Player("ES", work=7),
    Player("MX", work=7, asks_head=True, pace=0.92),
    Player("CO", work=6),
    Player("AR", work=5, late=0.15),
    Player("PE", work=5, late=0.5, pace=0.85),
    Player("CL", work=5),
    Player("DO", work=4, silent=0.06),
    Player("PA", work=4, late=0.2),
    Player("KE", work=7, asks_head=True),
    Player("NG", work=6, late=0.35, pace=0.88),
    Player("ZA", work=5, late=0.2),
    Player("GH", work=5),
    Player("GB", work=7, pace=1.04),
    Player("DE", work=7, asks_head=True),
    Player("IT", work=6, late=0.25),
    Player("PL", work=5),
    Player("GE", work=4),
    Player("US", work=7, secretive=0.08),
    Player("CA", work=5),
    Player("BR", work=6, late=0.1),
    Player("TT", work=3, silent=0.12),
    Player("IN", work=6, late=0.18),
    Player("JP", work=5, pace=1.02),
    Player("SG", work=5, pace=1.06),
    Player("AU", work=5),
    Player("PH", work=5, late=0.3, pace=0.9),
    Player("FJ", work=3, silent=0.30, pace=0.8),
    Player("PW", work=2, silent=0.10),
    Player("GS-CYB", work=5),
    Player("GS-CBT", work=6, pace=1.05),
    Player("GS-FCC", work=4, secretive=0.05),
    Player("GS-STR", work=3),
)  # fmt: skip
LIAISONS_BUREAU, LIAISON2S_BUREAU, HEADS_BUREAU = "SN", "MA", "KE"


@dataclass(frozen=True)
class Person:
    """Somebody in the play; only those who are `named` have the demonstration password."""

    key: str
    name: str
    role: str
    bureau: str = ""
    clearance: int = Handling.INTERNAL
    language: str = "en"
    named: bool = False

    @property
    def email(self) -> str:
        return f"{self.key}@{DOMAIN}"


NAMED = (
    Person("officer", "Ingrid Halvorsen", Role.OFFICER, "GS-STR", Handling.CONFIDENTIAL, "en", True),
    Person("liaison", "Awa Ndiaye", Role.LIAISON, LIAISONS_BUREAU, Handling.RESTRICTED, "fr", True),
    Person("liaison2", "سلمى العلوي", Role.LIAISON, LIAISON2S_BUREAU, Handling.INTERNAL, "ar", True),
    Person("head", "Peter Kamau", Role.HEAD, HEADS_BUREAU, Handling.RESTRICTED, "en", True),
    Person("leader", "Helena Brandt", Role.LEADER, "GS-EXE", Handling.CONFIDENTIAL, "en", True),
    Person("auditor", "Tomás Quiroga", Role.AUDITOR, "", Handling.CONFIDENTIAL, "en", True),
    Person("admin", "Noor Rahimi", Role.ADMIN, "", Handling.INTERNAL, "en", True),
)
OTHER_OFFICERS = (
    Person("officer.moreau", "Claire Moreau", Role.OFFICER, "GS-STR", Handling.CONFIDENTIAL, "fr"),
    Person("officer.santos", "Rui Santos", Role.OFFICER, "GS-STR", Handling.RESTRICTED, "es"),
)
FIRST = {
    "ar": ("أحمد", "خالد", "ليلى", "نورا", "يوسف", "هدى", "سامي", "مريم"),
    "en": ("Grace", "Samuel", "Priya", "Daniel", "Mei", "Thomas", "Amara", "Lucy", "Kofi", "Anna"),
    "es": ("Lucía", "Javier", "Elena", "Mateo", "Carmen", "Diego", "Paula", "Andrés"),
    "fr": ("Camille", "Moussa", "Hélène", "Didier", "Mariam", "Luc", "Sylvie", "Alain"),
}
LAST = {
    "ar": ("الخطيب", "حداد", "منصور", "الشامي", "عبد الله", "الزهراني", "قاسم", "البكري"),
    "en": ("Mensah", "Clarke", "Okafor", "Novak", "Tan", "Weaver", "Rao", "Fraser", "Sato", "Lind"),
    "es": ("Ortega", "Vargas", "Molina", "Rivas", "Herrera", "Campos", "Luna", "Prieto"),
    "fr": ("Traoré", "Lambert", "Diallo", "Girard", "Mbarga", "Renaud", "Koné", "Marchal"),
}


def everybody(languages: dict[str, str]) -> list[Person]:
    """The whole cast. `languages` maps a bureau's code to its language of correspondence."""
    named_liaisons = {person.bureau for person in NAMED if person.role == Role.LIAISON}
    named_heads = {person.bureau for person in NAMED if person.role == Role.HEAD}
    people = [*NAMED, *OTHER_OFFICERS]
    for place, player in enumerate(PLAYERS):
        language = languages[player.code]
        if player.code not in named_liaisons:
            people.append(_invented(place, player, Role.LIAISON, language, people))
        if player.asks_head and player.code not in named_heads:
            people.append(_invented(place + 3, player, Role.HEAD, language, people))
    return people


def _invented(place: int, player: Player, role: str, language: str, others: list[Person]) -> Person:
    """Somebody with a name that nobody else has."""
    first, last, taken = FIRST[language], LAST[language], {one.name for one in others}
    names = (
        f"{first[place % len(first)]} {last[(place * 3 + place // len(last) + step) % len(last)]}" for step in range(len(last))
    )
    name = next(one for one in names if one not in taken)
    clearance = Handling.RESTRICTED if place % 3 else Handling.CONFIDENTIAL
    return Person(f"{role}.{player.code.lower()}", name, role, player.code, clearance, language)
