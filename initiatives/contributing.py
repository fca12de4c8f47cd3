"""Which work rests on a part of a plan."""

from __future__ import annotations

from django.utils.translation import ngettext

from core.formats import number
from initiatives.models import Initiative
from objectives.models import Capability
from outcomes.models import ExpectedResult


def work_on(node) -> list[str]:
    """A line such as "3 initiatives" for an expected result or a capability that work names; nothing else has any."""
    if isinstance(node, ExpectedResult):
        n = Initiative.objects.filter(contributions__expected_result=node).distinct().count()
    elif isinstance(node, Capability):
        n = Initiative.objects.filter(capabilities=node).count()
    else:
        n = 0
    return [ngettext("%(n)s initiative", "%(n)s initiatives", n) % {"n": number(n)}] if n else []
