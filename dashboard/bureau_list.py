"""The list of bureaus: every active one with what it owes for the period; found by name, code or country, and by region."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import may
from accounts.models import Bureau
from accounts.naming import name_key
from core.formats import number, plain_letters
from dashboard.asked import Asked
from dashboard.drawing import with_kept
from dashboard.reporting_drawing import had_reported, uncounted
from dashboard.work import Duty, latest_moment

SECRETARIAT = "general-secretariat"
SORTS = ("behind", "name", "region")


@dataclass(frozen=True)
class Listed:
    """What was asked of the list, and what was found."""

    duties: list[Duty]
    everyone: int
    regions: list[tuple[str, str]]
    search: str
    region: str
    sort: str

    @property
    def is_filtered(self) -> bool:
        return bool(self.search or self.region)


def list_bureaus(duties: list[Duty], given, bureaus: list[Bureau] | None = None) -> Listed:
    """All active bureaus with their duties, of the region and with the words that were asked for. One query.

    `bureaus` are those that there were on a past day, with what they were then.
    """
    known = {duty.bureau.pk: duty for duty in duties}
    if bureaus is None:
        bureaus = Bureau.objects.filter(is_active=True).select_related("region", "country").order_by("code")
    active = [one for one in bureaus if one.is_active]
    bureaus = [*active, *(duty.bureau for duty in duties if not duty.bureau.is_active)]
    search, region = given.get("search", "")[:100].strip(), given.get("region", "")[:40]
    rows = [known.get(one.pk) or Duty(one, 0, 0, 0) for one in bureaus if _is_in(one, region) and _matches(one, search)]
    sort = given.get("sort", "") if given.get("sort") in SORTS else SORTS[0]
    return Listed(sorted(rows, key=_key(sort)), len(bureaus), _regions(bureaus), search, region, sort)


def _regions(bureaus) -> list[tuple[str, str]]:
    found = {one.region.code: one.region for one in bureaus if one.region}
    ordered = sorted(found.values(), key=lambda region: (region.position, region.code))
    return [*((one.code, str(one.name)) for one in ordered), (SECRETARIAT, _("General Secretariat"))]


def _is_in(bureau: Bureau, region: str) -> bool:
    return not region or region == (bureau.region.code if bureau.region else SECRETARIAT)


def _matches(bureau: Bureau, search: str) -> bool:
    """The words are in the bureau's or its country's name, in any of the languages, or are its code."""
    if not search:
        return True
    names = [*bureau.name.texts.values(), *(bureau.country.name.texts.values() if bureau.country else ())]
    return search.upper() == bureau.code or any(plain_letters(search) in plain_letters(name) for name in names)


def _key(sort: str):
    return {
        "behind": lambda duty: (-duty.missing, not duty.due, name_key(duty.bureau)),
        "name": lambda duty: name_key(duty.bureau),
        "region": lambda duty: (str(duty.bureau.region or ""), name_key(duty.bureau)),
    }[sort]


HEAD = ["period", "bureau", "name", "region", "due", "sent", "validated", "missing", "known_on"]


def csv_rows(question: Asked, listed: Listed):
    """The bureaus of the list in its order; `known_on` is empty for today."""
    for duty in listed.duties:
        region = duty.bureau.region.code if duty.bureau.region else SECRETARIAT
        yield [question.period.code if question.period else "", duty.bureau.code, str(duty.bureau.name), region, duty.due,
               duty.sent, duty.validated, duty.missing, question.known_on or ""]  # fmt: skip


def bureaus_page(question: Asked, listed: Listed, context: dict, *, csv_query: str = "") -> dict:
    """The page's context: what the whole list says first, then the rows that were asked for."""
    shown = len(listed.duties)
    is_past = question.known_on is not None
    return {
        **context,
        "listed": listed,
        "duties": listed.duties,
        "found": ngettext("%(n)s bureau", "%(n)s bureaus", shown) % {"n": number(shown)},
        "sorts": [("behind", _("most behind first")), ("name", _("by name")), ("region", _("by region"))],
        "clear_url": with_kept(reverse("dashboard:bureaus"), question.kept if is_past else ""),
        "csv_url": with_kept(reverse("dashboard:bureaus_csv"), csv_query),
        "kept": f"?{question.kept}" if question.kept else "",
        "known": question.known_on,
        "stamp": {"known_at": None if is_past else latest_moment(), "known_on": question.known_on, "is_day_alone": is_past,
                  "waiting": question.waiting if question.is_reviewer and not is_past else None},
    }


def bureaus_then(question: Asked, then) -> dict:
    """What is said otherwise of a past day: how many had not reported by then, or that nobody has counted them yet."""
    if then.missing:
        return {"sentence": uncounted(then.missing), "missing": then.missing, "reporting_url": ""}
    late = sum(not duty.is_complete for duty in then.rows)
    said = {"sentence": had_reported(question.period, late, len(then.rows))} if then.rows else {}
    return said | {"missing": None, "reporting_url": _reporting(question)}


def _reporting(question: Asked) -> str:
    return with_kept(reverse("dashboard:reporting"), question.kept) if may(question.user, "review.read") else ""
