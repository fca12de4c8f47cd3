"""What comes next in an installation that is still empty: the way from nothing to the first report, step by step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.access import BUREAU_ROLES, may
from accounts.models import Bureau, Role, User
from core.models import Period
from core.together import Steps
from dashboard.administration import numbers_steps
from dashboard.asked import Asked
from goals.models import Aim, Plan, PlanStatus
from initiatives.models import Initiative, Update
from outcomes.models import ExpectedResult, Indicator, Measurement, Target
from reports.models import Edition


@dataclass(frozen=True)
class Stage:
    """One step on the way. `act` says who takes it; `counts` is what is there once it is taken."""

    code: str
    title: str | Promise
    words: str | Promise
    address: str
    act: str
    counts: Callable


@dataclass(frozen=True)
class Step:
    """A stage as one reader sees it: whether it is done, whether it is next, and where they take it."""

    title: str | Promise
    words: str | Promise
    is_done: bool
    is_next: bool
    url: str
    who: str | Promise


STAGES = (
    Stage(
        "officer", _("Invite a strategy officer"), _("Officers keep the plans and review what bureaus send."),
        "accounts:new_person", "account.manage", lambda on: User.objects.active().filter(role=Role.OFFICER),
    ),
    Stage(
        "plan", _("Draft a plan"), _("What is to be achieved, until when: a strategic framework or a strategy."),
        "outcomes:new_plan", "plan.edit", lambda on: Plan.objects.all(),
    ),
    Stage(
        "aims", _("Give it aims"), _("The goals or objectives that the plan is for."),
        "outcomes:plans", "plan.edit", lambda on: Aim.objects.standing(),
    ),
    Stage(
        "results", _("Add expected results"), _("The changes that each aim promises."),
        "outcomes:plans", "plan.edit", lambda on: ExpectedResult.objects.standing(),
    ),
    Stage(
        "published", _("Publish the plan"), _("From then on everyone sees it, and its words are frozen."),
        "outcomes:plans", "plan.edit", lambda on: Plan.objects.published(),
    ),
    Stage(
        "indicator", _("Propose an indicator"), _("What is measured to see a change."),
        "outcomes:choose_kind", "indicator.edit", lambda on: Indicator.objects.measured(),
    ),
    Stage(
        "target", _("Set a target"), _("The value to be reached, and by when."),
        "outcomes:target_plans", "target.set", lambda on: Target.objects.current(),
    ),
    Stage(
        "period", _("Open a reporting period"), _("The quarter that updates are reported for, with its deadline."),
        "initiatives:periods", "period.manage", lambda on: Period.objects.started_by(on),
    ),
    Stage(
        "bureau", _("Add a bureau"), _("A bureau leads work and reports on it."),
        "accounts:new_bureau", "bureau.manage", lambda on: Bureau.objects.filter(is_active=True),
    ),
    Stage(
        "liaison", _("Invite its liaison"), _("The person who reports for the bureau."),
        "accounts:new_person", "account.manage", lambda on: User.objects.active().filter(role__in=BUREAU_ROLES),
    ),
    Stage(
        "initiative", _("Log the first initiative"), _("What a bureau does, and which result it serves."),
        "initiatives:new", "initiative.create", lambda on: Initiative.objects.all(),
    ),
    Stage(
        "update", _("Send the first update"), _("What was achieved, what is in the way, what comes next."),
        "initiatives:my_reporting", "update.submit", lambda on: Update.objects.filter(submitted_at__isnull=False),
    ),
    Stage(
        "validated", _("Validate it"), _("What was validated counts in the figures."),
        "initiatives:review", "update.validate", lambda on: Update.objects.filter(state="validated"),
    ),
    Stage(
        "figure", _("Read the first figure"), _("Once a value is validated, every figure above it says how it was made."),
        "dashboard:overview", "report.read", lambda on: Measurement.objects.current(),
    ),
    Stage(
        "report", _("Make the first report"), _("The official version, filed with its facts."),
        "reports:editions", "report.request", lambda on: Edition.objects.all(),
    ),
)  # fmt: skip
# Steps that are taken in the first plan, as long as it is a draft.
IN_THE_DRAFT = ("aims", "results", "published")
DOERS = {
    "account.manage": _("An administrator does this."),
    "bureau.manage": _("An administrator does this."),
    "initiative.create": _("The bureau's liaison does this."),
    "update.submit": _("The bureau's liaison does this."),
}
BY_OFFICERS = _("A strategy officer does this.")


def read_steps(question: Asked) -> list[Step]:
    """The way with its done marks, as one reader sees it; empty once all of it is done. One query."""
    return question.together(way_steps(question))[0]


def way_steps(question: Asked) -> Steps[list[Step]]:
    """The same, to be read beside something else. One round."""
    (numbers,) = yield from numbers_steps([{stage.code: _first(stage.counts(question.today)) for stage in STAGES}])
    if numbers["report"] or all(numbers.values()):
        return []
    ahead = [stage for stage in STAGES if not numbers[stage.code]]
    # A later step may need the ones before it: only the reader's own next one is a link.
    own = next((stage for stage in ahead if may(question.user, stage.act)), None)
    return [_step(question.user, stage, stage not in ahead, stage is ahead[0], stage is own) for stage in STAGES]


def _first(rows):
    """One of the rows, if there is any: whether there are millions more is not asked."""
    return rows.model.objects.filter(pk__in=rows.order_by().values("pk")[:1])


def _step(user, stage: Stage, is_done: bool, is_next: bool, is_own: bool) -> Step:
    who = "" if may(user, stage.act) else DOERS.get(stage.act, BY_OFFICERS)
    return Step(stage.title, stage.words, is_done, is_next, _way_to(stage) if is_own else "", who)


def _way_to(stage: Stage) -> str:
    """Where the step is taken: in the draft itself, where there is one. Two queries at most."""
    draft = Plan.objects.filter(status=PlanStatus.DRAFT).order_by("created_at").first() if stage.code in IN_THE_DRAFT else None
    if draft is None:
        return reverse(stage.address)
    if stage.code == "aims":
        return reverse("outcomes:add_aim", args=[draft.code])
    bare = Aim.objects.standing().filter(plan=draft, results=None).order_by("number").first() if stage.code == "results" else None
    return reverse("outcomes:add_result", args=[draft.code, bare.pk]) if bare else reverse("outcomes:edit_plan", args=[draft.code])
