"""What a report is called where many stand beside each other: its title, and whom or what it is about."""

from __future__ import annotations

from .models import ReportDefinition

NAMED = ("aim", "region", "bureau")


def name_of(definition: ReportDefinition) -> str:
    """'Progress report of a bureau – Senegal'; read the definition `with_subject()`, else this asks for it."""
    about = getattr(definition, definition.scope) if definition.scope in NAMED else None
    return " – ".join(str(part) for part in (definition.title, _words(about)) if part)


def _words(about) -> str:
    """The subject's own name: an aim has a title, a region and a bureau have a name."""
    return str(getattr(about, "name", None) or about.title) if about else ""
