"""From bureaus, initiatives and trails to what a template draws."""

from __future__ import annotations

from functools import partial
from urllib.parse import parse_qsl, urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import may
from accounts.models import Role
from core.formats import day, percent
from core.fragments import bare
from core.templatetags.page import day as day_tag
from dashboard.drawing import address, explanation_of, page, shown, with_kept
from dashboard.drawing import table as figure_table
from dashboard.figures import NOTHING
from dashboard.heat import region_of
from dashboard.plans import Part
from dashboard.standing import JUDGED
from dashboard.trail import history_of
from dashboard.work import BureauView
from initiatives.choices import InitiativeStatus
from outcomes.progress import DeliveryCase, DeliveryStep, clamp, planned_delivery
from reports import charts

GOOD = ("achieved", "on_track")


def bureaus(question, duties) -> dict:
    late = [duty for duty in duties if not duty.is_complete]
    return {
        "duties": duties,
        "period": question.period,
        "sentence": _reporting_sentence(question.period, duties, late),
        "reporting_url": reverse("dashboard:reporting") if may(question.user, "review.read") else "",
    }


def _reporting_sentence(period, duties, late) -> str:
    if not duties:
        return _("No bureau has work to report on in this period.")
    if not late:
        return _("All %(all)s bureaus have reported for %(period)s.") % {"all": len(duties), "period": period.code}
    return ngettext(
        "%(late)s of %(all)s bureaus has updates still to send for %(period)s.",
        "%(late)s of %(all)s bureaus have updates still to send for %(period)s.",
        len(late),
    ) % {"late": len(late), "all": len(duties), "period": period.code}


def bureau(view: BureauView, kept: str) -> dict:
    """A bureau in plain words, for templates/dashboard/_bureau.html."""
    parts = [
        Part(aim, view.figures.of("aim", aim.pk, view.period), view.figures.of("aim", aim.pk, view.period, "delivery"),
             NOTHING, [], view.figures.kept)
        for aim in view.aims
    ]  # fmt: skip
    return {
        "table": _beside_region(view, parts) if parts else None,
        "work": [_line_of_work(one, kept) for one in view.initiatives],
        "reporting": [_line_of_reporting(period, one) for period, one in view.reporting],
        "people": [{"name": one.full_name, "role": str(Role(one.role).label), "email": one.email} for one in view.people],
        "facts": {
            "region": view.bureau.region.name.spoken() if view.bureau.region else None,
            "language": str(view.bureau.get_language_display()),
            "time_zone": view.bureau.time_zone,
        },
    }


def _line_of_work(one, kept: str) -> dict:
    return {
        "code": one.code, "title": one.title, "language": one.language, "url": with_kept(page("dashboard:initiative", one.code), kept),
        "status": str(InitiativeStatus(one.status).label), "handling": one.handling,
    }  # fmt: skip


def _line_of_reporting(period, one) -> dict:
    return {
        "period": period.code, "due_on": bare(day_tag(one.due_on)), "is_extended": one.is_extended,
        "due": one.due, "sent": one.sent, "validated": one.validated,
    }  # fmt: skip


def _beside_region(view: BureauView, parts: list[Part]) -> dict:
    """The table of the bureau's parts with a column for its region, each cell of which opens the heat map's."""
    table = figure_table(parts, caption=view.bureau.name, explained=partial(_explanation, view))
    for row, part in zip(table["rows"], parts, strict=True):
        row["beside"] = shown(view.region.get(part.node.pk, NOTHING))
        row["beside_url"] = _cell_of_region(view, part)
    return {**table, "beside": str(_region_name(view.bureau))}


def _cell_of_region(view: BureauView, part: Part) -> str:
    asked = {**dict(parse_qsl(part.kept)), "plan": part.node.plan.code, "region": region_of(view.bureau), "row": part.node.number}
    return with_kept(page("dashboard:heat_map"), urlencode(asked | ({"period": view.period.code} if view.period else {})))


def _region_name(bureau):
    return bureau.region.name if bureau.region else _("General Secretariat")


def _explanation(view, part: Part) -> str:
    return explanation_of("aim", part.node, view.period, part.kept, bureau=view.bureau.code)


def bureau_sentence(view: BureauView) -> str:
    """How the bureau does against its plan, against its region, and with its reporting."""
    return f"{_against_plan_and_region(view)} {_reported(view)}"


def _against_plan_and_region(view: BureauView) -> str:
    own = {aim.pk: view.figures.of("aim", aim.pk, view.period) for aim in view.aims}
    judged = {aim: one for aim, one in own.items() if not one.is_hidden and one.status in JUDGED}
    if not judged:
        return _("Its part of no aim can be judged yet: too little is known.")
    said = ngettext(
        "On track with %(good)s of %(known)s aim that can be judged",
        "On track with %(good)s of %(known)s aims that can be judged",
        len(judged),
    ) % {"good": sum(one.status in GOOD for one in judged.values()), "known": len(judged)}
    pairs = [(one, view.region.get(aim, NOTHING)) for aim, one in judged.items()]
    both = [(mine, theirs) for mine, theirs in pairs if mine.progress is not None and theirs.progress is not None]
    if not both:
        return said + _(".")
    region = {"region": f"\u2068{_region_name(view.bureau)}\u2069", "all": len(both)}
    above = sum(clamp(mine.progress) > theirs.progress for mine, theirs in both)
    return said + _("; above the mean of %(region)s in %(above)s of %(all)s.") % {**region, "above": above}


def _reported(view: BureauView) -> str:
    duty = view.duty
    if duty is None or not duty.due:
        return _("No work of this bureau runs in the period.")
    return _("%(sent)s of %(due)s updates sent for %(period)s, %(validated)s validated.") % {
        "sent": duty.sent, "due": duty.due, "validated": duty.validated, "period": view.period.code,
    }  # fmt: skip


def with_query(request, **changes) -> str:
    """The present address with some of its question changed; None takes a part away."""
    query = request.GET.copy()
    for name, value in changes.items():
        if value is None:
            query.pop(name, None)
        else:
            query[name] = value
    return "?" + query.urlencode()


def initiative(question, view) -> dict:
    work = view.initiative
    own = question.user.bureau_id == work.lead_bureau_id
    return {
        "initiative": work,
        "view": view,
        "sentence": _initiative_sentence(view),
        "delivery": delivery_chart(view),
        "delivery_csv": with_kept(page("dashboard:delivery_csv", work.code), question.kept),
        "explain_url": _delivery_explained(question, view),
        "crumbs": [(_("Initiatives"), with_kept(page("dashboard:initiatives"), question.kept))],
        "may_edit": own and question.known_on is None and may(question.user, "initiative.edit", bureau_id=work.lead_bureau_id),
        "history_url": history_of(question.user, work),
        "stamp": {"known_at": view.latest.validated_at if view.latest else None, "waiting": None,
                  "known_on": question.known_on},
        "bureau_url": with_kept(page("dashboard:bureau", work.lead_bureau.code), question.kept),
        "handling_level": work.handling,
        "shares": [(c, percent(c.share / 100), address(c.expected_result, question.kept)) for c in view.contributions],
        "milestones": [(m, _milestone_state(m, question.today)) for m in view.milestones],
        "measured": [(one, with_kept(page("dashboard:indicator", one["code"]), question.kept)) for one in view.linked["indicators"]],
    }


def _delivery_explained(question, view) -> str:
    """The page that says how the delivery of the latest report's period came about."""
    if view.latest is None:
        return ""
    asked = {"period": view.latest.period.code, **({"known_on": question.known_on.isoformat()} if question.known_on else {})}
    return f"{page('dashboard:explain_delivery', view.initiative.code)}?{urlencode(asked)}"


def _milestone_state(milestone, today) -> tuple[str, str]:
    if milestone.done_on:
        return "good", _("done on %(day)s") % {"day": day(milestone.done_on)}
    if milestone.due_on < today:
        return "bad", _("late since %(day)s") % {"day": day(milestone.due_on)}
    return "quiet", _("due on %(day)s") % {"day": day(milestone.due_on)}


def _initiative_sentence(view) -> str:
    latest = view.latest
    if latest is None:
        return _("No update of it has been validated yet.")
    return _("%(share)s delivered as of %(period)s; the bureau says: %(status)s.") % {
        "share": percent(latest.delivery_percent / 100 if latest.delivery_percent is not None else None),
        "period": latest.period.code, "status": latest.get_delivery_status_display(),
    }  # fmt: skip


def delivery_chart(view):
    """What the bureau said it had delivered, period by period, against the path through its milestones."""
    if not view.delivery_path:
        return None
    points = [charts.Point(on, value) for on, value in view.delivery_path]
    return charts.path(
        title=_("Delivery"), summary=_initiative_sentence(view), points=points,
        planned=planned_delivery_of(view), unit="%", decimals=0, key="delivery",
    )  # fmt: skip


def planned_delivery_of(view) -> list[charts.Point]:
    """The path that delivery is held against, at each of its turns."""
    work = view.initiative
    steps = tuple(DeliveryStep(one.due_on, one.weight, one.done_on) for one in view.milestones)
    case = DeliveryCase(work.code, work.starts_on, work.ends_on, work.ends_on, steps=steps)
    days = {work.starts_on, *(step.due_on for step in steps), work.ends_on}
    return [charts.Point(on, planned_delivery(case, on) * 100) for on in sorted(days)]
