"""The update as questions on a page: what is asked, what was answered last time, what looks odd. One list, two ways to ask."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from core.formats import percent
from core.templatetags.page import said
from initiatives import flags, wording
from initiatives.entry import Entry, Row
from initiatives.forms import DELIVERY, NARRATIVE, PARTS, SETTINGS, SUPPORT, UpdateForm
from initiatives.life import NUMBERS
from outcomes.choices import Kind

FILES = "files"


@dataclass(frozen=True)
class Question:
    """A bound field with last time's answer beside it; `odd` is a question about what was saved."""

    field: object
    before: str | None = None
    unit: str = ""
    optional: bool = False
    odd: str = ""

    @property
    def part(self) -> str:
        """Which part of a value it asks for: state, value, numerator, ..."""
        return self.field.name.rpartition(".")[2]


@dataclass(frozen=True)
class Section:
    """Questions that belong together. `row` holds the indicator's facts where the section is about one.

    `opens` names the group of sections that begins with this one.
    """

    code: str
    title: str
    questions: list[Question] = field(default_factory=list)
    row: dict | None = None
    opens: str = ""

    @property
    def state(self) -> Question | None:
        return next((one for one in self.questions if one.part == "state"), None)

    @property
    def numbers(self) -> list[Question]:
        return [one for one in self.questions if one.part in NUMBERS]

    @property
    def others(self) -> list[Question]:
        return [one for one in self.questions if one.part in ("observed_on", "reason")]


def steps_of(entry: Entry) -> list[tuple[str, tuple[str, ...]]]:
    """The order of questions when they are asked one at a time: a code and the names of its fields."""
    narrative = [(name, (name,)) for name in NARRATIVE]
    values = [(f"value-{row.indicator.pk}", value_names(row)) for row in entry.rows]
    return [*narrative, ("delivery", DELIVERY), *values, ("support", SUPPORT), (FILES, SETTINGS)]


def value_names(row: Row) -> tuple[str, ...]:
    return tuple(f"values.{row.indicator.pk}.{part}" for part in PARTS)


def sections_of(form: UpdateForm, entry: Entry) -> list[Section]:
    """The sections whose fields the form has."""
    found = [
        Section("narrative", _("What happened"), _questions(form, entry, NARRATIVE)),
        Section("delivery", _("Delivery"), _questions(form, entry, DELIVERY)),
        *(_value_section(form, row, is_first=not place) for place, row in enumerate(entry.rows)),
        Section("support", _("Risks and help"), _questions(form, entry, SUPPORT, optional=True)),
        Section("settings", _("Handling and language"), _questions(form, entry, SETTINGS, with_before=False)),
    ]
    return [section for section in found if section.questions]


def _questions(form, entry, names, *, optional=False, with_before=True) -> list[Question]:
    return [
        Question(
            form[name],
            before=_before(entry.previous, name) if with_before and entry.previous else None,
            unit="%" if name == "delivery_percent" else "",
            optional=optional,
            odd=odd_about(entry, name),
        )
        for name in names
        if name in form.fields
    ]


def odd_about(entry: Entry, name: str) -> str:
    """What to ask about an answer that is no value: words, or nothing. It may be right, so nothing is refused."""
    if name == "delivery_percent" and entry.delivery_falls:
        return str(flags.DELIVERY_QUESTION)
    return str(flags.PASTED_QUESTION) if name in NARRATIVE and entry.is_pasted(name) else ""


def _of_hundred(value) -> str:
    return "" if value is None else percent(value / 100, None)


def _before(previous, name):
    """Last time's answer, in the language that it was given in."""
    if name == "delivery_percent":
        return _of_hundred(previous.delivery_percent)
    if name == "delivery_status":
        return previous.get_delivery_status_display()
    words = getattr(previous, name)
    if not words and name not in NARRATIVE:
        return None
    return said(words, previous.language) if words else ""


def _value_section(form, row: Row, *, is_first: bool) -> Section:
    names = [name for name in value_names(row) if name in form.fields]
    asked = [Question(form[name], unit=_unit(row, name)) for name in names]
    opens = _("Values") if is_first else ""
    return Section(f"value-{row.indicator.pk}", str(row.indicator.name), asked, facts_of(row), opens)


def _unit(row: Row, name: str) -> str:
    """What follows the number; ratios, choices and yes or no have their labels."""
    is_plain = row.indicator.kind not in (Kind.RATIO, Kind.MILESTONE, Kind.ORDINAL)
    return wording.own_unit(row.indicator) if is_plain and name.endswith(".value") else ""


def facts_of(row: Row) -> dict:
    """What stands beside a value's fields: unit, direction, last value, target, and what looks odd."""
    indicator = row.indicator
    return {
        "pk": indicator.pk,
        "code": indicator.code,
        "name": indicator.name,
        "definition": indicator.definition,
        "unit": "" if indicator.kind in (Kind.RATIO, Kind.MILESTONE, Kind.ORDINAL) else wording.own_unit(indicator),
        "direction": wording.direction_words(indicator),
        "last": wording.value_words(row.previous, indicator),
        "now": wording.value_words(row.value, indicator),
        "last_short": wording.value_words(row.previous, indicator, with_reason=False),
        "now_short": wording.value_words(row.value, indicator, with_reason=False),
        "target": wording.target_words(row.target, indicator),
        "odd": [(flag, flags.QUESTIONS[flag]) for flag in row.unconfirmed],
        "confirmed": [flag.label for flag in row.odd if flag in row.value.confirmed],
        "reason": row.value.reason,
        "observed_on": row.value.observed_on,
        "state": row.value.state,
    }


def letters(form: UpdateForm, entry: Entry) -> tuple[int, int]:
    """How many characters the three prompts have together, and how many of them are not on this page."""
    here = sum(len(form[name].value() or "") for name in NARRATIVE if name in form.fields)
    elsewhere = sum(len(getattr(entry.update, name, "")) for name in NARRATIVE if name not in form.fields)
    return here + elsewhere, elsewhere


@dataclass(frozen=True)
class Answer:
    """A question and its answer as words, on the pages that only read. `place` and `step` are where to change it."""

    label: str
    words: str
    language: str = ""
    place: str = ""
    step: str = ""
    faults: list = field(default_factory=list)
    row: dict | None = None
    is_prose: bool = False
    odd: str = ""


def answers_of(form: UpdateForm, entry: Entry, faults: dict) -> list[tuple[str, list[Answer]]]:
    """All answers in their sections, with what is still missing beside each."""
    step_of = {name: step for step, names in steps_of(entry) for name in names}
    found = []
    for section in sections_of(form, entry):
        if section.row is None:
            asked = [question.field for question in section.questions if _matters(question.field.name, entry, faults)]
            answers = [_answer(bound, entry, faults, step_of) for bound in asked]
        else:
            answers = [_value_answer(section, faults, step_of)]
        found.append((section.title, answers))
    return found


def _matters(name, entry, faults) -> bool:
    """The reason for being off track is asked only where it is."""
    update = entry.update
    return (
        name != "off_track_reason" or name in faults or update.off_track_reason or update.delivery_status == "off_track"
    )


def _answer(bound, entry, faults, step_of) -> Answer:
    name, update = bound.name, entry.update
    words = getattr(update, name)
    is_prose = name not in ("delivery_percent", "delivery_status", "handling", "language")
    if name == "delivery_percent":
        words = _of_hundred(words)
    elif not is_prose:
        words = getattr(update, f"get_{name}_display")()
    return Answer(
        bound.label, words or "", update.language if is_prose else "", f"field-{name}", step_of[name],
        faults.get(name, []), is_prose=is_prose, odd=odd_about(entry, name),
    )  # fmt: skip


def _value_answer(section, faults, step_of) -> Answer:
    names = [question.field.name for question in section.questions]
    found = [message for name in names for message in faults.get(name, [])]
    return Answer(section.title, section.row["now"], "", section.code, step_of[names[0]], found, section.row)
