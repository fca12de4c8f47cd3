"""The API of aims: strategic goals and objectives alike."""

from __future__ import annotations

from accounts.rules import EVERYONE, act
from core.api import Listed, Resource, Retrieved
from goals import services
from goals.filtersets import AimFilterSet
from goals.models import Aim
from goals.serializers import AimChanges, AimRow


class Aims(Listed, Retrieved, Resource):
    """Strategic goals of frameworks and objectives of strategies."""

    POLICY = {"list": EVERYONE, "retrieve": EVERYONE, "partial_update": act("plan.edit")}
    READS = AimRow
    TAKES = {"partial_update": AimChanges}
    filterset_class = AimFilterSet

    def visible(self):
        return Aim.objects.visible_to(self.request.user)

    def partial_update(self, request, pk):
        found, version = self.get_object(), self.version_seen()
        values = self.with_texts(found, self.body(partial=True))
        services.edit_aim(aim_id=found.pk, version=version, by=request.user, at=self.now, **values)
        return self.answer(found.pk)
