"""Lists of what an organisation has already: brought by an officer, mapped, looked at row by row, and taken over."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import require
from core.downloads import file_answer
from core.errors import Conflict, DomainError, Invalid, NotFound
from core.formats import moment
from core.forms import put_refusal
from exchange import pages, services, taking_over
from exchange.forms import ListForm
from exchange.lists import looking
from exchange.lists.fields import FIELDS
from exchange.models import Kind, State, Upload
from exchange.views_workbook import CSV

LISTS = [Kind.INITIATIVES, Kind.INDICATORS]
MOST_ROWS = 200


@require_http_methods(["GET", "HEAD", "POST"])
def lists(request):
    """What can be imported, the place to bring it to, and what was brought before."""
    require(request.user, "initiative.import")
    form = ListForm(request.POST or None, request.FILES or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            return _receive(request, form.cleaned_data)
        except Invalid as refused:
            put_refusal(form, refused)
    facts = {
        "form": form,
        "uploads": pages.latest_lists(),
        "fields": [(kind.label, FIELDS[kind]) for kind in LISTS],
    }
    return render(request, "exchange/lists.html", facts, status=400 if form.errors else 200)


def _receive(request, given):
    upload, is_new = services.receive_file(
        file=given["file"], kind=given["kind"], plan=given["plan"], by=request.user, at=timezone.now()
    )
    if not is_new and upload.state == State.APPLIED:
        words = _("This file was imported already on %(at)s by %(who)s. It was not read again.")
        messages.warning(request, words % {"at": moment(upload.applied_at), "who": upload.applied_by.full_name})
    elif not is_new:
        words = _("This file is here already: %(who)s brought it on %(at)s.")
        messages.warning(request, words % {"at": moment(upload.uploaded_at), "who": upload.uploaded_by.full_name})
    return redirect("exchange:list", upload.public_id)


def _find(request, public_id) -> Upload:
    require(request.user, "initiative.import")
    return services.find_upload(public_id=public_id, kinds=LISTS, by=request.user)


@require_safe
def one_list(request, public_id):
    """How far the list is, what it would become, or what became of it."""
    found = _find(request, public_id)
    standing = pages.standing_of(found)
    if request.htmx and not standing.is_under_way:
        return HttpResponse(headers={"HX-Refresh": "true"})
    if found.state == State.READ and not standing.is_under_way:
        return _look(request, found, warning=standing.why if standing.kind == "failed" else "")
    template = "exchange/_progress.html" if request.htmx else "exchange/list.html"
    return render(request, template, {"upload": found, "standing": standing})


def _look(request, found, *, warning: str = "", status: int = 200):
    seen = looking.look(found, request.user)
    choices = [("", _("not in this list")), *seen.listing.columns()]
    facts = {
        "upload": found,
        "seen": seen,
        "warning": warning,
        "columns": [(one, choices, str(seen.mapping.get(one.code, ""))) for one in FIELDS[found.kind]],
        "rows": pages.rows_shown(seen, MOST_ROWS),
        "most": MOST_ROWS,
        "lead": pages.look_words(seen),
    }
    return render(request, "exchange/look.html", facts, status=status)


@require_POST
def columns(request, public_id):
    """Which column is which."""
    found = _find(request, public_id)
    try:
        taking_over.choose_columns(upload_id=found.pk, data=request.POST, by=request.user, at=timezone.now())
    except Invalid as refused:
        return _look(request, found, warning=str(refused), status=400)
    return redirect("exchange:list", public_id)


@require_POST
def take(request, public_id):
    """The person's word: all rows, or only the good ones where that was chosen."""
    found = _find(request, public_id)
    try:
        taking_over.ask_for_taking_over(
            upload_id=found.pk, seen=request.POST.get("seen", ""), only_good=bool(request.POST.get("only_good")),
            by=request.user, at=timezone.now(),
        )  # fmt: skip
    except NotFound:
        raise
    except DomainError as refused:
        fresh = _find(request, public_id)
        if fresh.state != State.READ or pages.standing_of(fresh).is_under_way:
            return redirect("exchange:list", public_id)
        return _look(request, fresh, warning=str(refused), status=refused.status)
    return redirect("exchange:list", public_id)


@require_POST
def put_away(request, public_id):
    services.discard_upload(upload_id=_find(request, public_id).pk, by=request.user, at=timezone.now())
    messages.success(request, _("The file is put away. Nothing was changed."))
    return redirect("exchange:lists")


@require_POST
def list_again(request, public_id):
    services.read_again(upload_id=_find(request, public_id).pk, by=request.user, at=timezone.now())
    return redirect("exchange:list", public_id)


@require_safe
def report(request, public_id):
    """What became, or would become, of every row, as a file."""
    found = _find(request, public_id)
    if found.state not in (State.READ, State.APPLIED):
        raise Conflict(_("There is no report yet: the list was not read."), code="no_report")
    rows = found.outcome["rows"] if found.state == State.APPLIED else looking.told(looking.look(found, request.user), {})
    return file_answer(looking.report(rows), CSV, f"{found.name.rpartition('.')[0]}-report.csv")
