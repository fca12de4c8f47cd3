"""What the closing pages show: every aim and expected result of a plan with what was said of it."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.db.models import QuerySet

from goals.models import Aim, Plan
from outcomes.models import ExpectedResult

from .assessing import Subject
from .models import ClosingAssessment


@dataclass(frozen=True)
class Said:
    """One thing to assess, and the assessment, if it is written."""

    subject: Subject
    row: ClosingAssessment | None


@dataclass(frozen=True)
class Closing:
    """A plan's assessment as its page shows it: `done` of `total` texts are written."""

    plan: Plan
    lesson: Said
    aims: list[tuple[Said, list[Said]]]

    @property
    def all(self) -> list[Said]:
        return [self.lesson, *[said for aim, results in self.aims for said in (aim, *results)]]

    @property
    def done(self) -> int:
        return sum(said.row is not None for said in self.all)

    @property
    def total(self) -> int:
        return len(self.all)


def read_closing(plan: Plan) -> Closing:
    """Three queries, whatever the plan's size."""
    rows = {
        (row.aim_id, row.expected_result_id): row
        for row in ClosingAssessment.objects.filter(plan=plan).select_related("written_by")
    }
    results: dict[int, list[ExpectedResult]] = {}
    for result in ExpectedResult.objects.filter(aim__plan=plan).select_related("aim").order_by("number"):
        results.setdefault(result.aim_id, []).append(result)
    aims = [
        (
            Said(Subject(plan, aim=aim), rows.get((aim.pk, None))),
            [Said(Subject(plan, result=one), rows.get((None, one.pk))) for one in results.get(aim.pk, [])],
        )
        for aim in Aim.objects.filter(plan=plan).order_by("number")
    ]
    return Closing(plan, Said(Subject(plan), rows.get((None, None))), aims)


def find_assessment(subject: Subject) -> ClosingAssessment | None:
    return ClosingAssessment.objects.filter(**subject.filter).first()


def closed_plans(user) -> QuerySet:
    """The closed plans that the person may see, the latest first."""
    return Plan.objects.visible_to(user).filter(status="closed").order_by("-end_on", "code")


def conflict_of(row: ClosingAssessment, form) -> dict:
    """Mine beside theirs, for every language in which they differ."""
    return {
        "who": row.written_by.full_name if row.written_by else "",
        "at": row.updated_at,
        "fields": [
            {"label": form[name].label, "mine": form[name].value(), "theirs": theirs}
            for code, _language in settings.LANGUAGES
            for name, theirs in [(f"text_{code}", row.text.texts.get(code, ""))]
            if form[name].value() != theirs
        ],
    }
