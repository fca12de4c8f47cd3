"""Bringing the database to the plan files: repeatable, traced, and without undoing what people changed here."""

from __future__ import annotations

from django.db import connection, transaction

from core import audit, versions
from core.models import TextRevision
from core.translations import Translated
from goals.models import Aim, Framework, StrategicGoal
from objectives.models import Capability, Objective, Strategy
from outcomes import rollup
from outcomes.models import Crosswalk, ExpectedResult, Indicator, RollUp, ThresholdSet
from outcomes.plans.figures import Figures
from outcomes.plans.merging import Merged, fingerprints_of, first_version, merge
from outcomes.plans.node import FileText
from outcomes.plans.rows import End, IndicatorRow, LinkRow, PlanRow, Plans, ResultKey, ResultRow, ThresholdRow
from outcomes.plans.run import Outcome, Run, label, what_the_files_said

LOADERS_LOCK = 4_207
PLAN_MODELS = {"framework": (Framework, StrategicGoal), "strategy": (Strategy, Objective)}


@transaction.atomic
def load_plans(plans: Plans, *, at, by=None, check: bool = False) -> Outcome:
    """This will bring plans, aims, expected results, indicators, links and thresholds to the files.

    All or nothing, one run at a time. `check` finds out the same and then takes everything back.
    It deletes no record; a target that a file no longer has is superseded without a successor.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOADERS_LOCK])
    run = Run(at, by, what_the_files_said())
    for plan in plans.plans:
        _load_plan(run, plan)
    for row in plans.results:
        _load_result(run, row)
    for row in plans.indicators:
        _load_indicator(run, row)
    for row in plans.links:
        _load_link(run, row)
    _load_thresholds(run, plans.thresholds)
    _refresh_summaries(run)
    audit.record_many(run.entries)
    if check:
        transaction.set_rollback(True)
    return run.outcome


def _load_plan(run: Run, row: PlanRow) -> None:
    model, aim_model = PLAN_MODELS[row.kind]
    plan = _bring(run, model, {"code": row.code}, {"kind": row.kind, **row.fields})
    for aim in row.aims:
        _bring(run, aim_model, {"plan_id": plan.pk, "number": aim.number}, {"title": aim.title, "text": aim.text})
    for capability in row.capabilities:
        identity = {"plan_id": plan.pk, "code": capability.code}
        _bring(run, Capability, identity, {"number": capability.number, "name": capability.name})


def _load_result(run: Run, row: ResultRow) -> None:
    identity = {"aim_id": _aim(row.key.plan, row.key.aim).pk, "number": row.key.number}
    wanted = {"text": row.text, "origin": row.origin, "source_passage": row.passage}
    _bring(run, ExpectedResult, identity, wanted)


def _load_indicator(run: Run, row: IndicatorRow) -> None:
    wanted = {"expected_result_id": _result(row.result).pk, **row.fields}
    indicator = _bring(run, Indicator, {"code": row.code}, wanted)
    figures = Figures(run, indicator)
    figures.bring_baseline(row.baseline)
    figures.bring_targets(row.targets)
    figures.record()


def _load_link(run: Run, row: LinkRow) -> None:
    identity = {
        "from_aim_id": _pk_of_aim(row.start), "from_result_id": _pk_of_result(row.start),
        "to_aim_id": _pk_of_aim(row.goal), "to_result_id": _pk_of_result(row.goal),
    }  # fmt: skip
    _bring(run, Crosswalk, identity, {"kind": row.kind, "state": row.state, "note": row.note})


def _aim(plan: str, number: int) -> Aim:
    return Aim.objects.get(plan__code=plan, number=number)


def _result(key: ResultKey) -> ExpectedResult:
    return ExpectedResult.objects.get(aim__plan__code=key.plan, aim__number=key.aim, number=key.number)


def _pk_of_aim(end: End | None) -> int | None:
    return _aim(end.plan, end.aim).pk if end and end.result is None else None


def _pk_of_result(end: End | None) -> int | None:
    return _result(ResultKey(end.plan, end.aim, end.result)).pk if end and end.result is not None else None


def _bring(run: Run, model, identity: dict, wanted: dict):
    """The record with this identity: added, changed as far as nobody changed it here, or left as it is."""
    row = model.objects.select_for_update(of=("self",)).filter(**identity).first()
    if row is None:
        return _add(run, model, identity, wanted)
    merged = merge({name: getattr(row, name) for name in wanted}, wanted, run.said_last(row))
    run.outcome.kept += [f"{label(row)} {line}" for line in merged.kept]
    if merged.values:
        _change(run, row, merged)
    run.outcome.note(model, "changed" if merged.values else "unchanged")
    return row


def _add(run: Run, model, identity: dict, wanted: dict):
    values = {name: first_version(value) if isinstance(value, FileText) else value for name, value in wanted.items()}
    row = model.objects.create(**identity, **values)
    after = {name: audit.plain(value) for name, value in {**identity, **values}.items()}
    run.record(row, "added", {}, after, fingerprints_of(wanted))
    run.outcome.note(model, "added")
    run.outcome.changes.append(f"{label(row)}: added")
    run.touch(row)
    return row


def _change(run: Run, row, merged: Merged) -> None:
    before = audit.snapshot(row, merged.values)
    for name, value in merged.values.items():
        _keep_earlier_words(run, row, name, getattr(row, name), value)
    versions.change(row, at=run.at, **merged.values)
    run.record(row, "changed", before, audit.snapshot(row, merged.values), _said(merged))
    run.outcome.changes.append(f"{label(row)}: {', '.join(sorted(merged.values))} changed")
    run.touch(row)


def _said(merged: Merged) -> dict[str, str]:
    """The fingerprints of what was taken over; what was kept against the file is asked about again next time."""
    refused = tuple(line.split(":")[0] for line in merged.kept)
    return {
        key: value
        for key, value in merged.fingerprints.items()
        if key.split(".")[0] in merged.values and not key.startswith(refused)
    }


def _keep_earlier_words(run: Run, row, name: str, before, after) -> None:
    """A source text that was rewritten stays readable as it was."""
    if not isinstance(after, Translated) or after.version == before.version:
        return
    TextRevision.objects.create(
        target_type=row._meta.label_lower, target_id=str(row.pk), field=name,
        version=before.version, text=before, replaced_at=run.at,
    )  # fmt: skip


def _load_thresholds(run: Run, rows: tuple[ThresholdRow, ...]) -> None:
    """The default sets, where there is none at all; afterwards thresholds are people's."""
    if ThresholdSet.objects.exists():
        run.outcome.note(ThresholdSet, "unchanged")
        return
    for row in rows:
        made = ThresholdSet.objects.create(
            valid_from=row.valid_from, valid_until=row.valid_until, bands=list(row.bands),
            coverage_floor=row.coverage_floor, reason=row.reason, set_by=run.by, set_at=run.at,
        )  # fmt: skip
        after = audit.snapshot(made, ["valid_from", "valid_until", "bands", "coverage_floor"])
        run.record(made, "added", {}, after, {})
        run.outcome.note(ThresholdSet, "added")


def _refresh_summaries(run: Run) -> None:
    """Figures that were computed before rest on the old definitions."""
    for plan in run.touched.values():
        if RollUp.objects.exists():
            rollup.refresh_plan(plan, at=run.at)
