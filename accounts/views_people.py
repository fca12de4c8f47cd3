"""People as administrators keep them: found, registered, changed, closed and opened again."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import people as service
from accounts.access import may, require, sight
from accounts.filtersets import PersonFilterSet
from accounts.invitations import invite_by_letter, is_on_its_way, latest_letter
from accounts.models import Bureau, Role, User
from accounts.naming import by_name
from accounts.people_forms import FirstPasswordForm, NewPersonForm, PersonChangesForm, ReasonForm
from accounts.services import create_person
from core.errors import DomainError, Invalid, NotAllowed, NotFound, Stale
from core.formats import number
from core.forms import put_refusal
from core.keyset import page_of
from core.posted import make_once, posted_version, what_came_between

FORM = require_http_methods(["GET", "HEAD", "POST"])
READERS = ("account.manage", "plan.edit", "audit.read")
STANDING = ("full_name", "email", "role", "clearance", "language")


def require_reader(user) -> None:
    """Whoever sees everyone by `accounts.access`: administrators, officers, auditors."""
    if not any(may(user, act) for act in READERS):
        require(user, "account.manage")


@require_safe
def people(request):
    """Who has an account; searched, by role, open or closed."""
    require_reader(request.user)
    seen = User.objects.filter(sight(request.user).people())
    asked = PersonFilterSet(request.GET, queryset=seen)
    if not asked.is_valid():
        raise NotFound(_("There is nothing here, or nothing that you may see."))
    page = page_of(
        asked.qs.select_related("bureau"), order=PersonFilterSet.order_named(""), cursor=request.GET.get("cursor", "")
    )
    total = User.objects.active().count()
    facts = {
        "people": page.items,
        "sentence": ngettext("%(n)s account is open.", "%(n)s accounts are open.", total) % {"n": number(total)},
        "filters": _chips(request.GET),
        "asked": {name: request.GET.get(name, "") for name in ("search", "role", "is_active", "bureau")},
        "is_filtered": any(request.GET.get(name) for name in ("search", "role", "is_active", "bureau", "cursor")),
        "pager": _pager(request.GET, page),
        "may_edit": may(request.user, "account.manage"),
    }
    return render(request, "accounts/people.html", facts)


def _chips(query) -> list[dict]:
    groups = {
        "role": (_("Role"), Role.choices),
        "is_active": (_("State"), [("true", pgettext("an account", "open")), ("false", pgettext("an account", "closed"))]),
    }
    return [
        {"label": label, "chips": [_chip(query, name, value, words) for value, words in choices]}
        for name, (label, choices) in groups.items()
    ]


def _chip(query, name, value, words) -> dict:
    is_on = query.get(name) == value
    kept = {key: word for key, word in query.items() if key not in ("cursor", name) and word}
    return {"label": words, "on": is_on, "url": "?" + urlencode(kept if is_on else {**kept, name: value})}


def _pager(query, page) -> dict | None:
    if not (page.next or page.previous):
        return None
    kept = {key: word for key, word in query.items() if key != "cursor" and word}
    links = {name: "?" + urlencode({**kept, "cursor": cursor}) if cursor else None
             for name, cursor in (("next", page.next), ("previous", page.previous))}  # fmt: skip
    return {"shown": len(page.items), **links}


def _bureaus() -> list[Bureau]:
    return by_name(Bureau.objects.filter(is_active=True))


@FORM
def new_person(request):
    """An account for somebody, who chooses a password by a link that a letter brings, or that is shown next."""
    require(request.user, "account.manage")
    first = {"role": "liaison", "clearance": 1, "language": "en", "bureau": request.GET.get("bureau", "")}
    form = NewPersonForm(request.POST or None, bureaus=_bureaus(), initial=first)
    if request.method == "POST" and form.is_valid():
        try:
            made = make_once(request, lambda: _create(request, form))
        except DomainError as refused:
            put_refusal(form, refused)
        else:
            person = User.objects.get(pk=made["pk"])
            return _say_posted(request, person) if made["by_letter"] else _show_link(request, person, is_new=True)
    facts = {"form": form, "key": request.POST.get("key") or uuid.uuid4().hex}
    return render(request, "accounts/new_person.html", facts, status=400 if form.errors else 200)


def _create(request, form) -> dict:
    given, at = dict(form.cleaned_data), timezone.now()
    by_letter = given.pop("way") == "letter"
    person = create_person(by=request.user, at=at, **given)
    if by_letter:
        invite_by_letter(person_id=person.pk, version=person.version, by=request.user, at=at)
    return {"pk": person.pk, "by_letter": by_letter}


def _say_posted(request, person):
    words = _("A letter with a link to a password goes to %(address)s.") % {"address": f"\u2066{person.email}\u2069"}
    messages.success(request, words)
    return redirect("accounts:person", person.pk)


def _show_link(request, person, *, is_new=False, link=None):
    """The one time that the link is shown. A form sent again shows it again only until somebody used it."""
    link = link or ("" if person.has_usable_password() else service.link_to_a_password(person))
    facts = {"person": person, "link": request.build_absolute_uri(link) if link else "", "is_new": is_new}
    return render(request, "accounts/link.html", facts)


def _find(request, pk) -> User:
    require_reader(request.user)
    found = User.objects.filter(sight(request.user).people(), pk=pk).select_related("bureau").first()
    if found is None:
        raise NotFound(_("There is nothing here, or nothing that you may see."))
    return found


@FORM
def person(request, pk):
    """One account: what it may, and its acts."""
    found = _find(request, pk)
    standing = {name: getattr(found, name) for name in STANDING}
    standing["bureau"] = found.bureau.code if found.bureau else ""
    form = PersonChangesForm(request.POST or None, bureaus=_bureaus_with(found), initial=standing)
    facts, status = {"version": found.version}, 200
    if request.method == "POST" and form.is_valid():
        try:
            service.edit_person(
                person_id=found.pk, version=posted_version(request), by=request.user, at=timezone.now(), **form.cleaned_data
            )
        except Stale as stale:
            facts = {"version": stale.current.version, "conflict": _differences(form, stale.current)}
            status = 409
        except NotAllowed as refused:
            if not may(request.user, "account.manage"):
                raise
            put_refusal(form, refused)
        except DomainError as refused:
            put_refusal(form, refused)
        else:
            messages.success(request, _("Saved."))
            return redirect("accounts:person", found.pk)
    letter = None if found.has_usable_password() else latest_letter(found)
    facts |= {
        "form": form,
        "person": found,
        "letter": letter,
        "letter_waits": is_on_its_way(letter),
        "reason_form": ReasonForm(auto_id="act_%s"),
        "is_self": found.pk == request.user.pk,
        "may_edit": may(request.user, "account.manage"),
    }
    return render(request, "accounts/person.html", facts, status=400 if form.errors else status)


def _bureaus_with(person) -> list[Bureau]:
    found = _bureaus()
    return found if person.bureau is None or person.bureau.is_active else [*found, person.bureau]


def _differences(form, current) -> dict:
    given = form.cleaned_data
    rows = [(form.fields[name].label, given[name], getattr(current, name)) for name in (*STANDING, "bureau")]
    return what_came_between(current, rows)


@require_POST
def close_person(request, pk):
    return _settle(request, pk, service.deactivate_person, _("The account is closed; its sessions and tokens have ended."))


@require_POST
def open_person(request, pk):
    return _settle(request, pk, service.reactivate_person, _("The account is open. Make a link so that the person can choose a password."))


def _settle(request, pk, verb, words):
    found = _find(request, pk)
    try:
        verb(
            person_id=found.pk, version=posted_version(request), reason=request.POST.get("reason", "")[:2000],
            by=request.user, at=timezone.now(),
        )  # fmt: skip
    except Invalid as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, words)
    return redirect("accounts:person", found.pk)


@require_POST
def invite(request, pk):
    """A letter with a link to a password, to somebody who never had one or has lost it."""
    found = _find(request, pk)
    invite_by_letter(person_id=found.pk, version=posted_version(request), by=request.user, at=timezone.now())
    return _say_posted(request, found)


@require_POST
def reset_password(request, pk):
    found = _find(request, pk)
    link = service.reset_password(
        person_id=found.pk, version=posted_version(request), by=request.user, at=timezone.now()
    )
    return _show_link(request, found, link=link)


@login_not_required
@FORM
def set_password(request, key, token):
    """The door of an invitation: a password of one's own, once."""
    found = service.person_invited(key, token)
    if found is None:
        return render(request, "accounts/set_password.html", {"form": None}, status=404)
    form = FirstPasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            service.set_password(key=key, token=token, password=form.cleaned_data["new"], at=timezone.now())
        except Invalid as refused:
            put_refusal(form, refused)
        else:
            messages.success(request, _("Your password is set. Sign in with it."))
            return redirect("accounts:sign_in")
    facts = {"form": form, "person": found}
    return render(request, "accounts/set_password.html", facts, status=400 if form.errors else 200)
