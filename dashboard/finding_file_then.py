"""The list of initiatives as a file of a day in the past: so many rows at a time are turned back together."""

from __future__ import annotations

import csv
import io
import re
import tempfile
from collections.abc import Iterator
from itertools import islice
from typing import IO

from django.utils.translation import gettext as _

from core.copying import BEGINS, IN_MEMORY
from core.errors import Invalid
from core.handling import Handling
from dashboard.asked import asked
from dashboard.csv_views import harmless
from dashboard.finding import COLUMNS, linked, matching, order_of, with_columns
from dashboard.stood import settled
from initiatives.models import Initiative

CHUNK = 500
# The columns of `finding_file.FILE`, each with what it holds of one piece of work.
FILE = {
    "code": lambda one: one.code,
    "title": lambda one: harmless(one.title),
    "language": lambda one: one.language,
    "summary": lambda one: harmless(one.summary),
    "bureau": lambda one: one.lead_bureau.code,
    "region": lambda one: one.lead_bureau.region.code if one.lead_bureau.region_id else "",
    "status": lambda one: one.status,
    "starts_on": lambda one: one.starts_on,
    "ends_on": lambda one: one.ends_on,
    "handling": lambda one: Handling(one.handling).name.lower(),
    "expected_results": lambda one: " ".join(one.result_codes),
    "crime_areas": lambda one: " ".join(one.area_codes),
    "capabilities": lambda one: " ".join(one.capability_names),
    "delivery_percent": lambda one: one.said_delivery_percent,
    "delivery_status": lambda one: one.said_delivery_status,
    "updated_at": lambda one: re.sub(r"(\.[0-9]*?)0+(?=\+)", r"\1", one.updated_at.isoformat()),
}


def file_then(request) -> IO[bytes]:
    """Every row that matched on the day, within access, in the order of the list. Raises Invalid for no question."""
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - whoever sends it closes it
    words = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
    words.write(f"{BEGINS}{','.join(FILE)}\n")
    writer = csv.writer(words, lineterminator="\n")
    writer.writerows([read(one) for read in FILE.values()] for one in _found(request))
    words.detach()
    file.seek(0)
    return file


def _found(request) -> Iterator[Initiative]:
    faults, found = matching(request)
    if faults:
        raise Invalid(_("The list cannot be asked like this."), fields=faults)
    question = asked(request)
    rows = with_columns(order_of(request).arranged(found), COLUMNS, request.user, question.moment)
    rows = rows.annotate(capability_names=linked(Initiative.capabilities, "capability__code"))
    left = rows.select_related("lead_bureau__region").iterator(chunk_size=CHUNK)
    while some := list(islice(left, CHUNK)):
        yield from settled(some, question)
