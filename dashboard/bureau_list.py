"""The list of bureaus: every active one with what it owes for the period; found by name, code or country, and by region."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import may
from accounts.models import Bureau
from accounts.naming import name_key
from core.formats import number, plain_letters
from core.together import Steps, only
from dashboard.asked import Asked
from dashboard.drawing import explanation_of, shown, with_kept
from dashboard.figures import NOTHING, Figure
from dashboard.kept_days import PICTURES, NotWorkedOut
from dashboard.reporting import SECRETARIAT, region_of
from dashboard.reporting_drawing import had_reported, uncounted
from dashboard.reporting_then import Then
from dashboard.standing import BureauPart, Standing, behind_their_path, part_steps, rank, reached
from dashboard.work import Duty, duty_steps
from goals.models import Plan
from outcomes.levels import PLAN

SORTS = ("behind", "standing", "name", "region")


@dataclass(frozen=True)
class Listed:
    """What was asked of the list, and what was found; `standing` is empty where nobody can be told how bureaus stand."""

    duties: list[Duty]
    standing: PlanStanding
    everyone: int
    regions: list[tuple[str, str]]
    search: str
    region: str
    sort: str

    @property
    def is_filtered(self) -> bool:
        return bool(self.search or self.region)


@dataclass(frozen=True)
class PlanStanding:
    """How each bureau stands to its own path towards the plan of the period, by the bureau's code.

    `lacking` (dashboard.day_jobs) says that nobody has worked it out yet as known on that day.
    """

    plan: Plan | None = None
    parts: dict[str, BureauPart] = field(default_factory=dict)
    lacking: dict | None = None

    @property
    def judged(self) -> Standing:
        return rank(self.parts.values())

    def figure_of(self, bureau: Bureau) -> Figure:
        part = self.parts.get(bureau.code)
        return part.figure if part else NOTHING


def plan_standing_steps(question: Asked) -> Steps[PlanStanding]:
    """How bureaus stand to the plan. Two rounds; of a past day those of its figures."""
    if question.period is None:
        return PlanStanding()
    plans = Plan.objects.visible_to(question.user).published().covering(question.period.end_on).order_by("-start_on")
    found = yield from only(plans[:1])
    if not found:
        return PlanStanding()
    try:
        parts = yield from part_steps(question, PLAN, found[0], found[0].pk, question.period)
    except NotWorkedOut as lacking:
        return PlanStanding(lacking=PICTURES.standing(lacking.day, lacking.period))
    return PlanStanding(found[0], {one.code: one for one in parts})


def active_bureaus() -> QuerySet:
    return Bureau.objects.filter(is_active=True).select_related("region", "country").order_by("code")


def read_list(question: Asked, given, then: Then | None) -> tuple[list[Duty], Listed]:
    """The bureaus' duties, and the list as it was asked for: now, or as `then` found it on a past day."""
    if then:
        (standing,) = question.together(plan_standing_steps(question))
        return then.rows, list_bureaus(then.rows, given, standing, then.bureaus)
    duties, standing, bureaus, _at = question.together(
        duty_steps(question, question.period), plan_standing_steps(question), only(active_bureaus()), question.with_figures_at()
    )
    return duties, list_bureaus(duties, given, standing, bureaus)


def list_bureaus(duties: list[Duty], given, standing: PlanStanding, bureaus: Sequence[Bureau]) -> Listed:
    """All active bureaus with their duties, of the region and with the words that were asked for.

    `bureaus` are those that there are; of a past day those that there were, with what they were then.
    """
    known = {duty.bureau.pk: duty for duty in duties}
    active = [one for one in bureaus if one.is_active]
    bureaus = [*active, *(duty.bureau for duty in duties if not duty.bureau.is_active)]
    search, region = given.get("search", "")[:100].strip(), given.get("region", "")[:40]
    rows = [known.get(one.pk) or Duty(one, 0, 0, 0) for one in bureaus if _is_in(one, region) and _matches(one, search)]
    sort = given.get("sort", "") if given.get("sort") in SORTS else SORTS[0]
    return Listed(sorted(rows, key=_key(sort, standing)), standing, len(bureaus), _regions(bureaus), search, region, sort)


def _regions(bureaus) -> list[tuple[str, str]]:
    found = {one.region.code: one.region for one in bureaus if one.region}
    ordered = sorted(found.values(), key=lambda region: (region.position, region.code))
    return [*((one.code, str(one.name)) for one in ordered), (SECRETARIAT, _("General Secretariat"))]


def _is_in(bureau: Bureau, region: str) -> bool:
    return not region or region == region_of(bureau)


def _matches(bureau: Bureau, search: str) -> bool:
    """The words are in the bureau's or its country's name, in any of the languages, or are its code."""
    if not search:
        return True
    names = [*bureau.name.texts.values(), *(bureau.country.name.texts.values() if bureau.country else ())]
    return search.upper() == bureau.code or any(plain_letters(search) in plain_letters(name) for name in names)


def _key(sort: str, standing: PlanStanding):
    return {
        "standing": lambda duty: (*_stands(standing, duty.bureau), name_key(duty.bureau)),
        "behind": lambda duty: (-duty.missing, not duty.due, name_key(duty.bureau)),
        "name": lambda duty: name_key(duty.bureau),
        "region": lambda duty: (str(duty.bureau.region or ""), name_key(duty.bureau)),
    }[sort]


def _stands(standing: PlanStanding, bureau: Bureau) -> tuple:
    """The furthest behind its path first; who cannot be judged comes last."""
    part = standing.parts.get(bureau.code)
    return (0, reached(part.figure)) if part and part.is_judged else (1, 0)


HEAD = ["period", "bureau", "name", "region", "due", "sent", "validated", "missing", "known_on", "plan", "status", "progress",
        "expected"]  # fmt: skip


def csv_rows(question: Asked, listed: Listed):
    """The bureaus of the list in its order; `known_on` is empty for today."""
    for duty in listed.duties:
        yield [question.period.code if question.period else "", duty.bureau.code, str(duty.bureau.name), region_of(duty.bureau), duty.due,
               duty.sent, duty.validated, duty.missing, question.known_on or "", *_told(listed.standing, duty.bureau)]  # fmt: skip


def _told(standing: PlanStanding, bureau: Bureau) -> list:
    if standing.plan is None:
        return ["", "", "", ""]
    figure = standing.figure_of(bureau)
    if figure.is_hidden:
        return [standing.plan.code, "restricted", "", ""]
    shares = ("" if share is None else format(share.normalize(), "f") for share in (figure.progress, figure.expected))
    return [standing.plan.code, figure.status, *shares]


def bureaus_page(question: Asked, listed: Listed, context: dict, *, csv_query: str = "") -> dict:
    """The page's context: what the whole list says first, then the rows that were asked for."""
    many = len(listed.duties)
    is_past, lacking = question.known_on is not None, listed.standing.lacking
    return {
        **context,
        "listed": listed,
        "rows": [_row(question, listed.standing, duty) for duty in listed.duties],
        "plan": listed.standing.plan,
        "lacking": lacking,
        "asked_together": bool(lacking and not lacking["is_under_way"] and context.get("missing")),
        "standing": _sentence(listed.standing),
        "found": ngettext("%(n)s bureau", "%(n)s bureaus", many) % {"n": number(many)},
        "sorts": [("behind", _("most missing first")), ("standing", _("weakest first")),
                  ("name", _("by name")), ("region", _("by region"))],
        "clear_url": with_kept(reverse("dashboard:bureaus"), question.kept if is_past else ""),
        "csv_url": with_kept(reverse("dashboard:bureaus_csv"), csv_query),
        "kept": f"?{question.kept}" if question.kept else "",
        "known": question.known_on,
        "heat_url": "" if listed.standing.plan else with_kept(reverse("dashboard:heat_map"), question.kept),
        "stamp": {"known_at": None if is_past else question.figures_at, "known_on": question.known_on, "is_day_alone": is_past,
                  "waiting": question.waiting if question.is_reviewer and not is_past else None},
    }


def _sentence(standing: PlanStanding) -> str:
    found = standing.judged
    return behind_their_path(found.judged, found.behind) if found.judged else ""


def _row(question: Asked, standing: PlanStanding, duty: Duty) -> dict:
    """A bureau's duties, and how it stands to its path with the way to the account of that."""
    if standing.plan is None:
        return {"duty": duty}
    figure = standing.figure_of(duty.bureau)
    if duty.bureau.code not in standing.parts:
        return {"duty": duty, "status": figure.status}
    why = explanation_of("plan", standing.plan, question.period, question.kept, bureau=duty.bureau.code)
    return {"duty": duty, "status": figure.status, "shown": shown(figure), "why_url": why}


def bureaus_then(question: Asked, then) -> dict:
    """What is said otherwise of a past day: how many had not reported by then, or that nobody has counted them yet."""
    if then.missing:
        return {"sentence": uncounted(then.missing), "missing": then.missing, "reporting_url": ""}
    late = sum(not duty.is_complete for duty in then.rows)
    said = {"sentence": had_reported(question.period, late, len(then.rows))} if then.rows else {}
    return said | {"missing": None, "reporting_url": _reporting(question)}


def _reporting(question: Asked) -> str:
    return with_kept(reverse("dashboard:reporting"), question.kept) if may(question.user, "review.read") else ""
