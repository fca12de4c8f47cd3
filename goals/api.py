"""The API of aims: strategic goals and objectives alike."""

from __future__ import annotations

from accounts.rules import EVERYONE
from core.api import Listed, Resource, Retrieved
from goals.filtersets import AimFilterSet
from goals.models import Aim
from goals.serializers import AimRow


class Aims(Listed, Retrieved, Resource):
    """Strategic goals of frameworks and objectives of strategies."""

    POLICY = {"list": EVERYONE, "retrieve": EVERYONE}
    READS = AimRow
    filterset_class = AimFilterSet

    def visible(self):
        return Aim.objects.visible_to(self.request.user)
