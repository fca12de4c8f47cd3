"""The door to the administration: every room with what it is for and how it stands."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from django.db.models import Count, Value
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from accounts.access import may
from core.administration import WINGS, Entry
from core.errors import NotAllowed
from core.together import Steps, only, side_by_side

APPS = ("goals", "objectives", "outcomes", "initiatives", "reports", "exchange", "accounts")


def all_entries() -> list[Entry]:
    """What the apps have declared, in the order of the page."""
    modules = [import_module(f"{app}.administration") for app in APPS if find_spec(f"{app}.administration")]
    entries = [entry for module in modules for entry in module.ENTRIES]
    return sorted(entries, key=lambda entry: (list(WINGS).index(entry.wing), entry.place))


def entries_for(user) -> list[Entry]:
    return [entry for entry in all_entries() if any(may(user, act) for act in entry.acts)]


@require_safe
def index(request):
    """Which rooms there are for this person, and what waits in each."""
    entries = entries_for(request.user)
    if not entries:
        # The trail says why in English, the page in the reader's language.
        raise NotAllowed(gettext_lazy("The administration is for strategy officers, administrators and auditors."))
    numbers = count(request.user, entries, timezone.localdate())
    rooms = [_room(entry, numbers[place]) for place, entry in enumerate(entries)]
    facts = {
        "sentence": _sentence([room for room, found in zip(rooms, numbers, strict=True) if found.get("waiting")]),
        "wings": [
            {"title": title, "rooms": found}
            for code, title in WINGS.items()
            if (found := [room for room in rooms if room["wing"] == code])
        ],
    }
    return render(request, "dashboard/administration.html", facts)


def waiting_rooms(user, on, wings=("measuring", "reporting")) -> Steps[list[dict]]:
    """The rooms of those wings in which something waits for a decision, for a home page. One round."""
    asked = [(entry, entry.counts(user, on)) for entry in entries_for(user) if entry.wing in wings]
    asked = [(entry, {"waiting": counts["waiting"]}) for entry, counts in asked if "waiting" in counts]
    numbers_in = yield from numbers_steps([counts for _entry, counts in asked])
    found = zip(asked, numbers_in, strict=True)
    return [_room(entry, numbers) for (entry, _counts), numbers in found if numbers["waiting"]]


def _sentence(waiting: list[dict]) -> str:
    """Where something waits for a decision, by name."""
    if not waiting:
        return _("Nothing waits here; each line says how it stands.")
    words = ngettext("Something waits in %(n)s place: %(names)s.", "Something waits in %(n)s places: %(names)s.", len(waiting))
    return words % {"n": len(waiting), "names": _(", ").join(f"\u2068{room['title']}\u2069" for room in waiting)}


def _room(entry: Entry, numbers: dict[str, int]) -> dict:
    return {
        "wing": entry.wing,
        "title": entry.title,
        "words": entry.words,
        "url": reverse(entry.address),
        "state": entry.state(numbers),
    }


def count(user, entries: list[Entry], on) -> list[dict[str, int]]:
    """The numbers of each entry. All querysets are counted with one question."""
    return numbers_of([dict(entry.counts(user, on)) for entry in entries])


def numbers_of(asked: list[dict]) -> list[dict[str, int]]:
    """How many rows each named queryset has, in one question; a number stands for itself."""
    return side_by_side(numbers_steps(asked))[0]


def numbers_steps(asked: list[dict]) -> Steps[list[dict[str, int]]]:
    """The same, to be asked beside something else. One round."""
    parts = [
        rows.order_by()
        .values(of_entry=Value(place), counted=Value(name))
        .annotate(n=Count("pk"))
        .values_list("of_entry", "counted", "n")
        for place, counts in enumerate(asked)
        for name, rows in counts.items()
        if not isinstance(rows, int)
    ]
    numbers = [{name: rows if isinstance(rows, int) else 0 for name, rows in counts.items()} for counts in asked]
    for place, name, n in (yield from only(parts[0].union(*parts[1:], all=True))) if parts else ():
        numbers[place][name] = n
    return numbers
