"""The crosswalk between two plans: which parts lead where, which were forgotten, and taking a wrong link away."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.access import require
from core import audit, versions
from core.errors import Invalid
from goals.models import Aim, Plan
from outcomes.choices import ProposalState
from outcomes.definitions import LINK_ENDS
from outcomes.models import Crosswalk, ExpectedResult


@dataclass
class Part:
    """An aim or an expected result with its links, those that start here and those that lead here."""

    key: str
    number: str
    words: object
    leads_to: list[Crosswalk] = field(default_factory=list)
    comes_from: list[Crosswalk] = field(default_factory=list)

    @property
    def label(self) -> str:
        return f"{self.number} {self.words}"


@dataclass
class Pair:
    """Two plans beside each other."""

    start: Plan
    end: Plan
    starts: list[Part]
    ends: list[Part]

    @property
    def without_link(self) -> list[Part]:
        return [part for part in self.starts if not part.leads_to]

    @property
    def waiting(self) -> int:
        """How many links nobody has approved yet."""
        return sum(link.state == ProposalState.PROPOSED for part in self.starts for link in part.leads_to)


def read_pair(user, start: Plan, end: Plan) -> Pair:
    """The parts of both plans with the links between them. Five queries."""
    starts, ends = _parts(start), _parts(end)
    here = Q(from_aim__plan=start) | Q(from_result__aim__plan=start)
    there = Q(to_aim__plan=end) | Q(to_result__aim__plan=end) | Q(kind="dropped")
    links = Crosswalk.objects.visible_to(user).filter(here, there).select_related(
        "from_aim", "from_result__aim", "to_aim", "to_result__aim"
    )  # fmt: skip
    for link in links.order_by("id"):
        _hang(starts, link.from_aim_id, link.from_result_id, "leads_to", link)
        _hang(ends, link.to_aim_id, link.to_result_id, "comes_from", link)
    return Pair(start, end, list(starts.values()), list(ends.values()))


def _parts(plan: Plan) -> dict[str, Part]:
    found = {}
    results: dict[int, list] = {}
    for result in ExpectedResult.objects.standing().filter(aim__plan=plan).order_by("number"):
        results.setdefault(result.aim_id, []).append(result)
    for aim in Aim.objects.standing().filter(plan=plan).order_by("number"):
        found[f"aim-{aim.pk}"] = Part(f"aim-{aim.pk}", str(aim.number), aim.title)
        for result in results.get(aim.pk, []):
            key = f"result-{result.pk}"
            found[key] = Part(key, f"{aim.number}.{result.number}", result.text)
    return found


def _hang(parts, aim_id, result_id, side: str, link) -> None:
    part = parts.get(f"aim-{aim_id}" if aim_id else f"result-{result_id}")
    if part is not None:
        getattr(part, side).append(link)


def ends_from(pair: Pair, start: str, end: str) -> dict:
    """The keys of two parts as `definitions.link_plans` takes them. Raises Invalid for a part of another plan."""
    known = {part.key for part in pair.starts}, {part.key for part in pair.ends}
    if start not in known[0] or (end and end not in known[1]):
        raise Invalid.on("start", _("Choose a part of the plan."))
    return _end("from", start) | (_end("to", end) if end else {})


def _end(side: str, key: str) -> dict:
    kind, pk = key.split("-")
    model = Aim if kind == "aim" else ExpectedResult
    return {f"{side}_{kind}": model.objects.get(pk=pk)}


@transaction.atomic
def remove_link(*, link_id: int, version: int, reason: str, by, at) -> None:
    """This will take a link away; the trail keeps what it said. Refused: no reason once it was approved."""
    require(by, "crosswalk.edit")
    found = versions.lock(Crosswalk.objects.visible_to(by), link_id, version=version)
    if found.state == "approved" and not reason.strip():
        raise Invalid.on("reason", _("Say why it is taken away: it was approved."))
    before = audit.snapshot(found, ("kind", *LINK_ENDS, "note", "state"))
    audit.record(at=at, by=by, action="crosswalk.removed", target=found, before=before, reason=reason.strip())
    found.delete()
