"""From the standings of bureaus to what the page of the reporting status draws."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import may
from core.formats import day, plain_letters
from dashboard.asked import asked
from dashboard.reporting import Reported, Standing, region_of
from dashboard.work_drawing import with_query

SHOWN = LATE, DONE, TIME, ALL = "late", "done", "time", "all"


def chosen_rows(given, standings: list[Standing]) -> tuple[list[Standing], list[Standing]]:
    """The rows of the region that was asked for, and of these the ones that `show` asks for."""
    show, region = given.get("show", LATE), given.get("region", "")
    in_region = [row for row in standings if not region or region_of(row.bureau) == region]
    return in_region, [row for row in in_region if _is_shown(row, show)]


def page(request, period, standings: list[Standing], *, is_open: bool, batches, then=None) -> dict:
    """All facts of the page; `show` and `region` of the address narrow its rows, `chosen=all` ticks them.

    `then` (dashboard.reporting_then) is given where the rows are those of a past day: then nobody can be reminded.
    """
    show, region = request.GET.get("show", LATE), request.GET.get("region", "")
    in_region, rows = chosen_rows(request.GET, standings)
    may_remind, kept = may(request.user, "reminder.send"), asked(request).kept if then else ""
    clear_url = f"{reverse('dashboard:reporting')}?period={period.code}" if period else ""
    return {
        "is_past": then is not None,
        "missing": then.missing if then else None,
        "kept": f"?{kept}" if kept else "",
        "csv_url": reverse("dashboard:reporting_csv") + with_query(request, chosen=None),
        "stamp": {"known_on": asked(request).known_on, "is_day_alone": True, "waiting": None} if then else None,
        "reported_period": period,
        "sentence": uncounted(then.missing) if then and then.missing else sentence(period, in_region, is_past=then is not None),
        "rows": [_drawn(row, is_open and may_remind) for row in rows],
        "chips": _chips(request, in_region, show),
        "regions": [{**one, "url": with_query(request, region=one["code"], chosen=None)} for one in _regions(standings)],
        "region": region,
        "is_filtered": bool(region) or show != LATE,
        "clear_url": f"{reverse('dashboard:reporting')}?{kept}" if then else clear_url,
        "all_chosen": request.GET.get("chosen") == "all",
        "choose_url": with_query(request, chosen="all"),
        "late": sum(not row.is_complete for row in rows),
        "may_remind": may_remind and is_open,
        "why_not": _why_not(period, is_open) if may_remind and not then else "",
        "period_url": reverse("initiatives:period", args=[period.code]) if period and not then else "",
        "batches": batches,
        "asked": sum(row.request is not None for row in standings) if not then else 0,
        "past": [one.code for one, _reported in standings[0].history] if standings else [],
        "everything": len(standings),
    }


def _is_shown(row: Standing, show: str) -> bool:
    if show == DONE:
        return row.is_complete
    if show == TIME:
        return row.request is not None or row.is_extended
    return True if show == ALL else not row.is_complete


def uncounted(missing: dict) -> str:
    """That nobody has counted the day yet."""
    return _("How bureaus had reported by %(day)s has not been counted yet.") % {"day": day(missing["day"])}


def sentence(period, standings, *, is_past: bool = False) -> str:
    """Who has not reported, in one sentence; of a past day, who had not."""
    if period is None:
        return _("No period has been due yet.")
    if not standings:
        return _("No bureau has work to report on in this period.")
    late = [row for row in standings if not row.is_complete]
    if is_past:
        return had_reported(period, len(late), len(standings))
    if not late:
        return _("All %(all)s bureaus have reported for %(period)s.") % {"all": len(standings), "period": period.code}
    return ngettext(
        "%(late)s of %(all)s bureaus has updates still to send for %(period)s.",
        "%(late)s of %(all)s bureaus have updates still to send for %(period)s.",
        len(late),
    ) % {"late": len(late), "all": len(standings), "period": period.code}


def had_reported(period, late: int, all_: int) -> str:
    """Who had not reported by a past day, in one sentence."""
    facts = {"late": late, "all": all_, "period": period.code}
    if not late:
        return _("All %(all)s bureaus had reported for %(period)s.") % facts
    return ngettext(
        "%(late)s of %(all)s bureaus had updates still to send for %(period)s.",
        "%(late)s of %(all)s bureaus had updates still to send for %(period)s.",
        late,
    ) % facts


HEAD = [
    "period", "bureau", "name", "region", "due", "sent", "validated", "in_time", "due_on", "days_late", "asks_for_more_time",
    "last_reminder", "known_on",
]  # fmt: skip


def csv_rows(request, period, standings: list[Standing]):
    """The bureaus that the page shows, in its order; `known_on` is empty for today."""
    for row in chosen_rows(request.GET, standings)[1]:
        yield [
            period.code, row.bureau.code, str(row.bureau.name), region_of(row.bureau), row.count.due, row.count.sent,
            row.count.validated, row.count.in_time, row.due_on, row.days_late, "yes" if row.request else "no",
            row.reminded_at.date() if row.reminded_at else "", asked(request).known_on or "",
        ]  # fmt: skip


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


def _regions(standings) -> list[dict]:
    """Completeness and timeliness by region."""
    found: dict[str, dict] = {}
    for row in standings:
        name = str(row.bureau.region or _("General Secretariat"))
        one = found.setdefault(region_of(row.bureau), {"name": name, "due": 0, "sent": 0, "in_time": 0})
        one["due"] += row.count.due
        one["sent"] += row.count.sent
        one["in_time"] += row.count.in_time
    return [
        {"code": code, **one, "share": _share(one["sent"], one["due"]), "timely": _share(one["in_time"], one["due"])}
        for code, one in sorted(found.items(), key=lambda pair: plain_letters(pair[1]["name"]))
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
