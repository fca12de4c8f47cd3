"""A sheet to draw on, mirrored for right-to-left readers, and the chart that comes off it.

Colours are attributes, for paper; each has a class too, for the page's dark theme. Status is a shape first.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from hashlib import sha256

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language_bidi

from core.status import STATUSES, status_of
from reports.charts.lettering import clean, family_for, isolated, width_of, wrapped, xml

INK, MUTED, LINE, WASH, PAPER, ACCENT = "#1b2430", "#566070", "#dcd7cc", "#f4f1eb", "#ffffff", "#0f4c75"
PAINTS = {"ink": INK, "muted": MUTED, "line": LINE, "wash": WASH, "paper": PAPER, "accent": ACCENT}
TEXT, SMALL = 13, 12
BROAD = 520  # from here a page keeps the drawing at least so wide that its words can be read
_NUMBER = re.compile(r"[+\u2212-]?[\d.,\s\u00a0\u202f]+%?\Z")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Table:
    """The chart's numbers in finished words; the first column names the row."""

    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def as_csv(self) -> str:
        """The table as a file that a spreadsheet opens without running anything that a person wrote."""
        sheet = io.StringIO()
        writer = csv.writer(sheet)
        writer.writerow([_harmless(cell) for cell in self.headers])
        writer.writerows([_harmless(cell) for cell in row] for row in self.rows)
        return sheet.getvalue()


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) and not _NUMBER.match(cell) else cell


@dataclass(frozen=True)
class Chart:
    """A figure with its twins: a drawing, one sentence that says what it shows, and a table with every number.

    `title` and `summary` together are the alternative text of the drawing in a printed report.
    """

    key: str
    title: str
    summary: str
    svg: SafeString
    table: Table


def key_of(*facts) -> str:
    """A short name that is the same for the same facts, for ids on a page."""
    return "c" + sha256("\x1f".join(map(str, facts)).encode()).hexdigest()[:8]


def n(value: float) -> str:
    """A coordinate with one decimal at most."""
    return f"{value:.1f}".removesuffix(".0") if abs(value) >= 0.05 else "0"


class Sheet:
    """Things are placed as if read from the left; `rtl` turns every x round, shapes and words stay as they are."""

    def __init__(self, width: float, height: float, rtl: bool | None = None):
        self.width, self.height = width, height
        self.rtl = get_language_bidi() if rtl is None else rtl
        self._parts: list[str] = []
        self._texts: list[str] = []

    def x(self, x: float) -> float:
        return self.width - x if self.rtl else x

    def rect(self, x: float, y: float, width: float, height: float, paint: str, edge: str = "", **more) -> None:
        left = self.x(x + width) if self.rtl else x
        place = f'x="{n(left)}" y="{n(y)}" width="{n(max(width, 0))}" height="{n(height)}"'
        dashed = ' stroke-dasharray="4 3"' if edge else ""
        self._parts.append(f"<rect {place} {_fill(paint, edge)}{dashed}{_more(more)}/>")

    def line(self, points: list[tuple[float, float]], paint: str, width: float = 1, dash: str = "", **more) -> None:
        way = " ".join(f"{n(self.x(x))},{n(y)}" for x, y in points)
        dashed = f' stroke-dasharray="{dash}"' if dash else ""
        self._parts.append(
            f'<polyline points="{way}" fill="none" {_stroke(paint)} stroke-width="{n(width)}"{dashed}'
            f' stroke-linejoin="round" stroke-linecap="{"butt" if dash else "round"}"{_more(more)}/>'
        )

    def area(self, points: list[tuple[float, float]], paint: str, **more) -> None:
        way = " ".join(f"{n(self.x(x))},{n(y)}" for x, y in points)
        self._parts.append(f'<polygon points="{way}" {_fill(paint)}{_more(more)}/>')

    def dot(self, x: float, y: float, radius: float, paint: str, hollow: bool = False) -> None:
        look = _hollow(paint) if hollow else _fill(paint)
        self._parts.append(f'<circle cx="{n(self.x(x))}" cy="{n(y)}" r="{n(radius)}" {look}/>')

    def diamond(self, x: float, y: float, size: float, paint: str, hollow: bool = False) -> None:
        way = f"M{n(self.x(x))} {n(y - size)}l{n(size)} {n(size)}l{n(-size)} {n(size)}l{n(-size)} {n(-size)}z"
        look = _hollow(paint) if hollow else _fill(paint)
        self._parts.append(f'<path d="{way}" {look}/>')

    def status(self, code: str, x: float, y: float, size: float = 12) -> None:
        """The status's shape with its middle at the point; a halo of paper keeps it apart from lines beneath."""
        found = status_of(code)
        place = f"translate({n(self.x(x) - size / 2)} {n(y - size / 2)}) scale({size / 16:.3f})"
        halo = f'<path d="{found.solid or found.outline}" {_fill("paper", "paper")} stroke-width="4"/>'
        solid = f'<path d="{found.solid}" {_fill(found.code)}/>' if found.solid else ""
        outline = f'<path d="{found.outline}" fill="none" {_stroke(found.code)} stroke-width="2"/>'
        drawn = halo + solid + (outline if found.outline else "")
        self._parts.append(f'<g transform="{place}">{drawn}</g>')

    def words(
        self, x: float, y: float, words: str, *, anchor="start", paint="ink", size=TEXT, bold=False, halo=False
    ) -> float:
        """One line of words, on a halo of paper where lines run beneath; returns about how wide it is."""
        shown = clean(words)
        self._texts.append(shown)
        turned = {"start": "end", "end": "start"}.get(anchor, anchor) if self.rtl else anchor
        look = f'font-size="{size}" ' + (_fill(paint, "paper") if halo else _fill(paint))
        look += "" if turned == "start" else f' text-anchor="{turned}"'
        look += ' font-weight="600"' if bold else ""
        look += ' stroke-width="4" stroke-linejoin="round" paint-order="stroke"' if halo else ""
        self._parts.append(f'<text x="{n(self.x(x))}" y="{n(y)}" {look}>{xml(isolated(shown, rtl=self.rtl))}</text>')
        return width_of(shown, size)

    def lines(self, x: float, y: float, words: str, room: float, *, most=2, middle=False, **look) -> int:
        """Words that break into lines; with `middle` the block is centred on y. Returns the number of lines."""
        size = look.get("size", TEXT)
        found = wrapped(words, room, size, most)
        first = y - (len(found) - 1) * size * 0.6 + size * 0.35 if middle else y
        for number, line in enumerate(found):
            self.words(x, first + number * size * 1.2, line, **look)
        return len(found)

    def finish(self, key: str, title: str, summary: str, kind: str = "") -> SafeString:
        """The drawing, named and described by the chart's own title and sentence."""
        kind = kind or ("broad" if self.width > BROAD else "")
        size = f'viewBox="0 0 {n(self.width)} {n(self.height)}" width="{n(self.width)}" height="{n(self.height)}"'
        look = f'direction="ltr" font-family="\'{family_for(self._texts)}\'"' + (f' class="{kind}"' if kind else "")
        named = f'role="img" aria-labelledby="{key}-title {key}-words"'
        words = f'<title id="{key}-title">{xml(title)}</title><desc id="{key}-words">{xml(summary)}</desc>'
        drawing = f'<svg xmlns="http://www.w3.org/2000/svg" {size} {look} {named}>{words}{"".join(self._parts)}</svg>'
        return mark_safe(drawing)  # noqa: S308 - every word went through xml()


def _paint(name: str) -> str:
    return PAINTS.get(name) or STATUSES[name].colour


def _fill(name: str, stroke: str = "") -> str:
    """Fill, and stroke if one is named: colours for paper, classes for the page."""
    if stroke:
        return f'fill="{_paint(name)}" stroke="{_paint(stroke)}" class="f-{name} k-{stroke}"'
    return f'fill="{_paint(name)}" class="f-{name}"'


def _hollow(name: str) -> str:
    return _fill("paper", name) + ' stroke-width="1.5"'


def _stroke(name: str) -> str:
    return f'stroke="{_paint(name)}" class="k-{name}"'


def _more(more: dict) -> str:
    return "".join(f' {name.replace("_", "-")}="{xml(value)}"' for name, value in more.items())
