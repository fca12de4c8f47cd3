"""What the pages of an indicator's administration show: the list with its filters, and one indicator with its history."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.errors import NotFound
from core.formats import number, said_of, with_unit
from core.models import AuditRecord
from core.together import answered
from goals.models import Aim, Plan, PlanStatus
from outcomes.choices import Direction, IndicatorState, Kind
from outcomes.direct import is_direct
from outcomes.kinds import shape_of, step_word
from outcomes.models import Baseline, ExpectedResult, Indicator, Measurement, ProposedValue, Target
from outcomes.targets import is_share, shown
from outcomes.yes_no import is_count_of_yes, is_yes_or_no, said

MOST_ROWS, MOST_VALUES = 150, 60
FILTERS = {
    "proposed": gettext_lazy("proposed"),
    "adopted": gettext_lazy("adopted"),
    "retired": gettext_lazy("retired"),
    "no_baseline": gettext_lazy("no baseline"),
    "no_target": gettext_lazy("no target"),
    "no_values": gettext_lazy("no values"),
}


@dataclass(frozen=True)
class Wanted:
    """What the list is asked for: a plan's code, one of FILTERS, a kind; empty is all."""

    plan: str = ""
    show: str = ""
    kind: str = ""

    @classmethod
    def asked(cls, query) -> Wanted:
        return cls(query.get("plan", "")[:60], query.get("show", "")[:20], query.get("kind", "")[:12])

    def link(self, **other) -> str:
        """The address of the list with something else asked for."""
        kept = {**self.__dict__, **other}
        query = "&".join(f"{name}={value}" for name, value in kept.items() if value)
        return reverse("outcomes:indicators") + (f"?{query}" if query else "")


def plans_for(user) -> list[Plan]:
    """The plans that have indicators to change, those in force first."""
    order = {PlanStatus.IN_FORCE: 0, PlanStatus.DRAFT: 1, PlanStatus.CLOSED: 2}
    return sorted(Plan.objects.visible_to(user), key=lambda plan: (order[plan.status], -plan.start_on.toordinal()))


def read_list(user, wanted: Wanted) -> dict:
    """Two queries: the plans, and every indicator of the one that was asked for. Raises NotFound for a hidden plan."""
    plans = plans_for(user)
    plan = next((one for one in plans if one.code == wanted.plan), None) if wanted.plan else next(iter(plans), None)
    if plan is None and wanted.plan:
        raise NotFound(_("There is nothing here, or nothing that you may see."))
    rows = list(_listed(user, plan)) if plan else []
    found = [one for one in rows if _matches(one, wanted)]
    return {
        "plan": plan,
        "tabs": [{"label": one.title, "url": wanted.link(plan=one.code), "current": one == plan} for one in plans],
        "chips": _chips(rows, wanted),
        "kinds": Kind.choices,
        "wanted": wanted,
        "rows": [_row(one) for one in found[:MOST_ROWS]],
        "left_out": max(0, len(found) - MOST_ROWS),
        "is_filtered": bool(wanted.show or wanted.kind),
        "clear_url": wanted.link(show="", kind=""),
        "sentence": _list_sentence(rows),
    }


def _listed(user, plan):
    def has(rows):
        return Exists(rows.current().filter(indicator=OuterRef("pk")))

    rows = Indicator.objects.visible_to(user).filter(expected_result__aim__plan=plan)
    return (
        rows.annotate(
            has_baseline=has(Baseline.objects), has_target=has(Target.objects), has_values=has(Measurement.objects)
        )
        .select_related("expected_result__aim")
        .order_by("expected_result__aim__number", "expected_result__number", "code")
    )


def _is(one: Indicator, name: str) -> bool:
    if name in IndicatorState.values:
        return one.state == name
    return _lacks(one, name.removeprefix("no_")) and one.state != IndicatorState.RETIRED


def _lacks(one: Indicator, what: str) -> bool:
    """Whether something is missing that its kind needs: kept levels and counts per period need no baseline."""
    if what == "baseline" and one.kind in (Kind.MAINTAIN, Kind.PER_PERIOD):
        return False
    if what == "target" and one.direction == Direction.WITHIN:
        return False
    return not getattr(one, f"has_{what}")


def _matches(one: Indicator, wanted: Wanted) -> bool:
    return (wanted.show not in FILTERS or _is(one, wanted.show)) and wanted.kind in ("", one.kind)


def _chips(rows, wanted: Wanted) -> list[dict]:
    return [
        {"label": label, "on": name == wanted.show, "url": wanted.link(show="" if name == wanted.show else name),
         "count": sum(1 for one in rows if _is(one, name))}
        for name, label in FILTERS.items()
    ]  # fmt: skip


def _row(one: Indicator) -> dict:
    lacks = [FILTERS[f"no_{name}"] for name in ("baseline", "target", "values") if _lacks(one, name)]
    return {
        "code": one.code,
        "name": one.name,
        "url": reverse("outcomes:indicator", args=[one.code]),
        "result": f"{one.expected_result.aim.number}.{one.expected_result.number}",
        "kind": shape_of(one).label,
        "state": one.get_state_display(),
        "tag": {"proposed": "open", "adopted": "good", "retired": "quiet"}[one.state],
        "lacks": lacks,
    }


def _list_sentence(rows) -> str:
    proposed = sum(1 for one in rows if one.state == IndicatorState.PROPOSED)
    lacking = sum(1 for one in rows if _is(one, "no_target") or _is(one, "no_baseline"))
    if not rows:
        return _("This plan has no indicator yet.")
    words = ngettext("%(n)s indicator", "%(n)s indicators", len(rows)) % {"n": len(rows)}
    return _("%(all)s; %(proposed)s proposed, %(lacking)s without a baseline or a target.") % {
        "all": words, "proposed": proposed, "lacking": lacking,
    }  # fmt: skip


def find(user, code: str) -> Indicator:
    """The indicator, if the person may see it. Raises NotFound otherwise."""
    rows = Indicator.objects.visible_to(user).select_related("expected_result__aim__plan")
    found = rows.filter(code=code[:24]).first()
    if found is None:
        raise NotFound(_("There is nothing here, or nothing that you may see."))
    return found


def results_of(user, plan: Plan | None) -> list[dict]:
    """The aims of a plan with their expected results, to choose from. Two queries."""
    aims = Aim.objects.standing().visible_to(user).filter(plan=plan).order_by("number")
    return list(aims.prefetch_related(Prefetch("results", ExpectedResult.objects.standing().order_by("number"))))


def read_indicator(user, indicator: Indicator, *, may_edit: bool) -> dict:
    """The indicator with everything that is recorded of it. One query."""
    baselines, targets, values, waiting, former = answered(
        indicator.baselines.select_related("recorded_by").order_by("-revision"),
        indicator.targets.select_related("recorded_by").order_by("due_on", "-revision"),
        _values(user, indicator),
        ProposedValue.objects.visible_to(user).waiting().filter(indicator=indicator).select_related("period", "bureau"),
        indicator.former_definitions.select_related("recorded_by").order_by("-revision"),
    )
    aim = indicator.expected_result.aim
    return {
        "indicator": indicator,
        "result": indicator.expected_result,
        "aim": aim,
        "shape": shape_of(indicator),
        "steps": [said_of(step["value"], step_word(step)) for step in indicator.scale],
        "baselines": [_fact(indicator, one, one.on) for one in baselines],
        "targets": [_fact(indicator, one, one.due_on) for one in targets],
        "values": [_value(indicator, one, may_edit) for one in values[:MOST_VALUES]],
        "waiting": waiting,
        "left_out": len(values) > MOST_VALUES,
        "former": former,
        "sentence": _sentence(indicator, baselines, targets, values),
        "grid_url": reverse("outcomes:targets", args=[aim.plan.code]) + f"?aim={aim.number}",
        "has_values": bool(values),
        "may_edit": may_edit,
        "handling_level": indicator.handling if indicator.handling >= 2 else None,
    }


def _values(user, indicator: Indicator) -> QuerySet:
    rows = Measurement.objects.visible_to(user).current().filter(indicator=indicator)
    rows = rows.select_related("bureau", "period", "recorded_by")
    return rows.order_by("-period__start_on", "bureau__code", "initiative_code")[: MOST_VALUES + 1]


def _fact(indicator, row, on) -> dict:
    return {
        "on": on, "value": measured(indicator, row.value), "revision": row.revision, "is_current": row.is_current,
        "recorded_at": row.recorded_at, "by": row.recorded_by, "reason": row.reason,
    }  # fmt: skip


def parts_of(indicator, row) -> str:
    """The number or the two numbers of a value; nothing where it has none."""
    if row.numerator is not None:
        return f"{number(row.numerator)} ÷ {number(row.denominator)}"
    return measured(indicator, row.value) if row.value is not None else ""


def _value(indicator, row, may_edit: bool) -> dict:
    drawn = parts_of(indicator, row)
    return {
        "row": row, "value": drawn, "is_direct": is_direct(row), "note": row.source_note,
        "url": reverse("outcomes:correct_value", args=[row.pk]) if may_edit and is_direct(row) else "",
    }  # fmt: skip


def measured(indicator: Indicator, value) -> str:
    """A number of an indicator with its unit, exact."""
    drawn = said(indicator, shown(indicator, value))
    if indicator.unit == "percent":
        return drawn + " %"
    return drawn if is_yes_or_no(indicator) else with_unit(drawn, str(indicator.unit_label), value)


def _sentence(indicator, baselines, targets, values) -> str:
    current = sum(1 for one in targets if one.is_current)
    return _("It is %(state)s: %(baseline)s, %(targets)s, %(values)s.") % {
        "state": indicator.get_state_display(),
        "baseline": _("a baseline") if any(one.is_current for one in baselines) else _("no baseline yet"),
        "targets": ngettext("%(n)s target", "%(n)s targets", current) % {"n": current} if current else _("no target yet"),
        "values": _("values reported") if values else _("no values yet"),
    }


def unit_words(indicator: Indicator) -> str:
    """What is written beside an input."""
    if is_count_of_yes(indicator):
        return str(indicator.unit_label) or _("bureaus that have reached it")
    if is_yes_or_no(indicator):
        return _("yes or no")
    return "%" if is_share(indicator) or indicator.unit == "percent" else str(indicator.unit_label)


def last_writer(record) -> str:
    """Who changed the record last, as the trail says."""
    rows = AuditRecord.objects.filter(target_type=record._meta.label_lower, target_id=str(record.pk))
    return rows.order_by("-seq").values_list("actor_label", flat=True).first() or ""
