"""What people write: phrases per field of crime and language, put together into short, different texts."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from random import Random

FOLDER = Path(__file__).parent / "phrases"
LONGEST = 600


@cache
def bank(language: str) -> dict:
    return json.loads((FOLDER / f"{language}.json").read_text(encoding="utf-8"))


def say(language: str, area: str, prompt: str, rng: Random) -> str:
    """One sentence on the area of crime, in the language, for the prompt."""
    return _with_numbers(rng.choice(bank(language)["areas"][area][prompt]), rng)


def say_in_general(language: str, prompt: str, rng: Random) -> str:
    """One sentence that fits any work."""
    return _with_numbers(rng.choice(bank(language)["general"][prompt]), rng)


def _with_numbers(sentence: str, rng: Random) -> str:
    """Counted nouns are written for 21 to 89 and for 3 to 9, so that they agree in every language."""
    return sentence.format(n=rng.randint(21, 89), m=rng.randint(3, 9))


def titles(language: str, area: str) -> list[str]:
    return bank(language)["areas"][area]["titles"]


def summary(language: str, area: str) -> str:
    return bank(language)["areas"][area]["summary"]


def milestone_titles(language: str) -> list[str]:
    return bank(language)["general"]["milestones"]


def narrative(language: str, area: str, rng: Random) -> dict[str, str]:
    """The three answers of an update, together within the limit."""
    achieved = say(language, area, "achieved", rng)
    if rng.random() < 0.6:
        achieved += " " + say_in_general(language, "achieved", rng)
    obstacle = ""
    if rng.random() < 0.7:
        source = say if rng.random() < 0.5 else _general_instead
        obstacle = source(language, area, "obstacle", rng)
    following = (say if rng.random() < 0.6 else _general_instead)(language, area, "next", rng)
    room = LONGEST - len(achieved) - len(obstacle)
    return {"achieved": achieved, "obstacle": obstacle, "next_steps": following if len(following) <= room else ""}


def _general_instead(language: str, _area: str, prompt: str, rng: Random) -> str:
    return say_in_general(language, prompt, rng)
