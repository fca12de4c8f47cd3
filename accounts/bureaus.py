"""Keeping bureaus: where they are, how they work, and since when no longer."""

from __future__ import annotations

import zoneinfo

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.access import require
from accounts.models import LANGUAGE_CHOICES, Bureau, BureauKind, MemberCountry, Region, User
from core import audit, versions
from core.errors import Conflict, Invalid
from core.texts import put_text
from core.translations import Translated

BUREAU_FIELDS = ("code", "kind", "country", "region", "name", "language", "time_zone", "requires_head_approval", "is_active")
EDITED = ("name", "region", "language", "time_zone", "requires_head_approval", "is_active")
CODE = RegexValidator(r"^[A-Z][A-Z0-9-]{1,11}\Z", _("A code has 2 to 12 capitals, digits and hyphens."))


@transaction.atomic
def create_bureau(
    *, code: str, kind: str, name: Translated, by, at, country: MemberCountry | None = None, region: Region | None = None,
    language: str = "en", time_zone: str = "UTC", requires_head_approval: bool = False,
) -> Bureau:  # fmt: skip
    """This will add a National Central Bureau of a member country, or a unit of the General Secretariat.

    Raises Invalid with every field at fault: a code in use, a country that has a bureau, a unit with a country.
    """
    require(by, "bureau.manage")
    made = Bureau(
        code=code.strip(), kind=kind, name=name, country=country, region=country.region if country else region,
        language=language, time_zone=time_zone, requires_head_approval=requires_head_approval, created_at=at, updated_at=at,
    )  # fmt: skip
    if faults := _place_faults(made) | _faults(made):
        raise Invalid(_("The bureau cannot be saved yet."), fields=faults)
    made.save(force_insert=True)
    audit.record(
        at=at, by=by, action="bureau.created", target=made, after=audit.snapshot(made, BUREAU_FIELDS), bureau_id=made.pk
    )
    return made


@transaction.atomic
def edit_bureau(*, bureau_id: int, version: int, by, at, reason: str = "", **values) -> Bureau:
    """This will change how a bureau goes by and works, end it, or take it up again; the last two say why.

    Refused: another code, kind or country; ending a bureau that people still belong to.
    """
    require(by, "bureau.manage")
    bureau = versions.lock(Bureau.objects.all(), bureau_id, version=version)
    if unknown := set(values) - set(EDITED):
        raise Invalid(fields={name: [_("This cannot be changed.")] for name in unknown})
    before, was_active = audit.snapshot(bureau, values), bureau.is_active
    for name, value in values.items():
        if isinstance(value, Translated):
            put_text(bureau, name, value, at=at)
        else:
            setattr(bureau, name, value)
    faults = _faults(bureau)
    if bureau.is_active != was_active and not reason.strip():
        faults["reason"] = [_("Say why it changes.")]
    if faults:
        raise Invalid(_("The bureau cannot be saved yet."), fields=faults)
    if was_active and not bureau.is_active:
        _require_nobody_left(bureau)
    after = audit.snapshot(bureau, values)
    if after == before:
        return bureau
    versions.touch(bureau, at=at, fields=list(values))
    audit.record(
        at=at, by=by, action="bureau.edited", target=bureau, before=before, after=after, reason=reason.strip(),
        bureau_id=bureau.pk,
    )  # fmt: skip
    return bureau


def _require_nobody_left(bureau: Bureau) -> None:
    n = User.objects.active().filter(bureau=bureau).count()
    if n:
        words = ngettext("%(n)s person still belongs to it.", "%(n)s people still belong to it.", n) % {"n": n}
        raise Conflict(" ".join([str(_("The bureau cannot be ended yet.")), words]), code="in_use")


def _place_faults(made: Bureau) -> dict:
    faults: dict[str, list] = {}
    try:
        CODE(made.code)
    except ValidationError as refused:
        faults["code"] = refused.messages
    if Bureau.objects.filter(code__iexact=made.code).exists():
        faults["code"] = [_("A bureau with this code is there already.")]
    if made.kind not in BureauKind.values:
        faults["kind"] = [_("Choose one of the kinds.")]
    if made.kind == BureauKind.NCB and made.country is None:
        faults["country"] = [_("A National Central Bureau is of a member country.")]
    if made.kind == BureauKind.UNIT and made.country is not None:
        faults["country"] = [_("A unit of the General Secretariat is of no country.")]
    if made.country is not None and Bureau.objects.filter(country=made.country).exists():
        faults["country"] = [_("This country has its bureau already.")]
    return faults


def _faults(bureau: Bureau) -> dict:
    faults: dict[str, list] = {}
    if not bureau.name.texts.get(bureau.name.source):
        faults["name"] = [_("Give the bureau a name.")]
    if bureau.language not in dict(LANGUAGE_CHOICES):
        faults["language"] = [_("Choose one of the languages.")]
    if bureau.time_zone not in zoneinfo.available_timezones():
        faults["time_zone"] = [_("Choose one of the time zones.")]
    return faults
