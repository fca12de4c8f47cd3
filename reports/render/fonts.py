"""The fonts of the documents: where they are, in which order they are tried, and which signs they have."""

from __future__ import annotations

import struct
from bisect import bisect_right
from functools import cache
from importlib.util import find_spec
from pathlib import Path

FAMILIES = (
    "Source Sans 3", "Kurinto Sans", "Kurinto Sans JP", "Kurinto Sans SC", "Kurinto Sans TC", "Kurinto Sans KR",
)  # fmt: skip
_FILES = (
    "source-sans/ttf/SourceSans3-Regular.ttf", "kurinto/ttf/KurintoSans-Rg.ttf", "kurinto/ttf/KurintoSansJP-Rg.ttf",
    "kurinto/ttf/KurintoSansSC-Rg.ttf", "kurinto/ttf/KurintoSansTC-Rg.ttf", "kurinto/ttf/KurintoSansKR-Rg.ttf",
)  # fmt: skip


def folder() -> Path:
    """Where the weblate-fonts package keeps its fonts; nothing is imported from it."""
    spec = find_spec("weblate_fonts")
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError("the package weblate-fonts is not installed")
    return Path(spec.submodule_search_locations[0]) / "static" / "weblate_fonts"


def paths() -> list[str]:
    return [str(folder() / "source-sans" / "ttf"), str(folder() / "kurinto" / "ttf")]


def can_draw(sign: str) -> bool:
    """True if one of the fonts has a glyph for this character."""
    starts, ends = _coverage()
    at = bisect_right(starts, ord(sign)) - 1
    return at >= 0 and ord(sign) <= ends[at]


@cache
def _coverage() -> tuple[list[int], list[int]]:
    """The characters of all fonts as sorted, merged ranges."""
    ranges = sorted(part for name in _FILES for part in _ranges_of(folder() / name))
    starts: list[int] = []
    ends: list[int] = []
    for first, last in ranges:
        if ends and first <= ends[-1] + 1:
            ends[-1] = max(ends[-1], last)
        else:
            starts.append(first)
            ends.append(last)
    return starts, ends


def _ranges_of(path: Path) -> list[tuple[int, int]]:
    """The ranges of the font's own character map; reads that one table, not the whole file."""
    with path.open("rb") as font:
        tables = struct.unpack(">H", font.read(12)[4:6])[0]
        directory = [struct.unpack(">4sIII", font.read(16)) for _ in range(tables)]
        offset, length = next((at, size) for tag, _, at, size in directory if tag == b"cmap")
        font.seek(offset)
        cmap = font.read(length)
    found: list[tuple[int, int]] = []
    for at in sorted(
        {struct.unpack_from(">I", cmap, 8 + 8 * n)[0] for n in range(struct.unpack_from(">H", cmap, 2)[0])}
    ):
        kind = struct.unpack_from(">H", cmap, at)[0]
        found += _segments(cmap, at) if kind == 4 else _groups(cmap, at) if kind == 12 else []
    return found


def _segments(cmap: bytes, at: int) -> list[tuple[int, int]]:
    """Format 4: segments of the basic plane; the last one is only a mark of the end."""
    count = struct.unpack_from(">H", cmap, at + 6)[0] // 2
    ends = struct.unpack_from(f">{count}H", cmap, at + 14)
    starts = struct.unpack_from(f">{count}H", cmap, at + 16 + 2 * count)
    return [(first, last) for first, last in zip(starts, ends, strict=True) if first <= last < 0xFFFF]


def _groups(cmap: bytes, at: int) -> list[tuple[int, int]]:
    """Format 12: groups over all of Unicode."""
    count = struct.unpack_from(">I", cmap, at + 12)[0]
    return [struct.unpack_from(">II", cmap, at + 16 + 12 * n) for n in range(count)]
