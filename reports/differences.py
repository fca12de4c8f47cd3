"""What changed between two snapshots, as facts; `reports.render.sentences` puts them into words."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from .snapshot.plan import is_yes_or_no

ORDER = ("achieved", "on_track", "at_risk", "off_track")
ONE_POINT = Decimal("0.01")
STATUS_WEIGHT = {"plan": 110, "aim": 100, "result": 70, "indicator": 60}
MOVE_WEIGHT = {"plan": 55, "aim": 50}


def changes(before: dict, after: dict) -> list[dict]:
    """Every difference worth a sentence, the heaviest first. Both snapshots must be for the same clearance."""
    old = {(kind, node["code"]): node for kind, node, _title in _nodes(before)}
    found: list[dict] = []
    for kind, node, title in _nodes(after):
        was = old.get((kind, node["code"]))
        if was is not None:
            found += _node_changes({"kind": kind, "code": node["code"], "title": title}, was, node)
    found += _work_changes(before, after) + _added_indicators(old, after)
    found += _reporting_change(before, after) + _attention_changes(before, after)
    return sorted(found, key=lambda change: -change["weight"])


def restated(before: dict, after: dict) -> list[dict]:
    """What a correction says otherwise than the edition whose place it takes: also every value that is another now."""
    old = {node["code"]: node for kind, node, _title in _nodes(before) if kind == "indicator"}
    found = changes(before, after)
    told = {change["subject"]["code"] for change in found if change["kind"] == "status"}
    for kind, node, title in _nodes(after):
        if kind == "indicator" and node["code"] in old and node["code"] not in told:
            found += _value_change({"kind": kind, "code": node["code"], "title": title}, old[node["code"]], node)
    return sorted(found, key=lambda change: -change["weight"])


def _value_change(subject: dict, was: dict, now: dict) -> list[dict]:
    moved = _moved("indicator", was, now)
    before, after = moved["before"], moved["after"]
    if was["restricted"] or now["restricted"] or before is None or after is None or Decimal(before) == Decimal(after):
        return []
    return [{**_change("value", subject, before, after, weight=50), "moved": moved}]


def mark_before(before: dict, after: dict) -> None:
    """This will set beside each plan and aim of the later snapshot where it stood in the earlier one."""
    old = {(kind, node["code"]): node for kind, node, _title in _nodes(before)}
    for kind, node, _title in _nodes(after):
        was = old.get((kind, node["code"]))
        if kind in MOVE_WEIGHT and was is not None and not now_hidden(node):
            status = was.get("node_status", was["status"])
            node["before"] = {
                "status": status,
                "results": was["results"]["value"],
                "delivery": was["delivery"]["value"],
            }


def now_hidden(node: dict) -> bool:
    """True where one of the two numbers may not be shown: then neither is what it used to be."""
    return node["results"]["restricted"] or node["delivery"]["restricted"]


def _nodes(snapshot: dict) -> Iterator[tuple[str, dict, dict]]:
    for plan in snapshot["plans"]:
        yield "plan", plan, plan["title"]
        for aim in plan["aims"]:
            yield "aim", aim, aim["title"]
            for result in aim["expected_results"]:
                yield "result", result, result["text"]
                for indicator in result["indicators"]:
                    yield "indicator", indicator, indicator["name"]


def _node_changes(subject: dict, was: dict, now: dict) -> list[dict]:
    found = _status_change(subject, was, now)
    if subject["kind"] == "indicator":
        return found + _target_change(subject, was, now)
    if subject["kind"] in MOVE_WEIGHT:
        found += _move(subject, "results", was["results"], now["results"], "value")
        found += _move(subject, "delivery", was["delivery"], now["delivery"], "value")
    if subject["kind"] == "plan":
        found += _move(subject, "coverage", was["results"], now["results"], "coverage")
    return found


def _status_change(subject: dict, was: dict, now: dict) -> list[dict]:
    before, after = (node.get("node_status", node["status"]) for node in (was, now))
    if before == after or "restricted" in (before, after):
        return []
    worse = before in ORDER and after in ORDER and ORDER.index(after) > ORDER.index(before)
    found = _change("status", subject, before, after, weight=STATUS_WEIGHT[subject["kind"]] + 5 * worse)
    return [{**found, "moved": _moved(subject["kind"], was, now)}]


def _moved(kind: str, was: dict, now: dict) -> dict:
    """The figures behind a changed verdict: an indicator's in its own unit, those of a whole as shares of the way."""
    if kind != "indicator":
        before, after = was["results"]["value"], now["results"]["value"]
        expected = now["results"]["expected"]
        return {"before": before, "after": after, "expected": expected, "is_percent": True, "decimals": 0}
    before, after = ((node["latest"] or {}).get("value") for node in (was, now))
    return {"before": before, "after": after, "expected": now["expected"], **_unit(now)}


def _unit(indicator: dict) -> dict:
    """What it takes to write the indicator's figures in its own unit."""
    told = {"is_percent": indicator["is_percent"], "decimals": indicator["decimals"]}
    return told | {"is_yes_or_no": True} if is_yes_or_no(indicator) else told


def _move(subject: dict, kind: str, was: dict, now: dict, name: str) -> list[dict]:
    """A share that moved by a point or more, appeared, or is no longer known; what is hidden says nothing."""
    if was["restricted"] or now["restricted"]:
        return []
    before, after, weight = was[name], now[name], MOVE_WEIGHT[subject["kind"]]
    if before is None or after is None:
        if before == after or kind != "results":
            return []
        return [_change("first_value" if before is None else "lost_value", subject, before, after, weight=weight)]
    moved = abs(Decimal(after) - Decimal(before))
    if moved < ONE_POINT:
        return []
    less = {"results": 0, "delivery": 10, "coverage": 20}[kind]
    return [_change(kind, subject, before, after, weight=weight - less + min(20, int(moved * 100)))]


def _target_change(subject: dict, was: dict, now: dict) -> list[dict]:
    before, after = ((node["target"] or {}).get("value") for node in (was, now))
    is_told_alike = was.get("is_sum", False) == now.get("is_sum", False)
    if before == after or before is None or after is None or not is_told_alike:
        return []
    moved = {"before": before, "after": after, "expected": None, **_unit(now)}
    return [{**_change("target", subject, before, after, weight=45), "moved": moved}]


def _work_changes(before: dict, after: dict) -> list[dict]:
    if not after["plans"]:
        return []
    subject = _whole(after)
    old, new = ({row["code"]: row["state"] for row in part["initiatives"]} for part in (before, after))
    started = sum(code not in old for code in new)
    completed = sum(state == "completed" and old.get(code) not in (None, "completed") for code, state in new.items())
    counted = (("initiatives_started", started, 40), ("initiatives_completed", completed, 39))
    return [_change(kind, subject, None, None, count=many, weight=weight) for kind, many, weight in counted if many]


def _added_indicators(old: dict, after: dict) -> list[dict]:
    added = sum(kind == "indicator" and (kind, node["code"]) not in old for kind, node, _title in _nodes(after))
    if not added:
        return []
    return [_change("indicators_added", _whole(after), None, None, count=added, weight=30)]


def _reporting_change(before: dict, after: dict) -> list[dict]:
    """The share of the updates due that were sent, where it moved by a point or more."""
    shares = [_share_sent(part["reporting"]["now"]) for part in (before, after)]
    if not after["plans"] or None in shares or abs(shares[1] - shares[0]) < ONE_POINT:
        return []
    return [_change("reporting", _whole(after), *map(str, shares), weight=44)]


def _share_sent(counts: dict) -> Decimal | None:
    return round(Decimal(counts["sent"]) / counts["due"], 6) if counts["due"] else None


def _attention_changes(before: dict, after: dict) -> list[dict]:
    """How many things need attention now that did not, and how many no longer do."""
    if not after["plans"]:
        return []
    was, now = ({(item["kind"], item["subject"]["code"]) for item in part["attention"]} for part in (before, after))
    counted = (("attention_new", len(now - was), 43), ("attention_gone", len(was - now), 42))
    subject = _whole(after)
    return [_change(kind, subject, None, None, count=many, weight=weight) for kind, many, weight in counted if many]


def _whole(snapshot: dict) -> dict:
    plan = snapshot["plans"][0]
    return {"kind": "plan", "code": plan["code"], "title": plan["title"]}


def _change(kind, subject, before, after, *, count=None, weight=0) -> dict:
    return {"kind": kind, "subject": subject, "before": before, "after": after, "count": count, "weight": weight}
