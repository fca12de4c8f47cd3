"""A list of initiatives against what is logged: found by our code or by the organisation's own reference."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Prefetch, Q
from django.utils.translation import gettext as _

from accounts.models import Bureau
from core.errors import Invalid
from core.formats import percent, said_of
from core.handling import Handling
from core.numbers import Unreadable, read_number
from exchange import choices
from exchange.cells import Misread
from exchange.lists.fields import INITIATIVE_FIELDS
from exchange.lists.mapping import Listing, plain
from exchange.lists.milestones import drawn_milestones, read_milestones, standing_milestones
from exchange.lists.rows import CHANGE, CREATE, REFUSE, SAME, Reader, Row, drawn
from exchange.models import Origin, Upload
from initiatives.choices import InitiativeStatus
from initiatives.models import Contribution, CrimeArea, Initiative
from initiatives.services import check_initiative
from outcomes.models import ExpectedResult, Indicator

PLAIN = ("title", "summary", "language", "starts_on", "ends_on", "status", "handling", "budget_eur", "staff_fte")
RELATIONS = ("indicators", "partners", "crime_areas")
NAMES = {"shares": "results"}
PARTS = re.compile(r"[;؛\n|]+|[,،](?=\s*\d+\.\d)")
SHARE = re.compile(r"^(\d{1,3})\.(\d{1,3})(?:\s*[:=(\s]\s*([^)%]+)\s*%?\)?)?$")


@dataclass
class Known:
    """What the rows may name, read once for all of them."""

    bureaus: dict[str, Bureau] = field(default_factory=dict)
    results: dict[tuple[int, int], ExpectedResult] = field(default_factory=dict)
    indicators: dict[str, Indicator] = field(default_factory=dict)
    by_code: dict[str, Initiative] = field(default_factory=dict)
    by_reference: dict[tuple[int, str], Initiative | None] = field(default_factory=dict)
    crime_areas: dict[str, CrimeArea] = field(default_factory=dict)


def known_to(upload: Upload, rows: list[Row], user) -> Known:
    """What the list names, and nothing else. Twelve questions to the database at most, however long the list is."""
    told = {name for row in rows for name in row.given}
    results = ExpectedResult.objects.visible_to(user).filter(aim__plan=upload.plan).select_related("aim__plan")
    codes = {row.given["code"].upper() for row in rows if "code" in row.given}
    origins = Origin.objects.filter(reference__in={row.given["reference"] for row in rows if "reference" in row.given})
    origins = {(one.bureau_id, one.reference): one.initiative_id for one in origins}
    contributions = Contribution.objects.select_related("expected_result__aim__plan")
    named = Initiative.objects.visible_to(user).filter(Q(code__in=codes) | Q(pk__in=set(origins.values())))
    beside = ["indicators", "milestones", *(name for name in ("partners", "crime_areas") if name in told)]
    work = named.select_related("lead_bureau").prefetch_related(Prefetch("contributions", contributions), *beside)
    by_pk = {one.pk: one for one in work}
    return Known(
        _bureaus(),
        {(one.aim.number, one.number): one for one in results},
        {one.code.casefold(): one for one in Indicator.objects.visible_to(user).measured()},
        {one.code: one for one in by_pk.values()},
        {key: by_pk.get(pk) for key, pk in origins.items()},
        _crime_areas() if "crime_areas" in told else {},
    )


def _crime_areas() -> dict[str, CrimeArea]:
    """By code and by name in any language."""
    return {plain(name): one for one in CrimeArea.objects.all() for name in (one.code, *one.name.texts.values()) if name}


def _bureaus() -> dict[str, Bureau]:
    """By code, by the country's codes and by name in any language; a name that two share is nobody's."""
    found: dict[str, Bureau | None] = {}
    for bureau in Bureau.objects.filter(is_active=True).select_related("country"):
        country = bureau.country
        names = {bureau.code, *bureau.name.texts.values()}
        if country is not None:
            names |= {country.iso2, country.iso3, *country.name.texts.values()}
        for name in {plain(name) for name in names if name}:
            found[name] = None if name in found and found[name] != bureau else bureau
    return {name: bureau for name, bureau in found.items() if bureau is not None}


def rows_of(upload: Upload, listing: Listing, mapping: dict[str, int], user) -> list[Row]:
    """What would become of every row."""
    reader = Reader(INITIATIVE_FIELDS, mapping, language=upload.language, is_csv=upload.form == "csv")
    rows = [reader.read(held) for held in listing.rows]
    resolver = _Resolver(upload, reader, known_to(upload, rows, user))
    return [resolver.resolved(row) for row in rows]


class _Resolver:
    def __init__(self, upload: Upload, reader: Reader, known: Known):
        self.upload, self.reader, self.known = upload, reader, known
        self.met: set = set()

    def resolved(self, row: Row) -> Row:
        """The row with what it is about, what it would become, and what keeps it from that."""
        row.name = row.given.get("title", "")
        bureau = self._bureau(row)
        self._results(row)
        self._indicators(row)
        self._named(row, "partners", self.known.bureaus, _("Unknown bureaus: %(names)s."))
        self._named(row, "crime_areas", self.known.crime_areas, _("Unknown crime areas: %(names)s."))
        self._milestones(row)
        self._find(row, bureau)
        if row.act != REFUSE:
            self._decide(row, bureau)
        return row

    def _bureau(self, row: Row) -> Bureau | None:
        words = row.given.pop("bureau", None)
        found = self.known.bureaus.get(plain(words)) if words else None
        if words and found is None:
            self.reader.fault(row, "bureau", _("No bureau of this code or name is known."))
        return found

    def _results(self, row: Row) -> None:
        """'1.2' or '1.2: 60; 2.1: 40': the number of the aim and of the result, with its share in percent."""
        words = row.given.pop("results", None)
        if words is None:
            return
        try:
            shares = [self._share(part.strip()) for part in PARTS.split(words) if part.strip()]
        except ValueError as fault:
            self.reader.fault(row, "results", str(fault))
            return
        row.given["shares"] = _whole(shares)

    def _share(self, words: str) -> tuple[ExpectedResult, Decimal | None]:
        found = SHARE.match(words)
        result = self.known.results.get((int(found[1]), int(found[2]))) if found else None
        if result is None:
            raise ValueError(_("“%(words)s” is no expected result of this plan. Write 1.2, or 1.2: 60; 2.1: 40.") % {"words": words[:40]})
        try:
            return result, read_number(found[3], self.upload.language) if found[3] else None
        except Unreadable as refused:
            raise ValueError(str(refused)) from refused

    def _indicators(self, row: Row) -> None:
        words = row.given.pop("indicators", None)
        if words is None:
            return
        codes = [code for code in re.split(r"[;,\s]+", words) if code]
        unknown = [code for code in codes if code.casefold() not in self.known.indicators]
        if unknown:
            self.reader.fault(row, "indicators", _("Unknown indicators: %(codes)s.") % {"codes": ", ".join(unknown)[:200]})
        else:
            row.given["indicators"] = sorted(
                {self.known.indicators[code.casefold()] for code in codes}, key=lambda one: one.pk
            )

    def _named(self, row: Row, name: str, known: dict, refusal: str) -> None:
        """Several records by their names or codes; a comma parts them too, but for one that stands in a name."""
        words = row.given.pop(name, None)
        if words is None:
            return
        parts = [part for part in re.split(r"[;؛\n|]+", words) if part.strip()]
        parts = [one for part in parts for one in ([part] if plain(part) in known else re.split("[,،]", part)) if one.strip()]
        unknown = [part.strip() for part in parts if plain(part) not in known]
        if unknown:
            self.reader.fault(row, name, refusal % {"names": ", ".join(unknown)[:200]})
        else:
            row.given[name] = sorted({known[plain(part)] for part in parts}, key=lambda one: one.pk)

    def _milestones(self, row: Row) -> None:
        words = row.given.pop("milestones", None)
        if words is None:
            return
        try:
            row.given["milestones"] = read_milestones(words, self.upload.language)
        except Misread as refused:
            self.reader.fault(row, "milestones", refused.message)

    def _find(self, row: Row, bureau: Bureau | None) -> None:
        """The initiative that the row is about, if there is one already."""
        code, reference = row.given.pop("code", ""), row.given.get("reference", "")
        key = (code.casefold(), bureau.pk if bureau else None, reference)
        if code or reference:
            if key in self.met:
                self.reader.fault(row, "code" if code else "reference", _("This is there twice."))
            self.met.add(key)
        if code:
            row.target = self.known.by_code.get(code.upper())
            if row.target is None:
                self.reader.fault(row, "code", _("No initiative has this code. Leave the cell empty to log a new one."))
        elif reference and bureau is not None:
            row.target = self.known.by_reference.get((bureau.pk, reference))
            if row.target is None and (bureau.pk, reference) in self.known.by_reference:
                self.reader.fault(row, "reference", _("This reference cannot be used."))
        if row.target is not None and bureau is not None and row.target.lead_bureau_id != bureau.pk:
            self.reader.fault(row, "bureau", _("Another bureau leads this initiative."))

    def _decide(self, row: Row, bureau: Bureau | None) -> None:
        if row.target is None:
            row.given["bureau"] = bureau
            values = {"language": self.upload.language, "status": InitiativeStatus.ACTIVE, "handling": Handling.INTERNAL}
            row.given = values | row.given
            row.act = CREATE
        else:
            row.name = f"{row.target.code} {row.name or row.target.title}"
            row.changes = {name: value for name, value in row.given.items() if self._differs(row.target, name, value)}
            row.act = CHANGE if row.changes else SAME
        if row.act != SAME:
            self._check(row)

    def _differs(self, target: Initiative, name: str, value) -> bool:
        if name == "shares":
            standing = {one.expected_result_id: one.share for one in target.contributions.all()}
            return standing != {result.pk: share for result, share in value}
        if name in RELATIONS:
            return {one.pk for one in getattr(target, name).all()} != {one.pk for one in value}
        if name == "milestones":
            return standing_milestones(target) != value
        return name in PLAIN and getattr(target, name) != value

    def _check(self, row: Row) -> None:
        whole = {name: value for name, value in row.given.items() if name in PLAIN}
        shares, milestones, kept = row.given.get("shares"), row.given.get("milestones"), ()
        if row.target is not None:
            kept = row.target.milestones.all() if milestones is None else ()
            whole = {name: whole.get(name, getattr(row.target, name)) for name in PLAIN}
            if shares is None:
                shares = [(one.expected_result, one.share) for one in row.target.contributions.all()]
        try:
            check_initiative(shares=shares or (), milestones=milestones or (), kept=kept, **whole)
        except Invalid as refused:
            self.reader.refuse(row, refused.fields, NAMES)


def _whole(shares: list) -> list:
    """Shares that are not said divide evenly what is left; a preview shows them before anything is done."""
    silent = [result for result, share in shares if share is None]
    if not silent:
        return shares
    left = Decimal(100) - sum((share for _result, share in shares if share is not None), Decimal(0))
    each = (left / len(silent)).quantize(Decimal("0.01"), rounding="ROUND_DOWN")
    return [(result, each if share is None else share) for result, share in shares]


def words_of_change(name: str, value) -> str:
    """What a field would become, in a few words."""
    if name == "shares":
        return _("; ").join(said_of(f"{result.aim.number}.{result.number}", percent(share / 100, None)) for result, share in value)
    if name in ("indicators", "partners"):
        return ", ".join(one.code for one in value)
    if name == "crime_areas":
        return ", ".join(str(one.name) for one in value)
    if name == "milestones":
        return drawn_milestones(value)
    return choices.chosen(name, value).label if name in choices.SETS else drawn(value)


