"""A permanent cast: two bureaus and a third, everyone who may come to the door, and work of every kind they may meet.

`settle_in(today)` makes it all in a few queries. Tests name people by what they are, never by number.
"""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from django.contrib.auth.hashers import make_password
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models import F

from accounts.models import Bureau, MemberCountry, Region, Role, User
from core.handling import Handling
from core.models import Period
from core.periods import Quarter, quarter_of
from core.translations import Translated
from goals.models import Aim, Framework, PlanKind, PlanStatus
from initiatives.choices import UpdateState
from initiatives.models import Contribution, CrimeArea, Evidence, Initiative, Update, UpdateValue
from objectives.models import Capability, Strategy
from outcomes.models import Baseline, ExpectedResult, Indicator, Target, ThresholdSet

PASSWORD = "a long password for the cast"
SENT = (UpdateState.SUBMITTED, UpdateState.BUREAU_APPROVED, UpdateState.RETURNED, UpdateState.VALIDATED)
WITH_PROOF = (UpdateState.DRAFT, UpdateState.VALIDATED)
BANDS = [
    {"status": "off_track", "from": "0", "to": "0.75"},
    {"status": "at_risk", "from": "0.75", "to": "0.90"},
    {"status": "on_track", "from": "0.90", "to": None},
]


def said(english: str) -> Translated:
    return Translated(source="en", texts={"en": english})


@dataclass
class Cast:
    """Who and what there is. `work[owner, handling]`: an initiative; `updates[owner, handling, state]`: its update."""

    today: date
    at: datetime
    people: dict[str, User] = field(default_factory=dict)
    bureaus: dict[str, Bureau] = field(default_factory=dict)
    plan: Framework | None = None
    draft_plan: Strategy | None = None
    aim: Aim | None = None
    draft_aim: Aim | None = None
    result: ExpectedResult | None = None
    indicator: Indicator | None = None
    secret_indicator: Indicator | None = None
    capability: Capability | None = None
    crime_area: CrimeArea | None = None
    periods: dict[str, Period] = field(default_factory=dict)
    work: dict[tuple[str, int], Initiative] = field(default_factory=dict)
    updates: dict[tuple[str, int, str], Update] = field(default_factory=dict)
    evidence: dict[tuple[str, int, str], Evidence] = field(default_factory=dict)

    def __getattr__(self, name: str) -> User:
        """Everyone by their part: `cast.liaison`."""
        people = self.__dict__.get("people", {})
        if name in people:
            return people[name]
        raise AttributeError(name)


PARTS = {
    # part: (role, bureau, clearance)
    "liaison": (Role.LIAISON, "own", Handling.INTERNAL),
    "colleague": (Role.LIAISON, "own", Handling.INTERNAL),
    "head": (Role.HEAD, "own", Handling.INTERNAL),
    "liaison2": (Role.LIAISON, "other", Handling.INTERNAL),
    "officer": (Role.OFFICER, None, Handling.RESTRICTED),
    "officer2": (Role.OFFICER, None, Handling.CONFIDENTIAL),
    "leader": (Role.LEADER, None, Handling.INTERNAL),
    "auditor": (Role.AUDITOR, None, Handling.PUBLIC),
    "admin": (Role.ADMIN, None, Handling.CONFIDENTIAL),
    "gone": (Role.LIAISON, "own", Handling.INTERNAL),
}


def settle_in(today: date, *, with_work: bool = True) -> Cast:
    """The whole cast on the day; without its work where a test brings its own."""
    cast = Cast(today, datetime.combine(today, datetime.min.time(), UTC))
    _make_bureaus(cast)
    _make_people(cast)
    _make_periods(cast)
    _make_plans(cast)
    if with_work:
        _make_work(cast)
    return cast


def _make_bureaus(cast: Cast) -> None:
    region = Region.objects.get_or_create(code="here", defaults={"name": said("Here")})[0]
    owners = (("own", "XA", "XAA"), ("other", "XB", "XBB"), ("third", "XC", "XCC"))
    countries = MemberCountry.objects.bulk_create(
        MemberCountry(iso2=iso2, iso3=iso3, name=said(f"Country {owner}"), region=region) for owner, iso2, iso3 in owners
    )
    bureaus = Bureau.objects.bulk_create(
        Bureau(
            code=country.iso2, kind="ncb", country=country, region=region, name=said(f"NCB {owner}"),
            requires_head_approval=owner == "own",
        )
        for (owner, *_codes), country in zip(owners, countries, strict=True)
    )  # fmt: skip
    cast.bureaus = {owner: bureau for (owner, *_codes), bureau in zip(owners, bureaus, strict=True)}


def _make_people(cast: Cast) -> None:
    password = make_password(PASSWORD)
    people = User.objects.bulk_create(
        User(
            email=f"{part}@test.invalid", full_name=part.title(), role=role, clearance=clearance, password=password,
            bureau=cast.bureaus.get(owner), is_active=part != "gone",
        )
        for part, (role, owner, clearance) in PARTS.items()
    )  # fmt: skip
    cast.people = dict(zip(PARTS, people, strict=True))


def _make_periods(cast: Cast) -> None:
    now = quarter_of(cast.today)
    quarters = {"open": now, "closed": _before(_before(now)), "upcoming": now.next().next()}
    periods = Period.objects.bulk_create(Period(code=quarter.code, **quarter.dates()) for quarter in quarters.values())
    cast.periods = dict(zip(quarters, periods, strict=True))


def _before(quarter: Quarter) -> Quarter:
    return Quarter(quarter.year - (quarter.number == 1), (quarter.number - 2) % 4 + 1)


def _make_plans(cast: Cast) -> None:
    start, end = cast.today - timedelta(days=700), cast.today + timedelta(days=1100)
    cast.plan = Framework.objects.create(
        code="framework", kind=PlanKind.FRAMEWORK, title=said("Framework"), start_on=start, end_on=end,
        status=PlanStatus.IN_FORCE, vision_title=said("Vision"), vision_text=said("See"),
        mission_title=said("Mission"), mission_text=said("Do"),
    )  # fmt: skip
    cast.draft_plan = Strategy.objects.create(
        code="draft-plan", kind=PlanKind.STRATEGY, title=said("CANARY draft plan"), start_on=start, end_on=end,
        mandate=said("CANARY mandate"),
    )  # fmt: skip
    cast.aim, cast.draft_aim = Aim.objects.bulk_create(
        [
            Aim(plan=cast.plan, number=1, title=said("Aim one"), text=said("Text")),
            Aim(plan=cast.draft_plan, number=1, title=said("CANARY draft aim")),
        ]
    )
    cast.result = ExpectedResult.objects.create(aim=cast.aim, number=1, text=said("A change"))
    cast.capability = Capability.objects.create(plan=cast.plan, code="training", number=1, name=said("Training"))
    cast.crime_area = CrimeArea.objects.create(code="cybercrime", name=said("Cybercrime"))
    _make_indicators(cast)
    ThresholdSet.objects.create(
        valid_from=start, bands=BANDS, coverage_floor=Decimal("0.5"), set_by=cast.people["officer"], set_at=cast.at
    )


def _make_indicators(cast: Cast) -> None:
    made = Indicator.objects.bulk_create(
        Indicator(
            expected_result=cast.result, code=code, name=said(f"Number of {code}"), kind="level", direction="increase",
            handling=handling,
        )
        for code, handling in (("IND-1", Handling.INTERNAL), ("IND-CANARY", Handling.CONFIDENTIAL))
    )  # fmt: skip
    start, end, at = cast.plan.start_on, cast.plan.end_on, cast.at
    Baseline.objects.bulk_create(Baseline(indicator=one, value=0, on=start, recorded_at=at) for one in made)
    Target.objects.bulk_create(Target(indicator=one, due_on=end, value=100, recorded_at=at) for one in made)
    cast.indicator, cast.secret_indicator = made


def _make_work(cast: Cast) -> None:
    """For each bureau and handling level a piece of work by itself, and one for an update in each state."""
    states = (None, *UpdateState)
    kinds = [(owner, level, state) for owner in ("own", "other") for level in Handling for state in states]
    for (owner, level, state), (work, update) in zip(kinds, make_many(cast, kinds), strict=True):
        if update is None:
            cast.work[owner, level] = work
        else:
            cast.updates[owner, level, state.value] = update
    keys = {update.pk: key for key, update in cast.updates.items()}
    cast.evidence = {keys[proof.update_id]: proof for proof in Evidence.objects.filter(update__in=keys).order_by("pk")}


def make_many(cast: Cast, kinds: list[tuple]) -> list[tuple[Initiative, Update | None]]:
    """Work of each (owner, level, state) and, where a state is named, its update in that state; in a few questions."""
    there = Initiative.objects.count()
    works = [_initiative(cast, there + number, owner, level) for number, (owner, level, _state) in enumerate(kinds, 1)]
    Initiative.objects.bulk_create(works)
    Initiative.indicators.through.objects.bulk_create(
        Initiative.indicators.through(initiative=work, indicator=cast.indicator) for work in works
    )
    Contribution.objects.bulk_create(_contribution(cast, work) for work in works)
    reported = [(work, kind[2]) for work, kind in zip(works, kinds, strict=True) if kind[2] is not None]
    updates = _report(cast, reported)
    return [(work, updates.get(work.pk)) for work in works]


def _report(cast: Cast, reported: list[tuple]) -> dict[int, Update]:
    """This will write an update of each work, with its value and proof, and bring it to its state; by the work."""
    made = Update.objects.bulk_create(_draft(cast, work) for work, _state in reported)
    UpdateValue.objects.bulk_create(_value(cast, update) for update in made)
    proven = [update for update, (_work, state) in zip(made, reported, strict=True) if state in WITH_PROOF]
    Evidence.objects.bulk_create(_evidence(update, at=cast.at) for update in proven)
    for state in {state for _work, state in reported}:
        bring_to(cast, [update.pk for update, (_work, is_in) in zip(made, reported, strict=True) if is_in == state], state)
    return {now.initiative_id: now for now in Update.objects.filter(pk__in=[update.pk for update in made])}


def make_initiative(cast: Cast, owner: str, level: int = Handling.INTERNAL, **values) -> Initiative:
    """Work that the bureau leads; what is restricted for others carries the word CANARY."""
    made = _initiative(cast, Initiative.objects.count() + 1, owner, level, **values)
    made.save()
    made.indicators.set([cast.indicator])
    _contribution(cast, made).save()
    return made


def _initiative(cast: Cast, number: int, owner: str, level: int, **values) -> Initiative:
    mark = f"CANARY {owner} {number}" if level >= Handling.RESTRICTED else f"Open {owner} {number}"
    return Initiative(
        **{
            "code": f"IN-{number:06d}",
            "title": f"{mark} title",
            "summary": f"{mark} summary",
            "lead_bureau": cast.bureaus[owner],
            "starts_on": cast.plan.start_on,
            "ends_on": cast.plan.end_on,
            "handling": level,
            **values,
        }
    )


def _contribution(cast: Cast, work: Initiative) -> Contribution:
    return Contribution(initiative=work, expected_result=cast.result, share=100)


def make_update(
    cast: Cast, work: Initiative, state: str = UpdateState.DRAFT, *, author: User | None = None, period: Period | None = None
) -> Update:
    """A complete update of the work in the state; written by its bureau's liaison."""
    made = _draft(cast, work, author=author, period=period)
    made.save()
    _value(cast, made).save()
    if state in WITH_PROOF:
        make_evidence(made, at=cast.at)
    bring_to(cast, [made.pk], UpdateState(state))
    return Update.objects.get(pk=made.pk)


def _draft(cast: Cast, work: Initiative, *, author: User | None = None, period: Period | None = None) -> Update:
    author = author or cast.people["liaison" if work.lead_bureau == cast.bureaus["own"] else "liaison2"]
    return Update(
        initiative=work, period=period or cast.periods["open"], author=author, writer_ids=[author.pk],
        achieved=f"{work.title} achieved", obstacle="None", next_steps="Go on", delivery_percent=40,
        delivery_status="on_track", handling=work.handling,
    )  # fmt: skip


def _value(cast: Cast, update: Update) -> UpdateValue:
    on = cast.periods["open"].start_on
    return UpdateValue(update=update, indicator=cast.indicator, state="reported", value=10, observed_on=on)


def make_evidence(update: Update, *, at: datetime, name: str = "proof.txt", content: bytes = b"proof") -> Evidence:
    """A file with the update, as long as that can be edited."""
    made = _evidence(update, at=at, name=name, content=content)
    made.save()
    return made


def _evidence(update: Update, *, at: datetime, name: str = "proof.txt", content: bytes = b"proof") -> Evidence:
    return Evidence(
        update=update, storage_key=default_storage.save(f"test/{uuid.uuid4().hex}", ContentFile(content)), name=name,
        media_type="text/plain", size=len(content), sha256=hashlib.sha256(content).hexdigest(),
        handling=update.handling, uploaded_by=update.author, uploaded_at=at,
    )  # fmt: skip


def bring_to(cast: Cast, updates: list[int], state: UpdateState) -> None:
    """This will have the drafts of these keys stand in the state, with who brought them there."""
    values: dict = {"state": state}
    if state in SENT:
        values |= {"submitted_at": cast.at, "submitted_by": F("author")}
    if state == UpdateState.BUREAU_APPROVED:
        values |= {"approved_at": cast.at, "approved_by": cast.people["head"]}
    if state == UpdateState.RETURNED:
        values |= {"returned_at": cast.at, "returned_by": cast.people["officer"], "return_reason": "unclear"}
        values |= {"return_comment": "Say more."}
    if state == UpdateState.VALIDATED:
        values |= {"validated_at": cast.at, "validated_by": cast.people["officer2"]}
    Update.objects.filter(pk__in=updates).update(**values)
