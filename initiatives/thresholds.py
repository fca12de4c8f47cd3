"""Thresholds judge results and delivery alike: the change that both floors have to follow, in one transaction."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from core import audit
from initiatives import delivery
from outcomes import thresholds
from outcomes.foresight import Move, Proposal, foresee, moves_between
from outcomes.models import ThresholdSet
from outcomes.tree import Tree, load_tree


@transaction.atomic
def set_thresholds(**given) -> ThresholdSet:
    """This will let a new set of thresholds judge every figure from its day on; see `outcomes.thresholds.add_thresholds`."""
    made, entry, judged = thresholds.add_thresholds(**given)
    if judged:
        delivery.rebuild(at=given["at"], periods=judged)
    audit.record_many([entry])
    return made


def foresee_thresholds(proposal: Proposal, *, on: date) -> list[Move]:
    """The figures of results and of delivery that would change, in each plan's latest period that has begun."""
    tree = load_tree()
    results = foresee(tree.plans, proposal, on=on)
    return results + _foresee_delivery(tree, proposal, on)


def _foresee_delivery(tree: Tree, proposal: Proposal, on: date) -> list[Move]:
    spans = {plan: begun[-1:] for plan in tree.plans if (begun := tree.periods_of(plan, on))}
    spans |= {plan: [] for plan in tree.plans if plan not in spans}
    wanted = set(tree.aim_of_result)
    ends = [span.end_on for found in spans.values() for span in found]
    work = delivery.load_work(wanted, days=(min(ends), max(ends)) if ends else None)
    before = delivery.rows_on(tree, work, wanted, spans)
    after = delivery.rows_on(proposal.on_tree(tree), work, wanted, spans)
    return moves_between(before, after, {span.id: span for span in tree.periods})
