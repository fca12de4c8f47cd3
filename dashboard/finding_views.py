"""The list of initiatives: found by words and filters, kept as views, taken away as a file."""

from __future__ import annotations

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import saved_views
from accounts.access import may
from core.errors import Invalid
from dashboard import finding, finding_drawing
from dashboard.finding_file import file_of
from dashboard.finding_sheet import workbook_of
from dashboard.framed import framed
from initiatives import bulk
from initiatives.facets import facets_of, facets_to_ask

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
def initiatives(request):
    """Which initiatives match?"""
    found = finding.find(request)
    views = saved_views.views_for(request.user)
    undoable = bulk.open_acts(by=request.user, at=timezone.now()) if may(request.user, bulk.ACT) else []
    facets = facets_to_ask(request.user) if found.counts is None else facets_of(request, found.counts)
    context = finding_drawing.listed(request, found, facets, views, undoable)
    draw = render if undoable else framed  # what can be undone is this person's alone, and a record
    return draw(request, "dashboard/initiatives.html", context)


@require_safe
def initiatives_csv(request):
    """The whole list as it was asked for, as the database writes it."""
    name = f"initiatives-{timezone.localdate().isoformat()}.csv"
    return FileResponse(file_of(request), as_attachment=True, filename=name, content_type="text/csv; charset=utf-8")


@require_safe
def initiatives_xlsx(request):
    """The list as it was asked for, with the columns that it shows, as a workbook."""
    response = HttpResponse(workbook_of(request), content_type=WORKBOOK)
    response["Content-Disposition"] = f'attachment; filename="initiatives-{timezone.localdate().isoformat()}.xlsx"'
    return response


@require_POST
def save_view(request):
    """Keep the question of the list under a name, for oneself or, by officers, for everyone."""
    question = request.POST.get("question", "")
    try:
        view = saved_views.save_view(
            name=request.POST.get("name", ""), query=question, is_shared=bool(request.POST.get("shared")),
            by=request.user, at=timezone.now(),
        )  # fmt: skip
    except Invalid as refused:
        messages.warning(request, " ".join(str(words) for found in refused.fields.values() for words in found))
        return redirect(_list(saved_views.kept_query(question)))
    messages.success(request, _("The view %(name)s is saved.") % {"name": view.name})
    return redirect(_list(view.query))


@require_POST
def remove_view(request, pk):
    saved_views.remove_view(view_id=pk, by=request.user, at=timezone.now())
    messages.success(request, _("The view is taken away."))
    return redirect(_list(saved_views.kept_query(request.POST.get("question", ""))))


def _list(question: str) -> str:
    return reverse("dashboard:initiatives") + (f"?{question}" if question else "")
