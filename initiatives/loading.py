"""Bringing the crime areas to the data file."""

from __future__ import annotations

import json
from pathlib import Path

from django.db import transaction

from accounts.loading import working_name
from core.reference import Brought, bring_rows
from initiatives.models import CrimeArea

FILE = Path(__file__).parent / "data" / "crime-areas.json"


@transaction.atomic
def load_crime_areas(*, at, by=None) -> Brought:
    """This will bring the crime areas to the file, in its order, and say what it took."""
    areas = json.loads(FILE.read_text(encoding="utf-8"))["areas"]
    wanted = {
        row["code"]: {"name": working_name(row["name"]), "position": position}
        for position, row in enumerate(areas, start=1)
    }
    return bring_rows(CrimeArea, "code", wanted, at=at, by=by)
