"""The API of plans: begun, given their parts, put in order, published, changed and closed; and the links between them."""

from __future__ import annotations

from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.rules import EVERYONE, act
from core.api import CODE_KEY, Resource
from core.api_reading import Listed, Retrieved
from core.serializers import ReasonBody
from goals import services
from goals.filtersets import AimFilterSet, PlanFilterSet
from goals.models import Aim, NodeKind, Plan, is_withdrawn
from goals.serializers import AimBody, AimChanges, AimRow, MoveBody
from objectives.filtersets import CapabilityFilterSet
from objectives.models import Capability
from objectives.serializers import CapabilityBody, CapabilityChanges, CapabilityRow, PlanBody, PlanChanges, PlanRow
from outcomes import definitions, filtersets, planning, serializers
from outcomes.api_measures import TargetsOfAPlan
from outcomes.models import Crosswalk, ExpectedResult

READING = {"list": EVERYONE, "retrieve": EVERYONE}


class Plans(TargetsOfAPlan, Listed, Retrieved, Resource):
    """Strategic frameworks and strategies. Drafts are for officers and auditors."""

    WRITING = ("create", "partial_update", "publish", "close")
    POLICY = {**READING, **dict.fromkeys(WRITING, act("plan.edit")), **TargetsOfAPlan.TARGET_POLICY}
    READS = PlanRow
    TAKES = {
        "create": PlanBody, "partial_update": PlanChanges, "publish": ReasonBody, "close": ReasonBody,
        **TargetsOfAPlan.TARGET_TAKES,
    }  # fmt: skip
    GIVES = TargetsOfAPlan.TARGET_GIVES
    CREATES = frozenset({"create", "set_targets"})
    CHANGES = frozenset({"partial_update", "publish", "close"})
    lookup_field, lookup_value_regex = "code", CODE_KEY
    filterset_class = PlanFilterSet

    def visible(self):
        return Plan.objects.visible_to(self.request.user)

    def create(self, request):
        """Begins a draft, with as many of its texts as are written already."""

        def make():
            return self.answer(planning.create_plan(by=request.user, at=self.now, **self.body()).pk, 201)

        return self.once(make)

    def partial_update(self, request, code):
        found, version = self.get_object(), self.version_seen()
        given = self.body(partial=True)
        values = self.with_texts(_with_own_texts(found, given), given)
        planning.change_plan(plan_id=found.pk, version=version, by=request.user, at=self.now, **values)
        return self.answer(found.pk)

    @action(detail=True, methods=["post"])
    def publish(self, request, code):
        """Puts a draft in force, once nothing is missing any more; from then on its words are frozen."""
        return self._settle(planning.publish_plan)

    @action(detail=True, methods=["post"])
    def close(self, request, code):
        """Closes a plan that is in force; its figures stay."""
        return self._settle(planning.close_plan)

    def _settle(self, verb):
        found, version = self.get_object(), self.version_seen()
        verb(plan_id=found.pk, version=version, by=self.request.user, at=self.now, **self.body())
        return self.answer(found.pk)


def _with_own_texts(plan: Plan, given: dict):
    """The plan as what it is, where one of its own texts changes. Raises Invalid for a text of the other kind."""
    own = planning.EVERY_OWN_TEXT & set(given)
    planning.require_texts(plan.kind, own)
    return planning.own_record(plan) if own else plan


class PartOfAPlan(Listed, Retrieved, Resource):
    """An aim, an expected result or a capability: added, reworded, put in its place, and taken out again."""

    POLICY = {**READING, **dict.fromkeys(("create", "partial_update", "move", "withdraw"), act("plan.edit"))}
    CHANGES = frozenset({"partial_update", "move", "withdraw"})
    SHAPES = {"move": MoveBody, "withdraw": ReasonBody}
    GIVES = {"withdraw": None}
    KIND = ""

    def visible(self):
        rows = planning.NODES[self.KIND].objects.visible_to(self.request.user)
        return rows.annotate(is_withdrawn=is_withdrawn(self.KIND))

    def create(self, request):
        def make():
            return self.answer(self.add(by=request.user, at=self.now, **self.body()).pk, 201)

        return self.once(make)

    def partial_update(self, request, pk):
        found, version = self.get_object(), self.version_seen()
        values = self.with_texts(found, self.body(partial=True))
        self.edit(found.pk, version=version, by=request.user, at=self.now, **values)
        return self.answer(found.pk)

    @action(detail=True, methods=["post"])
    def move(self, request, pk):
        """One place up or down among its neighbours, as long as the plan is a draft."""
        found, version = self.get_object(), self.version_seen()
        up = self.body()["up"]
        planning.move_node(kind=self.KIND, node_id=found.pk, version=version, up=up, by=request.user, at=self.now)
        return self.answer(found.pk)

    @action(detail=True, methods=["post"])
    def withdraw(self, request, pk):
        """Out of a draft altogether; out of a published plan with its words kept. Refused while something hangs on it."""
        found, version = self.get_object(), self.version_seen()
        reason = self.body()["reason"]
        planning.withdraw_node(
            kind=self.KIND, node_id=found.pk, version=version, reason=reason, by=request.user, at=self.now
        )
        return Response(status=204)

    def add(self, **values):
        """Makes the part. Every kind says how."""
        raise NotImplementedError

    def edit(self, pk: int, **values):
        """Changes its words. Every kind says how."""
        raise NotImplementedError


class Aims(PartOfAPlan):
    """Strategic goals of frameworks and objectives of strategies."""

    KIND, READS = NodeKind.AIM, AimRow
    TAKES = {"create": AimBody, "partial_update": AimChanges, **PartOfAPlan.SHAPES}
    filterset_class = AimFilterSet

    def add(self, **values) -> Aim:
        return planning.add_aim(**values)

    def edit(self, pk, **values):
        services.edit_aim(aim_id=pk, **values)


class ExpectedResults(PartOfAPlan):
    """Changes promised for a plan's period."""

    KIND, READS = NodeKind.RESULT, serializers.ExpectedResultRow
    TAKES = {
        "create": serializers.ExpectedResultBody, "partial_update": serializers.ExpectedResultChanges,
        **PartOfAPlan.SHAPES,
    }  # fmt: skip
    filterset_class = filtersets.ExpectedResultFilterSet

    def add(self, source_passage, **values) -> ExpectedResult:
        return definitions.add_result(passage=source_passage, **values)

    def edit(self, pk, **values):
        definitions.edit_result(result_id=pk, **values)


class Capabilities(PartOfAPlan):
    """Means of delivery that cut across objectives."""

    KIND, READS = NodeKind.CAPABILITY, CapabilityRow
    TAKES = {"create": CapabilityBody, "partial_update": CapabilityChanges, **PartOfAPlan.SHAPES}
    filterset_class = CapabilityFilterSet

    def add(self, **values) -> Capability:
        return planning.add_capability(**values)

    def edit(self, pk, **values):
        planning.edit_capability(capability_id=pk, **values)


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
