"""What looked wrong in the data on a day in the past: definitions, values and work as they stood, of what is readable now and was then."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q

from accounts.access import sight
from core.models import AuditRecord, JobState
from core.past import acts_since, replaced_in, undone
from core.together import Steps, only
from dashboard import pictures
from dashboard.asked import Asked
from dashboard.figures import figures_steps
from initiatives.models import Initiative
from initiatives.past import TARGET as WORK
from initiatives.past import turn_back_steps
from outcomes.choices import IndicatorState
from outcomes.models import Indicator, Measurement, NodeType

# What the trail tells of an indicator and the page asks; the rest of a definition is as it stands now, as on every page.
DEFINED = ("owner", "handling", "state", "range_low")


def mended(question: Asked, url: str) -> str:
    """Where it is mended; nowhere from a page of a past day."""
    return "" if question.known_on else url


def indicators_then(question: Asked, seen) -> Steps[list[Indicator]]:
    """The indicators that were measured on the day, unsaved, with their owner, level, state and range of then. One round."""
    found, acts = yield [seen.there_at(question.moment), acts_since(question.moment, Indicator._meta.label_lower)]
    later = replaced_in(acts)
    for one in found:
        for name, value in undone({}, later.get(one.pk, ())).items():
            if name in DEFINED:
                setattr(one, name, one._meta.get_field(name).to_python(value))
    cleared = sight(question.user).clearance
    return [one for one in found if one.state != IndicatorState.RETIRED and one.handling <= cleared]


def values_then(question: Asked):
    """The single values as they were believed, of those that the reader may see and whose present revision they may see too."""
    seen = Measurement.objects.known_at(question.moment).visible_to(question.user)
    if question.moment is None:
        return seen
    whose = Q(bureau=OuterRef("bureau")) | Q(bureau=None)  # a line of the organisation's own values has no bureau
    line = {name: OuterRef(name) for name in ("indicator", "period", "initiative_code")}
    hidden = Measurement.objects.current().filter(whose, **line).exclude(sight(question.user).measurements())
    return seen.exclude(Q(superseded_at__isnull=False) & Exists(hidden))


def stale_then(question: Asked, indicators, period, is_at_once: bool) -> Steps[list[tuple] | None]:
    """Key and last day of observation of the indicators whose value was too old; None where nobody has worked that out.

    Two rounds and the values, where it is worked out at once.
    """
    if period is None or is_at_once and not indicators:
        return []
    if is_at_once:
        plans = {one.expected_result.aim.plan_id for one in indicators.values()}
        nodes = {NodeType.INDICATOR.value: list(indicators)}
        figures = yield from figures_steps(question, plans=plans, periods=[period], nodes=nodes)
    else:
        kept = pictures.PICTURES.of(question.known_on)
        if kept is None or kept.state != JobState.READY or period != question.period:
            return None
        figures = pictures.figures_in(kept, question)
    told = [(pk, figures.of(NodeType.INDICATOR.value, pk, period)) for pk in indicators]
    return [(pk, one.last_observed_on) for pk, one in told if one.status == "stale" and not one.is_hidden]


def nobody_then(question: Asked, most: int) -> Steps[list[tuple]]:
    """Work under way that nobody answered for, as dashboard.quality draws it. Three rounds.

    Only work that nobody answers for now, or that nobody answered for when it was changed later, can be of it.
    """
    later = AuditRecord.objects.filter(target_type=WORK, at__gt=question.moment, before__responsible=None)
    keys = [int(pk) for pk in (yield from only(later.order_by().values_list("target_id", flat=True).distinct()))]
    now = Q(responsible=None, status="active") | Q(pk__in=keys)
    seen = Initiative.objects.visible_to(question.user).there_at(question.moment)
    rows = yield from only(seen.filter(now).select_related("lead_bureau").order_by("code")[: most + len(keys)])
    yield from turn_back_steps(rows, question.moment)
    cleared, own = sight(question.user).clearance, sight(question.user).bureau_id
    return [
        (one.code, one.title, one.language, one.lead_bureau_id, one.lead_bureau.code, one.lead_bureau.name)
        for one in rows
        if one.responsible_id is None and one.status == "active" and (one.handling <= cleared or one.lead_bureau_id == own)
    ][:most]
