"""Values that question themselves beside the one before: what their authors and reviewers are asked (`initiatives.flags`).

The database looks at every value and leaves what may be odd; of very many it leaves those that bend a figure most.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, Value, When, Window
from django.db.models.functions import Abs, Coalesce, Lag, NullIf
from django.db.models.lookups import GreaterThan
from django.urls import reverse
from django.utils.translation import gettext as _

from core.together import Steps, only
from core.translations import Translated
from dashboard.asked import Asked
from dashboard.drawing import explanation_of, with_kept
from dashboard.findings import OFFICER, Finding, Found
from dashboard.indicator_drawing import measured
from dashboard.quality_then import values_then
from initiatives import flags
from initiatives.models import Evidence, Update
from initiatives.wording import number_words, own_unit
from outcomes.choices import CombineBureaus, Direction, Kind, ValueState
from outcomes.models import Indicator, NodeType

LOOKED_BACK = 4
NEED_EVIDENCE = {flags.Flag.FALLING, flags.Flag.JUMP}


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


def odd_values(question: Asked, indicators, period, most: int) -> Steps[tuple[list[Found], bool]]:
    """What questions itself among the values of the indicators in the period, and whether more than `most` may. Two rounds."""
    if period is None:
        return [], False
    suspects = yield from _suspects(question, indicators, period, most)
    odd = [(flag, one) for one in suspects[:most] for flag in _raised(indicators[one.indicator_id], one)]
    updates = yield from _updates(question, [one for _flag, one in odd])
    found = [_about_value(question, indicators, updates, str(flag.value), one) for flag, one in odd]
    bare = {id(one): one for flag, one in odd if flag in NEED_EVIDENCE and _is_bare(updates, one)}
    found += [_about_value(question, indicators, updates, "evidence_missing", one) for one in bare.values()]
    return found, len(suspects) > most


def _suspects(question: Asked, indicators, period, most: int) -> Steps[list[Suspect]]:
    """The reported values of the period that differ oddly from the one before, within a year. One round.

    The database looks at every value and leaves what may be odd; whether it is, `initiatives.flags` says.
    """
    earlier = [one for one in question.periods if one.start_on < period.start_on][:LOOKED_BACK]
    seen = values_then(question).filter(
        indicator__in=indicators, state=ValueState.REPORTED, period__in=[*earlier, period]
    )  # fmt: skip
    line = [F("indicator_id"), F("bureau_id"), F("initiative_code")]
    compared = (
        seen.exclude(indicator__kind__in=flags.WITHOUT_PATH)
        .annotate(now=Coalesce("value", F("numerator") / NullIf(F("denominator"), Value(Decimal(0)))))
        .annotate(was=Window(Lag("now"), partition_by=line, order_by=F("period__start_on").asc()))
        .annotate(
            oddity=Case(
                *(When(Q(period=period) & odd, then=Value(place)) for place, odd in enumerate(_oddities())),
                output_field=IntegerField(),
            )
        )
    )
    columns = ("indicator_id", "bureau_id", "bureau__code", "bureau__name", "source_ref", "now", "was")
    rows = compared.filter(oddity__isnull=False).order_by("oddity", "indicator_id", "bureau_id", "initiative_code")
    return [Suspect(*row) for row in (yield from only(rows.values_list(*columns)[: most + 1]))]


def _oddities() -> list[Q]:
    """Everything that `flags.odd_about` may question, and little more; what bends a figure most first."""
    factor = F("indicator__jump_factor")
    falls, rises = Q(now__lt=F("was")), Q(now__gt=F("was"))
    wrong_way = Q(indicator__direction=Direction.INCREASE) & falls | Q(indicator__direction=Direction.DECREASE) & rises
    return [
        Q(indicator__kind__in=flags.COUNTED_UP) & falls,
        Q(GreaterThan(Abs("now"), Abs("was") * factor)) | Q(GreaterThan(Abs("was"), Abs("now") * factor)),
        ~Q(indicator__kind=Kind.PER_PERIOD) & wrong_way,
        Q(now=F("was")),
    ]


def _raised(indicator: Indicator, one: Suspect) -> tuple[flags.Flag, ...]:
    now = flags.Measured(
        indicator.kind, indicator.direction, ValueState.REPORTED, one.now, indicator.jump_factor
    )
    return flags.odd_about(now, one.was)


def _updates(question: Asked, values: list[Suspect]) -> Steps[dict[str, Update]]:
    """The updates that the values came from, as far as the reader may see them, with whether a file stands behind them."""
    refs = {one.ref for one in values if one.ref.startswith("update:")}
    keys = [int(ref.partition(":")[2]) for ref in refs if ref.partition(":")[2].isdecimal()]
    files = Evidence.objects.filter(update=OuterRef("pk"), removed_at=None)
    if question.moment is not None:
        kept = Q(removed_at=None) | Q(removed_at__gt=question.moment)
        files = Evidence.objects.filter(kept, update=OuterRef("pk"), uploaded_at__lte=question.moment)
    rows = Update.objects.visible_to(question.user).filter(pk__in=keys).select_related("initiative", "period")
    rows = rows.only("initiative__code", "period__code").annotate(has_files=Exists(files))  # no texts: a file names thousands
    return {f"update:{row.pk}": row for row in (yield from only(rows))}


def _is_bare(updates: dict[str, Update], one: Suspect) -> bool:
    update = updates.get(one.ref)
    return update is not None and not update.has_files


def _about_value(question: Asked, indicators, updates, kind: str, one: Suspect) -> Found:
    indicator, update = indicators[one.indicator_id], updates.get(one.ref)
    return Found(
        kind, indicator.code, one.bureau_code or "", lambda: _drawn_value(question, kind, indicator, update, one)
    )


def _drawn_value(question: Asked, kind: str, indicator: Indicator, update: Update | None, one: Suspect) -> Finding:
    where, chosen = "", question.period if question.period_code else None
    if update is not None:
        page = reverse("dashboard:initiative", args=[update.initiative.code])
        where = f"{with_kept(page, question.kept)}#update-{update.pk}"
    if question.known_on is not None:
        where = ""
    elif update is not None and question.user.bureau_id == one.bureau_id:
        where = reverse("initiatives:correct", args=[update.initiative.code, update.period.code])
    return Finding(
        kind,
        f"{indicator.code} {indicator.name}",
        explanation_of(NodeType.INDICATOR.value, indicator, chosen, question.kept),
        _("%(before)s, then %(after)s") % {"before": _said(indicator, one, one.was), "after": _said(indicator, one, one.now)},
        _("%(bureau)s, by a correction") % {"bureau": f"\u2068{one.bureau_name}\u2069"} if one.bureau_name else str(OFFICER),
        where,
        indicator.code,
        one.bureau_code or "",
    )


def _said(indicator: Indicator, one: Suspect, value: Decimal) -> str:
    """A value as its author said it: a bureau that is counted once it reaches a level did not answer with a count."""
    is_counted = one.bureau_id is not None and indicator.combine_bureaus == CombineBureaus.COUNT_MEETING
    if is_counted and indicator.kind != Kind.RATIO:
        return number_words(value, indicator, own_unit(indicator))
    return measured(indicator, value)
