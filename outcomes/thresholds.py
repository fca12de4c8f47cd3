"""Where on track ends and at risk begins: a new set of thresholds follows the one before it, day by day, without a gap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from accounts.access import require
from core import audit
from core.errors import Invalid, Stale
from core.formats import day, number
from core.models import Period
from outcomes import rollup
from outcomes.choices import Status
from outcomes.foresight import Proposal
from outcomes.models import ThresholdSet
from outcomes.progress import Band, ThresholdFault
from outcomes.progress import ThresholdSet as Thresholds
from outcomes.progress.values import Status as Word
from outcomes.tree import threshold_set

# The worst first: a band begins where the one before it ends.
BANDS = (Status.OFF_TRACK, Status.AT_RISK, Status.ON_TRACK)
FIELDS = ("valid_from", "valid_until", "bands", "coverage_floor")
MOST = Decimal(100)
# What judges as long as no set is recorded.
PUBLISHED = Thresholds()


def published_bands() -> list[dict]:
    """The published limits in the form in which a set keeps them, the worst first."""
    found = {band.status.value: band for band in PUBLISHED.bands}
    return [{"status": status.value, "from": found[status].at_least, "to": found[status].below} for status in BANDS]


def check_thresholds(*, valid_from: date, bands: Sequence[dict], coverage_floor: Decimal, on: date) -> dict[str, list]:
    """The faults by field: `valid_from`, `coverage_floor`, `bands` or `bands.<place>.from|to`; empty when it may be saved.

    A band is {"status", "from", "to"}: from is included, to is not, None is no limit.
    """
    faults: dict[str, list] = {}
    if [band["status"] for band in bands] != list(BANDS):
        return {"bands": [_("Give one band each for off track, at risk and on track, in this order.")]}
    for place, band in enumerate(bands):
        faults |= _faults_of_ends(place, band)
    if not faults:
        faults |= _seams(bands)
    if not 0 <= coverage_floor <= 1:
        faults["coverage_floor"] = [_("The coverage floor is between 0 and 100%.")]
    if fault := _fault_of_day(valid_from, on):
        faults["valid_from"] = [fault]
    return faults


def _faults_of_ends(place: int, band: dict) -> dict[str, list]:
    """Only the worst band reaches below every number, only the best above every number."""
    faults = {}
    for end, is_open in (("from", place == 0), ("to", place == len(BANDS) - 1)):
        limit, name = band[end], f"bands.{place}.{end}"
        if is_open:
            if limit is not None and (end == "to" or limit != 0):
                faults[name] = [_("This end has no limit: leave it empty, or nothing would be said beyond it.")]
        elif limit is None:
            faults[name] = [_("Give the limit.")]
        elif not 0 < limit < MOST:
            faults[name] = [_("A limit is a share of what was expected, above zero.")]
    return faults


def _seams(bands: Sequence[dict]) -> dict[str, list]:
    """A gap or an overlap between neighbours, named at the start of the later one."""
    faults = {}
    for place in range(1, len(bands)):
        end, start = bands[place - 1]["to"], bands[place]["from"]
        limits = {"low": number(min(end, start), 4), "high": number(max(end, start), 4)}
        if start > end:
            faults[f"bands.{place}.from"] = [_("Gap: nothing is said from %(low)s to %(high)s.") % limits]
        elif start < end:
            faults[f"bands.{place}.from"] = [_("Overlap: two statuses are said from %(low)s to %(high)s.") % limits]
    try:
        Thresholds(_bands(bands)).validate()
    except ThresholdFault:
        faults.setdefault(f"bands.{len(bands) - 1}.from", [_("Each band begins above the one before it.")])
    return faults


def _bands(bands: Sequence[dict]) -> tuple[Band, ...]:
    last = len(bands) - 1
    return tuple(
        Band(Word(band["status"]), band["from"] if place else None, band["to"] if place < last else None)
        for place, band in enumerate(bands)
    )


def _fault_of_day(valid_from: date, on: date):
    """Days that are over keep the thresholds that they were judged by, and a set follows all that are there."""
    if valid_from < on:
        return _("A new set begins today or later: what was judged stays judged.")
    last = ThresholdSet.objects.order_by("valid_from").last()
    if last is not None and valid_from <= last.valid_from:
        return _("A set begins on %(day)s already; the new one begins after it.") % {"day": day(last.valid_from)}
    return None


def propose_thresholds(*, valid_from: date, bands: Sequence[dict], coverage_floor: Decimal) -> Proposal:
    """The same change as a proposal, to see what it would bring."""
    sets = [threshold_set(row) for row in ThresholdSet.objects.order_by("valid_from")]
    if sets:
        sets[-1] = _until(sets[-1], valid_from)
    made = Thresholds(_bands(bands), coverage_floor, valid_from=valid_from)
    return Proposal(thresholds=(*sets, made))


def _until(last: Thresholds, valid_from: date) -> Thresholds:
    return replace(last, valid_until=valid_from - timedelta(days=1))


def add_thresholds(
    *, valid_from: date, bands: Sequence[dict], coverage_floor: Decimal, reason: str, seen: int | None = None, by, at
) -> tuple[ThresholdSet, audit.Entry, list[Period]]:
    """This will let a new set judge results from the day on; the one before it ends on the day before.

    Answers the periods that are judged otherwise, too: the caller (`initiatives.thresholds.set_thresholds`) holds the
    transaction, computes delivery for them and appends the entry. `seen` is the id of the latest set that the person saw;
    raises Stale when there is a later one, Invalid by field.
    """
    require(by, "threshold.edit")
    faults = check_thresholds(valid_from=valid_from, bands=bands, coverage_floor=coverage_floor, on=at.date())
    last = ThresholdSet.objects.select_for_update().order_by("valid_from").last()
    if seen is not None and (last.pk if last else 0) != seen:
        raise Stale(_("Somebody changed this since you opened it. Nothing of yours is lost."), current=last)
    if not reason.strip():
        faults["reason"] = [_("Say why it changes.")]
    if faults:
        raise Invalid(_("The thresholds cannot be saved yet."), fields=faults)
    rollup.lock()
    judged = _judged_otherwise(last, valid_from, at.date())
    if last is not None:
        ThresholdSet.objects.filter(pk=last.pk).update(valid_until=valid_from - timedelta(days=1))
    made = ThresholdSet.objects.create(
        valid_from=valid_from, bands=[_kept(place, band) for place, band in enumerate(bands)],
        coverage_floor=coverage_floor, reason=reason.strip(), set_by=by, set_at=at,
    )  # fmt: skip
    if judged:
        rollup.rebuild(at=at, periods=judged)
    before = audit.snapshot(last, FIELDS) if last else {}
    after = audit.snapshot(made, FIELDS)
    return made, audit.Entry(at, by, "thresholds.set", made, before, after, reason.strip()), judged


def _judged_otherwise(last: ThresholdSet | None, valid_from: date, on: date) -> list[Period]:
    """The periods that have begun and are judged by another set once the last one reaches to the day before the new one.

    A figure goes by the thresholds of its period's last day; all other figures stay as they are, so nobody works them out anew.
    """
    since = valid_from
    if last is not None and last.valid_until is not None:
        since = min(since, last.valid_until + timedelta(days=1))
    return list(Period.objects.filter(end_on__gte=since, start_on__lte=on))


def _kept(place: int, band: dict) -> dict:
    """The band as it is stored: numbers as text, the lowest from 0."""
    start, end = band["from"] if place else Decimal(0), band["to"]
    return {"status": str(band["status"]), "from": format(start, "f"), "to": None if end is None else format(end, "f")}
