"""The page behind every figure: formula, inputs, weights, thresholds, and the updates that they came from."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from urllib.parse import parse_qsl, urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Bureau
from core.errors import Invalid, NotFound
from core.formats import day, number, percent
from dashboard.asked import Asked
from dashboard.drawing import address, crumbs, explanation_of, shorten, with_kept
from dashboard.explained_steps import formula_of, worked_step
from dashboard.indicator_drawing import measured, per_hundred
from dashboard.plan_charts import coverage_chart
from dashboard.plans import period_for
from goals.models import Aim, Plan
from initiatives import explain as delivery_explain
from initiatives.models import Update
from outcomes import explain
from outcomes.choices import Measure, ValueState
from outcomes.models import NodeType
from outcomes.visibility import NODES, node_for

MOST_ANSWERS = 200


def read_explanation(question: Asked, node_type: str, node_id: int, *, measure: str = "", bureau: str = "") -> dict:
    """Everything that a stranger needs to work the figure out again, as the reader may see it.

    Raises NotFound for what is hidden or absent, Invalid for a measure or bureau that is none.
    """
    if node_type not in NodeType.values:
        raise NotFound
    node = node_for(question.user, node_type, node_id)
    measure = measure or Measure.RESULTS
    period = period_for(question, _plan_of(node))
    about = {
        "node": node,
        "node_type": node_type,
        "code": node.code if node_type == "indicator" else "",
        "title": shorten_name(node) if node_type == "indicator" else shorten(node),
        "node_url": address(node, question.kept),
        "crumbs": crumbs(kept=question.kept),
        "period": period,
    }
    if period is None:
        return {**about, "is_too_early": True}
    account = _account(question, node, period, measure, bureau)
    told = account.explanation or {}
    many = sum(one["name"] == "answer" for one in told.get("inputs", []))
    return {
        **about,
        "measure": Measure(measure),
        "account": account,
        "formula": formula_of(told, node),
        "steps": [worked_step(step, node) for step in told.get("steps", [])],
        "answers": _answers(question, told, node),
        "given": _given(told, node),
        "children": _children(question, told, (node_type, node, period, measure)),
        "thresholds": told.get("thresholds"),
        "tabs": _tabs(question, node_type, node_id, measure, bureau),
        "more_answers": max(0, many - MOST_ANSWERS),
        "as_json": "" if many > MOST_ANSWERS else json.dumps(told, ensure_ascii=False, indent=1),
        "json_url": _whole_account(question, node_type, node_id, period, measure, bureau),
        "stamp": stamp_of(question, account.newest_value_at, is_restricted=account.is_restricted),
        "known_on": question.known_on,
        "coverage": coverage_chart(account.row) if told.get("formula") == "roll_up" else None,
        "coverage_csv": _coverage_csv(question, node_type, node_id, measure, bureau),
    }


def _plan_of(node) -> Plan:
    """The plan that the node stands in; `node_for` read it with the node."""
    if isinstance(node, Plan):
        return node
    return node.plan if isinstance(node, Aim) else getattr(node, "expected_result", node).aim.plan


def _coverage_csv(question: Asked, node_type: str, node_id: int, measure: str, bureau: str) -> str:
    """The file of the chart of coverage, of the same measure and bureau."""
    asked = {key: value for key, value in (("measure", measure), ("bureau", bureau)) if value}
    here = reverse("dashboard:explain_coverage_csv", args=[node_type, node_id])
    return with_kept(here, urlencode({**dict(parse_qsl(question.kept)), **asked}))


def stamp_of(question: Asked, newest_at, *, is_restricted: bool) -> dict | None:
    """When the figure was last known; of what is restricted nothing is said, not even that there is nothing."""
    return None if is_restricted else {"known_at": newest_at, "waiting": None, "known_on": question.known_on}


def shorten_name(node) -> str:
    return str(node.name)


def _account(question: Asked, node, period, measure: str, bureau: str):
    if measure not in Measure.values:
        raise Invalid.on("measure", _("Ask for results or for delivery."))
    of = None
    if bureau:
        of = Bureau.objects.filter(code=bureau[:12]).first()
        if of is None:
            raise NotFound
    read = delivery_explain.explain if measure == Measure.DELIVERY else explain.explain
    return read(node, period, reader=question.user, bureau=of, as_of=question.moment)


def _tabs(question: Asked, node_type: str, node_id: int, measure: str, bureau: str) -> list[dict]:
    """Results and delivery side by side, never blended; an indicator has results only."""
    if node_type == NodeType.INDICATOR:
        return []
    here = reverse("dashboard:explain", args=[node_type, node_id])
    kept = dict(parse_qsl(question.kept)) | ({"bureau": bureau} if bureau else {})
    return [
        {"label": one.label, "url": with_kept(here, urlencode({**kept, "measure": one.value})), "current": one == measure}
        for one in Measure
    ]


def _day(text: str | None) -> str:
    return day(date.fromisoformat(text)) if text else ""


def _given(told: dict, node) -> list[dict]:
    """Baseline and targets with the revision that they come from."""
    names = {"baseline": _("Baseline"), "target": _("Target")}
    return [
        {"name": names[one["name"]], "on": _day(one["value"]["on"]), "source": one["source_ref"],
         "value": measured(node, Decimal(one["value"]["value"]))}
        for one in told.get("inputs", []) if one["name"] in names and hasattr(node, "unit")
    ]  # fmt: skip


def _answers(question: Asked, told: dict, node) -> list[dict]:
    """The bureaus' newest answers, each with the update it came from where the reader may see that."""
    given = [one for one in told.get("inputs", []) if one["name"] == "answer"]
    shown = sorted(given, key=_newest_first, reverse=True)[:MOST_ANSWERS]
    updates = _updates(question, shown)
    return [_answer(one, node, updates) for one in shown]


def _whole_account(question: Asked, node_type: str, node_id: int, period, measure: str, bureau: str) -> str:
    """Where the same account stands for machines, however many answers it rests on."""
    asked = {"period": period.code, "measure": measure, "bureau": bureau, "as_of": question.known_on or ""}
    here = reverse("api:progress-explain", args=[node_type, node_id])
    return with_kept(here, urlencode({key: value for key, value in asked.items() if value}))


def _newest_first(one: dict):
    return (one["value"]["period_end_on"] or "", one["value"]["bureau"] or "")


def _answer(one: dict, node, updates: dict) -> dict:
    value = one["value"]
    parts = one["source_ref"].split()
    update = updates.get(next((part for part in parts if part.startswith("update:")), ""))
    return {
        "bureau": value["bureau"],
        "initiative": value["initiative"],
        "state": ValueState(value["state"]).label,
        "value": _answered(value, node),
        "observed_on": _day(value["observed_on"]),
        "until": value["period_end_on"],
        "source": parts[0] if parts else "",
        "update": update,
    }


def _answered(value: dict, node) -> str:
    if value["numerator"] is not None and value["denominator"] is not None:
        return f"{number(Decimal(value['numerator']))} ÷ {number(Decimal(value['denominator']))}"
    if value["value"] is None:
        return ""
    return number(per_hundred(node, Decimal(value["value"])), node.decimals)


def _updates(question: Asked, given: list[dict]) -> dict:
    """The updates behind the answers that the reader may see, by their reference. One query."""
    refs = {part for one in given for part in one["source_ref"].split() if part.startswith("update:")}
    keys = [int(ref.partition(":")[2]) for ref in refs if ref.partition(":")[2].isdecimal()]
    rows = Update.objects.visible_to(question.user).filter(pk__in=keys).select_related("initiative", "period")
    (found,) = question.rows(rows)
    return {f"update:{row.pk}": row for row in found}


def _children(question: Asked, told: dict, whole: tuple) -> list[dict]:
    """The parts of a whole with weight and figure; a part that the reader may not see is named as restricted only."""
    if told.get("formula") != "roll_up":
        return []
    weights = {one["name"]: one["value"] for one in told["weights"]}
    names = [one["name"] for one in told["inputs"]]
    nodes = _nodes(question, names) | _bureaus(names)
    return [_child(one, *_place(one["name"], nodes, question.kept, whole), weights) for one in told["inputs"]]


def _place(name: str, nodes: dict, kept: str, whole: tuple) -> tuple[str, str]:
    """What a part is called, and where its own figure is explained or told."""
    kind, _colon, key = name.partition(":")
    node_type, node, period, measure = whole
    found = nodes.get(name)
    if kind == "initiative":
        asked = urlencode({**dict(parse_qsl(kept)), "period": period.code})
        return key, with_kept(reverse("dashboard:explain_delivery", args=[key]), asked)
    if found is None:
        return name, ""
    if kind == "bureau":
        return str(found.name), explanation_of(node_type, node, period, kept, measure=measure, bureau=found.code)
    return (str(found) if hasattr(found, "unit") else shorten(found)), address(found, kept)


def _child(one: dict, label: str, url: str, weights: dict) -> dict:
    value = one["value"] or {}
    share = {name: Decimal(value[name]) if value.get(name) is not None else None for name in
             ("progress", "expected", "coverage")}  # fmt: skip
    weight = weights.get(one["name"])
    return {
        "label": label,
        "url": url,
        "is_hidden": one["value"] is None,
        "status": value.get("status", "no_data"),
        "weight": number(Decimal(weight)) if weight is not None else _("as all others"),
        **{name: percent(part, 1) for name, part in share.items()},
    }


def _bureaus(names: list[str]) -> dict:
    """The bureaus among the parts, by name. A query where there are any."""
    keys = [int(name[7:]) for name in names if name.startswith("bureau:")]
    return {f"bureau:{one.pk}": one for one in Bureau.objects.filter(pk__in=keys)} if keys else {}


def _nodes(question: Asked, names: list[str]) -> dict:
    """The parts themselves, by name, as far as the reader may see them. One query for their kind."""
    wanted: dict[str, list[int]] = {}
    for name in names:
        kind, _colon, key = name.partition(":")
        if kind in NODES and key.isdecimal():
            wanted.setdefault(kind, []).append(int(key))
    found = {}
    for kind, keys in wanted.items():
        rows = NODES[kind].objects.visible_to(question.user).filter(pk__in=keys)
        related = {"aim": ("plan",), "result": ("aim__plan",), "indicator": ("expected_result__aim__plan",)}
        rows = rows.select_related(*related[kind]) if kind in related else rows
        found |= {f"{kind}:{row.pk}": row for row in rows}
    return found
