"""How the blocks of pages grow with the data: two sizes of the same demonstration, ten times apart."""

from __future__ import annotations

from django.db import connection
from django.test import override_settings
from django.urls import reverse

from bench.blocks import Touched, touched_by
from bench.goals import Goal
from bench.pages import DASHBOARD
from goals.models import Aim, Plan
from outcomes.choices import Measure

# The pages whose figures come from the summary, which does not grow with the answers.
OF_THE_SUMMARY = tuple(DASHBOARD)
READING = {
    **DASHBOARD,
    "home": "/",
    "list of work": "/initiatives/",
    "list, one filter": "/initiatives/?status=active",
    "search": "/initiatives/?search=ports",
    "bureaus": "/bureaus/",
    "what changed": "/changes/",
    "timeline": "/timeline/",
    "data quality": "/data-quality/",
    "reporting status": "/reporting/",
    "review": "/review/",
    "periods": "/periods/",
    "API list": "/api/v1/initiatives/?page_size=100",
    "API list of updates": "/api/v1/updates/?page_size=100",
}


def touched(client) -> dict[str, Touched]:
    """Blocks, questions and scans of each page, as its reader finds it."""
    connection.close()
    with override_settings(PAGES_KEPT_SECONDS=0):
        return {name: touched_by(client, path) for name, path in (READING | accounts()).items()}


def accounts() -> dict[str, str]:
    """The pages that say how the figures of the plan in force, and of its second aim, are calculated."""
    plan = Plan.objects.get(code="framework-2026-2030")
    wholes = {"plan": plan.pk, "aim": Aim.objects.get(plan=plan, number=2).pk}
    return {
        f"account of the {kind}, {measure.value}": reverse("dashboard:explain", args=[kind, pk]) + f"?measure={measure.value}"
        for kind, pk in wholes.items()
        for measure in Measure
    }


def growth_goals(smaller: dict[str, Touched], larger: dict[str, Touched]) -> list[Goal]:
    """The blocks at ten times the measurements against those before."""
    return [
        Goal(
            f"{name}: blocks at ten times the data", 1.2, round(larger[name].blocks / smaller[name].blocks, 2), "x tenth",
            said=f"{smaller[name].blocks} to {larger[name].blocks} blocks",
        )
        for name in OF_THE_SUMMARY
    ]  # fmt: skip


def told(smaller: dict[str, Touched], larger: dict[str, Touched]) -> str:
    """Every page as a line: its questions, its blocks at both sizes, its growth, and which large tables it reads from end to end."""
    return "\n".join(
        f"{name:32} {one.queries:3} questions {smaller[name].blocks:7} {one.blocks:7} blocks "
        f"{one.blocks / smaller[name].blocks:6.2f} times  {' '.join(one.scanned)}"
        for name, one in larger.items()
    )
