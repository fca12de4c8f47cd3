"""The whole list of initiatives as it was asked for, as CSV: the database puts each line together."""

from __future__ import annotations

from typing import IO

from django.db.models import Case, F, Func, TextField, Value, When
from django.utils.translation import gettext as _

from accounts.access import Reader, reader_of
from core.copying import copied, in_words, said, typed
from core.errors import Invalid
from core.handling import Handling
from core.questions import words_of
from dashboard.asked import asked
from dashboard.finding import COLUMNS, is_narrowed, linked, matching, with_columns
from dashboard.finding_file_then import file_then
from initiatives.filtersets import InitiativeFilterSet
from initiatives.models import Initiative


def _listed(column: str):
    """Several words with a space between them."""
    return said(Func(F(column), Value(" "), function="array_to_string", output_field=TextField()))


def _moment(column: str):
    """To the microsecond, with its zone: 2026-11-20T12:00:00.25+00:00."""
    return Func(F(column), template="(to_json(%(expressions)s) #>> '{}')", output_field=TextField())


# What each column holds: our own words and numbers as they are, and what people typed made harmless.
FILE = {
    "code": F("code"),
    "title": typed("title"),
    "language": F("language"),
    "summary": typed("summary"),
    "bureau": F("lead_bureau__code"),
    "region": F("lead_bureau__region__code"),
    "status": F("status"),
    "starts_on": F("starts_on"),
    "ends_on": F("ends_on"),
    "handling": Case(*(When(handling=one, then=Value(one.name.lower())) for one in Handling)),
    "expected_results": _listed("result_codes"),
    "crime_areas": _listed("area_codes"),
    "capabilities": _listed("capability_names"),
    "delivery_percent": F("said_delivery_percent"),
    "delivery_status": said("said_delivery_status"),
    "updated_at": _moment("updated_at"),
}


def file_of(request) -> IO[bytes]:
    """Every row that matches, within access, in the order of the list. Raises Invalid for a question that cannot be read.

    The whole list asks the same for all who see the same, and is put into words once: that costs more than its rows.
    """
    if asked(request).moment is not None:
        return file_then(request)
    ordering = request.GET.get("ordering") or InitiativeFilterSet.USUAL_ORDER
    if not is_narrowed(request):
        return copied(words_of(_everything, reader_of(request.user), ordering), FILE)
    faults, found = matching(request)
    if faults:
        raise Invalid(_("The list cannot be asked like this."), fields=faults)
    return copied(in_words(_told(found, request.user, ordering)), FILE)


def _everything(reader: Reader, ordering: str):
    return _told(InitiativeFilterSet.unasked(Initiative.objects.visible_to(reader)), reader, ordering)


def _told(rows, reader, ordering: str):
    """The rows in their order, with all that stands in the file."""
    rows = with_columns(InitiativeFilterSet.order_named(ordering).arranged(rows), COLUMNS, reader)
    return rows.annotate(capability_names=linked(Initiative.capabilities, "capability__code")).values_list(*FILE.values())
