"""The two days between which something changed, as the address asks for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from core.errors import Invalid
from dashboard.asked import Asked, end_of, first_day_known, read_day


@dataclass(frozen=True)
class Between:
    """The two days: what was known at the end of `since`, against what was known at the end of `until`.

    `first` is the first day of which anything is known; None where nothing was recorded yet.
    """

    since: date
    until: date
    first: date | None = None

    @property
    def is_nothing(self) -> bool:
        return self.since >= self.until

    def could_begin(self, day: date) -> bool:
        """Whether anything was known already on that day."""
        return self.first is not None and self.first <= day < self.until

    @property
    def moments(self) -> dict:
        return {"gt": end_of(self.since), "lte": end_of(self.until)}

    def within(self, rows, name: str):
        """The rows whose moment of that name lies between the days."""
        return rows.filter(**{f"{name}__{part}": moment for part, moment in self.moments.items()})


def read_between(question: Asked, given) -> Between:
    """The days that were asked for: each a day, or a period's code for its last day. Raises Invalid beside the field.

    Both are the same day where nobody asked for a first one and nothing had been recorded before the second.
    """
    days, faults = {}, {}
    for name in ("since", "until"):
        try:
            days[name] = _day(question, given.get(name, ""), name)
        except Invalid as refused:
            faults |= refused.fields
    first = question.first_known or first_day_known()
    faults |= {name: words for name, words in _impossible(question, days, first).items() if name not in faults}
    if faults:
        raise Invalid(fields=faults)
    until = days["until"] or question.today
    if days["since"] is None:
        return Between(min(until, max(first or until, _usual_start(question, until))), until, first)
    return Between(days["since"], until, first)


def _impossible(question: Asked, days: dict[str, date | None], first: date | None) -> dict[str, list]:
    """What is wrong with days that are days, by field."""
    since, until = days.get("since"), days.get("until") or question.today
    faults = {}
    if until > question.today:
        faults["until"] = [_("Nobody knows yet what will be known on that day: choose one that has been.")]
    if since is None:
        return faults
    if since >= min(until, question.today):
        faults["since"] = [_("The first day comes before the second.")]
    elif first is None or since < first:
        faults["since"] = [_("Nothing had been recorded yet on that day: choose a later one.")]
    return faults


def _day(question: Asked, words: str, name: str) -> date | None:
    named = next((period.end_on for period in question.periods if period.code == words), None)
    return min(named, question.today) if named else read_day(words[:16], name)


def _usual_start(question: Asked, until: date) -> date:
    """The end of the last period that was over by then; a quarter of a year before, where there is none."""
    ended = [period.end_on for period in question.periods if period.end_on < until]
    return max(ended, default=until - timedelta(days=91))
