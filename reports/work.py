"""The work in a report: each initiative with its delivery, and what the bureaus said of it in their own words."""

from __future__ import annotations

from outcomes.progress import DeliveryCase, DeliveryStep, Observation, deliver

from .gather import Gathered, exact
from .texts import own_text, text

MOST_SAID = 3


def initiatives_of(found: Gathered, aim) -> list[int]:
    """The initiatives that contribute to the aim, each once however many of its results it serves."""
    return list(dict.fromkeys(pk for result in found.results[aim.pk] for pk in found.contributions[result.pk]))


def initiatives(found: Gathered, aims: dict[int, list[str]]) -> list[dict]:
    return [
        {
            "code": row.code,
            "title": own_text(row.title, row.language),
            "bureau": row.lead_bureau.code,
            "bureau_name": text(row.lead_bureau.name),
            "partners": found.partners.get(row.pk, 0),
            "aims": aims.get(row.pk, []),
            "starts_on": row.starts_on.isoformat(),
            "ends_on": row.ends_on.isoformat(),
            "state": row.status,
            **_delivery(found, row),
            "last_period": found.latest[row.pk].period.code if row.pk in found.latest else None,
            "handling": row.handling,
        }
        for row in found.initiatives.values()
    ]


def _delivery(found: Gathered, row) -> dict:
    figure = deliver(
        DeliveryCase(
            code=row.code,
            starts_on=row.starts_on,
            ends_on=row.ends_on,
            on=min(found.span.end_on, found.as_of.date()),
            reported=_reported(found.latest.get(row.pk)),
            steps=tuple(DeliveryStep(step.due_on, step.weight, step.done_on) for step in found.steps[row.pk]),
        )
    )
    return {"status": figure.status.value, "delivery": exact(figure.contribution)}


def _reported(update) -> Observation | None:
    if update is None or update.delivery_percent is None:
        return None
    return Observation(value=update.delivery_percent, period_end_on=update.period.end_on)


def said(found: Gathered, own: list[int]) -> list[dict]:
    """What stands in the way, said by those whose delivery is furthest behind, for the last period; a few of them."""
    order = {"off_track": 0, "at_risk": 1}
    rows = [found.latest[pk] for pk in own if pk in found.latest]
    telling = [row for row in rows if _is_recent(found, row) and (row.obstacle or row.off_track_reason)]
    telling.sort(key=lambda row: (order.get(row.delivery_status, 2), row.initiative.code))
    return [_said(row, row.off_track_reason or row.obstacle) for row in telling[:MOST_SAID]]


def help_wanted(found: Gathered, own: list[int]) -> list[dict]:
    rows = [found.latest[pk] for pk in own if pk in found.latest]
    asking = sorted(
        (row for row in rows if row.help_wanted and _is_recent(found, row)), key=lambda row: row.initiative.code
    )
    return [_said(row, row.help_wanted) for row in asking[:MOST_SAID]]


def about_indicator(found: Gathered, indicator_id: int, told: set[str]) -> tuple[dict | None, dict | None]:
    """A reason and a call for help among the work that reports on the indicator, of work not `told` of before."""
    rows = [found.latest[pk] for pk in found.measured_by[indicator_id] if pk in found.latest]
    rows = [row for row in rows if _is_recent(found, row) and row.initiative.code not in told]
    reason = next(
        (_said(row, row.off_track_reason or row.obstacle) for row in rows if row.off_track_reason or row.obstacle), None
    )
    wanted = next((_said(row, row.help_wanted) for row in rows if row.help_wanted), None)
    told |= {said["initiative"] for said in (reason, wanted) if said}
    return reason, wanted


def _is_recent(found: Gathered, row) -> bool:
    """From the report's own span, or the period before it: older words are history."""
    recent = [period.pk for period in found.periods[-2:]]
    return row.period_id in recent or row.period.end_on >= found.span.start_on


def _said(row, words: str) -> dict:
    return {
        "text": words, "language": row.language, "bureau": row.initiative.lead_bureau.code,
        "initiative": row.initiative.code, "period": row.period.code,
    }  # fmt: skip
