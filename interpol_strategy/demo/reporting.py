"""Which reports the organisation makes: the scheduler finds them due, and the leader finds them ready."""

from __future__ import annotations

from datetime import timedelta

from core import audit
from core.handling import Handling
from core.periods import quarter_of
from core.translations import Translated
from goals.models import PlanKind
from interpol_strategy.demo.play import curtain
from interpol_strategy.demo.stage import Stage
from reports.choices import Cadence, ScopeKind
from reports.models import ReportDefinition

FACTS = ("code", "title", "scope", "plan", "cadence", "languages", "handling", "starts_on", "is_active")
READERS = ("leader", "officer", "auditor")
PROGRESS = Translated(
    "en",
    1,
    {
        "en": "Progress of the strategic framework",
        "fr": "Avancement du cadre stratégique",
        "es": "Progreso del marco estratégico",
        "ar": "التقدم المحرز في الإطار الاستراتيجي",
    },
)
CLOSING = Translated(
    "en",
    1,
    {
        "en": "Closing report of the strategy",
        "fr": "Rapport de clôture de la stratégie",
        "es": "Informe de cierre de la estrategia",
        "ar": "التقرير الختامي للاستراتيجية",
    },
)


def define_reports(stage: Stage) -> list[audit.Entry]:
    """This will define a quarterly report of the framework and a single closing report of the strategy."""
    at, by = curtain(stage.on), stage.people["officer"]
    rows = ReportDefinition.objects.bulk_create([_progress(stage, at), _closing(stage, at)])
    for row in rows:
        row.recipients.set([stage.people[key] for key in READERS])
    return [audit.Entry(at, by, "report.defined", row, {}, audit.snapshot(row, FACTS)) for row in rows]


def _progress(stage: Stage, at) -> ReportDefinition:
    """From two quarters ago on, so that the latest edition has one before it to differ from."""
    plan = stage.plans[PlanKind.FRAMEWORK]
    last = quarter_of(quarter_of(stage.on).start_on - timedelta(days=1))
    before = quarter_of(last.start_on - timedelta(days=1))
    return ReportDefinition(
        code="framework-progress",
        title=PROGRESS,
        scope=ScopeKind.PLAN,
        plan=plan,
        cadence=Cadence.QUARTERLY,
        handling=Handling.RESTRICTED,
        starts_on=max(plan.start_on, before.start_on),
        created_at=at,
        updated_at=at,
    )


def _closing(stage: Stage, at) -> ReportDefinition:
    plan = stage.plans[PlanKind.STRATEGY]
    return ReportDefinition(
        code="strategy-closing",
        title=CLOSING,
        scope=ScopeKind.PLAN,
        plan=plan,
        cadence=Cadence.ONCE,
        handling=Handling.INTERNAL,
        starts_on=quarter_of(plan.end_on).start_on,
        created_at=at,
        updated_at=at,
    )
