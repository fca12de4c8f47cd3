"""What people do with reports: define them, ask for one, correct one, withdraw one, download one."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import Min, Q
from django.utils.translation import gettext_lazy as _

from accounts.access import clearance_of, require
from core import audit, jobs, versions
from core.codes import faults_of_address
from core.errors import Conflict, Invalid, NotFound
from core.formats import day
from core.models import Job, JobState
from goals.models import Plan

from . import store
from .assemble import assemble
from .choices import EditionState
from .gather import Span
from .making import snapshot_bytes
from .models import Edition, EditionFile, ReportDefinition
from .spans import last_whole_span, span_named

JOB_KIND = "report"
NOT_FILED = {"number": 0, "corrects": None, "correction_reason": None}
DEFINITION_FIELDS = (
    "code", "title", "scope", "plan", "aim", "region", "bureau", "cadence", "languages", "handling", "starts_on", "is_active",
)  # fmt: skip
_ABOUT = ("plan", "aim", "region", "bureau")


@transaction.atomic
def define_report(*, values: dict, recipients, by, at: datetime) -> ReportDefinition:
    """This will add a report definition. Officers only; raises Invalid beside the field that does not fit."""
    require(by, "report.define")
    made = ReportDefinition(**_checked(values), created_at=at, updated_at=at)
    if taken := faults_of_address(made.code):
        raise Invalid.on("code", *taken)
    if ReportDefinition.objects.filter(code=made.code).exists():
        raise Invalid.on("code", _("A report with this code is there already."))
    made.save(force_insert=True)
    made.recipients.set(recipients)
    facts = {**audit.snapshot(made, DEFINITION_FIELDS), "recipients": sorted(one.pk for one in recipients)}
    audit.record(at=at, by=by, action="report.defined", target=made, after=facts)
    return made


@transaction.atomic
def change_definition(
    *, definition_id: int, version: int, values: dict, recipients, by, at: datetime
) -> ReportDefinition:
    """This will change a definition; editions that were filed under it stay as they are. Officers only."""
    require(by, "report.define")
    row = versions.lock(ReportDefinition.objects.all(), definition_id, version=version)
    before = {
        **audit.snapshot(row, DEFINITION_FIELDS),
        "recipients": sorted(row.recipients.values_list("pk", flat=True)),
    }
    changed = versions.change(row, at=at, **_checked(values))
    if sorted(one.pk for one in recipients) != before["recipients"]:
        row.recipients.set(recipients)
        changed or versions.touch(row, at=at)
    after = {**audit.snapshot(row, DEFINITION_FIELDS), "recipients": sorted(one.pk for one in recipients)}
    if after != before:
        audit.record(at=at, by=by, action="report.redefined", target=row, before=before, after=after)
    return row


def preview(*, values: dict, by, at: datetime) -> dict:
    """The snapshot that a report defined so would be drawn from, for its last whole period; nothing is kept.

    It shows what the person may see, at most what the report may hold. Officers only; raises Invalid as saving would.
    """
    require(by, "report.define")
    definition = ReportDefinition(**_checked(values))
    clearance = min(definition.handling, clearance_of(by))
    span = last_whole_span(definition.cadence, at.date())
    return assemble(definition, span, clearance=clearance, as_of=at, filing=NOT_FILED)


def _checked(values: dict) -> dict:
    """The values with what their scope does not use left out; raises Invalid where the scope's own thing is missing."""
    scope = values.get("scope", "all")
    if scope in _ABOUT and not values.get(scope):
        raise Invalid.on(scope, _("Choose what the report is about."))
    if not values.get("languages"):
        raise Invalid.on("languages", _("Choose at least one language."))
    return values | {name: values.get(name) if name == scope else None for name in _ABOUT}


def request_report(
    *, definition: ReportDefinition, period_code: str, by, at: datetime, correction_reason: str = ""
) -> Job:
    """This will ask for the edition of a period; whoever asks again gets the same job, and a failed one starts anew.

    With `correction_reason` a filed edition gets a successor that names it. Raises Invalid for a period that is none or
    has not begun, Conflict when the edition is there already. `by` None is the operator at the console.
    """
    if by is not None:
        require(by, "report.request")
    span = span_to_report(period_code, begins=begins_on(definition), at=at)
    with transaction.atomic():
        ReportDefinition.objects.select_for_update().get(pk=definition.pk)
        last = (
            Edition.objects.filter(definition=definition, period_code=span.code)
            .order_by("-revision", "-clearance")
            .first()
        )
        key, payload = job_wanted(definition, span, last, correction_reason)
        job = jobs.enqueue(kind=JOB_KIND, key=key, payload=payload, at=at, by=by)
        audit.record(
            at=at, by=by, action="report.requested", target=definition, after={"period": span.code, "job": job.pk},
            reason=correction_reason,
        )  # fmt: skip
        return job


def span_to_report(period_code: str, *, begins: date, at: datetime) -> Span:
    """The period of that name. Raises Invalid where it is none, has not begun, or was over before the plan began."""
    span = span_named(period_code)
    if span is None:
        raise Invalid.on("period", _("Give a period as 2026, 2026-H2, 2026-Q3 or 2026-09."))
    if span.start_on > at.date():
        raise Invalid.on("period", _("This period has not begun yet."))
    if span.end_on < begins:
        raise Invalid.on("period", _("The plan begins on %(day)s: this period was over before.") % {"day": day(begins)})
    return span


def begins_on(definition: ReportDefinition | None = None) -> date:
    """The first day that the report, or one about all plans, can say anything about: of several plans, the first of theirs."""
    plans = Plan.objects.all()
    if definition and (definition.plan_id or definition.aim_id):
        plans = plans.filter(Q(pk=definition.plan_id) | Q(aims=definition.aim_id))
    return plans.aggregate(first=Min("start_on"))["first"] or date.min


def job_wanted(definition, span: Span, last: Edition | None, correction_reason: str = "") -> tuple[str, dict]:
    """The key and the payload of the job that makes the edition after the last one. Raises Conflict where none is to be made."""
    is_there = last is not None and last.state != EditionState.FROZEN
    if is_there and not correction_reason:
        words = _("Edition %(number)s is there already. A correction needs a reason.")
        raise Conflict(words % {"number": last.number}, code="edition_exists")
    if not is_there and correction_reason:
        raise Conflict(_("There is no edition of this period to correct."), code="nothing_to_correct")
    revision = last.revision + is_there if last else 1
    payload = {"definition": definition.pk, "period": span.code, "revision": revision}
    if is_there:
        payload |= {"corrects": last.pk, "reason": correction_reason}
    elif last and last.corrects_id:
        payload |= {"corrects": last.corrects_id, "reason": last.correction_reason}
    return job_key(definition, span.code, revision), payload


def job_key(definition, period_code: str, revision: int) -> str:
    return f"report:{definition.pk}:{period_code}:{revision}"


@transaction.atomic
def retry_report(*, job_id: int, by, at: datetime) -> Job:
    """This will queue a failed report again. Raises Conflict when it has not failed."""
    require(by, "report.request")
    job = Job.objects.select_for_update().filter(pk=job_id, kind=JOB_KIND).first()
    if job is None:
        raise NotFound(_("There is nothing here, or nothing that you may see."))
    if job.state != JobState.FAILED:
        raise Conflict(_("Only a report that failed can be tried again."), code="not_failed")
    definition = ReportDefinition.objects.get(pk=job.payload["definition"])
    audit.record(at=at, by=by, action="report.retried", target=definition, after={"job": job.pk})
    return jobs.retry(job, at=at)


@transaction.atomic
def withdraw_edition(*, number: int, reason: str, by, at: datetime) -> list[Edition]:
    """This will mark the edition and its twins as withdrawn, for a reason; they stay, and can still be checked."""
    require(by, "report.file")
    if not reason.strip():
        raise Invalid.on("reason", _("Say why the edition is withdrawn."))
    rows = list(Edition.objects.select_for_update(of=("self",)).filter(number=number).select_related("definition"))
    if not any(row.level <= clearance_of(by) for row in rows):
        raise NotFound(_("There is nothing here, or nothing that you may see."))
    if any(row.state != EditionState.FILED for row in rows):
        raise Conflict(_("Only a filed edition can be withdrawn."), code="not_filed")
    for row in rows:
        row.state, row.withdrawn_at, row.withdrawn_by = EditionState.WITHDRAWN, at, by
        row.withdrawal_reason = reason.strip()
        row.save(update_fields=["state", "withdrawn_at", "withdrawn_by", "withdrawal_reason"])
        audit.record(at=at, by=by, action="edition.withdrawn", target=row, after={"number": number}, reason=reason)
    return rows


def find_edition(*, number: int, by) -> Edition:
    """The fullest twin of the edition that the person may read. Raises NotFound for hidden and absent alike."""
    rows = Edition.objects.readable_by(by).filter(number=number).select_related("definition", "corrects")
    found = rows.with_successor().order_by("-clearance").first()
    if found is None:
        raise NotFound(_("There is nothing here, or nothing that you may see."))
    return found


def open_file(*, number: int, language: str, form: str, by, at: datetime):
    """The edition, the file's record and its bytes, for whoever may read the edition; the download is recorded.

    Raises NotFound for what is hidden, absent, withdrawn from the store, or not among the edition's languages and forms.
    """
    edition = find_edition(number=number, by=by)
    file = edition.files.filter(language=language, form=form).first()
    content = snapshot_bytes(edition) if form == "json" else store.read(file.storage_key) if file else None
    if content is None:
        raise NotFound(_("There is nothing here, or nothing that you may see."))
    with transaction.atomic():
        after = {"number": number, "language": language, "form": form, "clearance": edition.clearance}
        audit.record(at=at, by=by, action="edition.downloaded", target=edition, after=after)
    return edition, file, content


def check_code_given(code: str) -> Edition | None:
    """The filed or withdrawn edition that carries the code, however it was typed; None if none does."""
    signs = (
        "".join(sign for sign in code.upper() if sign.isalnum()).replace("0", "O").replace("1", "I").replace("8", "B")
    )
    if len(signs) != 16:
        return None
    grouped = "-".join(signs[at : at + 4] for at in range(0, 16, 4))
    return Edition.objects.shown().with_successor().filter(check_code=grouped).defer("snapshot").first()


def check_file_given(digest: str) -> EditionFile | None:
    """The file of an edition with this SHA-256; None if there is none."""
    file = EditionFile.objects.filter(sha256=digest).exclude(edition__state=EditionState.FROZEN).first()
    if file is not None:
        file.edition = Edition.objects.with_successor().defer("snapshot").get(pk=file.edition_id)
    return file
