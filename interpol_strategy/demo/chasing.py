"""What the demonstration's bureaus ask of its officers: one request for more time that waits, one that was granted."""

from __future__ import annotations

from datetime import timedelta

from core import audit
from initiatives.chasing.records import Extension, ExtensionState
from initiatives.extensions import FACTS
from interpol_strategy.demo.play import curtain
from interpol_strategy.demo.stage import Stage

ASKED = "Our line was down for two weeks after the floods; the figures of three regions are still on paper."
GRANTED_FOR = "The head of the bureau changes this month and wants to read everything before it leaves."
ANSWER = "Granted: the new head should know what they sign."


def ask_for_more_time(stage: Stage) -> list[audit.Entry]:
    """This will let two bureaus ask for more time in the present period, and an officer answer one of them."""
    now, officer, period = curtain(stage.on), stage.people["officer"], stage.periods[-1]
    if period.due_on >= period.closes_on:
        return []
    waits, granted = (
        Extension.objects.create(
            bureau=who.bureau, period=period, until_on=period.closes_on - timedelta(days=days), reason=reason, asked_by=who,
            contact=who, asked_at=now - timedelta(days=2), created_at=now, updated_at=now, **answer,
        )
        for who, days, reason, answer in (
            (stage.people["liaison2"], 0, ASKED, {}),
            (stage.people["head"], 5, GRANTED_FOR, {
                "state": ExtensionState.GRANTED, "granted_until": period.closes_on - timedelta(days=5),
                "decided_by": officer, "decided_at": now - timedelta(days=1), "decision_reason": ANSWER, "version": 2,
            }),
        )
    )  # fmt: skip
    return [
        *(
            audit.Entry(one.asked_at, one.asked_by, "extension.asked", one, {}, audit.snapshot(one, FACTS), one.reason)
            for one in (waits, granted)
        ),
        audit.Entry(granted.decided_at, officer, "extension.granted", granted, {}, audit.snapshot(granted, FACTS), ANSWER),
    ]
