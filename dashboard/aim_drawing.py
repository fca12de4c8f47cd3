"""What an aim's page says beside its figures: which bureaus stand worst and best in it, what changed, and the work behind it."""

from __future__ import annotations

from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.formats import percent
from core.status import status_of
from dashboard.drawing import address, explanation_of, named, page, shown, with_kept
from dashboard.plans import AimView, Part
from dashboard.standing import BureauPart, Standing, behind_their_path

MOST_CHANGES = 8


def beside(question, view: AimView, standing: Standing, works: int) -> dict:
    kept, heat = view.figures.kept, urlencode({"plan": view.aim.plan.code})
    return {
        "bureaus": _bureaus(view, standing) if standing.judged else None,
        "standing": _standing(standing),
        "heat_url": with_kept(page("dashboard:heat_map"), f"{heat}&{kept}" if kept else heat),
        "changed": _changed(view),
        "since": view.trend[-2].code if len(view.trend) > 1 else "",
        "changes_url": with_kept(page("dashboard:changes"), kept),
        "work_url": with_kept(page("dashboard:initiatives"), urlencode(_work_asked(question, view))),
        "work_label": ngettext("%(n)s initiative contributes", "%(n)s initiatives contribute", works) % {"n": works},
    }


def _work_asked(question, view: AimView) -> dict:
    day = {"known_on": question.known_on.isoformat()} if question.known_on else {}
    return {"aim": view.aim.pk, **day}


def _standing(standing: Standing) -> str:
    if not standing.judged:
        return _("No bureau's part can be judged yet.")
    return behind_their_path(standing.judged, standing.behind)


def _bureaus(view: AimView, standing: Standing) -> list[dict]:
    """Two groups, the worst first; where few can be judged the second may be empty."""
    groups = ((_("Furthest behind their path"), standing.worst), (_("Best placed"), standing.best))
    return [{"label": label, "rows": [_bureau(view, one) for one in parts]} for label, parts in groups if parts]


def _bureau(view: AimView, one: BureauPart) -> dict:
    figure = one.figure
    return {
        "name": one.name.spoken(),
        "url": with_kept(page("dashboard:bureau", one.code), view.figures.kept),
        "status": figure.status,
        "shown": shown(figure),
        "why_url": explanation_of("aim", view.aim, view.period, view.figures.kept, bureau=one.code),
        "expected": percent(figure.expected),
        "coverage": percent(figure.coverage),
    }


def _changed(view: AimView) -> list[dict]:
    """The aim, its results and indicators whose status is another than the period before, what became worse first."""
    parts = [part for part in (view.whole, *view.results, *view.all_indicators) if _has_moved(part)]
    parts.sort(key=lambda part: _rank(part.before.status) - _rank(part.results.status), reverse=True)
    return [_change(view, part) for part in parts[:MOST_CHANGES]]


def _has_moved(part: Part) -> bool:
    figures = (part.before, part.results)
    return part.before.status != part.results.status and not any(figure.is_hidden for figure in figures)


def _rank(status: str) -> int:
    """The order of attention: the first needs it most."""
    return status_of(status).rank


def _change(view: AimView, part: Part) -> dict:
    words = _("from %(before)s to %(after)s; %(was)s then, %(now)s now") % {
        "before": status_of(part.before.status).label, "after": status_of(part.results.status).label,
        "was": percent(part.before.progress), "now": percent(part.results.progress),
    }  # fmt: skip
    told = named(part.node)
    prefix = f"{view.aim.number}.{told['number']}" if told["number"] and part is not view.whole else told["code"]
    return {"number": prefix, "name": told["words"], "url": address(part.node, part.kept), "status": part.results.status, "words": words}
