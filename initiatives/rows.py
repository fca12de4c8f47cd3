"""The related parts of initiatives and updates, gathered by the database with the row itself: no query per row."""

from __future__ import annotations

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, F, Func, OuterRef
from django.db.models.functions import Cast, JSONObject

from accounts.models import Bureau
from initiatives.models import Contribution, CrimeArea, Milestone, UpdateValue
from objectives.models import Capability
from outcomes.models import Indicator


def _number(name: str):
    """A decimal as text, without zeros that say nothing."""
    return Cast(Func(F(name), function="trim_scale"), CharField())


def _codes(model, relation: str, column: str = "code"):
    return ArraySubquery(model.objects.filter(**{relation: OuterRef("pk")}).order_by(column).values(column))


def with_parts(initiatives, user):
    """Initiatives with the codes of what they touch, their shares and their milestones."""
    indicators = Indicator.objects.visible_to(user)
    shares = JSONObject(expected_result="expected_result_id", share=_number("share"))
    steps = JSONObject(title="title", due_on="due_on", done_on="done_on", weight=_number("weight"))
    return initiatives.annotate(
        partner_codes=_codes(Bureau, "joins"),
        crime_area_codes=_codes(CrimeArea, "initiatives"),
        capability_ids=_codes(Capability, "initiatives", "id"),
        indicator_codes=ArraySubquery(indicators.filter(initiatives=OuterRef("pk")).order_by("code").values("code")),
        share_rows=ArraySubquery(
            Contribution.objects.filter(initiative=OuterRef("pk")).order_by("expected_result").values(row=shares)
        ),
        milestone_rows=ArraySubquery(
            Milestone.objects.filter(initiative=OuterRef("pk")).order_by("due_on", "id").values(row=steps)
        ),
    )


def with_values(updates, user):
    """Updates with the values they carry, as far as the person may see the indicators."""
    value = JSONObject(
        indicator="indicator__code", state="state", value=_number("value"), numerator=_number("numerator"),
        denominator=_number("denominator"), observed_on="observed_on", reason="reason", confirmed="confirmed",
    )  # fmt: skip
    seen = UpdateValue.objects.filter(update=OuterRef("pk"), indicator__in=Indicator.objects.visible_to(user))
    return updates.annotate(value_rows=ArraySubquery(seen.order_by("indicator__code").values(row=value)))
