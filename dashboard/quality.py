"""What looks wrong in the data: values that question themselves, facts that are missing, verdicts past their day.

The questions about values are those that their authors and reviewers are asked (`initiatives.flags`); nothing is judged
a second way here. Only what the reader may see one by one is looked at.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from core.errors import NotFound
from core.formats import day
from core.together import Steps, only
from dashboard.asked import Asked
from dashboard.day_jobs import at_once_steps
from dashboard.drawing import address, shorten, with_kept
from dashboard.findings import KINDS, OFFICER, Finding, Found
from dashboard.odd_values import odd_values
from dashboard.quality_then import indicators_then, mended, nobody_then, stale_then
from goals.models import Aim
from initiatives.models import Initiative
from outcomes.choices import Kind
from outcomes.models import Baseline, Indicator, Judgement, NodeType, RollUp, Target
from outcomes.visibility import parts_for

MOST_OF_A_KIND = 1_000
MOST_IN_A_FILE = 5_000
WITHOUT_BASELINE = {Kind.PER_PERIOD, Kind.MAINTAIN}


@dataclass(frozen=True)
class Findings:
    """Everything that was found, the kinds in their order; of the kinds in `capped` there is more.

    Where there are very many values they are looked at for one aim at a time: `aims` to choose from, and the `aim` chosen.
    Of the kinds in `untold` nobody knows, because the figures of the day have not been worked out.
    """

    found: list[Found]
    capped: frozenset[str] = frozenset()
    aims: tuple[Aim, ...] = ()
    aim: Aim | None = None
    untold: frozenset[str] = frozenset()


def read_findings(question: Asked, period, *, aim: str = "", most: int = MOST_OF_A_KIND) -> Findings:
    """What looks wrong, at most so many of each kind. Three queries, however many values there are.

    On a past day what looked wrong in what was known by then (a few queries more).
    `aim` is the key of the aim whose values are looked at, where they are too many for all at once. Raises NotFound.
    """
    seen, is_at_once, overdue, (nobody, is_more_nobody), _at = question.together(
        _indicators(question), at_once_steps(), only(_overdue(question)), _nobody(question, most), question.with_figures_at()
    )
    indicators = {one.pk: one for one in seen if one.expected_result.aim.plan.end_on >= question.today}
    aims = () if is_at_once else _aims_of(indicators.values())
    chosen = _chosen(aims, aim)
    looked_at = {pk: one for pk, one in indicators.items() if chosen is None or one.expected_result.aim == chosen}
    (odd, is_more_odd), (stale, is_told), undefined = question.together(
        odd_values(question, looked_at, period, most), _stale(question, indicators, period, is_at_once),
        _undefined(question, indicators),
    )  # fmt: skip
    judged = [_about_judgement(question, one, place) for place, one in enumerate(overdue)]
    found = [*odd, *undefined, *stale, *judged, *nobody]
    capped = {one.kind for one in odd} if is_more_odd else set()
    order = list(KINDS)
    found.sort(key=lambda one: (order.index(one.kind), one.code, one.bureau))
    capped |= {"nobody_responsible"} if is_more_nobody else set()
    return Findings(found, frozenset(capped), aims, chosen, untold=frozenset() if is_told else frozenset({"stale"}))


def _indicators(question: Asked) -> Steps[list[Indicator]]:
    """Those that are measured, and that the reader may see; of a past day those that were, and that they could see then too."""
    seen = Indicator.objects.visible_to(question.user).select_related("expected_result__aim__plan")
    if question.moment is None:
        return (yield from only(seen.measured()))
    return (yield from indicators_then(question, seen))


def _aims_of(indicators) -> tuple[Aim, ...]:
    found = {one.expected_result.aim_id: one.expected_result.aim for one in indicators}
    return tuple(sorted(found.values(), key=lambda aim: (aim.plan.start_on, aim.number)))


def _chosen(aims: tuple[Aim, ...], key: str) -> Aim | None:
    if not aims or not key:
        return aims[0] if aims else None
    found = next((aim for aim in aims if str(aim.pk) == key), None)
    if found is None:
        raise NotFound(_("There is nothing here, or nothing that you may see."))
    return found


# facts that are missing


def _undefined(question: Asked, indicators) -> Steps[list[Found]]:
    known = [model.objects.known_at(question.moment).filter(indicator__in=indicators) for model in (Target, Baseline)]
    with_target, with_baseline = map(set, (yield [rows.values_list("indicator", flat=True) for rows in known]))
    found = []
    for pk, one in indicators.items():
        if pk not in with_target and one.range_low is None:
            found.append(_about_indicator(question, "no_target", one))
        if pk not in with_baseline and one.kind not in WITHOUT_BASELINE:
            found.append(_about_indicator(question, "no_baseline", one))
        if not one.owner:
            found.append(_about_indicator(question, "no_owner", one))
    return found


def _about_indicator(question: Asked, kind: str, one: Indicator, detail: str = "") -> Found:
    def draw() -> Finding:
        page = address(one, question.kept)
        return Finding(kind, f"{one.code} {one.name}", page, detail, str(OFFICER), mended(question, page), one.code)

    return Found(kind, one.code, "", draw)


def _stale(question: Asked, indicators, period, is_at_once: bool) -> Steps[tuple[list[Found], bool]]:
    """The indicators whose last value was too old, and whether that can be told."""
    if question.moment:
        told = yield from stale_then(question, indicators, period, is_at_once)
    else:
        told = yield from only(_stale_now(indicators, period))
    said = _("last observed on %(day)s")
    found = [
        _about_indicator(question, "stale", indicators[pk], said % {"day": day(on)}) for pk, on in sorted(told or ())
    ]  # fmt: skip
    return found, told is not None


def _stale_now(indicators, period) -> QuerySet:
    rows = RollUp.objects.filter(
        node_type=NodeType.INDICATOR, node_id__in=indicators, bureau=None, measure="results", period=period, status="stale"
    )
    return rows.values_list("node_id", "last_observed_on")


def _overdue(question: Asked) -> QuerySet:
    rows = parts_for(question.user, Judgement.objects.known_at(question.moment)).filter(expires_on__lt=question.today)
    return rows.select_related("aim__plan", "expected_result__aim__plan", "indicator").order_by("expires_on")


def _about_judgement(question: Asked, one: Judgement, place: int) -> Found:
    def draw() -> Finding:
        node = one.aim or one.expected_result or one.indicator
        name = f"{node.code} {node.name}" if one.indicator_id else shorten(node)
        detail = _("expired on %(day)s") % {"day": day(one.expires_on)}
        page = address(node, question.kept)
        return Finding("judgement_overdue", name, page, detail, str(OFFICER), mended(question, page))

    return Found("judgement_overdue", f"{place:09}", "", draw)


def _nobody(question: Asked, most: int) -> Steps[tuple[list[Found], bool]]:
    """Work under way that nobody answers for, and whether there is more of it."""
    if question.moment is not None:
        found = yield from nobody_then(question, most + 1)
    else:
        rows = Initiative.objects.visible_to(question.user).filter(responsible=None, status="active")
        columns = ("code", "title", "language", "lead_bureau_id", "lead_bureau__code", "lead_bureau__name")
        found = yield from only(rows.order_by("code").values_list(*columns)[: most + 1])
    return [_about_work(question, *row) for row in found[:most]], len(found) > most


def _about_work(question: Asked, code, title, language, bureau_id, bureau_code, bureau_name) -> Found:
    def draw() -> Finding:
        page = with_kept(reverse("dashboard:initiative", args=[code]), question.kept)
        mend = reverse("initiatives:edit", args=[code]) if question.user.bureau_id == bureau_id else page
        mend = mended(question, mend)
        who = f"\u2068{bureau_name}\u2069"
        return Finding("nobody_responsible", f"{code} {title}", page, "", who, mend, code, bureau_code, language)

    return Found("nobody_responsible", code, bureau_code, draw)
