"""Pages that answer across plans, regions and dates: heat map, timeline, what changed, data quality; each with its file."""

from __future__ import annotations

from django.shortcuts import render

from dashboard import heat_drawing
from dashboard.asked import asked
from dashboard.csv_views import answer
from dashboard.heat import read_heat


def heat_map(request):
    """Where are the weak spots?"""
    question = asked(request)
    return render(
        request, "dashboard/heat_map.html", heat_drawing.heat_page(question, read_heat(question, request.GET))
    )


def heat_map_csv(request):
    """The cells of the heat map that is open, for machines."""
    heat = read_heat(asked(request), request.GET)
    return answer(f"heat-map-{heat.plan.code}.csv", heat_drawing.HEAD, heat_drawing.csv_rows(heat))
