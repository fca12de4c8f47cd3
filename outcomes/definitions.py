"""Changing what we measure: expected results, indicators, and the links between plans."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from accounts.access import require
from core import audit, versions
from core.codes import faults_of_address
from core.errors import Conflict, Invalid
from goals import services
from goals.models import Aim, Plan
from goals.services import require_open, save_changes
from outcomes import rollup
from outcomes.choices import CombineBureaus, Direction, IndicatorState, Kind, Origin
from outcomes.models import Crosswalk, ExpectedResult, FormerDefinition, Indicator, Measurement
from outcomes.services import handle_more_carefully
from outcomes.shape import refresh_shape
from outcomes.tree import DECLARED

INDICATOR_FIELDS = (
    "name", "definition", "kind", "direction", "unit", "unit_label", "numerator_label", "denominator_label", "decimals",
    "combine_bureaus", "combine_initiatives", "frequency", "tolerance", "range_low", "range_high", "bureau_threshold",
    "jump_factor", "scale", "source", "means_of_verification", "owner", "is_central", "state", "handling",
)  # fmt: skip
# What gives a value its meaning: changing it would turn what was reported into something else.
MEANING = ("kind", "unit", "scale")
# What figures are worked out by. `DECLARED` also has the state: a retired indicator counts no more.
ARITHMETIC = tuple(name for name in DECLARED if name not in ("state", "version"))
LINK_ENDS = ("from_aim", "from_result", "to_aim", "to_result")


@transaction.atomic
def edit_plan(*, plan_id: int, version: int, by, at, reason: str = "", **values) -> Plan:
    """This will change a plan (see `goals.services.edit_plan`) and, with its days or standing, all of its figures."""
    rollup.lock()
    edited = services.edit_plan(plan_id=plan_id, version=version, by=by, at=at, reason=reason, **values)
    if {"start_on", "end_on", "status"} & set(values):
        refresh_shape(edited, at=at)
    return edited


@transaction.atomic
def add_result(*, aim: Aim, text, passage: str = "", by, at) -> ExpectedResult:
    """This will add an expected result, derived from a passage of the aim's own text.

    A plan that was drafted here is its own source and asks for no passage. Refused: a closed plan, a withdrawn aim.
    """
    require(by, "plan.edit")
    Aim.objects.select_for_update().get(pk=aim.pk)
    require_open(aim.plan)
    if not Aim.objects.standing().filter(pk=aim.pk).exists():
        raise Conflict(_("This was withdrawn; nothing is added to it."), code="withdrawn")
    faults = {} if text.says_its_source else {"text": [_("Give the text in its source language.")]}
    if aim.plan.source_name and not passage.strip():
        faults["source_passage"] = [_("Name the passage that it is derived from.")]
    if faults:
        raise Invalid(_("The expected result cannot be saved yet."), fields=faults)
    last = ExpectedResult.objects.filter(aim=aim).aggregate(last=Max("number"))["last"] or 0
    made = ExpectedResult.objects.create(
        aim=aim, number=last + 1, text=text, origin=Origin.DERIVED if passage.strip() else Origin.SOURCE,
        source_passage=passage.strip(), created_at=at, updated_at=at,
    )  # fmt: skip
    refresh_shape(aim.plan, at=at)
    after = audit.snapshot(made, ("aim", "number", "text", "origin", "source_passage"))
    audit.record(at=at, by=by, action="result.added", target=made, after=after)
    return made


@transaction.atomic
def edit_result(*, result_id: int, version: int, by, at, reason: str = "", **values) -> ExpectedResult:
    """This will change the words of an expected result."""
    require(by, "plan.edit")
    found = versions.lock(ExpectedResult.objects.visible_to(by), result_id, version=version)
    if set(values) - {"text"}:
        raise Invalid(fields={name: [_("This cannot be changed.")] for name in set(values) - {"text"}})
    if "text" in values and not values["text"].says_its_source:
        raise Invalid.on("text", _("Give the text in its source language."))
    return save_changes(found, values, "result.edited", reason=reason, by=by, at=at)


@transaction.atomic
def propose_indicator(*, expected_result: ExpectedResult, code: str, by, at, **values) -> Indicator:
    """This will propose an indicator for an expected result; somebody adopts it later. Raises Invalid by field."""
    require(by, "indicator.edit")
    if not ExpectedResult.objects.standing().filter(pk=expected_result.pk).exists():
        raise Conflict(_("This was withdrawn; nothing is added to it."), code="withdrawn")
    made = Indicator(
        expected_result=expected_result, code=code, created_at=at, updated_at=at,
        **{**values, "state": IndicatorState.PROPOSED},
    )  # fmt: skip
    faults = indicator_faults(made)
    if taken := faults_of_address(code):
        faults["code"] = taken
    if Indicator.objects.filter(code__iexact=code).exists():
        faults["code"] = [_("An indicator with this code is there already.")]
    if faults:
        raise Invalid(_("The indicator cannot be saved yet."), fields=faults)
    made.save(force_insert=True)
    rollup.refresh_plan(_plan_of(expected_result), at=at)
    after = {"code": code, **audit.snapshot(made, ("expected_result", *INDICATOR_FIELDS))}
    audit.record(at=at, by=by, action="indicator.proposed", target=made, after=after)
    return made


@transaction.atomic
def edit_indicator(*, indicator_id: int, version: int, by, at, reason: str = "", **values) -> Indicator:
    """This will change an indicator, adopt or retire it. A reason is asked for once it is adopted, and to retire it.

    What it declared about its arithmetic is kept, so that figures as known on an earlier day stay what they were.
    Refused: another kind, unit or scale once there are values, which would then mean something else; with values,
    another arithmetic without a reason.
    """
    require(by, "indicator.edit")
    found = versions.lock(Indicator.objects.visible_to(by), indicator_id, version=version)
    unknown = set(values) - set(INDICATOR_FIELDS)
    if unknown:
        raise Invalid(fields={name: [_("This cannot be changed.")] for name in unknown})
    _require_meaning_kept(found, values)
    if _asks_why(found, values) and not reason.strip():
        raise Invalid.on("reason", _("Say why it changes."))
    if faults := indicator_faults(_as_it_would_be(found, values)):
        raise Invalid(_("The indicator cannot be saved yet."), fields=faults)
    rollup.lock()
    _keep_declaration(found, values, reason=reason, by=by, at=at)
    edited = save_changes(found, values, "indicator.edited", reason=reason, by=by, at=at)
    handle_more_carefully(Measurement.objects.filter(indicator=edited), handling=edited.handling, at=at)
    rollup.refresh_plan(_plan_of(edited.expected_result), at=at)
    return edited


def _asks_why(found: Indicator, values: dict) -> bool:
    if found.state == IndicatorState.ADOPTED or values.get("state", found.state) == IndicatorState.RETIRED:
        return True
    return bool(_redeclared(found, values)) and Measurement.objects.filter(indicator=found).exists()


def _redeclared(found: Indicator, values: dict) -> list[str]:
    """What would be declared differently about the arithmetic."""
    return [name for name in ARITHMETIC if name in values and values[name] != getattr(found, name)]


def _keep_declaration(found: Indicator, values: dict, *, reason, by, at) -> None:
    """This will keep what was declared until now, where the change would bend the past."""
    is_in_or_out = IndicatorState.RETIRED in (found.state, values.get("state", found.state))
    if not _redeclared(found, values) and not (is_in_or_out and found.state != values.get("state", found.state)):
        return
    last = found.former_definitions.order_by("revision").last()
    FormerDefinition.objects.create(
        indicator=found, declared=audit.plain({name: getattr(found, name) for name in DECLARED}),
        revision=last.revision + 1 if last else 1, recorded_at=last.superseded_at if last else _beginning(found, at),
        superseded_at=at, recorded_by=by, reason=reason.strip(),
    )  # fmt: skip


def _beginning(found: Indicator, at):
    """Since when the first declaration holds: nothing was known of the indicator before its first record."""
    first = [found.created_at, at, *found.baselines.values_list("recorded_at", flat=True)]
    first += [*found.targets.values_list("recorded_at", flat=True)]
    return min(first)


def _as_it_would_be(found: Indicator, values: dict) -> Indicator:
    kept = {name: getattr(found, name) for name in INDICATOR_FIELDS}
    return Indicator(**{**kept, **values})


def _require_meaning_kept(found: Indicator, values: dict) -> None:
    changed = [name for name in MEANING if name in values and values[name] != getattr(found, name)]
    if changed and Measurement.objects.filter(indicator=found).exists():
        words = _("There are values already, and they would mean something else. Propose a new indicator.")
        raise Conflict(words, code="has_values", fields={name: [words] for name in changed})


def indicator_faults(made: Indicator) -> dict:
    """What keeps the indicator from being saved, by field."""
    faults: dict[str, list] = {}
    is_kept = str(made.direction).startswith("maintain")
    if not made.name.says_its_source:
        faults["name"] = [_("Give the indicator a name.")]
    if (made.kind == Kind.MAINTAIN) != is_kept:
        faults["direction"] = [_("A level to be kept says at or above, at or below, or within; the others do not.")]
    if made.direction == Direction.WITHIN and not _is_range(made.range_low, made.range_high):
        faults["range_high"] = [_("Give the low and the high end of the range.")]
    if made.kind == Kind.ORDINAL and len(made.scale) < 2:
        faults["scale"] = [_("Declare the steps of the scale, two at least.")]
    if made.tolerance is not None and made.tolerance < 0:
        faults["tolerance"] = [_("A tolerance is never below zero.")]
    if made.combine_bureaus == CombineBureaus.COUNT_MEETING and made.kind != Kind.MILESTONE and made.bureau_threshold is None:
        faults["bureau_threshold"] = [_("Say at which value a bureau meets it.")]
    if made.combine_bureaus == CombineBureaus.RATIO and made.kind != Kind.RATIO:
        faults["combine_bureaus"] = [_("Only a ratio has numerators and denominators to add up.")]
    if made.jump_factor <= 1:
        faults["jump_factor"] = [_("A jump is more than once.")]
    return faults


def _is_range(low, high) -> bool:
    return low is not None and high is not None and low < high


@transaction.atomic
def link_plans(*, kind: str, by, at, note=None, **ends) -> Crosswalk:
    """This will propose how an aim or result of one plan became another's. Approving it is a second act."""
    require(by, "crosswalk.edit")
    ends = {name: ends.get(name) for name in LINK_ENDS}
    if faults := _link_faults(kind, **ends):
        raise Invalid(_("The link cannot be saved yet."), fields=faults)
    texts = {} if note is None else {"note": note}
    try:
        with transaction.atomic():
            made = Crosswalk.objects.create(kind=kind, **ends, **texts, created_at=at, updated_at=at)
    except IntegrityError as error:
        raise Conflict(_("These two are linked already."), code="linked_already") from error
    after = audit.snapshot(made, ("kind", *LINK_ENDS, "note", "state"))
    audit.record(at=at, by=by, action="crosswalk.proposed", target=made, after=after)
    return made


def _link_faults(kind: str, *, from_aim, from_result, to_aim, to_result) -> dict:
    faults: dict[str, list] = {}
    if (from_aim is None) == (from_result is None):
        faults["from_aim"] = [_("A link starts at one aim or one expected result.")]
    ends = [end for end in (to_aim, to_result) if end is not None]
    if kind == "dropped" and ends:
        faults["to_aim"] = [_("What was dropped leads nowhere.")]
    if kind != "dropped" and len(ends) != 1:
        faults["to_aim"] = [_("A link leads to one aim or one expected result.")]
    return faults


@transaction.atomic
def edit_link(*, link_id: int, version: int, by, at, reason: str = "", **values) -> Crosswalk:
    """This will change a link's note, or approve it."""
    require(by, "crosswalk.edit")
    found = versions.lock(Crosswalk.objects.visible_to(by), link_id, version=version)
    return save_changes(found, values, "crosswalk.edited", reason=reason, by=by, at=at)


def _plan_of(result: ExpectedResult) -> Plan:
    return Plan.objects.get(aims__results=result.pk)
