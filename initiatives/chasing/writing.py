"""Writing what is due: one row for each letter under a key that can be used once. Nothing is sent from here.

Everything is worked out from what the database holds, so it does not matter how often or how late this runs, or how many do it at
once: a key that is there is never written again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from accounts.models import Role, User
from initiatives import extensions
from initiatives.chasing import wishes
from initiatives.chasing.calendar import Calendar
from initiatives.chasing.debts import Debt, debts
from initiatives.chasing.events import events, happened_to
from initiatives.chasing.records import Extension, Letter, LetterKind, LetterState, MailChoice
from initiatives.clocks import due_day, reached_day
from initiatives.models import Initiative, Update
from outcomes.models import Judgement, Target

# What happened longer ago than this is told by nobody any more.
EVENTS_FROM = timedelta(days=3)
WEEK = timedelta(days=7)
DUE_SOON = timedelta(days=21)


@dataclass
class Company:
    """Who may be written to: active people by their part, and those who wish to hear of each event at once."""

    liaisons: dict[int, list[User]] = field(default_factory=dict)
    heads: dict[int, list[User]] = field(default_factory=dict)
    officers: list[User] = field(default_factory=list)
    each: set[int] = field(default_factory=set)

    @classmethod
    def present(cls) -> Company:
        found = cls(each=set(MailChoice.objects.filter(way=MailChoice.Way.EACH).values_list("person", flat=True)))
        roles = [Role.LIAISON, Role.HEAD, Role.OFFICER]
        for person in User.objects.active().filter(role__in=roles).select_related("bureau").order_by("pk"):
            if person.role == Role.OFFICER:
                found.officers.append(person)
            else:
                people = found.liaisons if person.role == Role.LIAISON else found.heads
                people.setdefault(person.bureau_id, []).append(person)
        return found

    def reporters(self, bureau_id: int) -> list[User]:
        """Who is reminded: the bureau's liaisons, or its heads where it has none."""
        return self.liaisons.get(bureau_id) or self.heads.get(bureau_id, [])


def write_due(*, at: datetime) -> int:
    """This will write every letter that is due and not written yet. Answers how many were new."""
    calendar = wishes.calendar_of(wishes.present_schedule())
    company, owed = Company.present(), debts(at=at)
    return keep(
        [
            *_reminders(calendar, company, owed, at),
            *_words_to_heads(calendar, company, owed, at),
            *_words_to_officers(calendar, company, owed, at),
            *_digests(calendar, company, owed, at),
            *_words_of_events(company, at),
            *_words_of_requests(calendar, company, at),
            *_words_of_changes(calendar, at),
        ]
    )


def keep(letters: Iterable[Letter]) -> int:
    """This will keep those whose key is new."""
    wanted = {letter.key: letter for letter in letters}
    known = set(Letter.objects.filter(key__in=list(wanted)).values_list("key", flat=True))
    new = [letter for key, letter in wanted.items() if key not in known]
    Letter.objects.bulk_create(new, ignore_conflicts=True, batch_size=500)
    return len(new)


def letter(kind, name: str, person: User, at: datetime, *, debt: Debt | None = None, after=None, **values) -> Letter:
    """A letter that waits; `name` makes its key together with whom it goes to."""
    about = {"bureau": debt.bureau, "period": debt.period} if debt else {}
    return Letter(
        key=f"{kind}:{name}:{person.pk}", kind=kind, recipient=person, written_at=at, send_after=after or at,
        **about, **values,
    )  # fmt: skip


def _reminders(calendar: Calendar, company: Company, owed: list[Debt], at) -> Iterator[Letter]:
    for debt in owed:
        step = calendar.reminder_on(debt.due_on, reached_day(at, debt.bureau.time_zone, calendar.hour))
        if step:
            kind = LetterKind(step.partition(":")[0])
            for person in company.reporters(debt.bureau.pk):
                yield letter(kind, _name(debt, step), person, at, debt=debt, facts={"step": step})


def _name(debt: Debt, step: str) -> str:
    """A due date that moved makes new letters; the same one never does."""
    return f"{debt.bureau.code}:{debt.period.code}:{debt.due_on.isoformat()}:{step}"


def _words_to_heads(calendar: Calendar, company: Company, owed: list[Debt], at) -> Iterator[Letter]:
    for debt in owed:
        if calendar.head_hears_on(debt.due_on, reached_day(at, debt.bureau.time_zone, calendar.hour)):
            for person in company.heads.get(debt.bureau.pk, []):
                yield letter(LetterKind.HEAD, _name(debt, "head"), person, at, debt=debt)


def _words_to_officers(calendar: Calendar, company: Company, owed: list[Debt], at) -> Iterator[Letter]:
    """One letter a day to each officer, about the bureaus of which they have not heard yet."""
    late = [
        debt
        for debt in owed
        if calendar.officer_hears_on(debt.due_on, reached_day(at, debt.bureau.time_zone, calendar.hour))
    ]
    if not late:
        return
    head_told, officers_told = _told([debt.period for debt in late])
    for person in company.officers:
        day = reached_day(at, person.time_zone, calendar.hour)
        for period in sorted({debt.period for debt in late}, key=lambda one: one.due_on):
            news = [
                debt
                for debt in late
                if debt.period == period
                and (person.pk, period.pk, _name(debt, "officer")) not in officers_told
                and _head_had_a_day(debt, company, head_told, at)
            ]
            if news:
                facts = {"about": [_name(debt, "officer") for debt in news], "bureaus": len(news)}
                name = f"{period.code}:{day.isoformat()}"
                yield letter(LetterKind.OFFICER, name, person, at, period=period, facts=facts)


def _told(periods) -> tuple[dict[str, datetime], set]:
    """When heads were written to, by the name of the debt; and of which debts each officer heard."""
    heads: dict[str, datetime] = {}
    officers = set()
    kinds = [LetterKind.HEAD, LetterKind.OFFICER]
    rows = Letter.objects.filter(kind__in=kinds, period__in=periods).exclude(state=LetterState.NOT_NEEDED)
    for key, kind, person, period, facts, at in rows.values_list(
        "key", "kind", "recipient_id", "period_id", "facts", "written_at"
    ):
        if kind == LetterKind.HEAD:
            name = key.removeprefix("head:").rpartition(":")[0]
            heads[name] = min(at, heads.get(name, at))
        else:
            officers |= {(person, period, name) for name in facts.get("about", [])}
    return heads, officers


def _head_had_a_day(debt: Debt, company: Company, head_told: dict, at) -> bool:
    """The officers hear of it after the head of the bureau had a day; where there is no head, at once."""
    told_at = head_told.get(_name(debt, "head"))
    if told_at is None:
        return debt.bureau.pk not in company.heads
    return at - told_at >= timedelta(days=1)


def _digests(calendar: Calendar, company: Company, owed: list[Debt], at) -> Iterator[Letter]:
    """One letter a week to whoever wishes it so, if there was anything to say by its hour."""
    happened = happened_to(since=at - 2 * WEEK)
    mine: dict[int, list[Debt]] = defaultdict(list)
    for debt in owed:
        mine[debt.bureau.pk].append(debt)
    for people in (*company.liaisons.values(), *company.heads.values()):
        bureau = people[0].bureau
        week = calendar.digest_day(reached_day(at, bureau.time_zone, calendar.hour))
        facts = _facts_of_week(week, calendar.hour, bureau, happened, mine) if week else {}
        for person in people if any(facts.values()) else ():
            if person.pk not in company.each:
                yield letter(LetterKind.DIGEST, week.isoformat(), person, at, bureau=bureau, facts=facts)


def _facts_of_week(week, hour: int, bureau, happened, mine) -> dict:
    """What happened in the seven days before the digest's hour, and what is late or due soon; later news waits a week."""
    until = datetime.combine(week, time(hour), ZoneInfo(bureau.time_zone))
    news = {what for moment, what in happened.get(bureau.pk, ()) if until - WEEK <= moment < until}
    soon = [debt for debt in mine[bureau.pk] if debt.due_on - week <= DUE_SOON]
    return {"news": sorted(news), "owed": [[debt.period.code, debt.due_on.isoformat()] for debt in soon]}


def _words_of_events(company: Company, at) -> Iterator[Letter]:
    for event in events(since=at - EVENTS_FROM):
        if event.person.is_active and event.person.pk in company.each:
            yield letter(
                event.kind, event.name, event.person, at, bureau=event.bureau, period=event.period, facts=event.facts
            )


def _words_of_requests(calendar: Calendar, company: Company, at) -> Iterator[Letter]:
    """Each officer hears once of every request for more time that waits: at once, or with the week's others.

    Who wishes one letter a week still hears at once of what is due before that letter goes.
    """
    waiting = list(Extension.objects.waiting().select_related("bureau", "period"))
    if not waiting:
        return
    told, granted = _told_of_requests(waiting), extensions.due_days({one.period for one in waiting})
    for person in company.officers:
        today = reached_day(at, person.time_zone, calendar.hour)
        later = []
        for one in (one for one in waiting if (person.pk, one.pk) not in told):
            due_on = due_day(one.period, granted.get((one.bureau_id, one.period_id)))
            if person.pk in company.each or calendar.is_before_next_digest(due_on, today):
                about = {"bureau": one.bureau, "period": one.period, "facts": {"about": [one.pk]}}
                yield letter(LetterKind.ASKED, str(one.pk), person, at, **about)
            else:
                later.append(one)
        yield from _request_digest(calendar, person, today, later, at)


def _request_digest(calendar: Calendar, person: User, today, later: list[Extension], at) -> Iterator[Letter]:
    week = calendar.digest_day(today)
    until = datetime.combine(week, time(calendar.hour), ZoneInfo(person.time_zone)) if week else None
    news = [one.pk for one in later if until and one.asked_at < until]
    if news:
        yield letter(LetterKind.ASKED, f"week:{week.isoformat()}", person, at, facts={"about": news})


def _told_of_requests(waiting: list[Extension]) -> set[tuple[int, int]]:
    """Which officers were written to about which requests."""
    since = min(one.asked_at for one in waiting)
    rows = Letter.objects.filter(kind=LetterKind.ASKED, written_at__gte=since)
    return {(person, pk) for person, facts in rows.values_list("recipient_id", "facts") for pk in facts["about"]}


def _words_of_changes(calendar: Calendar, at) -> Iterator[Letter]:
    """One letter a week to whoever follows what changed, if anything did; who began after its hour waits for the next."""
    is_news = cache(_has_changed)
    following = MailChoice.objects.filter(follows_changes=True, person__is_active=True).select_related("person")
    for choice in following.order_by("person"):
        person = choice.person
        week = calendar.digest_day(reached_day(at, person.time_zone, calendar.hour))
        if week is None or choice.updated_at >= datetime.combine(week, time(calendar.hour), ZoneInfo(person.time_zone)):
            continue
        since, until = week - timedelta(days=8), week - timedelta(days=1)
        if is_news(since, until):
            facts = {"since": since.isoformat(), "until": until.isoformat()}
            yield letter(LetterKind.CHANGES, week.isoformat(), person, at, facts=facts)


def _has_changed(since: date, until: date) -> bool:
    """Whether anything was validated, promised, judged or begun after the one day and by the end of the other."""
    days = (datetime.combine(since, time.max, UTC), datetime.combine(until, time.max, UTC))
    news = (
        (Update, "validated_at"), (Target, "recorded_at"), (Judgement, "recorded_at"), (Initiative, "created_at"),
    )  # fmt: skip
    return any(model.objects.filter(**{f"{name}__gt": days[0], f"{name}__lte": days[1]}).exists() for model, name in news)
