"""How the work that was found divides: by status, handling, region, aim, crime area and capability, as far as one may see.

Counting goes by keys alone (whoever asks brings the counts), and the names of what was counted are read once beside it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache

from django.db.models import CharField, F, TextField, Value
from django.db.models.functions import Cast
from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.access import Reader, reader_of
from accounts.models import Bureau, Region
from core.formats import plain_letters
from core.handling import Handling
from core.questions import rows_of
from core.translations import read_stored
from goals.models import Aim
from initiatives.choices import InitiativeStatus
from initiatives.filtersets import InitiativeFilterSet
from initiatives.models import CrimeArea, Initiative
from objectives.models import Capability

NAMES = {
    "status": _("Status"),
    "handling": _("Handling"),
    "region": _("Region"),
    "aim": _("Aim"),
    "crime_area": _("Crime area"),
    "capability": _("Capability"),
}
BUREAU = "bureau"
PASSING = ("cursor", "ordering", "columns", "period")


@dataclass(frozen=True)
class Choice:
    """One answer to a filter, and how many of what was found it would leave; None where that was not counted.

    `is_least`: only a part of what was found was counted, and there may be more.
    """

    code: str
    label: str
    count: int | None
    is_least: bool = False


@dataclass(frozen=True)
class Facets:
    """The answers to each filter, and the bureaus that one may ask for (code and name, by name)."""

    choices: dict[str, list[Choice]]
    bureaus: list[tuple[str, str]]

    def words(self, name: str) -> dict[str, str]:
        return {choice.code: choice.label for choice in self.choices[name]}


def facets_of(request, counts: dict) -> Facets:
    """For each filter its answers with their counts: what the person may see, under every other filter. One query.

    `counts` has for each filter how many bear each key (`of`), and whether only a part of what was found was counted
    (`is_capped`): then a count is what there is at least, and an answer that was not met may be there all the same.
    """
    labels = _labels(request.user)
    return Facets({name: list(_choices(name, labels[name], counts[name])) for name in NAMES}, _bureaus(labels))


def _choices(name: str, labels, counted):
    counts = counted.of(name)
    for key, code, label in labels:
        if key in counts or counted.is_capped:
            yield Choice(code, label, counts.get(key), is_least=counted.is_capped)


def questions_without(request, found) -> dict:
    """For each filter what is found when it alone is left open; None where that is all work, as nothing else is asked.

    Where words alone are asked it is the keys that they found.
    """
    asked = {name for name in InitiativeFilterSet.base_filters if request.GET.get(name)}
    open_to_all = _found_by_words(request, found) if asked == {"search"} else found
    return {name: _without(request, name, asked) if name in asked else open_to_all if asked else None for name in NAMES}


def _without(request, name: str, asked: set[str]):
    if asked == {name}:
        return None
    found = _found_without(request, name)
    return _found_by_words(request, found) if asked == {name, "search"} else found


def _found_by_words(request, found):
    """The keys that the words found for the question, which looked for nothing else; the question itself where they are not known."""
    return getattr(request, "words_found", {}).get(request.GET["search"].strip(), found)


def facets_to_ask(user) -> Facets:
    """Every answer to each filter, uncounted: how work divided on a day in the past is not worked out. One query."""
    labels = _labels(user)
    choices = {name: [Choice(code, label, None) for _key, code, label in labels[name]] for name in NAMES}
    return Facets(choices, _bureaus(labels))


def _bureaus(labels) -> list[tuple[str, str]]:
    """Code and name of each, by name."""
    return [(code, label) for _key, code, label in labels[BUREAU]]


def _found_without(request, name: str):
    """What is found when this one filter is left open."""
    asked = QueryDict(mutable=True)
    asked.update({key: value for key, value in request.GET.items() if key not in (name, *PASSING)})
    rows = Initiative.objects.visible_to(request.user).order_by()
    filters = InitiativeFilterSet(asked, queryset=rows, request=request)
    return filters.qs.order_by() if filters.is_valid() else rows.none()


# names


def _labels(user) -> dict[str, list[tuple[str, str, str]]]:
    """Key, code and name of everything that can be asked for, in its order; bureaus by name. One query."""
    return _in_order(tuple(rows_of(_names, reader_of(user))), get_language())


@lru_cache(maxsize=64)
def _in_order(rows: tuple, language: str) -> dict[str, list[tuple[str, str, str]]]:
    """The rows named and sorted in the thread's language: remembered by themselves, as they seldom change. Nobody may change it."""
    found = defaultdict(list)
    for name, key, code, label, place in rows:
        found[name].append((place, key, code, str(read_stored(label))))
    named = {name: [one[1:] for one in sorted(rows)] for name, rows in found.items()}
    named[BUREAU] = sorted(named.get(BUREAU, []), key=lambda one: plain_letters(one[-1]))
    return dict.fromkeys((*NAMES, BUREAU), []) | named | {
        "status": [(code, code, str(label)) for code, label in InitiativeStatus.choices],
        "handling": [(str(level.value), level.name.lower(), str(level.label)) for level in Handling],
    }


def _names(reader: Reader):
    first, *others = [
        _named(Region.objects.all(), "region", "code", "name", "position"),
        _named(Aim.objects.visible_to(reader), "aim", "pk", "title", "pk"),
        _named(CrimeArea.objects.all(), "crime_area", "code", "name", "position"),
        _named(Capability.objects.visible_to(reader), "capability", "pk", "name", "pk"),
        _named(Bureau.objects.filter(is_active=True), BUREAU, "code", "name", "pk"),
    ]  # fmt: skip
    return first.union(*others, all=True)


def _named(rows, name: str, code: str, label: str, place: str):
    return rows.order_by().values_list(
        Value(name, output_field=CharField()),
        Cast("pk", CharField()),
        Cast(code, CharField()),
        Cast(F(label), TextField()),
        F(place),
    )
