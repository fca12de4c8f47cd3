"""Initiatives as plain values: what their delivery is worked out from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import Q, QuerySet

from core.handling import Handling
from core.prepared import Prepared
from core.together import Steps, side_by_side
from initiatives.choices import InitiativeStatus
from initiatives.models import Contribution, Initiative, Milestone, Update
from initiatives.past import Past, pasts
from outcomes.progress import DeliveryStep, Observation

MOST_AT_ONCE = 1_000  # initiatives whose parts are read in one question: the parts of very many are read one kind after another


@dataclass
class Work:
    """One initiative as plain values: its dates, its steps, what was validated about it and where its shares go."""

    id: int
    code: str
    starts_on: date
    ends_on: date
    is_cancelled: bool
    handling: int
    bureau_id: int
    bureau: str
    version: int
    shares: dict[int, Decimal] = field(default_factory=dict)
    reports: list[tuple[date, Observation, int]] = field(default_factory=list)
    steps: list[DeliveryStep] = field(default_factory=list)

    @property
    def ref(self) -> str:
        return f"initiative:{self.code}@{self.version}"


def load_work(
    results: Iterable[int], *, bureaus: Iterable[int] | None = None, as_of=None, days: tuple[date, date] | None = None
) -> list[Work]:
    """The initiatives that contribute to the results, as believed at the moment (None: now). Two queries, four of very many.

    One more for a moment in the past. `bureaus` limits them to those that these bureaus lead. `days` are the last days of
    the first and the last period asked for: then of the reports only those between are there, and the last one before.
    """
    then = pasts(as_of) if as_of is not None else {}
    return side_by_side(work_steps(results, bureaus=bureaus, as_of=as_of, then=then, days=days))[0]


def work_steps(
    results: Iterable[int],
    *,
    bureaus: Iterable[int] | None = None,
    as_of=None,
    then: Mapping[int, Past] | None = None,
    days: tuple[date, date] | None = None,
) -> Steps[list[Work]]:
    """The same, to be read beside something else; `then` says of a moment in the past which work was another. Two rounds."""
    results, then = set(results), then or {}
    (rows,) = yield [_serving(results, bureaus, as_of, then)]
    work = {row[0]: Work(*row[:4], row[4] == InitiativeStatus.CANCELLED, *row[5:]) for row in rows}
    parts = [_shares(work, results), _steps(work), _reports(work, Update.objects.known_at(as_of), days)]
    if len(work) <= MOST_AT_ONCE:
        shares, steps, reports = yield parts
    else:
        shares, steps, reports = (one.iterator(chunk_size=10_000) for one in parts)
    for initiative, result, share in shares:
        work[initiative].shares[result] = share
    for pk, initiative, due_on, done_on, weight in steps:
        work[initiative].steps.append(DeliveryStep(due_on, weight, done_on, f"milestone:{pk}"))
    for pk in then.keys() & work.keys():
        _turn_back(work[pk], then[pk], results)
    for initiative, *report in reports:
        _add_report(work[initiative], *report)
    return [one for one in work.values() if one.shares]


def _serving(results: set[int], bureaus, as_of, then: Mapping[int, Past]) -> QuerySet:
    """The work that contributes to the results, or did at the moment."""
    gone = [pk for pk, past in then.items() if results & set(past.shares or ())]
    asked = Q(contributions__expected_result__in=results) | Q(pk__in=gone)
    if bureaus is not None:
        asked &= Q(lead_bureau__in=list(bureaus))
    rows = Initiative.objects.there_at(as_of).filter(asked).distinct().order_by("code")
    return rows.values_list(
        "id", "code", "starts_on", "ends_on", "status", "handling", "lead_bureau_id", "lead_bureau__code", "version"
    )


def _shares(work: Iterable[int], results: set[int]) -> QuerySet:
    rows = Contribution.objects.filter(initiative__in=list(work), expected_result__in=results)
    return rows.values_list("initiative_id", "expected_result_id", "share")


def _steps(work: Iterable[int]) -> QuerySet:
    rows = Milestone.objects.filter(initiative__in=list(work))
    return rows.values_list("id", "initiative_id", "due_on", "done_on", "weight")


def _turn_back(work: Work, past: Past, results: set[int]) -> None:
    """This will give the work what it was before its later changes; the higher of the two levels stays with it."""
    told = past.columns
    work.version -= past.changes
    work.starts_on, work.ends_on = told.get("starts_on", work.starts_on), told.get("ends_on", work.ends_on)
    if "status" in told:
        work.is_cancelled = told["status"] == InitiativeStatus.CANCELLED
    work.handling = max(work.handling, told.get("handling", work.handling))
    if past.shares is not None:
        work.shares = {result: share for result, share in past.shares.items() if result in results}
    if past.milestones is not None:
        work.steps = [
            DeliveryStep(one["due_on"], one["weight"], one["done_on"], f"{work.ref}/milestone:{place}")
            for place, one in enumerate(past.milestones, 1)
        ]


# What stands now of all work that a bureau leads beside one piece of it, by hand: composing four questions anew for every
# change cost more than the database needs to answer them. Of the reports, those since a day and the last one before.
BESIDE = Prepared(
    "work_beside",
    """
SELECT i.id, i.code, i.starts_on, i.ends_on, i.status, i.handling, i.lead_bureau_id, b.code, i.version,
    array_agg(c.expected_result_id), array_agg(c.share), r.ends, r.sent, r.percents, r.handlings, r.ids, r.revisions,
    m.ids, m.due, m.done, m.weights
FROM initiatives_contribution mine
JOIN initiatives_contribution c ON c.expected_result_id = mine.expected_result_id
JOIN initiatives_initiative i ON i.id = c.initiative_id AND i.lead_bureau_id = %(bureau)s
JOIN accounts_bureau b ON b.id = i.lead_bureau_id
CROSS JOIN LATERAL (
    SELECT array_agg(u.end_on ORDER BY u.end_on) AS ends, array_agg(u.submitted_at ORDER BY u.end_on) AS sent,
        array_agg(u.delivery_percent ORDER BY u.end_on) AS percents, array_agg(u.handling ORDER BY u.end_on) AS handlings,
        array_agg(u.id ORDER BY u.end_on) AS ids, array_agg(u.revision ORDER BY u.end_on) AS revisions
    FROM (
        SELECT u.*, p.end_on, row_number() OVER (PARTITION BY p.end_on < %(since)s ORDER BY p.end_on DESC) AS place
        FROM initiatives_update u JOIN core_period p ON p.id = u.period_id
        WHERE u.initiative_id = i.id AND u.state = 'validated' AND u.superseded_at IS NULL AND u.delivery_percent IS NOT NULL
    ) u WHERE u.end_on >= %(since)s OR u.place = 1
) r
CROSS JOIN LATERAL (
    SELECT array_agg(m.id ORDER BY m.id) AS ids, array_agg(m.due_on ORDER BY m.id) AS due,
        array_agg(m.done_on ORDER BY m.id) AS done, array_agg(m.weight ORDER BY m.id) AS weights
    FROM initiatives_milestone m WHERE m.initiative_id = i.id
) m
WHERE mine.initiative_id = %(initiative)s
GROUP BY i.id, b.code, r.ends, r.sent, r.percents, r.handlings, r.ids, r.revisions, m.ids, m.due, m.done, m.weights
ORDER BY i.code""",
)


def load_work_beside(initiative: Initiative, *, since: date) -> list[Work]:
    """All work that the initiative's bureau leads for its expected results, itself among it, as it stands now. One query.

    Enough to work out the periods that end on the day or later: of the reports before it, only the last is there.
    """
    asked = {"bureau": initiative.lead_bureau_id, "initiative": initiative.pk, "since": since}
    return [_work(*row) for row in BESIDE.rows(asked)]


def _work(
    pk, code, starts_on, ends_on, status, handling, bureau_id, bureau, version, results, shares,
    ends, sent, percents, handlings, ids, revisions, steps, due, done, weights,
) -> Work:  # fmt: skip
    is_cancelled = status == InitiativeStatus.CANCELLED
    made = Work(pk, code, starts_on, ends_on, is_cancelled, handling, bureau_id, bureau, version)
    made.shares = dict(zip(results, shares, strict=True))
    for report in zip(ends or (), sent or (), percents or (), handlings or (), ids or (), revisions or (), strict=True):
        _add_report(made, *report)
    for step, due_on, done_on, weight in zip(steps or (), due or (), done or (), weights or (), strict=True):
        made.steps.append(DeliveryStep(due_on, weight, done_on, f"milestone:{step}"))
    return made


def _reports(work: Iterable[int], updates, days: tuple[date, date] | None) -> QuerySet:
    updates = updates.filter(initiative__in=list(work), delivery_percent__isnull=False)
    if days is not None:
        first_on, last_on = days
        before = updates.filter(period__end_on__lt=first_on).order_by("initiative_id", "-period__end_on")
        last_words = before.distinct("initiative_id").values("pk")
        updates = updates.filter(Q(period__end_on__range=(first_on, last_on)) | Q(pk__in=last_words))
    return updates.order_by("period__end_on").values_list(
        "initiative_id", "period__end_on", "submitted_at", "delivery_percent", "handling", "id", "revision"
    )


def _add_report(into: Work, end_on: date, submitted_at, percent: Decimal, handling: int, pk: int, revision: int) -> None:
    handling = max(handling, into.handling)
    seen = Observation(
        value=percent, observed_on=min(end_on, submitted_at.date()), bureau=into.bureau, initiative=into.code,
        source_ref=f"update:{pk}@{revision}", period_end_on=end_on, restricted=handling >= Handling.RESTRICTED,
        confidential=handling >= Handling.CONFIDENTIAL,
    )  # fmt: skip
    into.reports.append((end_on, seen, handling))
