"""What a demonstration holds, in words that do not depend on the numbers that the database gives to rows."""

from __future__ import annotations

import hashlib

from accounts.models import User
from core.models import Period
from initiatives.models import Comment, Contribution, Evidence, Initiative, Milestone, Update, UpdateValue
from outcomes.models import Baseline, Judgement, Measurement, Target, Weight

UPDATE = ("update__initiative__code", "update__period__code", "update__revision")
PEOPLE = ("author__email", "submitted_by__email", "approved_by__email", "validated_by__email", "returned_by__email")
CONTENTS = {
    User: ("email", "full_name", "role", "bureau__code", "clearance", "language"),
    Period: ("code", "start_on", "end_on", "due_on", "closes_on"),
    Initiative: ("code", "public_id", "title", "summary", "lead_bureau__code", "starts_on", "ends_on", "status",
                 "handling", "budget_eur", "staff_fte", "crime_areas__code", "partners__code", "indicators__code"),
    Contribution: ("initiative__code", "expected_result__aim__number", "expected_result__number", "share"),
    Milestone: ("initiative__code", "title", "due_on", "done_on", "weight"),
    Update: ("initiative__code", "period__code", "revision", "state", "achieved", "obstacle", "next_steps", "risks",
             "help_wanted", "delivery_percent", "delivery_status", "off_track_reason", "submitted_at", "approved_at",
             "validated_at", "returned_at", "return_comment", "superseded_at", *PEOPLE),
    UpdateValue: (*UPDATE, "indicator__code", "state", "value", "numerator", "denominator", "observed_on", "reason"),
    Evidence: (*UPDATE, "public_id", "name", "sha256", "storage_key"),
    Comment: (*UPDATE, "author__email", "text", "written_at"),
    Measurement: ("indicator__code", "period__code", "bureau__code", "initiative_code", "revision", "state", "value",
                  "numerator", "denominator", "observed_on", "recorded_at", "recorded_by__email"),
    Baseline: ("indicator__code", "revision", "value", "on"),
    Target: ("indicator__code", "revision", "due_on", "value"),
    Weight: ("expected_result__aim__number", "expected_result__number", "value", "recorded_at"),
    Judgement: ("aim__number", "status", "reason", "expires_on", "recorded_at"),
}  # fmt: skip


def digest() -> dict[str, str]:
    """One checksum for each table, so that a difference says where it is."""
    return {model.__name__: _checksum(model, columns) for model, columns in CONTENTS.items()}


def _checksum(model, columns) -> str:
    rows = sorted(map(repr, model.objects.order_by().values_list(*columns)))
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()
