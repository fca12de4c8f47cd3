"""A day that cannot be: the page itself says so at its field, keeps what was typed, and shows no other day's figures as that day's."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError
from core.forms import put_refusal
from dashboard.asked import Asked, mark_of_periods

LABELS = {"known_on": _("As known on"), "since": _("Since"), "until": _("Until")}
# Reading pages that can be shown as they stood on a day.
READ_AS_KNOWN = {
    f"dashboard:{name}"
    for name in (
        "overview", "plan", "aim", "result", "indicator", "explain", "explain_delivery", "bureau", "heat_map", "changes",
        "initiatives", "initiative", "timeline", "home", "bureaus", "reporting", "quality",
    )
}  # fmt: skip
DAYS_OF_KNOWLEDGE = ("known_on", "as_known_on")
LONGEST = 40
DAY = {"type": "date", "class": "short"}
WORDS = {"type": "text", "class": "short", "dir": "auto", "autocomplete": "off"}  # a browser's calendar would drop them


class DaysForm(forms.Form):
    """Days as they were typed, each a field: bound only to say what is wrong with them."""

    def __init__(self, typed: Mapping[str, str]):
        super().__init__(typed)
        for name, words in typed.items():
            shape = DAY if not words or _is_day(words) else WORDS
            self.fields[name] = forms.CharField(label=LABELS[name], required=False, widget=forms.TextInput(attrs=dict(shape)))


def _is_day(words: str) -> bool:
    try:
        return date.fromisoformat(words).isoformat() == words
    except ValueError:
        return False


def refused_days(refused: DomainError, given: Mapping[str, str], names: tuple[str, ...]) -> DaysForm:
    """The fields with what was typed, and the refusal beside its own."""
    form = DaysForm({name: given.get(name, "").replace("\x00", "")[:LONGEST] for name in names})
    form.is_valid()
    put_refusal(form, refused)
    return form


def _without_the_day(given: QueryDict) -> QueryDict:
    """What else was asked: the page's links and forms carry the impossible day no further."""
    rest = given.copy()
    for name in DAYS_OF_KNOWLEDGE:
        rest.pop(name, None)
    return rest


def page_of_today(request, refused: DomainError):
    """The page that was asked for as known on an impossible day: today's, which says so, with the refusal at its field.

    None where the refusal is about something else, or where what was asked for is no page. Raises what the page raises.
    """
    match = request.resolver_match
    is_read = request.method in ("GET", "HEAD") and match is not None and match.view_name in READ_AS_KNOWN
    if not is_read or set(refused.fields) != {"known_on"} or hasattr(request, "asked"):
        return None
    typed = {"known_on": request.GET.get("known_on") or request.GET.get("as_known_on", "")}
    request.GET = _without_the_day(request.GET)
    request.asked = Asked(
        request.user, timezone.localdate(), request.GET.get("period", "")[:16], mark_of_periods=mark_of_periods(request)
    )
    request.asked.refused = refused_days(refused, typed, ("known_on",))
    answer = match.func(request, *match.args, **match.kwargs)
    answer.status_code = refused.status
    return answer
