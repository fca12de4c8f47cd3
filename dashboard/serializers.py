"""Shapes of how bureaus stand, as the API shows it."""

from __future__ import annotations

from rest_framework import serializers

from core.serializers import TranslatedText
from dashboard.asked import Asked
from dashboard.bureau_list import Listed
from dashboard.reporting import Standing, region_of
from outcomes.choices import Status
from outcomes.serializers import Number, written


class OfABureau(serializers.Serializer):
    """A bureau with its counts of updates for the period, of the work that the reader may see."""

    bureau = serializers.CharField()
    name = TranslatedText()
    region = serializers.CharField()
    due = serializers.IntegerField()
    sent = serializers.IntegerField()
    validated = serializers.IntegerField()
    missing = serializers.IntegerField()


class ReportingRow(OfABureau):
    """How a bureau reported. `days_late` are whole days, of what is missing or else of what came last."""

    in_time = serializers.IntegerField()
    due_on = serializers.DateField()
    is_extended = serializers.BooleanField()
    days_late = serializers.IntegerField()
    asks_for_more_time = serializers.BooleanField()
    last_reminder_at = serializers.DateTimeField(allow_null=True)


class ReportingStatus(serializers.Serializer):
    """Who has reported for the period. `as_of` is null for now."""

    period = serializers.CharField(allow_null=True)
    as_of = serializers.DateField(allow_null=True)
    results = ReportingRow(many=True)


class BureauStandingRow(OfABureau):
    """How a bureau stands to its own path. Shares of one; null is unknown; where it is `restricted` it says no more."""

    restricted = serializers.BooleanField()
    status = serializers.ChoiceField(choices=Status.choices, allow_null=True)
    progress = Number()
    expected = Number()


class BureauStandings(serializers.Serializer):
    """The list of bureaus. `plan` is null where none is in force, and where `figures_wait`: nobody worked them out for that day."""

    period = serializers.CharField(allow_null=True)
    as_of = serializers.DateField(allow_null=True)
    plan = serializers.CharField(allow_null=True)
    figures_wait = serializers.BooleanField()
    results = BureauStandingRow(many=True)


def reporting_of(question: Asked, period, rows: list[Standing]) -> dict:
    """The rows as the API shows them, in their order."""
    return {
        "period": period.code if period else None,
        "as_of": question.known_on,
        "results": [
            {
                **_bureau(row.bureau, row.count), "in_time": row.count.in_time, "due_on": row.due_on,
                "is_extended": row.is_extended, "days_late": row.days_late,
                "asks_for_more_time": row.request is not None, "last_reminder_at": row.reminded_at,
            }
            for row in rows
        ],
    }  # fmt: skip


def bureaus_of(question: Asked, listed: Listed) -> dict:
    """The list as the API shows it, in its order."""
    standing = listed.standing
    return {
        "period": question.period.code if question.period else None,
        "as_of": question.known_on,
        "plan": standing.plan.code if standing.plan else None,
        "figures_wait": standing.lacking is not None,
        "results": [{**_bureau(duty.bureau, duty), **_figure(standing, duty.bureau)} for duty in listed.duties],
    }


def _bureau(bureau, count) -> dict:
    counts = {name: getattr(count, name) for name in ("due", "sent", "validated", "missing")}
    return {"bureau": bureau.code, "name": TranslatedText.from_row(bureau.name), "region": region_of(bureau), **counts}


def _figure(standing, bureau) -> dict:
    """The bureau's part of the plan as far as the reader may know it."""
    figure = standing.figure_of(bureau) if standing.plan else None
    if figure is None or figure.is_hidden:
        return {"restricted": figure is not None, "status": None, "progress": None, "expected": None}
    shares = {"progress": written(figure.progress), "expected": written(figure.expected)}
    return {"restricted": False, "status": figure.status, **shares}
