"""How bureaus stood with their reporting on a day in the past: their duties, their lateness, and who had been told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from django.db.models import Count, Max, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import Bureau
from accounts.naming import name_key
from core.errors import Conflict
from core.models import Period
from core.together import Steps, only
from dashboard import tallies
from dashboard.asked import Asked
from dashboard.reporting import PAST_PERIODS, Reported, Standing, in_order, read_standings, standing
from dashboard.work import Duty
from initiatives.chasing.records import ESCALATIONS, REMINDERS, Extension, ExtensionState, Letter, LetterState
from initiatives.clocks import due_day

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Then:
    """What was found; `missing` (dashboard.tallies) says that nobody has counted the day yet."""

    rows: list = field(default_factory=list)
    bureaus: list[Bureau] = field(default_factory=list)
    waiting: int = 0
    missing: dict | None = None


def counted(then: Then) -> Then:
    """Raises Conflict where nobody has counted the day yet: a file of it would be empty."""
    if then.missing:
        raise Conflict(_("Nobody has counted yet how bureaus had reported by that day: ask for it on the page."))
    return then


def duties_then(question: Asked, period: Period | None) -> Then:
    """What `duties_steps` finds. Two queries."""
    return question.together(duties_steps(question, period))[0]


def duties_steps(question: Asked, period: Period | None, others: Iterable[Period] = ()) -> Steps[Then]:
    """Every bureau that led work in the period (as it was then), the most behind first, and all bureaus that there were. Two rounds.

    `others` are periods of which what waited is counted as well.
    """
    bureaus = question.bureaus_then
    tally = yield from tallies.tally_steps(question, {*others, *([period] if period else [])}, bureaus)
    if period is None or tally.missing:
        return Then([], bureaus, tally.waiting, tally.missing)
    named = {one.pk: one for one in bureaus}
    granted = tally.granted
    if granted is None:
        granted = yield from tallies.granted_steps([period.pk], question.moment)
    rows = [
        Duty(named[bureau], count.due, count.sent, count.validated, due_on=due_day(period, granted.get((bureau, period.pk))))
        for (bureau, found), count in tally.counts.items() if count.due and found == period.pk
    ]  # fmt: skip
    return Then(sorted(rows, key=lambda duty: (-duty.missing, name_key(duty.bureau))), bureaus, tally.waiting)


def standings_then(question: Asked, period: Period | None) -> Then:
    """Every bureau that led work in the period, the latest first, as dashboard.reporting tells it of today."""
    if period is None:
        return Then()
    past = [one for one in question.periods if one.start_on < period.start_on][:PAST_PERIODS]
    bureaus = question.bureaus_then
    tally, requests, letters = question.together(
        tallies.tally_steps(question, [period, *past], bureaus), only(_requests(period, question.moment)),
        only(_letters(period, question.moment)),
    )  # fmt: skip
    if tally.missing:
        return Then(missing=tally.missing)
    counts = {key: _reported(count) for key, count in tally.counts.items()}
    requests, letters = _by_bureau(requests, question.moment), {row["bureau"]: row for row in letters}
    rows = [
        standing(one, period, past, counts, requests.get(one.pk, []), letters.get(one.pk, {}), question.moment)
        for one in bureaus if counts.get((one.pk, period.pk), Reported()).due
    ]  # fmt: skip
    return Then(in_order(rows), bureaus)


def standings_of(question: Asked, period: Period | None, *, at) -> list[Standing]:
    """Every bureau that leads work in the period, for machines: now, or as it stood. Raises Conflict for a day that is uncounted."""
    if question.moment is None:
        return read_standings(question, period, at=at)
    return counted(standings_then(question, period)).rows


def _reported(count: tallies.Count) -> Reported:
    days = -(-timedelta(seconds=count.worst) // DAY) if count.worst is not None else 0
    return Reported(count.due, count.sent, count.validated, count.in_time, max(0, days))


def _requests(period: Period, moment) -> QuerySet:
    return Extension.objects.filter(period=period, asked_at__lte=moment).order_by("asked_at")


def _by_bureau(requests: list[Extension], moment) -> dict[int, list[Extension]]:
    """The requests that there were, each in the state that it was in."""
    found: dict[int, list[Extension]] = defaultdict(list)
    for one in requests:
        ended_at = one.decided_at or (one.updated_at if one.state == ExtensionState.WITHDRAWN else None)
        if ended_at is not None and ended_at > moment:
            one.state, one.granted_until = ExtensionState.ASKED, None
        found[one.bureau_id].append(one)
    return found


def _letters(period: Period, moment) -> QuerySet:
    """When each bureau had last got a reminder about the period, and whether one waited or had not arrived."""
    rows = Letter.objects.filter(
        period=period, kind__in=[*REMINDERS, *ESCALATIONS], bureau__isnull=False, written_at__lte=moment
    ).order_by()  # fmt: skip
    waits = Q(state__in=[LetterState.WAITING, LetterState.SENDING]) | Q(state=LetterState.SENT, sent_at__gt=moment)
    failed = Q(state__in=[LetterState.REFUSED, LetterState.UNCERTAIN], claimed_at__lte=moment)
    return rows.values("bureau").annotate(
        waits=Count("pk", filter=waits), failed=Count("pk", filter=failed), sent_at=Max("sent_at", filter=Q(sent_at__lte=moment))
    )
