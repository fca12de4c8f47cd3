"""Bringing regions, member countries, their bureaus and the General Secretariat's units to the data file."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from django.db import transaction

from accounts.models import Bureau, BureauKind, MemberCountry, Region
from core.reference import Brought, bring_rows
from core.translations import Translated

FILE = Path(__file__).parent / "data" / "member-countries.json"
# What an administrator changes for a bureau is theirs: the file gives it to new bureaus only.
BUREAUS_OWN = ("name", "language", "time_zone")


@transaction.atomic
def load_accounts_reference(*, at, by=None) -> dict[str, Brought]:
    """This will bring regions, countries and bureaus to the file, in this order, and say what it took."""
    data = json.loads(FILE.read_text(encoding="utf-8"))
    return {
        "regions": bring_rows(Region, "code", regions(data), at=at, by=by),
        "member countries": bring_rows(MemberCountry, "iso2", countries(data), at=at, by=by),
        "national bureaus": bring_rows(Bureau, "code", bureaus(data), at=at, by=by, keeping=BUREAUS_OWN),
        "units": bring_rows(Bureau, "code", units(data), at=at, by=by, keeping=BUREAUS_OWN),
    }


def regions(data: dict) -> dict[str, dict]:
    return {
        row["code"]: {"name": published_name(row["name"]), "position": position}
        for position, row in enumerate(data["regions"], start=1)
    }


def countries(data: dict) -> dict[str, dict]:
    known = Region.objects.in_bulk(field_name="code")
    return {
        row["iso2"]: {
            "iso3": row["iso3"],
            "m49": row["m49"],
            "name": published_name(row["name"]),
            "region": known[row["region"]],
            "official_languages": row["official_languages"],
            "member_from": _day(row["member_from"]),
            "member_until": _day(row["member_until"]),
        }
        for row in data["countries"]
    }


def bureaus(data: dict) -> dict[str, dict]:
    """Each member country has one National Central Bureau, which goes by the country's name and code."""
    known = MemberCountry.objects.select_related("region").in_bulk(field_name="iso2")
    return {
        row["iso2"]: {
            "kind": BureauKind.NCB,
            "country": known[row["iso2"]],
            "region": known[row["iso2"]].region,
            "name": published_name(row["name"]),
            "language": row["bureau_language"],
            "time_zone": row["time_zone"],
        }
        for row in data["countries"]
    }


def units(data: dict) -> dict[str, dict]:
    return {
        row["code"]: {
            "kind": BureauKind.UNIT,
            "country": None,
            "region": None,
            "name": working_name(row["name"]),
            "language": row["language"],
            "time_zone": row["time_zone"],
        }
        for row in data["units"]
    }


def published_name(texts: dict[str, str]) -> Translated:
    """A name that is published in all four languages: every translation stands approved."""
    return _name(texts, "approved")


def working_name(texts: dict[str, str]) -> Translated:
    """A name that we translated ourselves: a draft until somebody approves it."""
    return _name(texts, "draft")


def _name(texts: dict[str, str], state: str) -> Translated:
    states = {language: {"state": state, "of_version": 1} for language in texts if language != "en"}
    return Translated("en", 1, texts, states)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
