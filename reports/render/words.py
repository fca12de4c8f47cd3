"""The report's words for statuses, kinds and states; gettext must be active in the report's language."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.formats import percent
from core.handling import Handling
from core.status import status_of
from outcomes.choices import (
    CombineBureaus,
    CrosswalkKind,
    Direction,
    Frequency,
    IndicatorState,
    Kind,
    ProposalState,
    ValueState,
)

# The shares that the reading guide names; `percent` writes them in the active language.
ON_TRACK, AT_RISK = Decimal("0.90"), Decimal("0.75")


def status_word(status: str) -> str:
    return _("restricted") if status == "restricted" else str(status_of(status).label)


def status_meaning(status: str) -> str:
    return {
        "on_track": _("At least %(share)s of what was expected by now.") % {"share": percent(ON_TRACK)},
        "at_risk": _("Between %(low)s and %(high)s of what was expected by now.")
        % {"low": percent(AT_RISK), "high": percent(ON_TRACK)},
        "off_track": _("Less than %(share)s of what was expected by now.") % {"share": percent(AT_RISK)},
        "achieved": _("The final target is met."),
        "too_early": _("Nothing is expected yet."),
        "no_data": _("Nothing has been reported yet."),
        "insufficient_data": _("Too little is known for a verdict."),
        "stale": _("The last value is older than one and a half reporting intervals."),
        "restricted": _("Hidden: it rests on the restricted values of fewer than three bureaus."),
    }[status]


def handling_word(level: int) -> str:
    word = str(Handling(level).label)
    return word[:1].upper() + word[1:]


def value_state_word(state: str) -> str:
    return _label(ValueState, state)


def _label(choices, value: str) -> str:
    """The house's own word for a value; a value of an older format that is no longer known stands for itself."""
    return str(choices(value).label) if value in choices.values else value


def cadence_word(cadence: str) -> str:
    return {
        "monthly": _("monthly"),
        "quarterly": _("quarterly"),
        "half_yearly": _("half-yearly"),
        "yearly": _("yearly"),
        "once": _("once"),
    }.get(cadence, cadence)


def aim_word(plan_kind: str, number: int) -> str:
    if plan_kind == "framework":
        return _("Strategic goal %(number)s") % {"number": number}
    return _("Objective %(number)s") % {"number": number}


def crosswalk_word(kind: str) -> str:
    return _label(CrosswalkKind, kind)


def approval_word(state: str) -> str:
    return _label(ProposalState, state)


def indicator_state_word(state: str) -> str:
    return _label(IndicatorState, state)


def kind_word(kind: str, direction: str) -> str:
    """What sort of number it is and which way is better: 'ratio, increase'."""
    return _("%(kind)s, %(direction)s") % {"kind": _label(Kind, kind), "direction": _label(Direction, direction)}


def combine_word(combine: str) -> str:
    return _("bureaus: %(way)s") % {"way": _label(CombineBureaus, combine)}


def frequency_word(frequency: str) -> str:
    return _label(Frequency, frequency)


def role_word(owner: str) -> str:
    """The owner as it was written; the name of a role is said in the report's language."""
    return _(owner) if owner else ""


def sense_word(sense: str) -> str:
    return {"worse": _("worse"), "better": _("better")}.get(sense, "")


def initiatives_count(count: int, shown: str) -> str:
    return ngettext("%(shown)s initiative", "%(shown)s initiatives", count) % {"shown": shown}


def bureaus_count(count: int, shown: str) -> str:
    return ngettext("%(shown)s bureau", "%(shown)s bureaus", count) % {"shown": shown}


def glossary() -> list[tuple[str, str]]:
    """The words of the report and what they mean, in the field's standard terms."""
    return [
        (_("Aim"), _("A strategic goal of a framework, or an objective of a strategy.")),
        (_("Expected result"), _("A change promised for the plan's period, under exactly one aim.")),
        (_("Indicator"), _("What is measured to see a change, with a baseline, dated targets and a means of verification.")),
        (_("Measurement"), _("A value of an indicator for a reporting period and, where it applies, a bureau.")),
        (_("Baseline"), _("The value before the plan began, with its date.")),
        (_("Target"), _("The value that was promised, with its date.")),
        (_("Initiative"), _("Work that a bureau leads and that contributes to one or more expected results.")),
        (_("Update"), _("What a bureau says about an initiative for a reporting period, with values and evidence.")),
        (_("Bureau"), _("A National Central Bureau of a member country, or a unit of the General Secretariat.")),
        (_("Progress"), _("How much of the way from baseline to target has been covered, as measured by indicators.")),
        (_("Delivery"), _("How much of the planned work has been done, as reported on initiatives.")),
        (_("Coverage"), _("The share of the weight for which a value is known.")),
        (_("Range"), _("Where progress would lie if everything unknown were at zero, and if it were complete.")),
        (_("Judgement"), _("A status that a responsible person set, with a reason; shown beside the computed one.")),
        (_("Crosswalk"), _("The link from an aim of one plan to an aim of the plan that follows it.")),
        (_("Edition"), _("A filed progress report. Its facts are frozen and never change.")),
        (_("Withheld"), _("A value that a bureau does not want to be shown or counted.")),
    ]  # fmt: skip
