"""What the things of the trail are called, where the words that were recorded with an act say nothing to the reader."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from accounts.models import Bureau, MemberCountry
from core.formats import day
from core.models import AuditRecord
from core.together import answered
from core.translations import Translated
from dashboard.trail import clipped, is_number, model_of
from outcomes.models import Baseline, Crosswalk, Judgement, Measurement, Target, Weight

UNTOLD = re.compile(r"\w+ object \(\d+\)\Z")
NAMED = (Bureau._meta.label_lower, MemberCountry._meta.label_lower)

PARTS = ("aim", "expected_result", "indicator")


@dataclass
class Labels:
    """Names for records whose own label says nothing, or is a bureau's or country's name in another language. One query, or none."""

    user: object
    found: dict[tuple[str, str], str | Translated] = field(default_factory=dict)

    @classmethod
    def of(cls, user, records: list[AuditRecord]) -> Labels:
        made, wanted = cls(user), {}
        for record in records:
            if UNTOLD.search(record.target_label) or record.target_type in NAMED:
                wanted.setdefault(record.target_type, set()).add(record.target_id)
        made._look_up({target_type: [key for key in keys if is_number(key)] for target_type, keys in wanted.items()})
        return made

    def __getitem__(self, record: AuditRecord) -> str:
        found, recorded = self.found.get((record.target_type, record.target_id)), record.target_label
        if isinstance(found, Translated):
            return str(found) if recorded in found.texts.values() else recorded  # it had another name then
        return found or (f"#{record.target_id}" if UNTOLD.search(recorded) else recorded)

    def _look_up(self, wanted: dict[str, list[str]]) -> None:
        asked = {kind: model_of(kind).objects.filter(pk__in=keys) for kind, keys in wanted.items() if model_of(kind) in NAMES}
        rows = answered(*(found.select_related(*NAMES[found.model][0]) for found in asked.values()))
        for (kind, found), named in zip(asked.items(), rows, strict=True):
            self.found |= {(kind, str(row.pk)): NAMES[found.model][1](row) for row in named}


def _of_indicator(row) -> str:
    parts = [row.indicator.code]
    if isinstance(row, Measurement):
        parts += [row.period.code, row.bureau.code if row.bureau else "", row.initiative_code]
    elif isinstance(row, Target):
        parts.append(day(row.due_on))
    return " · ".join(part for part in parts if part)


def _of_part(row) -> str:
    node = row.aim or row.expected_result or row.indicator
    return node.code if row.indicator_id else clipped(str(getattr(node, "title", None) or node.text))


def _of_link(row) -> str:
    ends = [getattr(one, "title", None) or getattr(one, "text", "") for one in
            (row.from_aim or row.from_result, row.to_aim or row.to_result) if one is not None]  # fmt: skip
    return " → ".join(clipped(str(one)) for one in ends)


def _of_place(row) -> Translated:
    return row.name


# What leads to the names of each kind of thing, and what makes one of a row.
OF_AN_INDICATOR, OF_A_PART = (("indicator",), _of_indicator), ((*PARTS, "aim__plan", "expected_result__aim"), _of_part)
NAMES = {
    Measurement: (("indicator", "period", "bureau"), _of_indicator), Target: OF_AN_INDICATOR, Baseline: OF_AN_INDICATOR,
    Weight: OF_A_PART, Judgement: OF_A_PART, Crosswalk: (("from_aim", "from_result", "to_aim", "to_result"), _of_link),
    Bureau: ((), _of_place), MemberCountry: ((), _of_place),
}  # fmt: skip
