"""The page behind an initiative's delivery: its days, its steps, the bureau's report, and the working."""

from __future__ import annotations

import json

from django.urls import reverse
from django.utils.translation import gettext as _

from core.errors import NotFound
from core.formats import day, number, percent
from dashboard.asked import Asked
from dashboard.drawing import with_kept
from dashboard.explained import stamp_of
from dashboard.explained_steps import worked_step
from initiatives.explain import InitiativeAccount, explain_initiative
from initiatives.models import Initiative
from initiatives.past import UNCHANGED, milestones_then, pasts, take_back
from outcomes.choices import Measure


def read_delivery_explanation(question: Asked, initiative: Initiative) -> dict:
    """Everything that a stranger needs to work the figure out again, as the reader may see it.

    Raises NotFound where the work serves no plan that has the period.
    """
    then = pasts(question.moment) if question.moment is not None else {}
    past = then.get(initiative.pk, UNCHANGED)
    take_back(initiative, past)
    period = _period_for(question, initiative)
    account = explain_initiative(initiative, period, reader=question.user, as_of=question.moment, then=then)
    told = account.explanation or {}
    given = {one["name"]: one["value"] for one in told.get("inputs", [])}
    reported = account.figure.case.reported if account.figure else None
    return {
        "initiative": initiative,
        "account": account,
        "lead": _lead(account),
        "crumbs": [
            (_("Initiatives"), reverse("dashboard:initiatives")),
            (initiative.code, with_kept(reverse("dashboard:initiative", args=[initiative.code]), question.kept)),
        ],
        "period": period,
        "measure": Measure.DELIVERY,
        "steps": [worked_step(step, initiative) for step in told.get("steps", [])],
        "days": [(_("First day"), day(initiative.starts_on)), (_("Last day"), day(initiative.ends_on))],
        "reported": _report(reported, given.get("reported")),
        "milestones": [_milestone(one) for one in milestones_then(initiative, past)] if told else [],
        "thresholds": told.get("thresholds"),
        "as_json": json.dumps(told, ensure_ascii=False, indent=1),
        "stamp": stamp_of(question, account.newest_value_at, is_restricted=account.is_restricted),
        "known_on": question.known_on,
    }


def _period_for(question: Asked, initiative: Initiative):
    """The period that was asked for, or the last one in which the work still runs. Raises NotFound before any."""
    running = [one for one in question.periods if one.start_on <= initiative.ends_on]
    if question.period_code or not running:
        return _there(question.period)
    return running[0]


def _there(period):
    if period is None:
        raise NotFound
    return period


def _lead(account: InitiativeAccount) -> str:
    if account.is_restricted:
        return _("Restricted: the report that this figure rests on is handled more carefully than you are cleared for.")
    if account.figure is None:
        return _("The work starts after this period.")
    return _(
        "The share that the bureau reported is delivered; where it reported none, the weight of the milestones that are"
        " done. What is expected by now lies on the straight line through the days of the milestones."
    )


def _report(seen, given: dict | None) -> dict | None:
    """The bureau's latest report: its share, the day it speaks of, and the update that it came from."""
    if seen is None or given is None:
        return None
    return {"value": percent(seen.value / 100, 1), "on": day(seen.seen_on), "source": seen.source_ref}


def _milestone(one) -> dict:
    done = day(one.done_on) if one.done_on else _("not done")
    return {"title": one.title, "due": day(one.due_on), "done": done, "weight": number(one.weight)}
