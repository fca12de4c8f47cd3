"""What needs a decision: read off the report's own figures, worst first, each with its reason."""

from __future__ import annotations

from decimal import Decimal

from .gather import Gathered, exact
from .snapshot.plan import is_yes_or_no
from .texts import own_text
from .work import help_wanted

BEHIND = ("off_track", "at_risk")
MOST_LATE = 10
MOST_HELP = 10


def attention(found: Gathered, plans: list[dict]) -> list[dict]:
    """Aims, then indicators, then work: off track before at risk, then what is falling, stale or too thinly known."""
    live = [plan for plan in plans if plan["status"] == "in_force"]
    ids = {i.code: i.pk for group in found.indicators.values() for i in group}
    told: set[str] = set()
    rows = [row for plan in live for aim in plan["aims"] for row in _of_aim(found, aim, ids, told)]
    if not live:
        return []
    rows.sort(key=lambda row: _RANK[row["kind"], row["status"] if row["status"] == "off_track" else ""])
    return rows + _late(found) + _help(found, {row["help_wanted"]["initiative"] for row in rows if row["help_wanted"]})


_RANK = {
    (kind, status): place
    for place, (kind, status) in enumerate([
        ("aim", "off_track"), ("behind", "off_track"), ("fell", "off_track"), ("aim", ""), ("fell", ""), ("behind", ""),
        ("low_coverage", ""), ("low_coverage", "off_track"), ("stale", ""), ("stale", "off_track"),
    ])
}  # fmt: skip


def _of_aim(found: Gathered, aim: dict, ids: dict[str, int], told: set[str]) -> list[dict]:
    rows = []
    if aim["status"] in BEHIND:
        rows.append(
            _item("aim", aim, "aim", aim["title"], aim["status"], _performance(aim["trend"]), None, is_percent=True)
        )
    if aim["status"] == "insufficient_data":
        rows.append(_thin(aim, exact(found.thresholds.coverage_floor) if found.thresholds else "0.5"))
    for result in aim["expected_results"]:
        for indicator in result["indicators"]:
            rows += _of_indicator(found, aim, indicator, ids, told)
    return rows


def _thin(aim: dict, floor: str) -> dict:
    coverage = aim["results"]["coverage"]
    return _item("low_coverage", aim, "aim", aim["title"], aim["status"], coverage, floor, is_percent=True)


def _of_indicator(found: Gathered, aim: dict, indicator: dict, ids: dict[str, int], told: set[str]) -> list[dict]:
    from .work import about_indicator

    kind = _kind(indicator)
    if kind is None:
        return []
    said, wanted = about_indicator(found, ids[indicator["code"]], told)
    actual = (indicator["latest"] or {}).get("value")
    row = _item(kind, indicator, "indicator", indicator["name"], indicator["status"], actual, indicator["expected"])
    return [{**row, "aim": aim["code"], "is_percent": indicator["is_percent"], "decimals": indicator["decimals"],
             "is_yes_or_no": is_yes_or_no(indicator), "said": said, "help_wanted": wanted}]  # fmt: skip


def _kind(indicator: dict) -> str | None:
    if indicator["is_falling"]:
        return "fell"
    if indicator["status"] in BEHIND:
        return "behind"
    return "stale" if indicator["status"] == "stale" else None


def is_falling(trend: list[dict]) -> bool:
    """True if the last known value is below the one before it; both must be known."""
    known = [Decimal(point["value"]) for point in trend if point["value"] is not None]
    return len(known) > 1 and known[-1] < known[-2]


def _performance(trend: list[dict]) -> str | None:
    last = trend[-1] if trend else None
    if not last or last["value"] is None or not last["expected"] or Decimal(last["expected"]) == 0:
        return None
    return str(round(Decimal(last["value"]) / Decimal(last["expected"]), 6))


def _late(found: Gathered) -> list[dict]:
    """Work past its end that is not completed."""
    on = found.as_of.date()
    late = [row for row in found.initiatives.values() if row.ends_on < on and row.status == "active"]
    rows = []
    for row in sorted(late, key=lambda row: row.ends_on)[:MOST_LATE]:
        update = found.latest.get(row.pk)
        done = exact(update.delivery_percent / 100) if update and update.delivery_percent is not None else None
        subject = {"code": row.code}
        rows.append(
            _item("late", subject, "initiative", own_text(row.title, row.language), None, done, None, is_percent=True)
        )
    return rows


def _help(found: Gathered, told: set[str]) -> list[dict]:
    """Calls for help that no line above carries."""
    rows = []
    for said in help_wanted(found, list(found.initiatives))[:MOST_HELP]:
        if said["initiative"] in told:
            continue
        row = next(row for row in found.initiatives.values() if row.code == said["initiative"])
        item = _item("help", {"code": row.code}, "initiative", own_text(row.title, row.language), None, None, None)
        rows.append({**item, "help_wanted": said})
    return rows


def _item(kind, node, what, title, status, actual, expected, *, is_percent=False) -> dict:
    return {
        "kind": kind, "subject": {"kind": what, "code": node["code"], "title": title}, "aim": None, "status": status,
        "actual": actual, "expected": expected, "is_percent": is_percent, "decimals": 0, "said": None, "help_wanted": None,
    }  # fmt: skip
