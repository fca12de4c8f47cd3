"""The sentence that answers a page's first question, in the reader's language, from figures alone."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.formats import in_points, percent, signed
from core.status import status_of

ATTENTION = ("off_track", "at_risk")


def why(part) -> str:
    """Why a node has its status: "At risk because 3 of 14 indicators are behind."."""
    figure = part.results
    if figure.is_hidden:
        return _("Restricted: too few bureaus stand behind this figure for it to be shown to you.")
    known = sum(count for code, count in figure.counts.items() if code not in ("no_data", "stale"))
    if figure.status in ATTENTION and figure.behind:
        reason = behind(figure)
    elif figure.status == "insufficient_data":
        reason = _("only %(coverage)s of the weight is known.") % {"coverage": percent(figure.coverage)}
    elif figure.status == "no_data":
        reason = _("nothing has been reported for it yet.")
    elif figure.status == "too_early":
        reason = _("nothing is expected of it yet.")
    elif figure.status == "stale":
        reason = _("its last value is too old to be relied on.")
    else:
        reason = ngettext(
            "%(known)s of %(leaves)s indicator is known and it is where it should be by now.",
            "%(known)s of %(leaves)s indicators are known, and together they are where they should be by now.",
            figure.leaves,
        ) % {"known": known, "leaves": figure.leaves}
    return verdict(figure.status, reason)


def verdict(status: str, reason: str) -> str:
    """A status and why: the word begins the sentence."""
    label = str(status_of(status).label)
    return _("%(status)s: %(reason)s") % {"status": label[:1].upper() + label[1:], "reason": reason}


def behind(figure) -> str:
    """How many indicators are behind; the verb goes with those, not with all."""
    return ngettext(
        "%(behind)s of %(leaves)s indicators is behind.", "%(behind)s of %(leaves)s indicators are behind.", figure.behind
    ) % {"behind": figure.behind, "leaves": figure.leaves}


def standing(aims) -> str:
    """Where a plan stands, in one sentence over its aims."""
    counts: dict[str, int] = {}
    for part in aims:
        code = "restricted" if part.results.is_hidden else part.results.status
        counts[code] = counts.get(code, 0) + 1
    if not counts:
        return _("No aim has been set yet.")
    good = counts.get("on_track", 0) + counts.get("achieved", 0)
    said = [
        ngettext("%(good)s of %(all)s aims is on track", "%(good)s of %(all)s aims are on track", good)
        % {"good": good, "all": len(aims)}
    ]
    if counts.get("at_risk"):
        said.append(ngettext("%(n)s is at risk", "%(n)s are at risk", counts["at_risk"]) % {"n": counts["at_risk"]})
    if counts.get("off_track"):
        said.append(
            ngettext("%(n)s is off track", "%(n)s are off track", counts["off_track"]) % {"n": counts["off_track"]}
        )
    if counts.get("restricted"):
        hidden = counts["restricted"]
        said.append(ngettext("%(n)s is restricted", "%(n)s are restricted", hidden) % {"n": hidden})
    unknown = len(aims) - good - sum(counts.get(code, 0) for code in ("at_risk", "off_track", "restricted"))
    if unknown:
        said.append(ngettext("%(n)s cannot be judged yet", "%(n)s cannot be judged yet", unknown) % {"n": unknown})
    return _("; ").join(said) + _(".")


def moved(aims) -> str:
    """How many aims are worse or better off than the period before; only what could be judged both times is compared."""
    pairs = [(part.before, part.results) for part in aims]
    known = [(status_of(was.status).rank, status_of(now.status).rank) for was, now in pairs if _is_judged(was) and _is_judged(now)]
    if not known:
        return ""
    worse, better = sum(now < was for was, now in known), sum(now > was for was, now in known)
    if not worse and not better:
        return _("No status has changed since the period before.")
    return _("Since the period before %(worse)s, %(better)s.") % {
        "worse": ngettext("%(n)s got worse", "%(n)s got worse", worse) % {"n": worse},
        "better": ngettext("%(n)s got better", "%(n)s got better", better) % {"n": better},
    }


def _is_judged(figure) -> bool:
    return not figure.is_hidden and figure.status in (*ATTENTION, "on_track", "achieved")


def change(part) -> str:
    """How far a node moved since the period before, in points; nothing where it cannot be said."""
    if part.change is None:
        return ""
    change = round(part.change * 100, 1)
    return _("%(points)s since the period before") % {"points": in_points(signed(change, 1), change)}


def coverage(figure) -> str:
    if figure.is_hidden:
        return _("restricted")
    if figure.coverage is None:
        return _("nothing known yet")
    return _("%(share)s known") % {"share": percent(figure.coverage)}


def reach(figure) -> str:
    """The bounds: where the figure would be if all that is unknown were nothing, or all of it done."""
    if figure.lower is None or figure.upper is None:
        return ""
    return _("between %(lower)s and %(upper)s") % {"lower": percent(figure.lower), "upper": percent(figure.upper)}
