"""Finding initiatives: what was asked of the list, and the rows that answer it with the columns that were chosen."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext_lazy as _

from accounts.access import Reader, reader_of, sight
from core import keyset
from core.questions import count_of, values_of
from dashboard.asked import asked
from dashboard.counting import Counted, of_all_work, of_parts
from dashboard.stood import settled, work_then
from initiatives.facets import NAMES, questions_without
from initiatives.filtersets import InitiativeFilterSet
from initiatives.known_at import KnownAtFilterSet
from initiatives.models import Contribution, Initiative, Update

PAGE = 50
# code: (heading, the order that its heading asks for)
COLUMNS = {
    "bureau": (_("Bureau"), "bureau"),
    "region": (_("Region"), ""),
    "status": (_("Status"), ""),
    "days": (_("Period"), "ends_on"),
    "delivery": (_("Delivery"), ""),
    "results": (_("Contributes to"), ""),
    "crime_areas": (_("Crime areas"), ""),
    "capabilities": (_("Capabilities"), ""),
    "handling": (_("Handling"), ""),
    "updated": (_("Changed"), "updated_at"),
}
# What is read of each piece of work and its bureau: what columns show, never its long texts; and what each column adds.
OF_WORK = ("pk", "code", "title", "language", "status", "starts_on", "ends_on", "handling", "version", "updated_at", "lead_bureau_id")
SHOWN = dict(zip(OF_WORK, OF_WORK, strict=True)) | {
    "bureau_name": "lead_bureau__name", "region_name": "lead_bureau__region__name",
}  # fmt: skip
OF_RECORDS = (
    "code", "title", "language", "status", "starts_on", "ends_on", "handling", "version", "updated_at",
    "lead_bureau__code", "lead_bureau__name", "lead_bureau__region__name",
)  # fmt: skip
SHOWN_BESIDE = {
    "results": ("result_codes",),
    "crime_areas": ("area_codes",),
    "capabilities": ("capability_keys",),
    "delivery": ("said_delivery_percent", "said_delivery_status"),
}
USUAL_COLUMNS = ("bureau", "status", "days", "handling")


@dataclass(frozen=True)
class Found:
    """One page of the list: its rows, how many there are in all (capped), and the question's faults by their filter.

    `counts` is how what was found divides under each filter; None on a day in the past, of which that is not worked out.
    """

    faults: dict
    counts: dict[str, Counted] | None
    page: keyset.Page
    known: int
    is_capped: bool
    columns: tuple[str, ...]
    ordering: str


def find(request) -> Found:
    """What matches, page by page, and how it divides. Three queries at most; a few more for words and for a day in the past.

    Raises Invalid for an order or a cursor that the list does not know.
    """
    columns, ordering = columns_asked(request), request.GET.get("ordering") or InitiativeFilterSet.USUAL_ORDER
    faults, found = matching(request)
    if asked(request).moment is not None:
        return Found(faults, None, _page_then(request, found, columns), *keyset.capped_count(found), columns, ordering)
    if is_narrowed(request):
        counts, known = counted(request, found)
        return Found(faults, counts, _page(request, found, columns), *keyset.capped(known), columns, ordering)
    page = (_page if request.GET.get("cursor") else _first_page)(request, found, columns)
    counts, known = counted_whole(request), count_of(_counted, reader_of(request.user))
    return Found(faults, counts, page, *keyset.capped(known), columns, ordering)


def _first_page(request, _found: QuerySet, columns: tuple[str, ...]) -> keyset.Page:
    """What everyone asks first, the whole list from its beginning, is put into words once for all who see the same."""
    ordering = request.GET.get("ordering") or InitiativeFilterSet.USUAL_ORDER
    rows = values_of(_first_rows, reader_of(request.user), ordering, columns)
    return keyset.first_page(_shown(rows, columns), order=order_of(request), size=PAGE)


def _first_rows(reader: Reader, ordering: str, columns: tuple[str, ...]) -> QuerySet:
    order = InitiativeFilterSet.order_named(ordering)
    rows = with_columns(InitiativeFilterSet.unasked(Initiative.objects.visible_to(reader)), columns, reader)
    return order.arranged(rows)[: PAGE + 1].values_list(*_read(columns).values(), *order.columns)


def _counted(reader: Reader) -> QuerySet:
    rows = InitiativeFilterSet.unasked(Initiative.objects.visible_to(reader))
    return rows.order_by().values_list("pk")[: keyset.MOST_COUNTED + 1]


def _page(request, found: QuerySet, columns: tuple[str, ...]) -> keyset.Page:
    return keyset.page_of(
        with_columns(found, columns, request.user), order=order_of(request), cursor=request.GET.get("cursor", ""), size=PAGE,
        read=lambda rows, key: _shown(rows.values_list(*_read(columns).values(), *key), columns),
    )  # fmt: skip


def _page_then(request, found: QuerySet, columns: tuple[str, ...]) -> keyset.Page:
    """As the work stood on a day in the past: whole records, which are turned back."""
    question = asked(request)
    rows = with_columns(found, columns, request.user, question.moment).select_related("lead_bureau__region").only(*OF_RECORDS)
    page = keyset.page_of(rows, order=order_of(request), cursor=request.GET.get("cursor", ""), size=PAGE)
    for one in settled(page.items, question):
        region = one.lead_bureau.region
        one.bureau_name, one.region_name = one.lead_bureau.name, region.name if region else None
    return page


def _read(columns: tuple[str, ...]) -> dict[str, str]:
    """What is read of each row, by the name that it has on the page."""
    return SHOWN | {name: name for code in columns for name in SHOWN_BESIDE.get(code, ())}


def _shown(rows, columns: tuple[str, ...]) -> list[tuple[tuple, SimpleNamespace]]:
    """Each row, by the names of what was read, with the values of the columns that it is ordered by."""
    names = tuple(_read(columns))
    return [(row[len(names):], SimpleNamespace(**dict(zip(names, row, strict=False)))) for row in rows]


def counted(request, found: QuerySet) -> tuple[dict[str, Counted], int]:
    """How what was found divides under each filter, the others set, and how much it is (a thousand and one: there is more).

    Of all work as it is kept, of a part as it is met. One query; one more where a single filter is set.
    """
    parts = {name: rows for name, rows in questions_without(request, found).items() if rows is not None}
    of_all = next((rows for name, rows in parts.items() if not request.GET.get(name)), found)  # what the whole question finds
    rows = {id(part): part for part in (of_all, *parts.values())}
    counts = dict(zip(rows, of_parts(list(rows.values())), strict=True))
    whole = of_all_work(reader_of(request.user)) if len(parts) < len(NAMES) else None
    return {name: counts[id(parts[name])] if name in parts else whole for name in NAMES}, counts[id(of_all)].many


def counted_whole(request) -> dict[str, Counted]:
    """How all work that the reader sees divides, where nothing is asked. One query."""
    return dict.fromkeys(NAMES, of_all_work(reader_of(request.user)))


def matching(request) -> tuple[dict, QuerySet]:
    """The question's faults, and the visible rows that it finds; none for a question that cannot be read."""
    is_past = asked(request).moment is not None
    rows = work_then(asked(request)) if is_past else Initiative.objects.visible_to(request.user)
    filterset = KnownAtFilterSet if is_past else InitiativeFilterSet
    if not is_narrowed(request):
        return {}, filterset.unasked(rows)
    filters = filterset(request.GET, queryset=rows, request=request)
    return (filters.errors, filters.qs) if filters.is_valid() else (filters.errors, rows.none())


def is_narrowed(request) -> bool:
    """Whether anything is asked that not every piece of work answers."""
    return any(request.GET.get(name) for name in InitiativeFilterSet.base_filters)


def order_of(request) -> keyset.Order:
    """The order that was asked for, by what the work is or, on a day in the past, was. Raises Invalid for none of ours."""
    filterset = InitiativeFilterSet if asked(request).moment is None else KnownAtFilterSet
    return filterset.order_named(request.GET.get("ordering") or filterset.USUAL_ORDER)


def columns_asked(request) -> tuple[str, ...]:
    """The columns of the address, in the order in which the list keeps them; the usual ones where none is named."""
    named = {one for words in request.GET.getlist("columns") for one in words.split(",")}
    return tuple(code for code in COLUMNS if code in named) or USUAL_COLUMNS


def with_columns(rows, columns, user, moment=None):
    """The rows with what the columns show of their relations, in the same query; what was said by the moment (None: now)."""
    shown = {name: part for code in columns if code in _BESIDE for name, part in _BESIDE[code](user, moment).items()}
    return rows.annotate(**shown) if shown else rows


# What columns show of an initiative's relations, made only for those that are shown.
_BESIDE = {
    "results": lambda user, moment: {"result_codes": _results(user)},
    "crime_areas": lambda user, moment: {"area_codes": linked(Initiative.crime_areas, "crimearea__code")},
    "capabilities": lambda user, moment: {"capability_keys": linked(Initiative.capabilities, "capability_id")},
    "delivery": lambda user, moment: {
        f"said_{name}": _said_last(user, moment, name) for name in ("delivery_percent", "delivery_status")
    },
}


def _results(user):
    shares = Contribution.objects.filter(
        sight(user).plans("expected_result__aim__plan__"), initiative=OuterRef("pk")
    ).order_by("expected_result__aim", "expected_result__number")
    aim, number = (Cast(f"expected_result__{path}", CharField()) for path in ("aim__number", "number"))
    return ArraySubquery(shares.values_list(Concat(aim, Value("."), number)))


def linked(relation, column: str):
    return ArraySubquery(relation.through.objects.filter(initiative=OuterRef("pk")).order_by(column).values(column))


def _said_last(user, moment, name: str):
    """What the bureau said in its latest validated update, where the person may see that."""
    updates = Update.objects.known_at(moment).visible_to(user).filter(initiative=OuterRef("pk"))
    return Subquery(updates.order_by("-period__start_on").values(name)[:1])
