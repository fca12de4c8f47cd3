"""The living style page: every part of the pages, for those who build and those who judge."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dashboard.style_samples import sample


def style(request: HttpRequest) -> HttpResponse:
    """Every part once, drawn by the same partials that the pages use."""
    return render(request, "dashboard/style.html", sample())
