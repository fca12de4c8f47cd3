"""Changing what we believe: targets, baselines and validated values."""

from __future__ import annotations

from decimal import Decimal

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from accounts.access import require
from core import audit, writing
from core.errors import Conflict, Invalid, Stale
from core.formats import day
from core.handling import Handling
from core.prepared import Prepared
from core.questions import record
from outcomes.choices import Kind, ValueState
from outcomes.models import Baseline, Indicator, Measurement, Target

# By hand: composing it anew for every validation cost more than the database needs to answer it.
STANDING = (
    f"SELECT {', '.join(field.column for field in Measurement._meta.concrete_fields)} FROM outcomes_measurement"  # noqa: S608
    " WHERE indicator_id = ANY(%(indicators)s) AND bureau_id {} AND period_id = %(period)s"
    " AND initiative_code = %(work)s AND superseded_at IS NULL ORDER BY id FOR UPDATE"
)
# Apart, so that the line is found by all of its index.
OF_A_BUREAU = Prepared("standing_of_a_bureau", STANDING.format("= %(bureau)s"))
OF_NOBODY = Prepared("standing_of_nobody", STANDING.format("IS NULL"))
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
    (entry,) = record_measurements(
        [{"indicator": indicator, "reason": reason, **values}],
        period=period, bureau=bureau, at=at, by=by, initiative_code=initiative_code,
    )  # fmt: skip
    return entry.target, entry


def record_measurements(told: list[dict], *, period, bureau, at, by, initiative_code="") -> list[audit.Entry]:
    """This will do the same for several indicators of one period, bureau and initiative, each told once. Three queries.

    `told` has `indicator`, `reason` and the value's fields of each; the entries come in their order.
    """
    for each in told:
        faults = check_value(
            indicator=each["indicator"], **{k: each.get(k) for k in ("state", "value", "numerator", "denominator")}
        )
        if faults:
            raise Invalid(_("The value cannot be recorded."), fields=faults)
    line = {"period": period, "bureau": bureau, "initiative_code": initiative_code}
    standing = _supersede_all(line, [each["indicator"] for each in told], at)
    _handle_earlier_as_carefully(line, told, standing)
    made = [
        Measurement(**line, **each, revision=_after(standing.get(each["indicator"].pk)), recorded_at=at, recorded_by=by)
        for each in told
    ]
    writing.insert(Measurement, made)
    return [_recorded(one, standing.get(one.indicator_id)) for one in made]


def _supersede_all(line: dict, indicators: list[Indicator], at) -> dict[int, Measurement]:
    """This will close the current rows of the line, by indicator, and hand them over."""
    bureau, standing = line["bureau"], {}
    asked = {"indicators": [one.pk for one in indicators], "period": line["period"].pk, "work": line["initiative_code"]}
    for row in OF_NOBODY.rows(asked) if bureau is None else OF_A_BUREAU.rows({**asked, "bureau": bureau.pk}):
        found = record(Measurement, row)
        standing[found.indicator_id] = found
    if standing:
        Measurement.objects.filter(pk__in=[row.pk for row in standing.values()]).update(superseded_at=at)
    return standing


def _handle_earlier_as_carefully(line: dict, told: list[dict], standing: dict[int, Measurement]) -> None:
    """This will raise what was said before to the level of what replaces it: a correction may say that a value was too open.

    No query where none is raised. It is never lowered: that would uncover what somebody shielded.
    """
    for each in told:
        before, level = standing.get(each["indicator"].pk), each.get("handling", Handling.INTERNAL)
        if before is not None and before.handling < level:
            earlier = Measurement.objects.filter(**line, indicator=each["indicator"], handling__lt=level)
            earlier.update(handling=level)


def _after(previous: Measurement | None) -> int:
    return previous.revision + 1 if previous else 1


def _recorded(made: Measurement, previous: Measurement | None) -> audit.Entry:
    fields = (*VALUE_FIELDS, "source_note") if made.source_note else VALUE_FIELDS
    before = audit.snapshot(previous, fields) if previous else {}
    after, bureau_id = audit.snapshot(made, fields), made.bureau_id
    return audit.Entry(
        made.recorded_at, made.recorded_by, "measurement.recorded", made, before, after, made.reason, bureau_id
    )


def handle_more_carefully(values, *, handling: int, at) -> None:
    """This will raise the handling of the given measurements, in every revision, and of the figures made of them.

    The caller holds the transaction and leaves the trace: it is a consequence of another change.
    """
    from outcomes import rollup

    lower = values.filter(handling__lt=handling)
    touched = list(Indicator.objects.filter(pk__in=lower.values("indicator")).select_related("expected_result__aim"))
    if touched:
        lower.update(handling=handling)
        rollup.refresh_indicators(touched, at=at, with_readings=True)


def supersede(rows, at):
    """This will close the current row, if there is one, and hand it over."""
    previous = rows.select_for_update().filter(superseded_at=None).order_by("pk").first()
    if previous is not None:
        rows.filter(pk=previous.pk).update(superseded_at=at)
    return previous


@transaction.atomic
def set_baseline(*, indicator: Indicator, value: Decimal, on, reason="", seen=None, by, at) -> Baseline:
    """This will record the value before the plan. Refused when a target equals it, or without a reason to change.

    `seen` is the revision that the person saw, 0 where there was none; raises Stale when another one stands.
    """
    require(by, "target.set")
    for target in indicator.targets.current():
        _require_difference(indicator, target.value, value)
    rows = Baseline.objects.filter(indicator=indicator)
    require_seen(rows, seen)
    revision, previous = next_revision(rows), supersede(rows, at)
    _require_reason(revision, reason)
    made = Baseline.objects.create(
        indicator=indicator,
        value=value,
        on=on,
        reason=reason,
        recorded_at=at,
        recorded_by=by,
        revision=revision,
    )
    _refresh_definition(indicator, at)
    record_revision("baseline.set", made, previous, ("value", "on"), reason, by, at)
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
            % {"start": day(plan.start_on), "end": day(plan.end_on)},
        )
    baseline = indicator.baselines.current().first()
    _require_difference(indicator, value, baseline.value if baseline else None)
    rows = Target.objects.filter(indicator=indicator, due_on=due_on)
    revision, previous = next_revision(rows), supersede(rows, at)
    _require_reason(revision, reason)
    made = Target.objects.create(
        indicator=indicator,
        due_on=due_on,
        value=value,
        reason=reason,
        recorded_at=at,
        recorded_by=by,
        revision=revision,
    )
    _refresh_definition(indicator, at)
    record_revision("target.set", made, previous, ("due_on", "value"), reason, by, at)
    return made


def promises_no_change(indicator: Indicator, target: Decimal, baseline: Decimal | None) -> bool:
    """Progress from a baseline to the same value is undefined; kept levels and counts per period have no such path."""
    return target == baseline and indicator.kind not in (Kind.MAINTAIN, Kind.PER_PERIOD)


def _require_difference(indicator, target, baseline) -> None:
    if promises_no_change(indicator, target, baseline):
        raise Invalid.on("value", _("A target equal to its baseline promises no change."))


def _require_reason(revision: int, reason) -> None:
    if revision > 1 and not str(reason).strip():
        raise Invalid.on("reason", _("Say why it changes."))


def next_revision(rows) -> int:
    """The number of the next revision: one after all that there were, also where the last one was ended."""
    return (rows.aggregate(last=Max("revision"))["last"] or 0) + 1


def require_seen(rows, seen: int | None) -> None:
    """Passes in silence when the current row's revision is the one that was seen (0: none); else raises Stale."""
    if seen is None:
        return
    current = rows.select_for_update().filter(superseded_at=None).order_by("pk").first()
    if (current.revision if current else 0) != seen:
        raise Stale(
            _("Somebody changed this since you opened it. Nothing of yours is lost."), current=current
        )


def record_revision(action, made, previous, fields, reason, by, at) -> None:
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


def part_field(part) -> str:
    """The column that holds an aim, expected result or indicator where something is said of one of them."""
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


def plan_of(part):
    """The plan that an aim, expected result or indicator belongs to."""
    if hasattr(part, "expected_result"):
        return part.expected_result.aim.plan
    return part.aim.plan if hasattr(part, "aim") else part.plan
