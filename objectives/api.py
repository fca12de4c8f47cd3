"""The API of plans of both kinds, and of capabilities."""

from __future__ import annotations

from accounts.rules import EVERYONE, act
from core.api import CODE_KEY, Listed, Resource, Retrieved
from goals import services
from goals.filtersets import PlanFilterSet
from goals.models import Plan
from objectives.filtersets import CapabilityFilterSet
from objectives.models import Capability
from objectives.serializers import CapabilityRow, PlanChanges, PlanRow

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
        services.edit_plan(plan_id=found.pk, version=version, by=request.user, at=self.now, **values)
        return self.answer(found.pk)


class Capabilities(Listed, Retrieved, Resource):
    """Means of delivery that cut across objectives."""

    POLICY = READING
    READS = CapabilityRow
    filterset_class = CapabilityFilterSet

    def visible(self):
        return Capability.objects.visible_to(self.request.user)
