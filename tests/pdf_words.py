"""What stands in a PDF, read back by another program than the one that drew it."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest

ABSENT = "no pdftotext here: the words of documents were not read back (apt-get install poppler-utils)"


def words_of(content: bytes, *options: str) -> str:
    """The words of the document as `pdftotext` finds them. Skips the test where there is none, and fails where CI requires it."""
    if not shutil.which("pdftotext"):
        pytest.fail(f"REQUIRE_BROWSER=1, but {ABSENT}") if os.environ.get("REQUIRE_BROWSER") == "1" else pytest.skip(ABSENT)
    done = subprocess.run(["pdftotext", *options, "-", "-"], input=content, capture_output=True, check=True)
    return done.stdout.decode()
