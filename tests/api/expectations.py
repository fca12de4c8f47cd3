"""What each operation answers to each actor, declared by hand and without a look at the product's own rules.

A new operation without an entry here fails the matrix: whoever adds it says here who may call it.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta

from django.utils import timezone
from knox.models import AuthToken

from accounts import undoable
from core import audit
from core.handling import Handling
from core.models import Job
from core.periods import quarter_of
from core.translations import Translated
from exchange.models import Upload
from goals.models import Aim, Plan
from initiatives.chasing.records import Extension, Letter
from initiatives.choices import UpdateState
from initiatives.handing_over import open_duties_of
from objectives.models import Capability
from outcomes import vouching
from outcomes.models import (
    Crosswalk,
    ExpectedResult,
    Judgement,
    Measurement,
    ProposedValue,
    RollUp,
    ThresholdSet,
    Weight,
)
from reports import store
from reports.models import ClosingAssessment, Edition, ReportDefinition

ACTORS = ("nobody", "gone", "liaison", "head", "liaison2", "officer", "leader", "auditor", "admin")
NOT_SIGNED_IN = {"nobody", "gone"}
EVERYONE = set(ACTORS) - NOT_SIGNED_IN
CLEARANCE = {"liaison": 1, "head": 1, "liaison2": 1, "officer": 2, "leader": 1, "auditor": 3, "admin": 1}
BUREAU = {"liaison": "own", "head": "own", "liaison2": "other"}
WRITERS = {"liaison", "head", "liaison2"}
LEVELS = tuple(Handling)
STATES = tuple(state.value for state in UpdateState)
SENT = ("submitted", "bureau_approved", "returned", "validated")
CSV_FORM = (
    b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n'
    b"Content-Type: text/csv\r\n\r\na,b\r\n--x--\r\n"
)
FORM = (
    b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n'
    b"Content-Type: text/plain\r\n\r\nsome proof\r\n--x--\r\n"
)


@dataclass(frozen=True)
class Variant:
    """One thing that an operation can be tried on: where it is, what is sent, and the facts an expectation needs."""

    path: str
    body: object = None
    version: int | None = None
    content_type: str = "application/json"
    owner: str = ""
    level: int = 0
    state: str = ""
    is_hidden_from: frozenset = field(default_factory=frozenset)


@dataclass(frozen=True)
class Operation:
    """How to try an operation and what it answers: `variants(world)` and `expect(actor, variant)`."""

    method: str
    variants: Callable[..., Iterator[Variant]]
    expect: Callable[[str, Variant], int]
    has_key: bool = False


class World:
    """The cast with the other things that the API shows."""

    def __init__(self, cast):
        self.cast = cast
        self.evidence, self.measurements, self.rollups = cast.evidence, {}, {}
        self.editions, self.jobs = {}, {}
        for owner in ("own", "other"):
            for level in LEVELS:
                self._settle(owner, level)
        officer, at = cast.officer, cast.at
        facts = {"recorded_at": at, "recorded_by": officer, "reason": "For the test"}
        self.weight = Weight.objects.create(indicator=cast.indicator, value=1, **facts)
        self.secret_weight = Weight.objects.create(indicator=cast.secret_indicator, value=1, **facts)
        self.judgement = Judgement.objects.create(aim=cast.aim, status="at_risk", expires_on=cast.plan.end_on, **facts)
        self.own_value = Measurement.objects.create(
            indicator=cast.indicator, period=cast.periods["closed"], state="reported", value=5,
            observed_on=cast.periods["closed"].end_on, recorded_at=at, recorded_by=officer, source_ref="direct",
        )  # fmt: skip
        self.proposal, self.own_proposal = self._propose("other", cast.officer2), self._propose("third", officer)
        self.link = Crosswalk.objects.create(kind="dropped", from_aim=cast.aim)
        self.draft_link = Crosswalk.objects.create(kind="dropped", from_aim=cast.draft_aim)
        self.thresholds = ThresholdSet.objects.get()
        self._draft_parts()
        self._wait_to_be_vouched_for()
        self.tokens = {part: AuthToken.objects.create(cast.people[part])[0].token_key for part in EVERYONE}
        self._file_editions()
        self._close_a_plan()
        self.extensions = {owner: self._ask_for_time(owner) for owner in ("own", "other")}
        self.letters = {part: self._write_to(part) for part in ("liaison", "officer")}
        self.files = {owner: self._bring_file(owner) for owner in ("own", "other")}
        self.record = audit.record(at=at, by=officer, action="test", target=cast.aim)

    def _propose(self, owner, by):
        cast = self.cast
        return ProposedValue.objects.create(
            indicator=cast.indicator, period=cast.periods["closed"], bureau=cast.bureaus[owner], state="reported", value=3,
            observed_on=cast.periods["closed"].end_on, source_note="CANARY statistics", proposed_by=by, proposed_at=cast.at,
        )  # fmt: skip

    def _draft_parts(self):
        """Parts of the draft that nothing hangs on, so that they may be moved and taken out again."""
        draft, words = self.cast.draft_plan.plan_ptr, Translated(source="en", texts={"en": "CANARY part"})
        self.spare = {
            "aims": Aim.objects.create(plan=draft, number=2, title=words),
            "expected-results": ExpectedResult.objects.create(aim=self.cast.draft_aim, number=1, text=words),
            "capabilities": Capability.objects.create(plan=draft, number=1, code="spare", name=words),
        }

    def _wait_to_be_vouched_for(self):
        """A name with one translation that waits and one that an officer approved a moment ago."""
        self.name = self.spare["capabilities"]
        states = {"es": {"state": "draft", "of_version": 1}, "fr": {"state": "approved", "of_version": 1}}
        texts = {"en": "CANARY part", "es": "Parte", "fr": "Partie"}
        self.name.name = Translated(source="en", texts=texts, states=states)
        self.name.save(update_fields=["name"])
        item = {"kind": "capability", "pk": self.name.pk, "field": "name", "language": "fr", "words": "Partie"}
        self.approval = undoable.remember(kind=vouching.ACT, items=[item], by=self.cast.officer, at=timezone.now())

    def _bring_file(self, owner):
        cast, by = self.cast, self.cast.people["liaison" if owner == "own" else "liaison2"]
        return Upload.objects.create(
            kind="updates", state="read", bureau=cast.bureaus[owner], period=cast.periods["open"], name="book.csv",
            form="csv", size=1, sha256="0" * 64, uploaded_by=by, uploaded_at=cast.at,
        )  # fmt: skip

    def _ask_for_time(self, owner):
        cast, asked_by = self.cast, self.cast.people["liaison" if owner == "own" else "liaison2"]
        return Extension.objects.create(
            bureau=cast.bureaus[owner], period=cast.periods["open"], until_on=cast.periods["open"].closes_on,
            reason="Storm", asked_by=asked_by, contact=asked_by, asked_at=cast.at,
        )  # fmt: skip

    def _write_to(self, part):
        return Letter.objects.create(
            key=f"before:{part}", kind="before", recipient=self.cast.people[part], written_at=self.cast.at,
            send_after=self.cast.at, batch=uuid.uuid4(), period=self.cast.periods["open"],
        )  # fmt: skip

    def _file_editions(self):
        cast, words = self.cast, Translated(source="en", texts={"en": "Quarterly report"})
        shared = {"title": words, "languages": ["en"]}
        self.definition = ReportDefinition.objects.create(code="quarterly", **shared)
        self.draft_definition = ReportDefinition.objects.create(
            code="on-draft", scope="plan", plan_id=cast.draft_plan.plan_ptr_id, **shared
        )
        for level in LEVELS:
            made = self.editions[level] = Edition.objects.create(
                number=level + 1, definition=self.definition, period_code=f"2026-Q{level + 1}", start_on=cast.today,
                end_on=cast.today, clearance=level, level=level, snapshot={"level": int(level)}, snapshot_format=1,
                snapshot_sha256="0" * 64, check_code=f"AAAA-BBBB-CCCC-DDD{level}", languages=["en"], as_of=cast.at,
                state="filed", filed_at=cast.at,
            )  # fmt: skip
            key = store.key_for(made, "en", "csv", "csv")
            digest = store.keep(key, b"a,b")
            made.files.create(
                language="en",
                form="csv",
                storage_key=key,
                media_type="text/csv",
                size=3,
                sha256=digest,
                drawn_at=cast.at,
            )
        for part in ("officer", "leader"):
            self.jobs[part] = Job.objects.create(
                kind="report", key=f"test:{part}", payload={"definition": self.definition.pk}, state="failed", failure_code="x", requested_at=cast.at,
                requested_by_id=cast.people[part].pk,
            )  # fmt: skip

    def _close_a_plan(self):
        """A plan that has ended, with one of its two aims assessed; and words about a draft plan, which nobody sees."""
        words = Translated(source="en", texts={"en": "Words"})
        self.closed_plan = Plan.objects.create(
            code="closed-plan",
            kind="strategy",
            title=words,
            start_on="2020-01-01",
            end_on="2021-12-31",
            status="closed",
        )
        self.closed_aims = [Aim.objects.create(plan=self.closed_plan, number=number, title=words) for number in (1, 2)]
        self.assessment = ClosingAssessment.objects.create(plan=self.closed_plan, aim=self.closed_aims[0], text=words)
        self.draft_assessment = ClosingAssessment.objects.create(
            plan_id=self.cast.draft_plan.plan_ptr_id, aim=self.cast.draft_aim, text=words
        )

    def _settle(self, owner, level):
        cast = self.cast
        self.measurements[owner, level] = Measurement.objects.create(
            indicator=cast.indicator, period=cast.periods["open"], bureau=cast.bureaus[owner], state="reported",
            initiative_code=cast.work[owner, level].code, value=7, observed_on=cast.today, handling=level,
            recorded_at=cast.at, recorded_by=cast.officer,
        )  # fmt: skip
        self.rollups[owner, level] = RollUp.objects.create(
            node_type="indicator", node_id=cast.indicator.pk, bureau=cast.bureaus[owner], status="on_track",
            measure="results" if level % 2 else "delivery", period=cast.periods["open" if level < 2 else "closed"],
            highest_handling=level, is_disclosable=level < Handling.RESTRICTED, computed_at=cast.at,
        )  # fmt: skip


def sees_work(actor: str, owner: str, level: int) -> bool:
    return BUREAU.get(actor) == owner or level <= CLEARANCE[actor]


def sees_update(actor: str, v: Variant) -> bool:
    if BUREAU.get(actor) == v.owner:
        return True
    if v.level > CLEARANCE[actor]:
        return False
    return actor == "auditor" or v.state == "validated" or (actor == "officer" and v.state in SENT)


def _once(path: str, **facts):
    return lambda world: iter([Variant(path, **facts)])


def _signed_in(status: int = 200, roles: set = EVERYONE):
    def expect(actor, v):
        if actor in NOT_SIGNED_IN:
            return 401
        return status if actor in roles else 403

    return expect


def _open(status: int = 200, roles: set = EVERYONE):
    """Things that are hidden from some, whole; visible ones are for the roles."""

    def expect(actor, v):
        if actor in NOT_SIGNED_IN:
            return 401
        if actor in v.is_hidden_from:
            return 404
        return status if actor in roles else 403

    return expect


def _each_work(path: str = "initiatives/{code}/", body=None):
    def variants(world):
        for (owner, level), work in world.cast.work.items():
            yield Variant(path.format(code=work.code), body, work.version, owner=owner, level=level)

    return variants


def _work(status: int, roles: set = EVERYONE, *, own: bool = False):
    def expect(actor, v):
        if actor in NOT_SIGNED_IN:
            return 401
        if not sees_work(actor, v.owner, v.level):
            return 404
        return status if actor in roles and (not own or BUREAU[actor] == v.owner) else 403

    return expect


def _each_update(tail: str = "", body=None, **facts):
    def variants(world):
        for (owner, level, state), update in world.cast.updates.items():
            yield Variant(
                f"updates/{update.pk}/{tail}", body, update.version, owner=owner, level=level, state=state, **facts
            )

    return variants


def _update(by_state: dict[str, int], roles: set = EVERYONE, *, own: bool = False, other: int = 409):
    def expect(actor, v):
        if actor in NOT_SIGNED_IN:
            return 401
        if not sees_update(actor, v):
            return 404
        is_theirs = not own or actor not in WRITERS or BUREAU[actor] == v.owner
        return by_state.get(v.state, other) if actor in roles and is_theirs else 403

    return expect


def _return(actor, v):
    """Officers return what is before them; a head returns what their own bureau has not let go yet."""
    if actor == "head" and v.owner == "own":
        return 200 if v.state == "submitted" else 403
    return _decide(actor, v)


def _decide(actor, v):
    """Officers decide on what the bureau has let go: the bureau `own` asks for its head first, `other` does not."""
    ready = ("bureau_approved",) if v.owner == "own" else ("submitted", "bureau_approved")
    return _update(dict.fromkeys(ready, 200), {"officer"})(actor, v)


def _each_evidence(tail: str = ""):
    def variants(world):
        for (owner, level, state), made in world.evidence.items():
            version = world.cast.updates[owner, level, state].version
            yield Variant(f"evidence/{made.public_id}/{tail}", None, version, owner=owner, level=level, state=state)

    return variants


def _each_of(rows: str, path: str):
    def variants(world):
        for (owner, level), row in getattr(world, rows).items():
            yield Variant(f"{path}/{row.pk}/", owner=owner, level=level)

    return variants


def _drafts(path: str, open_key: Callable, draft_key: Callable):
    """One thing of a published plan, and one of a draft, which is for officers and auditors."""

    def variants(world):
        yield Variant(f"{path}/{open_key(world)}/")
        yield Variant(f"{path}/{draft_key(world)}/", is_hidden_from=frozenset(EVERYONE - {"officer", "auditor"}))

    return variants


def _changed(path: str, open_key: Callable, draft_key: Callable, **body):
    """The same two things, with something to change in them."""

    def variants(world):
        for each in _drafts(path, open_key, draft_key)(world):
            yield replace(each, body=body, version=1)

    return variants


def _new_result(world):
    text = {"source": "en", "texts": {"en": "Another change"}}
    yield Variant("expected-results/", {"aim": world.cast.aim.pk, "text": text, "source_passage": "Words"})


def _new_plan(world):
    title = {"source": "en", "texts": {"en": "Next framework"}}
    body = {"kind": "framework", "code": "next", "title": title, "start_on": "2031-01-01", "end_on": "2035-12-31"}
    yield Variant("plans/", {**body, "vision_title": title, "predecessor": "framework"})


def _plan(code: str, verb: str, hidden: set):
    return lambda world: iter([Variant(f"plans/{code}/{verb}/", {"reason": "Because"}, 1, is_hidden_from=frozenset(hidden))])


def _new_part(path: str, **body):
    """Something more in the plan that all know."""
    return lambda world: iter([Variant(f"{path}/", {"plan": "framework", **body})])


def _spare(path: str, verb: str, **body):
    """A part of the draft that nothing hangs on."""

    def variants(world):
        hidden = frozenset(EVERYONE - {"officer", "auditor"})
        yield Variant(f"{path}/{world.spare[path].pk}/{verb}/", body, 1, is_hidden_from=hidden)

    return variants


def _new_indicator(world):
    name = {"source": "fr", "texts": {"fr": "Nombre", "en": "Number"}}
    body = {"expected_result": world.cast.result.pk, "code": "IND-NEW", "name": name, "kind": "level"}
    yield Variant("indicators/", body)


def _new_link(world):
    yield Variant("crosswalk/", {"kind": "dropped", "from_result": world.cast.result.pk})


def _indicators(tail: str = "", body: Callable = lambda world: None, version: int | None = None):
    """One for all, one that is confidential and that no bureau reports on."""

    def variants(world):
        yield Variant(f"indicators/IND-1/{tail}", body(world), version)
        yield Variant(
            f"indicators/IND-CANARY/{tail}", body(world), version, is_hidden_from=frozenset(EVERYONE - {"auditor"})
        )

    return variants


def _value_body(world):
    return {"value": "55", "due_on": str(world.cast.today), "reason": "Because"}


def _baseline_body(world):
    return {"value": "5", "on": str(world.cast.today), "reason": "Because"}


def _each_period(verb: str):
    def variants(world):
        for state, period in world.cast.periods.items():
            yield Variant(f"periods/{period.code}/{verb}/", {"reason": "Because"}, period.version, state=state)

    return variants


def _next_period(world):
    last = world.cast.periods["upcoming"].start_on
    yield Variant("periods/", {"code": quarter_of(last).next().code})


def _moved_period(world):
    period = world.cast.periods["upcoming"]
    later = period.closes_on + timedelta(days=1)
    body = {"due_on": str(period.due_on), "closes_on": str(later), "reason": "Because"}
    yield Variant(f"periods/{period.code}/", body, period.version)


def _requests(tail: str = "", body=None):
    """Each bureau's request for more time: its own people and reviewers know of it."""

    def variants(world):
        for owner, one in world.extensions.items():
            hidden = EVERYONE - {"officer", "auditor"} - {actor for actor in WRITERS if BUREAU[actor] == owner}
            version = one.version if body is not None else None
            yield Variant(f"extensions/{one.pk}/{tail}", body, version, owner=owner, is_hidden_from=frozenset(hidden))

    return variants


def _new_request(world):
    period = world.cast.periods["upcoming"]
    yield Variant("extensions/", {"period": period.code, "until_on": str(period.closes_on), "reason": "Storm"})


def _leavers(world):
    for owner, part in (("own", "colleague"), ("other", "liaison2")):
        yield Variant(f"hand-overs/{world.cast.people[part].pk}/", owner=owner)


def _expect_leaver(actor, v):
    if actor in NOT_SIGNED_IN:
        return 401
    if actor not in ("officer", "head", "admin"):
        return 403
    return 404 if actor == "head" and v.owner != "own" else 200


def _handed_over(world):
    leaver, successor = world.cast.colleague, world.cast.liaison
    seen = open_duties_of(leaver).mark
    body = {"leaver": leaver.pk, "successor": successor.pk, "seen": seen, "reason": "Left", "ends_account": True}
    yield Variant("hand-overs/", body)


def _workbook(tail: str, body=None, content_type: str = "application/json"):
    return lambda world: iter([Variant(f"workbooks/{world.cast.periods['open'].code}/{tail}/", body, content_type=content_type)])


def _files(tail: str = "", body=None):
    def variants(world):
        for owner, one in world.files.items():
            yield Variant(f"workbook-files/{one.public_id}/{tail}", body, one.version, owner=owner)

    return variants


def _of_own_bureau(status: int):
    def expect(actor, v):
        if actor in NOT_SIGNED_IN:
            return 401
        if actor not in WRITERS:
            return 403
        return status if BUREAU[actor] == v.owner else 404

    return expect


def _letters(world):
    for part, one in world.letters.items():
        yield Variant(f"letters/{one.pk}/", is_hidden_from=frozenset(EVERYONE - {"officer", "auditor", part}))


def _reminder(world):
    yield Variant("letters/remind/", {"period": world.cast.periods["open"].code, "bureaus": ["XB"]})


def _batch(world):
    yield Variant("letters/take-back/", {"batch": str(world.letters["officer"].batch)})


def _period(fitting: str):
    def expect(actor, v):
        if actor in NOT_SIGNED_IN:
            return 401
        if actor != "officer":
            return 403
        return 200 if v.state == fitting else 409

    return expect


def _new_work(world):
    day = str(world.cast.today)
    shares = [{"expected_result": world.cast.result.pk, "share": "50"}]
    yield Variant("initiatives/", {"title": "New", "starts_on": day, "ends_on": day, "shares": shares})


def _new_update(world):
    for (owner, level), work in world.cast.work.items():
        body = {"initiative": work.code, "period": world.cast.periods["open"].code}
        yield Variant("updates/", body, owner=owner, level=level)


def _expect_new_update(actor, v):
    if actor in NOT_SIGNED_IN:
        return 401
    if actor not in WRITERS:
        return 403
    if not sees_work(actor, v.owner, v.level):
        return 400
    return 201 if BUREAU[actor] == v.owner else 403


def _part(path: str, **body):
    def variants(world):
        yield Variant(path, {"node_type": "aim", "node_id": world.cast.aim.pk, "reason": "Because", **body})

    return variants


def _judgement(world):
    body = {"node_type": "aim", "node_id": world.cast.aim.pk, "reason": "Because", "status": "at_risk"}
    yield Variant("judgements/", {**body, "expires_on": str(world.cast.plan.end_on)})


def _weights(verb: str, **more):
    def variants(world):
        parts = [{"node_type": "aim", "node_id": world.cast.aim.pk, "value": "3"}]
        yield Variant(f"weights/{verb}/", {"weights": parts, **more})

    return variants


def _own_judgement(verb: str, body: Callable):
    return lambda world: iter([Variant(f"judgements/{world.judgement.pk}/{verb}/", body(world), 1)])


def _vouched(world):
    one = {"kind": "capability", "id": world.name.pk, "field": "name", "version": world.name.version}
    yield Variant("translations/approve/", {"language": "es", "texts": [one]})


def _thresholds(tail: str, **more):
    bands = [
        {"status": "off_track", "from": None, "to": "0.5"}, {"status": "at_risk", "from": "0.5", "to": "0.8"},
        {"status": "on_track", "from": "0.8", "to": None},
    ]  # fmt: skip

    def variants(world):
        body = {"valid_from": str(world.cast.today), "bands": bands, "coverage_floor": "0.4", **more}
        yield Variant(f"thresholds/{tail}", body)

    return variants


def _plan_targets(tail: str, **more):
    def variants(world):
        one = {"indicator": "IND-1", "due_on": str(world.cast.today), "value": "44", "revision": 0}
        yield Variant(f"plans/framework/{tail}", {"targets": [one], **more})

    return variants


def _own_value(world):
    yield Variant("measurements/", {
        "indicator": "IND-1", "period": world.cast.periods["open"].code, "state": "reported", "value": "9",
        "observed_on": str(world.cast.today), "source_note": "Statistics",
    })  # fmt: skip


def _proposed(tail: str, body=None):
    """What another officer recorded, so that this one may decide on it."""

    def variants(world):
        yield Variant(f"proposed-values/{world.proposal.pk}/{tail}", body, None if body is None else 1)

    return variants


def _correction(world):
    """A value of the organisation's own, which everyone may see."""
    on = str(world.own_value.observed_on)
    body = {"state": "withheld", "observed_on": on, "source_note": "Letter", "reason": "Asked"}
    yield Variant(f"measurements/{world.own_value.pk}/correct/", body, 1)


def _people(world):
    for part, person in world.cast.people.items():
        owner = {"colleague": "own", "gone": "own"}.get(part, BUREAU.get(part, ""))
        hidden = {"leader"} - {part} | {a for a in WRITERS if BUREAU[a] != owner}
        yield Variant(f"people/{person.pk}/", is_hidden_from=frozenset(hidden))


def _each_person(tail: str = "", body=None, *, parts=("colleague", "leader")):
    """Two of the cast, of whom one's own bureau is seen by its people, and both by who sees everyone."""

    def variants(world):
        for part in parts:
            owner = {"colleague": "own", "gone": "own"}.get(part, "")
            hidden = {"leader"} - {part} | {a for a in WRITERS if BUREAU[a] != owner}
            person = world.cast.people[part]
            yield Variant(f"people/{person.pk}/{tail}", body, person.version, is_hidden_from=frozenset(hidden))

    return variants


def _new_person(world):
    yield Variant("people/", {"email": "new@test.invalid", "full_name": "New", "role": "liaison", "bureau": "XA"})


def _new_bureau(world):
    name = {"source": "en", "texts": {"en": "New unit"}}
    yield Variant("bureaus/", {"code": "SG-NEW", "kind": "unit", "name": name})


def _tokens(world):
    for part in sorted(EVERYONE):
        yield Variant(f"tokens/{world.tokens[part]}/", is_hidden_from=frozenset(EVERYONE - {part}))


def _me(world):
    yield Variant("me/", {"language": "fr"}, 1)


def _secret_weight(world):
    yield Variant(f"weights/{world.weight.pk}/")
    yield Variant(f"weights/{world.secret_weight.pk}/", is_hidden_from=frozenset(EVERYONE - {"auditor"}))


def _each_edition(tail: str = "", body=None):
    def variants(world):
        for level, edition in world.editions.items():
            hidden = frozenset(actor for actor in EVERYONE if CLEARANCE[actor] < level)
            yield Variant(f"editions/{edition.number}/{tail}", body, is_hidden_from=hidden)

    return variants


def _each_job(tail: str = ""):
    def variants(world):
        for part, job in world.jobs.items():
            yield Variant(f"jobs/{job.pk}/{tail}", is_hidden_from=frozenset(EVERYONE - {"officer", part}))

    return variants


def _definitions(tail: str = "", body=None, version=None):
    def variants(world):
        yield Variant(f"report-definitions/quarterly/{tail}", body, version)
        hidden = frozenset(EVERYONE - {"officer", "auditor"})
        yield Variant(f"report-definitions/on-draft/{tail}", body, version, is_hidden_from=hidden)

    return variants


def _progress(world):
    query = f"?period={world.cast.periods['open'].code}"
    drafts, secret = EVERYONE - {"officer", "auditor"}, EVERYONE - {"auditor"}
    yield Variant(f"progress/plan/{world.cast.plan.pk}/{query}")
    yield Variant(f"progress/aim/{world.cast.aim.pk}/{query}")
    yield Variant(f"progress/aim/{world.cast.aim.pk}/{query}&measure=delivery")
    yield Variant(f"progress/result/{world.cast.result.pk}/{query}&as_of={world.cast.today}")
    yield Variant(f"progress/indicator/{world.cast.indicator.pk}/{query}&bureau=XB")
    yield Variant(f"progress/aim/{world.cast.draft_aim.pk}/{query}", is_hidden_from=frozenset(drafts))
    yield Variant(f"progress/indicator/{world.cast.secret_indicator.pk}/{query}", is_hidden_from=frozenset(secret))


def _delivery(world):
    query = f"?period={world.cast.periods['open'].code}"
    yield from _each_work(f"initiatives/{{code}}/delivery/{query}")(world)


def _new_assessment(world):
    text = {"source": "en", "texts": {"en": "What was reached"}}
    yield Variant("closing-assessments/", {"plan": "closed-plan", "aim": world.closed_aims[1].pk, "text": text})


REWORDED = {"text": {"texts": {"en": "Better said"}}, "reason": "Because"}
WORDS = {"source": "en", "texts": {"en": "Something more"}}
PARTS_OF_A_PLAN = ("aims", "expected-results", "capabilities")
NEW_DEFINITION = {"code": "two-languages", "title": {"source": "en", "texts": {"en": "New"}}, "languages": ["en", "fr"]}
DRAFT = {"achieved": "New words"}
SENDABLE = dict.fromkeys(("draft", "returned"), 200)
ANY_STATE = dict.fromkeys(STATES, 200)
GET, POST, PATCH, DELETE = "GET", "POST", "PATCH", "DELETE"
LISTS = (
    "plans", "aims", "expected-results", "capabilities", "crosswalk", "indicators", "measurements", "thresholds",
    "weights", "judgements", "roll-ups", "periods", "initiatives", "updates", "crime-areas", "regions",
    "member-countries", "bureaus", "people", "tokens", "report-definitions", "editions", "jobs", "extensions", "letters",
    "closing-assessments",
)  # fmt: skip

OPERATIONS: dict[str, Operation] = {
    **{f"{name.replace('-', '_')}_list": Operation(GET, _once(f"{name}/"), _signed_in()) for name in LISTS},
    "audit_records_list": Operation(GET, _once("audit-records/"), _signed_in(roles={"auditor"})),
    "audit_records_retrieve": Operation(
        GET, lambda w: iter([Variant(f"audit-records/{w.record.seq}/")]), _signed_in(roles={"auditor"})
    ),
    "plans_retrieve": Operation(GET, _drafts("plans", lambda w: "framework", lambda w: "draft-plan"), _open()),
    "aims_retrieve": Operation(GET, _drafts("aims", lambda w: w.cast.aim.pk, lambda w: w.cast.draft_aim.pk), _open()),
    "crosswalk_retrieve": Operation(GET, _drafts("crosswalk", lambda w: w.link.pk, lambda w: w.draft_link.pk), _open()),
    "expected_results_retrieve": Operation(
        GET, lambda w: iter([Variant(f"expected-results/{w.cast.result.pk}/")]), _open()
    ),
    "capabilities_retrieve": Operation(
        GET, lambda w: iter([Variant(f"capabilities/{w.cast.capability.pk}/")]), _open()
    ),
    "thresholds_retrieve": Operation(GET, lambda w: iter([Variant(f"thresholds/{w.thresholds.pk}/")]), _open()),
    "weights_retrieve": Operation(GET, _secret_weight, _open()),
    "weights_create": Operation(POST, _part("weights/", value="2"), _signed_in(201, {"officer"}), has_key=True),
    "judgements_retrieve": Operation(GET, lambda w: iter([Variant(f"judgements/{w.judgement.pk}/")]), _open()),
    "judgements_create": Operation(POST, _judgement, _signed_in(201, {"officer"}), has_key=True),
    "weights_together": Operation(POST, _weights("together", reason="Because"), _signed_in(201, {"officer"}), has_key=True),
    "weights_preview": Operation(POST, _weights("preview"), _signed_in(200, {"officer"})),
    "judgements_renew": Operation(
        POST, _own_judgement("renew", lambda w: {"reason": "Still", "expires_on": str(w.cast.plan.end_on)}),
        _open(200, {"officer"}),
    ),
    "judgements_end": Operation(POST, _own_judgement("end", lambda w: {"reason": "Over"}), _open(200, {"officer"})),
    "thresholds_create": Operation(POST, _thresholds("", reason="Because"), _signed_in(201, {"officer"}), has_key=True),
    "thresholds_preview": Operation(POST, _thresholds("preview/"), _signed_in(200, {"officer"})),
    "plans_set_targets": Operation(POST, _plan_targets("targets/", reason="Because"), _open(201, {"officer"}), has_key=True),
    "plans_preview_targets": Operation(POST, _plan_targets("targets/preview/"), _open(200, {"officer"})),
    "measurements_create": Operation(POST, _own_value, _signed_in(201, {"officer"}), has_key=True),
    "proposed_values_list": Operation(GET, _once("proposed-values/"), _signed_in(roles={"officer", "auditor"})),
    "proposed_values_retrieve": Operation(GET, _proposed(""), _open(200, {"officer", "auditor"})),
    "proposed_values_confirm": Operation(POST, _proposed("confirm/", {}), _signed_in(200, {"officer"})),
    "proposed_values_decline": Operation(POST, _proposed("decline/", {"reason": "Wrong"}), _signed_in(200, {"officer"})),
    "proposed_values_take_back": Operation(
        POST, lambda w: iter([Variant(f"proposed-values/{w.own_proposal.pk}/take-back/", {}, 1)]), _signed_in(200, {"officer"})
    ),
    "measurements_correct": Operation(POST, _correction, _open(200, {"officer"})),
    "indicators_retrieve": Operation(GET, _indicators(), _open()),
    "indicators_targets": Operation(GET, _indicators("targets/"), _open()),
    "indicators_baselines": Operation(GET, _indicators("baselines/"), _open()),
    "indicators_set_target": Operation(
        POST, _indicators("targets/", _value_body), _open(201, {"officer"}), has_key=True
    ),
    "indicators_set_baseline": Operation(
        POST, _indicators("baselines/", _baseline_body), _open(201, {"officer"}), has_key=True
    ),
    "measurements_retrieve": Operation(GET, _each_of("measurements", "measurements"), _work(200)),
    "roll_ups_retrieve": Operation(GET, _each_of("rollups", "roll-ups"), _signed_in()),
    "periods_retrieve": Operation(GET, lambda w: iter([Variant(f"periods/{w.cast.periods['open'].code}/")]), _open()),
    "periods_close": Operation(POST, _each_period("close"), _period("open")),
    "periods_reopen": Operation(POST, _each_period("reopen"), _period("closed")),
    "periods_open_early": Operation(POST, _each_period("open"), _period("upcoming")),
    "periods_create": Operation(POST, _next_period, _signed_in(201, {"officer"}), has_key=True),
    "periods_partial_update": Operation(PATCH, _moved_period, _open(200, {"officer"})),
    "extensions_retrieve": Operation(GET, _requests(), _open()),
    "extensions_create": Operation(POST, _new_request, _signed_in(201, WRITERS), has_key=True),
    "extensions_grant": Operation(POST, _requests("grant/", {"reason": "Yes"}), _open(200, {"officer"})),
    "extensions_decline": Operation(POST, _requests("decline/", {"reason": "No"}), _open(200, {"officer"})),
    "extensions_withdraw": Operation(POST, _requests("withdraw/", {}), _open(200, WRITERS)),
    "letters_retrieve": Operation(GET, _letters, _open()),
    "letters_remind": Operation(POST, _reminder, _signed_in(201, {"officer"}), has_key=True),
    "letters_take_back": Operation(POST, _batch, _signed_in(200, {"officer"})),
    "hand_overs_retrieve": Operation(GET, _leavers, _expect_leaver),
    "hand_overs_create": Operation(POST, _handed_over, _signed_in(201, {"officer", "head", "admin"}), has_key=True),
    "workbooks_updates": Operation(GET, _workbook("updates"), _signed_in(200, WRITERS)),
    "workbooks_values": Operation(GET, _workbook("values"), _signed_in(200, WRITERS)),
    "workbooks_bring": Operation(
        POST, _workbook("files", CSV_FORM, "multipart/form-data; boundary=x"), _signed_in(201, WRITERS), has_key=True
    ),
    "workbook_files_retrieve": Operation(GET, _files(), _of_own_bureau(200)),
    "workbook_files_apply": Operation(POST, _files("apply/", {"seen": "x"}), _of_own_bureau(400)),
    "workbook_files_discard": Operation(POST, _files("discard/", {}), _of_own_bureau(200)),
    "crime_areas_retrieve": Operation(GET, _once("crime-areas/cybercrime/"), _open()),
    "regions_retrieve": Operation(GET, _once("regions/here/"), _open()),
    "member_countries_retrieve": Operation(GET, _once("member-countries/XA/"), _open()),
    "bureaus_retrieve": Operation(GET, _once("bureaus/XA/"), _open()),
    "people_retrieve": Operation(GET, _people, _open()),
    "people_create": Operation(POST, _new_person, _signed_in(201, {"admin"}), has_key=True),
    "people_partial_update": Operation(PATCH, _each_person(body={"full_name": "Other"}), _open(200, {"admin"})),
    "people_deactivate": Operation(POST, _each_person("deactivate/", {"reason": "Left"}), _open(200, {"admin"})),
    "people_reactivate": Operation(
        POST, _each_person("reactivate/", {"reason": "Back"}, parts=("gone",)), _open(200, {"admin"})
    ),
    "people_invite": Operation(POST, _each_person("invite/", {}), _open(200, {"admin"})),
    "people_reset_password": Operation(POST, _each_person("reset-password/", {}), _open(200, {"admin"})),
    "bureaus_create": Operation(POST, _new_bureau, _signed_in(201, {"admin"}), has_key=True),
    "bureaus_partial_update": Operation(
        PATCH, lambda w: iter([Variant("bureaus/XA/", {"language": "fr"}, 1)]), _open(200, {"admin"})
    ),
    "me_me": Operation(GET, _once("me/"), _signed_in()),
    "me_set_preferences": Operation(PATCH, _me, _signed_in()),
    "tokens_create": Operation(POST, _once("tokens/", body={}), _signed_in(201)),
    "tokens_destroy": Operation(DELETE, _tokens, _open(204)),
    "initiatives_retrieve": Operation(GET, _each_work(), _work(200)),
    "initiatives_delivery": Operation(GET, _delivery, _work(200)),
    "initiatives_create": Operation(POST, _new_work, _signed_in(201, WRITERS), has_key=True),
    "initiatives_partial_update": Operation(PATCH, _each_work(body={"title": "Other"}), _work(200, WRITERS, own=True)),
    "plans_create": Operation(POST, _new_plan, _signed_in(201, {"officer"}), has_key=True),
    "plans_publish": Operation(
        POST, _plan("draft-plan", "publish", EVERYONE - {"officer", "auditor"}), _open(200, {"officer"})
    ),
    "plans_close": Operation(POST, _plan("framework", "close", set()), _open(200, {"officer"})),
    "aims_create": Operation(POST, _new_part("aims", title=WORDS), _signed_in(201, {"officer"}), has_key=True),
    "capabilities_create": Operation(
        POST, _new_part("capabilities", code="more", name=WORDS), _signed_in(201, {"officer"}), has_key=True
    ),
    "capabilities_partial_update": Operation(
        PATCH,
        _changed(
            "capabilities", lambda w: w.cast.capability.pk, lambda w: w.spare["capabilities"].pk,
            name={"texts": {"en": "New"}},
        ),
        _open(200, {"officer"}),
    ),
    **{
        f"{path.replace('-', '_')}_move": Operation(POST, _spare(path, "move", up=True), _open(200, {"officer"}))
        for path in PARTS_OF_A_PLAN
    },
    **{
        f"{path.replace('-', '_')}_withdraw": Operation(
            POST, _spare(path, "withdraw", reason="Because"), _open(204, {"officer"})
        )
        for path in PARTS_OF_A_PLAN
    },
    "plans_partial_update": Operation(
        PATCH,
        _changed("plans", lambda w: "framework", lambda w: "draft-plan", introduction={"texts": {"en": "New"}}),
        _open(200, {"officer"}),
    ),
    "aims_partial_update": Operation(
        PATCH,
        _changed("aims", lambda w: w.cast.aim.pk, lambda w: w.cast.draft_aim.pk, title={"texts": {"en": "New"}}),
        _open(200, {"officer"}),
    ),
    "expected_results_create": Operation(POST, _new_result, _signed_in(201, {"officer"}), has_key=True),
    "expected_results_partial_update": Operation(
        PATCH,
        lambda w: iter([Variant(f"expected-results/{w.cast.result.pk}/", {"text": {"texts": {"fr": "Neuf"}}}, 1)]),
        _open(200, {"officer"}),
    ),
    "indicators_create": Operation(POST, _new_indicator, _signed_in(201, {"officer"}), has_key=True),
    "indicators_partial_update": Operation(
        PATCH, _indicators("", lambda w: {"owner": "Statistics"}, 1), _open(200, {"officer"})
    ),
    "crosswalk_create": Operation(POST, _new_link, _signed_in(201, {"officer"}), has_key=True),
    "crosswalk_partial_update": Operation(
        PATCH, _changed("crosswalk", lambda w: w.link.pk, lambda w: w.draft_link.pk, state="approved"), _open(200, {"officer"})
    ),
    "progress_explain": Operation(GET, _progress, _open()),
    "standings_reporting": Operation(GET, _once("standings/reporting/"), _signed_in(roles={"officer", "auditor"})),
    "standings_bureaus": Operation(GET, _once("standings/bureaus/"), _signed_in()),
    "translations_waiting": Operation(
        GET, _once("translations/waiting/?language=es"), _signed_in(roles={"officer", "auditor"})
    ),
    "translations_approve": Operation(POST, _vouched, _signed_in(200, {"officer"}), has_key=True),
    "translations_take_back": Operation(
        POST, lambda w: iter([Variant("translations/take-back/", {"act": str(w.approval.public_id)})]), _signed_in(200, {"officer"})
    ),
    "report_definitions_retrieve": Operation(GET, _definitions(), _open()),
    "report_definitions_create": Operation(
        POST, _once("report-definitions/", body=NEW_DEFINITION), _signed_in(201, {"officer"}), has_key=True
    ),
    "report_definitions_partial_update": Operation(
        PATCH, _definitions(body={"cadence": "yearly"}, version=1), _open(200, {"officer"})
    ),
    "report_definitions_request_edition": Operation(
        POST, _definitions("request/", {"period": "2025"}), _open(202, {"officer"}), has_key=True
    ),
    "editions_retrieve": Operation(GET, _each_edition(), _open()),
    "editions_files": Operation(GET, _each_edition("files/"), _open()),
    "editions_file": Operation(GET, _each_edition("files/en/csv/"), _open()),
    "editions_snapshot": Operation(GET, _each_edition("snapshot/"), _open()),
    "editions_withdraw": Operation(POST, _each_edition("withdraw/", {"reason": "Wrong"}), _open(200, {"officer"})),
    "jobs_retrieve": Operation(GET, _each_job(), _open()),
    "closing_assessments_retrieve": Operation(
        GET, _drafts("closing-assessments", lambda w: w.assessment.pk, lambda w: w.draft_assessment.pk), _open()
    ),
    "closing_assessments_create": Operation(POST, _new_assessment, _signed_in(201, {"officer"}), has_key=True),
    "closing_assessments_partial_update": Operation(
        PATCH, lambda w: iter([Variant(f"closing-assessments/{w.assessment.pk}/", REWORDED, 1)]), _open(200, {"officer"})
    ),
    "jobs_retry": Operation(POST, _each_job("retry/"), _open(200, {"officer"})),
    "updates_create": Operation(POST, _new_update, _expect_new_update, has_key=True),
    "updates_retrieve": Operation(GET, _each_update(), _update(ANY_STATE)),
    "updates_partial_update": Operation(PATCH, _each_update(body=DRAFT), _update(SENDABLE, WRITERS, own=True)),
    "updates_submit": Operation(POST, _each_update("submit/", {}), _update(SENDABLE, WRITERS, own=True)),
    "updates_withdraw": Operation(
        POST, _each_update("withdraw/", {}),
        _update(dict.fromkeys(("submitted", "bureau_approved"), 200), WRITERS, own=True),
    ),
    "updates_approve": Operation(
        POST, _each_update("approve/", {}), _update({"submitted": 200}, {"head"}, own=True)
    ),
    "updates_return_to_author": Operation(
        POST, _each_update("return/", {"reason_code": "unclear", "comment": "Say more"}), _return
    ),
    "updates_validate": Operation(POST, _each_update("validate/", {}), _decide),
    "updates_correct": Operation(
        POST, _each_update("correct/", {"reason": "Typing"}), _update({"validated": 201}, WRITERS, own=True),
        has_key=True,
    ),
    "updates_comments": Operation(
        GET, _each_update("comments/"), _update(ANY_STATE, WRITERS | {"officer", "auditor"}, own=True)
    ),
    "updates_comment": Operation(
        POST, _each_update("comments/", {"text": "Well"}),
        _update(dict.fromkeys(STATES, 201), WRITERS | {"officer"}, own=True), has_key=True,
    ),
    "updates_evidence": Operation(GET, _each_update("evidence/"), _update(ANY_STATE)),
    "updates_add_evidence": Operation(
        POST, _each_update("evidence/", FORM, content_type="multipart/form-data; boundary=x"),
        _update(dict.fromkeys(("draft", "returned"), 201), WRITERS, own=True), has_key=True,
    ),
    "evidence_retrieve": Operation(GET, _each_evidence(), _update(ANY_STATE)),
    "evidence_file": Operation(GET, _each_evidence("file/"), _update(ANY_STATE)),
    "evidence_destroy": Operation(DELETE, _each_evidence(), _update({"draft": 204}, WRITERS, own=True)),
}  # fmt: skip
