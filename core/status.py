"""The eight statuses: value, word, shape and colour declared together, for pages, charts and files."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

RING = "M8 2a6 6 0 1 1 0 12a6 6 0 1 1 0-12z"
DISC = "M8 1.2a6.8 6.8 0 1 1 0 13.6a6.8 6.8 0 1 1 0-13.6z"
HALF = "M2 8h12a6 6 0 1 1-12 0z"
STAR = "M8 .6l2.2 4.9 5.3.6-4 3.6 1.1 5.2L8 12.2l-4.6 2.7 1.1-5.2-4-3.6 5.3-.6z"


@dataclass(frozen=True)
class Status:
    """A verdict on an indicator, result or aim. `solid` and `outline` are paths in a box of 16 by 16.

    `colour` is the light theme's and the printed page's; the dark theme's lives in the style sheet.
    `rank` sorts from what needs attention first to what needs none.
    """

    code: str
    label: str | Promise
    colour: str
    rank: int
    solid: str = ""
    outline: str = ""


STATUSES = {
    status.code: status
    for status in (
        Status("off_track", _("off track"), "#a3191f", 1, solid="M2 2h12v12H2z"),
        Status("at_risk", _("at risk"), "#bd7400", 2, solid="M8 1l7.4 13.4H.6z"),
        Status("on_track", _("on track"), "#1e7d4f", 3, solid=DISC),
        Status("achieved", _("achieved"), "#173a6b", 4, solid=STAR),
        Status("stale", _("stale"), "#68717d", 5, outline=RING + "M8 4.8V8.2l2.4 1.6"),
        Status("insufficient_data", _("insufficient data"), "#68717d", 6, solid=HALF, outline=RING),
        Status("no_data", _("no data"), "#68717d", 7, outline=RING),
        Status("too_early", _("too early"), "#74668f", 8, solid="M8 .6L15.4 8 8 15.4.6 8z"),
    )
}


def status_of(code: str | None) -> Status:
    """The status of the code; what is not known is 'no data', never a colour."""
    return STATUSES.get(code or "no_data", STATUSES["no_data"])
