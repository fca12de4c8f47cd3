"""How an edition comes about: its facts are frozen, its files drawn, and then it is filed. Each step may be run again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from accounts.access import clearance_of
from accounts.models import User
from core import audit
from core.errors import Conflict
from core.turns import Turn

from . import faultpoints, store
from .assemble import assemble
from .choices import EditionState
from .gather import Span
from .models import Edition, EditionFile, ReportDefinition
from .render import FORMATS, DrawingFailed, draw_all
from .render.version import drawing
from .snapshot import canonical_bytes, check_code, sha256_of

FILE_FORMS = ("pdf", "html", "xlsx", "csv")
Progress = Callable[[str, int], None]


class PoisonReport(Conflict):
    """The report cannot be drawn, and trying again will not help until something changes."""

    code = "not_drawable"


def freeze(
    definition: ReportDefinition, span: Span, *, revision: int, corrects: Edition | None, reason: str, by, at: datetime
) -> list[Edition]:
    """This will fix the facts of the edition and of its redacted twins, once: a second call finds the first's.

    One twin is made for each clearance among the readers that would otherwise see less than is in it or nothing.
    """
    if found := _frozen(definition, span, revision):
        return found
    filing = {"number": 0, "corrects": corrects.number if corrects else None, "correction_reason": reason or None}
    snapshots = _assembled(definition, span, revision, filing, at, corrects)
    with transaction.atomic():
        _lock_numbers()
        if found := _frozen(definition, span, revision):
            return found
        number = (Edition.objects.aggregate(most=Max("number"))["most"] or 0) + 1
        return [
            _frozen_row(
                definition, span, snapshot, number, revision=revision, corrects=corrects, reason=reason, by=by, at=at
            )
            for snapshot in snapshots
        ]


def _frozen(definition, span: Span, revision: int) -> list[Edition]:
    rows = Edition.objects.filter(definition=definition, period_code=span.code, revision=revision)
    return list(rows.select_related("definition", "requested_by").order_by("-clearance"))


def _lock_numbers() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [Turn.EDITIONS])


def _assembled(definition, span: Span, revision: int, filing: dict, at: datetime, corrects: Edition | None) -> list[dict]:
    """The snapshots, fullest first, all of one moment: what is committed in between is in none of them."""
    with transaction.atomic():
        _see_one_moment()
        found: list[dict] = []
        for clearance in _clearances(definition):
            if found and found[-1]["handling"]["level"] <= clearance:
                continue
            previous = _previous(definition, span, clearance, revision)
            found.append(
                assemble(
                    definition, span, clearance=clearance, as_of=at, filing=dict(filing), previous=previous,
                    corrected=_twin_for(corrects, clearance),
                )
            )  # fmt: skip
        return found


def _see_one_moment() -> None:
    """Everything read from here on is of one moment. Inside another's transaction that is for the other to decide."""
    if not connection.savepoint_ids:
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")


def _clearances(definition: ReportDefinition) -> list[int]:
    """The definition's own level, then those of the readers below it."""
    readers = {clearance_of(user) for user in User.objects.active().only("id", "role", "clearance", "is_active")}
    return sorted(
        {level for level in readers if 0 <= level < definition.handling} | {definition.handling}, reverse=True
    )


def _previous(definition, span: Span, clearance: int, revision: int) -> Edition | None:
    """The edition to compare with: of the span before, at most of this clearance, the fullest and latest revision."""
    rows = Edition.objects.filed().filter(definition=definition, end_on__lt=span.end_on, level__lte=clearance)
    return rows.filter(clearance__lte=clearance).order_by("-end_on", "-revision", "-clearance").first()


def _twin_for(corrects: Edition | None, clearance: int) -> Edition | None:
    """Of the edition that is corrected, the fullest twin that a reader of this clearance had."""
    if corrects is None:
        return None
    rows = Edition.objects.filter(number=corrects.number, level__lte=clearance, clearance__lte=clearance)
    return rows.order_by("-clearance").first()


def _frozen_row(definition, span: Span, snapshot: dict, number: int, **values) -> Edition:
    snapshot["filing"]["number"] = number
    left_out = snapshot["handling"]["left_out"]
    made = Edition.objects.create(
        number=number,
        definition=definition,
        period_code=span.code,
        start_on=span.start_on,
        end_on=span.end_on,
        revision=values["revision"],
        corrects=values["corrects"],
        correction_reason=values["reason"],
        clearance=snapshot["handling"]["clearance"],
        level=snapshot["handling"]["level"],
        snapshot=snapshot,
        snapshot_format=snapshot["format"],
        snapshot_sha256=sha256_of(snapshot),
        check_code=check_code(snapshot),
        languages=snapshot["languages"],
        left_out=sum(left_out.values()),
        as_of=values["at"],
        requested_by=values["by"],
    )
    audit.record(
        at=values["at"], by=values["by"], action="edition.frozen", target=made, after=_facts(made), reason=values["reason"]
    )  # fmt: skip
    return made


def _facts(edition: Edition) -> dict:
    return {
        "number": edition.number, "period": edition.period_code, "clearance": edition.clearance, "level": edition.level,
        "snapshot_sha256": edition.snapshot_sha256, "revision": edition.revision,
    }  # fmt: skip


def draw_files(edition: Edition, *, at: datetime, progress: Progress, share: tuple[int, int] = (10, 90)) -> None:
    """This will draw every file that the edition still lacks. Raises NoRoom, or PoisonReport with the reason."""
    store.sweep(edition)
    have = set(edition.files.values_list("language", "form"))
    wanted = [
        (language, [form for form in FILE_FORMS if (language, form) not in have]) for language in edition.languages
    ]
    first, last = share
    for place, (language, forms) in enumerate(wanted):
        progress(_stage(language), first + (last - first) * place // len(wanted))
        try:
            for form, drawn in draw_all(edition.snapshot, language, forms) if forms else ():
                _keep_file(edition, language, form, drawn, at)
        except DrawingFailed as fault:
            raise PoisonReport(
                _("The report could not be drawn (%(language)s): %(why)s") % {"language": language, "why": fault}
            ) from fault


def _stage(language: str) -> str:
    return f"drawing:{language}"


def _keep_file(edition: Edition, language: str, form: str, drawn, at: datetime) -> None:
    media_type, extension = FORMATS[form]
    key = store.key_for(edition, language, form, extension)
    digest = store.keep(key, drawn.content)
    faultpoints.reach("kept")
    EditionFile.objects.get_or_create(
        edition=edition, language=language, form=form,
        defaults={
            "storage_key": key, "media_type": media_type, "size": len(drawn.content), "sha256": digest,
            "pages": drawn.pages, "notes": drawn.notes, "drawn_at": at, "drawn_with": drawing(),
        },
    )  # fmt: skip


@transaction.atomic
def file_editions(editions: list[Edition], *, at: datetime) -> None:
    """This will file the edition and its twins together, once. Raises Conflict while a file is missing."""
    rows = Edition.objects.select_for_update(of=("self",)).filter(pk__in=[edition.pk for edition in editions])
    fresh = [row for row in rows.select_related("definition", "requested_by") if row.state == EditionState.FROZEN]
    for row in fresh:
        files = {f"{file.language}.{file.form}": file.sha256 for file in row.files.all()}
        if len(files) < len(row.languages) * len(FILE_FORMS):
            raise Conflict(_("A file of this edition is missing."), code="file_missing")
        row.state, row.filed_at = EditionState.FILED, at
        row.save(update_fields=["state", "filed_at"])
        audit.record(
            at=at, by=row.requested_by, action="edition.filed", target=row, after={**_facts(row), "files": files}
        )


def _in_silence(_stage: str, _percent: int) -> None:
    pass


def faults_of(edition: Edition, *, redraw: bool = False, progress: Progress = _in_silence) -> list[str]:
    """Everything about the edition that is not as it was filed; an empty list proves it unchanged.

    With `redraw` each file is drawn again from the snapshot and compared byte for byte, unless the drawing itself
    (code, templates, catalogues, engines) has changed since.
    """
    faults = []
    if sha256_of(edition.snapshot) != edition.snapshot_sha256:
        faults.append("the snapshot is not the one that was filed")
    if check_code(edition.snapshot) != edition.check_code:
        faults.append("the check code does not fit the snapshot")
    progress("reading", 0)
    for file in edition.files.order_by("language", "form"):
        faults += _faults_of_file(file)
    return faults + (_faults_of_drawing(edition, progress) if redraw and not faults else [])


def _faults_of_file(file: EditionFile) -> list[str]:
    content = store.read(file.storage_key)
    if content is None:
        return [f"{file.language}.{file.form}: the file is missing"]
    if len(content) != file.size or hashlib.sha256(content).hexdigest() != file.sha256:
        return [f"{file.language}.{file.form}: the file is not the one that was filed"]
    return []


def _faults_of_drawing(edition: Edition, progress: Progress) -> list[str]:
    """Files of this very drawing are compared byte for byte; those of an earlier one must still be drawable."""
    faults = []
    kept = {(file.language, file.form): file for file in edition.files.all()}
    for place, language in enumerate(edition.languages):
        progress(_stage(language), 100 * place // len(edition.languages))
        for form, drawn in draw_all(edition.snapshot, language, list(FILE_FORMS)):
            file = kept[language, form]
            if file.drawn_with == drawing() and hashlib.sha256(drawn.content).hexdigest() != file.sha256:
                faults.append(f"{language}.{form}: drawn again from its snapshot it differs")
    return faults


def drawn_before(edition: Edition) -> int:
    """How many of its files were drawn by an earlier drawing, so that their bytes cannot be compared with ours."""
    return edition.files.exclude(drawn_with=drawing()).count()


def snapshot_bytes(edition: Edition) -> bytes:
    return canonical_bytes(edition.snapshot)
