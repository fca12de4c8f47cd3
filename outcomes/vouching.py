"""Approving translations together: read side by side, ticked, approved at once, taken back for ten minutes.

Only working translations of the present source text are approved so. What is missing has to be written, and what is
stale has to be held against what changed: both are done text by text.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import undoable
from accounts.access import require
from accounts.models import UndoableAct
from core.errors import DomainError, Invalid, NotFound
from core.translations import LANGUAGES, Translated, TranslationState
from goals.services import save_changes
from outcomes.wording import KINDS, Wording, find_record

ACT = "texts.approved"
MOST_AT_ONCE = 100
OF_A_PLAN = ("plan", "framework", "strategy")  # kinds of texts of one record, which has one version


@dataclass(frozen=True)
class Place:
    """Where a text stands: its record's kind and key, and the field."""

    kind: str
    pk: int
    field: str

    @property
    def record(self) -> tuple[int, int]:
        """Sorted by it, records are locked in one order by everyone."""
        return list(KINDS).index(self.kind), self.pk

    @property
    def versioned(self) -> tuple[str, int]:
        return "plan" if self.kind in OF_A_PLAN else self.kind, self.pk


@dataclass
class Outcome:
    """Which texts were approved or taken back, which stayed and why, and the act that can be taken back."""

    done: list[Place] = field(default_factory=list)
    refused: list[tuple[Place, str]] = field(default_factory=list)
    act: UndoableAct | None = None


def drafts(wordings: Iterable[Wording], language: str) -> list[Wording]:
    """Those whose translation in the language is a working translation of the present source text."""
    return [one for one in wordings if one.state(language) == TranslationState.DRAFT]


@transaction.atomic
def approve_many(*, chosen: dict[Place, int], language: str, by, at) -> Outcome:
    """This will approve the chosen translations as they stand, with one record on the trail for each record of theirs.

    `chosen` maps each text to the version of its record that was seen. What moved on since, cannot be seen any more or
    is no working translation is left as it is and named. Raises Invalid for none and for more than 100.
    """
    require(by, "plan.edit")
    if not chosen or len(chosen) > MOST_AT_ONCE or language not in LANGUAGES:
        raise Invalid(_("Choose from one to %(most)s translations.") % {"most": MOST_AT_ONCE})
    outcome, items = Outcome(), []
    for record, places in _locked(chosen, by, outcome):
        fit = [one for one in places if _may_be_approved(one, record, chosen[one], language, outcome)]
        items += [{**_address(one, language), "words": _text(record, one).texts[language]} for one in fit]
        _set(record, fit, language, TranslationState.APPROVED, "text.translation_approved", by, at)
        outcome.done += fit
    if items:
        outcome.act = undoable.remember(kind=ACT, items=items, by=by, at=at)
    return outcome


@transaction.atomic
def take_back(*, public_id, by, at) -> Outcome:
    """This will make every translation of the act a working translation again, where it is still as it was approved.

    Raises NotFound for another's act, Conflict when it is too late or done already.
    """
    require(by, "plan.edit")
    act = undoable.claim(public_id=public_id, kind=ACT, by=by, at=at)
    items = {Place(one["kind"], one["pk"], one["field"]): one for one in act.items}
    outcome = Outcome(act=act)
    for record, places in _locked(items, by, outcome):
        fit = [one for one in places if _is_as_approved(_text(record, one), items[one], outcome, one)]
        language = items[places[0]]["language"]
        _set(record, fit, language, TranslationState.DRAFT, "text.approval_taken_back", by, at)
        outcome.done += fit
    return outcome


def open_acts(*, by, at):
    """What the person approved together lately and may still take back."""
    return list(undoable.open_acts(kind=ACT, by=by, at=at)[:5])


def _locked(places: Iterable[Place], by, outcome: Outcome) -> list[tuple[object, list[Place]]]:
    """Each record under its lock with its places; all locks are taken before the first line on the trail."""
    together: dict[tuple[int, int], list[Place]] = defaultdict(list)
    for one in places:
        together[one.record].append(one)
    found = []
    for key in sorted(together):
        fit = [one for one in together[key] if one.field in KINDS[one.kind].fields]
        try:
            if not fit:
                raise NotFound(_("There is nothing here, or nothing that you may see."))
            found.append((find_record(by, fit[0].kind, fit[0].pk, fit[0].field, is_locked=True), fit))
        except DomainError as refused:
            outcome.refused += [(one, str(refused)) for one in together[key]]
    return found


def _text(record, place: Place) -> Translated:
    return getattr(record, place.field)


def _address(place: Place, language: str) -> dict:
    return {"kind": place.kind, "pk": place.pk, "field": place.field, "language": language}


def _may_be_approved(place: Place, record, version: int, language: str, outcome: Outcome) -> bool:
    if record.version != version:
        outcome.refused.append((place, str(_("Somebody changed it since you chose it."))))
    elif _text(record, place).state(language) != TranslationState.DRAFT:
        outcome.refused.append((place, str(_("It is no working translation of the present text."))))
    else:
        return True
    return False


def _is_as_approved(text: Translated, item: dict, outcome: Outcome, place: Place) -> bool:
    language = item["language"]
    stands = text.state(language) == TranslationState.APPROVED and text.texts[language] == item["words"]
    if not stands:
        outcome.refused.append((place, str(_("Somebody changed it since."))))
    return stands


def _set(record, places: list[Place], language: str, state: TranslationState, action: str, by, at) -> None:
    """One change of the record; where a plan's other texts were changed a moment ago, its version goes on from there."""
    if not places:
        return
    record.refresh_from_db(fields=["version"])
    texts = {one.field: _text(record, one) for one in places}
    new = {name: text.translated(language, text.texts[language], state=state.value) for name, text in texts.items()}
    save_changes(record, new, action, reason="", by=by, at=at)
