"""A folder that an unprivileged user may enter, unlike pytest's own."""

import shutil
import tempfile
from pathlib import Path

import pytest


@pytest.fixture
def open_folder():
    made = Path(tempfile.mkdtemp(prefix="strategy-drill-", dir="/tmp"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made, ignore_errors=True)
