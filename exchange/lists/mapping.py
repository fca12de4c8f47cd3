"""Which column of a list is which of our fields: guessed from the words in its heads, and changed by a person at will."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

from django.utils import translation
from django.utils.translation import gettext as _

from core.translations import LANGUAGES
from exchange.cells import Cell
from exchange.lists.fields import FIELDS, Field
from exchange.models import Upload
from exchange.reading.limits import column_letters

LOOKED_AT = 10  # rows in which the heads are looked for


@dataclass
class Listing:
    """The sheet that is read: its heads by column, and its rows as cells by column."""

    sheet: str = ""
    head_row: int = 0
    heads: dict[int, str] = field(default_factory=dict)
    rows: list[dict[int, Cell]] = field(default_factory=list)
    other_sheets: list[str] = field(default_factory=list)

    def columns(self) -> list[tuple[str, str]]:
        """Every column with its letter and its head, for a person to choose from."""
        return [(str(number), f"{column_letters(number)}: {words[:60]}") for number, words in self.heads.items()]


def listing_of(upload: Upload) -> Listing:
    """The first visible sheet that has rows, below the row whose words look most like heads."""
    shown = [sheet for sheet in upload.sheets if sheet["rows"] and not sheet["hidden"]]
    if not shown:
        return Listing()
    sheet = shown[0]
    place = _head_place(sheet["rows"], FIELDS[upload.kind])
    number, cells = sheet["rows"][place]
    heads = {column: value for column, _kind, value in cells}
    rows = [
        {column: Cell(sheet["name"], row, column, kind, value) for column, kind, value in found}
        for row, found in sheet["rows"][place + 1 :]
    ]
    return Listing(sheet["name"], number, heads, rows, [one["name"] for one in shown[1:]])


def _head_place(rows: list, fields: tuple[Field, ...]) -> int:
    known = _known_words(fields)
    scores = [sum(plain(value) in known for _column, _kind, value in cells) for _number, cells in rows[:LOOKED_AT]]
    return scores.index(max(scores))


def guess(upload: Upload, listing: Listing) -> dict[str, int]:
    """A column for each field whose words are in a head; each column is one field's."""
    found: dict[str, int] = {}
    free = {number: plain(words) for number, words in listing.heads.items()}
    for exact in (True, False):
        for one in FIELDS[upload.kind]:
            if one.code in found:
                continue
            words = words_of(one)
            column = next((number for number, head in free.items() if _fits(head, words, exact)), None)
            if column is not None:
                found[one.code] = column
                del free[column]
    return found


def _fits(head: str, words: set[str], exact: bool) -> bool:
    if exact:
        return head in words
    return any(len(word) > 3 and re.search(rf"(^|\s){re.escape(word)}(\s|$)", head) for word in words)


def words_of(one: Field) -> set[str]:
    """Every word by which the field's column may be known: its code, its label in each language, its other names."""
    found = {one.code.replace("_", " "), *one.known_as}
    for language in LANGUAGES:
        with translation.override(language):
            found.add(str(one.label))
    return {plain(words) for words in found}


def _known_words(fields: tuple[Field, ...]) -> set[str]:
    return set().union(*(words_of(one) for one in fields))


def plain(words: str) -> str:
    """Without capitals, accents and punctuation: two people's spelling of one word."""
    apart = unicodedata.normalize("NFKD", words.casefold())
    letters = "".join(sign for sign in apart if not unicodedata.combining(sign))
    return " ".join(re.sub(r"[^\w\s]|_", " ", letters).split())


def mapping_of(upload: Upload, listing: Listing) -> dict[str, int]:
    """What a person chose, else what is guessed."""
    return dict(upload.mapping["columns"]) if "columns" in upload.mapping else guess(upload, listing)


def missing_columns(upload: Upload, mapping: dict[str, int]) -> list[str]:
    """The labels of required fields without a column."""
    return [str(one.label) for one in FIELDS[upload.kind] if one.is_required and one.code not in mapping]


def read_mapping(upload: Upload, listing: Listing, data) -> tuple[dict[str, int], str]:
    """The posted choice of columns, and why it cannot be ("" when it can)."""
    chosen = {one.code: data.get(f"column.{one.code}", "") for one in FIELDS[upload.kind]}
    found = {code: int(number) for code, number in chosen.items() if number.isascii() and number.isdigit() and len(number) < 5}
    found = {code: number for code, number in found.items() if number in listing.heads}
    if len(set(found.values())) < len(found):
        return found, _("One column is chosen for two fields.")
    return found, ""
