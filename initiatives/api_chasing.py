"""The API of more time and of letters: the same services as the pages, on the version that the caller saw."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.models import User
from accounts.rules import EVERYONE, act
from core.api import Resource
from core.api_reading import Listed, Retrieved
from core.errors import NotAllowed
from core.serializers import ReasonBody
from initiatives import extensions, handing_over
from initiatives.chasing import by_hand, shapes
from initiatives.chasing.records import Extension, Letter

READING = {"list": EVERYONE, "retrieve": EVERYONE}


class Extensions(Listed, Retrieved, Resource):
    """More time that bureaus asked for, with the answers."""

    POLICY = {
        **READING,
        "create": act("extension.ask"),
        "grant": act("extension.decide"),
        "decline": act("extension.decide"),
        "withdraw": act("extension.ask"),
    }
    READS = shapes.ExtensionRow
    TAKES = {"create": shapes.ExtensionBody, "grant": shapes.GrantBody, "decline": ReasonBody}
    CHANGES = frozenset({"grant", "decline", "withdraw"})
    filterset_class = shapes.ExtensionFilterSet

    def visible(self):
        return Extension.objects.visible_to(self.request.user)

    def bureau_of(self, found):
        return found.bureau_id

    def create(self, request):
        """Asks for more time for the caller's own bureau."""

        def make():
            if request.user.bureau is None:
                raise NotAllowed(_("Only people who work for a bureau report."))
            made = extensions.ask_for_time(bureau=request.user.bureau, by=request.user, at=self.now, **self.body())
            return self.answer(made.pk, 201)

        return self.once(make)

    @action(detail=True, methods=["post"])
    def grant(self, request, pk):
        return self._step(extensions.grant)

    @action(detail=True, methods=["post"])
    def decline(self, request, pk):
        return self._step(extensions.decline)

    @action(detail=True, methods=["post"])
    def withdraw(self, request, pk):
        return self._step(extensions.withdraw)

    def _step(self, verb):
        found, version = self.get_object(), self.version_seen()
        verb(extension_id=found.pk, version=version, by=self.request.user, at=self.now, **self.body())
        return self.answer(found.pk)


class Letters(Listed, Retrieved, Resource):
    """E-mails that were written: reviewers see all, everyone else their own. What they say is not here."""

    POLICY = {**READING, "remind": act("reminder.send"), "take_back": act("reminder.send")}
    READS = shapes.LetterRow
    TAKES = {"remind": shapes.RemindBody, "take_back": shapes.BatchBody}
    GIVES = {"remind": shapes.BatchRow, "take_back": shapes.UndoneRow}
    CREATES = frozenset({"remind"})
    VERSIONED = False
    filterset_class = shapes.LetterFilterSet

    def visible(self):
        return Letter.objects.visible_to(self.request.user)

    @action(detail=False, methods=["post"])
    def remind(self, request):
        """Writes a reminder to everyone who reports for the bureaus; it can be taken back for ten minutes."""

        def make():
            batch = by_hand.remind(by=request.user, at=self.now, **self.body())
            written = Letter.objects.filter(batch=batch)
            facts = {"batch": str(batch), "letters": written.count(), "goes_at": written.first().send_after}
            return Response(facts, status=201)

        return self.once(make)

    @action(detail=False, methods=["post"], url_path="take-back")
    def take_back(self, request):
        return Response({"letters": by_hand.take_back(by=request.user, at=self.now, **self.body())})


class HandOvers(Resource):
    """What people of bureaus have open, and giving it to a successor. The address names who leaves."""

    POLICY = {"retrieve": act("duty.hand_over"), "create": act("duty.hand_over")}
    READS = shapes.OpenDutiesRow
    TAKES = {"create": shapes.HandOverBody}
    GIVES = {"create": shapes.HandedOverRow}
    VERSIONED = False  # `seen` names exactly what would move

    def visible(self):
        return handing_over.people_who_may_leave(self.request.user)

    def bureau_of(self, found):
        return found.bureau_id

    def draw(self, pk) -> dict:
        leaver = User.objects.select_related("bureau").get(pk=pk)
        duties = handing_over.open_duties_of(leaver)
        return shapes.open_duties(leaver, duties, handing_over.drawn_for(self.request.user, duties))

    def retrieve(self, request, pk):
        """Everything that would move, with `seen`, its name for the hand-over."""
        return Response(self.draw(self.get_object().pk))

    def create(self, request):
        """Gives all that the leaver has open to the successor, as it was seen."""

        def make():
            given = self.body()
            leaver, successor, moved = handing_over.hand_over(
                leaver_id=given.pop("leaver").pk, successor_id=given.pop("successor").pk, by=request.user, at=self.now,
                **given,
            )  # fmt: skip
            return Response({"leaver": leaver.pk, "successor": successor.pk, "moved": moved}, status=201)

        return self.once(make)
