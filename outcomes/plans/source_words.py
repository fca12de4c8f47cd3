"""Word for word: what a source prints against what is encoded, in both directions, to the character."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from difflib import SequenceMatcher
from pathlib import Path

from outcomes.plans.node import LANGUAGES, Node

# A text taken out of the middle of a sentence: it has no line of its own in the source.
EXCERPTS = {"plan.hangs_from"}


def source_file(root: Path, document: Node) -> Path:
    """The source lies beside the file that encodes it."""
    return (root / document.file).parent / "sources" / document["plan"]["source_name"].string()


def printed_lines(text: str) -> list[str]:
    """The lines of a source without the blank ones; white space at the end of a line is not text."""
    return [line.rstrip() for line in text.split("\n") if line.strip()]


def encoded_lines(document: Node) -> list[str]:
    """The lines that the encoded texts and headings make, in the order of `source_layout`."""
    return [line for item in document["source_layout"] for line in _lines_of(document, item)]


def _lines_of(document: Node, item: Node) -> list[str]:
    item.only("heading", "text")
    lead = item["heading"].string() if item.has("heading") else ""
    if not item.has("text"):
        return [lead]
    first, *rest = find_text(document, item["text"]).split("\n\n")
    return [lead + first, *rest]


def headings(document: Node) -> list[str]:
    """What the source prints besides the texts: headings, labels, bullets, page furniture."""
    return [item["heading"].string() for item in document["source_layout"] if item.has("heading")]


def find_text(document: Node, reference: Node) -> str:
    """The French text that a reference such as `aims.2.title` names."""
    found = dict(french_texts(document)).get(reference.string())
    if found is None:
        raise reference.fault(f"{reference.value} names no French text of this file")
    return found


def french_texts(document: Node) -> Iterator[tuple[str, str]]:
    """Every text that claims to be the source's, by its reference."""
    named = {"plan": document["plan"]}
    for row in _rows(document, "aims"):
        named[f"aims.{row['number'].value}"] = row
    for row in _rows(document, "results"):
        named[f"results.{row['aim'].value}.{row['number'].value}"] = row
    for row in _rows(document, "capabilities"):
        named[f"capabilities.{row['number'].value}"] = row
    for prefix, row in named.items():
        for key, node in row.items():
            if is_text(node) and node.text().source == "fr":
                yield f"{prefix}.{key}", node.text().words


def is_text(node: Node) -> bool:
    return isinstance(node.value, dict) and bool(set(node.value) & set(LANGUAGES))


def _rows(document: Node, key: str):
    return document[key] if document.has(key) else ()


def faults(source: bytes, document: Node) -> list[str]:
    """Everything in which source and encoding differ; empty when they agree to the character."""
    text = source.decode("utf-8")
    return [
        *_fault_of_bytes(source, document),
        *_faults_of_lines(printed_lines(text), encoded_lines(document)),
        *_faults_of_references(text, document),
    ]


def _fault_of_bytes(source: bytes, document: Node) -> list[str]:
    declared = document["plan"]["source_sha256"].string()
    return [] if hashlib.sha256(source).hexdigest() == declared else ["the source is not the file that was encoded"]


def _faults_of_lines(printed: list[str], encoded: list[str]) -> list[str]:
    found = []
    for what, start, end, other_start, other_end in SequenceMatcher(None, printed, encoded, False).get_opcodes():
        if what != "equal":
            found += [f"in the source, not encoded: {line}" for line in printed[start:end]]
            found += [f"encoded, not in the source: {line}" for line in encoded[other_start:other_end]]
    return found


def _faults_of_references(text: str, document: Node) -> list[str]:
    """Every French text is placed in the layout exactly once, or is an excerpt of the source."""
    placed = [item["text"].string() for item in document["source_layout"] if item.has("text")]
    found = []
    for reference, words in french_texts(document):
        if reference in EXCERPTS:
            found += [] if words in text else [f"{reference} is not an excerpt of the source"]
        elif placed.count(reference) != 1:
            found.append(f"{reference} is placed {placed.count(reference)} times in source_layout")
    return found


def uncovered(paragraphs: str, passages: list[str], connecting: list[str]) -> list[str]:
    """What neither a passage nor the declared connecting words account for, in the order of the paragraphs.

    The connecting words are taken from what the passages leave, in their order. A passage that is not there
    word for word, or a connecting word that is left over, is named too.
    """
    found = [f"not in the paragraphs: {passage}" for passage in passages if passage not in paragraphs]
    rest = paragraphs
    for passage in sorted(passages, key=len, reverse=True):
        rest = rest.replace(passage, "\n", 1)
    left = [piece for line in rest.split("\n") if (piece := line.strip(" .,"))]
    for piece, words in zip(left, connecting, strict=False):
        if piece != words:
            found.append(f"neither passage nor connecting words: {piece}")
    found += [f"neither passage nor connecting words: {piece}" for piece in left[len(connecting) :]]
    return found + [f"connecting words that are nowhere: {words}" for words in connecting[len(left) :]]
