"""Shapes of more time and of letters in the API, and how their lists are asked."""

from __future__ import annotations

import django_filters
from rest_framework import serializers

from accounts.models import Bureau
from core.filtersets import AskedFilterSet
from core.models import Period
from core.references import Reference, References
from core.serializers import Day, ReadSerializer, StrictSerializer, Text, YesNo
from initiatives.chasing.records import Extension, ExtensionState, Letter, LetterKind, LetterState
from initiatives.handing_over import people_who_may_leave


class ExtensionRow(ReadSerializer):
    id = serializers.IntegerField()
    version = serializers.IntegerField()
    bureau = serializers.CharField(source="bureau.code")
    period = serializers.CharField(source="period.code")
    state = serializers.ChoiceField(choices=ExtensionState.choices)
    until_on = serializers.DateField()
    reason = serializers.CharField()
    asked_by = serializers.IntegerField(source="asked_by_id")
    asked_at = serializers.DateTimeField()
    granted_until = serializers.DateField(allow_null=True)
    decided_at = serializers.DateTimeField(allow_null=True)
    decision_reason = serializers.CharField()


class ExtensionBody(StrictSerializer):
    """What the caller's own bureau asks for."""

    period = Reference(visible=lambda user: Period.objects.all(), column="code")
    until_on = Day()
    reason = Text(max_length=2000)


class GrantBody(StrictSerializer):
    """The day is the one that was asked for, unless another is named."""

    until_on = Day(required=False)
    reason = Text(max_length=2000)


class ExtensionFilterSet(AskedFilterSet):
    ORDERS = {"asked_at": ("asked_at", "id"), "id": ("id",)}
    USUAL_ORDER = "-asked_at"
    bureau = django_filters.CharFilter(field_name="bureau__code", max_length=12)
    period = django_filters.CharFilter(field_name="period__code", max_length=16)
    state = django_filters.ChoiceFilter(choices=ExtensionState.choices)

    class Meta:
        model = Extension
        fields = []


class LetterRow(ReadSerializer):
    """What is known of a letter; never what it says."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=LetterKind.choices)
    state = serializers.ChoiceField(choices=LetterState.choices)
    recipient = serializers.IntegerField(source="recipient_id")
    bureau = serializers.CharField(source="bureau.code", allow_null=True)
    period = serializers.CharField(source="period.code", allow_null=True)
    batch = serializers.UUIDField(allow_null=True)
    written_at = serializers.DateTimeField()
    send_after = serializers.DateTimeField()
    sent_at = serializers.DateTimeField(allow_null=True)
    failure = serializers.CharField()


class LetterFilterSet(AskedFilterSet):
    ORDERS = {"written_at": ("written_at", "id"), "id": ("id",)}
    USUAL_ORDER = "-written_at"
    kind = django_filters.ChoiceFilter(choices=LetterKind.choices)
    state = django_filters.ChoiceFilter(choices=LetterState.choices)
    bureau = django_filters.CharFilter(field_name="bureau__code", max_length=12)
    period = django_filters.CharFilter(field_name="period__code", max_length=16)

    class Meta:
        model = Letter
        fields = []


class RemindBody(StrictSerializer):
    period = Reference(visible=lambda user: Period.objects.all(), column="code")
    bureaus = References(visible=lambda user: Bureau.objects.filter(is_active=True), column="code")


class BatchBody(StrictSerializer):
    batch = serializers.UUIDField()


class BatchRow(serializers.Serializer):
    """A batch of reminders: it can be taken back until it goes."""

    batch = serializers.UUIDField()
    letters = serializers.IntegerField()
    goes_at = serializers.DateTimeField()


class UndoneRow(serializers.Serializer):
    letters = serializers.IntegerField()


class OwedUpdateRow(serializers.Serializer):
    initiative = serializers.CharField()
    period = serializers.CharField()


class OpenDutiesRow(ReadSerializer):
    """What somebody has open, by name as far as the caller may see the work; `unseen` counts the rest.

    `seen` names exactly this set: a hand-over says it, and is refused when something changed since.
    """

    person = serializers.IntegerField()
    bureau = serializers.CharField()
    updates = OwedUpdateRow(many=True)
    initiatives = serializers.ListField(child=serializers.CharField())
    requests = serializers.ListField(child=serializers.IntegerField())
    unseen = serializers.IntegerField()
    seen = serializers.CharField()


def open_duties(leaver, duties, drawn: dict) -> dict:
    shown = drawn["shown"]
    return {
        "person": leaver.pk,
        "bureau": leaver.bureau.code,
        "updates": [{"initiative": work.code, "period": period} for kind, work, period in shown if kind == "update"],
        "initiatives": [work.code for kind, work, _period in shown if kind == "initiative"],
        "requests": [one.pk for one in drawn["requests"]],
        "unseen": drawn["unseen"],
        "seen": duties.mark,
    }


class HandOverBody(StrictSerializer):
    """Who leaves, who takes over, and the name of what would move (`seen`)."""

    leaver = Reference(visible=people_who_may_leave)
    successor = Reference(visible=people_who_may_leave)
    seen = Text(max_length=64)
    reason = Text(max_length=2000)
    ends_account = YesNo(default=False)


class HandedOverRow(ReadSerializer):
    leaver = serializers.IntegerField()
    successor = serializers.IntegerField()
    moved = serializers.IntegerField()
