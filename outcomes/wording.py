"""The words of the plans: which texts there are, how far each translation can be trusted, and how they change."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.db import models, transaction
from django.db.models import F, Value
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.access import require, sight
from core import versions
from core.errors import Conflict, Invalid, NotFound
from core.models import TextRevision
from core.texts import revised
from core.translations import LANGUAGES, Translated, TranslationState
from goals.models import Aim, Framework, Plan, PlanStatus
from goals.services import save_changes
from objectives.models import Capability, Strategy
from outcomes.models import ExpectedResult, Indicator

LONGEST_TEXT = 10_000
TO_DO = (TranslationState.MISSING, TranslationState.STALE, TranslationState.DRAFT)


@dataclass(frozen=True)
class Kind:
    """Records with texts: their model, the fields, and the ways to their plan and to what orders them in it."""

    code: str
    model: type[models.Model]
    label: object
    plan: str
    fields: tuple[str, ...]
    places: tuple[str, ...] = ()


KINDS = {
    kind.code: kind
    for kind in (
        Kind("plan", Plan, _("plan"), "", ("title", "introduction")),
        Kind("framework", Framework, _("strategic framework"), "", (
            "vision_title", "vision_text", "mission_title", "mission_text", "goals_introduction")),
        Kind("strategy", Strategy, _("strategy"), "", ("mandate", "hangs_from")),
        Kind("aim", Aim, _("aim"), "plan__", ("title", "text"), ("number",)),
        Kind("result", ExpectedResult, _("expected result"), "aim__plan__", ("text",), ("aim__number", "number")),
        Kind("capability", Capability, _("capability"), "plan__", ("name",), ("number",)),
        Kind("indicator", Indicator, _("indicator"), "expected_result__aim__plan__", (
            "name", "definition", "unit_label", "numerator_label", "denominator_label", "source",
            "means_of_verification"), ("expected_result__aim__number", "expected_result__number")),
    )
}  # fmt: skip
FIELDS = {
    "title": _("title"),
    "introduction": _("introduction"),
    "vision_title": _("title of the vision"),
    "vision_text": _("vision"),
    "mission_title": _("title of the mission"),
    "mission_text": _("mission"),
    "goals_introduction": _("words before the goals"),
    "mandate": _("mandate"),
    "hangs_from": _("what it hangs from"),
    "text": _("text"),
    "name": _("name"),
    "definition": _("definition"),
    "unit_label": _("unit"),
    "numerator_label": _("numerator"),
    "denominator_label": _("denominator"),
    "source": _("source"),
    "means_of_verification": _("means of verification"),
}


@dataclass(frozen=True)
class Wording:
    """One text where it stands: its record's kind, key and version, its field, its plan, its place in the plan."""

    kind: str
    pk: int
    field: str
    version: int
    plan: str
    status: str
    place: str
    code: str
    text: Translated

    @property
    def label(self) -> str:
        """For instance "aim 2, title", or "indicator G1.1-I1, unit"."""
        return name_of(self.kind, self.field, self.code or self.place)

    def state(self, language: str) -> str:
        return str(self.text.state(language))


def name_of(kind: str, field: str, place: str = "") -> str:
    """What a text is called: its record's kind and place, and the field, with the comma of the language."""
    return f"{KINDS[kind].label} {place}".strip() + f"{gettext(', ')}{FIELDS[field]}"


def read_wordings(user, *, plan: str = "") -> list[Wording]:
    """Every text that the person may see and that says something, in the order of the plans. One query."""
    parts = [rows for rank, kind in enumerate(KINDS.values()) for rows in _rows_of(kind, rank, user, plan)]
    rows = sorted(parts[0].union(*parts[1:], all=True), key=_in_the_order_of_the_plans)
    found = [
        Wording(kind, pk, field, version, code, status, ".".join(str(n) for n in (one, two) if n), own, text)
        for kind, pk, field, version, code, status, _start, _rank, one, two, own, _place, text in rows
    ]
    return [one for one in found if one.text]


def _in_the_order_of_the_plans(row):
    _kind, pk, _field, _version, code, _status, start_on, rank, one, two, own, place, _text = row
    return -start_on.toordinal(), code, max(rank, 2), one, two, rank, own, pk, place


def _rows_of(kind: Kind, rank: int, user, plan: str):
    rows = kind.model.objects.filter(sight(user).plans(kind.plan))
    if kind.code == "indicator":
        rows = Indicator.objects.visible_to(user).measured()
    if plan:
        rows = rows.filter(**{f"{kind.plan}code": plan})
    one, two = (*kind.places, Value(0), Value(0))[:2]
    for place, field in enumerate(kind.fields):
        yield rows.order_by().values_list(
            Value(kind.code), "pk", Value(field), "version", f"{kind.plan}code", f"{kind.plan}status",
            f"{kind.plan}start_on", Value(rank), one, two, F("code") if kind.code == "indicator" else Value(""), Value(place), field,
        )  # fmt: skip


def counts_of(wordings: list[Wording]) -> dict[str, Counter]:
    """For each language, how many texts are in which state."""
    return {language: Counter(one.state(language) for one in wordings) for language in LANGUAGES}


def waiting_for_approval(user) -> int:
    """How many texts lack an approved translation in at least one language."""
    return sum(any(one.state(language) in TO_DO for language in LANGUAGES) for one in read_wordings(user))


def find_record(user, kind: str, pk: int, field: str, *, version: int | None = None, is_locked: bool = False):
    """The record that the text is part of, locked where it is about to change. Hidden and absent look the same."""
    found = KINDS.get(kind)
    if found is None or field not in found.fields:
        raise NotFound(_("There is nothing here, or nothing that you may see."))
    rows = found.model.objects.filter(sight(user).plans(found.plan))
    if kind == "indicator":
        rows = rows.filter(sight(user).handled())
    if is_locked:
        return versions.lock(rows, pk, version=version)
    record = rows.filter(pk=pk).first()
    if record is None:
        raise NotFound(_("There is nothing here, or nothing that you may see."))
    return record


def plan_above(record) -> Plan:
    if isinstance(record, Plan):
        return record
    if isinstance(record, Indicator):
        record = record.expected_result
    return record.aim.plan if isinstance(record, ExpectedResult) else record.plan


def is_from_a_source(record) -> bool:
    """Whether the text was taken word for word from a published document, or derived from its words."""
    return bool(plan_above(record).source_name) and not isinstance(record, Indicator)


@transaction.atomic
def rewrite_text(*, kind: str, pk: int, field: str, version: int, words: str, reason: str, by, at):
    """This will write a text anew in its source language; its translations are stale from then on.

    What a published plan said before is kept as an earlier version, and the change says why. Refused: no words where
    there must be some, no reason once the plan is published.
    """
    require(by, "plan.edit")
    record = find_record(by, kind, pk, field, version=version, is_locked=True)
    words, text, faults = words.strip(), getattr(record, field), {}
    if not words and not record._meta.get_field(field).blank:
        faults["words"] = [_("Give the text in its source language.")]
    if len(words) > LONGEST_TEXT:
        faults["words"] = [_("The text is too long.")]
    if plan_above(record).status != PlanStatus.DRAFT and not reason.strip():
        faults["reason"] = [_("Say why it changes.")]
    if faults:
        raise Invalid(_("The text cannot be saved yet."), fields=faults)
    return save_changes(
        record, {field: revised(text, texts={text.source: words})}, "text.rewritten", reason=reason.strip(), by=by, at=at
    )


@transaction.atomic
def translate_text(
    *, kind: str, pk: int, field: str, language: str, version: int, words: str, by, at, approve: bool = False
):
    """This will keep a translation of the present source text, as a draft or approved by the person.

    Refused: the source language itself, no words. Whoever approves is on the trail beside whoever wrote.
    """
    require(by, "plan.edit")
    record = find_record(by, kind, pk, field, version=version, is_locked=True)
    words, text = words.strip(), getattr(record, field)
    if language not in LANGUAGES or language == text.source:
        raise Conflict(_("This is the language of the source itself."), code="source_language")
    if not words or len(words) > LONGEST_TEXT:
        raise Invalid.on("words", _("Give the translation.") if not words else _("The text is too long."))
    state = TranslationState.APPROVED if approve else TranslationState.DRAFT
    action = "text.translation_approved" if approve else "text.translated"
    new = text.translated(language, words, state=state.value)
    return save_changes(record, {field: new}, action, reason="", by=by, at=at)


def earlier_versions(kind: str, record, field: str) -> list[TextRevision]:
    """What the text said before, newest first. A plan's own texts may be kept under either of its names."""
    names = {KINDS[kind].model._meta.label_lower, record._meta.label_lower}
    rows = TextRevision.objects.filter(target_type__in=names, target_id=str(record.pk), field=field)
    return list(rows.order_by("-version"))


def source_before(kind: str, record, field: str, language: str) -> str | None:
    """The source text that a stale translation was made of; None where it is not kept."""
    text = getattr(record, field)
    of_version = text.states.get(language, {}).get("of_version", text.version)
    kept = next((one for one in earlier_versions(kind, record, field) if one.version == of_version), None)
    return kept.text.texts.get(text.source) if kept else None
