"""From what an officer reads to where it is changed: the acts that a reading page offers, each to whoever may do it."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.access import may
from outcomes.explain import node_type_of
from outcomes.models import ExpectedResult, Indicator


def doors_of(user, node) -> list[dict]:
    """Links to change an aim, an expected result or an indicator; none for those who only read."""
    key = [node_type_of(node), node.pk]
    doors = []
    if isinstance(node, Indicator) and may(user, "indicator.edit"):
        doors.append((_("Change the definition"), reverse("outcomes:indicator", args=[node.code])))
    if isinstance(node, ExpectedResult) and may(user, "indicator.edit"):
        query = f"?plan={node.aim.plan.code}&result={node.pk}"
        doors.append((_("Propose an indicator"), reverse("outcomes:choose_kind") + query))
    if may(user, "judgement.set"):
        doors.append((_("Judge"), reverse("outcomes:judgement", args=key)))
    if not isinstance(node, Indicator) and may(user, "weight.edit"):
        doors.append((_("Weights"), reverse("outcomes:weights", args=key)))
    return [{"label": label, "url": url} for label, url in doors]

