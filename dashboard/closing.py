"""How a finished strategy ended: aim by aim with its closing figures, and what became of it in the plans that followed."""

from __future__ import annotations

from collections import Counter

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.formats import number, percent
from dashboard import sentences
from dashboard.drawing import address, end_of, explanation_of, named, shown
from dashboard.links import Links
from dashboard.plans import PlanView
from goals.models import PlanStatus
from outcomes.choices import CrosswalkKind

GOOD = ("achieved", "on_track")


def closing(view: PlanView, crosswalk: Links) -> dict | None:
    """The closing assessment of a plan that is closed; None for any other. No query of its own."""
    if view.plan.status != PlanStatus.CLOSED or not view.aims:
        return None
    links = [link for link in crosswalk.aims if link.start.plan_id == view.plan.pk]
    return {
        "period": view.period.code if view.period else "",
        "sentence": _sentence(view, links),
        "rows": [_row(view, part, [link for link in links if link.start.pk == part.node.pk]) for part in view.aims],
    }


def _row(view: PlanView, part, links) -> dict:
    figure = part.results
    good = sum(figure.counts.get(code, 0) for code in GOOD)
    return {
        **named(part.node),
        "url": address(part.node, part.kept),
        "why_url": explanation_of("aim", part.node, view.period, part.kept),
        "status": figure.status,
        "is_hidden": figure.is_hidden,
        "results": shown(figure),
        "range": "" if figure.is_hidden else sentences.reach(figure),
        "coverage": "" if figure.is_hidden else percent(figure.coverage),
        "delivery": shown(part.delivery),
        "reached": "" if figure.is_hidden or not figure.leaves else ngettext(
            "%(good)s of %(all)s indicator reached its path or its target",
            "%(good)s of %(all)s indicators reached their path or their target", figure.leaves,
        ) % {"good": good, "all": figure.leaves},
        "became": [{"kind": str(CrosswalkKind(link.kind).label), "to": end_of(link.end, part.kept) if link.end else None}
                   for link in links],
    }  # fmt: skip


def _sentence(view: PlanView, links) -> str:
    """How many aims ended where they should have, and how many lead on."""
    good = sum(not part.results.is_hidden and part.results.status in GOOD for part in view.aims)
    ended = ngettext(
        "%(good)s of %(all)s objective ended where it should have",
        "%(good)s of %(all)s objectives ended where they should have",
        len(view.aims),
    ) % {"good": good, "all": len(view.aims)}
    kinds = Counter(link.kind for link in links)
    became = [
        _("%(what)s: %(n)s") % {"what": CrosswalkKind(kind).label, "n": number(count)} for kind, count in sorted(kinds.items())
    ]
    if not became:
        return _("%(said)s.") % {"said": ended}
    return _("%(ended)s. What became of them: %(became)s.") % {"ended": ended, "became": _(", ").join(became)}
