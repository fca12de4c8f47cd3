"""Why a figure is what it is, complete enough that a stranger's script can compute it again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True)
class Input:
    """One thing that a formula was given. `source_ref` names the record and revision, "measurement:17@2"."""

    name: str
    value: Any
    source_ref: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the working, for a person: what was worked out, how, and what came of it."""

    name: str
    formula: str
    value: Any


@dataclass(frozen=True, slots=True)
class Explanation:
    """The whole account of one figure.

    `formula` is a stable key: "indicator", "roll_up", "delivery". `inputs`, `weights`, `thresholds` are all that
    the formula needs; `steps` show the working; `result` is what came out. As JSON, decimals and dates are
    strings, unknown is null.
    """

    formula: str
    inputs: tuple[Input, ...] = ()
    weights: tuple[Input, ...] = ()
    thresholds: Mapping[str, Any] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()
    result: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict:
        return plain(
            {
                "formula": self.formula,
                "inputs": [_input(one) for one in self.inputs],
                "weights": [_input(one) for one in self.weights],
                "thresholds": self.thresholds,
                "steps": [{"name": one.name, "formula": one.formula, "value": one.value} for one in self.steps],
                "result": self.result,
            }
        )

    def dumps(self) -> str:
        """The account as canonical JSON text: keys sorted, nothing lost."""
        return json.dumps(self.as_json(), sort_keys=True, ensure_ascii=False)


def _input(one: Input) -> dict:
    return {"name": one.name, "value": one.value, "source_ref": one.source_ref}


def plain(value: Any) -> Any:
    """The value in JSON's own types: decimals written out, dates in ISO form, sets and tuples as lists."""
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, (set, frozenset)):
        return sorted(plain(item) for item in value)
    return str(value) if isinstance(value, str) else value
