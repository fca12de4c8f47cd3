"""The API of plans and of how we know: results, indicators with their targets, values, summaries, periods and the crosswalk."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.models import Bureau
from accounts.rules import EVERYONE, act
from core.api import CODE_KEY, Listed, Resource, Retrieved
from core.errors import Invalid, NotFound
from core.models import Period
from core.serializers import day_from
from goals.filtersets import PlanFilterSet
from goals.models import Plan
from objectives.serializers import PlanChanges, PlanRow
from outcomes import definitions, explain, filtersets, judging, period_services, serializers, services, weighing
from outcomes.filtersets import end_of
from outcomes.models import (
    Crosswalk,
    ExpectedResult,
    Indicator,
    Judgement,
    Measurement,
    ThresholdSet,
    Weight,
)
from outcomes.visibility import node_for, parts_for, rollups_for

READING = {"list": EVERYONE, "retrieve": EVERYONE}


class Plans(Listed, Retrieved, Resource):
    """Strategic frameworks and strategies."""

    POLICY = {**READING, "partial_update": act("plan.edit")}
    READS = PlanRow
    TAKES = {"partial_update": PlanChanges}
    lookup_field, lookup_value_regex = "code", CODE_KEY
    filterset_class = PlanFilterSet

    def visible(self):
        return Plan.objects.visible_to(self.request.user)

    def partial_update(self, request, code):
        found, version = self.get_object(), self.version_seen()
        values = self.with_texts(found, self.body(partial=True))
        definitions.edit_plan(plan_id=found.pk, version=version, by=request.user, at=self.now, **values)
        return self.answer(found.pk)


class Periods(Listed, Retrieved, Resource):
    """Reporting periods; officers open, close and reopen them with a reason."""

    POLICY = {**READING, **dict.fromkeys(("close", "reopen", "open_early"), act("period.manage"))}
    READS = serializers.PeriodRow
    TAKES = dict.fromkeys(("close", "reopen", "open_early"), serializers.ReasonBody)
    CHANGES = frozenset({"close", "reopen", "open_early"})
    lookup_field, lookup_value_regex = "code", CODE_KEY
    filterset_class = filtersets.PeriodFilterSet

    def visible(self):
        return Period.objects.with_state(self.now.date())

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


class ExpectedResults(Listed, Retrieved, Resource):
    """Changes promised for a plan's period."""

    POLICY = {**READING, "create": act("plan.edit"), "partial_update": act("plan.edit")}
    READS = serializers.ExpectedResultRow
    TAKES = {"create": serializers.ExpectedResultBody, "partial_update": serializers.ExpectedResultChanges}
    filterset_class = filtersets.ExpectedResultFilterSet

    def visible(self):
        return ExpectedResult.objects.visible_to(self.request.user)

    def create(self, request):
        def make():
            given = self.body()
            passage = given.pop("source_passage")
            made = definitions.add_result(passage=passage, by=request.user, at=self.now, **given)
            return self.answer(made.pk, 201)

        return self.once(make)

    def partial_update(self, request, pk):
        found, version = self.get_object(), self.version_seen()
        values = self.with_texts(found, self.body(partial=True))
        definitions.edit_result(result_id=found.pk, version=version, by=request.user, at=self.now, **values)
        return self.answer(found.pk)


class Indicators(Listed, Retrieved, Resource):
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

    def visible(self):
        return Indicator.objects.visible_to(self.request.user)

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


class Measurements(Listed, Retrieved, Resource):
    """Validated values: the present revision, as known on a day, or every revision."""

    POLICY = READING
    READS = serializers.MeasurementRow
    VERSIONED = False
    filterset_class = filtersets.MeasurementFilterSet

    def visible(self):
        return Measurement.objects.visible_to(self.request.user)


class CrosswalkLinks(Listed, Retrieved, Resource):
    """How one plan's aims and results became another's."""

    POLICY = {**READING, "create": act("crosswalk.edit"), "partial_update": act("crosswalk.edit")}
    READS = serializers.CrosswalkRow
    TAKES = {"create": serializers.LinkBody, "partial_update": serializers.LinkChanges}
    filterset_class = filtersets.CrosswalkFilterSet

    def visible(self):
        return Crosswalk.objects.visible_to(self.request.user)

    def create(self, request):
        def make():
            return self.answer(definitions.link_plans(by=request.user, at=self.now, **self.body()).pk, 201)

        return self.once(make)

    def partial_update(self, request, pk):
        found, version = self.get_object(), self.version_seen()
        values = self.with_texts(found, self.body(partial=True))
        definitions.edit_link(link_id=found.pk, version=version, by=request.user, at=self.now, **values)
        return self.answer(found.pk)


class Thresholds(Listed, Retrieved, Resource):
    """From which performance on a figure counts as on track or at risk, by date."""

    POLICY = READING
    READS = serializers.ThresholdRow
    VERSIONED = False
    filterset_class = filtersets.ThresholdFilterSet

    def visible(self):
        return ThresholdSet.objects.all()


class RollUps(Listed, Retrieved, Resource):
    """The summary of every plan, aim, result and indicator, by period and bureau."""

    POLICY = READING
    READS = serializers.RollUpRow
    VERSIONED = False
    filterset_class = filtersets.RollUpFilterSet

    def visible(self):
        return rollups_for(self.request.user)


class Progress(Resource):
    """Any node's progress, explained: for all bureaus or one, as it is known now or was believed on a day."""

    POLICY = {"explain": EVERYONE}
    GIVES = {"explain": serializers.ProgressRow}
    QUERY = {
        "explain": {
            "period": {"type": "string", "description": "The reporting period's code. Required."},
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
        account = explain.explain(
            node, self._period(), reader=request.user, bureau=self._bureau(), as_of=self._moment()
        )
        return Response(serializers.progress_of(account))

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


class PartResource(Listed, Retrieved, Resource):
    """Something said of one aim, expected result or indicator, revision by revision."""

    VERSIONED = False
    POLICY = READING
    MODEL = None

    def visible(self):
        return parts_for(self.request.user, self.MODEL.objects.all())

    def part(self, node_type, node_id):
        """The named part, if the person may see it; hidden and absent look the same."""
        try:
            return node_for(self.request.user, node_type, node_id)
        except NotFound as error:
            raise Invalid.on("node_id", _("There is nothing here that you may name.")) from error


class Weights(PartResource):
    """How much a part counts in its whole."""

    POLICY = {**READING, "create": act("weight.edit")}
    MODEL, READS, TAKES = Weight, serializers.WeightRow, {"create": serializers.WeightBody}
    filterset_class = filtersets.WeightFilterSet

    def create(self, request):
        def make():
            given = self.body()
            part = self.part(given.pop("node_type"), given.pop("node_id"))
            made = weighing.set_weight(part=part, by=request.user, at=self.now, **given)
            return self.answer(made.pk, 201)

        return self.once(make)


class Judgements(PartResource):
    """A responsible person's own verdict beside the computed one."""

    POLICY = {**READING, "create": act("judgement.set")}
    MODEL, READS, TAKES = Judgement, serializers.JudgementRow, {"create": serializers.JudgementBody}
    filterset_class = filtersets.JudgementFilterSet

    def create(self, request):
        def make():
            given = self.body()
            node = self.part(given.pop("node_type"), given.pop("node_id"))
            made = judging.judge(node=node, by=request.user, at=self.now, **given)
            return self.answer(made.pk, 201)

        return self.once(make)
