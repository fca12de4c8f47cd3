"""The related parts of initiatives and updates, gathered by the database with the row itself: no query per row.

Written in SQL: composing six subqueries anew for every call cost more than fetching a page of rows.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import EmptyResultSet
from django.db.models import BigIntegerField, CharField, TextField
from django.db.models.expressions import RawSQL

from outcomes.models import Indicator

PARTNERS = """ARRAY(
    SELECT part.code FROM accounts_bureau part JOIN initiatives_initiative_partners link ON link.bureau_id = part.id
    WHERE link.initiative_id = initiatives_initiative.id ORDER BY part.code)"""
CRIME_AREAS = """ARRAY(
    SELECT part.code FROM initiatives_crimearea part
    JOIN initiatives_initiative_crime_areas link ON link.crimearea_id = part.id
    WHERE link.initiative_id = initiatives_initiative.id ORDER BY part.code)"""
CAPABILITIES = """ARRAY(
    SELECT link.capability_id FROM initiatives_initiative_capabilities link
    WHERE link.initiative_id = initiatives_initiative.id ORDER BY link.capability_id)"""
# "+ 0" has the few indicators of a row looked up: the planner would rather go through all that may be seen, for each row again.
INDICATORS = """ARRAY(
    SELECT part.code FROM outcomes_indicator part
    JOIN initiatives_initiative_indicators link ON link.indicator_id = part.id
    WHERE link.initiative_id = initiatives_initiative.id AND part.id + 0 = ANY({seen}) ORDER BY part.code)"""
SHARES = """(
    SELECT coalesce(jsonb_agg(jsonb_build_object(
        'expected_result', part.expected_result_id, 'share', trim_scale(part.share)::text
    ) ORDER BY part.expected_result_id), '[]')
    FROM initiatives_contribution part WHERE part.initiative_id = initiatives_initiative.id)"""
MILESTONES = """(
    SELECT coalesce(jsonb_agg(jsonb_build_object(
        'title', part.title, 'due_on', part.due_on, 'done_on', part.done_on, 'weight', trim_scale(part.weight)::text
    ) ORDER BY part.due_on, part.id), '[]')
    FROM initiatives_milestone part WHERE part.initiative_id = initiatives_initiative.id)"""
VALUES = """(
    SELECT coalesce(jsonb_agg(jsonb_build_object(
        'indicator', measured.code, 'state', part.state, 'value', trim_scale(part.value)::text,
        'numerator', trim_scale(part.numerator)::text, 'denominator', trim_scale(part.denominator)::text,
        'observed_on', part.observed_on, 'reason', part.reason, 'confirmed', part.confirmed
    ) ORDER BY measured.code), '[]')
    FROM initiatives_updatevalue part JOIN outcomes_indicator measured ON measured.id = part.indicator_id
    WHERE part.update_id = initiatives_update.id AND measured.id + 0 = ANY({seen}))"""
CODES, KEYS = ArrayField(CharField()), ArrayField(BigIntegerField())


def _of_seen_indicators(sql: str, output_field, user):
    """A part of each row that names indicators: those that the person may see, found once for all rows."""
    try:
        seen, values = Indicator.objects.visible_to(user).order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:
        return _part(sql.format(seen="ARRAY[]::bigint[]"), output_field)
    return _part(sql.format(seen=f"ARRAY({seen})"), output_field, *values)


def _part(sql: str, output_field, *params):
    """A part of each row. The SQL is ours, word for word; what a person says only ever comes as a parameter."""
    return RawSQL(sql, params, output_field=output_field)  # noqa: S611


def with_parts(initiatives, user):
    """Initiatives with the codes of what they touch, their shares and their milestones."""
    return initiatives.annotate(
        partner_codes=_part(PARTNERS, CODES),
        crime_area_codes=_part(CRIME_AREAS, CODES),
        capability_ids=_part(CAPABILITIES, KEYS),
        indicator_codes=_of_seen_indicators(INDICATORS, CODES, user),
        share_rows=_part(SHARES, TextField()),
        milestone_rows=_part(MILESTONES, TextField()),
    )


def with_values(updates, user):
    """Updates with the values they carry, as far as the person may see the indicators."""
    return updates.annotate(value_rows=_of_seen_indicators(VALUES, TextField(), user))
