"""Reporting discipline: how much of what was owed arrived, from where, and who has not reported."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext as _

from .. import pictures
from ..document import Block, Cell, Column, Heading, Para, Table, Together
from ..voice import Voice, part_of


def discipline_chapter(voice: Voice, snapshot: dict) -> list[Block]:
    reporting = snapshot["reporting"]
    head = [Heading(1, _("Who reported, and who did not")), Para(_headline(voice, reporting), style="lead")]
    blocks = [Together([*head, pictures.discipline_pictures(voice, reporting)])]
    if len(reporting["regions"]) > 1:
        blocks += [Heading(2, _("By region")), _regions(voice, reporting)]
    elif reporting["regions"]:
        blocks += [replace(_regions(voice, reporting), where="data")]  # one region: the sentence above has said it all
    if reporting["now"]["due"] and (reporting["missing"] or snapshot["scope"]["kind"] != "bureau"):
        blocks += [Heading(2, _("Bureaus that did not report everything")), *_missing(voice, reporting)]
    return blocks


def _headline(voice: Voice, reporting: dict) -> str:
    now = reporting["now"]
    if not now["due"]:
        return _("No update was due in this period.")
    words = {
        "sent": voice.number(now["sent"]), "due": voice.number(now["due"]), "share": share(voice, now["sent"], now["due"]),
        "on_time": voice.number(now["on_time"]), "validated": voice.number(now["validated"]),
        "day": voice.day(reporting["due_on"]),
    }  # fmt: skip
    return (
        _(
            "%(sent)s of %(due)s updates (%(share)s) were sent, %(on_time)s of them by the due date, %(day)s; "
            "%(validated)s are validated."
        )
        % words
    )


def share(voice: Voice, part: int, whole: int) -> str:
    return voice.percent(part_of(part, whole))


def _regions(voice: Voice, reporting: dict) -> Table:
    columns = [
        Column(_("Region"), 4), Column(_("Due"), 1, "number"), Column(_("Sent"), 1, "number"),
        Column(_("On time"), 1, "number"), Column(_("Completeness"), 1.4, "percent"), Column(_("Timeliness"), 1.4, "percent"),
    ]  # fmt: skip
    rows = [_region_row(voice, region) for region in reporting["regions"]]
    return Table("regions", _("Reporting by region"), columns, rows)


def _region_row(voice: Voice, region: dict) -> list[Cell]:
    due = region["due"]
    return [
        voice.text_cell(region["name"]),
        voice.number_cell(due),
        voice.number_cell(region["sent"]),
        voice.number_cell(region["on_time"]),
        voice.percent_cell(part_of(region["sent"], due)),
        voice.percent_cell(part_of(region["on_time"], due)),
    ]


def _missing(voice: Voice, reporting: dict) -> list[Block]:
    if not reporting["missing"]:
        return [Para(_("Every bureau reported everything that was due."))]
    columns = [
        Column(_("Bureau"), 3.2), Column(_("Code"), 1.1, "code"), Column(_("Region"), 1.8),
        Column(_("Due"), 0.8, "number"), Column(_("Sent"), 0.9, "number"), Column(_("Days late"), 1.5, "number"),
        Column(_("Last reported"), 1.5), Column(_("Earlier periods complete"), 1.6),
    ]  # fmt: skip
    regions = {region["code"]: region["name"] for region in reporting["regions"]}
    rows = [_missing_row(voice, bureau, regions) for bureau in reporting["missing"]]
    return [Table("missing", _("Bureaus that did not report everything"), columns, rows, is_small=True)]


def _missing_row(voice: Voice, bureau: dict, regions: dict) -> list[Cell]:
    return [
        voice.text_cell(bureau["name"]),
        Cell(bureau["bureau"], kind="code"),
        voice.text_cell(regions.get(bureau["region"])),
        voice.number_cell(bureau["due"]),
        voice.number_cell(bureau["sent"]),
        replace(voice.number_cell(bureau["days_late"]), sub=_more_time(voice, bureau.get("more_time_until"))),
        Cell(voice.period(bureau["last_period"]) or _("never")),
        Cell(_before(voice, bureau.get("whole_before") or [])),
    ]


def _more_time(voice: Voice, until: str | None) -> str | None:
    return _("more time until %(day)s") % {"day": voice.short_day(until)} if until else None


def _before(voice: Voice, whole: list[bool]) -> str:
    """'3 of 4': in how many of the periods before it the bureau sent everything."""
    return ratio(voice, sum(whole), len(whole)) if whole else "–"


def ratio(voice: Voice, part: int, whole: int) -> str:
    """'3 of 4', or in words that there was nothing to be had."""
    if not whole:
        return _("none due")
    return _("%(part)s of %(whole)s") % {"part": voice.number(part), "whole": voice.number(whole)}
