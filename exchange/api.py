"""The API of a bureau's workbook: its tables out as CSV, a file back, what it would change, and the word to save it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.response import Response

from accounts.access import own_bureau_id
from accounts.rules import act
from core.api import CODE_KEY, Resource
from core.downloads import file_answer
from core.errors import NotAllowed
from core.models import Period
from exchange import applying, outgoing, services, shapes
from exchange.gather import gather
from exchange.models import Kind, Upload
from initiatives.api_updates import UUID_KEY

WRITING = act("update.write")
CSV = "text/csv; charset=utf-8"


class Workbooks(Resource):
    """The caller's bureau's workbook of a period: its two tables, and where a filled-in file is brought."""

    POLICY = {"updates": WRITING, "values": WRITING, "bring": WRITING}
    TAKES = {"bring": shapes.FileBody}
    GIVES = {"updates": bytes, "values": bytes, "bring": shapes.WorkbookFileRow}
    CREATES = frozenset({"bring"})
    VERSIONED = False
    lookup_field, lookup_value_regex = "code", CODE_KEY

    def visible(self):
        return Period.objects.all()

    def bureau_of(self, found):
        return self._bureau().pk

    def _bureau(self):
        if own_bureau_id(self.request.user) is None:
            raise NotAllowed(_("Only people who work for a bureau report."))
        return self.request.user.bureau

    @action(detail=True, methods=["get"])
    def updates(self, request, code):
        """One row for each update that can be written."""
        return self._table("updates")

    @action(detail=True, methods=["get"])
    def values(self, request, code):
        """One row for each value that is asked for."""
        return self._table("values")

    def _table(self, table: str):
        book = gather(bureau=self._bureau(), period=self.get_object(), user=self.request.user, at=self.now, with_targets=True)
        name = f"{book.bureau.code}-{book.period.code}-{table}.csv"
        services.note_taken(book=book, name=name, by=self.request.user)
        return file_answer(outgoing.draw_csv(book, table), CSV, name)

    @action(detail=True, methods=["post"], url_path="files", parser_classes=[MultiPartParser])
    def bring(self, request, code):
        """Brings a filled-in file. It is read by a worker; ask for it until it says what it would change."""
        period = self.get_object()

        def make():
            made, _is_new = services.receive_file(
                kind=Kind.UPDATES, by=request.user, at=self.now, bureau=self._bureau(), period=period, **self.body()
            )
            return Response(shapes.file_row(made, user=request.user, at=self.now), status=201)

        return self.once(make)


class WorkbookFiles(Resource):
    """Files that the caller's bureau brought. Nothing of one counts before it is applied, all of it at once."""

    POLICY = {"retrieve": WRITING, "apply": WRITING, "discard": WRITING}
    READS = shapes.WorkbookFileRow
    TAKES = {"apply": shapes.WordBody}
    CHANGES = frozenset({"apply", "discard"})
    VERSIONED = False  # what it would change moves with the updates, so its own version is no ETag to rely on
    lookup_field, lookup_value_regex = "public_id", UUID_KEY

    def visible(self):
        return Upload.objects.updates_of(own_bureau_id(self.request.user)).select_related("bureau", "period", "job")

    def bureau_of(self, found):
        return found.bureau_id

    def draw(self, pk) -> dict:
        return shapes.file_row(self.visible().get(pk=pk), user=self.request.user, at=self.now)

    def retrieve(self, request, public_id):
        """How far the file is, what it would change now, or what became of it."""
        return Response(self.draw(self.get_object().pk))

    @action(detail=True, methods=["post"])
    def apply(self, request, public_id):
        """Saves the file as drafts, whole or not at all; a large one is saved by a worker."""
        found, version = self.get_object(), self.version_seen()
        applying.take_word(upload_id=found.pk, version=version, by=request.user, at=self.now, **self.body())
        return Response(self.draw(found.pk))

    @action(detail=True, methods=["post"])
    def discard(self, request, public_id):
        """Puts the file away; nothing is changed."""
        found, version = self.get_object(), self.version_seen()
        self.body()
        services.discard_upload(upload_id=found.pk, version=version, by=request.user, at=self.now)
        return Response(self.draw(found.pk))
