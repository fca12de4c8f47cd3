"""The trail as people read it: who did what to which thing, when, from what to what, and why. Names for all of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from urllib.parse import urlencode

from django.apps import apps
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.access import may
from core.errors import NotFound
from core.formats import day, moment, percent
from core.models import AuditRecord
from core.status import status_of
from core.translations import TranslatedField
from dashboard.asked import read_day
from dashboard.trail_words import ACTS, DATED_NAMES, FIELD_NAMES, FOR_THE_FILE, OWN_NAMES
from outcomes.models import Baseline, Judgement, Measurement, Target, ThresholdSet, Weight

PAGE = 50
MOST_IN_A_FILE = 20_000
LONGEST_VALUE = 240
ONE_THING = (
    ("goals.plan", "goals.framework", "objectives.strategy"),
    ("goals.aim", "goals.strategicgoal", "objectives.objective"),
)
DAYS = ("since", "until")


@dataclass(frozen=True)
class Asked:
    """What of the trail: filters as they stand in the address, and where the page begins."""

    of: str = ""
    who: str = ""
    thing: str = ""
    act: str = ""
    since: date | None = None
    until: date | None = None
    before: str = ""

    @property
    def is_filtered(self) -> bool:
        return bool(self.of or self.who or self.thing or self.act or self.since or self.until)


def read_asked(given) -> Asked:
    """Raises Invalid for a day that is none."""
    return read_words(given, **{name: read_day(given.get(name, "")[:16], name) for name in DAYS})


def read_words(given, **days) -> Asked:
    """What was asked for, with the days that are handed over."""
    words = {name: given.get(name, "").replace("\x00", "")[:120] for name in ("of", "who", "thing", "act", "before")}
    return Asked(**words, **days)


def records_for(user, asked: Asked):
    """The records that were asked for: auditors read the whole trail, everyone else what they did themselves."""
    rows = AuditRecord.objects.all() if may(user, "audit.read") else AuditRecord.objects.filter(actor_id=user.pk)
    if asked.of:
        rows = rows.filter(**_named(asked.of))
    if asked.who:
        who = {"actor_id": int(asked.who)} if is_number(asked.who) else {"actor_label__icontains": asked.who}
        rows = rows.filter(**who)
    if asked.thing:
        rows = rows.filter(target_type=asked.thing)
    if asked.act:
        rows = rows.filter(action__endswith=f".{asked.act}")
    if asked.since:
        rows = rows.filter(at__gte=_start_of(asked.since))
    if asked.until:
        rows = rows.filter(at__lt=_start_of(asked.until + timedelta(days=1)))
    return rows.filter(seq__lt=int(asked.before)) if is_number(asked.before) else rows


def _named(text: str) -> dict:
    """A record's own history: `initiatives.update:12`. A plan or an aim is one thing, whatever it was recorded as."""
    kind, _colon, key = text.partition(":")
    if not key:
        raise NotFound(_("There is nothing here, or nothing that you may see."))
    kinds = next((same for same in ONE_THING if kind in same), (kind[:60],))
    return {"target_type__in": kinds, "target_id": key[:60]}


def history_of(user, record) -> str:
    """Where a thing's own history is read, for those who read the trail; nothing for others."""
    if not may(user, "audit.read"):
        return ""
    return f"{reverse('dashboard:history')}?{urlencode({'of': f'{record._meta.label_lower}:{record.pk}'})}"


def is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 19


def _start_of(on: date) -> datetime:  # the day's first moment where the reader is
    return timezone.make_aware(datetime.combine(on, time.min))


# names


def act_of(action: str) -> str:
    """What was done, in a word or two; an act that has no name yet keeps its code, readable."""
    last = action.rpartition(".")[2]
    return str(OWN_NAMES.get(action) or ACTS.get(last) or last.replace("_", " "))


def thing_of(target_type: str) -> str:
    model = model_of(target_type)
    return str(model._meta.verbose_name) if model else target_type


@lru_cache(maxsize=200)
def model_of(target_type: str):
    try:
        return apps.get_model(target_type)
    except (LookupError, ValueError):
        return None


def things() -> list[tuple[str, str]]:
    """The kinds of things that the trail can speak of, by name."""
    from core.versions import Versioned

    kept = [Measurement, Target, Baseline, Weight, Judgement, ThresholdSet]
    found = {
        model._meta.label_lower: model for model in apps.get_models() if issubclass(model, Versioned) or model in kept
    }
    found |= {
        name: model_of(name) for name in ("accounts.user", "reports.edition", "initiatives.evidence") if model_of(name)
    }
    return sorted(((name, str(model._meta.verbose_name)) for name, model in found.items()), key=lambda one: one[1])


@dataclass(frozen=True)
class Change:
    """One field, from what to what, as a person reads it."""

    name: str
    before: str
    after: str


def changes_of(record: AuditRecord) -> list[Change]:
    """The fields that the act changed, in the reader's words; checksums and other machine's facts are left to the file."""
    model, found = model_of(record.target_type), []
    for name in dict.fromkeys([*record.before, *record.after]):
        was, now = record.before.get(name), record.after.get(name)
        if name in FOR_THE_FILE or was == now and name in record.before:
            continue
        if isinstance(now, dict) and "texts" not in now and isinstance(was, (dict, type(None))):
            continue
        drawn = _drawn(model, name, was), _drawn(model, name, now)
        if any(drawn):
            found.append(Change(_label(model, name), *drawn))
    return found


def label_of(target_type: str, name: str) -> str:
    """What a field of such a thing is called, in the reader's language."""
    return _label(model_of(target_type), name)


def _label(model, name: str) -> str:
    if name in FIELD_NAMES:
        return str(FIELD_NAMES[name])
    kind, _blank, on = name.partition(" ")
    if kind in DATED_NAMES and (due := parse_date(on)):
        return str(DATED_NAMES[kind]) % {"day": day(due)}
    one = _field(model, name)
    return str(one.verbose_name) if one is not None else name.replace("_", " ")


def _field(model, name: str):
    if model is None:
        return None
    try:
        one = model._meta.get_field(name)
    except Exception:
        return None
    return one if isinstance(one, models.Field) else None


def _drawn(model, name: str, value) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    one = _field(model, name)
    if isinstance(value, dict):
        texts = value.get("texts", {})
        words = texts.get(get_language()) or texts.get(value.get("source", "")) or next(iter(texts.values()), "")
        return clipped(words)
    if isinstance(value, list):
        return clipped(", ".join(_item(name, one) for one in value))
    choices = dict(one.flatchoices) if one is not None and one.choices and not isinstance(one, TranslatedField) else {}
    if value in choices:
        return str(choices[value])
    return _moment_or_words(str(value))


def _item(name: str, value) -> str:
    """One of several: a band of thresholds, the share of a result, the parts of a milestone, or a word."""
    if isinstance(value, dict) and "status" in value:
        ends = (value.get("from") or "−∞", value.get("to") or "∞")
        return f"{status_of(value['status']).label} \u2066{ends[0]} … {ends[1]}\u2069"
    if isinstance(value, list) and name == "shares":
        return percent(Decimal(value[-1]) / 100)
    if isinstance(value, list):
        return " · ".join(_moment_or_words(str(part)) for part in value if part is not None)
    return str(value)


def _moment_or_words(words: str) -> str:
    if re.fullmatch(r"\d{4}-\d\d-\d\d", words):
        return day(parse_date(words))
    if re.match(r"\d{4}-\d\d-\d\dT", words):
        return moment(parse_datetime(words))
    return clipped(words)


def clipped(words: str) -> str:
    return words if len(words) <= LONGEST_VALUE else words[:LONGEST_VALUE].rstrip() + "…"
