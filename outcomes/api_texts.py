"""The API of the words of plans: working translations read beside their sources, approved together, taken back."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.rules import act, either
from core.api import Resource
from core.errors import Invalid
from core.translations import LANGUAGES
from goals.models import Plan
from outcomes import vouching
from outcomes.serializers import texts as shapes
from outcomes.wording import read_wordings


class Translations(Resource):
    """Working translations of the present texts, as they wait for somebody who vouches for them."""

    POLICY = {
        "waiting": either(act("plan.edit"), act("audit.read")),
        "approve": act("plan.edit"),
        "take_back": act("plan.edit"),
    }
    TAKES = {"approve": shapes.ApprovalBody, "take_back": shapes.ActBody}
    GIVES = {"waiting": shapes.WaitingTexts, "approve": shapes.Approved, "take_back": shapes.TakenBack}
    QUERY = {
        "waiting": {
            "language": {"type": "string", "enum": list(LANGUAGES), "description": "Into which language. Required."},
            "plan": {"type": "string", "description": "One plan's code; all plans without it."},
        }
    }
    CREATES = frozenset({"approve"})
    STATUS = {"approve": 200}
    VERSIONED = False

    @action(detail=False, methods=["get"])
    def waiting(self, request):
        """The first hundred in the order of the plans, and how many there are: as many as are approved at once."""
        language, plan = request.query_params.get("language", ""), self._plan()
        if language not in LANGUAGES:
            raise Invalid.on("language", _("Name the language: %(names)s.") % {"names": ", ".join(LANGUAGES)})
        found = vouching.drafts(read_wordings(request.user, plan=plan), language)
        return Response(shapes.waiting_of(found, language))

    @action(detail=False, methods=["post"])
    def approve(self, request):
        """Approves them as they stand; what moved on since it was read stays as it is and is named with the reason."""

        def make():
            given = self.body()
            done = vouching.approve_many(
                chosen=shapes.chosen_in(given), language=given["language"], by=request.user, at=self.now
            )
            return Response(shapes.approved_of(done))

        return self.once(make)

    @action(detail=False, methods=["post"], url_path="take-back")
    def take_back(self, request):
        """They are working translations again, where nobody has changed them since. Once, within ten minutes."""
        done = vouching.take_back(public_id=self.body()["act"], by=request.user, at=self.now)
        return Response(shapes.taken_back_of(done))

    def _plan(self) -> str:
        """The plan that was asked for. Raises Invalid for one that is not there or not to be seen."""
        asked = self.request.query_params.get("plan")
        if asked is None:
            return ""
        seen = Plan.objects.visible_to(self.request.user).values_list("code", flat=True)
        if asked not in set(seen):
            raise Invalid.on("plan", _("There is no such plan."))
        return asked
