"""Bureaus and countries in the order that a reader looks for them: by their names in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.forms import ModelChoiceField

from core.formats import plain_letters


def by_name(named: Iterable) -> list:
    """Bureaus, countries or regions, as the reader's dictionary has them: accents and capitals make no difference."""
    return sorted(named, key=name_key)


def name_key(named) -> str:
    return plain_letters(str(named.name))


def put_by_name(field: ModelChoiceField) -> None:
    """This will offer the field's bureaus or countries in the reader's order. One query, whenever the form is made."""
    offer(field, by_name(field.queryset), words=_name)


def _name(one) -> str:
    return str(one.name)


def offer_by_name(field: ModelChoiceField, found: Iterable) -> None:
    """The same of bureaus or countries that were read already. No query."""
    offer(field, by_name(found), words=_name)


def offer(field: ModelChoiceField, found: Iterable, *, words: Callable[[Any], str] | None = None) -> None:
    """This will offer these records of the field's question, which were read already, in this order. No query."""
    words = words or field.label_from_instance
    nothing = [] if field.empty_label is None else [("", field.empty_label)]
    field.choices = [*nothing, *((field.prepare_value(one), words(one)) for one in found)]
