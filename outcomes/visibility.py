"""Which summaries, weights and judgements a person may see: those of visible nodes, no figure beyond clearance."""

from __future__ import annotations

from django.db.models import BooleanField, Case, Q, Value, When

from accounts.access import sight
from core.errors import NotFound
from goals.models import Aim, Plan
from outcomes.models import ExpectedResult, Indicator, NodeType, RollUp

NODES = {
    NodeType.PLAN: Plan,
    NodeType.AIM: Aim,
    NodeType.RESULT: ExpectedResult,
    NodeType.INDICATOR: Indicator,
}
ABOVE = {
    NodeType.AIM: ("plan",),
    NodeType.RESULT: ("aim__plan",),
    NodeType.INDICATOR: ("expected_result__aim__plan",),
}


def rollups_for(user):
    """Summaries of what the person may see; `is_restricted` marks those whose figures they may not.

    A figure that rests on too few restricted values is for cleared readers and for the bureau whose values they are.
    """
    asked, nodes = sight(user), Q()
    for kind, model in NODES.items():
        nodes |= Q(node_type=kind, node_id__in=model.objects.visible_to(user).values("pk"))
    shown = Q(is_disclosable=True) | Q(highest_handling__lte=asked.clearance)
    if asked.bureau_id:
        shown |= Q(bureau=asked.bureau_id)
    restricted = Case(When(shown, then=Value(False)), default=Value(True), output_field=BooleanField())
    return RollUp.objects.filter(nodes).annotate(is_restricted=restricted)


def parts_for(user, rows):
    """Rows about one aim, expected result or indicator that the person may see."""
    return rows.filter(
        Q(aim__in=Aim.objects.visible_to(user).values("pk"))
        | Q(expected_result__in=ExpectedResult.objects.visible_to(user).values("pk"))
        | Q(indicator__in=Indicator.objects.visible_to(user).values("pk"))
    )


def node_for(user, node_type: str, node_id: int):
    """The node itself with what stands above it, if the person may see it. Raises NotFound otherwise. One query."""
    kind = NodeType(node_type)
    rows = NODES[kind].objects.visible_to(user).filter(pk=node_id)
    found = rows.select_related(*ABOVE.get(kind, ())).first()
    if found is None:
        raise NotFound
    return found
