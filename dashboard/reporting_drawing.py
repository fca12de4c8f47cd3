"""From the standings of bureaus to what the page of the reporting status draws."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import may
from core.formats import day
from dashboard.reporting import Reported, Standing
from dashboard.work_drawing import with_query

LATE, DONE, TIME, ALL = "late", "done", "time", "all"


def page(request, period, standings: list[Standing], *, is_open: bool, batches) -> dict:
    """All facts of the page; `show` and `region` of the address narrow its rows, `chosen=all` ticks them."""
    show, region = request.GET.get("show", LATE), request.GET.get("region", "")
    in_region = [row for row in standings if not region or _region_code(row) == region]
    rows = [row for row in in_region if _is_shown(row, show)]
    may_remind = may(request.user, "reminder.send")
    return {
        "reported_period": period,
        "sentence": sentence(period, in_region),
        "rows": [_drawn(row, is_open and may_remind) for row in rows],
        "chips": _chips(request, in_region, show),
        "regions": _regions(standings),
        "region": region,
        "is_filtered": bool(region) or show != LATE,
        "clear_url": f"{reverse('dashboard:reporting')}?period={period.code}" if period else "",
        "all_chosen": request.GET.get("chosen") == "all",
        "choose_url": with_query(request, chosen="all"),
        "late": sum(not row.is_complete for row in rows),
        "may_remind": may_remind and is_open,
        "why_not": _why_not(period, is_open) if may_remind else "",
        "period_url": reverse("initiatives:period", args=[period.code]) if period else "",
        "batches": batches,
        "asked": sum(row.request is not None for row in standings),
        "past": [one.code for one, _reported in standings[0].history] if standings else [],
        "everything": len(standings),
    }


def _is_shown(row: Standing, show: str) -> bool:
    if show == DONE:
        return row.is_complete
    if show == TIME:
        return row.request is not None or row.is_extended
    return True if show == ALL else not row.is_complete


def sentence(period, standings) -> str:
    """Who has not reported, in one sentence."""
    if period is None:
        return _("No period has been due yet.")
    if not standings:
        return _("No bureau has work to report on in this period.")
    late = [row for row in standings if not row.is_complete]
    if not late:
        return _("All %(all)s bureaus have reported for %(period)s.") % {"all": len(standings), "period": period.code}
    return ngettext(
        "%(late)s of %(all)s bureaus has updates still to send for %(period)s.",
        "%(late)s of %(all)s bureaus have updates still to send for %(period)s.",
        len(late),
    ) % {"late": len(late), "all": len(standings), "period": period.code}


def _why_not(period, is_open: bool) -> str:
    if period is None or is_open:
        return ""
    return _("%(period)s is not open, so nothing can be sent for it and nobody is reminded.") % {"period": period.code}


def _chips(request, rows, show) -> list[dict]:
    words = ((LATE, _("not complete")), (TIME, _("more time")), (DONE, _("complete")), (ALL, _("all")))
    return [
        {"label": label, "on": code == show and code != LATE, "count": sum(_is_shown(row, code) for row in rows),
         "url": with_query(request, chosen=None, show=None if code in (show, LATE) else code)}
        for code, label in words
    ]  # fmt: skip


def _region_code(row: Standing) -> str:
    return row.bureau.region.code if row.bureau.region else "secretariat"


def _regions(standings) -> list[dict]:
    """Completeness and timeliness by region."""
    found: dict[str, dict] = {}
    for row in standings:
        name = str(row.bureau.region or _("General Secretariat"))
        one = found.setdefault(_region_code(row), {"name": name, "due": 0, "sent": 0, "in_time": 0})
        one["due"] += row.count.due
        one["sent"] += row.count.sent
        one["in_time"] += row.count.in_time
    return [
        {"code": code, **one, "share": _share(one["sent"], one["due"]), "timely": _share(one["in_time"], one["due"])}
        for code, one in sorted(found.items(), key=lambda pair: pair[1]["name"])
    ]


def _share(part: int, whole: int):
    return part / whole if whole else None


def _drawn(row: Standing, may_choose: bool) -> dict:
    return {
        "row": row,
        "region": str(row.bureau.region or _("General Secretariat")),
        "may_choose": may_choose and not row.is_complete,
        "late": _days(row.days_late) if row.days_late else "",
        "history": [{"code": one.code, **_history(reported)} for one, reported in row.history],
        "due": day(row.due_on),
    }


def _days(number: int) -> str:
    return ngettext("%(n)s day", "%(n)s days", number) % {"n": number}


def _history(reported: Reported) -> dict:
    """One past period in a word: missing, late or in time."""
    if not reported.due:
        return {"kind": "quiet", "words": _("nothing was due")}
    if reported.missing:
        words = ngettext("%(n)s never sent", "%(n)s never sent", reported.missing) % {"n": reported.missing}
        return {"kind": "bad", "words": words}
    if reported.days_late:
        return {"kind": "warn", "words": _("%(days)s late") % {"days": _days(reported.days_late)}}
    return {"kind": "good", "words": _("in time")}
