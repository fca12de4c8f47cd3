"""Shapes of translations that wait to be approved, and of approving them together."""

from __future__ import annotations

from rest_framework import serializers

from core.filtersets import BIGGEST_KEY
from core.serializers import Choice, StrictSerializer, Text, Whole
from core.translations import LANGUAGES
from outcomes.vouching import MOST_AT_ONCE, Outcome, Place
from outcomes.wording import FIELDS, KINDS, Wording


class WaitingRow(serializers.Serializer):
    """One text with its working translation. `version` is its record's: what an approval names."""

    kind = serializers.ChoiceField(choices=list(KINDS))
    id = serializers.IntegerField()
    field = serializers.ChoiceField(choices=list(FIELDS))
    version = serializers.IntegerField()
    plan = serializers.CharField()
    label = serializers.CharField()
    source_language = serializers.ChoiceField(choices=LANGUAGES)
    source = serializers.CharField()
    translation = serializers.CharField()


class WaitingTexts(serializers.Serializer):
    """The first of those that wait, and how many wait in all."""

    language = serializers.ChoiceField(choices=LANGUAGES)
    total = serializers.IntegerField()
    results = WaitingRow(many=True)


class ChosenText(StrictSerializer):
    kind = Choice(choices=list(KINDS))
    id = Whole(min_value=1, max_value=BIGGEST_KEY)
    field = Choice(choices=list(FIELDS))
    version = Whole(min_value=1, max_value=2**31 - 1)


class ApprovalBody(StrictSerializer):
    """Which translations into one language are vouched for, each with the version that was read."""

    language = Choice(choices=LANGUAGES)
    texts = ChosenText(many=True, allow_empty=False, min_length=1, max_length=MOST_AT_ONCE)


class ActBody(StrictSerializer):
    act = serializers.UUIDField()


class PlaceRow(serializers.Serializer):
    kind = serializers.ChoiceField(choices=list(KINDS))
    id = serializers.IntegerField()
    field = serializers.CharField()


class RefusedRow(PlaceRow):
    reason = Text()


class TakenBack(serializers.Serializer):
    """Which are working translations again, and which stayed as they are and why."""

    done = PlaceRow(many=True)
    refused = RefusedRow(many=True)


class Approved(TakenBack):
    """Which were approved. `act` takes them back until `until`; null where nothing was approved."""

    act = serializers.UUIDField(allow_null=True)
    until = serializers.DateTimeField(allow_null=True)


def waiting_of(found: list[Wording], language: str) -> dict:
    """The first of the working translations as the API shows them."""
    rows = [
        {
            "kind": one.kind, "id": one.pk, "field": one.field, "version": one.version, "plan": one.plan, "label": one.label,
            "source_language": one.text.source, "source": one.text.texts[one.text.source],
            "translation": one.text.texts[language],
        }
        for one in found[:MOST_AT_ONCE]
    ]  # fmt: skip
    return {"language": language, "total": len(found), "results": rows}


def chosen_in(given: dict) -> dict[Place, int]:
    """What an approval names, as the service takes it."""
    return {Place(one["kind"], one["id"], one["field"]): one["version"] for one in given["texts"]}


def approved_of(done: Outcome) -> dict:
    act = done.act
    return {**taken_back_of(done), "act": act.public_id if act else None, "until": act.ends_at if act else None}


def taken_back_of(done: Outcome) -> dict:
    refused = [{**_place(one), "reason": str(reason)} for one, reason in done.refused]
    return {"done": [_place(one) for one in done.done], "refused": refused}


def _place(one: Place) -> dict:
    return {"kind": one.kind, "id": one.pk, "field": one.field}
