"""Bureaus and member countries as administrators keep them."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import bureaus as service
from accounts.access import may, require
from accounts.filtersets import BureauFilterSet, MemberCountryFilterSet
from accounts.models import Bureau, MemberCountry, Region, User
from accounts.naming import by_name
from accounts.people_forms import BureauChangesForm, BureauForm, ReasonForm
from accounts.views_people import require_reader
from core.errors import DomainError, NotFound, Stale
from core.forms import put_refusal
from core.keyset import USUAL_PAGE
from core.posted import make_once, posted_version, what_came_between
from core.texts import revised
from core.translations import LANGUAGES

FORM = require_http_methods(["GET", "HEAD", "POST"])
STANDING = ("language", "time_zone", "requires_head_approval")


def _listed(request, filterset, rows):
    """A page of a list that its filterset narrows. Raises NotFound for what cannot be asked."""
    asked = filterset(request.GET, queryset=rows)
    if not asked.is_valid():
        raise NotFound(_("There is nothing here, or nothing that you may see."))
    page = _page(by_name(asked.qs), request.GET.get("page", ""))
    kept = {key: word for key, word in request.GET.items() if key != "page" and word}
    pager = {
        "shown": len(page),
        "next": "?" + urlencode({**kept, "page": page.next_page_number()}) if page.has_next() else None,
        "previous": "?" + urlencode({**kept, "page": page.previous_page_number()}) if page.has_previous() else None,
    }
    return {
        "rows": list(page),
        "pager": pager if page.has_other_pages() else None,
        "search": request.GET.get("search", ""),
        "region": request.GET.get("region", ""),
        "regions": list(Region.objects.all()),
        "is_filtered": any(request.GET.get(name) for name in ("search", "region")),
    }


def _page(rows: list, number: str) -> Page:
    """A page of some two hundred rows that stand in the reader's own order, which the database does not know."""
    pages = Paginator(rows, USUAL_PAGE)
    return pages.get_page(number or 1)


@require_safe
def bureaus(request):
    """Every bureau with how it works."""
    require_reader(request.user)
    facts = _listed(request, BureauFilterSet, Bureau.objects.select_related("region"))
    n = Bureau.objects.filter(is_active=True).count()
    facts["sentence"] = ngettext("%(n)s bureau is active.", "%(n)s bureaus are active.", n) % {"n": n}
    return render(request, "accounts/bureaus.html", facts | {"may_edit": may(request.user, "bureau.manage")})


@require_safe
def countries(request):
    """Every country that is or was a member, with the days of its membership."""
    require_reader(request.user)
    facts = _listed(request, MemberCountryFilterSet, MemberCountry.objects.select_related("region"))
    n = MemberCountry.objects.members_on(timezone.localdate()).count()
    facts["sentence"] = ngettext("%(n)s country is a member today.", "%(n)s countries are members today.", n) % {"n": n}
    return render(request, "accounts/countries.html", facts)


@FORM
def new_bureau(request):
    require(request.user, "bureau.manage")
    countries = by_name(MemberCountry.objects.filter(bureau=None).select_related("region"))
    form = BureauForm(
        request.POST or None, regions=list(Region.objects.all()), countries=countries,
        initial={"kind": "ncb" if countries else "unit", "language": "en", "time_zone": "UTC"},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            made = make_once(request, lambda: _create(request, form))
        except DomainError as refused:
            put_name_refusal(form, refused)
        else:
            messages.success(request, _("The bureau is there. It needs a liaison who reports for it."))
            return redirect("accounts:edit_bureau", made["code"])
    facts = {"form": form, "key": request.POST.get("key") or uuid.uuid4().hex}
    return render(request, "accounts/new_bureau.html", facts, status=400 if form.errors else 200)


def _create(request, form) -> dict:
    place = {name: form.cleaned_data[name] for name in ("kind", "code", "country")}
    made = service.create_bureau(name=form.name(), by=request.user, at=timezone.now(), **place, **form.values())
    return {"code": made.code}


def put_name_refusal(form, refused) -> None:
    """The service knows one name, the form four fields."""
    if "name" in refused.fields:
        refused.fields["name_en"] = refused.fields.pop("name")
    put_refusal(form, refused)


def _find(request, code) -> Bureau:
    require_reader(request.user)
    found = Bureau.objects.select_related("region", "country").filter(code=code).first()
    if found is None:
        raise NotFound(_("There is nothing here, or nothing that you may see."))
    return found


@FORM
def edit_bureau(request, code):
    """One bureau: how it works, who belongs to it, and whether it goes on."""
    found = _find(request, code)
    standing = {name: getattr(found, name) for name in STANDING}
    standing |= {f"name_{language}": found.name.texts.get(language, "") for language in LANGUAGES}
    standing["region"] = found.region.code if found.region else ""
    form = BureauChangesForm(request.POST or None, regions=list(Region.objects.all()), initial=standing)
    facts, status = {"version": found.version}, 200
    if request.method == "POST" and form.is_valid():
        try:
            service.edit_bureau(
                bureau_id=found.pk, version=posted_version(request), by=request.user, at=timezone.now(),
                name=_renamed(found, form.names()), **form.values(),
            )  # fmt: skip
        except Stale as stale:
            rows = [(form.fields[name].label, form.cleaned_data[name], getattr(stale.current, name)) for name in STANDING]
            rows.append((form.fields["name_en"].label, form.cleaned_data["name_en"], stale.current.name.texts.get("en", "")))
            facts, status = {"version": stale.current.version, "conflict": what_came_between(stale.current, rows)}, 409
        except DomainError as refused:
            if refused.status == 403:
                raise
            put_name_refusal(form, refused)
        else:
            messages.success(request, _("Saved."))
            return redirect("accounts:edit_bureau", found.code)
    facts |= {
        "form": form,
        "bureau": found,
        "people": list(User.objects.active().filter(bureau=found).order_by("full_name")),
        "reason_form": ReasonForm(auto_id="act_%s"),
        "may_edit": may(request.user, "bureau.manage"),
    }
    return render(request, "accounts/edit_bureau.html", facts, status=400 if form.errors else status)


def _renamed(bureau, names: dict[str, str]):
    """The name as it is now called; a translation that stays keeps the trust that it has."""
    return revised(bureau.name, texts={one: name for one, name in names.items() if name != bureau.name.texts.get(one)})


@require_POST
def end_bureau(request, code):
    """End a bureau, or take it up again; either with a reason."""
    found = _find(request, code)
    goes_on = request.POST.get("act") == "resume"
    try:
        service.edit_bureau(
            bureau_id=found.pk, version=posted_version(request), by=request.user, at=timezone.now(), is_active=goes_on,
            reason=request.POST.get("reason", "")[:2000],
        )  # fmt: skip
    except DomainError as refused:
        if refused.status == 403:
            raise
        messages.error(request, str(refused))
    else:
        ended = _("The bureau is ended. Its work stays and can be read.")
        messages.success(request, _("The bureau is active again.") if goes_on else ended)
    return redirect("accounts:edit_bureau", found.code)
