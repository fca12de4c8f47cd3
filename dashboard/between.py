"""The two days between which something changed, as the address asks for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from core.errors import Invalid
from dashboard.asked import Asked, end_of, first_day_known, read_day


@dataclass(frozen=True)
class Between:
    """The two days: what was known at the end of `since`, against what was known at the end of `until`."""

    since: date
    until: date

    @property
    def is_nothing(self) -> bool:
        return self.since >= self.until

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
    until = _day(question, given.get("until", ""), "until") or question.today
    asked, first = _day(question, given.get("since", ""), "since"), first_day_known()
    if until > question.today:
        raise Invalid.on("until", _("Nobody knows yet what will be known on that day: choose one that has been."))
    if asked is None:
        return Between(min(until, max(first or until, _usual_start(question, until))), until)
    if asked >= until:
        raise Invalid.on("since", _("The first day comes before the second."))
    if first is None or asked < first:
        raise Invalid.on("since", _("Nothing had been recorded yet on that day: choose a later one."))
    return Between(asked, until)


def _day(question: Asked, words: str, name: str) -> date | None:
    named = next((period.end_on for period in question.periods if period.code == words), None)
    return min(named, question.today) if named else read_day(words[:16], name)


def _usual_start(question: Asked, until: date) -> date:
    """The end of the last period that was over by then; a quarter of a year before, where there is none."""
    ended = [period.end_on for period in question.periods if period.end_on < until]
    return max(ended, default=until - timedelta(days=91))
