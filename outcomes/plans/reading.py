"""From the data files to rows: read, hold against the sources, check what one file alone can tell."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

from core.handling import Handling
from outcomes.plans import source_words
from outcomes.plans.checks import check
from outcomes.plans.node import MalformedData, Node, read_document
from outcomes.plans.rows import (
    AimRow,
    CapabilityRow,
    End,
    IndicatorRow,
    LinkRow,
    PlanRow,
    Plans,
    ResultKey,
    ResultRow,
    ThresholdRow,
)
from outcomes.progress import AcrossBureaus, AcrossInitiatives, Direction, Frequency, Kind, Status

ROOT = Path(__file__).resolve().parents[2]
FRAMEWORK = "goals/data/strategic-framework-2026-2030.json"
STRATEGY = "objectives/data/organized-crime-strategy-2022-2025.json"
DERIVED = "outcomes/data/derived-results.json"
VOCABULARY = "outcomes/data/indicator-vocabulary.json"
INDICATORS = (
    "outcomes/data/indicators-framework-2026-2030.json",
    "outcomes/data/indicators-strategy-2022-2025.json",
)
CROSSWALK = "outcomes/data/crosswalk.json"
THRESHOLDS = "outcomes/data/thresholds.json"
FILES = (FRAMEWORK, STRATEGY, DERIVED, VOCABULARY, *INDICATORS, CROSSWALK, THRESHOLDS)

COMMON_TEXTS = ("title", "introduction")
OWN_TEXTS = {
    "framework": ("vision_title", "vision_text", "mission_title", "mission_text", "goals_introduction"),
    "strategy": ("mandate", "hangs_from"),
}
OWNERS = ("liaison", "bureau head", "strategy officer", "leadership")
CROSSWALK_KINDS = ("continued", "merged", "split", "dropped")
INDICATOR_STATES = ("proposed", "adopted", "retired")
QUARTER_ENDS = ((3, 31), (6, 30), (9, 30), (12, 31))
INDICATOR_KEYS = (
    "code", "name", "definition", "kind", "direction", "unit", "decimals", "numerator_label", "denominator_label",
    "combine_bureaus", "combine_initiatives", "frequency", "tolerance", "range_low", "range_high", "bureau_threshold",
    "scale", "source", "means_of_verification", "owner", "is_central", "state", "handling", "baseline", "targets",
    "quarterly_targets",
)  # fmt: skip


def read_plans(root: Path = ROOT) -> Plans:
    """Everything the files hold. Raises MalformedData with the file, the path in it and the reason."""
    documents = {name: read_document(root, name) for name in FILES}
    for name in (FRAMEWORK, STRATEGY):
        _require_every_word(root, documents[name])
    plans = Plans(
        plans=tuple(_plan(documents[name]) for name in (FRAMEWORK, STRATEGY)),
        results=(*_source_results(documents[STRATEGY]), *_derived_results(documents[DERIVED])),
        indicators=tuple(row for name in INDICATORS for row in _indicators(documents[name], documents[VOCABULARY])),
        links=tuple(_link(node) for node in documents[CROSSWALK]["links"]),
        thresholds=tuple(_threshold(node) for node in documents[THRESHOLDS]["sets"]),
    )
    check(plans, documents[DERIVED])
    return plans


def _require_every_word(root: Path, document: Node) -> None:
    try:
        source = source_words.source_file(root, document).read_bytes()
    except OSError as fault:
        raise document["plan"]["source_name"].fault(f"the source cannot be read: {fault}") from fault
    faults = source_words.faults(source, document)
    if faults:
        raise MalformedData(document.file, "source_layout", "; ".join(faults))


def _plan(document: Node) -> PlanRow:
    plan = document["plan"]
    kind = plan["kind"].one_of(OWN_TEXTS)
    texts = (*COMMON_TEXTS, *OWN_TEXTS[kind])
    plan.only("code", "kind", "status", "start_on", "end_on", "source_name", "source_sha256", *texts)
    headings = source_words.headings(document)
    return PlanRow(
        code=plan["code"].string(),
        kind=kind,
        fields={
            **{key: plan[key].text() for key in texts},
            "status": plan["status"].one_of(("draft", "in_force", "closed")),
            "start_on": plan["start_on"].day(),
            "end_on": plan["end_on"].day(),
            "source_name": plan["source_name"].string(),
            "source_sha256": plan["source_sha256"].string(),
            "source_headings": headings,
        },
        aims=tuple(_aim(node) for node in document["aims"]),
        capabilities=tuple(map(_capability, document["capabilities"])) if document.has("capabilities") else (),
        headings=tuple(headings),
        node=plan,
    )


def _aim(node: Node) -> AimRow:
    node.only("number", "title", "text")
    return AimRow(node["number"].integer(1), node["title"].text(), node["text"].text())


def _capability(node: Node) -> CapabilityRow:
    node.only("number", "code", "name")
    return CapabilityRow(node["number"].integer(1), node["code"].string(), node["name"].text())


def _source_results(document: Node) -> list[ResultRow]:
    code = document["plan"]["code"].string()
    return [ResultRow(_result_key(code, node), node["text"].text()) for node in document["results"]]


def _derived_results(document: Node) -> list[ResultRow]:
    code = document["plan"].string()
    return [
        ResultRow(_result_key(code, node), node["text"].text(), node["source_passage"].string())
        for node in document["results"]
    ]


def _result_key(plan: str, node: Node) -> ResultKey:
    return ResultKey(plan, node["aim"].integer(1), node["number"].integer(1))


def _indicators(document: Node, vocabulary: Node) -> list[IndicatorRow]:
    plan = document["plan"].string()
    return [
        _indicator(node, _result_key(plan, group), vocabulary)
        for group in document["results"]
        for node in group["indicators"]
    ]


def _indicator(node: Node, result: ResultKey, vocabulary: Node) -> IndicatorRow:
    node.only(*INDICATOR_KEYS)
    fields = {**_wording(node, vocabulary), **_rule(node, vocabulary), **_stewardship(node)}
    return IndicatorRow(node["code"].string(), result, fields, _baseline(node), _targets(node), node)


def _wording(node: Node, vocabulary: Node) -> dict:
    labels = [key for key in ("numerator_label", "denominator_label") if node.has(key)]
    return {
        "name": node["name"].text(),
        "definition": node["definition"].text(),
        "unit_label": _shared(node["unit"], vocabulary["units"]).text(),
        "source": _shared(node["source"], vocabulary["sources"]).text(),
        "means_of_verification": _shared(node["means_of_verification"], vocabulary["means_of_verification"]).text(),
        **{key: node[key].text() for key in labels},
    }


def _shared(node: Node, words: Node) -> Node:
    """An entry of the shared vocabulary, by the name that the indicator gives."""
    return words[node.one_of(words.mapping())]


def _rule(node: Node, vocabulary: Node) -> dict:
    numbers = ("tolerance", "range_low", "range_high", "bureau_threshold")
    return {
        "kind": node["kind"].one_of([one.value for one in Kind]),
        "direction": node["direction"].one_of([one.value for one in Direction]),
        "unit": node["unit"].string(),
        "decimals": node["decimals"].integer(),
        "combine_bureaus": node["combine_bureaus"].one_of([one.value for one in AcrossBureaus]),
        "combine_initiatives": node["combine_initiatives"].one_of([one.value for one in AcrossInitiatives]),
        "frequency": node["frequency"].one_of([one.value for one in Frequency]),
        **{key: node[key].number() if node.has(key) else None for key in numbers},
        "scale": _scale(_shared(node["scale"], vocabulary["scales"])) if node.has("scale") else [],
    }


def _scale(node: Node) -> list[dict]:
    return [{"value": step["value"].integer(), "label": step["label"].text().texts} for step in node]


def _stewardship(node: Node) -> dict:
    levels = {level.name.lower(): level.value for level in Handling}
    return {
        "owner": node["owner"].one_of(OWNERS),
        "is_central": node["is_central"].flag(),
        "state": node["state"].one_of(INDICATOR_STATES),
        "handling": levels[node["handling"].one_of(levels)],
    }


def _baseline(node: Node) -> tuple[Decimal, date] | None:
    """No baseline is an honest state: it is not known yet."""
    if node["baseline"].value is None:
        return None
    return node["baseline"]["value"].number(), node["baseline"]["on"].day()


def _targets(node: Node) -> dict[date, Decimal]:
    """The targets by day. `quarterly_targets` gives one number per year for each of its quarters."""
    if node.has("quarterly_targets"):
        years = [(_year(value, key), value.number()) for key, value in node["quarterly_targets"].items()]
        return {date(year, month, day): number for year, number in years for month, day in QUARTER_ENDS}
    found: dict[date, Decimal] = {}
    for target in node["targets"]:
        if target["due_on"].day() in found:
            raise target.fault("a second target on the same day")
        found[target["due_on"].day()] = target["value"].number()
    return found


def _year(node: Node, key: str) -> int:
    if not (key.isascii() and key.isdigit() and len(key) == 4):
        raise node.fault(f"a year is expected here, not {key}")
    return int(key)


def _link(node: Node) -> LinkRow:
    node.only("kind", "from", "to", "state", "note")
    goal = None if node["to"].value is None else _end(node["to"])
    return LinkRow(
        node["kind"].one_of(CROSSWALK_KINDS),
        _end(node["from"]),
        goal,
        node["state"].one_of(("proposed", "approved")),
        node["note"].text(),
        node,
    )


def _end(node: Node) -> End:
    node.only("plan", "aim", "result")
    result = node["result"].integer(1) if node.has("result") else None
    return End(node["plan"].string(), node["aim"].integer(1), result)


def _threshold(node: Node) -> ThresholdRow:
    statuses = (Status.ON_TRACK.value, Status.AT_RISK.value, Status.OFF_TRACK.value)
    bands = tuple({"status": band["status"].one_of(statuses), **_limits(band)} for band in node["bands"])
    return ThresholdRow(
        node["valid_from"].day(),
        node["valid_until"].day() if node.has("valid_until") else None,
        bands,
        node["coverage_floor"].number(),
        node["reason"].string(),
    )


def _limits(band: Node) -> dict:
    return {key: format(band[key].number(), "f") if band.has(key) else None for key in ("from", "to")}
