"""Shapes of what people type about time and reminders: a request, an answer, the schedule, and how they wish to hear of things."""

from __future__ import annotations

import re

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from core.forms import DayField
from initiatives.chasing.records import MailChoice
from initiatives.forms import text_area

NUMBER = {"inputmode": "numeric", "class": "n short", "dir": "ltr"}
LIST = {"class": "short", "dir": "ltr", "autocomplete": "off"}
PARTED = re.compile(r"[\s,;\u060c]+")


class DaysField(forms.CharField):
    """Numbers of days with commas between them: `14, 3`; none at all is an answer too."""

    def __init__(self, **kwargs):
        super().__init__(required=False, max_length=60, widget=forms.TextInput(attrs=LIST), **kwargs)

    def to_python(self, value):
        parts = [part for part in PARTED.split(super().to_python(value).strip()) if part]
        if not all(part.isdecimal() and len(part) < 4 for part in parts):
            raise forms.ValidationError(_("Write whole days with commas between them, for example 14, 3."))
        return [int(part) for part in parts]

    def prepare_value(self, value):
        return ", ".join(str(day) for day in value) if isinstance(value, list) else value


def days_field(label, help_text=""):
    return forms.IntegerField(
        label=label, help_text=help_text, min_value=0, max_value=999, widget=forms.TextInput(attrs=NUMBER)
    )


class ExtensionForm(forms.Form):
    """More time: until when, and why."""

    until_on = DayField(label=_("Until which day?"))
    reason = text_area(_("Why is more time needed?"), _("The strategy officers read it."), rows=3, most=2000)


class AnswerForm(forms.Form):
    """An officer's answer; another day than the one asked for may be granted."""

    until_on = DayField(label=_("Granted until"), required=False)
    reason = text_area(_("Your reason"), _("The bureau reads it."), rows=3, most=2000)


class ScheduleForm(forms.Form):
    """When bureaus are reminded, and when others hear of it."""

    days_before = DaysField(
        label=_("Reminders before the due date"), help_text=_("Days before, with commas between them.")
    )
    days_after = DaysField(
        label=_("Reminders after the due date"), help_text=_("Days after, with commas between them.")
    )
    head_after = days_field(_("The bureau head hears of it after"), _("Days after the due date."))
    officer_after = days_field(
        _("The strategy officers hear of it after"), _("Days after the due date; later than the head.")
    )
    digest_weekday = forms.TypedChoiceField(
        label=_("Day of the weekly digest"), choices=list(WEEKDAYS.items()), coerce=int
    )
    hour = days_field(_("Letters go from this hour on"), _("0 to 23, on the bureau's own clock."))
    reason = text_area(_("Why does it change?"), rows=2, most=2000)


class WayForm(forms.Form):
    """How to hear of what happens."""

    way = forms.ChoiceField(
        label=_("Returned updates, questions, requests for more time and their answers"),
        choices=MailChoice.Way.choices, widget=forms.RadioSelect,
    )  # fmt: skip
    follows_changes = forms.BooleanField(label=_("A letter each week that leads to what changed in the plans"), required=False)
