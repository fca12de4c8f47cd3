"""What hangs on a part of a plan, in words: the list that a withdrawal is refused with."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import Q
from django.utils.translation import ngettext

from goals.models import Aim
from outcomes.models import Crosswalk, ExpectedResult, Indicator

# An upper floor that lets something hang on parts of plans says here how much: told(node) gives lines of words.
HANGING_ABOVE: list[Callable] = []


def what_hangs_on(node, *, is_draft: bool) -> list[str]:
    """Lines such as "2 expected results". Of a draft, everything counts; else only what is still measured or done."""
    lines = []
    if isinstance(node, Aim):
        results = ExpectedResult.objects.filter(aim=node) if is_draft else ExpectedResult.objects.standing().filter(aim=node)
        lines.append(_line(results.count(), ngettext("%(n)s expected result", "%(n)s expected results", results.count())))
        links = Q(from_aim=node) | Q(to_aim=node)
    elif isinstance(node, ExpectedResult):
        indicators = Indicator.objects.filter(expected_result=node)
        n = (indicators if is_draft else indicators.measured()).count()
        lines.append(_line(n, ngettext("%(n)s indicator", "%(n)s indicators", n)))
        links = Q(from_result=node) | Q(to_result=node)
    else:
        links = Q(pk__in=[])
    n = Crosswalk.objects.filter(links).count()
    lines.append(_line(n, ngettext("%(n)s link of the crosswalk", "%(n)s links of the crosswalk", n)))
    return [line for line in lines if line] + [line for told in HANGING_ABOVE for line in told(node)]


def _line(n: int, words: str) -> str:
    return words % {"n": n} if n else ""
