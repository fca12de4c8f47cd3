"""Putting the play on record: rows in bulk, in the order that the database's own rules ask for, each with its trace."""

from __future__ import annotations

from itertools import groupby

from core import audit
from initiatives.choices import ReturnReason, UpdateState
from initiatives.models import Comment, Contribution, Evidence, Initiative, Milestone, Update, UpdateValue
from initiatives.services import PLAIN_FIELDS
from interpol_strategy.demo import files, phrases
from interpol_strategy.demo.dice import dice, office_hour, own_uuid
from interpol_strategy.demo.lives import STATE_AFTER, Step
from interpol_strategy.demo.people import author_of, head_of, officers
from interpol_strategy.demo.stage import Stage
from interpol_strategy.demo.tales import Tale
from interpol_strategy.demo.work import Sketch
from outcomes.choices import ValueState
from outcomes.models import Measurement
from outcomes.services import VALUE_FIELDS

BATCH = 1_000
EVIDENCE_SHARE = 0.05
UPDATE_FACTS = ("achieved", "obstacle", "next_steps", "delivery_percent", "delivery_status", "handling", "language")
SENT = (UpdateState.SUBMITTED, UpdateState.BUREAU_APPROVED, UpdateState.VALIDATED)


def write_initiatives(stage: Stage, sketches: list[Sketch], *, now) -> tuple[dict, list[audit.Entry]]:
    """This will add the initiatives with their shares, partners, dimensions and milestones."""
    rows = Initiative.objects.bulk_create([_initiative(sketch, stage, now) for sketch in sketches])
    made = {row.code: row for row in rows}
    pairs = [(made[sketch.code], sketch) for sketch in sketches]
    Contribution.objects.bulk_create(
        Contribution(initiative=row, expected_result=result, share=share)
        for row, sketch in pairs
        for result, share in sketch.shares
    )
    steps = [(row, step) for row, sketch in pairs for step in sketch.milestones]
    Milestone.objects.bulk_create(Milestone(initiative=row, **step) for row, step in steps)
    _join(Initiative.indicators, "indicator_id", pairs, lambda sketch: sketch.indicators)
    _join(Initiative.capabilities, "capability_id", pairs, lambda sketch: sketch.capabilities)
    _join(Initiative.crime_areas, "crimearea_id", pairs, lambda sketch: [stage.area_rows[sketch.area]])
    _join(Initiative.partners, "bureau_id", pairs, lambda sketch: [stage.bureaus[code] for code in sketch.partners])
    entries = [
        audit.Entry(row.created_at, row.responsible, "initiative.created", row, {},
                    audit.snapshot(row, PLAIN_FIELDS), "", row.lead_bureau_id)
        for row in rows
    ]  # fmt: skip
    return made, entries


def _initiative(sketch: Sketch, stage: Stage, now) -> Initiative:
    at = min(now, office_hour(sketch.starts_on, dice("registered", sketch.code)))
    return Initiative(
        code=sketch.code,
        public_id=own_uuid(sketch.code),
        title=sketch.title,
        summary=sketch.summary,
        language=sketch.language,
        lead_bureau=stage.bureaus[sketch.player.code],
        responsible=author_of(stage, sketch.player.code),
        starts_on=sketch.starts_on,
        ends_on=sketch.ends_on,
        status=sketch.status,
        handling=sketch.handling,
        budget_eur=sketch.budget_eur,
        staff_fte=sketch.staff_fte,
        created_at=at,
        updated_at=at,
    )


def _join(relation, column: str, pairs, items_of) -> None:
    """The rows of a many-to-many relation, all at once."""
    through = relation.through
    through.objects.bulk_create(
        through(initiative_id=row.pk, **{column: item.pk}) for row, sketch in pairs for item in items_of(sketch)
    )


def write_updates(stage: Stage, tales: list[Tale], initiatives: dict) -> tuple[dict, list[audit.Entry]]:
    """This will add every update with its values, files and thread, first revisions first."""
    made, entries = {}, []
    corrections = {(tale.sketch.code, tale.period.code): tale for tale in tales if tale.revision > 1}
    for _revision, told in groupby(sorted(tales, key=lambda tale: tale.revision), key=lambda tale: tale.revision):
        told = list(told)
        rows = [_update(tale, stage, initiatives, corrections) for tale in told]
        Update.objects.bulk_create(rows, batch_size=BATCH)
        pairs = list(zip(rows, told, strict=True))
        UpdateValue.objects.bulk_create(_values(pairs), batch_size=BATCH)
        entries += _write_evidence(pairs)
        entries += _write_threads(pairs, stage)
        for state in SENT:
            reached = [row.pk for row, tale in pairs if tale.life.state == state]
            Update.objects.filter(pk__in=reached).update(state=state)
        made |= {tale.name: row for row, tale in pairs}
        entries += [entry for row, tale in pairs for entry in _steps(row, tale, stage)]
    return made, entries


def _update(tale: Tale, stage: Stage, initiatives: dict, corrections: dict) -> Update:
    """The row as an author's draft: the database lets values and files join only what was not sent yet."""
    sketch, life, bureau = tale.sketch, tale.life, tale.sketch.player.code
    author = author_of(stage, bureau)
    sent_at, approved_at = life.when(Step.SUBMITTED, Step.RESUBMITTED), life.when(Step.APPROVED, Step.REAPPROVED)
    returned_at, validated_at = life.when(Step.RETURNED), life.when(Step.VALIDATED)
    later = corrections.get((sketch.code, tale.period.code)) if tale.revision == 1 else None
    reviewer = _reviewer(tale, stage)
    if life.state in (UpdateState.RETURNED, UpdateState.SUBMITTED) and returned_at:
        approved_at = None
    return Update(
        initiative=initiatives[sketch.code],
        period=tale.period,
        revision=tale.revision,
        state=life.state if life.state not in SENT else UpdateState.DRAFT,
        author=author,
        writer_ids=[author.pk],
        language=sketch.language,
        **tale.texts,
        delivery_percent=tale.delivery_percent,
        delivery_status=tale.delivery_status,
        handling=sketch.handling,
        correction_reason=tale.correction_reason,
        submitted_at=sent_at,
        submitted_by=author if sent_at else None,
        approved_at=approved_at,
        approved_by=head_of(stage, bureau) if approved_at else None,
        validated_at=validated_at,
        validated_by=reviewer if validated_at else None,
        returned_at=returned_at,
        returned_by=reviewer if returned_at else None,
        return_reason=_return_reason(tale) if returned_at else "",
        return_comment=_return_comment(tale) if returned_at else "",
        superseded_at=later.life.when(Step.VALIDATED) if later else None,
        version=len(life.taken),
        created_at=life.taken[0][1],
        updated_at=life.last_moment,
    )


def _reviewer(tale: Tale, stage: Stage):
    return dice("reviewer", tale.sketch.code, tale.period.code).choice(officers(stage))


def _return_reason(tale: Tale) -> str:
    return dice("return", *tale.name).choice([ReturnReason.VALUE, ReturnReason.EVIDENCE, ReturnReason.UNCLEAR])


def _return_comment(tale: Tale) -> str:
    return phrases.say_in_general(tale.sketch.language, "returned", dice("return", *tale.name))


def _values(pairs) -> list[UpdateValue]:
    return [
        UpdateValue(
            update=row,
            indicator=said.indicator,
            state=said.state,
            observed_on=said.observed_on,
            reason=said.reason,
            **said.parts,
        )
        for row, tale in pairs
        for said in tale.values
    ]


def _write_evidence(pairs) -> list[audit.Entry]:
    """One file for one update in twenty, kept where uploads are kept."""
    rows = []
    for row, tale in pairs:
        rng = dice("evidence", *tale.name)
        if rng.random() < EVIDENCE_SHARE:
            rows.append(_evidence(row, tale, rng))
    Evidence.objects.bulk_create(rows)
    facts = ("name", "media_type", "size", "sha256", "handling")
    return [
        audit.Entry(one.uploaded_at, one.uploaded_by, "evidence.added", one, {},
                    {**audit.snapshot(one, facts), "update": one.update_id}, "", one.update.initiative.lead_bureau_id)
        for one in rows
    ]  # fmt: skip


def _evidence(row: Update, tale: Tale, rng) -> Evidence:
    file = files.draw_file(tale.sketch.language, tale.sketch.code, tale.period.code, rng)
    public_id = own_uuid("evidence", *tale.name)
    key = f"evidence/{row.created_at:%Y/%m}/{public_id.hex}"
    files.store(key, file)
    return Evidence(
        public_id=public_id,
        update=row,
        name=file.name,
        storage_key=key,
        media_type=file.media_type,
        size=len(file.content),
        sha256=file.sha256,
        handling=row.handling,
        uploaded_by=row.author,
        uploaded_at=row.created_at,
    )


def _write_threads(pairs, stage: Stage) -> list[audit.Entry]:
    """The reviewer's word with each return, and the author's answer where the update was sent again."""
    rows = []
    for row, tale in pairs:
        if row.returned_at is None:
            continue
        rows.append(Comment(update=row, author=row.returned_by, text=row.return_comment, language=row.language,
                            written_at=row.returned_at))  # fmt: skip
        if again := tale.life.when(Step.RESUBMITTED):
            answer = phrases.say_in_general(row.language, "reply", dice("reply", *tale.name))
            rows.append(Comment(update=row, author=row.author, text=answer, language=row.language, written_at=again))
    Comment.objects.bulk_create(rows)
    return [
        audit.Entry(one.written_at, one.author, "update.commented", one.update, {},
                    {"comment": one.pk, "text": one.text}, "", one.update.initiative.lead_bureau_id)
        for one in rows
    ]  # fmt: skip


def _steps(row: Update, tale: Tale, stage: Stage) -> list[audit.Entry]:
    """The trace of each step that the update has taken."""
    actors = {Step.RETURNED: row.returned_by, Step.VALIDATED: row.validated_by}
    actors |= {step: row.approved_by or row.author for step in (Step.APPROVED, Step.REAPPROVED)}
    entries, before = [], {}
    for step, moment in tale.life.taken:
        after = _after_step(row, tale, step)
        entries.append(
            audit.Entry(moment, actors.get(step, row.author), f"update.{_verb(step, tale)}", row, before, after,
                        _why(row, step, tale), row.initiative.lead_bureau_id)
        )  # fmt: skip
        before = {"state": after["state"]}
    return entries


def _after_step(row: Update, tale: Tale, step: Step) -> dict:
    state = {"state": str(STATE_AFTER[step])}
    return audit.snapshot(row, UPDATE_FACTS) | state if step == Step.OPENED else state


def _verb(step: Step, tale: Tale) -> str:
    if step == Step.OPENED and tale.revision > 1:
        return "correction_opened"
    return {Step.RESUBMITTED: "submitted", Step.REAPPROVED: "approved"}.get(step, step.value)


def _why(row: Update, step: Step, tale: Tale) -> str:
    if step == Step.RETURNED:
        return row.return_comment
    return tale.correction_reason if step == Step.OPENED else ""


def write_measurements(tales: list[Tale], updates: dict) -> list[audit.Entry]:
    """This will record the values of every validated update at the moment of its validation."""
    rows = []
    standing: dict[tuple, Measurement] = {}
    for tale in sorted(tales, key=lambda tale: tale.revision):
        update = updates[tale.name]
        if tale.life.state == UpdateState.VALIDATED:
            rows += [_measurement(update, tale, said, standing) for said in tale.values]
    Measurement.objects.bulk_create(rows, batch_size=BATCH)
    return [_measured(row) for row in rows]


def _measurement(update: Update, tale: Tale, said, standing: dict) -> Measurement:
    line = (said.indicator.pk, tale.sketch.code, tale.period.code)
    previous = standing.get(line)
    if previous is not None:
        previous.superseded_at = update.validated_at
    made = Measurement(
        indicator=said.indicator,
        period=tale.period,
        bureau=update.initiative.lead_bureau,
        initiative_code=tale.sketch.code,
        state=said.state,
        observed_on=said.observed_on or min(tale.period.end_on, update.submitted_at.date()),
        handling=max(update.handling, tale.sketch.handling, said.indicator.handling),
        source_ref=f"update:{update.pk}",
        revision=previous.revision + 1 if previous else 1,
        recorded_at=update.validated_at,
        recorded_by=update.validated_by,
        reason=said.reason,
        **(said.parts if said.state == ValueState.REPORTED else {}),
    )
    standing[line] = made
    return made


def _measured(row: Measurement) -> audit.Entry:
    return audit.Entry(
        row.recorded_at, row.recorded_by, "measurement.recorded", row, {}, audit.snapshot(row, VALUE_FIELDS),
        row.reason, row.bureau_id,
    )  # fmt: skip
