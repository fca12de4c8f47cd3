"""The API of changing measures: targets of a whole plan, weights, judgements and values of officers' own.

What would change is asked for at an address of its own, `preview`: it needs no key and stores nothing.
"""

from __future__ import annotations

from django.db.models import TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.listing import ListedBySight
from accounts.rules import EVERYONE, act
from core.api import Resource
from core.api_reading import Listed, Retrieved
from core.errors import Invalid, NotFound
from core.serializers import ReasonBody
from outcomes import filtersets, judging, proposing, serializers, weighing
from outcomes.foresight import foresee
from outcomes.models import Indicator, Judgement, Measurement, ProposedValue, Target, Weight
from outcomes.services import plan_of
from outcomes.targets import Cell, check_cells, propose_targets, read_standing, set_targets
from outcomes.visibility import node_for, parts_for
from outcomes.weighing import Weighed, check_weights, propose_weights, set_weights

READING = {"list": EVERYONE, "retrieve": EVERYONE}


class TargetsOfAPlan:
    """Acts on all targets of a plan at once; for the resource of plans."""

    TARGET_POLICY = {"set_targets": act("target.set"), "preview_targets": act("target.set")}
    TARGET_TAKES = {"set_targets": serializers.TargetsBody, "preview_targets": serializers.ProposedTargets}
    TARGET_GIVES = {
        "set_targets": serializers.PlanTargetRow(many=True),
        "preview_targets": serializers.WhatWouldChange,
    }

    @action(detail=True, methods=["post"], url_path="targets")
    def set_targets(self, request, code):
        plan = self.get_object()

        def make():
            given = self.body()
            made = set_targets(cells=self._cells(plan, given["targets"]), reason=given["reason"], by=request.user, at=self.now)
            rows = Target.objects.filter(pk__in=[row.pk for row in made]).order_by("indicator__code", "due_on")
            return Response(serializers.PlanTargetRow.rows(rows), status=201)

        return self.once(make)

    @action(detail=True, methods=["post"], url_path="targets/preview")
    def preview_targets(self, request, code):
        plan = self.get_object()
        cells = self._cells(plan, self.body()["targets"])
        standing = read_standing([cell.indicator for cell in cells])
        if faults := check_cells(cells, standing):
            fields = {f"targets.{place}": words for place, words in faults.items()}
            raise Invalid(_("The targets cannot be saved yet."), fields=fields)
        moves = foresee([plan.pk], propose_targets(cells, standing), on=self.now.date())
        return Response(serializers.what_would_change(request.user, moves))

    def _cells(self, plan, given: list[dict]) -> list[Cell]:
        """The cells with their indicators, found with one query; hidden and absent look the same."""
        codes = {one["indicator"].replace("\x00", "") for one in given}
        rows = Indicator.objects.visible_to(self.request.user).filter(expected_result__aim__plan=plan, code__in=codes)
        known = {row.code: row for row in rows.select_related("expected_result__aim__plan")}
        lacking = [place for place, one in enumerate(given) if one["indicator"] not in known]
        if lacking:
            words = _("There is nothing here that you may name.")
            raise Invalid(words, fields={f"targets.{place}.indicator": [words] for place in lacking})
        return [Cell(known[one["indicator"]], one["due_on"], one["value"], one.get("revision")) for one in given]


class PartResource(Listed, Retrieved, Resource):
    """Something said of one aim, expected result or indicator, revision by revision."""

    VERSIONED = False
    POLICY = READING
    MODEL = None

    def visible(self):
        return parts_for(self.request.user, self.MODEL.objects.all())

    def part(self, node_type, node_id, field="node_id"):
        """The named part, if the person may see it; hidden and absent look the same."""
        try:
            return node_for(self.request.user, node_type, node_id)
        except NotFound as error:
            raise Invalid.on(field, _("There is nothing here that you may name.")) from error


class Weights(PartResource):
    """How much a part counts in its whole."""

    POLICY = {**READING, **dict.fromkeys(("create", "together", "preview"), act("weight.edit"))}
    MODEL, READS = Weight, serializers.WeightRow
    TAKES = {
        "create": serializers.WeightBody,
        "together": serializers.WeightsBody,
        "preview": serializers.ProposedWeights,
    }
    GIVES = {"together": serializers.WeightRow(many=True), "preview": serializers.WhatWouldChange}
    CREATES = frozenset({"create", "together"})
    filterset_class = filtersets.WeightFilterSet

    def create(self, request):
        def make():
            given = self.body()
            part = self.part(given.pop("node_type"), given.pop("node_id"))
            made = weighing.set_weight(part=part, by=request.user, at=self.now, **given)
            return self.answer(made.pk, 201)

        return self.once(make)

    @action(detail=False, methods=["post"])
    def together(self, request):
        """The parts of one whole at once."""

        def make():
            given = self.body()
            made = set_weights(weighed=self._weighed(given), reason=given["reason"], by=request.user, at=self.now)
            rows = Weight.objects.filter(pk__in=[row.pk for row in made]).order_by("pk")
            return Response(serializers.WeightRow.rows(rows), status=201)

        return self.once(make)

    @action(detail=False, methods=["post"])
    def preview(self, request):
        weighed = self._weighed(self.body())
        if faults := check_weights(weighed):
            raise Invalid(_("The weights cannot be saved yet."), fields=faults)
        moves = foresee({plan_of(one.part).pk for one in weighed}, propose_weights(weighed), on=self.now.date())
        return Response(serializers.what_would_change(request.user, moves))

    def _weighed(self, given: dict) -> list[Weighed]:
        return [
            Weighed(
                self.part(one["node_type"], one["node_id"], f"weights.{place}.node_id"), one["value"], one.get("revision")
            )
            for place, one in enumerate(given["weights"])
        ]


class Judgements(PartResource):
    """A responsible person's own verdict beside the computed one. If-Match holds the revision."""

    POLICY = {**READING, **dict.fromkeys(("create", "renew", "end"), act("judgement.set"))}
    MODEL, READS = Judgement, serializers.JudgementRow
    TAKES = {
        "create": serializers.JudgementBody,
        "renew": serializers.RenewalBody,
        "end": ReasonBody,
    }
    CHANGES = frozenset({"renew", "end"})
    filterset_class = filtersets.JudgementFilterSet

    def create(self, request):
        def make():
            given = self.body()
            node = self.part(given.pop("node_type"), given.pop("node_id"))
            made = judging.judge(node=node, by=request.user, at=self.now, **given)
            return self.answer(made.pk, 201)

        return self.once(make)

    @action(detail=True, methods=["post"])
    def renew(self, request, pk):
        return self._change(judging.renew_judgement)

    @action(detail=True, methods=["post"])
    def end(self, request, pk):
        return self._change(judging.end_judgement)

    def _change(self, verb):
        found, seen = self.get_object(), self.version_seen()
        made = verb(judgement_id=found.pk, seen=seen, by=self.request.user, at=self.now, **self.body())
        return self.answer(made.pk)


class Measurements(ListedBySight, Retrieved, Resource):
    """Values that count: the present revision, as known on a day, or every revision. What officers record themselves waits."""

    POLICY = {**READING, "create": act("measurement.record"), "correct": act("measurement.record")}
    READS = serializers.MeasurementRow
    TAKES = {"create": serializers.MeasurementBody, "correct": serializers.CorrectionBody}
    GIVES = {"create": serializers.ProposedValueRow, "correct": serializers.ProposedValueRow}
    CHANGES = frozenset({"correct"})
    VERSIONED = False
    filterset_class = filtersets.MeasurementFilterSet

    @staticmethod
    def seen_by(reader):
        words = Cast("disaggregation", TextField())
        return Measurement.objects.visible_to(reader).annotate(disaggregation_text=words)

    def create(self, request):
        """A value that comes from no update. It counts once another officer has confirmed it: see `proposed-values`."""

        def make():
            given = {"bureau": None, **self.body()}
            return _proposal(proposing.propose_value(by=request.user, at=self.now, **given), 201)

        return self.once(make)

    @action(detail=True, methods=["post"])
    def correct(self, request, pk):
        """The next revision of a value that came from no update, once confirmed. If-Match holds the revision that you saw."""
        found, seen = self.get_object(), self.version_seen()
        made = proposing.propose_correction(
            measurement_id=found.pk, seen=seen, by=request.user, at=self.now, **self.body()
        )
        return _proposal(made, 200)


def _proposal(made: ProposedValue, status: int) -> Response:
    return Response(serializers.ProposedValueRow.rows(ProposedValue.objects.filter(pk=made.pk))[0], status=status)


class ProposedValues(Listed, Retrieved, Resource):
    """Values that officers recorded themselves: one proposes, another confirms, and only then do they count."""

    DECIDING = ("confirm", "decline", "take_back")
    POLICY = {
        "list": act("review.read"), "retrieve": act("review.read"), **dict.fromkeys(DECIDING, act("measurement.record")),
    }  # fmt: skip
    READS = serializers.ProposedValueRow
    TAKES = {"decline": ReasonBody}
    CHANGES = frozenset(DECIDING)
    filterset_class = filtersets.ProposedValueFilterSet

    def visible(self):
        return ProposedValue.objects.visible_to(self.request.user)

    @action(detail=True, methods=["post"])
    def confirm(self, request, pk):
        """By another officer than the one who recorded it; `measurement` then is the value that counts."""
        return self._decide(proposing.confirm_value)

    @action(detail=True, methods=["post"])
    def decline(self, request, pk):
        return self._decide(proposing.decline_value)

    @action(detail=True, methods=["post"], url_path="take-back")
    def take_back(self, request, pk):
        """By the officer who recorded it."""
        return self._decide(proposing.take_back_value)

    def _decide(self, verb):
        found, version = self.get_object(), self.version_seen()
        verb(proposal_id=found.pk, version=version, by=self.request.user, at=self.now, **self.body())
        return self.answer(found.pk)
