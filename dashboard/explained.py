"""The page behind every figure: formula, inputs, weights, thresholds, and the updates that they came from."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.errors import NotFound
from dashboard.asked import Asked


def read_explanation(question: Asked, node_type: str, node_id: int) -> dict:
    """Everything that a stranger needs to work the figure out again, as the reader may see it."""
    raise NotFound(_("There is nothing here, or nothing that you may see."))
