"""What becomes of the expected results of many initiatives: one more for each, or one in the place of another."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from core.errors import Invalid
from core.formats import percent, said_of
from goals.models import PlanStatus
from initiatives.models import Contribution, Initiative
from initiatives.services import check_initiative
from outcomes.models import ExpectedResult

LONGEST_NAME = 70
# Read beside the initiatives and apart from `contributions`, which is read anew once it has changed.
STANDING = Prefetch(
    "contributions",
    Contribution.objects.select_related("expected_result__aim__plan").order_by("expected_result__aim", "expected_result__number"),
    to_attr="standing_shares",
)


@dataclass(frozen=True)
class Added:
    """One expected result more, with its share in percent."""

    result: ExpectedResult
    share: Decimal

    @property
    def name(self) -> str:
        return _("%(result)s, with %(share)s") % {"result": name_of(self.result), "share": percent(self.share / 100)}

    def shares(self, one: Initiative) -> list:
        return [*shares_standing(one), (self.result, self.share)]

    def is_done(self, one: Initiative) -> bool:
        return self.result in (result for result, _share in shares_standing(one))

    def lacks(self, one: Initiative) -> bool:
        return False


@dataclass(frozen=True)
class Swapped:
    """One expected result in the place of another, whose share it takes over."""

    old: ExpectedResult
    new: ExpectedResult

    @property
    def name(self) -> str:
        return _("%(new)s in the place of %(old)s") % {"new": name_of(self.new), "old": name_of(self.old)}

    def shares(self, one: Initiative) -> list:
        return [(self.new if result == self.old else result, share) for result, share in shares_standing(one)]

    def is_done(self, one: Initiative) -> bool:
        return self.new in (result for result, _share in shares_standing(one))

    def lacks(self, one: Initiative) -> bool:
        return self.old not in (result for result, _share in shares_standing(one))


def problem_of(change: Added | Swapped, one: Initiative) -> str:
    """Why it cannot be made of this one; empty where it can."""
    if change.is_done(one):
        return str(_("It contributes to this expected result already."))
    if change.lacks(one):
        return str(_("It does not contribute to the expected result that is to be replaced."))
    try:
        check_initiative(shares=change.shares(one), starts_on=one.starts_on, ends_on=one.ends_on)
    except Invalid as refused:
        return " ".join(str(words) for found in refused.fields.values() for words in found) or str(refused)
    return ""


def shares_standing(one: Initiative) -> list:
    """Pairs of expected result and percent, as they were read with `STANDING`."""
    return [(row.expected_result, row.share) for row in one.standing_shares]


def shares_said(shares) -> str:
    """The shares in words: "1.1: 50 %, 1.2: 20 %"."""
    return ", ".join(said_of(number_of(result), percent(share / 100)) for result, share in shares)


def kept(one: Initiative) -> list:
    """The shares as JSON, for taking a change back."""
    return [[result.pk, str(share)] for result, share in shares_standing(one)]


def restored(shares: list) -> list:
    """What `kept` kept."""
    rows = ExpectedResult.objects.select_related("aim__plan").in_bulk([key for key, _share in shares])
    return [(rows[key], Decimal(share)) for key, share in shares]


def results_to_choose(*, with_former: bool = False):
    """Expected results of the plans in force; `with_former` those of closed plans too."""
    plans = [PlanStatus.IN_FORCE, PlanStatus.CLOSED] if with_former else [PlanStatus.IN_FORCE]
    rows = ExpectedResult.objects.filter(aim__plan__status__in=plans)
    rows = rows if with_former else rows.standing()
    return rows.select_related("aim__plan").order_by("-aim__plan__start_on", "aim__number", "number")


def number_of(result: ExpectedResult) -> str:
    return f"{result.aim.number}.{result.number}"


def name_of(result: ExpectedResult) -> str:
    words = str(result.text)
    return f"{number_of(result)} {words if len(words) <= LONGEST_NAME else words[:LONGEST_NAME].rstrip() + '…'}"
