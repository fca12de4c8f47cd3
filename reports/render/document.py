"""The parts of a report between the snapshot and the page: blocks of finished strings and typed cells.

A `Document` is built once per language; PDF, HTML, XLSX and CSV are all drawn from it, which is why their
figures cannot differ.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import orjson


@dataclass(frozen=True)
class Cell:
    """One cell of a table: the string that is shown and, where it has one, the typed value behind it."""

    text: str
    value: Decimal | date | None = None
    kind: str = "text"  # text, number, percent, date, status, code
    places: int = 0
    lang: str | None = None
    sub: str | None = None
    sub_lang: str | None = None
    status: str | None = None


@dataclass(frozen=True)
class Column:
    """`width` is a share of the page; `where` is all, page (print only) or data (spreadsheet only)."""

    title: str
    width: float = 1.0
    kind: str = "text"
    where: str = "all"


@dataclass(frozen=True)
class Table:
    key: str
    title: str
    columns: list[Column]
    rows: list[list[Cell]]
    where: str = "all"  # all, page (print only) or data (spreadsheet only)
    is_small: bool = False
    type: str = "table"


@dataclass(frozen=True)
class Heading:
    level: int
    text: str
    lang: str | None = None
    status: str | None = None
    starts_page: bool = False
    type: str = "heading"


@dataclass(frozen=True)
class Para:
    """`style` is body, lead, note or warning; of an item in a list also worse, better or a status."""

    text: str
    lang: str | None = None
    style: str = "body"
    type: str = "para"


@dataclass(frozen=True)
class Bullets:
    items: list[Para]
    style: str = "plain"
    type: str = "bullets"


@dataclass(frozen=True)
class Figure:
    """One big number with its name and a line below it; `share` and the bounds draw a bar."""

    name: str
    number: str
    note: str = ""
    share: str | None = None
    low: str | None = None
    high: str | None = None
    status: str | None = None


@dataclass(frozen=True)
class Figures:
    items: list[Figure]
    type: str = "figures"


@dataclass(frozen=True)
class Tile:
    """One aim at a glance."""

    number: str
    title: str
    lang: str | None
    status: str
    word: str
    lines: list[tuple[str, str]]
    share: str | None = None
    low: str | None = None
    high: str | None = None
    note: str = ""


@dataclass(frozen=True)
class Tiles:
    items: list[Tile]
    type: str = "tiles"


@dataclass(frozen=True)
class Quote:
    """What a bureau said, in its own language."""

    text: str
    lang: str
    source: str
    label: str = ""


@dataclass(frozen=True)
class QuoteColumn:
    title: str
    items: list[Quote]


@dataclass(frozen=True)
class Quotes:
    """Columns of quotes, side by side."""

    columns: list[QuoteColumn]
    type: str = "quotes"


@dataclass(frozen=True)
class Item:
    """Something that needs attention: a mark, a title, the reason, and the words of those concerned.

    `status` is empty where the word is no status; `note` says where it belongs and who is responsible.
    """

    status: str
    word: str
    title: str
    lang: str | None
    reason: str
    quotes: list[Quote]
    note: str = ""


@dataclass(frozen=True)
class Items:
    """`is_brief`: one line each, for a page that has no room for more."""

    items: list[Item]
    is_brief: bool = False
    type: str = "items"


@dataclass(frozen=True)
class Picture:
    """A drawn chart with its sentence."""

    svg: str
    alt: str
    title: str


@dataclass(frozen=True)
class Pictures:
    """Columns of pictures, side by side."""

    columns: list[list[Picture]]
    type: str = "pictures"


@dataclass(frozen=True)
class Terms:
    """A list of words with their meaning."""

    items: list[tuple[str, str]]
    type: str = "terms"


@dataclass(frozen=True)
class Contents:
    title: str
    type: str = "contents"


@dataclass(frozen=True)
class Legend:
    """The signs of the statuses with their words."""

    items: list[tuple[str, str, str]]
    type: str = "legend"


@dataclass(frozen=True)
class Together:
    """Blocks that stay on one page, so that none of them stands alone on the next."""

    blocks: list[Heading | Para | Figures | Quotes | Table]
    type: str = "together"


Block = (
    Together | Heading | Para | Bullets | Figures | Tiles | Quotes | Items | Pictures | Table | Terms | Contents | Legend
)  # fmt: skip


@dataclass(frozen=True)
class Cover:
    kicker: str
    title: str
    plans: list[tuple[str, str]]
    period: str
    period_note: str
    facts: list[tuple[str, str]]
    code_label: str
    code: str
    code_note: str
    disclaimer: str
    notices: list[str]
    is_part: bool = False  # the first of `plans` is the bureau, region or aim that all of it is about


@dataclass(frozen=True)
class Document:
    """One report in one language, ready to be drawn."""

    language: str
    direction: str
    title: str
    subject: str
    author: str
    banner: str
    level: int
    demo_mark: str
    running_title: str
    page_word: str
    made_at: int
    cover: Cover
    blocks: list[Block] = field(default_factory=list)

    @property
    def data_tables(self) -> Iterator[Table]:
        """The tables of the spreadsheet and the CSV files."""
        return (block for block in flat(self.blocks) if isinstance(block, Table) and block.where != "page")

    @property
    def page_blocks(self) -> Iterator[Block]:
        """What is drawn on paper and on the web page."""
        return (block for block in self.blocks if not (isinstance(block, Table) and block.where == "data"))

    @property
    def headings(self) -> Iterator[Heading]:
        return (block for block in flat(self.blocks) if isinstance(block, Heading))


def flat(blocks: list[Block]) -> Iterator[Block]:
    """The blocks in their order, those that stay together each by itself."""
    for block in blocks:
        if isinstance(block, Together):
            yield from block.blocks
        else:
            yield block


def as_json(value: Any) -> bytes:
    """The document as JSON; typed values are written out beside the strings that pages show."""
    return orjson.dumps(value, default=str)
