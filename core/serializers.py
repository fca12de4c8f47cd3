"""Shapes of the API: strict about what comes in, plain rows going out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import cache

import orjson
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.fields import empty

from core.errors import Invalid
from core.handling import Handling
from core.periods import FIRST_DAY, LAST_DAY
from core.translations import LANGUAGES, Translated, TranslationState

DECIMAL = re.compile(r"-?[0-9]{1,20}(\.[0-9]{1,10})?\Z", re.ASCII)
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z", re.ASCII)


class StrictSerializer(serializers.Serializer):
    """A body that may hold the declared fields and nothing else."""

    def to_internal_value(self, data):
        if isinstance(data, Mapping):
            writable = {name for name, field in self.fields.items() if not field.read_only}
            unknown = sorted(set(map(str, data)) - writable)
            if unknown:
                raise serializers.ValidationError(
                    {
                        name: serializers.ErrorDetail(_("There is no such field here."), code="unknown")
                        for name in unknown
                    }
                )
        return super().to_internal_value(data)


class Nothing(StrictSerializer):
    """An empty body: the act needs no words."""


class Text(serializers.CharField):
    """Text, and only text: a number is not quietly taken for one."""

    def to_internal_value(self, data):
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class ReasonBody(StrictSerializer):
    """The act needs its reason alone."""

    reason = Text(max_length=2000)


class Choice(serializers.ChoiceField):
    """One of the declared words, as text."""

    def to_internal_value(self, data):
        if not isinstance(data, str):
            self.fail("invalid_choice", input=type(data).__name__)
        return super().to_internal_value(data)


class Whole(serializers.IntegerField):
    """A whole number, as a number."""

    def to_internal_value(self, data):
        if isinstance(data, bool) or not isinstance(data, int):
            self.fail("invalid")
        return super().to_internal_value(data)


class YesNo(serializers.BooleanField):
    """true or false."""

    def to_internal_value(self, data):
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


@extend_schema_field({"type": "string", "format": "decimal", "pattern": r"^-?[0-9]{1,20}(\.[0-9]{1,10})?$"})
class Exact(serializers.DecimalField):
    """A decimal number written as text, so that no digit is lost on the way."""

    default_error_messages = {"invalid": _('Give the number as text, such as "12.5".')}

    def to_internal_value(self, data):
        if not isinstance(data, str) or not DECIMAL.match(data):
            self.fail("invalid")
        return super().to_internal_value(data)


class Day(serializers.DateField):
    """A day as YYYY-MM-DD, between 1900 and 2199."""

    default_error_messages = {"range": _("A day lies between 1900 and 2199.")}

    def to_internal_value(self, value):
        if not isinstance(value, str) or not DAY.match(value):
            self.fail("invalid", format="YYYY-MM-DD")
        found = super().to_internal_value(value)
        if not FIRST_DAY <= found <= LAST_DAY:
            self.fail("range")
        return found


def day_from(text: str, name: str) -> date:
    """The day that a parameter of an address names. Raises Invalid."""
    try:
        return Day().run_validation(text)
    except serializers.ValidationError as error:
        raise Invalid.on(name, error.detail[0]) from error


HANDLING_CHOICES = [(level.name.lower(), level.label) for level in Handling]
HANDLING_NAMES = {level.value: level.name.lower() for level in Handling}


class HandlingField(Choice):
    """A handling level by its name; a number in the database."""

    def __init__(self, **kwargs):
        super().__init__(choices=HANDLING_CHOICES, **kwargs)

    def to_internal_value(self, data):
        return Handling[super().to_internal_value(data).upper()]

    def to_representation(self, value):
        return HANDLING_NAMES[value]

    from_row = HANDLING_NAMES.__getitem__


_TEXTS = {
    "type": "object",
    "properties": {code: {"type": "string"} for code in LANGUAGES},
    "additionalProperties": False,
}
_STATES = {
    "type": "object",
    "properties": {code: {"type": "string", "enum": TranslationState.values} for code in LANGUAGES},
    "additionalProperties": False,
}


@extend_schema_field(
    {
        "type": "object",
        "required": ["source", "version", "texts", "states"],
        "properties": {
            "source": {"type": "string", "enum": list(LANGUAGES)},
            "version": {"type": "integer"},
            "texts": _TEXTS,
            "states": _STATES,
        },
    }
)
class TranslatedText(serializers.Field):
    """A text in its languages, with how far each translation can be trusted."""

    def __init__(self, **kwargs):
        super().__init__(read_only=True, **kwargs)

    def to_representation(self, value):
        return self.from_row(value)

    @staticmethod
    def from_row(value):
        if value is None:
            return None
        return {
            "source": value.source,
            "version": value.version,
            "texts": {code: text for code, text in value.texts.items() if code in LANGUAGES},
            "states": {code: str(value.state(code)) for code in LANGUAGES},
        }


class TranslatedBody(StrictSerializer):
    """A text as somebody gives it: its source language, and the text in one or more languages."""

    source = Choice(choices=LANGUAGES)
    texts = serializers.DictField(child=Text(max_length=4000))

    def validate(self, attrs):
        unknown = sorted(set(attrs["texts"]) - set(LANGUAGES))
        if unknown or not attrs["texts"].get(attrs["source"]):
            raise serializers.ValidationError(
                {"texts": _("Give the text in its source language, and in ar, en, fr or es.")}
            )
        return attrs

    def run_validation(self, data=empty):
        is_empty, data = self.validate_empty_values(data)
        if is_empty:
            return data
        given = StrictSerializer.to_internal_value(self, data)
        self.validate(given)
        return Translated(source=given["source"], texts=given["texts"])


class TextChanges(StrictSerializer):
    """A text written anew in some languages; `approved` names the translations that somebody vouches for."""

    texts = serializers.DictField(child=Text(max_length=10_000, allow_blank=True), default=dict)
    approved = serializers.ListField(child=Choice(choices=LANGUAGES), default=list, max_length=len(LANGUAGES))

    def validate(self, attrs):
        if set(attrs["texts"]) - set(LANGUAGES):
            raise serializers.ValidationError({"texts": _("Texts are in ar, en, fr or es.")})
        return attrs


class ReadSerializer(serializers.Serializer):
    """What goes out, column by column: each field's `source` is a column, a related column or an annotation.

    `rows` fetches exactly those columns with one query; no object is built and nothing else can slip out. Columns named
    in `WRITTEN` come as text that is JSON already and goes out as it is: read and written again, it cost as much as all
    the rest of a row.
    """

    WRITTEN: frozenset[str] = frozenset()
    # What a shape still has to say about a whole row: a method that takes the row and gives it back.
    finished: Callable[[dict], dict] | None = None

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **{"read_only": True, **kwargs})

    @classmethod
    @cache
    def columns(cls) -> dict[str, str]:
        return {name: (field.source or name).replace(".", "__") for name, field in cls._declared_fields.items()}

    @classmethod
    @cache
    def converters(cls) -> tuple:
        """The places of the columns that go out otherwise than they come, with what turns one value."""
        turns = [
            orjson.Fragment if name in cls.WRITTEN else getattr(field, "from_row", None)
            for name, field in cls._declared_fields.items()
        ]
        return tuple((place, turn) for place, turn in enumerate(turns) if turn is not None)

    @classmethod
    def rows(cls, queryset: QuerySet) -> list[dict]:
        return cls.named(queryset.values_list(*cls.columns().values()))

    @classmethod
    def keyed_rows(cls, queryset: QuerySet, key_columns) -> list[tuple[tuple, dict]]:
        """Each row with the values of the columns that it is ordered by."""
        return cls.keyed(list(queryset.values_list(*cls.columns().values(), *key_columns)))

    @classmethod
    def keyed(cls, found: list[tuple]) -> list[tuple[tuple, dict]]:
        """Rows of the shape's columns and, behind them, of those that they are ordered by."""
        width = len(cls.columns())
        return list(zip([row[width:] for row in found], cls.named(found), strict=True))

    @classmethod
    def named(cls, found: Iterable[tuple]) -> list[dict]:
        """Rows as the database gives them, ready to go out. A column is turned as a whole: a call for each value costs more."""
        columns = list(zip(*found, strict=True))
        for place, turn in cls.converters():
            if columns:
                columns[place] = _turned(turn, columns[place])
        names = tuple(cls.columns())
        rows = [dict(zip(names, row, strict=False)) for row in zip(*columns, strict=True)]
        return [cls.finished(row) for row in rows] if cls.finished else rows


def _turned(turn: Callable, column: tuple) -> Iterable:
    """The column with every value turned; null stays null."""
    if None in column:
        return [None if value is None else turn(value) for value in column]
    return map(turn, column)
