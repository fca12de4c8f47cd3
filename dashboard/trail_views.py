"""Who changed what: the trail by person, thing, act and days, and the same as a file for auditors."""

from __future__ import annotations

import json
from urllib.parse import urlencode

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.access import may
from core.errors import Invalid
from dashboard import trail
from dashboard.csv_views import answer
from dashboard.days import refused_days
from dashboard.trail_labels import Labels

HEAD = ["seq", "at", "who", "act", "act_code", "thing", "thing_code", "id", "name", "before", "after", "why", "request", "hash"]


def history(request):
    """Who changed what, when, from what to what, and why?"""
    try:
        asked = trail.read_asked(request.GET)
    except Invalid as refused:
        facts = {"asked": trail.read_words(request.GET), "refused": refused_days(refused, request.GET, trail.DAYS)}
        return render(request, "dashboard/history.html", {**_filters(request), **facts}, status=400)
    found = list(trail.records_for(request.user, asked)[: trail.PAGE + 1])
    shown, labels = found[: trail.PAGE], Labels.of(request.user, found[: trail.PAGE])
    facts = {
        "events": [_event(record, labels) for record in shown],
        "asked": asked,
        "next_url": _address(request, before=str(shown[-1].seq)) if len(found) > trail.PAGE else "",
        "csv_url": reverse("dashboard:history_csv") + _address(request, before=None),
    }
    return render(request, "dashboard/history.html", {**_filters(request), **facts})


def _filters(request) -> dict:
    """What the trail can be filtered by, and whose it is."""
    acts = sorted(((code, str(label)) for code, label in trail.ACTS.items()), key=lambda one: one[1])
    return {"things": trail.things(), "acts": acts, "is_auditor": may(request.user, "audit.read")}


def _event(record, labels) -> dict:
    return {
        "seq": record.seq,
        "at": record.at,
        "who": _("the system") if record.actor_label == "system" else record.actor_label,
        "act": trail.act_of(record.action),
        "thing": trail.thing_of(record.target_type),
        "name": labels[record],
        "changes": trail.changes_of(record),
        "reason": record.reason,
        "hash": record.hash,
        "own_url": "?" + urlencode({"of": f"{record.target_type}:{record.target_id}"}),
    }


def _address(request, **changes) -> str:
    query = request.GET.copy()
    for name, value in changes.items():
        query.pop(name, None)
        if value is not None:
            query[name] = value
    return "?" + query.urlencode() if query else ""


def history_csv(request):
    """The records that the page's filters find, newest first, with their exact facts; at most twenty thousand."""
    found = list(trail.records_for(request.user, trail.read_asked(request.GET))[: trail.MOST_IN_A_FILE])
    labels = Labels.of(request.user, found)
    return answer("history.csv", HEAD, (_line(record, labels) for record in found))


def _line(record, labels) -> list:
    facts = [json.dumps(part, ensure_ascii=False, sort_keys=True) if part else "" for part in (record.before, record.after)]
    return [
        record.seq, record.at.isoformat(), record.actor_label, trail.act_of(record.action), record.action,
        trail.thing_of(record.target_type), record.target_type, record.target_id, labels[record], *facts, record.reason,
        record.request_id, record.hash,
    ]  # fmt: skip
