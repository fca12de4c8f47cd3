"""What looks wrong in the data: values that question themselves, facts that are missing, verdicts past their day.

The questions about values are those that their authors and reviewers are asked (`initiatives.flags`); nothing is judged
a second way here. Only what the reader may see one by one is looked at.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import BooleanField, Case, Exists, F, OuterRef, Q, Value, When, Window
from django.db.models.functions import Abs, Coalesce, Lag, NullIf
from django.db.models.lookups import GreaterThan
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.formats import day
from core.translations import Translated
from dashboard.asked import Asked
from dashboard.drawing import address, explanation_of, shorten
from dashboard.indicator_drawing import measured
from initiatives import flags
from initiatives.models import Evidence, Initiative, Update
from outcomes.choices import Direction, Kind, ValueState
from outcomes.models import Baseline, Indicator, Judgement, Measurement, NodeType, RollUp, Target
from outcomes.visibility import parts_for

LOOKED_BACK = 4
WITHOUT_BASELINE = {Kind.PER_PERIOD, Kind.MAINTAIN}
NEED_EVIDENCE = {flags.Flag.FALLING, flags.Flag.JUMP}

OFFICER = gettext_lazy("a strategy officer")
# Each kind: its name, why it matters, in the order of how much it bends a figure.
KINDS = {
    "falling": (
        gettext_lazy("Cumulative value falls"),
        gettext_lazy("A running total cannot fall: the value, or the one before it, is wrong."),
    ),
    "against_direction": (gettext_lazy("Value moves the wrong way"), gettext_lazy("It may be true; if it is not, the status is wrong.")),
    "jump": (gettext_lazy("Unusual jump"), gettext_lazy("A slip of a digit moves every total above it.")),
    "evidence_missing": (gettext_lazy("Evidence missing"), gettext_lazy("A surprising value that nothing supports cannot be relied on.")),
    "same_as_last": (gettext_lazy("Same value as last time"), gettext_lazy("It may have been copied and not measured.")),
    "no_target": (gettext_lazy("No target"), gettext_lazy("Without a target nobody can say whether it is on track.")),
    "no_baseline": (gettext_lazy("No baseline"), gettext_lazy("Without a baseline progress cannot be worked out.")),
    "stale": (gettext_lazy("Stale value"), gettext_lazy("Its last value is too old: it counts as unknown in every total.")),
    "judgement_overdue": (
        gettext_lazy("Judgement past its day"),
        gettext_lazy("It is no longer shown; confirm it, or let the computed status stand."),
    ),
    "no_owner": (gettext_lazy("Indicator without an owner"), gettext_lazy("Nobody answers for its values.")),
    "nobody_responsible": (gettext_lazy("Work without a responsible person"), gettext_lazy("Nobody is reminded when its update is due.")),
}  # fmt: skip


@dataclass(frozen=True)
class Finding:
    """One thing that looks wrong, who can mend it, and where."""

    kind: str
    subject: str
    url: str
    detail: str = ""
    who: str = ""
    mend_url: str = ""
    code: str = ""
    bureau: str = ""
    language: str = ""

    @property
    def label(self):
        return KINDS[self.kind][0]

    @property
    def why(self):
        return KINDS[self.kind][1]


@dataclass(frozen=True)
class Found:
    """A finding as far as it is sorted and counted; `draw` puts it in words, which a page asks of the rows that it shows."""

    kind: str
    code: str
    bureau: str
    draw: Callable[[], Finding]


def read_findings(question: Asked, period) -> list[Found]:
    """Every finding, the kinds in their order. Nine queries at most beside the frame's own, however many values there are."""
    indicators = {
        one.pk: one
        for one in Indicator.objects.measured().visible_to(question.user).select_related("expected_result__aim__plan")
        if one.expected_result.aim.plan.end_on >= question.today
    }
    found = [
        *_odd_values(question, indicators, period),
        *_undefined(indicators),
        *_stale(question, indicators, period),
        *_overdue(question),
        *_nobody(question),
    ]
    order = list(KINDS)
    return sorted(found, key=lambda one: (order.index(one.kind), one.code, one.bureau))


# values


@dataclass(frozen=True, slots=True)
class Suspect:
    """A value of the period beside the one before it, as far as a question about it goes."""

    indicator_id: int
    bureau_id: int | None
    bureau_code: str | None
    bureau_name: Translated | None
    ref: str
    now: Decimal
    was: Decimal


def _odd_values(question: Asked, indicators, period) -> list[Found]:
    if period is None:
        return []
    odd = [
        (flag, one) for one in _suspects(question, indicators, period) for flag in _raised(indicators[one.indicator_id], one)
    ]  # fmt: skip
    updates = _updates(question, [one for _flag, one in odd])
    found = [_about_value(question, indicators, updates, str(flag.value), one) for flag, one in odd]
    bare = {id(one): one for flag, one in odd if flag in NEED_EVIDENCE and _is_bare(updates, one)}
    return found + [_about_value(question, indicators, updates, "evidence_missing", one) for one in bare.values()]


def _suspects(question: Asked, indicators, period) -> list[Suspect]:
    """The reported values of the period that differ oddly from the one before, within a year. One query.

    The database looks at every value and leaves what may be odd; whether it is, `initiatives.flags` says.
    """
    earlier = [one for one in question.periods if one.start_on < period.start_on][:LOOKED_BACK]
    seen = Measurement.objects.current().visible_to(question.user).filter(
        indicator__in=indicators, state=ValueState.REPORTED, period__in=[*earlier, period]
    )  # fmt: skip
    line = [F("indicator_id"), F("bureau_id"), F("initiative_code")]
    compared = (
        seen.exclude(indicator__kind__in=flags.WITHOUT_PATH)
        .annotate(now=Coalesce("value", F("numerator") / NullIf(F("denominator"), Value(Decimal(0)))))
        .annotate(was=Window(Lag("now"), partition_by=line, order_by=F("period__start_on").asc()))
        .annotate(
            may_be_odd=Case(
                When(Q(period=period) & _may_be_odd(), then=Value(True)), default=Value(False), output_field=BooleanField()
            )
        )
    )
    columns = ("indicator_id", "bureau_id", "bureau__code", "bureau__name", "source_ref", "now", "was")
    return [Suspect(*row) for row in compared.filter(may_be_odd=True).values_list(*columns)]


def _may_be_odd() -> Q:
    """Everything that `flags.odd_about` may question, and little more."""
    factor = F("indicator__jump_factor")
    falls, rises = Q(now__lt=F("was")), Q(now__gt=F("was"))
    wrong_way = Q(indicator__direction=Direction.INCREASE) & falls | Q(indicator__direction=Direction.DECREASE) & rises
    jumps = Q(GreaterThan(Abs("now"), Abs("was") * factor)) | Q(GreaterThan(Abs("was"), Abs("now") * factor))
    return (
        Q(indicator__kind__in=flags.COUNTED_UP) & falls
        | ~Q(indicator__kind=Kind.PER_PERIOD) & wrong_way
        | jumps
        | Q(now=F("was"))
    )


def _raised(indicator: Indicator, one: Suspect) -> tuple[flags.Flag, ...]:
    now = flags.Measured(
        indicator.kind, indicator.direction, ValueState.REPORTED, one.now, indicator.jump_factor
    )
    return flags.odd_about(now, one.was)


def _updates(question: Asked, values: list[Suspect]) -> dict[str, Update]:
    """The updates that the values came from, as far as the reader may see them, with whether a file stands behind them."""
    refs = {one.ref for one in values if one.ref.startswith("update:")}
    keys = [int(ref.partition(":")[2]) for ref in refs if ref.partition(":")[2].isdecimal()]
    files = Evidence.objects.filter(update=OuterRef("pk"), removed_at=None)
    rows = Update.objects.visible_to(question.user).filter(pk__in=keys).select_related("initiative", "period")
    return {f"update:{row.pk}": row for row in rows.annotate(has_files=Exists(files))}


def _is_bare(updates: dict[str, Update], one: Suspect) -> bool:
    update = updates.get(one.ref)
    return update is not None and not update.has_files


def _about_value(question: Asked, indicators, updates, kind: str, one: Suspect) -> Found:
    indicator, update = indicators[one.indicator_id], updates.get(one.ref)
    return Found(
        kind, indicator.code, one.bureau_code or "", lambda: _drawn_value(question, kind, indicator, update, one)
    )


def _drawn_value(question: Asked, kind: str, indicator: Indicator, update: Update | None, one: Suspect) -> Finding:
    where = reverse("dashboard:initiative", args=[update.initiative.code]) + f"#update-{update.pk}" if update else ""
    if update is not None and question.user.bureau_id == one.bureau_id:
        where = reverse("initiatives:correct", args=[update.initiative.code, update.period.code])
    return Finding(
        kind,
        f"{indicator.code} {indicator.name}",
        explanation_of(NodeType.INDICATOR.value, indicator, None),
        _("%(before)s, then %(after)s") % {"before": measured(indicator, one.was), "after": measured(indicator, one.now)},
        _("%(bureau)s, by a correction") % {"bureau": f"\u2068{one.bureau_name}\u2069"} if one.bureau_name else str(OFFICER),
        where,
        indicator.code,
        one.bureau_code or "",
    )


# facts that are missing


def _undefined(indicators) -> list[Found]:
    with_target = set(Target.objects.current().filter(indicator__in=indicators).values_list("indicator", flat=True))
    with_baseline = set(Baseline.objects.current().filter(indicator__in=indicators).values_list("indicator", flat=True))
    found = []
    for pk, one in indicators.items():
        if pk not in with_target and one.range_low is None:
            found.append(_about_indicator("no_target", one))
        if pk not in with_baseline and one.kind not in WITHOUT_BASELINE:
            found.append(_about_indicator("no_baseline", one))
        if not one.owner:
            found.append(_about_indicator("no_owner", one))
    return found


def _about_indicator(kind: str, one: Indicator, detail: str = "") -> Found:
    def draw() -> Finding:
        return Finding(kind, f"{one.code} {one.name}", address(one), detail, str(OFFICER), address(one), one.code)

    return Found(kind, one.code, "", draw)


def _stale(question: Asked, indicators, period) -> list[Found]:
    rows = RollUp.objects.filter(
        node_type=NodeType.INDICATOR, node_id__in=indicators, bureau=None, measure="results", period=period, status="stale"
    )
    said = _("last observed on %(day)s")
    return [
        _about_indicator("stale", indicators[row.node_id], said % {"day": day(row.last_observed_on)})
        for row in rows.order_by("node_id")
    ]


def _overdue(question: Asked) -> list[Found]:
    rows = parts_for(question.user, Judgement.objects.current()).filter(expires_on__lt=question.today)
    rows = rows.select_related("aim__plan", "expected_result__aim__plan", "indicator").order_by("expires_on")
    return [_about_judgement(one, place) for place, one in enumerate(rows)]


def _about_judgement(one: Judgement, place: int) -> Found:
    def draw() -> Finding:
        node = one.aim or one.expected_result or one.indicator
        name = f"{node.code} {node.name}" if one.indicator_id else shorten(node)
        detail = _("expired on %(day)s") % {"day": day(one.expires_on)}
        return Finding("judgement_overdue", name, address(node), detail, str(OFFICER), address(node))

    return Found("judgement_overdue", f"{place:09}", "", draw)


def _nobody(question: Asked) -> list[Found]:
    """Work under way that nobody answers for."""
    rows = Initiative.objects.visible_to(question.user).filter(responsible=None, status="active").order_by()
    columns = ("code", "title", "language", "lead_bureau_id", "lead_bureau__code", "lead_bureau__name")
    return [_about_work(question, *row) for row in rows.values_list(*columns)]


def _about_work(question: Asked, code, title, language, bureau_id, bureau_code, bureau_name) -> Found:
    def draw() -> Finding:
        page = reverse("dashboard:initiative", args=[code])
        mend = reverse("initiatives:edit", args=[code]) if question.user.bureau_id == bureau_id else page
        who = f"\u2068{bureau_name}\u2069"
        return Finding("nobody_responsible", f"{code} {title}", page, "", who, mend, code, bureau_code, language)

    return Found("nobody_responsible", code, bureau_code, draw)
