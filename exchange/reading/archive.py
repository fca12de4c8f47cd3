"""The parcel around a workbook: looked over before anything is unpacked, and counted while it is."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO
from xml.parsers import expat

from exchange.reading import limits
from exchange.reading.limits import Refusal

OLD_OR_LOCKED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # how encrypted workbooks and those of the last century begin
CHUNK = 64 * 1024
ACTIVE = ("vbaproject.bin", "/activex/", "/embeddings/", "/macrosheets/", "/dialogsheets/", "vbadata.xml")
FOREIGN = ("/externallinks/", "/connections.xml", "/querytables/")


@dataclass
class Parcel:
    """An opened archive that keeps count of what came out of it."""

    archive: zipfile.ZipFile
    unpacked: int = 0

    @property
    def names(self) -> list[str]:
        return self.archive.namelist()

    def chunks(self, name: str) -> Iterator[bytes]:
        """The member piece by piece; what it says of its own size is not believed."""
        info = self.archive.getinfo(name)
        own = 0
        try:
            with self.archive.open(info) as member:
                while piece := member.read(CHUNK):
                    own += len(piece)
                    self.unpacked += len(piece)
                    _require_small(own, info.compress_size, self.unpacked)
                    yield piece
        except (zipfile.BadZipFile, EOFError, NotImplementedError, OSError, zipfile.zlib.error) as fault:
            raise Refusal("broken_archive") from fault

    def text_of(self, name: str) -> bytes:
        return b"".join(self.chunks(name))


def open_parcel(file: BinaryIO) -> Parcel:
    """This will look over the archive without unpacking it, or raise a Refusal."""
    head = file.read(8)
    file.seek(0)
    if head == OLD_OR_LOCKED:
        raise Refusal("encrypted")
    if not head.startswith(b"PK\x03\x04"):
        raise Refusal("not_a_workbook")
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, EOFError, OSError, ValueError, NotImplementedError) as fault:
        raise Refusal("broken_archive") from fault
    _look_over(archive.infolist())
    return Parcel(archive)


def _look_over(members: list[zipfile.ZipInfo]) -> None:
    if len(members) > limits.MOST_MEMBERS:
        raise Refusal("too_many_members", most=limits.MOST_MEMBERS)
    names = [member.filename.casefold() for member in members]
    if len(set(names)) < len(names) or any(_is_astray(name) for name in names):
        raise Refusal("broken_archive")
    if any(member.flag_bits & 1 for member in members):
        raise Refusal("encrypted")
    if any(part in f"/{name}" for name in names for part in ACTIVE):
        raise Refusal("macros")
    if any(part in f"/{name}" for name in names for part in FOREIGN):
        raise Refusal("external_links")
    if "[content_types].xml" not in names:
        raise Refusal("not_a_workbook")
    total = 0
    for member in members:
        total += member.file_size
        _require_small(member.file_size, member.compress_size, total)


def _is_astray(name: str) -> bool:
    return name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/") or "\x00" in name


def _require_small(own: int, packed: int, total: int) -> None:
    if total > limits.MOST_UNPACKED:
        raise Refusal("too_large_unpacked", most=limits.MOST_UNPACKED // 1024**2)
    if own > limits.RATIO_COUNTS_FROM and own > limits.MOST_RATIO * max(packed, 1):
        raise Refusal("packed_too_tightly", most=limits.MOST_RATIO)


def walk(pieces: Iterator[bytes], *, sheet: str = "", **handlers) -> None:
    """This will feed an XML document to the handlers; a document that declares anything of its own is refused.

    Handlers are named as expat's: `start`, `end`, `text`; names come without their prefix.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = _refuse_declaration
    if "start" in handlers:
        parser.StartElementHandler = lambda name, at: handlers["start"](name.rpartition(":")[2], at)
    if "end" in handlers:
        parser.EndElementHandler = lambda name: handlers["end"](name.rpartition(":")[2])
    if "text" in handlers:
        parser.CharacterDataHandler = handlers["text"]
    try:
        for piece in pieces:
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except (expat.ExpatError, UnicodeDecodeError, LookupError) as fault:
        raise Refusal("broken_xml", sheet=sheet) from fault


def _refuse_declaration(*_about) -> None:
    raise Refusal("declares_entities")
