"""The rooms of measuring in the administration."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.administration import Entry
from outcomes.choices import IndicatorState
from outcomes.models import Indicator, Judgement, ProposedValue, Weight


def _indicators(user, on) -> dict:
    rows = Indicator.objects.visible_to(user)
    return {"all": rows.measured(), "proposed": rows.filter(state=IndicatorState.PROPOSED)}


def _indicators_state(numbers) -> str:
    words = ngettext("%(n)s indicator", "%(n)s indicators", numbers["all"]) % {"n": numbers["all"]}
    proposed = ngettext("%(n)s proposed", "%(n)s proposed", numbers["proposed"]) % {"n": numbers["proposed"]}
    return f"{words} · {proposed}"


def _targets(user, on) -> dict:
    return {"lacking": Indicator.objects.visible_to(user).measured().filter(targets=None)}


def _targets_state(numbers) -> str:
    return ngettext("%(n)s indicator without a target", "%(n)s indicators without a target", numbers["lacking"]) % {
        "n": numbers["lacking"]
    }


def _weights(user, on) -> dict:
    return {"weights": Weight.objects.current()}


def _weights_state(numbers) -> str:
    return ngettext("%(n)s part has a weight", "%(n)s parts have a weight", numbers["weights"]) % {"n": numbers["weights"]}


def _judgements(user, on) -> dict:
    return {"standing": Judgement.objects.current().filter(expires_on__gte=on)}


def _judgements_state(numbers) -> str:
    return ngettext("%(n)s stands", "%(n)s stand", numbers["standing"]) % {"n": numbers["standing"]}


def _to_confirm(user, on) -> dict:
    return {"waiting": ProposedValue.objects.visible_to(user).for_another_than(user)}


def _to_confirm_state(numbers) -> str:
    return ngettext("%(n)s to confirm", "%(n)s to confirm", numbers["waiting"]) % {"n": numbers["waiting"]}


ROOMS = (
    Entry(
        "measuring", 10, _("Indicators"), _("What is measured, how it is worked out, and what it still lacks."),
        "outcomes:indicators", ("indicator.edit", "audit.read"), _indicators, _indicators_state,
    ),
    Entry(
        "measuring", 20, _("Targets as a grid"), _("What is to be reached by when; takes a paste from a spreadsheet."),
        "outcomes:target_plans", ("target.set",), _targets, _targets_state,
    ),
    Entry(
        "measuring", 30, _("Weights"), _("How much each part counts in its whole, and what another weight would change."),
        "outcomes:wholes", ("weight.edit",), _weights, _weights_state,
    ),
    Entry(
        "measuring", 45, _("Values to confirm"), _("What officers recorded themselves counts once another officer confirms it."),
        "outcomes:proposed_values", ("measurement.record", "audit.read"), _to_confirm, _to_confirm_state,
    ),
    Entry(
        "measuring", 50, _("Judgements"), _("Where a responsible person says otherwise than the figures, and until when."),
        "outcomes:judgements", ("judgement.set", "audit.read"), _judgements, _judgements_state,
    ),
)  # fmt: skip
