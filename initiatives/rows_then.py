"""Rows of initiatives for the API as they stood at a moment: what the trail tells in place of what is now."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from accounts.models import Bureau
from initiatives.models import CrimeArea
from initiatives.past import Past, pasts
from outcomes.models import Indicator

CODED = {"partners": Bureau, "crime_areas": CrimeArea, "indicators": Indicator}


def rows_then(shape, queryset, columns, *, moment, user) -> list[tuple[tuple, dict]]:
    """The rows of `known_at` in the shape of the API, each with the values it is ordered by. At most four queries more."""
    found = shape.keyed_rows(queryset, (*columns, "stood_updated_at", "pk"))
    told = pasts(moment, [key[-1] for key, _row in found]) if found else {}
    codes = {name: _codes(name, model, told.values(), user) for name, model in CODED.items()}
    rows = []
    for (*key, updated_at, pk), row in found:
        row["updated_at"] = updated_at
        if pk in told:
            row |= _finished(shape, _of(told[pk], codes))
            row["version"] -= told[pk].changes
        rows.append((tuple(key), row))
    return rows


def _codes(name: str, model, told: Iterable[Past], user) -> dict[int, str]:
    wanted = {key for past in told for key in past.links(name) or ()}
    rows = model.objects.visible_to(user) if name == "indicators" else model.objects.all()
    return dict(rows.filter(pk__in=wanted).values_list("pk", "code")) if wanted else {}


def _of(past: Past, codes: dict[str, dict[int, str]]) -> dict:
    row = {name.removesuffix("_id"): value for name, value in past.columns.items()}
    for name, known in codes.items():
        if past.links(name) is not None:
            row[name] = sorted(known[key] for key in past.links(name) if key in known)
    if past.links("capabilities") is not None:
        row["capabilities"] = sorted(past.links("capabilities"))
    if past.shares is not None:
        row["shares"] = [{"expected_result": pk, "share": _written(share)} for pk, share in sorted(past.shares.items())]
    if past.milestones is not None:
        row["milestones"] = [{**one, "weight": _written(one["weight"])} for one in past.milestones]
    return row


def _finished(shape, row: dict) -> dict:
    """The same conversions as a row of now goes through; lists that the database would have written are ours already."""
    names = tuple(shape.columns())
    for place, turn in shape.converters():
        name = names[place]
        if row.get(name) is not None and name not in shape.WRITTEN:
            row[name] = turn(row[name])
    return row


def _written(number: Decimal) -> str:
    return format(number.normalize(), "f")
