"""Computes any explained figure again from its JSON alone, as a stranger's script would.

Imports nothing of the product. Numbers are fractions, so nothing is rounded on the way; a figure agrees when it is
within one part in 10^20. Run it: `python tests/outcomes/recompute.py < explanation.json`.
"""

from __future__ import annotations

import json
import sys
from datetime import date
from fractions import Fraction

CLOSE = Fraction(1, 10**20)
DAYS = {"monthly": 31, "quarterly": 92, "half_yearly": 184, "yearly": 366}


def number(text):
    return None if text is None else Fraction(text)


def day(text):
    return None if text is None else date.fromisoformat(text)


def clamp(share):
    return min(max(share, Fraction(0)), Fraction(1))


def mean(pairs):
    pairs = list(pairs)
    if not pairs:
        return None
    weight = sum(w for w, _ in pairs)
    return sum(w * v for w, v in pairs) / weight if weight else sum(v for _, v in pairs) / len(pairs)


def recompute(explanation: dict) -> dict:
    """The figure's result, worked out anew."""
    return {"indicator": indicator, "roll_up": roll_up, "delivery": delivery}[explanation["formula"]](explanation)


def differences(explanation: dict) -> list[str]:
    """Where the told result and the recomputed one disagree; empty when they agree."""
    told, found = explanation["result"], []
    for name, value in recompute(explanation).items():
        if isinstance(value, Fraction):
            is_same = told[name] is not None and abs(Fraction(told[name]) - value) <= CLOSE
        elif isinstance(value, date):
            is_same = told[name] == value.isoformat()
        else:
            is_same = told[name] == value
        if not is_same:
            found.append(f"{name}: told {told[name]}, found {value}")
    return found


# -- statuses ---------------------------------------------------------------------------------------------------------


def band(thresholds, performance):
    for one in thresholds["bands"]:
        low, high = number(one["at_least"]), number(one["below"])
        if (low is None or performance >= low) and (high is None or performance < high):
            return one["status"]
    raise ValueError("no band holds the performance")


def path_status(thresholds, progress, expected, performance):
    if progress >= 1:
        return "achieved"
    if performance is None or expected <= number(thresholds["too_early_until"]):
        return "too_early"
    return band(thresholds, performance)


def too_old(seen, on, frequency, thresholds):
    return (on - seen).days > number(thresholds["stale_after"]) * DAYS[frequency]


# -- one indicator ----------------------------------------------------------------------------------------------------


class Indicator:
    def __init__(self, explanation):
        given = {}
        for one in explanation["inputs"]:
            given.setdefault(one["name"], []).append(one["value"])
        self.rule = given["rule"][0]
        self.on = day(given["on"][0])
        self.since = {bureau: day(first) for bureau, first in given["expected_since"][0].items()}
        self.period_ends = [day(end) for end in given["period_ends"][0]]
        self.baseline = next(iter(given.get("baseline", [])), None)
        self.targets = sorted((day(t["on"]), number(t["value"])) for t in given.get("target", []))
        self.is_asked = given["is_asked"][0]
        self.thresholds = explanation["thresholds"]
        self.weights = {one["name"]: number(one["value"]) for one in explanation["weights"]}
        self.answers = [self._answer(one) for one in given.get("answer", [])]
        self.refs = [one["source_ref"] for one in explanation["inputs"] if one["name"] == "answer"]
        for answer, ref in zip(self.answers, self.refs, strict=True):
            answer["ref"] = ref

    def _answer(self, one):
        seen = day(one["observed_on"]) or day(one["period_end_on"]) or date.min
        end = day(one["period_end_on"]) or day(one["observed_on"]) or date.min
        kept = {key: number(one[key]) for key in ("value", "numerator", "denominator")}
        return {**kept, "state": one["state"], "bureau": one["bureau"], "initiative": one["initiative"],
                "seen": seen, "end": end}  # fmt: skip

    @property
    def sums_both(self):
        how = self.rule["combine_bureaus"]
        return how == "ratio" or (self.rule["kind"] == "ratio" and how == "sum")


def indicator(explanation):
    one = Indicator(explanation)
    if one.rule["kind"] == "per_period" and not one.rule["direction"].startswith("maintain"):
        return counts(one)
    actual = combined(one, one.answers, one.on)
    result = {key: actual[key] for key in ("value", "coverage")}
    result["is_applicable"] = actual["is_applicable"] and one.is_asked
    if actual["value"] is None:
        return result
    if one.rule["direction"].startswith("maintain"):
        return {**result, **maintained(one, actual)}
    return {**result, **towards(one, actual)}


def in_force(answers):
    latest = {}
    for answer in sorted(answers, key=lambda a: (a["end"], a["seen"], a["ref"])):
        key = (answer["bureau"], answer["initiative"])
        if answer["state"] != "not_reported" or key not in latest:
            latest[key] = answer
    return list(latest.values())


def order(answer):
    rank = ["reported", "withheld", "not_reported", "not_applicable"].index(answer["state"])
    return (rank, -answer["seen"].toordinal(), answer["bureau"] or "", answer["ref"])


def combined(one, answers, on):
    by_initiative, chosen = {}, []
    for answer in in_force(answers):
        if answer["initiative"]:
            by_initiative.setdefault(answer["initiative"], []).append(answer)
        else:
            chosen.append(answer)
    chosen += [min(same, key=order) for same in by_initiative.values()]
    bureaus = {}
    for answer in chosen:
        bureaus.setdefault(answer["bureau"], []).append(answer)
    readings = [reading(one, bureau, told, on) for bureau, told in bureaus.items()]
    central = [r for r in readings if r["bureau"] is None and r["state"] != "not_reported"]
    if central:
        return total(one, central)
    heard = {answer["bureau"] for answer in answers}
    silent = [b for b, first in one.since.items() if first <= on and b not in heard]
    readings = [r for r in readings if r["bureau"] is not None]
    return total(one, readings + [{"bureau": b, "state": "not_reported", "known": Fraction(0)} for b in silent])


def reading(one, bureau, told, on):
    told = sorted(told, key=order)
    reported = [answer for answer in told if answer["state"] == "reported"]
    if not reported:
        return {"bureau": bureau, "state": told[0]["state"], "known": Fraction(0)}
    if one.rule["combine_initiatives"] == "one":
        told = reported = reported[:1]
    asked = sum(answer["state"] != "not_applicable" for answer in told)
    parts = {}
    for key in ("value", "numerator", "denominator"):
        known = [answer[key] for answer in reported if answer[key] is not None]
        parts[key] = sum(known, Fraction(0)) if known else None
    if parts["numerator"] is not None and parts["denominator"] is not None:
        parts["value"] = parts["numerator"] / parts["denominator"] if parts["denominator"] else None
    newest = max(answer["seen"] for answer in reported)
    is_fresh = not too_old(newest, on, one.rule["frequency"], one.thresholds)
    is_usable = parts["value"] is not None or one.sums_both
    known = Fraction(len(reported), asked) if is_fresh and is_usable else Fraction(0)
    return {"bureau": bureau, "state": "reported", "seen": newest, "known": known, **parts}


def weight(one, reading, among):
    weights = one.weights if one.rule["combine_bureaus"] == "weighted_mean" else {}
    if not any(weights.get(other["bureau"]) for other in among):
        return Fraction(1)
    return weights.get(reading["bureau"]) or Fraction(0)


def total(one, readings):
    asked = [r for r in readings if r["state"] != "not_applicable"]
    known = [r for r in asked if r["state"] == "reported"]
    nothing = {"value": None, "coverage": Fraction(0), "is_applicable": bool(asked) or not readings}
    if not known:
        return nothing
    is_alone = len(asked) == 1
    value = combine(one, known, is_alone)
    seen = max(r["seen"] for r in known)
    if value is None:
        combines = one.rule["combine_bureaus"] != "none" or one.sums_both or is_alone
        return {**nothing, "is_applicable": combines, "seen": seen}
    return {
        "value": value,
        "coverage": mean((weight(one, r, asked), r["known"]) for r in asked),
        "seen": seen,
        "stale": all(not r["known"] for r in known),
        "is_applicable": True,
    }


def combine(one, known, is_alone):
    how = one.rule["combine_bureaus"]
    if one.sums_both:
        pairs = [r for r in known if r["numerator"] is not None and r["denominator"] is not None]
        if not pairs:
            return known[0]["value"] if len(known) == 1 else None
        below = sum(r["denominator"] for r in pairs)
        return sum(r["numerator"] for r in pairs) / below if below else None
    if how == "none" and not is_alone:
        return None
    usable = [r for r in known if r["value"] is not None]
    values = [r["value"] for r in usable]
    if not values:
        return None
    if how == "count_meeting":
        return count_meeting(one, usable)
    if how == "weighted_mean":
        return mean((weight(one, r, usable), r["value"]) for r in usable)
    if how == "worst":
        return worst(one, values)
    return sum(values)


def count_meeting(one, usable):
    if len(usable) == 1 and usable[0]["bureau"] is None:
        return usable[0]["value"]
    level = number(one.rule["meets_at"])
    if level is None and one.rule["kind"] == "milestone":
        level = Fraction(1)
    if level is None and one.rule["direction"] != "maintain_within":
        return None
    return Fraction(sum(meets(one, r["value"], level) for r in usable))


def worst(one, values):
    if one.rule["direction"] in ("decrease", "maintain_at_or_below"):
        return max(values)
    if one.rule["direction"] == "maintain_within":
        low, high = number(one.rule["range_low"]), number(one.rule["range_high"])
        return min(values, key=lambda v: (min(v - low, high - v), v))
    return min(values)


def meets(one, value, level):
    slack = number(one.rule["tolerance"])
    if one.rule["direction"] == "maintain_within":
        return number(one.rule["range_low"]) - slack <= value <= number(one.rule["range_high"]) + slack
    if one.rule["direction"] in ("decrease", "maintain_at_or_below"):
        return value <= level + slack
    return value >= level - slack


def grey(one, actual):
    if actual["stale"]:
        return "stale"
    return "insufficient_data" if actual["coverage"] < number(one.thresholds["coverage_floor"]) else None


def bounds(share, coverage):
    return {"lower": share * coverage, "upper": 1 - coverage * (1 - share)}


def maintained(one, actual):
    level = None
    if one.rule["direction"] != "maintain_within":
        if not one.targets:
            return {"met": None, "status": "insufficient_data"}
        level = next((v for on, v in one.targets if on >= actual["seen"]), one.targets[-1][1])
    met = meets(one, actual["value"], level)
    is_over = bool(one.targets) and actual["seen"] >= one.targets[-1][0]
    status = grey(one, actual) or (("achieved" if is_over else "on_track") if met else "off_track")
    share = Fraction(int(met))
    return {"met": met, "status": status, "contribution": share, **bounds(share, actual["coverage"])}


def planned(path, seen):
    if seen <= path[0][0]:
        return path[0][1]
    for (start, low), (end, high) in zip(path, path[1:], strict=False):
        if seen <= end:
            return low + (high - low) * Fraction((seen - start).days, (end - start).days)
    return path[-1][1]


def stepped(path, seen):
    due = [value for on, value in path if on <= seen]
    return due[-1] if due else path[0][1]


def towards(one, actual):
    undefined = {"progress": None, "performance": None, "status": "insufficient_data"}
    is_milestone = one.rule["kind"] == "milestone"
    start = one.baseline or ({"on": "0001-01-01", "value": "0"} if is_milestone else None)
    if not one.targets or start is None:
        return undefined
    first = (day(start["on"]), number(start["value"]))
    path = [first, *(target for target in one.targets if target[0] > first[0])]
    way = path[-1][1] - first[1]
    if len(path) == 1 or way == 0:
        return undefined
    progress = (actual["value"] - first[1]) / way
    plan = (stepped if is_milestone else planned)(path, actual["seen"])
    expected = (plan - first[1]) / way
    performance = progress / expected if expected > 0 else None
    status = grey(one, actual) or path_status(one.thresholds, progress, expected, performance)
    share = clamp(progress)
    return {"progress": progress, "planned": plan, "expected": expected, "performance": performance,
            "contribution": share, "status": status, **bounds(share, actual["coverage"])}  # fmt: skip


def counts(one):
    periods = {end: [] for end in one.period_ends if end <= one.on}
    for answer in one.answers:
        periods.setdefault(answer["end"], []).append(answer)
    made = {end: combined(one, told, end) for end, told in sorted(periods.items())}
    known = {end: period for end, period in made.items() if period["value"] is not None}
    windows = [window(made, after, *target, one.on) for after, target in
               zip([date.min, *(on for on, _ in one.targets)], one.targets, strict=False)]  # fmt: skip
    if not known:
        return {"value": None}
    seen = max(period["seen"] for period in known.values())
    actual = {
        "value": sum(period["value"] for period in known.values()),
        "coverage": counted_coverage(made, windows),
        "stale": too_old(seen, one.on, one.rule["frequency"], one.thresholds),
    }
    result = {"value": actual["value"], "coverage": actual["coverage"]}
    if not windows or (one.baseline is None and one.rule["direction"] == "decrease"):
        return {**result, "progress": None, "status": "insufficient_data"}
    base = number(one.baseline["value"]) if one.baseline else Fraction(0)
    way = sum(w["target"] - base for w in windows)
    if way == 0:
        return {**result, "progress": None, "status": "insufficient_data"}
    ended = [w for w in windows if w["ended"]]
    progress = sum(w["counted"] - base * w["known"] for w in windows) / way
    expected = sum((w["target"] - base for w in ended), Fraction(0)) / way
    due = sum((w["known"] * (w["target"] - base) for w in ended), Fraction(0))
    gained = sum((w["counted"] - base * w["known"] for w in ended), Fraction(0))
    performance = gained / due if due / way > 0 else None
    status = grey(one, actual) or path_status(one.thresholds, progress, expected, performance)
    if status == "achieved" and one.rule["direction"] == "decrease" and len(ended) < len(windows):
        status = "on_track"
    return {**result, "progress": progress, "planned": sum((w["target"] for w in ended), Fraction(0)),
            "expected": expected, "performance": performance, "contribution": clamp(progress), "status": status,
            **bounds(clamp(progress), actual["coverage"])}  # fmt: skip


def window(made, after, until, target, on):
    inside = [p for end, p in made.items() if after < end <= until and p["is_applicable"]]
    return {
        "target": target,
        "counted": sum((p["value"] for p in inside if p["value"] is not None), Fraction(0)),
        "known": mean((Fraction(1), p["coverage"]) for p in inside) or Fraction(0),
        "ended": until <= on,
    }


def counted_coverage(made, windows):
    ended = [(max(w["target"], Fraction(0)), w["known"]) for w in windows if w["ended"]]
    if any(weight for weight, _ in ended):
        return mean(ended)
    return mean((Fraction(1), p["coverage"]) for p in made.values() if p["is_applicable"]) or Fraction(0)


# -- a whole of parts -------------------------------------------------------------------------------------------------


def roll_up(explanation):
    weights = {one["name"]: number(one["value"]) for one in explanation["weights"]}
    children = [(weights[one["name"]], one["value"]) for one in explanation["inputs"] if one["value"]["is_applicable"]]
    is_said = any(weight for weight, _ in children)
    children = [(weight if is_said and weight is not None else Fraction(1), child) for weight, child in children]
    if not children:
        return {"progress": None, "status": "no_data"}
    rows = [(weight, child, share_known(child)) for weight, child in children]
    known = [(weight, child) for weight, child, share in rows if share]
    progress = mean((weight, clamp(number(child["progress"]))) for weight, child in known)
    paths = [(weight, child) for weight, child in known if child["expected"] is not None]
    expected = mean((weight, clamp(number(child["expected"]))) for weight, child in paths)
    performance = None
    if expected:
        performance = mean((weight, clamp(number(child["progress"]))) for weight, child in paths) / expected
    coverage = mean((weight, share) for weight, _, share in rows)
    lower = mean((weight, child_bounds(child, share)[0]) for weight, child, share in rows)
    upper = mean((weight, child_bounds(child, share)[1]) for weight, child, share in rows)
    status = whole_status(explanation["thresholds"], children, progress, expected, performance, coverage, lower)
    return {"progress": progress, "expected": expected, "performance": performance, "coverage": coverage,
            "lower": lower, "upper": upper, "status": status}  # fmt: skip


def share_known(child):
    if child["progress"] is None:
        return Fraction(0)
    return Fraction(1) if child["coverage"] is None else number(child["coverage"])


def child_bounds(child, share):
    if not share:
        return Fraction(0), Fraction(1)
    progress = clamp(number(child["progress"]))
    lower, upper = number(child["lower"]), number(child["upper"])
    return progress * share if lower is None else lower, 1 - share * (1 - progress) if upper is None else upper


def whole_status(thresholds, children, progress, expected, performance, coverage, lower):
    if progress is None:
        return "stale" if any(child["status"] == "stale" for _, child in children) else "no_data"
    if coverage < number(thresholds["coverage_floor"]):
        return "insufficient_data"
    if lower >= 1:
        return "achieved"
    if performance is None or expected <= number(thresholds["too_early_until"]):
        return "too_early"
    return band(thresholds, performance)


# -- one initiative's delivery ----------------------------------------------------------------------------------------


def delivery(explanation):
    given, steps = {}, []
    for one in explanation["inputs"]:
        if one["name"] == "step":
            steps.append(one["value"])
        else:
            given[one["name"]] = one["value"]
    on, starts, ends = day(given["on"]), day(given["starts_on"]), day(given["ends_on"])
    if given["is_cancelled"]:
        return {"progress": None, "status": "no_data"}
    progress, seen = delivered(given, steps, on, starts)
    if progress is None:
        return {"progress": None, "status": "too_early" if on < starts else "no_data"}
    expected = planned(delivery_path(steps, starts, ends), seen)
    performance = progress / expected if expected > 0 else None
    status = path_status(explanation["thresholds"], progress, expected, performance)
    if status != "achieved" and too_old(seen, on, given["frequency"], explanation["thresholds"]):
        status = "stale"
    return {"progress": progress, "expected": expected, "performance": performance, "status": status}


def delivered(given, steps, on, starts):
    reported = given.get("reported")
    if reported is not None and reported["state"] == "reported":
        return number(reported["percent"]) / 100, day(reported["observed_on"])
    weight = sum(number(step["weight"]) for step in steps)
    if reported is not None or not weight or on < starts:
        return None, None
    done = sum(number(step["weight"]) for step in steps if step["done_on"] and day(step["done_on"]) <= on)
    return Fraction(done) / weight, on


def delivery_path(steps, starts, ends):
    points, weight = {starts: Fraction(0)}, sum(number(step["weight"]) for step in steps)
    for due in sorted({max(day(step["due_on"]), starts) for step in steps}) if weight else []:
        points[due] = sum(number(step["weight"]) for step in steps if day(step["due_on"]) <= due) / weight
    points[max(ends, *points)] = Fraction(1)
    return sorted(points.items())


if __name__ == "__main__":
    faults = differences(json.load(sys.stdin))
    print("\n".join(faults) or "every figure agrees")
    sys.exit(bool(faults))
