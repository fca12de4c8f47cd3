"""The reports of a demonstration: what an organisation would ask for, so that the scheduler has something to make."""

from __future__ import annotations

from datetime import date, datetime

from accounts.models import Role, User
from core.models import Period
from core.translations import Translated

from .models import ReportDefinition
from .services import define_report

TITLE = Translated(
    source="fr",
    texts={
        "fr": "Rapport d’avancement", "en": "Progress report", "es": "Informe de progreso", "ar": "تقرير التقدم المحرز",
    },
    states={language: {"state": "approved", "of_version": 1} for language in ("en", "es", "ar")},
)  # fmt: skip


def define_reports(*, on: date, at: datetime) -> list[ReportDefinition]:
    """This will define the quarterly report of all plans, made by itself for the last two quarters; once."""
    officer = User.objects.active().filter(role=Role.OFFICER).order_by("-clearance", "pk").first()
    if officer is None or ReportDefinition.objects.exists():
        return []
    leaders = list(User.objects.active().filter(role=Role.LEADER))
    ended = list(Period.objects.ended_by(on).order_by("-end_on")[:2])
    values = {
        "code": "progress", "title": TITLE, "scope": "all", "cadence": "quarterly", "languages": ["ar", "en", "es", "fr"],
        "handling": max((leader.clearance for leader in leaders), default=1), "is_active": True,
        "starts_on": ended[-1].start_on if ended else None,
    }  # fmt: skip
    return [define_report(values=values, recipients=leaders, by=officer, at=at)]
