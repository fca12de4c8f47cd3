"""The facts that the pages of files draw: what may be filled in, how far a file is, and what it would change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Bureau
from core.errors import NotFound
from core.formats import number, said_of
from core.models import JobState, Period
from exchange.comparison import Comparison
from exchange.lists.fields import FIELDS
from exchange.lists.looking import KINDS, Look, words_of_act
from exchange.lists.rows import CHANGE, CREATE, REFUSE, SAME
from exchange.models import Kind, State, Upload
from exchange.refusals import place_words, refusal_words
from exchange.services import is_being_applied
from initiatives.duties import today_at

LATEST = 10
LISTED_AS = {"results": "shares", "result": "expected_result"}  # what a field becomes once it is read


def chosen_period(code: str, bureau: Bureau, at: datetime) -> Period | None:
    """The period that was asked for, else the open one that is due first; None where none is open."""
    if code:
        found = Period.objects.filter(code=code[:16]).first()
        if found is None:
            raise NotFound(_("There is no such reporting period."))
        return found
    return Period.objects.open_on(today_at(bureau, at)).order_by("due_on").first()


def latest_uploads(bureau: Bureau) -> list[Upload]:
    """The last files of the bureau, without what is in them."""
    found = Upload.objects.updates_of(bureau.pk).select_related("period", "uploaded_by").defer("sheets", "outcome")
    return list(found[:LATEST])


def latest_lists() -> list[Upload]:
    """The last lists of what exists, without what is in them."""
    found = Upload.objects.of_what_exists().select_related("plan", "uploaded_by").defer("sheets", "outcome")
    return list(found[:LATEST])


@dataclass(frozen=True)
class Standing:
    """How far a file is, as its page says it. `kind` is one of State's values, or failed."""

    kind: str
    percent: int = 0
    why: str = ""
    place: str = ""
    stage: str = ""

    @property
    def words(self) -> str:
        """What happens now, with the share that is done."""
        said = {
            "queued": _("The file waits for its turn to be saved."),
            "comparing": _("The file is compared once more with what stands: %(percent)s%% done."),
            "saving": _("The answers are being saved: %(percent)s%% done."),
            "applying": _("The list is being imported: %(percent)s%% done."),
        }
        return said.get(self.stage, _("The file is being read: %(percent)s%% done.")) % {"percent": self.percent}

    @property
    def is_under_way(self) -> bool:
        return self.kind in (State.WAITING, "applying")


def standing_of(upload: Upload) -> Standing:
    if upload.state == State.REFUSED:
        refusal = upload.refusal
        return Standing(upload.state, why=refusal_words(refusal), place=place_words(refusal["sheet"], refusal["cell"]))
    job = upload.job
    if is_being_applied(upload):
        return Standing("applying", job.percent_done, stage=job.stage or "queued")
    if job is not None and job.state == JobState.FAILED and upload.state in (State.WAITING, State.READ):
        return Standing("failed", why=failure_words(job))
    return Standing(upload.state, job.percent_done if job and upload.state == State.WAITING else 0)


def last_word(upload: Upload) -> tuple[dict, bool]:
    """What the person chose when they asked for the file to be applied and it was refused: picks, and to send."""
    asked = upload.job.payload if upload.job is not None else {}
    return asked.get("picks", {}), asked.get("send", False)


def failure_words(job) -> str:
    """Why the work on a file ended, in the reader's language."""
    return {
        "reader_ended": _("The program that reads files was ended before it was done. Nothing was changed."),
        "runner_lost": _("The worker that had the file was ended each time. Nothing was changed."),
        "crashed": _("Something went wrong on our side. Nothing was changed."),
    }.get(job.failure_code, job.failure_detail)


def lead_words(found: Comparison) -> str:
    """What the file would do, in one sentence."""
    if found.problems:
        count = len(found.problems)
        words = ngettext(
            "%(n)s problem keeps this file from being saved. Mend it in the file, and upload it again.",
            "%(n)s problems keep this file from being saved. Mend them in the file, and upload it again.", count,
        )  # fmt: skip
        return words % {"n": count}
    if not found.changed and not found.conflicts:
        return _("The file says what stands already: nothing would change.")
    answers, updates = found.cells_changed, len(found.changed)
    words = ngettext("%(n)s answer would change. Nothing is saved yet.",
                     "%(n)s answers would change. Nothing is saved yet.", answers)  # fmt: skip
    in_updates = ngettext("In %(n)s update:", "In %(n)s updates:", updates) % {"n": updates}
    return f"{in_updates} {words % {'n': answers}}"


def rows_shown(seen: Look, most: int) -> list[dict]:
    """The first rows as a page draws them, refused ones first."""
    rows = sorted(seen.rows, key=lambda row: (row.act != REFUSE, row.number))[:most]
    return [{"row": row, "act": words_of_act(row.act), "details": _details(seen, row)} for row in rows]


def _details(seen: Look, row) -> str:
    """What the row would set, in a few words."""
    said = row.given if row.act == CREATE else row.changes
    words_of = KINDS[Kind(seen.upload.kind)].words_of_change
    labels = {LISTED_AS.get(one.code, one.code): one.label for one in FIELDS[seen.upload.kind]}
    return _("; ").join(said_of(labels.get(name, name), words_of(name, value)[:80]) for name, value in said.items())


def look_words(seen: Look) -> str:
    """What the list would become, in one sentence."""
    if not seen.listing.rows:
        return _("The list has no rows below its heads.")
    if seen.missing:
        return _("Say which column holds: %(fields)s.") % {"fields": ", ".join(seen.missing)}
    counted = [_count_words(act, count) for act, count in seen.counts.items() if count]
    return _("%(words)s.") % {"words": _(", ").join(counted)}


def _count_words(act: str, count: int) -> str:
    words = {
        CREATE: ngettext("%(n)s row would be created", "%(n)s rows would be created", count),
        CHANGE: ngettext("%(n)s row would change a record", "%(n)s rows would change a record", count),
        SAME: ngettext("%(n)s row is as it stands already", "%(n)s rows are as they stand already", count),
        REFUSE: ngettext("%(n)s row is refused", "%(n)s rows are refused", count),
    }[act]
    return words % {"n": number(count, 0)}
