"""The figures of a day in the past, as pages ask for them: where many answers had been given, from what is kept.

First the rows of the summary, where none of those asked for has been worked out again since; else the day's picture, which a
worker makes once for everybody (`dashboard.pictures`); else nobody has worked them out yet, and the page says so. Where there are
few answers they are worked out at once. Whoever reads sees of each row what they may see of it (`dashboard.figures`).
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal

from django.db.models import F, Max, Q
from django.utils.translation import gettext as _

from core.errors import Conflict
from core.formats import day as in_words
from core.handling import Handling
from core.models import AuditRecord, Installation, Job, JobState, Period
from core.together import Steps, beside, rows_steps
from dashboard.asked import Asked
from dashboard.day_jobs import DayJobs, at_once_steps
from dashboard.known import known_steps, rollup_of, rollup_steps
from dashboard.summary_rows import READ, SHARE_FIELDS, of_row, read_row, summary, summary_asked
from initiatives.past import TARGET as WORK
from outcomes.levels import INDICATOR
from outcomes.models import Indicator, Measurement, RollUp
from outcomes.summary import CROWDS, FIELDS, Key, Row
from outcomes.summary import read as read_summary

NUMBERS = ("actual", *SHARE_FIELDS)
PART = (*Key._fields, *(name for name in FIELDS if name != "sums"))
# What values and reports take their handling from after they were given, the value that replaced them among it.
CLOSED = (WORK, Indicator._meta.label_lower, Measurement._meta.label_lower)
PARTS_OF_PICTURES = 2  # another number where pictures hold other parts than before: each is then made anew


class NotWorkedOut(Conflict):
    """Nobody has worked out yet what was asked of a past day, and it is too much to do so while somebody waits."""

    code = "not_worked_out"

    def __init__(self, day: date, period: str):
        words = _("The figures as known on %(day)s are not worked out yet: ask for them on the page.")
        super().__init__(words % {"day": in_words(day)})
        self.day, self.period = day, period


def _mark(day: date) -> str:
    """New rules of the arithmetic make new pictures, and so does whatever was closed since: who may see a figure is settled anew.

    Two queries.
    """
    rules = Installation.objects.values_list("figures_by", flat=True).first() or ""
    return "-".join(filter(None, (f"{PARTS_OF_PICTURES}-{rules[:16]}", _last_closing(day))))


def _last_closing(day: date) -> str:
    """The number of the last act since the day began that closed work, an indicator or earlier values; empty where there was none.

    A number, not a moment: an act that was under way while a picture was made comes after it all the same. Up to internal
    handling no figure is hidden (`outcomes.summary_crowds`).
    """
    since = AuditRecord.objects.filter(target_type__in=CLOSED, at__gte=datetime.combine(day, time.min, UTC))
    acts = since.filter(before__has_key="handling", after__handling__gte=Handling.RESTRICTED)
    last = acts.exclude(before__handling=F("after__handling")).order_by().aggregate(last=Max("seq"))["last"]
    return str(last or "")


PICTURES = DayJobs("picture", mark=_mark)


def period_of(question: Asked) -> str:
    """The period that pictures are told apart by: none for the one that every page of the day is read in anyway."""
    usual = question.periods[0] if question.periods else None
    return "" if question.period == usual else question.period.code


def figures_then(question: Asked, *, plans, periods, nodes: dict[str, list[int]], bureau=None) -> Steps[list[tuple]]:
    """The values of READ of each node and period. Raises NotWorkedOut. Where it's worked out at once three rounds and the values."""
    if (yield from _is_at_once(question, nodes)):
        found = yield from rollup_steps(nodes, plans=plans, periods=periods, moment=question.moment, bureau=bureau)
        return [of_row(one) for one in found]
    of_all = summary_asked(nodes, periods)
    if not of_all[1]:
        return []
    wholes, *own = yield from beside(
        rows_steps(summary, *of_all), *([rows_steps(summary, *of_all[:-1], bureau.pk)] if bureau else [])
    )
    if is_untouched([*wholes, *(own[0] if own else ())], question.moment) and _are_all_there(wholes, nodes):
        return [read_row(row) for row in (own[0] if own else wholes)]
    question.has_moved = True
    return _of_bureau(question, nodes, bureau) if bureau else _of_all(question)


def parts_then(question: Asked, nodes: dict[str, list[int]], *, plan: int, period: Period) -> Steps[tuple[dict[Key, Row], object]]:
    """Each bureau's row of each node, and when the newest value in them became known. Raises NotWorkedOut."""
    if (yield from _is_at_once(question, nodes)):
        asked = {"plans": [plan], "periods": [period], "moment": question.moment}
        return (yield from known_steps(nodes, **asked, of_each=True))
    untouched = None if question.has_moved else parts_of_summary(nodes, period, question.moment)
    return untouched or _parts(question, nodes)


def _is_at_once(question: Asked, nodes) -> Steps[bool]:
    if question.is_at_once is None:
        question.is_at_once = yield from at_once_steps()
    is_one_indicator = {kind: len(ids) for kind, ids in nodes.items()} == {INDICATOR: 1}
    return question.is_at_once or is_one_indicator


# from the summary


def is_untouched(rows: list[tuple], moment: datetime) -> bool:
    """Whether rows (READ) are as they were at the moment: a row is only written when it becomes another one."""
    return bool(rows) and all(row[-1] <= moment for row in rows)


def _are_all_there(rows: list[tuple], nodes) -> bool:
    """An indicator that was retired since has no row any more: then what is kept does not tell what was known."""
    measured, periods = sum(row[1] == INDICATOR for row in rows), {row[3] for row in rows}
    return measured == len(nodes.get(INDICATOR, ())) * len(periods)


def parts_of_summary(nodes: dict[str, list[int]], period: Period, moment: datetime) -> tuple[dict[Key, Row], datetime] | None:
    """Each bureau's row of the nodes, where neither these nor the wholes were worked out again after the moment. Two queries."""
    about = Q()
    for kind, ids in nodes.items():
        about |= Q(node_type=kind, node_id__in=ids)
    about &= Q(period=period)
    at = RollUp.objects.filter(about).aggregate(at=Max("computed_at"))["at"]
    if at is None or at > moment:
        return None
    return read_summary(about & Q(bureau__isnull=False)), at


# from the picture


def _section(question: Asked, *names: str) -> list:
    """Parts of the picture's JSON. Raises NotWorkedOut where there is none. Three queries."""
    code = period_of(question)
    ready = PICTURES.all_of(question.known_on, code).filter(state=JobState.READY)
    found = ready.values_list(*(f"result__{name}" for name in names)).first()
    if found is None:
        raise NotWorkedOut(question.known_on, code)
    return list(found)


def _of_all(question: Asked) -> list[tuple]:
    return [read_whole(row) for rows in _section(question, "rows", "paths") for row in rows]


def _parts(question: Asked, nodes) -> tuple[dict[Key, Row], datetime | None]:
    rows, at = _section(question, "parts", "at")
    asked = {(kind, pk) for kind, ids in nodes.items() for pk in ids}
    return dict(_read_part(row) for row in rows if (row[0], row[1]) in asked), at and datetime.fromisoformat(at)


def _of_bureau(question: Asked, nodes, bureau) -> list[tuple]:
    rows, at = _parts(question, nodes)
    return [of_row(rollup_of(key, row, at)) for key, row in rows.items() if key.bureau_id == bureau.pk]


def rows_in(picture: Job) -> list[tuple]:
    """The values of READ of every node in the period that its plan was read in."""
    return [read_whole(row) for row in picture.result["rows"]]


# in what JSON can hold: numbers as their exact words


def written_whole(row: tuple) -> list:
    """A row of READ."""
    told = _told(dict(zip(READ, row, strict=True)))
    told["computed_at"] = told["computed_at"] and told["computed_at"].isoformat()
    return [told[name] for name in READ]


def read_whole(stored: list) -> tuple:
    """What `written_whole` wrote."""
    told = _read(dict(zip(READ, stored, strict=True)))
    told["computed_at"] = told["computed_at"] and datetime.fromisoformat(told["computed_at"])
    return tuple(told[name] for name in READ)


def written_part(key: Key, row: Row) -> list:
    """A bureau's row: its key, and what is kept of it but for the sums."""
    told = _told({**key._asdict(), **row._asdict()})
    return [told[name] for name in PART]


def _read_part(stored: list) -> tuple[Key, Row]:
    told = _read(dict(zip(PART, stored, strict=True)))
    told |= {name: tuple(told[name]) for name in CROWDS}
    return Key(*(told.pop(name) for name in Key._fields)), Row(**told)


def _told(facts: dict) -> dict:
    facts |= {name: None if facts[name] is None else format(facts[name], "f") for name in NUMBERS}
    facts["last_observed_on"] = facts["last_observed_on"] and facts["last_observed_on"].isoformat()
    return facts


def _read(facts: dict) -> dict:
    facts |= {name: None if facts[name] is None else Decimal(facts[name]) for name in NUMBERS}
    facts["last_observed_on"] = facts["last_observed_on"] and date.fromisoformat(facts["last_observed_on"])
    return facts
