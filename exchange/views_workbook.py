"""The bureau's workbook: out to be filled in, back to be looked at, and applied on a person's word."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import require
from core.downloads import file_answer
from core.errors import DomainError, Invalid, NotFound
from core.formats import moment
from core.forms import put_refusal
from exchange import applying, columns, comparing, outgoing, pages, services
from exchange.forms import FileForm
from exchange.gather import Book, count_open, due_of, gather
from exchange.models import Kind, State

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"


@require_http_methods(["GET", "HEAD", "POST"])
def workbook(request):
    """What can be filled in, the files to take along, and the place to bring them back to."""
    bureau, at = _own_bureau(request), timezone.now()
    period = pages.chosen_period(request.GET.get("period") or request.POST.get("period", ""), bureau, at)
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and period is not None and form.is_valid():
        try:
            return _receive(request, form.cleaned_data["file"], bureau, period, at)
        except Invalid as refused:
            put_refusal(form, refused)
    facts = {
        "bureau": bureau,
        "chosen": period,
        "due_on": due_of(bureau, period) if period else None,
        "open": count_open(bureau=bureau, period=period, user=request.user, at=at) if period else 0,
        "form": form,
        "uploads": pages.latest_uploads(bureau),
        "tables": columns.TABLE_NAMES.items(),
    }
    return render(request, "exchange/workbook.html", facts, status=400 if form.errors else 200)


def _own_bureau(request):
    require(request.user, "update.write", bureau_id=request.user.bureau_id)
    return request.user.bureau


def _receive(request, file, bureau, period, at):
    upload, is_new = services.receive_file(
        file=file, kind=Kind.UPDATES, by=request.user, at=at, bureau=bureau, period=period
    )
    if not is_new:
        messages.warning(request, _known_words(upload))
    return redirect("exchange:upload", upload.public_id)


def _known_words(upload) -> str:
    if upload.state == State.APPLIED:
        facts = {"at": moment(upload.applied_at), "who": upload.applied_by.full_name}
        return _("This file was imported already on %(at)s by %(who)s. It was not read again.") % facts
    facts = {"at": moment(upload.uploaded_at), "who": upload.uploaded_by.full_name}
    return _("This file is here already: %(who)s brought it on %(at)s.") % facts


@require_safe
def workbook_file(request, period):
    """The workbook itself; who took it along is on record."""
    book = _book(request, period)
    return _file(request, book, outgoing.draw_workbook(book), XLSX, f"{book.bureau.code}-{book.period.code}.xlsx")


@require_safe
def workbook_table(request, period, table):
    """One of its two tables, for machines."""
    book = _book(request, period)
    name = f"{book.bureau.code}-{book.period.code}-{table}.csv"
    return _file(request, book, outgoing.draw_csv(book, table), CSV, name)


def _book(request, code: str) -> Book:
    bureau, at = _own_bureau(request), timezone.now()
    period = pages.chosen_period(code, bureau, at)
    return gather(bureau=bureau, period=period, user=request.user, at=at, with_targets=True)


def _file(request, book: Book, content: bytes, media_type: str, name: str):
    services.note_taken(book=book, name=name, by=request.user)
    return file_answer(content, media_type, name)


@require_safe
def upload(request, public_id):
    """A file that came back: how far it is, what it would change, or what became of it."""
    found = _find(request, public_id)
    standing = pages.standing_of(found)
    if request.htmx and not standing.is_under_way:
        return HttpResponse(headers={"HX-Refresh": "true"})
    if found.state == State.READ and not standing.is_under_way:
        return _preview(request, found, warning=standing.why)
    template = "exchange/_progress.html" if request.htmx else "exchange/upload.html"
    return render(request, template, {"upload": found, "standing": standing})


def _find(request, public_id):
    return services.find_upload(public_id=public_id, kinds=[Kind.UPDATES], by=request.user)


def _preview(request, found, *, warning: str = "", status: int = 200):
    asked = _picks(request), bool(request.POST.get("send"))
    picks, send = asked if request.method == "POST" else pages.last_word(found)
    seen = comparing.compare(found, user=request.user, at=timezone.now(), picks=picks)
    facts = {
        "upload": found,
        "found": seen,
        "lead": pages.lead_words(seen),
        "warning": warning,
        "send": send,
        "handling_level": max((part.entry.initiative.handling for part in seen.parts), default=None),
    }
    return render(request, "exchange/preview.html", facts, status=status)


def _picks(request) -> dict[str, str]:
    chosen = {name.removeprefix("pick."): pick for name, pick in request.POST.items() if name.startswith("pick.")}
    return {name: pick for name, pick in chosen.items() if pick in ("mine", "theirs")}


@require_POST
def apply(request, public_id):
    """The person's word: all of it, at once or by a worker, or nothing and the reason."""
    found = _find(request, public_id)
    if found.state != State.READ:
        return redirect("exchange:upload", public_id)
    try:
        done = applying.take_word(
            upload_id=found.pk, seen=request.POST.get("seen", ""), by=request.user, at=timezone.now(),
            picks=_picks(request), send=bool(request.POST.get("send")),
        )  # fmt: skip
    except NotFound:
        raise
    except DomainError as refused:
        fresh = _find(request, public_id)
        if fresh.state != State.READ:
            return redirect("exchange:upload", public_id)
        return _preview(request, fresh, warning=str(refused), status=refused.status)
    if done.state == State.APPLIED:
        messages.success(request, _("The file is saved."))
    return redirect("exchange:upload", public_id)


@require_POST
def discard(request, public_id):
    services.discard_upload(upload_id=_find(request, public_id).pk, by=request.user, at=timezone.now())
    messages.success(request, _("The file is put away. Nothing was changed."))
    return redirect("exchange:workbook")


@require_POST
def again(request, public_id):
    services.read_again(upload_id=_find(request, public_id).pk, by=request.user, at=timezone.now())
    return redirect("exchange:upload", public_id)
