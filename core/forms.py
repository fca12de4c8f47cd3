"""What the forms of several floors share: numbers and days as people write them, and a refusal beside its field."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError
from core.numbers import MOST_DECIMALS, Unreadable, read_number, written
from core.periods import FIRST_DAY, LAST_DAY


class NumberField(forms.Field):
    """A decimal in the forms of the reader's language; what cannot be read is kept as it was typed.

    `decimals` is the most that are kept: more are refused, for nothing is rounded behind somebody's back.
    """

    widget = forms.TextInput
    default_error_messages = {
        "required": _("Give a number."),
        "decimals": _("Write at most %(most)s decimals."),
    }

    def __init__(self, *, decimals: int = MOST_DECIMALS, **kwargs):
        super().__init__(**kwargs)
        self.decimals = decimals
        self.widget.attrs |= {"inputmode": "decimal", "autocomplete": "off", "class": "n short", "dir": "ltr"}

    def to_python(self, value):
        try:
            number = read_number(value or "")
        except Unreadable as refused:
            raise forms.ValidationError(refused.message, code="unreadable") from refused
        if number is not None and -number.normalize().as_tuple().exponent > self.decimals:
            raise forms.ValidationError(self.error_messages["decimals"], "decimals", {"most": self.decimals})
        return number

    def prepare_value(self, value):
        return value if isinstance(value, str) else written(value)


class DayField(forms.DateField):
    """A day between 1900 and 2199, chosen from the browser's own calendar where it has one, or written as 2026-11-22."""

    widget = forms.DateInput
    default_error_messages = {
        "invalid": _("Write the day as year-month-day, for example 2026-11-22."),
        "range": _("A day lies between 1900 and 2199."),
    }

    def __init__(self, **kwargs):
        kwargs.setdefault("widget", forms.DateInput(attrs={"type": "date", "class": "short"}, format="%Y-%m-%d"))
        super().__init__(input_formats=["%Y-%m-%d"], localize=False, **kwargs)

    def to_python(self, value):
        found = super().to_python(value)
        if found is not None and not FIRST_DAY <= found <= LAST_DAY:
            raise forms.ValidationError(self.error_messages["range"], "range")
        return found


def put_refusal(form: forms.Form, refused: DomainError) -> None:
    """This will put a service's refusal where the person looks: beside its fields, or at the top."""
    for name, messages in refused.fields.items():
        place = name if name in form.fields else None
        for message in messages:
            if place is None or message not in form.errors.get(place, []):
                form.add_error(place, message)
    if not refused.fields:
        form.add_error(None, str(refused))


def line_in(language: str) -> forms.TextInput:
    """A line that is written in the language, and runs as it does whatever the page's own direction."""
    return forms.TextInput(attrs={"lang": language, "dir": "rtl" if language == "ar" else "ltr"})
