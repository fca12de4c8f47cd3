"""How the work that was found divides: by status, handling, region, aim, crime area and capability, as far as one may see."""

from __future__ import annotations

import json
from dataclasses import dataclass

from django.db.models import CharField, Count, F, TextField, Value
from django.db.models.functions import Cast
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.access import sight
from core.handling import Handling
from core.translations import Translated
from initiatives.choices import InitiativeStatus
from initiatives.filtersets import InitiativeFilterSet
from initiatives.models import Contribution, Initiative

NAMES = {
    "status": _("Status"),
    "handling": _("Handling"),
    "region": _("Region"),
    "aim": _("Aim"),
    "crime_area": _("Crime area"),
    "capability": _("Capability"),
}
PASSING = ("cursor", "ordering", "columns", "period")


@dataclass(frozen=True)
class Choice:
    """One answer to a filter, and how many of what was found it would leave."""

    code: str
    label: str
    count: int


def choices_found(request) -> dict[str, list[Choice]]:
    """For each filter its answers with their counts: what the person may see, under every other filter. One query."""
    parts = [_PARTS[name](name, _found_without(request, name), request.user) for name in NAMES]
    rows = parts[0].union(*parts[1:], all=True)
    found: dict[str, list] = {name: [] for name in NAMES}
    for name, code, label, place, count in rows:
        found[name].append((place, Choice(*_said(name, code, label), count)))
    return {name: [choice for _place, choice in sorted(of, key=_place)] for name, of in found.items()}


def _place(one):
    """The order that the answers were given; statuses as they follow each other."""
    place, choice = one
    return InitiativeStatus.values.index(place) if place in InitiativeStatus.values else int(place or 0)


def _found_without(request, name: str):
    """What is found when this one filter is left open."""
    asked = QueryDict(mutable=True)
    asked.update({key: value for key, value in request.GET.items() if key not in (name, *PASSING)})
    rows = Initiative.objects.visible_to(request.user).order_by()
    filters = InitiativeFilterSet(asked, queryset=rows, request=request)
    return filters.qs.order_by() if filters.is_valid() else rows.none()


def _said(name: str, code: str, label: str) -> tuple[str, str]:
    if name == "status":
        return code, str(InitiativeStatus(code).label)
    if name == "handling":
        level = Handling(int(code))
        return level.name.lower(), str(level.label)
    return code, str(Translated.from_json(json.loads(label)))


def _counted(rows, name: str, *, code, label, place, of="initiative"):
    """How many initiatives (the column `of`) there are for each answer, in columns that a union can join."""
    named = rows.order_by().annotate(
        facet=Value(name, output_field=CharField()),
        facet_code=Cast(code, CharField()),
        facet_label=Cast(label, TextField()),
        facet_place=Cast(place, TextField()),
    )
    grouped = named.values("facet", "facet_code", "facet_label", "facet_place")
    counted = grouped.annotate(facet_count=Count(of, distinct=of != "pk"))
    return counted.values_list("facet", "facet_code", "facet_label", "facet_place", "facet_count")


def _by_column(name, found, user):
    return _counted(found, name, code=F(name), label=Value(""), place=F(name), of="pk")


def _by_region(name, found, user):
    path, placed = "lead_bureau__region", found.filter(lead_bureau__region__isnull=False)
    label, place = F(f"{path}__name"), F(f"{path}__position")
    return _counted(placed, name, code=F(f"{path}__code"), label=label, place=place, of="pk")


def _by_aim(name, found, user):
    path = "expected_result__aim"
    shares = Contribution.objects.filter(sight(user).plans(f"{path}__plan__"), initiative__in=found.values("pk"))
    return _counted(shares, name, code=F(f"{path}__pk"), label=F(f"{path}__title"), place=F(f"{path}__pk"))


def _by_link(relation, part: str, code: str):
    def count(name, found, user):
        links = relation.through.objects.filter(initiative__in=found.values("pk"))
        return _counted(links, name, code=F(f"{part}__{code}"), label=F(f"{part}__name"), place=F(f"{part}__pk"))

    return count


_PARTS = {
    "status": _by_column,
    "handling": _by_column,
    "region": _by_region,
    "aim": _by_aim,
    "crime_area": _by_link(Initiative.crime_areas, "crimearea", "code"),
    "capability": _by_link(Initiative.capabilities, "capability", "pk"),
}
