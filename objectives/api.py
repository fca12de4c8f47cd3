"""The API of plans of both kinds, and of capabilities."""

from __future__ import annotations

from accounts.rules import EVERYONE
from core.api import CODE_KEY, Listed, Resource, Retrieved
from goals.filtersets import PlanFilterSet
from goals.models import Plan
from objectives.filtersets import CapabilityFilterSet
from objectives.models import Capability
from objectives.serializers import CapabilityRow, PlanRow

READING = {"list": EVERYONE, "retrieve": EVERYONE}


class Plans(Listed, Retrieved, Resource):
    """Strategic frameworks and strategies."""

    POLICY = READING
    READS = PlanRow
    lookup_field, lookup_value_regex = "code", CODE_KEY
    filterset_class = PlanFilterSet

    def visible(self):
        return Plan.objects.visible_to(self.request.user)


class Capabilities(Listed, Retrieved, Resource):
    """Means of delivery that cut across objectives."""

    POLICY = READING
    READS = CapabilityRow
    filterset_class = CapabilityFilterSet

    def visible(self):
        return Capability.objects.visible_to(self.request.user)
