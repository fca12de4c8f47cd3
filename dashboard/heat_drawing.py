"""From the heat map's figures to what its page draws and what its file holds; both from the same cells."""

from __future__ import annotations

from collections import Counter
from urllib.parse import parse_qsl, urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.formats import percent
from core.status import status_of
from dashboard.drawing import address, crumbs, explanation_of, shorten, shown, with_kept
from dashboard.heat import AIMS, CAPABILITIES, Heat
from dashboard.heat_period import NOT_JUDGED
from outcomes.choices import Measure

WORST = ("off_track", "at_risk")


def heat_page(question, heat: Heat) -> dict:
    drawn = _of_bureaus(question, heat) if heat.region is not None else _of_regions(question, heat)
    return {
        "heat": drawn,
        "legend": _legend(drawn),
        "sentence": _sentence(heat),
        "plan": heat.plan,
        "crumbs": _crumbs(question, heat),
        "plan_tabs": [
            {"label": str(one.title), "url": link(question, heat, plan=one.code, by=AIMS, row="", region=None),
             "current": one.pk == heat.plan.pk}
            for one in heat.plans
        ],
        "choices": _choices(question, heat),
        "region_name": dict(heat.regions).get(heat.region),
        "row": heat.row,
        "row_url": address(heat.row, heat.kept) if heat.row is not None and heat.by == AIMS else "",
        "parts": _parts(question, heat),
        "whole": _whole_of_cell(heat),
        "how": _how(heat),
        "thresholds": heat.thresholds,
        "silent": heat.silent,
        "of_period": heat.period,
        "passed_over": heat.passed_over,
        "passed_over_url": link(question, heat, period=heat.passed_over.code) if heat.passed_over else "",
        "csv_url": link(question, heat, name="dashboard:heat_map_csv"),
        "stamp": {"known_at": heat.computed_at, "known_on": question.known_on,
                  "waiting": question.waiting if question.is_reviewer and not question.known_on else None},
    }  # fmt: skip


def link(question, heat: Heat, *, name: str = "dashboard:heat_map", **changes) -> str:
    """The heat map's address with some of its question changed; None takes a part away, "" is the General Secretariat."""
    asked = {
        "plan": heat.plan.code,
        "by": None if heat.by == AIMS else heat.by,
        "measure": heat.measure if heat.by == AIMS and heat.measure != Measure.RESULTS else None,
        "region": heat.region,
        "row": str(heat.row.number) if heat.row is not None else None,
        **changes,
    }
    kept = {key: value for key, value in asked.items() if value is not None and (value or key == "region")}
    carried = dict(parse_qsl(question.kept))
    if "plan" in changes:
        carried.pop("period", None)  # plans have periods of their own
    return with_kept(reverse(name), urlencode({**kept, **carried}))


def _legend(drawn: dict) -> list[str]:
    """The statuses that stand in the cells, what needs attention first."""
    found = {one["status"] for row in drawn["rows"] for one in row["cells"]} - {"restricted"}
    return sorted(found, key=lambda code: status_of(code).rank)


def _choices(question, heat: Heat) -> list[dict]:
    """Aims or capabilities, results or delivery: one click each."""
    results, work = Measure.RESULTS.value, Measure.DELIVERY.value
    has_capabilities = heat.by == CAPABILITIES or heat.plan.kind == "strategy"
    ways = [(_("Aims: results"), AIMS, results), (_("Aims: delivery"), AIMS, work)]
    ways += [(_("Capabilities: delivery"), CAPABILITIES, work)] if has_capabilities else []
    return [
        {"label": label, "current": (heat.by, heat.measure) == (by, measure),
         "url": link(question, heat, by=None if by == AIMS else by, measure=None if (by, measure) != (AIMS, work) else work,
                     row=None)}
        for label, by, measure in ways
    ]  # fmt: skip


def _crumbs(question, heat: Heat) -> list:
    found = crumbs(heat.plan, kept=heat.kept)
    if heat.region is None:
        return found
    found.append((_("Heat map"), link(question, heat, region=None, row=None)))
    return found if heat.row is None else [*found, (str(dict(heat.regions)[heat.region]), link(question, heat, row=None))]


def name_of(heat: Heat, row) -> str:
    """Number and words of an aim or a capability."""
    return f"{row.number}. {words_of(heat, row)}"


def words_of(heat: Heat, row) -> str:
    return str(shorten(row) if heat.by == AIMS else row.name)


def _of_regions(question, heat: Heat) -> dict:
    columns = [(code, str(name)) for code, name in heat.regions]
    return {
        "is_named": True,
        "caption": _("%(rows)s against regions") % {"rows": _rows_word(heat)},
        "corner": _rows_word(heat),
        "columns": [{"label": name, "url": link(question, heat, region=code, row=None)} for code, name in columns],
        "rows": [
            {"label": name_of(heat, row),
             "url": address(row, heat.kept) if heat.by == AIMS else "",
             "cells": [
                 cell(heat.cell(row, code), link(question, heat, region=code, row=str(row.number)), f"{name_of(heat, row)}, {name}")
                 for code, name in columns
             ]}
            for row in heat.rows
        ],
    }  # fmt: skip


def _of_bureaus(question, heat: Heat) -> dict:
    rows = [heat.row] if heat.row is not None else heat.rows
    return {
        "is_named": True,
        "caption": _("Bureaus against %(rows)s") % {"rows": _rows_word(heat)},
        "corner": _("Bureau"),
        "columns": [
            {"label": name_of(heat, row), "url": link(question, heat, row=str(row.number))} for row in rows
        ],
        "rows": [
            {"label": str(bureau.name), "url": with_kept(reverse("dashboard:bureau", args=[bureau.code]), heat.kept),
             "cells": [
                 cell(heat.part(row, bureau), _part_url(question, heat, row, bureau), f"{bureau.name}, {name_of(heat, row)}")
                 for row in rows
             ]}
            for bureau in heat.bureaus
        ],
    }  # fmt: skip


def _rows_word(heat: Heat) -> str:
    return _("Aims") if heat.by == AIMS else _("Capabilities")


def _part_url(question, heat: Heat, row, bureau) -> str:
    """The account of a bureau's part, or the work behind it."""
    if heat.by == CAPABILITIES:
        query = urlencode({"capability": row.pk, "bureau": bureau.code})
        return f"{reverse('dashboard:initiatives')}?{query}"
    measure = {"measure": heat.measure} if heat.measure != Measure.RESULTS else {}
    return explanation_of("aim", row, heat.period, heat.kept, bureau=bureau.code, **measure)


def cell(figure, url: str, title: str) -> dict:
    """A cell's shape, number and coverage; what is hidden says so and nothing else."""
    if figure.is_hidden:
        return {"status": "restricted", "value": _("restricted"), "coverage": "", "url": url, "title": title}
    if figure.progress is None:
        return {"status": figure.status, "value": "–", "coverage": "", "url": url, "title": title}
    known = percent(figure.coverage)
    return {"status": figure.status, "value": percent(figure.progress), "coverage": known, "url": url, "title": title}


# the sentence


def _figures(heat: Heat) -> list[tuple[str, str, object]]:
    """Every cell on the page: name of the row, name of the column, figure."""
    if heat.region is not None:
        rows = [heat.row] if heat.row is not None else heat.rows
        return [(words_of(heat, row), str(one.name), heat.part(row, one)) for row in rows for one in heat.bureaus]
    return [(words_of(heat, row), str(name), heat.cell(row, code)) for row in heat.rows for code, name in heat.regions]


def _sentence(heat: Heat) -> str:
    found = _figures(heat)
    counts = Counter("restricted" if figure.is_hidden else figure.status for _row, _column, figure in found)
    known = sum(counts.values()) - sum(counts[code] for code in (*NOT_JUDGED, "restricted"))
    if not known:
        return _("Nothing can be judged here yet: too little has been reported.")
    weak = counts["off_track"] + counts["at_risk"]
    said = ngettext(
        "%(weak)s of %(known)s figures that can be judged is behind",
        "%(weak)s of %(known)s figures that can be judged are behind",
        weak,
    ) % {"weak": weak, "known": known}
    clauses, worst, unknown = [said], _worst(found), sum(counts[code] for code in NOT_JUDGED)
    if worst is not None:
        clauses.append(_("the weakest is “%(row)s” in %(column)s: %(status)s at %(share)s") % worst)
    if unknown:
        clauses.append(ngettext("%(n)s cannot be judged yet", "%(n)s cannot be judged yet", unknown) % {"n": unknown})
    if counts["restricted"]:
        hidden = counts["restricted"]
        clauses.append(ngettext("%(n)s is restricted", "%(n)s are restricted", hidden) % {"n": hidden})
    return _("; ").join(clauses) + _(".")


def _worst(found) -> dict | None:
    behind = [
        (figure.performance if figure.performance is not None else 1, row, column, figure)
        for row, column, figure in found
        if not figure.is_hidden and figure.status in WORST and figure.progress is not None
    ]
    if not behind:
        return None
    _rank, row, column, figure = min(behind, key=lambda one: (one[0], one[1], one[2]))
    isolated = {"row": f"\u2068{row}\u2069", "column": f"\u2068{column}\u2069"}
    return {**isolated, "status": str(status_of(figure.status).label), "share": percent(figure.progress)}


# one cell


def _whole_of_cell(heat: Heat):
    return heat.cell(heat.row, heat.region) if heat.region is not None and heat.row is not None else None


def _how(heat: Heat) -> str:
    if heat.by == CAPABILITIES:
        return _(
            "Delivery of the work that uses the capability and that you may see, each piece by the sum of its shares. "
            "What is not yours to see is not in these figures."
        )
    if heat.measure == Measure.DELIVERY:
        return _("The weighted mean of the bureaus whose delivery is known; each bureau weighs the sum of its work's shares.")
    return _(
        "The mean of the bureaus whose progress is known, each kept between 0 and 100% and counting the same. "
        "Coverage is the share that is known; below the floor nothing is called on or off track."
    )


def _parts(question, heat: Heat) -> list[dict]:
    """The bureaus behind one cell, with everything that it takes to work it out again."""
    if heat.region is None or heat.row is None:
        return []
    return [
        {"name": bureau.name, "url": with_kept(reverse("dashboard:bureau", args=[bureau.code]), heat.kept),
         "figure": figure, "shown": shown(figure), "is_hidden": figure.is_hidden,
         "why_url": _part_url(question, heat, heat.row, bureau)}
        for bureau in heat.bureaus
        if (figure := heat.part(heat.row, bureau)).status != "no_data" or figure.is_hidden
    ]  # fmt: skip


# the file

HEAD = ["row", "name", "region", "bureau", "period", "measure", "status", "progress", "expected", "coverage", "lower", "upper"]


def csv_rows(heat: Heat):
    """The cells of the page that is open, exact; unknown is an empty cell, never zero."""
    for row in [heat.row] if heat.row is not None and heat.region is not None else heat.rows:
        if heat.region is None:
            for code, _name in heat.regions:
                yield _line(heat, row, code, "", heat.cell(row, code))
        for bureau in heat.bureaus:
            yield _line(heat, row, heat.region, bureau.code, heat.part(row, bureau))


def _line(heat: Heat, row, region, bureau, figure) -> list:
    words = str(row.title if heat.by == AIMS else row.name)
    period = heat.period.code if heat.period else ""
    start = [row.number, words, region or "general-secretariat", bureau, period, heat.measure]
    if figure.is_hidden:
        return [*start, "restricted", "", "", "", "", ""]
    shares = (figure.progress, figure.expected, figure.coverage, figure.lower, figure.upper)
    return [*start, figure.status, *("" if one is None else format(one.normalize(), "f") for one in shares)]
