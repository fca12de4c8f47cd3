"""Shapes of what people bring."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class FileForm(forms.Form):
    file = forms.FileField(
        label=_("Filled-in workbook"), help_text=_("XLSX or CSV, at most 10 MB."), allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
    )  # fmt: skip
