"""The words of plans: one text with all it ever said, and translations written beside their source."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import get_language_info, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import may
from core.differences import after_of, before_of, words_changed
from core.errors import Invalid, NotFound, Stale
from core.formats import number
from core.forms import put_refusal
from core.posted import posted_version, what_came_between
from core.translations import LANGUAGES, TranslationState
from goals.models import Plan, PlanStatus
from outcomes import wording
from outcomes.pages import place_asked
from outcomes.plan_forms import RewriteForm, TranslationForm
from outcomes.views_plans import require_reader

FORM = require_http_methods(["GET", "HEAD", "POST"])
SHOWN = 60
STATES = (TranslationState.MISSING, TranslationState.STALE, TranslationState.DRAFT, TranslationState.APPROVED)


@dataclass(frozen=True)
class Compared:
    """Two versions of a text side by side, the older with what went, the newer with what came."""

    version: int
    replaced_at: object
    before: list
    after: list


@FORM
def text(request, kind, pk, field):
    """What it says now and said before; written anew with a reason."""
    require_reader(request.user)
    record = wording.find_record(request.user, kind, pk, field)
    standing, plan = getattr(record, field), wording.plan_above(record)
    form = RewriteForm(request.POST or None, initial={"words": standing.texts.get(standing.source, "")})
    form.fields["words"].widget.attrs |= {"lang": standing.source}
    facts, status = {"version": record.version}, 200
    if request.method == "POST" and form.is_valid():
        try:
            wording.rewrite_text(
                kind=kind, pk=pk, field=field, version=posted_version(request), by=request.user, at=timezone.now(),
                **form.cleaned_data,
            )  # fmt: skip
        except Stale as stale:
            now = getattr(stale.current, field)
            rows = [(_("New words"), form.cleaned_data["words"], now.texts.get(now.source, ""))]
            facts, status = {"version": stale.current.version, "conflict": what_came_between(stale.current, rows)}, 409
        except Invalid as refused:
            put_refusal(form, refused)
        else:
            messages.success(request, _said_when_saved(standing, form.cleaned_data["words"]))
            return redirect("outcomes:edit_plan", plan.code)
    facts |= {
        "form": form,
        "plan": plan,
        "text": standing,
        "title": wording.name_of(kind, field),
        "language": get_language_info(standing.source),
        "is_frozen": plan.status != PlanStatus.DRAFT,
        "departs": wording.is_from_a_source(record) and standing.source == "fr",
        "versions": _compared(kind, record, field),
        "translations": [_state_of(kind, pk, field, standing, one) for one in LANGUAGES if one != standing.source],
        "may_edit": may(request.user, "plan.edit"),
    }
    return render(request, "outcomes/text.html", facts, status=400 if form.errors else status)


def _said_when_saved(before, words: str) -> str:
    """Nothing of translations where there is none, or where the words are what they were."""
    is_translated = any(before.texts.get(one) for one in LANGUAGES if one != before.source)
    if is_translated and words.strip() != before.texts.get(before.source, ""):
        return _("Saved. Its translations are marked as stale until somebody looks at them.")
    return _("Saved.")


def _compared(kind, record, field) -> list[Compared]:
    """Each earlier version against the one that followed it, newest first."""
    following, found = getattr(record, field), []
    for one in wording.earlier_versions(kind, record, field):
        pieces = words_changed(one.text.texts.get(one.text.source, ""), following.texts.get(following.source, ""))
        found.append(Compared(one.version, one.replaced_at, before_of(pieces), after_of(pieces)))
        following = one.text
    return found


def _state_of(kind, pk, field, standing, language) -> dict:
    return {
        "language": get_language_info(language),
        "state": str(standing.state(language)),
        "label": TranslationState(standing.state(language)).label,
        "url": reverse("outcomes:translate", args=[kind, pk, field, language]),
    }


@require_safe
def translations(request):
    """How far each language is; every text with what is left to do."""
    require_reader(request.user)
    asked = {name: request.GET.get(name, "") for name in ("language", "state", "plan")}
    plans = list(Plan.objects.visible_to(request.user).order_by("-start_on"))
    everything = wording.read_wordings(request.user, plan=asked["plan"] if asked["plan"] in {p.code for p in plans} else "")
    waiting = [(one, language) for one in everything for language in LANGUAGES if _matches(one, language, asked)]
    after = place_asked(request.GET)
    shown = waiting[after : after + SHOWN]
    facts = {
        "sentence": _sentence(everything),
        "counts": _counts(everything, asked),
        "filters": _chips(asked, plans),
        "rows": [_row(one, language) for one, language in shown],
        "total": len(waiting),
        "asked": asked,
        "is_filtered": any(asked.values()),
        "pager": _pager(asked, after, len(shown), len(waiting)),
        "together_url": reverse("outcomes:approve_together") + "?" + urlencode(
            {name: asked[name] for name in ("language", "plan") if asked[name]}
        ),
        "may_edit": may(request.user, "plan.edit"),
    }
    return render(request, "outcomes/translations.html", facts)


def _matches(one, language, asked) -> bool:
    state = one.state(language)
    if state == TranslationState.SOURCE or (asked["language"] and language != asked["language"]):
        return False
    return state == asked["state"] if asked["state"] else state in wording.TO_DO


def _sentence(everything) -> str:
    open_ones = sum(any(one.state(language) in wording.TO_DO for language in LANGUAGES) for one in everything)
    if not everything:
        return _("There is no text yet.")
    if not open_ones:
        return _("Every text has an approved translation in every language.")
    words = ngettext(
        "%(n)s of %(all)s text lacks an approved translation in some language.",
        "%(n)s of %(all)s texts lack an approved translation in some language.",
        len(everything),
    )
    return words % {"n": number(open_ones), "all": number(len(everything))}


def _counts(everything, asked) -> list[dict]:
    counted = wording.counts_of(everything)
    return [
        {
            "language": get_language_info(language),
            "states": [
                {
                    "label": TranslationState(state).label,
                    "n": counted[language][str(state)],
                    "url": "?" + urlencode({**_kept(asked), "language": language, "state": str(state)}),
                }
                for state in STATES
            ],
            "source": counted[language][str(TranslationState.SOURCE)],
        }
        for language in LANGUAGES
    ]


def _kept(asked) -> dict:
    return {name: value for name, value in asked.items() if value}


def _chips(asked, plans) -> list[dict]:
    """One group of chips per question; a chip that is on takes itself off."""
    choices = {
        "language": [(code, name) for code, name in settings.LANGUAGES],
        "state": [(str(state), TranslationState(state).label) for state in STATES],
        "plan": [(plan.code, str(plan.title)) for plan in plans],
    }
    labels = {"language": _("Language"), "state": _("State"), "plan": _("Plan")}
    return [
        {"label": labels[name], "chips": [_chip(asked, name, value, label) for value, label in found]}
        for name, found in choices.items()
        if len(found) > 1
    ]


def _chip(asked, name, value, label) -> dict:
    is_on = asked[name] == value
    query = {**_kept(asked), name: "" if is_on else value}
    return {"label": label, "on": is_on, "url": "?" + urlencode({k: v for k, v in query.items() if v})}


def _row(one, language) -> dict:
    return {
        "text": one,
        "source": one.text.texts.get(one.text.source, ""),
        "source_language": one.text.source,
        "language": get_language_info(language),
        "state": one.state(language),
        "label": TranslationState(one.state(language)).label,
        "url": reverse("outcomes:translate", args=[one.kind, one.pk, one.field, language]),
    }


def _pager(asked, after, shown, total) -> dict | None:
    if total <= SHOWN:
        return None
    following, before = after + SHOWN, max(after - SHOWN, 0)
    return {
        "shown": shown,
        "known": number(total),
        "next": "?" + urlencode({**_kept(asked), "after": following}) if following < total else None,
        "previous": "?" + urlencode({**_kept(asked), "after": before}) if after else None,
    }


@FORM
def translate(request, kind, pk, field, language):
    """The source on one side, the translation on the other; saved as a draft or approved, and on to the next."""
    require_reader(request.user)
    record = wording.find_record(request.user, kind, pk, field)
    standing = getattr(record, field)
    if language not in LANGUAGES or language == standing.source:
        raise NotFound(_("There is nothing here, or nothing that you may see."))
    form = TranslationForm(request.POST or None, initial={"words": standing.texts.get(language, "")})
    form.fields["words"].widget.attrs |= {"lang": language, "dir": "rtl" if language == "ar" else "ltr"}
    facts, status = {"version": record.version}, 200
    if request.method == "POST" and form.is_valid():
        approve = request.POST.get("act") == "approve"
        try:
            wording.translate_text(
                kind=kind, pk=pk, field=field, language=language, version=posted_version(request),
                words=form.cleaned_data["words"], approve=approve, by=request.user, at=timezone.now(),
            )  # fmt: skip
        except Stale as stale:
            now = getattr(stale.current, field)
            rows = [(_("Translation"), form.cleaned_data["words"], now.texts.get(language, ""))]
            facts, status = {"version": stale.current.version, "conflict": what_came_between(stale.current, rows)}, 409
        except Invalid as refused:
            put_refusal(form, refused)
        else:
            messages.success(request, _("Approved.") if approve else _("Saved as a draft."))
            return redirect(_next_one(request.user, (kind, pk, field), language))
    old = wording.source_before(kind, record, field, language)
    facts |= {
        "form": form,
        "plan": wording.plan_above(record),
        "text": standing,
        "source": standing.texts.get(standing.source, ""),
        "source_language": get_language_info(standing.source),
        "language": get_language_info(language),
        "title": wording.name_of(kind, field),
        "state": str(standing.state(language)),
        "label": TranslationState(standing.state(language)).label,
        "changed": words_changed(old, standing.texts.get(standing.source, "")) if old is not None else [],
        "text_url": reverse("outcomes:text", args=[kind, pk, field]),
        "next_url": _next_one(request.user, (kind, pk, field), language),
        "may_edit": may(request.user, "plan.edit"),
    }
    return render(request, "outcomes/translate.html", facts, status=400 if form.errors else status)


def _next_one(user, done: tuple, language: str) -> str:
    """The text after this one that still lacks an approved translation in the language; the list when none does."""
    everything = wording.read_wordings(user)
    keys = [(one.kind, one.pk, one.field) for one in everything]
    here = keys.index(done) + 1 if done in keys else 0
    for one in everything[here:] + everything[: max(here - 1, 0)]:
        if one.state(language) in wording.TO_DO:
            return reverse("outcomes:translate", args=[one.kind, one.pk, one.field, language])
    return f"{reverse('outcomes:translations')}?language={language}"
