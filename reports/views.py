"""The report pages: editions, one edition, definitions, jobs, downloads, and the open page that checks a code."""

from __future__ import annotations

import hashlib

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import may, require
from core.downloads import file_answer
from core.errors import DomainError, Invalid, NotFound
from core.forms import put_refusal
from core.posted import posted_version

from . import every_bureau, reading, services
from .forms import CheckForm, DefinitionForm, RequestForm, WithdrawForm, initial_of
from .models import ReportDefinition
from .render import FORMATS, compose
from .render.page import STYLES

LARGEST_CHECKED = 40 * 1024 * 1024


@require_safe
def editions(request):
    """The official versions: the latest on top with its downloads, the archive below."""
    may_request = may(request.user, "report.request")
    facts = reading.read_shelves(request.user, get_language(), with_making=may_request) | {"may_request": may_request}
    if may_request:
        facts["form"] = RequestForm(user=request.user, on=timezone.localdate())
    return render(request, "reports/editions.html", facts)


@require_safe
def edition(request, number):
    """One edition, drawn in the reader's language, with its files and their checksums."""
    found = services.find_edition(number=number, by=request.user)
    language = get_language() if get_language() in found.languages else found.languages[0]
    facts = {
        "shown": reading.shown(found, get_language()),
        "document": compose(found.snapshot, language),
        "form": WithdrawForm() if may(request.user, "report.file") and not found.is_withdrawn else None,
        "handling_level": found.level,
    }
    return render(request, "reports/edition.html", facts)


@login_not_required
@cache_control(public=True, max_age=3600)
@require_safe
def styles(request):
    """The style sheet that a report carries inside its own file."""
    return HttpResponse(STYLES.read_bytes(), content_type="text/css; charset=utf-8")


@require_safe
def download(request, number, language, form):
    """One file, always as an attachment; who fetched what is on record."""
    if form not in FORMATS:
        raise NotFound(_("There is nothing here, or nothing that you may see."))
    at = timezone.now()
    edition, _file, content = services.open_file(
        number=int(number), language=language, form=form, by=request.user, at=at
    )
    media_type, extension = FORMATS[form]
    name = f"progress-report-{edition.period_code}-edition-{edition.number}-{language}.{extension}"
    return file_answer(content, media_type, name)


@require_POST
def withdraw(request, number):
    form = WithdrawForm(request.POST)
    try:
        services.withdraw_edition(
            number=number, reason=request.POST.get("reason", ""), by=request.user, at=timezone.now()
        )
    except Invalid as refused:
        form.is_valid()
        put_refusal(form, refused)
        found = services.find_edition(number=number, by=request.user)
        facts = {"shown": reading.shown(found, get_language()), "form": form, "handling_level": found.level}
        return render(request, "reports/edition.html", facts, status=400)
    messages.success(
        request, _("Edition %(number)s is withdrawn. It stays on record with its reason.") % {"number": number}
    )
    return redirect("reports:edition", number)


@require_POST
def generate(request):
    """Asks for a report and leads to the page that follows it."""
    require(request.user, "report.request")
    form = RequestForm(request.POST, user=request.user, on=timezone.localdate())
    if form.is_valid():
        given = form.cleaned_data
        try:
            job = services.request_report(
                definition=given["definition"], period_code=given["period"], by=request.user, at=timezone.now(),
                correction_reason=given["correction_reason"],
            )  # fmt: skip
            return redirect("reports:job", job.pk)
        except DomainError as refused:
            put_refusal(form, refused)
    facts = {
        "latest": reading.latest_edition(request.user, get_language()), "may_request": True, "form": form,
        **reading.read_shelves(request.user, get_language(), with_making=True),
    }  # fmt: skip
    return render(request, "reports/editions.html", facts, status=400)


@require_POST
def generate_for_bureaus(request):
    """Asks for one report for each active bureau; those that are there already are left."""
    try:
        asked = every_bureau.request_for_bureaus(
            period_code=request.POST.get("period", ""), by=request.user, at=timezone.now()
        )
    except Invalid as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("%(count)s reports were asked for.") % {"count": len(asked)})
    return redirect("reports:jobs")


@require_safe
def jobs(request):
    """How many reports are queued, running, ready and failed, and the latest of them."""
    require(request.user, "report.request")
    counts = reading.jobs_in_words()
    response = render(request, "reports/jobs.html", {"making": reading.read_jobs(250), "counts": counts})
    if counts["queued"] + counts["running"]:
        response["Refresh"] = "5"
    return response


@require_safe
def job(request, job_id):
    """How far a report is; the page asks again by itself until it is over."""
    require(request.user, "report.request")
    found = reading.find_job(job_id)
    if found is None:
        raise NotFound(_("There is nothing here, or nothing that you may see."))
    response = render(request, "reports/job.html", {"making": found})
    if not found.is_over:
        response["Refresh"] = "3"
    return response


@require_POST
def retry(request, job_id):
    services.retry_report(job_id=job_id, by=request.user, at=timezone.now())
    return redirect("reports:job", job_id)


@require_http_methods(["GET", "HEAD", "POST"])
def define(request, code=None):
    """A new definition, or a changed one."""
    require(request.user, "report.define")
    row = ReportDefinition.objects.filter(code=code).first()
    if code and row is None:
        raise NotFound(_("There is nothing here, or nothing that you may see."))
    form = DefinitionForm(request.POST or None, user=request.user, initial=initial_of(row) if row else None)
    facts = {"form": form, "definition": row, "version": request.POST.get("version") or (row.version if row else "")}
    if request.method == "POST" and form.is_valid():
        try:
            if "preview" not in request.POST:
                _save_definition(row, form, request)
                messages.success(request, _("Saved."))
                return redirect("reports:editions")
            snapshot = services.preview(values=form.values, by=request.user, at=timezone.now())
            facts["document"] = compose(snapshot, get_language())
        except Invalid as refused:
            put_refusal(form, refused)
    return render(request, "reports/define.html", facts, status=400 if form.errors else 200)


def _save_definition(row, form, request) -> None:
    common = {
        "values": form.values,
        "recipients": list(form.cleaned_data["recipients"]),
        "by": request.user,
        "at": timezone.now(),
    }
    if row is None:
        services.define_report(**common)
        return
    services.change_definition(definition_id=row.pk, version=posted_version(request), **common)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def check(request):
    """Is this report genuine? Open to everybody; says which edition it is and nothing of what is in it."""
    form = CheckForm(request.POST or None, request.FILES or None)
    facts = {"form": form, "asked": False}
    if request.method == "POST" and form.is_valid():
        facts |= _checked(request, form.cleaned_data)
    return render(request, "reports/check.html", facts)


def _checked(request, given: dict) -> dict:
    if upload := given["file"]:
        if upload.size > LARGEST_CHECKED:
            return {"asked": True, "found": None}
        digest = hashlib.sha256()
        for chunk in upload.chunks():
            digest.update(chunk)
        file = services.check_file_given(digest.hexdigest())
        return {"asked": True, "found": file.edition if file else None, "file": file}
    if not given["code"].strip():
        return {"asked": False}
    return {"asked": True, "found": services.check_code_given(given["code"])}
