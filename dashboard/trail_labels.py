"""What the things of the trail are called, where the words that were recorded with an act say nothing to the reader."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from accounts.models import Bureau, MemberCountry
from core.formats import day
from core.models import AuditRecord
from core.translations import Translated
from dashboard.trail import clipped, is_number, model_of
from outcomes.models import Baseline, Crosswalk, Judgement, Measurement, Target, Weight

UNTOLD = re.compile(r"\w+ object \(\d+\)\Z")
NAMED = (Bureau._meta.label_lower, MemberCountry._meta.label_lower)

PARTS = ("aim", "expected_result", "indicator")


@dataclass
class Labels:
    """Names for records whose own label says nothing, or is a bureau's or country's name in another language.

    One query for each such kind of thing on the page.
    """

    user: object
    found: dict[tuple[str, str], str | Translated] = field(default_factory=dict)

    @classmethod
    def of(cls, user, records: list[AuditRecord]) -> Labels:
        made, wanted = cls(user), {}
        for record in records:
            if UNTOLD.search(record.target_label) or record.target_type in NAMED:
                wanted.setdefault(record.target_type, set()).add(record.target_id)
        for target_type, keys in wanted.items():
            made._look_up(target_type, [key for key in keys if is_number(key)])
        return made

    def __getitem__(self, record: AuditRecord) -> str:
        found, recorded = self.found.get((record.target_type, record.target_id)), record.target_label
        if isinstance(found, Translated):
            return str(found) if recorded in found.texts.values() else recorded  # it had another name then
        return found or (f"#{record.target_id}" if UNTOLD.search(recorded) else recorded)

    def _look_up(self, target_type: str, keys: list[str]) -> None:
        model = model_of(target_type)
        if target_type in NAMED:
            self.found |= {(target_type, str(pk)): name for pk, name in model.objects.filter(pk__in=keys).values_list("pk", "name")}
            return
        if model in (Measurement, Target, Baseline):
            related = ("indicator", "period", "bureau") if model is Measurement else ("indicator",)
            names = _of_indicator
        elif model in (Weight, Judgement):
            related, names = (*PARTS, "aim__plan", "expected_result__aim"), _of_part
        elif model is Crosswalk:
            related, names = ("from_aim", "from_result", "to_aim", "to_result"), _of_link
        else:
            return
        for row in model.objects.filter(pk__in=keys).select_related(*related):
            self.found[target_type, str(row.pk)] = names(row)


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
