"""What a bureau owes, and by when: its task list, worked out in a constant number of questions to the database."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import reduce
from operator import or_

from django.db.models import Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import may
from core.formats import day, said_of
from core.models import Period
from core.together import answered
from initiatives.chasing.records import Extension, ExtensionState
from initiatives.choices import OPEN_STATES, UpdateState
from initiatives.clocks import deadline, due_day, today_at
from initiatives.life import missing_before_submission
from initiatives.models import Comment, Initiative, Update, UpdateValue
from initiatives.models.work import running_in

# What is most pressing comes first; the words are those of the pages (rule 2).
ORDER = ["returned", "ready", "draft", "not_started", "submitted", "bureau_approved", "validated"]
TO_DO = frozenset({"returned", "ready", "draft", "not_started"})


@dataclass(frozen=True)
class Duty:
    """One update that is owed or was sent, as a row of the task list with its one main action."""

    code: str
    title: str
    language: str
    period: str
    state: str
    due_on: date
    is_extended: bool = False
    late: str = ""
    note: str = ""
    url: str = ""
    act_label: str = ""

    @property
    def is_open(self) -> bool:
        return self.state in TO_DO


@dataclass
class Reporting:
    """A bureau's task list on a day, in its own time zone."""

    bureau: object
    today: date
    period: Period | None = None
    duties: list[Duty] = field(default_factory=list)
    feedback: list[dict] = field(default_factory=list)
    times: list[dict] = field(default_factory=list)
    waiting_for_head: int = 0
    may_log: bool = False

    @property
    def to_do(self) -> list[Duty]:
        return [duty for duty in self.duties if duty.is_open]

    @property
    def sent(self) -> list[Duty]:
        return [duty for duty in self.duties if not duty.is_open]

    @property
    def next_duty(self) -> Duty | None:
        return next((duty for duty in self.to_do if duty.act_label), None)

    @property
    def next_due_on(self) -> date | None:
        return min((duty.due_on for duty in self.to_do), default=None)

    @property
    def late(self) -> int:
        return sum(1 for duty in self.to_do if duty.late)

    @property
    def returned(self) -> int:
        return sum(1 for duty in self.to_do if duty.state == "returned")

    @property
    def lead(self) -> str:
        """The sentence that answers: what do I owe, and by when?"""
        if not self.bureau:
            return _("You work for no bureau, so nothing is asked of you here.")
        if not self.duties:
            return _("Nothing is owed: no initiative of your bureau runs in an open reporting period.")
        if not self.to_do:
            return _("Everything is sent.")
        count = len(self.to_do)
        owed = ngettext("%(n)s update is not sent yet", "%(n)s updates are not sent yet", count) % {"n": count}
        if self.late:
            return _("%(owed)s; %(late)s of them late.") % {"owed": owed, "late": self.late}
        return _("%(owed)s; the next is due on %(day)s.") % {"owed": owed, "day": day(self.next_due_on)}

    @property
    def standing(self) -> str:
        """What has not been sent, said at any time (pages: rule 2)."""
        return _("Sent: %(sent)s of %(all)s. A saved draft is not sent.") % {
            "sent": len(self.sent), "all": len(self.duties),
        }  # fmt: skip


def first_sent_at(update: Update) -> datetime | None:
    """When it first came: what was returned and sent again is as early as it was."""
    return update.first_sent_at or update.submitted_at


def is_late(update: Update, bureau) -> bool:
    """Whether the update first came after its deadline; read it `with_due()`, so that granted time counts."""
    sent_at = first_sent_at(update)
    return sent_at is not None and sent_at >= deadline(update.period, bureau, update.extended_until)


def reporting(user, *, at: datetime, period: Period | None = None, with_feedback: bool = True) -> Reporting:
    """The task list of the person's bureau: the open periods, or the one asked for; what was returned always."""
    bureau = user.bureau
    if bureau is None:
        return Reporting(None, at.date(), period)
    today = today_at(bureau, at)
    periods = [period] if period else list(Period.objects.open_on(today).order_by("due_on"))
    words = _feedback(bureau) if with_feedback else Comment.objects.none()
    unfinished, sent, beside, running, requests, words = answered(
        _unfinished(bureau), *_sent(bureau, periods), _running(bureau, periods), requests_of(bureau), words
    )
    found = sorted([*sent, *beside, *unfinished], key=lambda one: one.revision)  # the latest of each comes last
    updates = {(update.initiative_id, update.period_id): update for update in found}
    work = {one.initiative_id: one.initiative for one in [*beside, *unfinished]} | {one.pk: one for one in running}
    granted = granted_days(requests)
    duties = [
        _duty(
            work[initiative_id], of_period, updates.get((initiative_id, of_period.pk)), today,
            due_day(of_period, granted.get(of_period.pk)),
        )
        for initiative_id, of_period in _pairs(work, periods, updates)
    ]  # fmt: skip
    duties.sort(key=lambda duty: (not duty.is_open, not duty.late, ORDER.index(duty.state), duty.due_on, duty.code))
    return Reporting(
        bureau, today, period, duties, [_said(comment) for comment in words], _times(duties, requests),
        Update.objects.waiting_for_head(bureau).count() if user.role == "head" else 0,
        may(user, "initiative.create", bureau_id=bureau.pk),
    )  # fmt: skip


def requests_of(bureau) -> QuerySet:
    """The bureau's requests for more time, oldest first, with their periods."""
    return Extension.objects.filter(bureau=bureau).select_related("period", "decided_by").order_by("asked_at", "id")


def granted_days(requests) -> dict[int, date]:
    """Until when each period was extended, by its id."""
    found: dict[int, date] = {}
    for one in requests:
        if one.state == ExtensionState.GRANTED:
            found[one.period_id] = max(one.granted_until, found.get(one.period_id, one.granted_until))
    return found


def _times(duties, requests) -> list[dict]:
    """For each period with something to send: the last request for more time, and whether another may be made."""
    unsent = [duty for duty in duties if duty.is_open and duty.act_label and duty.state != "returned"]
    latest = {one.period.code: one for one in requests}
    found = [(code, latest.get(code)) for code in sorted({duty.period for duty in unsent})]
    return [
        {"period": code, "request": request, "may_ask": request is None or request.state != ExtensionState.ASKED}
        for code, request in found
    ]


LISTED = ("code", "title", "language", "lead_bureau", "status", "starts_on", "ends_on")  # of a piece of work
STANDING = ("initiative", "period", "revision", "state")  # of what was sent: columns of one index


def _unfinished(bureau) -> QuerySet:
    """Whatever is open or returned, of any period, with its values and its work: the few that stand in an index of their own."""
    values = Prefetch("values", UpdateValue.objects.select_related("indicator"))
    found = Update.objects.filter(state__in=OPEN_STATES, initiative__lead_bureau=bureau)
    return found.select_related("period", "initiative").prefetch_related(values)


def _sent(bureau, periods) -> tuple[QuerySet, QuerySet]:
    """What was sent for the periods, of the work that runs in them and, with its work, of other: nothing of it is open any more.

    Asked apart from what is unfinished: of "these periods or unfinished" every update that the bureau ever sent is read.
    """
    sent = Update.objects.filter(period__in=periods, initiative__lead_bureau=bureau).exclude(state__in=OPEN_STATES)
    runs = _runs_in(periods, "initiative__")
    beside = sent.exclude(runs).select_related("initiative")
    named = [f"initiative__{name}" for name in LISTED]
    return sent.filter(runs).only(*STANDING), beside.only(*STANDING, *named)


def _running(bureau, periods) -> QuerySet:
    """The bureau's initiatives that run in the periods."""
    return Initiative.objects.led_by(bureau).filter(_runs_in(periods)).only(*LISTED)


def _runs_in(periods, prefix: str = "") -> Q:
    """Work that runs in one of the periods."""
    return reduce(or_, (running_in(period, prefix) for period in periods), Q(pk__in=[]))


def _pairs(work, periods, updates) -> list:
    by_key = {one.pk: one for one in periods}
    owed = {
        (initiative.pk, period.pk): period
        for initiative in work.values()
        for period in periods
        if initiative.status != "cancelled"
        and initiative.starts_on <= period.end_on
        and initiative.ends_on >= period.start_on
    }
    begun = {key: by_key.get(key[1]) or update.period for key, update in updates.items()}
    return [(initiative_id, period) for (initiative_id, _pk), period in (owed | begun).items()]


def _duty(initiative, period, update, today, due_on) -> Duty:
    state = _state(update, initiative, today)
    is_open = state in TO_DO
    closed = _why_closed(update, period, today) if is_open else ""
    days = (today - due_on).days
    return Duty(
        code=initiative.code,
        title=initiative.title,
        language=initiative.language,
        period=period.code,
        state=state,
        due_on=due_on,
        is_extended=due_on != period.due_on,
        late=ngettext("%(n)s day late", "%(n)s days late", days) % {"n": days} if is_open and days > 0 else "",
        note=_note(update, state) or closed,
        url=reverse("initiatives:update", args=[initiative.code, period.code]),
        act_label="" if closed else _act(state),
    )


def _why_closed(update, period, today) -> str:
    """Why nothing can be written, and who can change it; a correction and what was returned stay open."""
    if period.is_open(today) or (update is not None and (update.revision > 1 or update.submitted_at)):
        return ""
    if period.opens_on > today:
        return _("This period opens on %(day)s.") % {"day": day(period.opens_on)}
    return _("This period is closed; a strategy officer can reopen it.")


def _state(update, initiative, today) -> str:
    """One of ORDER's words. A draft with nothing missing is ready to send."""
    if update is None:
        return "not_started"
    if update.state != UpdateState.DRAFT:
        return update.state
    update.initiative = initiative
    return "draft" if missing_before_submission(update, today, update.values.all()) else "ready"


def _note(update, state) -> str:
    if state == "returned":
        return said_of(update.get_return_reason_display(), f"\u2068{update.return_comment}\u2069")
    if update is not None and update.revision > 1 and state in TO_DO:
        return _("Correction: %(reason)s") % {"reason": f"\u2068{update.correction_reason}\u2069"}
    return ""


def _act(state: str) -> str:
    return {
        "returned": _("Correct and send again"),
        "ready": _("Check and send"),
        "draft": _("Continue"),
        "not_started": _("Start"),
    }.get(state, "")


MOST_FEEDBACK = 3


def _feedback(bureau) -> QuerySet:
    """The last words of reviewers to this bureau: comments, newest first."""
    return (
        Comment.objects.filter(update__initiative__lead_bureau=bureau)
        .exclude(author__bureau=bureau)
        .select_related("author", "update__initiative", "update__period")
        .order_by("-written_at")[:MOST_FEEDBACK]
    )


def _said(comment: Comment) -> dict:
    return {
        "who": comment.author.full_name, "at": comment.written_at, "words": comment.text,
        "language": comment.language, "about": f"{comment.update.initiative.code} {comment.update.period.code}",
        "url": reverse("initiatives:update", args=[comment.update.initiative.code, comment.update.period.code]),
    }  # fmt: skip
