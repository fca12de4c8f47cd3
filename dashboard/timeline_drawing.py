"""From the work of a timeline to its bars, its list and its file."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.formats import clipped, day, number, percent
from dashboard.drawing import address, page, shorten, with_kept
from dashboard.timeline import SHOWS, Timeline, status_of_work
from reports import charts

LABEL = 60


def timeline_page(question, view: Timeline) -> dict:
    rows = _rows(view)
    return {
        "sentence": _sentence(view),
        "chart": _chart(view, rows),
        "rows": rows,
        "shows": [
            {"label": _name(show), "current": show == view.show, "count": view.counts.get(show),
             "url": _link(view, show=show)}
            for show in SHOWS
        ],
        "aims": view.aims,
        "regions": view.regions,
        "asked": view.asked,
        "show": view.show,
        "is_filtered": bool(view.asked),
        "kept_fields": parse_qsl(view.kept),
        "kept": question.kept,
        "clear_url": _link(view, **dict.fromkeys(view.asked)),
        "csv_url": _link(view, name="dashboard:timeline_csv"),
        "pager": {"next": _link(view, cursor=view.page.next) if view.page.next else None,
                  "previous": _link(view, cursor=view.page.previous) if view.page.previous else None,
                  "shown": len(rows), "known": number(view.counts[view.show]) if view.show in view.counts else ""},
        "stamp": {"known_at": max((one.validated_at for one in view.latest.values()), default=None),
                  "waiting": question.waiting if question.is_reviewer and not question.known_on else None,
                  "known_on": question.known_on},
    }  # fmt: skip


def _name(show: str) -> str:
    return {
        "open": _("Planned or under way"), "late": _("Late"), "ending": _("Ending in 90 days"),
        "starting": _("Starting in 90 days"), "all": _("All"),
    }[show]  # fmt: skip


def _link(view: Timeline, *, name: str = "dashboard:timeline", **changes) -> str:
    kept = dict(parse_qsl(view.kept))  # the period is no matter here, and is carried on to where it is
    asked = {**view.asked, **kept, "show": view.show if view.show != "open" else None, **changes}
    asked["show"] = None if asked["show"] == "open" else asked["show"]
    query = urlencode({key: value for key, value in asked.items() if value})
    return reverse(name) + (f"?{query}" if query else "")


def _sentence(view: Timeline) -> str:
    """What is open and what of it is late; what ends or starts soon only where something does."""
    late, ending, starting, running = (view.counts[name] for name in ("late", "ending", "starting", "open"))
    said = [
        ngettext("%(n)s initiative is planned or under way", "%(n)s initiatives are planned or under way", running)
        % {"n": number(running)},
        ngettext("%(n)s is late", "%(n)s are late", late) % {"n": number(late)} if late else _("none is late"),
    ]
    if ending:
        said.append(ngettext("%(n)s ends within 90 days", "%(n)s end within 90 days", ending) % {"n": number(ending)})
    if starting:
        words = ngettext("%(n)s starts within 90 days", "%(n)s start within 90 days", starting)
        said.append(words % {"n": number(starting)})
    return _("; ").join(said) + _(".")


def _rows(view: Timeline) -> list[dict]:
    """The page's work, the aims together, each by its last day."""
    made = [_row(view, one) for one in view.page.items]
    return sorted(made, key=lambda row: row["place"])


def _row(view: Timeline, one) -> dict:
    aim, latest = view.main_aims.get(one.pk), view.latest.get(one.pk)
    steps = view.milestones.get(one.pk, [])
    ahead = next((step for step in steps if step.done_on is None), None)
    return {
        "one": one,
        "aim": aim,
        "aim_url": address(aim, view.kept) if aim else "",
        "url": with_kept(page("dashboard:initiative", one.code), view.kept),
        "place": (aim.plan.start_on.toordinal() * -1, aim.number) if aim else (1, 0),
        "status": status_of_work(one, latest, view.today),
        "starts": day(one.starts_on),
        "ends": day(one.ends_on),
        "delivered": percent(latest.delivery_percent / 100) if latest and latest.delivery_percent is not None else "",
        "milestone": ahead,
        "milestone_day": day(ahead.due_on) if ahead else "",
        "is_late": bool(ahead and ahead.due_on < view.today),
        "steps": steps,
    }


def _chart(view: Timeline, rows: list[dict]):
    if not rows:
        return None
    spans = [
        charts.Span(
            clipped(row["one"].title, LABEL), row["one"].starts_on, row["one"].ends_on, row["status"],
            row["delivered"], group=_heading(row["aim"]),
            marks=tuple(step.due_on for step in row["steps"] if step.done_on is not None),
            open_marks=tuple(step.due_on for step in row["steps"] if step.done_on is None),
        )
        for row in rows
    ]  # fmt: skip
    return charts.timeline(
        title=_("Work along the days"), summary=_sentence(view), spans=spans, today=view.today, width=760, key="timeline"
    )


def _heading(aim) -> str:
    return f"{aim.number}. {shorten(aim)}" if aim else _("No aim")


HEAD = ["code", "title", "bureau", "status", "shown_as", "starts_on", "ends_on", "aim", "delivery", "next_milestone", "milestone_due_on"]


def csv_rows(view: Timeline):
    """The rows of the file, which draws no days and shares in anybody's language; a last line says where there are more."""
    for one in view.page.items:
        aim, latest = view.main_aims.get(one.pk), view.latest.get(one.pk)
        delivered = "" if latest is None or latest.delivery_percent is None else format(latest.delivery_percent.normalize(), "f")
        step = next((step for step in view.milestones.get(one.pk, []) if step.done_on is None), None)
        yield [
            one.code, one.title, one.lead_bureau.code, one.status, status_of_work(one, latest, view.today), one.starts_on,
            one.ends_on, f"{aim.plan.code}/{aim.number}" if aim else "", delivered, step.title if step else "",
            step.due_on if step else "",
        ]  # fmt: skip
    if view.page.next:
        yield ["", _("There are more: these are the first."), *[""] * (len(HEAD) - 2)]
