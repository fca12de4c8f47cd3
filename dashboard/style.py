"""The living style page: every part of the pages, for those who build and those who judge."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dashboard.style_samples import sample


def style(request: HttpRequest) -> HttpResponse:
    """Every part once, drawn by the same partials that the pages use; a chart's file holds its table."""
    shown = sample()
    asked = next((chart for chart in shown["charts"] if chart.key == request.GET.get("csv")), None)
    if asked is not None:
        name = {"Content-Disposition": f'attachment; filename="{asked.key}.csv"'}
        return HttpResponse(asked.table.as_csv(), content_type="text/csv; charset=utf-8", headers=name)
    return render(request, "dashboard/style.html", shown)
