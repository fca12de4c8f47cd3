"""One change to many initiatives: choose, look, make it, take it back."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.access import own_bureau_id, require
from accounts.models import UndoableAct
from core.errors import Invalid
from core.forms import DayField, NumberField, put_refusal
from core.handling import Handling
from initiatives import bulk, bulk_shares
from initiatives.choices import InitiativeStatus
from initiatives.filtersets import InitiativeFilterSet
from initiatives.models import CrimeArea, Initiative
from initiatives.pages import chosen_versions
from objectives.models import Capability

EMPTY = [("", "\N{EM DASH}")]


class ResultField(forms.ModelChoiceField):
    """An expected result by its number and its words."""

    def label_from_instance(self, result) -> str:
        return bulk_shares.name_of(result)


class ChangeForm(forms.Form):
    """What to change, and to what: the field that is named like the kind counts."""

    kind = forms.ChoiceField(label=gettext_lazy("What to change"), choices=bulk.KINDS.items(), widget=forms.RadioSelect)
    status = forms.ChoiceField(
        label=gettext_lazy("Status"), required=False, choices=EMPTY + InitiativeStatus.choices
    )
    ends_on = DayField(label=gettext_lazy("Last day"), required=False)
    handling = forms.ChoiceField(
        label=gettext_lazy("Handling"), required=False, choices=EMPTY + Handling.choices,
        help_text=gettext_lazy("Raised only, and not to be undone: what was shielded stays so."),
    )  # fmt: skip
    crime_area = forms.ModelChoiceField(
        label=gettext_lazy("Add a crime area"), required=False, queryset=CrimeArea.objects.all()
    )
    capability = forms.ModelChoiceField(
        label=gettext_lazy("Add a capability"), required=False, queryset=Capability.objects.exclude(plan__status="draft")
    )
    result = ResultField(
        label=gettext_lazy("Add an expected result"), required=False, queryset=bulk_shares.results_to_choose()
    )
    share = NumberField(
        label=gettext_lazy("Its share (%)"), required=False,
        help_text=gettext_lazy("How much of each initiative goes to it. With the shares that are there: 100% at most."),
    )  # fmt: skip
    swap_from = ResultField(
        label=gettext_lazy("Expected result to be replaced"), required=False,
        queryset=bulk_shares.results_to_choose(with_former=True),
    )  # fmt: skip
    swap_to = ResultField(
        label=gettext_lazy("Expected result in its place"), required=False, queryset=bulk_shares.results_to_choose(),
        help_text=gettext_lazy("It takes over the share."),
    )  # fmt: skip
    reason = forms.CharField(
        label=gettext_lazy("Reason"), required=False, max_length=500, widget=forms.TextInput(attrs={"dir": "auto"}),
        help_text=gettext_lazy("Kept in the history of each initiative."),
    )  # fmt: skip


@require_POST
def change_many(request):
    """Three looks at the same choice: what to change, what that would do, and, confirmed, what it did."""
    require(request.user, bulk.ACT)
    chosen = _chosen(request)
    form = ChangeForm(request.POST if "kind" in request.POST else None)
    if not chosen or not form.is_bound or request.POST.get("again"):
        return _ask(request, chosen, ChangeForm(initial=request.POST.dict()) if request.POST.get("again") else form)
    try:
        change = _change_of(form)
    except Invalid as refused:
        put_refusal(form, refused)
        return _ask(request, chosen, form, status=400)
    if request.POST.get("confirmed") != "1":
        return _preview(request, chosen, change)
    return _make(request, chosen, change, form.cleaned_data["reason"])


def _change_of(form) -> bulk.Change:
    if not form.is_valid():
        raise Invalid(_("Choose what to change, and to what."))
    return bulk.read_change(form.cleaned_data["kind"], form.cleaned_data)


def _chosen(request) -> dict[int, int]:
    """The ticked rows with the versions that were seen; or, where all were meant, all that match now."""
    if not request.POST.get("all"):
        return chosen_versions(request, most=bulk.MOST_AT_ONCE)
    asked = QueryDict(request.POST.get("question", ""))
    rows = Initiative.objects.visible_to(request.user)
    own = own_bureau_id(request.user)
    rows = rows.filter(lead_bureau=own) if own else rows
    filters = InitiativeFilterSet(asked, queryset=rows, request=request)
    found = filters.qs.order_by("pk") if filters.is_valid() else rows.none()
    return dict(found.values_list("pk", "version")[: bulk.MOST_AT_ONCE])


def _draw(request, template, chosen, *, status=200, **facts):
    facts |= {"chosen": [f"{pk}-{version}" for pk, version in chosen.items()],
              "question": request.POST.get("question", ""), "back": _list(request)}  # fmt: skip
    return render(request, template, facts, status=status)


def _ask(request, chosen, form, *, status=200):
    rows = bulk.chosen_rows(request.user, chosen)
    return _draw(request, "initiatives/change_many.html", chosen, form=form, rows=rows, status=status)


def _preview(request, chosen, change):
    planned = bulk.plan_change(chosen=chosen, change=change, by=request.user)
    facts = {
        "change": change,
        "kind": bulk.KINDS[change.kind],
        "planned": [row for row in planned if not row.problem],
        "left_out": [row for row in planned if row.problem],
        "answers": [(name, request.POST.get(name, "")) for name in ("kind", *bulk.FIELDS.get(change.kind, (change.kind,)), "reason")],
    }
    seen = {row.one.pk: row.version for row in facts["planned"]}
    return _draw(request, "initiatives/change_preview.html", seen, **facts)


def _make(request, chosen, change, reason):
    done = bulk.change_many(chosen=chosen, change=change, by=request.user, at=timezone.now(), reason=reason)
    n = len(done.changed)
    if n:
        messages.success(
            request, ngettext("%(n)s initiative is changed.", "%(n)s initiatives are changed.", n) % {"n": n}
        )
    _name_refused(request, done)
    return redirect("initiatives:changed", done.act.public_id) if done.act else redirect(_list(request))


def _name_refused(request, done: bulk.Outcome) -> None:
    for code, words in done.refused[:20]:
        messages.warning(request, f"{code}: {words}")
    if len(done.refused) > 20:
        messages.warning(request, _("and %(n)s more") % {"n": len(done.refused) - 20})


def _list(request) -> str:
    question = request.POST.get("question", "")
    return reverse("dashboard:initiatives") + (f"?{QueryDict(question).urlencode()}" if question else "")


@require_safe
def changed(request, public_id):
    """What was changed together, and whether it can still be taken back."""
    act = get_object_or_404(UndoableAct, public_id=public_id, kind=bulk.ACT, person=request.user)
    facts = {"act": act, "is_open": act.undone_at is None and timezone.now() < act.ends_at}
    return render(request, "initiatives/changed.html", facts)


@require_POST
def undo(request, public_id):
    """Take it back where nobody has changed anything since; what could not be is named."""
    done = bulk.undo(public_id=public_id, by=request.user, at=timezone.now())
    n = len(done.changed)
    messages.success(
        request, ngettext("%(n)s initiative is as it was.", "%(n)s initiatives are as they were.", n) % {"n": n}
    )
    _name_refused(request, done)
    return redirect("initiatives:changed", public_id)
