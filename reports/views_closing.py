"""The pages of a plan's closing assessment: what was said of each aim and result, and where officers write it."""

from __future__ import annotations

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import may, require
from core.errors import Invalid, Stale
from core.forms import put_refusal
from core.posted import posted_version

from . import assessing, reading_closing
from .forms import AssessmentForm


@require_safe
def closing(request, code):
    """What the plan left behind in words: the overall lesson, then aim by aim and result by result."""
    require(request.user, "report.read")
    subject = assessing.find_subject(plan_code=code, key="plan", by=request.user)
    facts = {"closing": reading_closing.read_closing(subject.plan), "may_write": may(request.user, assessing.ACT)}
    return render(request, "reports/closing.html", facts)


@require_http_methods(["GET", "HEAD", "POST"])
def write_closing(request, code, about):
    """The form of one assessment; what was typed stays where somebody else was first."""
    require(request.user, assessing.ACT)
    subject = assessing.find_subject(plan_code=code, key=about, by=request.user)
    row = reading_closing.find_assessment(subject)
    form = AssessmentForm(request.POST or None, text=row.text if row else None)
    facts = {"form": form, "subject": subject, "row": row, "conflict": None}
    if request.method == "POST" and form.is_valid():
        try:
            _save(request, subject, form)
            messages.success(request, _("Saved."))
            return redirect("reports:closing", code)
        except Stale as late:
            facts |= {"row": late.current, "conflict": reading_closing.conflict_of(late.current, form)}
        except Invalid as refused:
            put_refusal(form, refused)
    status = 409 if facts["conflict"] else 400 if form.errors else 200
    return render(request, "reports/write_closing.html", facts, status=status)


def _save(request, subject, form) -> None:
    assessing.write_assessment(
        subject=subject, version=posted_version(request) if request.POST.get("version") else None, text=form.value,
        reason=form.cleaned_data["reason"], by=request.user, at=timezone.now(),
    )  # fmt: skip
