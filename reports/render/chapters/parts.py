"""A report about a region or a bureau: whose figures these are, and what of the plan is none of its business."""

from __future__ import annotations

from django.utils.translation import gettext as _

from ..document import Block, Para
from ..text import ltr
from ..voice import Voice

PARTS = ("region", "bureau")


def scope_note(voice: Voice, snapshot: dict) -> list[Block]:
    """In a report about a part: whose figures these are, and which of them carry no verdict."""
    scope = snapshot["scope"]
    name = {"name": voice.title(scope["title"])}
    if scope["kind"] == "region":
        words = _(
            "Figures of the region %(name)s alone: made from the values and the work of its own bureaus by the same "
            "arithmetic. Where bureaus add up to one total, no target was set for a region: the value is shown without "
            "a verdict and counts neither for nor against coverage."
        )
    elif scope["kind"] == "bureau":
        words = _(
            "Figures of the bureau %(name)s alone: made from its own values and its own work by the same arithmetic. "
            "Where bureaus add up to one total, no target was set for one bureau: the value is shown without a verdict "
            "and counts neither for nor against coverage."
        )
    else:
        return []
    return [Para(words % name, style="note")]


def is_part(snapshot: dict) -> bool:
    return snapshot["scope"]["kind"] in PARTS


def indicators_of(result: dict, of_part: bool) -> list[dict]:
    """The indicators to show: in a part those that it has something to say of, hidden ones among them."""
    return [one for one in result["indicators"] if not of_part or one["latest"] or one["restricted"]]


def results_of(aim: dict, of_part: bool) -> list[dict]:
    """The expected results to show: in a part those that it works on or measures."""
    return [one for one in aim["expected_results"] if not of_part or _is_concerned(one)]


def _is_concerned(result: dict) -> bool:
    is_hidden = result["results"]["restricted"] or result["delivery"]["restricted"]
    return bool(indicators_of(result, of_part=True) or result["initiatives"] or is_hidden)


def silent_note(voice: Voice, aim: dict, of_part: bool) -> list[Block]:
    """The expected results that are left out, by their numbers."""
    shown = [one["code"] for one in results_of(aim, of_part)]
    silent = [ltr(str(one["number"])) for one in aim["expected_results"] if one["code"] not in shown]
    if not silent:
        return []
    if not shown:
        return [Para(_("No values and no work of this part contribute to it."), style="note")]
    words = _("Expected results without values or work of this part: %(numbers)s.")
    return [Para(words % {"numbers": _(", ").join(silent)}, style="note")]
