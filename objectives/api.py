"""The API of capabilities."""

from __future__ import annotations

from accounts.rules import EVERYONE
from core.api import Listed, Resource, Retrieved
from objectives.filtersets import CapabilityFilterSet
from objectives.models import Capability
from objectives.serializers import CapabilityRow

READING = {"list": EVERYONE, "retrieve": EVERYONE}


class Capabilities(Listed, Retrieved, Resource):
    """Means of delivery that cut across objectives."""

    POLICY = READING
    READS = CapabilityRow
    filterset_class = CapabilityFilterSet

    def visible(self):
        return Capability.objects.visible_to(self.request.user)
