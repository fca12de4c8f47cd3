"""The API of what bureaus say about their work: updates through their whole life, and the files that support them."""

from __future__ import annotations

from django.http import FileResponse
from django.utils.translation import gettext_lazy as _
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.response import Response

from accounts.listing import ListedBySight
from accounts.rules import EVERYONE, act, either
from core.api import Resource
from core.api_reading import Retrieved
from core.downloads import DOWNLOAD_HEADERS
from core.errors import Invalid
from core.serializers import ReasonBody
from initiatives import evidence, filtersets, life, serializers
from initiatives.models import Update
from initiatives.rows import with_values

READING = {"list": EVERYONE, "retrieve": EVERYONE}
UUID_KEY = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"


class Updates(ListedBySight, Retrieved, Resource):
    """What bureaus say about their work for a reporting period: draft, submitted, approved, validated or returned."""

    POLICY = {
        **READING,
        "create": act("update.write"),
        "partial_update": act("update.write"),
        "submit": act("update.submit"),
        "withdraw": act("update.submit"),
        "approve": act("update.approve"),
        "return_to_author": either(act("update.return"), act("update.approve")),
        "validate": act("update.validate"),
        "correct": act("update.write"),
        "comments": act("thread.read"),
        "comment": act("update.comment"),
        "evidence": EVERYONE,
        "add_evidence": act("update.write"),
    }
    READS = serializers.UpdateRow
    TAKES = {
        "create": serializers.OpenBody,
        "partial_update": serializers.DraftBody,
        "submit": serializers.SubmitBody,
        "return_to_author": serializers.ReturnBody,
        "correct": ReasonBody,
        "comment": serializers.CommentBody,
        "add_evidence": serializers.EvidenceBody,
    }
    GIVES = {
        "comments": serializers.CommentRow(many=True),
        "comment": serializers.CommentRow,
        "evidence": serializers.EvidenceRow(many=True),
        "add_evidence": serializers.EvidenceRow,
    }
    CREATES = frozenset({"create", "correct", "comment", "add_evidence"})
    CHANGES = frozenset(
        {"partial_update", "submit", "withdraw", "approve", "return_to_author", "validate", "correct", "add_evidence"}
    )
    filterset_class = filtersets.UpdateFilterSet

    @staticmethod
    def seen_by(reader):
        return Update.objects.visible_to(reader).select_related("initiative")

    beside = staticmethod(with_values)

    def bureau_of(self, found):
        return found.initiative.lead_bureau_id

    def create(self, request):
        """Opens the update of a period, or hands over the one that is there."""

        def make():
            given = self.body()
            known = Update.objects.filter(initiative=given["initiative"], period=given["period"]).exists()
            made = life.open_update(
                initiative_id=given["initiative"].pk, period=given["period"], by=request.user, at=self.now
            )
            return self.answer(made.pk, 200 if known else 201)

        return self.once(make)

    def partial_update(self, request, pk):
        found, version, given = self.get_object(), self.version_seen(), self.body(partial=True)
        codes = _codes_of(found)
        values = _by_indicator(given.pop("values", []), codes)
        with _fields_named_by_code(codes):
            life.save_draft(update_id=found.pk, version=version, by=request.user, at=self.now, values=values, **given)
        return self.answer(found.pk)

    @action(detail=True, methods=["post"])
    def submit(self, request, pk):
        found, version = self.get_object(), self.version_seen()
        codes = _codes_of(found)
        confirmed = _by_indicator(self.body().get("confirmed", []), codes)
        flags = {pk: parts["flags"] for pk, parts in confirmed.items()}
        with _fields_named_by_code(codes):
            life.submit(update_id=found.pk, version=version, by=request.user, at=self.now, confirmed=flags)
        return self.answer(found.pk)

    @action(detail=True, methods=["post"])
    def withdraw(self, request, pk):
        return self._step(life.withdraw)

    @action(detail=True, methods=["post"])
    def approve(self, request, pk):
        return self._step(life.approve)

    @action(detail=True, methods=["post"], url_path="return")
    def return_to_author(self, request, pk):
        return self._step(life.return_to_author)

    @action(detail=True, methods=["post"])
    def validate(self, request, pk):
        return self._step(life.validate)

    def _step(self, verb):
        """One step of the life: on the version that the person saw."""
        found, version = self.get_object(), self.version_seen()
        verb(update_id=found.pk, version=version, by=self.request.user, at=self.now, **self.body())
        return self.answer(found.pk)

    @action(detail=True, methods=["post"])
    def correct(self, request, pk):
        """Opens a new revision of a validated update."""
        found, version = self.get_object(), self.version_seen()

        def make():
            made = life.correct(update_id=found.pk, version=version, by=request.user, at=self.now, **self.body())
            return self.answer(made.pk, 201)

        return self.once(make)

    @action(detail=True, methods=["get"])
    def comments(self, request, pk):
        return Response(serializers.CommentRow.rows(self.get_object().comments.all()))

    @comments.mapping.post
    def comment(self, request, pk):
        found = self.get_object()

        def make():
            made = life.comment(update_id=found.pk, by=request.user, at=self.now, **self.body())
            return Response(serializers.CommentRow.rows(found.comments.filter(pk=made.pk))[0], status=201)

        return self.once(make)

    @action(detail=True, methods=["get"], parser_classes=[MultiPartParser])
    def evidence(self, request, pk):
        files = evidence.visible_evidence(request.user).filter(update=self.get_object())
        return Response(serializers.EvidenceRow.rows(files))

    @evidence.mapping.post
    def add_evidence(self, request, pk):
        found, version = self.get_object(), self.version_seen()

        def make():
            made = evidence.add_evidence(
                update_id=found.pk, version=version, by=request.user, at=self.now, **self.body()
            )
            files = evidence.visible_evidence(request.user).filter(pk=made.pk)
            return Response(serializers.EvidenceRow.rows(files)[0], status=201)

        return self.once(make)


def _codes_of(update) -> dict[str, int]:
    """The ids of the indicators that the update reports on, by code."""
    return dict(update.values.values_list("indicator__code", "indicator_id"))


def _by_indicator(parts: list[dict], codes: dict[str, int]) -> dict[int, dict]:
    """The parts by the indicator's id. An indicator that the update does not report on is refused, known or not."""
    found = {}
    for place, each in enumerate(parts):
        code = each.pop("indicator")
        if code not in codes or codes[code] in found:
            raise Invalid.on(
                f"values.{place}.indicator", _("This update does not report on that indicator, or it is named twice.")
            )
        found[codes[code]] = each
    return found


class _fields_named_by_code:
    """Services name a value's fault by the indicator's id; a caller knows the indicator by its code."""

    def __init__(self, codes: dict[str, int]):
        self.names = {str(pk): code for code, pk in codes.items()}

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if isinstance(error, Invalid):
            error.fields = {self._named(name): words for name, words in error.fields.items()}

    def _named(self, name: str) -> str:
        head, dot, rest = name.partition(".")
        pk, second, part = rest.partition(".")
        return f"values.{self.names.get(pk, pk)}.{part}" if head == "values" and dot and second else name


class EvidenceFiles(Retrieved, Resource):
    """Files that support updates. They are handed out as attachments, to whoever may see both update and file."""

    POLICY = {"retrieve": EVERYONE, "file": EVERYONE, "destroy": act("update.write")}
    READS = serializers.EvidenceRow
    GIVES = {"file": bytes, "destroy": None}
    CHANGES = frozenset({"destroy"})
    VERSIONED = False
    lookup_field, lookup_value_regex = "public_id", UUID_KEY

    def visible(self):
        return evidence.visible_evidence(self.request.user).select_related("update__initiative")

    def bureau_of(self, found):
        return found.update.initiative.lead_bureau_id

    def destroy(self, request, public_id):
        """Takes the file off the update; If-Match holds the update's version."""
        found, version = self.get_object(), self.version_seen()
        evidence.remove_evidence(public_id=found.public_id, version=version, by=request.user, at=self.now)
        return Response(status=204)

    def draw_stale(self, current):
        return {"update": current.pk, "version": current.version}

    @action(detail=True, methods=["get"])
    def file(self, request, public_id):
        found, opened = evidence.open_evidence(public_id=self.get_object().public_id, by=request.user)
        return FileResponse(
            opened, as_attachment=True, filename=found.name, content_type=found.media_type, headers=DOWNLOAD_HEADERS
        )
