"""What the pages for changing measures share: who comes in, the preview before saving, and how a preview is drawn."""

from __future__ import annotations

import hashlib

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import may, require
from core.formats import number, percent
from outcomes.choices import Measure
from outcomes.foresight import Move, told_to
from outcomes.models import NodeType

SHARES = ("progress", "expected", "coverage")


def require_reader(user) -> None:
    """Officers change what is measured, auditors read it here."""
    if not may(user, "audit.read"):
        require(user, "indicator.edit")


def digest(proposed) -> str:
    """What is proposed, as a short text to compare: the page carries what the person has seen the effect of."""
    return hashlib.sha256(repr(proposed).encode()).hexdigest()[:24]


def is_save(request, proposed) -> bool:
    """Whether the person saves what they have seen the effect of; else it is shown (again) first."""
    return request.POST.get("do") == "save" and request.POST.get("previewed") == digest(proposed)


def posted_number(request, name: str) -> int:
    """A whole number that the page carried; what is none fits no record."""
    words = request.POST.get(name, "")
    return int(words) if words.isascii() and words.isdigit() and len(words) < 10 else -1


def place_asked(asked) -> int:
    """After which row of a list the address goes on; what is no such number begins it."""
    words = asked.get("after", "")
    return int(words) if words.isascii() and words.isdigit() and len(words) < 6 else 0


def draw_moves(user, moves: list[Move]) -> dict:
    """What would change, for the reader: a sentence, and a row for each figure."""
    told = told_to(user, moves)
    turned = sum(1 for one in told if one.move.turns and not one.is_restricted)
    return {"sentence": _sentence(len(told), turned), "rows": [_row(one) for one in told]}


def _sentence(changed: int, turned: int) -> str:
    if not changed:
        return _("No figure of the latest period would change.")
    words = ngettext("%(n)s figure would change", "%(n)s figures would change", changed) % {"n": number(changed)}
    if not turned:
        return _("%(figures)s; every status stays what it is.") % {"figures": words}
    statuses = ngettext("the status of %(n)s would be another", "the status of %(n)s would be another", turned)
    return _("%(figures)s; %(statuses)s.") % {"figures": words, "statuses": statuses % {"n": turned}}


def _row(told) -> dict:
    move = told.move
    row = {
        "kind": NodeType(move.node_type).label,
        "label": short(told.node),
        "measure": Measure(move.measure).label,
        "period": move.period.code,
        "url": address(told.node),
        "is_restricted": told.is_restricted,
    }
    if told.is_restricted:
        return row
    return row | {
        "before": move.before.status,
        "after": move.after.status,
        "turns": move.turns,
        **{name: (_share(move.before, name), _share(move.after, name)) for name in SHARES},
    }


def _share(row, name: str) -> str:
    return percent(getattr(row, name), 1)


def short(node) -> str:
    """What a thing is called in a list."""
    name = node._meta.model_name
    if name == "indicator":
        return f"{node.code} {node.name}"
    if name == "expectedresult":
        return f"{node.aim.number}.{node.number} {node.text}"
    return f"{node.number} {node.title}" if hasattr(node, "number") else str(node)


def address(node) -> str:
    """The reading page of a plan, aim, expected result or indicator."""
    name = node._meta.model_name
    if name == "indicator":
        return reverse("dashboard:indicator", args=[node.code])
    if name == "expectedresult":
        return reverse("dashboard:result", args=[node.aim.plan.code, node.aim.number, node.number])
    if hasattr(node, "number"):
        return reverse("dashboard:aim", args=[node.plan.code, node.number])
    return reverse("dashboard:plan", args=[node.code])


def crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    """From the administration down to the page's parent."""
    return [(_("Administration"), reverse("dashboard:administration")), *more]
