"""The cover: what this is, of when, how far it may travel, and the code that proves it genuine."""

from __future__ import annotations

from django.utils.translation import gettext as _

from ...choices import reason_words
from ...snapshot import check_code
from ..document import Cover
from ..voice import Voice
from ..words import cadence_word, handling_word


def cover(voice: Voice, snapshot: dict) -> Cover:
    period, number = snapshot["period"], snapshot["filing"]["number"]
    return Cover(
        kicker=_("Edition %(number)s") % {"number": number} if number else _("Preview, not filed"),
        title=voice.words(snapshot["title"])[0],
        plans=_plans(voice, snapshot),
        period=voice.period(period["code"]),
        period_note=_("%(first)s to %(last)s") % {"first": voice.day(period["start_on"]), "last": voice.day(period["end_on"])},
        facts=_facts(voice, snapshot),
        code_label=_("Check code"),
        code=check_code(snapshot) if number else "–",
        code_note=_("Enter this code on the check page of the product to learn whether this document is genuine."),
        disclaimer=_("Not affiliated with, or endorsed by, the organisation whose public texts it encodes."),
        notices=_notices(voice, snapshot),
        is_part=bool(about(voice, snapshot)),
    )  # fmt: skip


def _plans(voice: Voice, snapshot: dict) -> list[tuple[str, str]]:
    if snapshot["scope"]["title"] and snapshot["scope"]["kind"] != "plan":
        return [voice.words(snapshot["scope"]["title"])] + [voice.words(plan["title"]) for plan in snapshot["plans"]]
    return [voice.words(plan["title"]) for plan in snapshot["plans"]]


def about(voice: Voice, snapshot: dict) -> str:
    """The name of the region, bureau or aim that the report is about; empty where it is about whole plans."""
    scope = snapshot["scope"]
    return voice.words(scope["title"])[0] if scope["title"] and scope["kind"] != "plan" else ""


def _facts(voice: Voice, snapshot: dict) -> list[tuple[str, str]]:
    return [
        (_("Data as known on"), voice.moment(snapshot["as_of"])),
        (_("Handling"), handling_word(snapshot["handling"]["level"])),
        (_("Cadence"), cadence_word(snapshot["cadence"])),
        (_("Languages"), " · ".join(voice.language_name(one) for one in snapshot["languages"])),
    ]


def _notices(voice: Voice, snapshot: dict) -> list[str]:
    return [
        notice
        for notice in (
            _demo(snapshot),
            _open_period(snapshot),
            _correction(snapshot),
            left_out_sentence(voice, snapshot),
        )
        if notice
    ]


def _demo(snapshot: dict) -> str:
    return _("Demonstration: every figure and name in this report is invented.") if snapshot["demo"] else ""


def _open_period(snapshot: dict) -> str:
    return _("The period is still open: figures will change.") if snapshot["period"]["is_open"] else ""


def _correction(snapshot: dict) -> str:
    if not snapshot["filing"]["corrects"]:
        return ""
    reason = reason_words(snapshot["filing"]["correction_reason"] or "")
    words = {"number": snapshot["filing"]["corrects"], "reason": reason}
    return _("Corrects edition %(number)s. Reason: %(reason)s") % words


def left_out_sentence(voice: Voice, snapshot: dict) -> str:
    """What this reader does not get, as counts; empty when nothing was left out."""
    left_out = snapshot["handling"]["left_out"]
    if not any(left_out.values()):
        return ""
    words = {name: voice.number(count) for name, count in left_out.items()}
    return (
        _(
            "Left out because of their handling: initiatives %(initiatives)s, indicators %(indicators)s, "
            "statements %(statements)s, figures %(figures)s."
        )
        % words
    )
