"""By which rules the summary is worked out: a new version of them works every figure out anew."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import initiatives
import outcomes

# The arithmetic, and what gathers its facts and lifts them up the tree.
OF_RESULTS = (
    "progress/**/*.py", "beside*.py", "facts*.py", "leaves*.py", "levels*.py", "readings*.py", "rollup*.py", "summary*.py", "tree*.py",
    "wholes*.py",
)
OF_DELIVERY = ("delivery*.py", "pieces*.py")


def rules_in_force() -> str:
    """A name for the rules as they stand in this version: the digest of the sources that hold them."""
    digest = hashlib.sha256()
    for path in _sources():
        digest.update(path.name.encode() + b"\n" + path.read_bytes())
    return digest.hexdigest()


def _sources() -> Iterator[Path]:
    for package, patterns in ((outcomes, OF_RESULTS), (initiatives, OF_DELIVERY)):
        folder = Path(package.__file__).parent
        for pattern in patterns:
            yield from sorted(folder.glob(pattern))
