"""What the invented officers say of the closed strategy: the overall lesson, each objective, each expected result."""

from __future__ import annotations

import json
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from core import audit
from core.translations import Translated
from goals.models import Aim, PlanKind
from interpol_strategy.demo.people import officers
from interpol_strategy.demo.play import curtain
from interpol_strategy.demo.stage import Stage
from reports.models import ClosingAssessment

TEXTS = Path(__file__).with_name("closing.json")
WEEKS_AFTER = 6
MARK = {
    "en": "[Invented] {}", "fr": "[Texte inventé] {}", "es": "[Texto inventado] {}", "ar": "[نص مختلق] {}",
}  # fmt: skip


def assess_closed_strategy(stage: Stage) -> list[audit.Entry]:
    """This will put every assessment on record, some weeks after the strategy ended; each text says that it is invented."""
    plan, by = stage.plans[PlanKind.STRATEGY], officers(stage)[0]
    at = min(curtain(stage.on), datetime.combine(plan.end_on + timedelta(weeks=WEEKS_AFTER), time(15), UTC))
    said = json.loads(TEXTS.read_text("utf-8"))
    aims = {aim.number: aim for aim in Aim.objects.filter(plan=plan)}
    results = {f"{one.aim.number}.{one.number}": one for one in stage.results[plan.pk]}
    facts = {"plan": plan, "written_by": by, "created_at": at, "updated_at": at}
    rows = [
        ClosingAssessment(
            aim=aims.get(int(key)) if key.isdigit() else None,
            expected_result=results.get(key),
            text=_text(words),
            **facts,
        )
        for key, words in said.items()
        if key == "plan" or key in results or (key.isdigit() and int(key) in aims)
    ]
    made = ClosingAssessment.objects.bulk_create(rows)
    fields = ("plan", "aim", "expected_result", "text")
    return [audit.Entry(at, by, "assessment.written", row, {}, audit.snapshot(row, fields)) for row in made]


def _text(words: dict[str, str]) -> Translated:
    texts = {language: MARK[language].format(said) for language, said in words.items()}
    approved = {"state": "approved", "of_version": 1}
    return Translated("en", 1, texts, {language: approved for language in texts if language != "en"})
