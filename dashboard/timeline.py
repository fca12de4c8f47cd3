"""What is planned, late and ending: the work that matches, in the order of its last day, with its milestones."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import BooleanField, Count, ExpressionWrapper, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import Region
from core import keyset
from core.errors import Invalid
from dashboard import stood
from dashboard.asked import Asked
from goals.models import Aim
from initiatives.choices import InitiativeStatus
from initiatives.filtersets import InitiativeFilterSet
from initiatives.known_at import KnownAtFilterSet, missed_a_milestone
from initiatives.models import Contribution, Initiative, Milestone, Update
from initiatives.past import turn_back

PAGE = 30
MOST_IN_A_FILE = 5_000
SOON = timedelta(days=90)
BY_LAST_DAY = keyset.Order(("ends_on", "id"))
BY_LAST_DAY_THEN = keyset.Order(("stood_ends_on", "id"))
OPEN = (InitiativeStatus.PLANNED, InitiativeStatus.ACTIVE, InitiativeStatus.SUSPENDED)
SHOWS = ("open", "late", "ending", "starting", "all")
FILTERS = ("aim", "plan", "region", "bureau", "capability", "crime_area", "search")


@dataclass(frozen=True)
class Timeline:
    """One page of work with what its bars are drawn from, and how much there is of each sort."""

    show: str
    asked: dict[str, str]
    page: keyset.Page
    counts: dict[str, int]
    aims: list[Aim]
    regions: list[Region]
    today: date
    known_on: date | None
    kept: str
    main_aims: dict[int, Aim] = field(default_factory=dict)
    milestones: dict[int, list[Milestone]] = field(default_factory=dict)
    latest: dict[int, Update] = field(default_factory=dict)


def sort_of(show: str, on: date, *, is_past: bool = False) -> Q:
    """The work of one sort on the day; late is what runs past its last day or past a milestone that is not done.

    In the past it is asked of rows of `known_at` that say whether they `has_missed` a milestone.
    """
    status, starts_on, ends_on = (f"stood_{name}" if is_past else name for name in ("status", "starts_on", "ends_on"))
    missed = Q(has_missed=True) if is_past else Q(pk__in=_missed(on))
    is_open, soon = Q(**{f"{status}__in": OPEN}), on + SOON
    return {
        "open": is_open,
        "late": is_open & (Q(**{f"{ends_on}__lt": on}) | missed),
        "ending": is_open & Q(**{f"{ends_on}__gte": on, f"{ends_on}__lte": soon, f"{starts_on}__lte": on}),
        "starting": is_open & Q(**{f"{starts_on}__gt": on, f"{starts_on}__lte": soon}),
        "all": Q(),
    }[show]


def _missed(on: date):
    return Milestone.objects.filter(done_on=None, due_on__lt=on).order_by().values("initiative")


def read_timeline(request, question: Asked, *, size: int = PAGE) -> Timeline:
    """Nine queries beside the frame's own, one more for a day in the past, whatever the length.

    Raises Invalid for a sort or a cursor that is none.
    """
    show = request.GET.get("show", "") or "open"
    if show not in SHOWS:
        raise Invalid.on("show", _("Ask for one of: %(names)s.") % {"names": ", ".join(SHOWS)})
    asked = {name: request.GET[name] for name in FILTERS if request.GET.get(name)}
    is_past = question.moment is not None
    filterset, order = (KnownAtFilterSet, BY_LAST_DAY_THEN) if is_past else (InitiativeFilterSet, BY_LAST_DAY)
    rows = stood.work_then(question) if is_past else Initiative.objects.visible_to(question.user)
    filters = filterset(asked, queryset=rows.select_related("lead_bureau"), request=request)
    found = filters.qs if filters.is_valid() else rows.none()
    if is_past:
        found = found.annotate(has_missed=ExpressionWrapper(missed_a_milestone(question.today), BooleanField()))
    sorts = {name: sort_of(name, question.today, is_past=is_past) for name in SHOWS}
    counts = found.order_by().aggregate(**{name: Count("pk", filter=sorts[name]) for name in SHOWS[:-1]})
    cursor = request.GET.get("cursor", "")
    read = keyset.read_objects if is_past else _by_their_keys
    page = keyset.page_of(found.filter(sorts[show]), order=order, cursor=cursor, size=size, read=read)
    aims = Aim.objects.visible_to(question.user).exclude(plan__status="draft").select_related("plan")
    keys = [one.pk for one in page.items]
    pasts = turn_back(page.items, question.moment) if is_past else {}
    aims, regions, every_aim, shares, milestones, latest = question.rows(
        aims.order_by("-plan__start_on", "number"), Region.objects.all(), Aim.objects.select_related("plan"), _shares(keys),
        _milestones(keys), _latest(question, keys),
    )  # fmt: skip
    every_aim = {one.pk: one for one in every_aim}
    return Timeline(
        show, asked, page, counts, aims, regions, question.today, question.known_on, question.kept,
        {work: every_aim[aim] for work, aim, *_share in shares} | stood.main_aims(question, page.items, pasts),
        _of_each(milestones) | stood.steps_then(page.items, pasts), {row.initiative_id: row for row in latest},
    )  # fmt: skip


def _by_their_keys(queryset, columns) -> list[tuple[tuple, Initiative]]:
    """The keys first, which an index gives by itself however much is passed over, then the work. Two queries."""
    keys = list(queryset.values_list(*columns))
    rows = Initiative.objects.order_by().select_related("lead_bureau").in_bulk([key[-1] for key in keys])
    return [(key, rows[key[-1]]) for key in keys if key[-1] in rows]


def _shares(keys: list[int]) -> QuerySet:
    """Work and aim of each share; the aim of a work's last one is the one that most of it goes to. No texts: a file has thousands."""
    rows = Contribution.objects.filter(initiative__in=keys).order_by("share", "-expected_result")
    return rows.values_list("initiative", "expected_result__aim", "share", "expected_result")


def _milestones(keys: list[int]) -> QuerySet:
    return Milestone.objects.filter(initiative__in=keys).order_by("due_on", "id")


def _of_each(milestones: list[Milestone]) -> dict[int, list[Milestone]]:
    found: dict[int, list[Milestone]] = {}
    for row in milestones:
        found.setdefault(row.initiative_id, []).append(row)
    return found


def _latest(question: Asked, keys: list[int]) -> QuerySet:
    """What was validated last about each piece of work, of what the reader may see: how delivery stands, and no texts."""
    rows = Update.objects.visible_to(question.user).known_at(question.moment).filter(initiative__in=keys)
    rows = rows.order_by("initiative_id", "-period__start_on").distinct("initiative_id")
    return rows.only("initiative_id", "delivery_percent", "delivery_status", "validated_at")


def status_of_work(one: Initiative, latest: Update | None, on: date) -> str:
    """The status that the bar is drawn in: late is off track; else what the bureau said last."""
    if one.status == InitiativeStatus.COMPLETED:
        return "achieved"
    if one.status == InitiativeStatus.CANCELLED:
        return "no_data"
    if one.ends_on < on:
        return "off_track"
    if one.starts_on > on:
        return "too_early"
    return latest.delivery_status if latest is not None and latest.delivery_status else "no_data"
