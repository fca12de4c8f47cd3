"""Bureaus and countries in the order that a reader looks for them: by their names in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable

from django.forms import ModelChoiceField

from core.formats import plain_letters


def by_name(named: Iterable) -> list:
    """Bureaus, countries or regions, as the reader's dictionary has them: accents and capitals make no difference."""
    return sorted(named, key=name_key)


def name_key(named) -> str:
    return plain_letters(str(named.name))


def put_by_name(field: ModelChoiceField) -> None:
    """This will offer the field's bureaus or countries in the reader's order. One query, whenever the form is made."""
    nothing = [] if field.empty_label is None else [("", field.empty_label)]
    field.choices = [*nothing, *((field.prepare_value(one), str(one.name)) for one in by_name(field.queryset))]
