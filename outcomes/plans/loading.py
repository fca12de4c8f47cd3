"""Bringing the database to the plan files: repeatable, traced, and without undoing what people changed here."""

from __future__ import annotations

from django.db import connection, transaction

from core import audit, versions
from core.models import TextRevision
from core.translations import Translated
from core.turns import Turn
from goals.models import Framework, Plan, StrategicGoal
from objectives.models import Capability, Objective, Strategy
from outcomes import rollup
from outcomes.models import Crosswalk, ExpectedResult, Indicator, RollUp, ThresholdSet
from outcomes.plans.figures import Figures
from outcomes.plans.merging import Merged, fingerprints_of, first_version, merge
from outcomes.plans.node import FileText
from outcomes.plans.rows import End, IndicatorRow, LinkRow, PlanRow, Plans, ResultKey, ResultRow, ThresholdRow
from outcomes.plans.run import Outcome, Run, what_the_files_said

PLAN_MODELS = {"framework": (Framework, StrategicGoal), "strategy": (Strategy, Objective)}


@transaction.atomic
def load_plans(plans: Plans, *, at, by=None, check: bool = False) -> Outcome:
    """This will bring plans, aims, expected results, indicators, links and thresholds to the files.

    All or nothing, one run at a time. `check` finds out the same and then takes everything back.
    It deletes no record; a target that a file no longer has is superseded without a successor.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [Turn.PLANS])
    run = Run(at, by, what_the_files_said())
    for plan in plans.plans:
        _load_plan(run, plan)
    for result in plans.results:
        _load_result(run, result)
    for indicator in plans.indicators:
        _load_indicator(run, indicator)
    for link in plans.links:
        _load_link(run, link)
    _load_thresholds(run, plans.thresholds)
    run.write_figures()
    _refresh_summaries(run)
    audit.record_many(run.entries)
    if check:
        transaction.set_rollback(True)
    return run.outcome


def _load_plan(run: Run, row: PlanRow) -> None:
    model, aim_model = PLAN_MODELS[row.kind]
    plan = _bring(run, row.code, model, {"code": row.code}, {"kind": row.kind, **row.fields})
    for aim in row.aims:
        identity = {"plan_id": plan.pk, "number": aim.number}
        wanted = {"title": aim.title, "text": aim.text}
        run.aims[row.code, aim.number] = _bring(run, f"{row.code} {aim.number}", aim_model, identity, wanted)
    for capability in row.capabilities:
        identity = {"plan_id": plan.pk, "code": capability.code}
        named = {"number": capability.number, "name": capability.name}
        _bring(run, f"{row.code} {capability.code}", Capability, identity, named)


def _load_result(run: Run, row: ResultRow) -> None:
    identity = {"aim_id": run.aims[row.key.plan, row.key.aim].pk, "number": row.key.number}
    wanted = {"text": row.text, "origin": row.origin, "source_passage": row.passage}
    run.results[row.key] = _bring(run, str(row.key), ExpectedResult, identity, wanted)


def _load_indicator(run: Run, row: IndicatorRow) -> None:
    wanted = {"expected_result_id": run.results[row.result].pk, **row.fields}
    entries = len(run.entries)
    indicator = _bring(run, row.code, Indicator, {"code": row.code}, wanted)
    figures = Figures(run, indicator)
    figures.bring_baseline(row.baseline)
    figures.bring_targets(row.targets)
    figures.record()
    if len(run.entries) > entries:
        run.touched.add(row.result.plan)


def _load_link(run: Run, row: LinkRow) -> None:
    identity = {**_place(run, "from", row.start), **_place(run, "to", row.goal)}
    _bring(
        run, f"{row.start} to {row.goal}", Crosswalk, identity, {"kind": row.kind, "state": row.state, "note": row.note}
    )


def _place(run: Run, side: str, end: End | None) -> dict[str, int | None]:
    """One end of a link: an aim or an expected result, never both; neither where it leads nowhere."""
    aim = run.aims[end.plan, end.aim].pk if end and end.result is None else None
    result = run.results[ResultKey(end.plan, end.aim, end.result)].pk if end and end.result is not None else None
    return {f"{side}_aim_id": aim, f"{side}_result_id": result}


def _bring(run: Run, name: str, model, identity: dict, wanted: dict):
    """The record with this identity: added, changed as far as nobody changed it here, or left as it is."""
    row = run.standing.find(model, identity)
    if row is None:
        return _add(run, name, model, identity, wanted)
    merged = merge({key: getattr(row, key) for key in wanted}, wanted, run.said_last(row))
    run.outcome.kept += [f"{name} {line}" for line in merged.kept]
    if merged.values:
        _change(run, name, row, merged)
    run.outcome.note(model, "changed" if merged.values else "unchanged")
    return row


def _add(run: Run, name: str, model, identity: dict, wanted: dict):
    values = {key: first_version(value) if isinstance(value, FileText) else value for key, value in wanted.items()}
    row = model.objects.create(**identity, **values)
    run.standing.add(row, identity)
    after = {key: audit.plain(value) for key, value in {**identity, **values}.items()}
    run.record(row, "added", {}, after, fingerprints_of(wanted))
    run.outcome.note(model, "added")
    run.outcome.changes.append(f"{name}: added")
    return row


def _change(run: Run, name: str, row, merged: Merged) -> None:
    before = audit.snapshot(row, merged.values)
    for key, value in merged.values.items():
        _keep_earlier_words(run, row, key, getattr(row, key), value)
    versions.change(row, at=run.at, **merged.values)
    run.record(row, "changed", before, audit.snapshot(row, merged.values), _said(merged))
    run.outcome.changes.append(f"{name}: {', '.join(sorted(merged.values))} changed")


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
    if run.touched and RollUp.objects.exists():
        for plan in Plan.objects.filter(code__in=run.touched).order_by("pk"):
            rollup.refresh_plan(plan, at=run.at)
