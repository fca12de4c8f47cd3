"""One initiative as its page and its file read it: what it is, what it contributes to, and its story."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from django.db.models import CharField, TextField, Value
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from accounts.models import Bureau
from core.errors import NotFound
from core.translations import Translated
from dashboard import stood
from dashboard.asked import Asked
from dashboard.story import read_story
from dashboard.work import MOST_UPDATES
from initiatives.models import CrimeArea, Initiative, Update
from initiatives.past import UNCHANGED, Past, milestone_steps, share_steps, shares_of, turn_back
from objectives.models import Capability
from outcomes.models import Indicator


@dataclass(frozen=True)
class InitiativeView:
    """One initiative: what it is, what it contributes to, and its story."""

    initiative: Initiative
    contributions: list
    milestones: list
    updates: list
    story: list
    linked: dict
    delivery_path: list = field(default_factory=list)

    @property
    def latest(self):
        return next((one for one in self.updates if one.state == "validated" and one.superseded_at is None), None)


def find_initiative(question: Asked, code: str) -> Initiative:
    """Raises NotFound for what the reader may not see, and for what was not there yet on the day."""
    rows = Initiative.objects.visible_to(question.user) if question.moment is None else stood.work_then(question)
    found = rows.select_related("lead_bureau__region", "responsible").filter(code=code).first()
    if found is None:
        raise NotFound(_("There is nothing here, or nothing that you may see."))
    return found


def read_initiative(question: Asked, initiative: Initiative) -> InitiativeView:
    """Four queries beside the initiative; some more for a day in the past, whose fields it then has."""
    past = past_of(question, initiative)
    updates = (
        Update.objects.visible_to(question.user)
        .filter(initiative=initiative)
        .select_related("period", "author", "validated_by")
        .order_by("-period__start_on", "-revision")
    )
    if question.moment is None:
        updates, shares, milestones = question.rows(updates[:MOST_UPDATES], shares_of(initiative), initiative.milestones.all())
    else:
        updates, shares, milestones = question.together(
            stood.update_steps(question, updates), share_steps(initiative, past), milestone_steps(initiative, past)
        )
        updates = updates[:MOST_UPDATES]
    for update in updates:
        update.initiative = initiative
    return InitiativeView(
        initiative,
        shares,
        milestones,
        updates,
        read_story(question.user, initiative, updates, until=question.moment),
        read_linked(question.user, initiative, past),
        [
            (min(u.period.end_on, u.validated_at.date()), u.delivery_percent)
            for u in reversed(updates)
            if u.state == "validated" and not u.superseded_at
        ],
    )


def past_of(question: Asked, initiative: Initiative) -> Past:
    """This will give the initiative in hand the fields that it had on the day; what else it was is in the answer."""
    if question.moment is None:
        return UNCHANGED
    return turn_back([initiative], question.moment).get(initiative.pk, UNCHANGED)


def read_linked(user, initiative: Initiative, past: Past) -> dict[str, list]:
    """Code and name of what the initiative touches, by kind: partners, crime areas, capabilities, indicators. One query."""
    parts = {
        "partners": Bureau.objects.all(),
        "crime_areas": CrimeArea.objects.all(),
        "capabilities": Capability.objects.all(),
        "indicators": Indicator.objects.visible_to(user),
    }
    columns = [
        _linked(rows, kind, initiative, past)
        .order_by()
        .values_list(Value(kind, CharField()), Cast("code", CharField()), Cast("name", TextField()))
        for kind, rows in parts.items()
    ]
    found = {kind: [] for kind in parts}
    for kind, code, name in sorted(columns[0].union(*columns[1:])):
        found[kind].append({"code": code, "name": Translated.from_json(json.loads(name))})
    return found


def _linked(rows, kind: str, initiative: Initiative, past: Past):
    then = past.links(kind)
    if then is not None:
        return rows.filter(pk__in=then)
    return rows.filter(**{{"partners": "joins"}.get(kind, "initiatives"): initiative})
