"""The API of what judges results and delivery alike: thresholds, and any figure explained."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.models import Bureau
from accounts.rules import EVERYONE, act
from core.api import Resource
from core.api_reading import Listed, Retrieved
from core.errors import Invalid
from core.models import Period
from core.serializers import day_from
from initiatives import explain as delivery_explain
from initiatives.thresholds import foresee_thresholds, set_thresholds
from outcomes import explain, filtersets, serializers
from outcomes.choices import Measure
from outcomes.filtersets import end_of
from outcomes.models import ThresholdSet
from outcomes.thresholds import check_thresholds, propose_thresholds
from outcomes.visibility import node_for

READING = {"list": EVERYONE, "retrieve": EVERYONE}
# What every explained figure is asked with.
WHEN = {
    "period": {"type": "string", "description": "The reporting period's code. Required."},
    "as_of": {"type": "string", "format": "date", "description": "As it was believed at the end of this day."},
}


def named(request, rows, name: str, message):
    """The row whose code the parameter holds. Raises Invalid beside the parameter."""
    found = rows.filter(code=request.query_params.get(name, "").replace("\x00", "")).first()
    if found is None:
        raise Invalid.on(name, message)
    return found


def period_asked(request) -> Period:
    return named(request, Period.objects.all(), "period", _("Name the period by its code."))


def moment_asked(request):
    """The end of the day that was asked for; None is now."""
    text = request.query_params.get("as_of")
    return None if text is None else end_of(day_from(text, "as_of"))


class Thresholds(Listed, Retrieved, Resource):
    """From which performance on a figure counts as on track or at risk, by date."""

    POLICY = {**READING, "create": act("threshold.edit"), "preview": act("threshold.edit")}
    READS = serializers.ThresholdRow
    TAKES = {"create": serializers.ThresholdsBody, "preview": serializers.ProposedThresholds}
    GIVES = {"preview": serializers.WhatWouldChange}
    VERSIONED = False
    filterset_class = filtersets.ThresholdFilterSet

    def visible(self):
        return ThresholdSet.objects.all()

    def create(self, request):
        def make():
            given = self.body()
            made = set_thresholds(seen=given.pop("latest", None), by=request.user, at=self.now, **given)
            return self.answer(made.pk, 201)

        return self.once(make)

    @action(detail=False, methods=["post"])
    def preview(self, request):
        given = self.body()
        if faults := check_thresholds(**given, on=self.now.date()):
            raise Invalid(_("The thresholds cannot be saved yet."), fields=faults)
        moves = foresee_thresholds(propose_thresholds(**given), on=self.now.date())
        return Response(serializers.what_would_change(request.user, moves))


class Progress(Resource):
    """Any node's progress, explained: for all bureaus or one, as it is known now or was believed on a day."""

    POLICY = {"explain": EVERYONE}
    GIVES = {"explain": serializers.ProgressRow}
    QUERY = {
        "explain": {
            **WHEN,
            "measure": {
                "type": "string", "enum": Measure.values, "description": "Results (usual) or delivery, never blended.",
            },
            "bureau": {"type": "string", "description": "One bureau's code; all bureaus without it."},
        }
    }
    VERSIONED = False

    @action(
        detail=False, methods=["get"], url_path=r"(?P<node_type>plan|aim|result|indicator)/(?P<node_id>[0-9]{1,18})"
    )
    def explain(self, request, node_type, node_id):
        node = node_for(request.user, node_type, int(node_id))
        read = delivery_explain.explain if self._measure() == Measure.DELIVERY else explain.explain
        account = read(
            node, period_asked(request), reader=request.user, bureau=self._bureau(), as_of=moment_asked(request)
        )
        return Response(serializers.progress_of(account))

    def _measure(self) -> str:
        asked = self.request.query_params.get("measure", Measure.RESULTS)
        if asked not in Measure.values:
            raise Invalid.on("measure", _("Ask for results or for delivery."))
        return asked

    def _bureau(self):
        if "bureau" not in self.request.query_params:
            return None
        return named(self.request, Bureau.objects.all(), "bureau", _("There is no such bureau."))
