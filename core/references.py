"""Rows that a body names: out of those that the person may see, so that hidden and absent look the same."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

BIGGEST_KEY = 2**63 - 1
MOST_REFERENCES = 200


class ReferenceMixin:
    """Rows named by one of their columns, out of those that the person may see: hidden and absent look the same."""

    default_error_messages = {
        "unknown": _("There is no {value} here that you may name."),
        "incorrect_type": _("Name it by its {column}."),
    }

    is_many = False
    MOST = MOST_REFERENCES

    def __init__(self, *, visible, column="id", **kwargs):
        self.visible, self.column = visible, column
        super().__init__(**kwargs)

    def _check_type(self, value):
        is_key = self.column == "id"
        fits = (
            isinstance(value, int) and not isinstance(value, bool) and 0 < value <= BIGGEST_KEY
            if is_key
            else (isinstance(value, str) and 0 < len(value) <= 100)
        )
        if not fits:
            self.fail("incorrect_type", column=self.column)

    def _rows(self, values):
        found = self.visible(self.context["request"].user).filter(**{f"{self.column}__in": values})
        return {getattr(row, self.column): row for row in found}


class Reference(ReferenceMixin, serializers.Field):
    """One visible row."""

    def to_internal_value(self, data):
        self._check_type(data)
        rows = self._rows([data])
        if data not in rows:
            self.fail("unknown", value=data)
        return rows[data]


class References(ReferenceMixin, serializers.Field):
    """Several visible rows, found with one query."""

    is_many = True

    default_error_messages = {
        "not_a_list": _("Give a list."),
        "too_many": _("At most {most}."),
        "twice": _("Name each once."),
    }

    def to_internal_value(self, data):
        if not isinstance(data, list):
            self.fail("not_a_list")
        if len(data) > MOST_REFERENCES:
            self.fail("too_many", most=MOST_REFERENCES)
        for value in data:
            self._check_type(value)
        if len(set(data)) < len(data):
            self.fail("twice")
        rows = self._rows(data) if data else {}
        for value in data:
            if value not in rows:
                self.fail("unknown", value=value)
        return [rows[value] for value in data]
