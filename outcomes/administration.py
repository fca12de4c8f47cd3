"""The rooms of the plans in the administration, and those of measuring."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.administration import Entry
from goals.models import Plan, PlanStatus
from outcomes.measuring_rooms import ROOMS
from outcomes.models import Crosswalk
from outcomes.wording import waiting_for_approval

READERS = ("plan.edit", "audit.read")


def _plans(user, on) -> dict:
    seen = Plan.objects.visible_to(user)
    return {"all": seen, "drafts": seen.filter(status=PlanStatus.DRAFT)}


def _plans_stand(numbers) -> str:
    words = ngettext("%(n)s plan", "%(n)s plans", numbers["all"]) % {"n": numbers["all"]}
    if not numbers["drafts"]:
        return words
    drafts = ngettext("%(n)s of them a draft", "%(n)s of them drafts", numbers["drafts"]) % {"n": numbers["drafts"]}
    return f"{words} · {drafts}"


def _texts(user, on) -> dict:
    return {"waiting": waiting_for_approval(user)}


def _texts_stand(numbers) -> str:
    words = ngettext(
        "%(n)s text without an approved translation", "%(n)s texts without an approved translation", numbers["waiting"]
    )
    return words % {"n": numbers["waiting"]}


def _links(user, on) -> dict:
    seen = Crosswalk.objects.visible_to(user)
    return {"all": seen, "proposed": seen.filter(state="proposed")}


def _links_stand(numbers) -> str:
    words = ngettext("%(n)s link", "%(n)s links", numbers["all"]) % {"n": numbers["all"]}
    proposed = ngettext("%(n)s to approve", "%(n)s to approve", numbers["proposed"]) % {"n": numbers["proposed"]}
    return f"{words} · {proposed}"


ENTRIES = (
    Entry(
        "plans", 10, _("Plans"), _("Draft, publish, change and close plans with their aims and expected results."),
        "outcomes:plans", READERS, _plans, _plans_stand,
    ),
    Entry(
        "plans", 20, _("Translations"), _("Every text in four languages: translate, look again, approve."),
        "outcomes:translations", READERS, _texts, _texts_stand,
    ),
    Entry(
        "plans", 30, _("Crosswalk"), _("What became of each part of a plan in the one that follows it."),
        "outcomes:crosswalk", READERS, _links, _links_stand,
    ),
    *ROOMS,
)  # fmt: skip
