"""Changing what we measure and what we believe: targets, baselines, weights, judgements and validated values."""

from __future__ import annotations

from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.access import require
from core import audit
from core.errors import Conflict, Invalid
from outcomes.choices import Direction, Kind, ValueState
from outcomes.models import Baseline, Indicator, Judgement, Measurement, Target, Weight

VALUE_FIELDS = ("state", "value", "numerator", "denominator", "observed_on", "handling", "source_ref")


def check_value(*, indicator: Indicator, state: str, value=None, numerator=None, denominator=None) -> dict:
    """The faults of a value by field; empty when it fits the indicator.

    A reported ratio has a numerator and a denominator of the same population; every other kind has one value.
    """
    if state not in ValueState.values:
        return {"state": [_("Choose one of the four states of a value.")]}
    if state != ValueState.REPORTED:
        given = [
            name
            for name, part in (("value", value), ("numerator", numerator), ("denominator", denominator))
            if part is not None
        ]
        return {name: [_("Only a reported value has a number.")] for name in given}
    if indicator.kind == Kind.RATIO:
        return _check_ratio(indicator, numerator, denominator)
    if value is None:
        return {"value": [_("Give the value, or say why there is none.")]}
    return _check_number(indicator, value)


def _check_ratio(indicator, numerator, denominator) -> dict:
    faults = {}
    for name, part in (("numerator", numerator), ("denominator", denominator)):
        if part is None:
            faults[name] = [_("A ratio needs both of its numbers.")]
        elif part < 0:
            faults[name] = [_("This number cannot be below zero.")]
    if not faults and indicator.unit == "percent" and numerator > denominator:
        faults["numerator"] = [_("A part cannot be larger than its whole.")]
    return faults


def _check_number(indicator, value) -> dict:
    if indicator.kind == Kind.MILESTONE and value not in (0, 1):
        return {"value": [_("A milestone is reached (1) or not (0).")]}
    if indicator.kind == Kind.ORDINAL and value not in scale_values(indicator):
        return {"value": [_("Choose a step of the declared scale.")]}
    if indicator.kind in (Kind.CUMULATIVE, Kind.PER_PERIOD) and value < 0:
        return {"value": [_("A count cannot be below zero.")]}
    if indicator.unit == "percent" and not 0 <= value <= 100:
        return {"value": [_("A percentage is between 0 and 100.")]}
    return {}


def scale_values(indicator: Indicator) -> set[Decimal]:
    """The steps of an ordinal indicator's declared scale."""
    return {Decimal(str(step["value"])) for step in indicator.scale}


def record_measurement(
    *, indicator, period, bureau, at, by, initiative_code="", reason="", **values
) -> tuple[Measurement, audit.Entry]:
    """This will make the value the current revision and supersede the one before; it changes nothing else.

    The caller holds the transaction, refreshes the roll-ups and appends the returned entry to the trail.
    Raises Invalid with the fields at fault.
    """
    faults = check_value(
        indicator=indicator, **{k: values.get(k) for k in ("state", "value", "numerator", "denominator")}
    )
    if faults:
        raise Invalid(_("The value cannot be recorded."), fields=faults)
    line = {"indicator": indicator, "period": period, "bureau": bureau, "initiative_code": initiative_code}
    previous = _supersede(Measurement.objects.filter(**line), at)
    made = Measurement.objects.create(
        **line,
        **values,
        revision=previous.revision + 1 if previous else 1,
        recorded_at=at,
        recorded_by=by,
        reason=reason,
    )
    before = audit.snapshot(previous, VALUE_FIELDS) if previous else {}
    entry = audit.Entry(
        at,
        by,
        "measurement.recorded",
        made,
        before,
        audit.snapshot(made, VALUE_FIELDS),
        reason,
        bureau.pk if bureau else None,
    )
    return made, entry


def handle_more_carefully(values, *, handling: int, at) -> None:
    """This will raise the handling of the given measurements, in every revision, and of the figures made of them.

    The caller holds the transaction and leaves the trace: it is a consequence of another change.
    """
    from outcomes import rollup

    lower = values.filter(handling__lt=handling)
    touched = list(Indicator.objects.filter(pk__in=lower.values("indicator")).select_related("expected_result__aim"))
    lower.update(handling=handling)
    for indicator in touched:
        rollup.refresh_indicator(indicator, at=at)


def _supersede(rows, at):
    """Closes the current row, if there is one, and hands it over."""
    previous = rows.select_for_update().filter(superseded_at=None).first()
    if previous is not None:
        rows.filter(pk=previous.pk).update(superseded_at=at)
    return previous


@transaction.atomic
def set_baseline(*, indicator: Indicator, value: Decimal, on, reason="", by, at) -> Baseline:
    """This will record the value before the plan. Refused when a target equals it, or without a reason to change."""
    require(by, "target.set")
    _require_difference(indicator, value, [t.value for t in indicator.targets.current()], "value")
    previous = _supersede(Baseline.objects.filter(indicator=indicator), at)
    _require_reason(previous, reason)
    made = Baseline.objects.create(
        indicator=indicator,
        value=value,
        on=on,
        reason=reason,
        recorded_at=at,
        recorded_by=by,
        revision=previous.revision + 1 if previous else 1,
    )
    _refresh_definition(indicator, at)
    _record_revision("baseline.set", made, previous, ("value", "on"), reason, by, at)
    return made


@transaction.atomic
def set_target(*, indicator: Indicator, due_on, value: Decimal, reason="", by, at) -> Target:
    """This will set the value to be reached on the day, or revise it with a reason.

    Refused: a day outside the plan's period, a value equal to the baseline, a revision without a reason.
    """
    require(by, "target.set")
    plan = indicator.expected_result.aim.plan
    if not plan.start_on <= due_on <= plan.end_on:
        raise Invalid.on(
            "due_on",
            _("The day lies outside the plan's period, %(start)s to %(end)s.")
            % {"start": plan.start_on, "end": plan.end_on},
        )
    baseline = indicator.baselines.current().first()
    _require_difference(indicator, value, [baseline.value] if baseline else [], "value")
    previous = _supersede(Target.objects.filter(indicator=indicator, due_on=due_on), at)
    _require_reason(previous, reason)
    made = Target.objects.create(
        indicator=indicator,
        due_on=due_on,
        value=value,
        reason=reason,
        recorded_at=at,
        recorded_by=by,
        revision=previous.revision + 1 if previous else 1,
    )
    _refresh_definition(indicator, at)
    _record_revision("target.set", made, previous, ("due_on", "value"), reason, by, at)
    return made


def _require_difference(indicator, value, others, field) -> None:
    """Progress from a baseline to the same value is undefined; kept levels and counts per period have no such path."""
    if indicator.kind in (Kind.MAINTAIN, Kind.PER_PERIOD) or indicator.direction == Direction.WITHIN:
        return
    if value in others:
        raise Invalid.on(field, _("A target equal to its baseline promises no change."))


def _require_reason(previous, reason) -> None:
    if previous is not None and not str(reason).strip():
        raise Invalid.on("reason", _("Say why it changes."))


def _record_revision(action, made, previous, fields, reason, by, at) -> None:
    before = audit.snapshot(previous, fields) if previous else {}
    audit.record(
        at=at,
        by=by,
        action=action,
        target=made,
        before=before,
        after=audit.snapshot(made, fields),
        reason=reason,
    )


def _refresh_definition(indicator, at) -> None:
    """Every period's figures rest on the definition, so all of the branch is computed anew."""
    from outcomes import rollup

    rollup.refresh_indicator(indicator, at=at)


@transaction.atomic
def set_weight(*, part, value: Decimal, reason, by, at) -> Weight:
    """This will say how much an aim, expected result or indicator counts in its whole. The reason is required."""
    require(by, "weight.edit")
    if value < 0:
        raise Invalid.on("value", _("A weight cannot be below zero."))
    if not reason.strip():
        raise Invalid.on("reason", _("Say why it changes."))
    line = {_part_field(part): part}
    previous = _supersede(Weight.objects.filter(**line), at)
    made = Weight.objects.create(
        **line,
        value=value,
        reason=reason,
        recorded_at=at,
        recorded_by=by,
        revision=previous.revision + 1 if previous else 1,
    )
    from outcomes import rollup

    rollup.refresh_plan(_plan_of(part), at=at)
    _record_revision("weight.set", made, previous, ("value",), reason, by, at)
    return made


@transaction.atomic
def judge(*, node, status: str, reason: str, expires_on, by, at) -> Judgement:
    """This will set a person's own verdict beside the computed one, until it expires or another replaces it."""
    require(by, "judgement.set")
    faults = {}
    if not reason.strip():
        faults["reason"] = [_("Say what the judgement rests on.")]
    if expires_on <= at.date():
        faults["expires_on"] = [_("A judgement expires on a day to come.")]
    if faults:
        raise Invalid(_("The judgement cannot be set."), fields=faults)
    line = {_part_field(node): node}
    previous = _supersede(Judgement.objects.filter(**line), at)
    made = Judgement.objects.create(
        **line,
        status=status,
        reason=reason,
        expires_on=expires_on,
        recorded_at=at,
        recorded_by=by,
        revision=previous.revision + 1 if previous else 1,
    )
    _record_revision("judgement.set", made, previous, ("status", "expires_on"), reason, by, at)
    return made


def _part_field(part) -> str:
    name = part._meta.model_name
    fields = {
        "aim": "aim",
        "strategicgoal": "aim",
        "objective": "aim",
        "expectedresult": "expected_result",
        "indicator": "indicator",
    }
    if name not in fields:
        raise Conflict(_("Only aims, expected results and indicators have this."))
    return fields[name]


def _plan_of(part):
    if hasattr(part, "expected_result"):
        return part.expected_result.aim.plan
    return part.aim.plan if hasattr(part, "aim") else part.plan
