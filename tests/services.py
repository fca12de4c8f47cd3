"""Gives the test run its own PostgreSQL and Redis. Loaded by `-p`, before pytest-django reads the settings."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from interpol_strategy.supervisor.places import settle
from interpol_strategy.supervisor.servers import PrivateServers

TEST_ENVIRONMENT = {
    "SECRET_KEY": "a key for tests alone, which guards nothing that anybody keeps",
    "AUDIT_KEY": "another key for tests alone, which signs nothing that anybody keeps",
    "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1,[::1]",
    "DEMO": "1",
    "DEBUG": "0",
}


def _start() -> None:
    if "PYTEST_XDIST_WORKER" in os.environ:
        _take_a_part(int(os.environ["PYTEST_XDIST_WORKER"].removeprefix("gw")))
        return
    folder = Path(tempfile.mkdtemp(prefix="strategy-test-", dir=os.environ.get("TEST_TMPDIR", "/tmp")))
    folder.chmod(0o755)
    servers = PrivateServers(settle(folder), careless=os.environ.get("TEST_DURABLE") != "1")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    atexit.register(servers.stop)
    servers.start()
    for name in ("media", "static"):
        (folder / name).mkdir()
    places = {"RUN_DIR": folder, "MEDIA_ROOT": folder / "media", "STATIC_ROOT": folder / "static"}
    os.environ.update(TEST_ENVIRONMENT, **{name: str(place) for name, place in places.items()}, **servers.environment)
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"


def _take_a_part(number: int) -> None:
    """Workers of one run share its servers; each has a database of its own in both."""
    os.environ["REDIS_URL"] += f"?db={number + 2}"


_start()
