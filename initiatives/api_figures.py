"""The API of what judges results and delivery alike: thresholds, and any figure explained."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.models import Bureau
from accounts.rules import EVERYONE, act
from core.api import Listed, Resource, Retrieved
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
            "period": {"type": "string", "description": "The reporting period's code. Required."},
            "measure": {
                "type": "string", "enum": Measure.values, "description": "Results (usual) or delivery, never blended.",
            },
            "bureau": {"type": "string", "description": "One bureau's code; all bureaus without it."},
            "as_of": {"type": "string", "format": "date", "description": "As it was believed at the end of this day."},
        }
    }
    VERSIONED = False

    @action(
        detail=False, methods=["get"], url_path=r"(?P<node_type>plan|aim|result|indicator)/(?P<node_id>[0-9]{1,18})"
    )
    def explain(self, request, node_type, node_id):
        node = node_for(request.user, node_type, int(node_id))
        read = delivery_explain.explain if self._measure() == Measure.DELIVERY else explain.explain
        account = read(node, self._period(), reader=request.user, bureau=self._bureau(), as_of=self._moment())
        return Response(serializers.progress_of(account))

    def _measure(self) -> str:
        asked = self.request.query_params.get("measure", Measure.RESULTS)
        if asked not in Measure.values:
            raise Invalid.on("measure", _("Ask for results or for delivery."))
        return asked

    def _period(self):
        return self._named(Period.objects.all(), "period", _("Name the period by its code."))

    def _bureau(self):
        if "bureau" not in self.request.query_params:
            return None
        return self._named(Bureau.objects.all(), "bureau", _("There is no such bureau."))

    def _named(self, rows, name, message):
        code = self.request.query_params.get(name, "").replace("\x00", "")
        found = rows.filter(code=code).first()
        if found is None:
            raise Invalid.on(name, message)
        return found

    def _moment(self):
        text = self.request.query_params.get("as_of")
        return None if text is None else end_of(day_from(text, "as_of"))
