"""What waited for somebody on a day in the past: an officer's home and a bureau's task list, told by updates, days and the trail.

Nothing can be done from here: it is for whoever asks afterwards what was waiting, and since when.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import sight
from core.formats import number
from core.models import Period
from core.together import Steps, only
from dashboard.asked import Asked
from dashboard.drawing import with_kept
from dashboard.reporting_then import Then, duties_steps
from dashboard.tallies import granted_then, on_its_day
from dashboard.work import last_due_period
from initiatives.chasing.records import Extension, ExtensionState
from initiatives.choices import OPEN_STATES, UpdateState
from initiatives.clocks import due_day, today_at
from initiatives.duties import ORDER, Duty, Reporting
from initiatives.models import Initiative, Update
from initiatives.past import turn_back, turn_back_steps
from initiatives.standing_then import Stood, stood

MOST_CHANGES = 8
LOOKED_AT = 40


def officer_then(question: Asked) -> dict:
    """What the officers' home said at the end of the day, as far as the reader may know."""
    period = last_due_period(on_its_day(question))
    then, requests, changes = question.together(
        duties_steps(question, period, others=question.periods), _requests(question), _changes_then(question)
    )
    is_over = period is not None and not period.is_open(question.today)
    late = [duty for duty in then.rows if not duty.is_complete and duty.due_on < question.today]
    return {
        "is_past": True,
        "missing": then.missing,
        "kept": f"?{question.kept}",
        "waiting": then.waiting,
        "late": late[:MOST_CHANGES],
        "late_count": len(late),
        "late_more": max(0, len(late) - MOST_CHANGES),
        "late_period": period,
        "is_over": is_over,
        "deadline": min((one for one in question.periods if one.due_on >= question.today), key=lambda one: one.due_on, default=None),
        "elsewhere": requests,
        "changes": changes,
        "sentence": _sentence(then, len(late), period, is_over=is_over),
        "stamp": {"known_on": question.known_on, "is_day_alone": True, "waiting": None},
    }


def _sentence(then: Then, late: int, period, *, is_over: bool) -> str:
    if then.missing:
        return _("What waited on that day has not been counted yet.")
    waited = ngettext("%(n)s update waited for review", "%(n)s updates waited for review", then.waiting) % {"n": number(then.waiting)}
    if not late:
        return _("%(waited)s; no bureau was late.") % {"waited": waited}
    behind = ngettext("%(n)s bureau was late for %(period)s", "%(n)s bureaus were late for %(period)s", late)
    if is_over:
        behind = ngettext(
            "%(n)s bureau had not reported in full for %(period)s, which was closed",
            "%(n)s bureaus had not reported in full for %(period)s, which was closed",
            late,
        )
    return _("%(waited)s, and %(behind)s.") % {"waited": waited, "behind": behind % {"n": number(late), "period": period.code}}


def _requests(question: Asked) -> Steps[list[dict]]:
    """The requests for more time that nobody had answered. One round."""
    moment = question.moment
    answered = Q(decided_at__lte=moment) | Q(state=ExtensionState.WITHDRAWN, updated_at__lte=moment)
    waited = Extension.objects.visible_to(question.user).filter(asked_at__lte=moment).exclude(answered).order_by()
    many = len((yield from only(waited.values_list("pk"))))
    words = ngettext("%(n)s waited for an answer", "%(n)s waited for an answer", many) % {"n": number(many)}
    return [{"title": _("Requests for more time"), "state": words}] if many else []


def _changes_then(question: Asked) -> Steps[list[dict]]:
    """The updates that had been validated last, with the work as it was called; of what the reader may read now and could then."""
    rows = Update.objects.visible_to(question.user).validated().known_at(question.moment)
    rows = rows.select_related("initiative__lead_bureau", "period", "validated_by").order_by("-validated_at", "-id")
    found = yield from only(rows[:LOOKED_AT])
    readable = yield from _readable(question, {row.initiative_id: row.initiative for row in found}.values())
    seen = {one.pk: one for one in readable}
    return [
        {
            "at": update.validated_at, "who": update.validated_by.full_name, "subject": seen[update.initiative_id].title,
            "language": seen[update.initiative_id].language, "words": update.period.code,
            "url": with_kept(reverse("dashboard:initiative", args=[update.initiative.code]), question.kept),
        }
        for update in found if update.initiative_id in seen
    ][:MOST_CHANGES]  # fmt: skip


def _readable(question: Asked, work) -> Steps[list[Initiative]]:
    """The work with its fields of then, without what the reader could not read then."""
    found, asked = list(work), sight(question.user)
    yield from turn_back_steps(found, question.moment)
    return [one for one in found if one.handling <= asked.clearance or one.lead_bureau_id == asked.bureau_id]


# a bureau's task list


def reporting_then(question: Asked) -> Reporting:
    """What the person's bureau owed at the end of the day, and what it had sent. Nine queries, whatever it is."""
    bureau, moment = question.user.bureau, question.moment
    if bureau is None:
        return Reporting(None, question.today)
    every = on_its_day(question).periods
    [bureau] = [one for one in question.bureaus_then if one.pk == bureau.pk] or [bureau]
    today = today_at(bureau, moment)
    periods = [one for one in every if _is_asked(one, question, today)]
    work = {one.pk: one for one in Initiative.objects.there_at(moment).led_by(bureau)}
    turn_back(list(work.values()), moment)
    updates = _latest(work, periods, moment, is_one=bool(question.period_code))
    granted, named = granted_then([one.pk for one in every], moment), {one.pk: one for one in every}
    owed = {(one.pk, period.pk) for one in work.values() for period in periods if _runs_in(one, period)}
    keys = sorted(owed | {key for key in updates if key[1] in named})
    due_on = {key: due_day(named[key[1]], granted.get((bureau.pk, key[1]))) for key in keys}
    notes = _notes(updates.values(), moment)
    duties = [
        _duty(question, work[key[0]], named[key[1]], updates.get(key), today, due_on[key], notes) for key in keys
    ]  # fmt: skip
    duties.sort(key=lambda duty: (not duty.is_open, not duty.late, ORDER.index(duty.state), duty.due_on, duty.code))
    return Reporting(bureau, today, question.period if question.period_code else None, duties)


def _is_asked(period: Period, question: Asked, today) -> bool:
    return period.code == question.period_code if question.period_code else period.is_open(today)


def _runs_in(one: Initiative, period: Period) -> bool:
    return one.status != "cancelled" and one.starts_on <= period.end_on and one.ends_on >= period.start_on


def _latest(work, periods, moment, *, is_one: bool) -> dict[tuple[int, int], Stood]:
    """The latest revision by initiative and period: of these periods, and whatever else was open."""
    rows = Update.objects.filter(initiative__in=list(work))
    asked = {one.pk for one in periods}
    if is_one:
        rows = rows.filter(period__in=asked)
    found = {(one.initiative_id, one.period_id): one for one in sorted(stood(rows, moment), key=lambda one: one.revision)}
    return {key: one for key, one in found.items() if key[1] in asked or one.state in OPEN_STATES}


def _notes(updates: Iterable[Stood], moment) -> dict[int, str]:
    """Why updates had been returned, as far as they were not returned again since, with other words. One query."""
    returned = [one.pk for one in updates if one.state == UpdateState.RETURNED]
    rows = Update.objects.filter(pk__in=returned, returned_at__lte=moment)
    return {one.pk: f"{one.get_return_reason_display()}: \u2068{one.return_comment}\u2069" for one in rows}


def _duty(question: Asked, one: Initiative, period: Period, update: Stood | None, today, due_on, notes) -> Duty:
    """A line of the list, without an act."""
    state = update.state if update else "not_started"
    days, is_open = (today - due_on).days, update is None or update.state in OPEN_STATES
    return Duty(
        code=one.code, title=one.title, language=one.language, period=period.code, state=state, due_on=due_on,
        is_extended=due_on != period.due_on,
        late=ngettext("%(n)s day late", "%(n)s days late", days) % {"n": days} if is_open and days > 0 else "",
        note=notes.get(update.pk, "") if update else "",
        url=with_kept(reverse("dashboard:initiative", args=[one.code]), question.kept),
    )  # fmt: skip


def lead(reporting: Reporting) -> str:
    """What was owed on that day, in a sentence."""
    if not reporting.duties:
        return _("Nothing was owed: no initiative of your bureau ran in an open reporting period.")
    if not reporting.to_do:
        return _("Everything had been sent.")
    many = len(reporting.to_do)
    owed = ngettext("%(n)s update was not sent yet", "%(n)s updates were not sent yet", many) % {"n": number(many)}
    return _("%(owed)s; %(late)s of them late.") % {"owed": owed, "late": reporting.late} if reporting.late else f"{owed}."
