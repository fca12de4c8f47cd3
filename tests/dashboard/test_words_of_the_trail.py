"""Every act that any code leaves on the trail has words: the history page never shows a bare code."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from django.utils.functional import Promise

from accounts.access import ROLES_FOR
from core.models import AuditRecord
from dashboard.trail import _field, model_of
from dashboard.trail_words import ACTS, DATED_NAMES, FIELD_NAMES, FOR_THE_FILE, OWN_NAMES

HOUSE = Path(__file__).parents[2]
PACKAGES = ("core", "accounts", "goals", "objectives", "outcomes", "initiatives", "exchange", "reports", "dashboard", "interpol_strategy")
ACT = re.compile(r"[a-z_]+\.[a-z_]+")
LEAVES_TRACES = re.compile(r"\baudit\b|save_changes|_trace\(")
# Written like an act, and something else.
NO_ACTS = re.compile(
    r"(bureau|region)\.code|.+\.(py|json|csv|log|html|txt|invalid|sheet|document)|officer\.\w+|\*\.(administration|log|trust)"
)


def acts_in_the_code() -> dict[str, str]:
    """Each act with the module that names it; what is put together with the kind of thing before it has a star there."""
    found = {}
    for package in PACKAGES:
        for path in sorted((HOUSE / package).rglob("*.py")):
            words = path.read_text()
            if "migrations" in path.parts or not LEAVES_TRACES.search(words):
                continue
            for act in _acts(ast.parse(words)):
                found.setdefault(act, str(path.relative_to(HOUSE)))
    return found


def _acts(tree: ast.AST):
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr) and len(node.values) == 2 and isinstance(node.values[1], ast.Constant):
            last = str(node.values[1].value)
            if re.fullmatch(r"\.[a-z_]+", last):
                yield f"*{last}"
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and _is_an_act(node.value):
            yield node.value


def _is_an_act(words: str) -> bool:
    return bool(ACT.fullmatch(words)) and words.partition(".")[0] not in PACKAGES


def test_every_act_that_is_recorded_anywhere_has_words():
    known = acts_in_the_code()
    acts = {act: place for act, place in known.items() if not NO_ACTS.fullmatch(act) and act not in ROLES_FOR}
    assert len(acts) > 80, "the acts are not found any more"
    bare = {act: place for act, place in acts.items() if act not in OWN_NAMES and act.rpartition(".")[2] not in ACTS}
    assert bare == {}, "say in dashboard/trail_words.py what these are called"


def _has_words(target_type: str, name: str) -> bool:
    if name in FIELD_NAMES or name in FOR_THE_FILE or name.partition(" ")[0] in DATED_NAMES:
        return True
    field = _field(model_of(target_type), name)
    return field is not None and isinstance(field._verbose_name, Promise)


@pytest.mark.django_db
@pytest.mark.usefixtures("demo")
def test_every_field_that_the_demonstrations_trail_shows_is_named_in_the_readers_language():
    bare = {
        (target_type, name)
        for target_type, before, after in AuditRecord.objects.values_list("target_type", "before", "after")
        for name in {**before, **after}
        if not name.startswith("value ") and not _has_words(target_type, name)
    }
    assert bare == set(), "say in dashboard/trail_words.py what these are called"


@pytest.mark.parametrize("name", ["title", "summary", "starts_on", "ends_on", "shares", "milestones", "partners", "indicators"])
def test_every_field_of_an_initiative_that_its_story_may_name_has_words(name):
    assert _has_words("initiatives.initiative", name)
