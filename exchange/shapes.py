"""Shapes of a bureau's files in the API."""

from __future__ import annotations

from datetime import datetime

from rest_framework import serializers

from core.serializers import Choice, ReadSerializer, StrictSerializer, Text, YesNo
from exchange import pages
from exchange.comparing import compare
from exchange.models import State, Upload

MOST_PICKS = 5_000


class FileBody(StrictSerializer):
    """A workbook (XLSX), or one of its tables as CSV."""

    file = serializers.FileField(max_length=1000, allow_empty_file=True)


class WordBody(StrictSerializer):
    """`seen` names the changes that the caller looked at; `picks` maps a conflict's key to mine or theirs."""

    seen = Text(max_length=64)
    picks = serializers.DictField(child=Choice(choices=["mine", "theirs"]), default=dict)
    send = YesNo(default=False)


class CellRow(serializers.Serializer):
    """A cell of the file and what it is about."""

    sheet = serializers.CharField()
    cell = serializers.CharField()
    about = serializers.CharField()


class ChangeRow(CellRow):
    old = serializers.CharField()
    new = serializers.CharField()


class ProblemRow(CellRow):
    why = serializers.CharField()


class ConflictRow(CellRow):
    key = serializers.CharField()
    mine = serializers.CharField()
    theirs = serializers.CharField()
    pick = serializers.CharField()


class OutcomeRow(serializers.Serializer):
    """What became of an applied file: the codes of the work whose updates were saved, and sent."""

    cells = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    saved = serializers.ListField(child=serializers.CharField())
    sent = serializers.ListField(child=serializers.CharField())


class WorkbookFileRow(ReadSerializer):
    """`standing` is waiting, read, applying, applied, refused, discarded or failed; `why` says why not, with its place."""

    id = serializers.UUIDField()
    version = serializers.IntegerField()
    period = serializers.CharField()
    name = serializers.CharField()
    standing = serializers.CharField()
    percent_done = serializers.IntegerField()
    why = serializers.CharField()
    place = serializers.CharField()
    uploaded_at = serializers.DateTimeField()
    applied_at = serializers.DateTimeField(allow_null=True)
    seen = serializers.CharField()
    changes = ChangeRow(many=True)
    problems = ProblemRow(many=True)
    conflicts = ConflictRow(many=True)
    outcome = OutcomeRow(allow_null=True)


def file_row(upload: Upload, *, user, at: datetime) -> dict:
    """The file as its page says it. What it would change is only there while it waits for somebody's word."""
    standing = pages.standing_of(upload)
    row = {
        "id": str(upload.public_id), "version": upload.version, "period": upload.period.code, "name": upload.name,
        "standing": standing.kind, "percent_done": standing.percent, "why": standing.why, "place": standing.place,
        "uploaded_at": upload.uploaded_at, "applied_at": upload.applied_at, "outcome": upload.outcome or None,
    }  # fmt: skip
    is_waiting = upload.state == State.READ and not standing.is_under_way
    return {**row, **(_would_change(upload, user, at) if is_waiting else _nothing())}


def _nothing() -> dict:
    return {"seen": "", "changes": [], "problems": [], "conflicts": []}


def _would_change(upload: Upload, user, at) -> dict:
    found = compare(upload, user=user, at=at)
    changes = [one for part in found.parts for one in part.changes]
    return {
        "seen": found.digest,
        "changes": [{**_cell(one.place, one.label), "old": one.old, "new": one.new} for one in changes],
        "problems": [{**_cell(one.place, one.about), "why": one.message} for one in found.problems],
        "conflicts": [
            {**_cell(one.place, one.label), "key": one.key, "mine": one.mine, "theirs": one.theirs, "pick": one.pick}
            for one in found.conflicts
        ],
    }


def _cell(place, about: str) -> dict:
    return {"sheet": place.sheet, "cell": place.cell, "about": about}
