"""Closing a plan in words: what officers say of it, of its aims and of its expected results, with reason and trace."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.access import require
from core import audit, versions
from core.errors import Conflict, Invalid, NotFound, Stale
from core.texts import put_text
from core.translations import Translated
from goals.models import Aim, Plan, PlanStatus
from outcomes.models import ExpectedResult

from .models import ClosingAssessment

ACT = "plan.edit"
FIELDS = ("plan", "aim", "expected_result", "text")


@dataclass(frozen=True)
class Subject:
    """What is assessed: a closed plan as a whole, one of its aims, or one expected result. `key` names it in addresses."""

    plan: Plan
    aim: Aim | None = None
    result: ExpectedResult | None = None

    @property
    def key(self) -> str:
        if self.result is not None:
            return f"{self.result.aim.number}.{self.result.number}"
        return str(self.aim.number) if self.aim is not None else "plan"

    @property
    def title(self) -> Translated:
        if self.result is not None:
            return self.result.text
        return self.aim.title if self.aim is not None else self.plan.title

    @property
    def filter(self) -> dict:
        return {"plan": self.plan, "aim": self.aim, "expected_result": self.result}


def find_subject(*, plan_code: str, key: str, by) -> Subject:
    """The thing that an address names. Raises NotFound for what is hidden, absent or of another plan."""
    plan = Plan.objects.visible_to(by).filter(code=plan_code).first()
    if plan is None:
        raise NotFound
    if key == "plan":
        return Subject(plan)
    aim_number, _dot, number = key.partition(".")
    if not number:
        aim = Aim.objects.filter(plan=plan, number=aim_number).first()
        found = Subject(plan, aim=aim) if aim else None
    else:
        rows = ExpectedResult.objects.select_related("aim").filter(aim__plan=plan, aim__number=aim_number)
        result = rows.filter(number=number).first()
        found = Subject(plan, result=result) if result else None
    if found is None:
        raise NotFound
    return found


@transaction.atomic
def write_assessment(
    *, subject: Subject, version: int | None, text: Translated, reason: str, by, at: datetime
) -> ClosingAssessment:
    """This will put the words on record, or in place of those that stand; what was said before is kept.

    `version` is the one that the officer saw, None where nothing was there. Refused: a plan that is not closed, an
    empty text, and no reason for words that replace others. Raises Stale when somebody else was first.
    """
    require(by, ACT)
    Plan.objects.select_for_update().get(pk=subject.plan.pk)
    if subject.plan.status != PlanStatus.CLOSED:
        raise Conflict(_("Only a closed plan is assessed."), code="plan_not_closed")
    row = ClosingAssessment.objects.filter(**subject.filter).first()
    if row is None:
        _require_words(text)
        return _first(subject, text, reason, by, at)
    if version is None:
        raise Stale(_("Somebody changed this since you opened it. Nothing of yours is lost."), current=row)
    return _rewrite(row.pk, version, text, reason, by, at)


@transaction.atomic
def write_first(*, subject: Subject, text: Translated, reason: str, by, at: datetime) -> ClosingAssessment:
    """This will put the words on record where nothing was said yet.

    Refused beside what `write_assessment` refuses: a subject outside the plan, two subjects at once, and one that has
    its assessment already.
    """
    require(by, ACT)
    of_plan = {getattr(subject.aim, "plan_id", None), subject.result and subject.result.aim.plan_id} - {None}
    if (subject.aim and subject.result) or of_plan - {subject.plan.pk}:
        raise Invalid.on("plan", _("Name the plan alone, or with one aim or one expected result of it."))
    if ClosingAssessment.objects.filter(**subject.filter).exists():
        raise Conflict(_("This is assessed already: change what stands."), code="assessed_already")
    return write_assessment(subject=subject, version=None, text=text, reason=reason, by=by, at=at)


def _require_words(text: Translated, reason: str | None = None) -> None:
    """`reason` is that of a change; None asks for none."""
    faults = {}
    if not text.texts.get(text.source, "").strip():
        faults["text"] = [_("Give the text in its source language.")]
    if reason is not None and not reason.strip():
        faults["reason"] = [_("Say why it changes.")]
    if faults:
        raise Invalid(_("The assessment cannot be saved yet."), fields=faults)


def _first(subject: Subject, text: Translated, reason: str, by, at) -> ClosingAssessment:
    made = ClosingAssessment.objects.create(**subject.filter, text=text, written_by=by, created_at=at, updated_at=at)
    audit.record(
        at=at, by=by, action="assessment.written", target=made, after=audit.snapshot(made, FIELDS), reason=reason
    )
    return made


def _rewrite(pk: int, version: int, text: Translated, reason: str, by, at) -> ClosingAssessment:
    row = versions.lock(ClosingAssessment.objects.all(), pk, version=version)
    _require_words(text, reason)
    if row.text == text:
        return row
    before = audit.snapshot(row, FIELDS)
    put_text(row, "text", text, at=at)
    row.written_by = by
    versions.touch(row, at=at, fields=["text", "written_by"])
    after = audit.snapshot(row, FIELDS)
    audit.record(at=at, by=by, action="assessment.rewritten", target=row, before=before, after=after, reason=reason)
    return row
