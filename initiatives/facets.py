"""How the work that was found divides: by status, handling, region, aim, crime area and capability, as far as one may see.

Counting goes by keys alone, and the names of what was counted are read once beside it: grouping by words costs ten times more.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache

from django.core.cache import cache
from django.db.models import CharField, Count, F, TextField, Value
from django.db.models.functions import Cast
from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.access import Reader, reader_of, sight
from accounts.models import Bureau, Region
from core.formats import plain_letters
from core.handling import Handling
from core.questions import rows_of
from core.translations import read_stored
from goals.models import Aim
from initiatives.choices import InitiativeStatus
from initiatives.filtersets import InitiativeFilterSet
from initiatives.models import Contribution, CrimeArea, Initiative
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
KEPT_SECONDS = 60


@dataclass(frozen=True)
class Choice:
    """One answer to a filter, and how many of what was found it would leave; None where that was not counted."""

    code: str
    label: str
    count: int | None


@dataclass(frozen=True)
class Facets:
    """The answers to each filter, and the bureaus that one may ask for (code and name, by name)."""

    choices: dict[str, list[Choice]]
    bureaus: list[tuple[str, str]]

    def words(self, name: str) -> dict[str, str]:
        return {choice.code: choice.label for choice in self.choices[name]}


def facets_of(request, found, *, is_long: bool) -> Facets:
    """For each filter its answers with their counts: what the person may see, under every other filter.

    `found` is what the whole question finds. Two queries. In a long list the counts are kept for a minute, or until the
    latest change.
    """
    counts = _kept_counts(request, found) if is_long else _counts(request, found)
    labels = _labels(request.user)
    choices = {
        name: [Choice(code, label, counts[name][key]) for key, code, label in labels[name] if counts[name].get(key)]
        for name in NAMES
    }
    return Facets(choices, _bureaus(labels))


def facets_to_ask(user) -> Facets:
    """Every answer to each filter, uncounted: how work divided on a day in the past is not worked out. One query."""
    labels = _labels(user)
    choices = {name: [Choice(code, label, None) for _key, code, label in labels[name]] for name in NAMES}
    return Facets(choices, _bureaus(labels))


def _bureaus(labels) -> list[tuple[str, str]]:
    """Code and name of each, by name."""
    return sorted(((code, label) for _key, code, label in labels[BUREAU]), key=lambda one: plain_letters(one[1]))


# counts


def _counts(request, rows) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {name: {} for name in NAMES}
    for name, key, count in _asked_counts(request, rows.order_by()):
        found[name][key] = count
    return found


def _asked_counts(request, rows):
    """Where nothing is asked, the question is the same for all who see the same, and is put into words once."""
    if not any(request.GET.get(name) for name in InitiativeFilterSet.base_filters):
        return rows_of(_counts_of_all, reader_of(request.user))
    without = {name: _found_without(request, name) if name in request.GET else rows for name in NAMES}
    return _united(_PARTS[name](name, without[name], request.user) for name in NAMES)


def _counts_of_all(reader: Reader):
    rows = Initiative.objects.visible_to(reader).order_by()
    return _united(_PARTS[name](name, rows, reader) for name in NAMES)


def _united(parts):
    first, *others = parts
    return first.union(*others, all=True)


def _kept_counts(request, rows) -> dict[str, dict[str, int]]:
    """Kept by what may be seen, what was asked and the latest change to any initiative."""
    latest = Initiative.objects.order_by("-updated_at", "-id").values_list("updated_at", "id", "version").first()
    seen = sight(request.user)
    asked = sorted((name, value) for name, value in request.GET.lists() if name not in PASSING)
    words = repr((seen.clearance, seen.bureau_id, seen.sees_all_states, asked, latest))
    key = "facets:" + hashlib.sha256(words.encode()).hexdigest()
    found = cache.get(key)
    if found is None:
        found = _counts(request, rows)
        cache.set(key, found, KEPT_SECONDS)
    return found


def _found_without(request, name: str):
    """What is found when this one filter is left open."""
    asked = QueryDict(mutable=True)
    asked.update({key: value for key, value in request.GET.items() if key not in (name, *PASSING)})
    rows = Initiative.objects.visible_to(request.user).order_by()
    filters = InitiativeFilterSet(asked, queryset=rows, request=request)
    return filters.qs.order_by() if filters.is_valid() else rows.none()


def _counted(rows, name: str, key: str, of="initiative"):
    """How many initiatives (the column `of`) there are for each key, in columns that a union can join."""
    named = rows.order_by().annotate(
        facet=Value(name, output_field=CharField()), facet_key=Cast(key, CharField())
    )
    counted = named.values("facet", "facet_key").annotate(facet_count=Count(of, distinct=of != "pk"))
    return counted.values_list("facet", "facet_key", "facet_count")


def _by_column(name, found, user):
    return _counted(found, name, name, of="pk")


def _by_region(name, found, user):
    return _counted(found.filter(lead_bureau__region__isnull=False), name, "lead_bureau__region", of="pk")


def _by_aim(name, found, user):
    path = "expected_result__aim"
    shares = Contribution.objects.filter(sight(user).plans(f"{path}__plan__"), initiative__in=found.values("pk"))
    return _counted(shares, name, path)


def _by_link(relation, part: str):
    def count(name, found, user):
        return _counted(relation.through.objects.filter(initiative__in=found.values("pk")), name, part)

    return count


_PARTS = {
    "status": _by_column,
    "handling": _by_column,
    "region": _by_region,
    "aim": _by_aim,
    "crime_area": _by_link(Initiative.crime_areas, "crimearea"),
    "capability": _by_link(Initiative.capabilities, "capability"),
}


# names


def _labels(user) -> dict[str, list[tuple[str, str, str]]]:
    """Key, code and name of everything that can be asked for, in its order. One query."""
    return _in_order(tuple(rows_of(_names, reader_of(user))), get_language())


@lru_cache(maxsize=64)
def _in_order(rows: tuple, language: str) -> dict[str, list[tuple[str, str, str]]]:
    """The rows named and sorted in the thread's language: remembered by themselves, as they seldom change. Nobody may change it."""
    found = defaultdict(list)
    for name, key, code, label, place in rows:
        found[name].append((place, key, code, str(read_stored(label))))
    named = {name: [one[1:] for one in sorted(rows)] for name, rows in found.items()}
    return dict.fromkeys((*NAMES, BUREAU), []) | named | {
        "status": [(code, code, str(label)) for code, label in InitiativeStatus.choices],
        "handling": [(str(level.value), level.name.lower(), str(level.label)) for level in Handling],
    }


def _names(reader: Reader):
    return _united([
        _named(Region.objects.all(), "region", "code", "name", "position"),
        _named(Aim.objects.visible_to(reader), "aim", "pk", "title", "pk"),
        _named(CrimeArea.objects.all(), "crime_area", "code", "name", "position"),
        _named(Capability.objects.visible_to(reader), "capability", "pk", "name", "pk"),
        _named(Bureau.objects.filter(is_active=True), BUREAU, "code", "name", "pk"),
    ])  # fmt: skip


def _named(rows, name: str, code: str, label: str, place: str):
    return rows.order_by().values_list(
        Value(name, output_field=CharField()),
        Cast("pk", CharField()),
        Cast(code, CharField()),
        Cast(F(label), TextField()),
        F(place),
    )
