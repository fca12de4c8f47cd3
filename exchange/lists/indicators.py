"""A list of indicators of a plan's expected results against those that are there: found by their code."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from core.formats import day
from core.translations import Translated
from exchange import choices
from exchange.lists.fields import INDICATOR_FIELDS
from exchange.lists.mapping import Listing
from exchange.lists.rows import CHANGE, CREATE, REFUSE, SAME, Reader, Row, drawn
from exchange.models import Upload
from outcomes.choices import Direction, Kind
from outcomes.definitions import MEANING, indicator_faults
from outcomes.models import ExpectedResult, Indicator, Measurement

CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]*$")
RESULT = re.compile(r"(\d{1,3})\.(\d{1,3})$")
TEXTS = ("name", "definition", "source", "means_of_verification")
PLAIN = (*TEXTS, "kind", "direction", "unit", "frequency", "handling")
PAIRS = (("baseline", "baseline_on"), ("target", "target_on"))


def rows_of(upload: Upload, listing: Listing, mapping: dict[str, int], user) -> list[Row]:
    """What would become of every row. Six questions to the database, however long the list is."""
    reader = Reader(INDICATOR_FIELDS, mapping, language=upload.language, is_csv=upload.form == "csv")
    return _Resolver(upload, reader, user).rows(listing)


class _Resolver:
    def __init__(self, upload: Upload, reader: Reader, user):
        self.upload, self.reader = upload, reader
        results = ExpectedResult.objects.filter(aim__plan=upload.plan).select_related("aim__plan")
        self.results = {(one.aim.number, one.number): one for one in results}
        seen = Indicator.objects.visible_to(user).select_related("expected_result__aim__plan")
        self.standing = {one.code.casefold(): one for one in seen.prefetch_related("baselines", "targets")}
        self.taken = {code.casefold() for code in Indicator.objects.values_list("code", flat=True)}
        self.measured = set(Measurement.objects.values_list("indicator", flat=True).distinct())
        self.met: set[str] = set()

    def rows(self, listing: Listing) -> list[Row]:
        return [self._row(self.reader.read(held)) for held in listing.rows]

    def _row(self, row: Row) -> Row:
        row.name = " ".join(filter(None, [row.given.get("code"), row.given.get("name")]))
        self._code(row)
        self._result(row)
        self._pairs(row)
        if row.act != REFUSE:
            self._decide(row)
        return row

    def _code(self, row: Row) -> None:
        code = row.given.get("code", "")
        if code and not CODE.match(code):
            self.reader.fault(row, "code", _("A code has letters, digits, dots and hyphens."))
        elif code and code.casefold() in self.met:
            self.reader.fault(row, "code", _("This is there twice."))
        self.met.add(code.casefold())
        row.target = self.standing.get(code.casefold())
        if code and row.target is None and code.casefold() in self.taken:
            self.reader.fault(row, "code", _("An indicator with this code is there already."))

    def _result(self, row: Row) -> None:
        words = row.given.pop("result", None)
        if words is None:
            return
        found = RESULT.match(words)
        result = self.results.get((int(found[1]), int(found[2]))) if found else None
        if result is None:
            self.reader.fault(row, "result", _("This is no expected result of the plan. Write the numbers of its aim and its own: 1.2."))
        elif row.target is not None and row.target.expected_result_id != result.pk:
            self.reader.fault(row, "result", _("The indicator with this code belongs to another expected result."))
        row.given["expected_result"] = result

    def _pairs(self, row: Row) -> None:
        """A value and its day belong together; a target's day lies in the plan."""
        plan = self.upload.plan
        for value, on in PAIRS:
            if (value in row.given) != (on in row.given):
                missing = on if value in row.given else value
                self.reader.fault(row, missing, _("A value and its day belong together: one of them is missing."))
        if "target_on" in row.given and not plan.start_on <= row.given["target_on"] <= plan.end_on:
            facts = {"start": day(plan.start_on), "end": day(plan.end_on)}
            self.reader.fault(row, "target_on", _("The day lies outside the plan's period, %(start)s to %(end)s.") % facts)
        if "target" in row.given and row.given["target"] == row.given.get("baseline", object()):
            self.reader.fault(row, "target", _("A target equal to its baseline promises no change."))

    def _decide(self, row: Row) -> None:
        given = self._typed(row)
        if row.target is None:
            row.act, row.changes = CREATE, {}
            made = Indicator(expected_result=given["expected_result"], **{name: given[name] for name in PLAIN if name in given})
        else:
            row.changes = self._changes(row.target, given)
            row.act = CHANGE if row.changes else SAME
            made = Indicator(**{name: given.get(name, getattr(row.target, name)) for name in (*PLAIN, "range_low", "range_high", "scale")})
            self._require_meaning_kept(row)
        self.reader.refuse(row, indicator_faults(made), {"range_high": "direction", "scale": "kind"})

    def _typed(self, row: Row) -> dict:
        """Texts in the language of whoever brings the list; a level to be kept is kept at or above unless it says."""
        given = row.given
        for name in TEXTS:
            if name in given:
                given[name] = self._text(getattr(row.target, name, None), given[name])
        if given.get("kind") == Kind.MAINTAIN and row.target is None:
            given.setdefault("direction", Direction.AT_OR_ABOVE)
        return given

    def _text(self, standing: Translated | None, words: str) -> Translated:
        if not standing:
            return Translated(source=self.upload.language, texts={self.upload.language: words})
        if standing.texts.get(self.upload.language) == words:
            return standing
        if standing.source == self.upload.language:
            return standing.rewritten(words)
        return standing.translated(self.upload.language, words)

    def _changes(self, target: Indicator, given: dict) -> dict:
        changes = {name: given[name] for name in PLAIN if name in given and getattr(target, name) != given[name]}
        baseline = next(((one.value, one.on) for one in target.baselines.all() if one.superseded_at is None), None)
        if "baseline" in given and baseline != (given["baseline"], given["baseline_on"]):
            changes["baseline"] = given["baseline"]
        targets = {one.due_on: one.value for one in target.targets.all() if one.superseded_at is None}
        if "target" in given and targets.get(given["target_on"]) != given["target"]:
            changes["target"] = given["target"]
        return changes

    def _require_meaning_kept(self, row: Row) -> None:
        if row.target.pk in self.measured:
            for name in set(MEANING) & set(row.changes):
                words = _("There are values already, and they would mean something else. Propose a new indicator.")
                self.reader.fault(row, name, words)


def words_of_change(name: str, value) -> str:
    """What a field would become, in a few words."""
    if name == "expected_result":
        return f"{value.aim.number}.{value.number}"
    return choices.chosen(name, value).label if name in choices.SETS else drawn(value)
