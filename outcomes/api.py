"""The API of how we know: indicators with their targets and baselines, summaries, reporting periods."""

from __future__ import annotations

from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.listing import ListedBySight
from accounts.rules import EVERYONE, act
from core.api import CODE_KEY, Resource
from core.api_reading import Listed, Retrieved
from core.models import Period
from core.serializers import ReasonBody
from outcomes import definitions, filtersets, period_services, serializers, services
from outcomes.models import Indicator
from outcomes.visibility import rollups_for

READING = {"list": EVERYONE, "retrieve": EVERYONE}


class Periods(Listed, Retrieved, Resource):
    """Reporting periods; officers open, close and reopen them with a reason."""

    ACTS = ("close", "reopen", "open_early")
    POLICY = {**READING, **dict.fromkeys((*ACTS, "create", "partial_update"), act("period.manage"))}
    READS = serializers.PeriodRow
    TAKES = {
        **dict.fromkeys(ACTS, ReasonBody),
        "create": serializers.NewPeriodBody,
        "partial_update": serializers.PeriodDaysBody,
    }
    CHANGES = frozenset({*ACTS, "partial_update"})
    lookup_field, lookup_value_regex = "code", CODE_KEY
    filterset_class = filtersets.PeriodFilterSet

    def visible(self):
        return Period.objects.with_state(self.now.date())

    def create(self, request):
        """Begins the next quarter; its code says which one the caller means."""

        def make():
            made = period_services.add_period(by=request.user, at=self.now, **self.body())
            return self.answer(made.pk, 201)

        return self.once(make)

    def partial_update(self, request, code):
        """Moves the due date, the closing date, or both."""
        found, version = self.get_object(), self.version_seen()
        period_services.change_days(code=found.code, version=version, by=request.user, at=self.now, **self.body())
        return self.answer(found.pk)

    @action(detail=True, methods=["post"])
    def close(self, request, code):
        return self._settle(period_services.close_period)

    @action(detail=True, methods=["post"])
    def reopen(self, request, code):
        return self._settle(period_services.reopen_period)

    @action(detail=True, methods=["post"], url_path="open")
    def open_early(self, request, code):
        return self._settle(period_services.open_period)

    def _settle(self, verb):
        code, version = self.get_object().code, self.version_seen()
        made = verb(code=code, version=version, by=self.request.user, at=self.now, **self.body())
        return self.answer(made.pk)


class Indicators(ListedBySight, Retrieved, Resource):
    """What is measured, with its baseline and targets in all their revisions."""

    POLICY = {
        **READING,
        "create": act("indicator.edit"),
        "partial_update": act("indicator.edit"),
        "targets": EVERYONE,
        "set_target": act("target.set"),
        "baselines": EVERYONE,
        "set_baseline": act("target.set"),
    }
    READS = serializers.IndicatorRow
    TAKES = {
        "create": serializers.IndicatorBody,
        "partial_update": serializers.IndicatorChanges,
        "set_target": serializers.TargetBody,
        "set_baseline": serializers.BaselineBody,
    }
    GIVES = {
        "targets": serializers.TargetRow(many=True),
        "set_target": serializers.TargetRow,
        "baselines": serializers.BaselineRow(many=True),
        "set_baseline": serializers.BaselineRow,
    }
    CREATES = frozenset({"create", "set_target", "set_baseline"})
    lookup_field, lookup_value_regex = "code", CODE_KEY
    filterset_class = filtersets.IndicatorFilterSet

    @staticmethod
    def seen_by(reader):
        return Indicator.objects.visible_to(reader)

    def create(self, request):
        def make():
            made = definitions.propose_indicator(by=request.user, at=self.now, **self.body())
            return self.answer(made.pk, 201)

        return self.once(make)

    def partial_update(self, request, code):
        found, version = self.get_object(), self.version_seen()
        values = self.with_texts(found, self.body(partial=True))
        definitions.edit_indicator(indicator_id=found.pk, version=version, by=request.user, at=self.now, **values)
        return self.answer(found.pk)

    @action(detail=True, methods=["get"])
    def targets(self, request, code):
        rows = self.get_object().targets.order_by("due_on", "revision")
        return Response(serializers.TargetRow.rows(rows))

    @targets.mapping.post
    def set_target(self, request, code):
        return self._set(services.set_target, serializers.TargetRow)

    @action(detail=True, methods=["get"])
    def baselines(self, request, code):
        return Response(serializers.BaselineRow.rows(self.get_object().baselines.order_by("revision")))

    @baselines.mapping.post
    def set_baseline(self, request, code):
        return self._set(services.set_baseline, serializers.BaselineRow)

    def _set(self, verb, shape):
        indicator = self.get_object()

        def make():
            made = verb(indicator=indicator, by=self.request.user, at=self.now, **self.body())
            return Response(shape.rows(type(made).objects.filter(pk=made.pk))[0], status=201)

        return self.once(make)


class RollUps(ListedBySight, Retrieved, Resource):
    """The summary of every plan, aim, result and indicator, by period and bureau."""

    POLICY = READING
    READS = serializers.RollUpRow
    VERSIONED = False
    filterset_class = filtersets.RollUpFilterSet

    @staticmethod
    def seen_by(reader):
        return rollups_for(reader)
