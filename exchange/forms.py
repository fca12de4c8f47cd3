"""Shapes of what people bring."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from exchange.models import Kind
from goals.models import Plan, PlanStatus


class FileForm(forms.Form):
    file = forms.FileField(
        label=_("Filled-in workbook"), help_text=_("XLSX or CSV, at most 10 MB."), allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
    )  # fmt: skip


class ListForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("What the list holds"), widget=forms.RadioSelect, initial=Kind.INITIATIVES,
        choices=[(kind.value, kind.label) for kind in (Kind.INITIATIVES, Kind.INDICATORS)],
    )  # fmt: skip
    plan = forms.ModelChoiceField(
        label=_("Plan"), queryset=Plan.objects.none(), empty_label=None,
        help_text=_("Expected results are named in the list by the numbers of their aim and their own: 1.2."),
    )  # fmt: skip
    file = forms.FileField(
        label=_("List"), help_text=_("XLSX or CSV, at most 10 MB and 5,000 rows."), allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
    )  # fmt: skip

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["plan"].queryset = Plan.objects.visible_to(user).exclude(status=PlanStatus.CLOSED)
