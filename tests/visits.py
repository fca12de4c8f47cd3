"""Where to look: for every address of the product an example to visit and who may, or the reason why it is no page.

`tests/dashboard/test_every_page.py` holds this list against the URL configuration: a new page without a visit fails.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from accounts.models import UndoableAct, User
from accounts.people import link_to_a_password
from core.models import Job, Period
from initiatives.chasing.records import Extension
from initiatives.models import Initiative, Update
from outcomes.models import Indicator, Measurement, ProposedValue
from reports.models import Edition

EVERYONE = ("liaison", "head", "officer", "leader", "auditor", "admin")
REVIEWERS = ("officer", "auditor")
BUREAU = ("liaison", "head")


@dataclass(frozen=True)
class Story:
    """The people and things of the demonstration that visits name."""

    people: dict[str, User]
    period: Period
    goal: str
    indicator: Indicator
    initiative: Initiative
    edition: Edition
    job: Job
    today: date

    @classmethod
    def told(cls) -> Story:
        people = {one.email.partition("@")[0]: one for one in User.objects.filter(email__in=_names())}
        liaison = people["liaison"]
        with_values = Indicator.objects.filter(
            expected_result__aim__plan__status="in_force", expected_result__aim__number=2, measurements__isnull=False
        )
        own = Initiative.objects.filter(lead_bureau=liaison.bureau, handling__lte=1, updates__state="validated")
        return cls(
            people=people,
            period=Period.objects.order_by("-start_on").first(),
            goal="framework-2026-2030",
            indicator=with_values.order_by("code").first(),
            initiative=own.order_by("code").first(),
            edition=Edition.objects.latest("number"),
            job=Job.objects.filter(kind="report").latest("pk"),
            today=timezone.localdate(),
        )

    def update_of(self, who: str, *states: str) -> Update:
        """An update of the person's bureau for the open period, in one of the states."""
        mine = Update.objects.filter(initiative__lead_bureau=self.people[who].bureau, period=self.period)
        return mine.filter(state__in=states).select_related("initiative").order_by("initiative__code").first()

    def own_figure(self) -> int:
        """A value that the organisation recorded itself."""
        own = Measurement.objects.current().filter(bureau=None, handling__lte=1).order_by("pk")
        return own.values_list("pk", flat=True).first()

    def recorded_by_the_other_officer(self) -> int:
        """A value that waits for somebody else than the officer who visits."""
        known = {
            "state": "reported", "value": 12, "observed_on": self.period.start_on, "source_note": "Register of 1 October",
            "proposed_by": self.people["admin"], "proposed_at": timezone.now(),
        }  # fmt: skip
        whose = {"indicator": self.indicator, "period": self.period, "bureau": None}
        return ProposedValue.objects.get_or_create(**whose, stage="waiting", defaults=known)[0].pk

    def changed_together(self) -> UndoableAct:
        """What the officer did to many initiatives a minute ago."""
        at, items = timezone.now(), [{"id": self.initiative.pk, "code": self.initiative.code, "version": 0, "before": {}}]
        known = {"items": items, "made_at": at, "ends_at": at + timedelta(minutes=10)}
        return UndoableAct.objects.get_or_create(
            person=self.people["officer"], kind="initiative.change_many", defaults=known
        )[0]

    def approved_together(self) -> UndoableAct:
        """A translation that the officer approved with others a minute ago."""
        at, aim = timezone.now(), self.indicator.expected_result.aim
        item = {"kind": "aim", "pk": aim.pk, "field": "title", "language": "es", "words": aim.title.in_language("es")[0]}
        known = {"items": [item], "made_at": at, "ends_at": at + timedelta(minutes=10)}
        return UndoableAct.objects.get_or_create(person=self.people["officer"], kind="texts.approved", defaults=known)[0]

    def request(self) -> Extension:
        """A bureau's request for more time, made now where the demonstration has none left."""
        asked_by, at = self.people["liaison2"], timezone.now()
        return Extension.objects.waiting().first() or Extension.objects.create(
            bureau=asked_by.bureau, period=self.period, until_on=self.period.closes_on, reason="A storm took the line",
            asked_by=asked_by, contact=asked_by, asked_at=at,
        )  # fmt: skip

    def waiting(self) -> Update:
        """What the officer may decide next."""
        seen = Update.objects.visible_to(self.people["officer"]).waiting()
        return seen.select_related("initiative").order_by("initiative__code").first()


def _names() -> list[str]:
    return [f"{name}@demo.invalid" for name in (*EVERYONE, "liaison2")]


@dataclass(frozen=True)
class Visit:
    """A page: who may see it, and how its address is found."""

    who: tuple[str, ...]
    args: Callable[[Story], list] = lambda story: []
    query: str = ""

    def address(self, name: str, story: Story) -> str:
        return reverse(name, args=self.args(story)) + self.query


def _own(*states):
    def args(story: Story) -> list:
        update = story.update_of("liaison", *states)
        return [update.initiative.code, update.period.code]

    return args


VISITS: dict[str, Visit] = {
    "accounts:password": Visit(EVERYONE),
    "accounts:profile": Visit(EVERYONE),
    "accounts:sign_in": Visit(("",)),
    "accounts:tokens": Visit(EVERYONE),
    "dashboard:administration": Visit(("officer", "auditor", "admin")),
    "dashboard:aim": Visit(EVERYONE, lambda story: [story.goal, 2]),
    "dashboard:bureau": Visit(EVERYONE, lambda story: [story.people["liaison"].bureau.code]),
    "dashboard:bureaus": Visit(EVERYONE),
    "dashboard:changes": Visit(EVERYONE),
    "dashboard:explain": Visit(EVERYONE, lambda story: ["indicator", story.indicator.pk]),
    "dashboard:explain_delivery": Visit(EVERYONE, lambda story: [story.initiative.code]),
    "dashboard:heat_map": Visit(EVERYONE),
    "dashboard:history": Visit(EVERYONE),
    "dashboard:home": Visit(EVERYONE),
    "dashboard:indicator": Visit(EVERYONE, lambda story: [story.indicator.code]),
    "dashboard:initiative": Visit(EVERYONE, lambda story: [story.initiative.code]),
    "dashboard:initiatives": Visit(EVERYONE),
    "dashboard:method": Visit(EVERYONE),
    "dashboard:overview": Visit(EVERYONE),
    "dashboard:plan": Visit(EVERYONE, lambda story: [story.goal]),
    "dashboard:quality": Visit(EVERYONE),
    "dashboard:reporting": Visit(REVIEWERS),
    "dashboard:result": Visit(
        EVERYONE, lambda story: [story.goal, story.indicator.expected_result.aim.number, story.indicator.expected_result.number]
    ),
    "dashboard:style": Visit(EVERYONE),
    "dashboard:timeline": Visit(EVERYONE),
    "initiatives:approval": Visit(("head",), lambda story: [story.update_of("head", "submitted").pk]),
    "initiatives:approvals": Visit(("head",)),
    "initiatives:changed": Visit(("officer",), lambda story: [story.changed_together().public_id]),
    "initiatives:check": Visit(("liaison",), _own("draft")),
    "initiatives:correct": Visit(("liaison",), _own("validated")),
    "initiatives:decided": Visit(REVIEWERS),
    "initiatives:edit": Visit(("liaison",), lambda story: [story.initiative.code]),
    "initiatives:extension": Visit(REVIEWERS, lambda story: [story.request().pk]),
    "initiatives:extensions": Visit(REVIEWERS),
    "initiatives:hand_over": Visit(
        ("head", "officer", "admin"), lambda story: [story.people["head"].bureau.code]
    ),
    "initiatives:letters": Visit(EVERYONE),
    "initiatives:more_time": Visit(BUREAU, lambda story: [story.period.code]),
    "initiatives:my_reporting": Visit(EVERYONE),
    "initiatives:new": Visit(BUREAU),
    "initiatives:period": Visit(REVIEWERS, lambda story: [story.period.code]),
    "initiatives:periods": Visit(REVIEWERS),
    "initiatives:review": Visit(REVIEWERS),
    "initiatives:review_update": Visit(REVIEWERS, lambda story: [story.waiting().pk]),
    "initiatives:schedule": Visit(REVIEWERS),
    "initiatives:sent": Visit(("liaison",), _own("submitted", "bureau_approved")),
    "initiatives:update": Visit(("liaison", "auditor"), _own("draft", "returned")),
}  # fmt: skip

PLANNERS = ("officer", "auditor")
KEEPERS = ("admin", "officer", "auditor")

VISITS |= {
    "accounts:bureaus": Visit(KEEPERS),
    "accounts:countries": Visit(KEEPERS),
    "accounts:edit_bureau": Visit(KEEPERS, lambda story: [story.people["liaison"].bureau.code]),
    "accounts:new_bureau": Visit(("admin",)),
    "accounts:new_person": Visit(("admin",)),
    "accounts:people": Visit(KEEPERS),
    "accounts:person": Visit(KEEPERS, lambda story: [story.people["liaison"].pk]),
    "accounts:set_password": Visit(("",), lambda story: _invitation(story.people["liaison2"])),
}


def _invitation(person: User) -> list:
    return link_to_a_password(person).strip("/").split("/")[1:]



def _of_aim(*more):
    return lambda story: ["aim", story.indicator.expected_result.aim_id, "title", *more]


VISITS |= {
    "outcomes:add_aim": Visit(("officer",), lambda story: [story.goal]),
    "outcomes:add_capability": Visit(("officer",), lambda story: [story.goal]),
    "outcomes:add_result": Visit(("officer",), lambda story: [story.goal, story.indicator.expected_result.aim_id]),
    "outcomes:approve_together": Visit(PLANNERS),
    "outcomes:approved_together": Visit(("officer",), lambda story: [story.approved_together().public_id]),
    "outcomes:crosswalk": Visit(PLANNERS),
    "outcomes:edit_plan": Visit(PLANNERS, lambda story: [story.goal]),
    "outcomes:move_on": Visit(("officer",), lambda story: [story.goal]),
    "outcomes:new_plan": Visit(("officer",)),
    "outcomes:plan_days": Visit(("officer",), lambda story: [story.goal]),
    "outcomes:plans": Visit(PLANNERS),
    "outcomes:text": Visit(PLANNERS, _of_aim()),
    "outcomes:translate": Visit(PLANNERS, _of_aim("ar")),
    "outcomes:translations": Visit(PLANNERS),
    "outcomes:withdraw_part": Visit(("officer",), lambda story: ["result", story.indicator.expected_result_id]),
}

ADMINISTRATION = ("officer", "auditor")


def _of_indicator():
    return lambda story: [story.indicator.code]


def _in_result(shape: str):
    return lambda story: [story.indicator.expected_result_id, shape]


VISITS |= {
    "initiatives:thresholds": Visit(ADMINISTRATION),
    "outcomes:choose_kind": Visit(("officer",)),
    "outcomes:correct_value": Visit(("officer",), lambda story: [story.own_figure()]),
    "outcomes:edit_indicator": Visit(("officer",), _of_indicator()),
    "outcomes:indicator": Visit(ADMINISTRATION, _of_indicator()),
    "outcomes:indicators": Visit(ADMINISTRATION),
    "outcomes:judgement": Visit(ADMINISTRATION, lambda story: ["aim", story.indicator.expected_result.aim_id]),
    "outcomes:judgements": Visit(ADMINISTRATION),
    "outcomes:new_indicator": Visit(("officer",), _in_result("ratio")),
    "outcomes:proposed_value": Visit(ADMINISTRATION, lambda story: [story.recorded_by_the_other_officer()]),
    "outcomes:proposed_values": Visit(ADMINISTRATION),
    "outcomes:record_value": Visit(("officer",), _of_indicator()),
    "outcomes:targets": Visit(("officer",), lambda story: [story.goal], "?aim=2"),
    "outcomes:weights": Visit(("officer",), lambda story: ["aim", story.indicator.expected_result.aim_id]),
    "outcomes:wholes": Visit(("officer",)),
}

VISITS |= {
    "reports:closing": Visit(EVERYONE, lambda story: ["organized-crime-2022-2025"]),
    "reports:write_closing": Visit(("officer",), lambda story: ["organized-crime-2022-2025", "2.1"]),
    "reports:check": Visit(("", "leader")),
    "reports:define": Visit(("officer",)),
    "reports:edition": Visit(EVERYONE, lambda story: [story.edition.number]),
    "reports:editions": Visit(EVERYONE),
    "reports:job": Visit(("officer",), lambda story: [story.job.pk]),
    "reports:jobs": Visit(("officer",)),
    "reports:redefine": Visit(("officer",), lambda story: [story.edition.definition.code]),
}



def _file_of(state: str):
    """A file of the liaison's bureau in the state, brought the first time that somebody looks."""

    def args(story: Story) -> list:
        from tests.exchange.files import brought_by

        return [brought_by(story.people["liaison"], story.period, state).public_id]

    return args


def _list_of_what_exists(story: Story) -> list:
    from tests.exchange.files import list_brought_by

    return [list_brought_by(story.people["officer"]).public_id]


VISITS |= {
    "exchange:list": Visit(("officer",), _list_of_what_exists),
    "exchange:lists": Visit(("officer",)),
    "exchange:upload": Visit(("liaison",), _file_of("read")),
    "exchange:workbook": Visit(BUREAU),
}

@dataclass(frozen=True)
class PastVisit(Visit):
    """The same page as it stood a month ago: it says so, lists what there was, and offers nothing to do."""

    def address(self, name: str, story: Story) -> str:
        return f"{super().address(name, story)}?known_on={story.today - timedelta(days=30)}"


# A few kinds of them, each as one person: a past day's home, list, status, tree, search and map.
PAST = {
    name: PastVisit((who,), VISITS[name].args)
    for name, who in (
        ("dashboard:aim", "leader"), ("dashboard:bureaus", "auditor"), ("dashboard:heat_map", "head"),
        ("dashboard:home", "officer"), ("dashboard:initiatives", "liaison"), ("dashboard:reporting", "officer"),
    )
}  # fmt: skip

ACT, FILE, MACHINE = "an act: it is posted, and answered by a page above", "a file", "for machines"
NO_PAGES: dict[str, str] = {
    "outcomes:baseline": ACT,
    "outcomes:settle_indicator": ACT,
    "outcomes:take_back_approvals": ACT,
    "outcomes:target_plans": "opens the grid of the first plan",
    "accounts:end_other_sessions": ACT,
    "accounts:end_session": ACT,
    "accounts:close_person": ACT,
    "accounts:end_bureau": ACT,
    "accounts:end_token": ACT,
    "accounts:open_person": ACT,
    "accounts:invite_person": ACT,
    "accounts:reset_password": ACT,
    "accounts:sign_out": ACT,
    "api-docs": "drawn by a tool of others; tests/api looks after it",
    "api-schema": MACHINE,
    "dashboard:aim_csv": FILE,
    "dashboard:aim_statuses_csv": FILE,
    "dashboard:aim_trend_csv": FILE,
    "dashboard:changes_csv": FILE,
    "dashboard:delivery_csv": FILE,
    "dashboard:explain_coverage_csv": FILE,
    "dashboard:heat_map_csv": FILE,
    "dashboard:history_csv": FILE,
    "dashboard:indicator_csv": FILE,
    "dashboard:indicator_path_csv": FILE,
    "dashboard:indicator_path": "a part of the review page, fetched into it",
    "dashboard:quality_csv": FILE,
    "dashboard:result_csv": FILE,
    "dashboard:timeline_csv": FILE,
    "dashboard:work_out": ACT,
    "dashboard:work_out_day": ACT,
    "dashboard:follow_changes": ACT,
    "dashboard:count_up": ACT,
    "dashboard:bureaus_csv": FILE,
    "dashboard:reporting_csv": FILE,
    "exchange:again": ACT,
    "exchange:apply": ACT,
    "exchange:columns": ACT,
    "exchange:discard": ACT,
    "exchange:list_again": ACT,
    "exchange:put_away": ACT,
    "exchange:report": FILE,
    "exchange:take": ACT,
    "exchange:workbook_file": FILE,
    "exchange:workbook_table": FILE,
    "dashboard:initiatives_csv": FILE,
    "dashboard:initiatives_xlsx": FILE,
    "dashboard:remove_view": ACT,
    "dashboard:save_view": ACT,
    "healthz": MACHINE,
    "initiatives:add_period": ACT,
    "initiatives:approve": ACT,
    "initiatives:ask": ACT,
    "initiatives:bulk_validate": ACT,
    "initiatives:change_many": ACT,
    "initiatives:comment": ACT,
    "initiatives:evidence": FILE,
    "initiatives:move_period": ACT,
    "initiatives:remind": ACT,
    "initiatives:return": ACT,
    "initiatives:save": ACT,
    "initiatives:send": ACT,
    "initiatives:take_back": ACT,
    "initiatives:take_back_many": ACT,
    "initiatives:undo_change": ACT,

    "initiatives:settle_period": ACT,
    "initiatives:take_back_reminders": ACT,
    "initiatives:validate": ACT,
    "initiatives:withdraw": ACT,
    "outcomes:approve_link": ACT,
    "outcomes:move_part": ACT,
    "outcomes:remove_link": ACT,
    "outcomes:reword_link": ACT,
    "initiatives:withdraw_extension": ACT,
    "readyz": MACHINE,
    "reports:download": FILE,
    "reports:generate": ACT,
    "reports:generate_for_bureaus": ACT,
    "reports:retry": ACT,
    "reports:styles": FILE,
    "reports:withdraw": ACT,
    "set_language": ACT,
}


def names_of_all_addresses() -> set[str]:
    """Every named address of the product outside the API."""
    return {name for name in _names_in(get_resolver().url_patterns, "") if not name.startswith("api:")}


def _names_in(patterns, prefix: str) -> Iterator[str]:
    for one in patterns:
        if isinstance(one, URLResolver):
            yield from _names_in(one.url_patterns, f"{prefix}{one.namespace}:" if one.namespace else prefix)
        elif isinstance(one, URLPattern):
            yield f"{prefix}{one.name or one.pattern}"


def visits(story: Story, *, of: tuple[str, ...] | None = None) -> Iterator[tuple[str, str, str]]:
    """Each page with one person who may see it: name, person, address. `of` keeps to some people."""
    for name, visit in sorted(VISITS.items()):
        address = visit.address(name, story)
        yield from ((name, who, address) for who in visit.who if of is None or who in of)


def keeps_the_session(sql: str) -> bool:
    """Written once a minute, which on a slow machine falls on any page."""
    return sql.startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE SAVEPOINT", 'UPDATE "accounts_opensession"'))
