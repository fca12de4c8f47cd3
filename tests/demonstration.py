"""The demonstration as the product itself prepares it, once per test run, and copies of it to use up."""

from __future__ import annotations

import fcntl
import itertools
import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2

TOP = Path(__file__).resolve().parent.parent
ORIGINAL = "demonstration"
MIGRATED = "migrated"  # what every other database of the run begins as
EMPTY = "template1"
PASSWORD = "for the demonstration of the tests alone"
COPIES = itertools.count(1)
FIRST_BROKER, BROKERS = 8, 8  # Redis keeps sixteen; the first ones belong to the test processes themselves


@dataclass(frozen=True)
class Copy:
    """A database of one's own with everything that the demonstration holds, and its files."""

    name: str
    folder: Path
    settings: str = "tests.demonstration_settings"

    @property
    def environment(self) -> dict[str, str]:
        return {
            "DATABASE_URL": database_url(self.name),
            "DJANGO_SETTINGS_MODULE": self.settings,
            "RUN_DIR": str(self.folder),
            "MEDIA_ROOT": str(self.folder / "media"),
            "STATIC_ROOT": str(self.folder / "static"),
            "DEMO_PASSWORD": PASSWORD,
            "REDIS_URL": broker_url(),
            "CACHE_PREFIX": self.name,
        }


def database_url(name: str) -> str:
    return urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}"))


def broker_url() -> str:
    """A Redis database that no other test process publishes to."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    return os.environ["REDIS_URL"].partition("?")[0] + f"?db={FIRST_BROKER + worker % BROKERS}"


def copied() -> Copy:
    """This will make the demonstration if nobody has yet, and answer a fresh copy of it."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
    name = f"{ORIGINAL}_{worker}_{next(COPIES)}"
    copy = Copy(name, _folder_of(name))
    with _one_at_a_time():
        _make_original()
        _run(f'CREATE DATABASE "{copy.name}" TEMPLATE "{ORIGINAL}"')
    shutil.copytree(_folder_of(ORIGINAL) / "media", copy.folder / "media")
    return copy


def fresh() -> Copy:
    """A database of one's own as an installation begins: migrated, and one administrator."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
    name = f"fresh_{worker}_{next(COPIES)}"
    made = Copy(name, _folder_of(name), settings="tests.fresh_settings")
    (made.folder / "media").mkdir()
    with _one_at_a_time():
        _make_migrated()
        _run(f'CREATE DATABASE "{made.name}" TEMPLATE "{MIGRATED}"')
    _manage(made, "create_user", "--email", "admin@first.invalid", "--name", "First Admin", "--role", "admin")
    return made


def keep_migrated(name: str) -> None:
    """This will keep a copy of the database, to which nobody is connected, as the run's migrated one, if there is none."""
    with _one_at_a_time():
        if not _is_there(MIGRATED):
            _run(f'CREATE DATABASE "{MIGRATED}" TEMPLATE "{name}"')


def drop(copy: Copy) -> None:
    _run(f'DROP DATABASE IF EXISTS "{copy.name}" WITH (FORCE)')
    shutil.rmtree(copy.folder, ignore_errors=True)


def _folder_of(name: str) -> Path:
    folder = Path(os.environ["RUN_DIR"]) / "demonstrations" / name
    for part in ("media", "static", "mail", "logs") if name == ORIGINAL else ("static", "mail", "logs"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    return folder


def _make_migrated() -> None:
    """Where no test of the run has asked for a database of its own, whoever needs a migrated one makes it."""
    if _is_there(MIGRATED):
        return
    unfinished = Copy(f"{MIGRATED}_unfinished", _folder_of(f"{MIGRATED}_unfinished"), settings="tests.fresh_settings")
    _run(f'DROP DATABASE IF EXISTS "{unfinished.name}" WITH (FORCE)')
    _run(f'CREATE DATABASE "{unfinished.name}" TEMPLATE "{EMPTY}"')
    _manage(unfinished, "migrate")
    _run(f'ALTER DATABASE "{unfinished.name}" RENAME TO "{MIGRATED}"')


def _make_original() -> None:
    if _is_there(ORIGINAL):
        return
    unfinished = Copy(f"{ORIGINAL}_unfinished", _folder_of(ORIGINAL))
    _run(f'DROP DATABASE IF EXISTS "{unfinished.name}" WITH (FORCE)')
    _run(f'CREATE DATABASE "{unfinished.name}" TEMPLATE "{MIGRATED if _is_there(MIGRATED) else EMPTY}"')
    _manage(unfinished, "prepare")
    _manage(unfinished, "generate_report", "framework-progress", "--by", "officer@demo.invalid")
    _run(f'ALTER DATABASE "{unfinished.name}" RENAME TO "{ORIGINAL}"')


def _is_there(name: str) -> bool:
    return bool(_run("SELECT 1 FROM pg_database WHERE datname = %s", [name]))


def _manage(copy: Copy, *command: str) -> None:
    argv = [sys.executable, "manage.py", *command]
    subprocess.run(argv, cwd=TOP, env={**os.environ, **copy.environment}, check=True, stdout=subprocess.DEVNULL)


def _run(sql: str, values=None) -> list:
    connection = psycopg2.connect(os.environ["DATABASE_URL"])
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


@contextmanager
def _one_at_a_time():
    """Workers of one run wait for whoever came first."""
    with (Path(os.environ["RUN_DIR"]) / "demonstration.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def looked_at(copy: Copy):
    """This will have this process's own connection read and write the copy, and its files."""
    from django.core.cache import cache
    from django.db import connection
    from django.test import override_settings

    connection.close()
    kept = connection.settings_dict["NAME"]
    connection.settings_dict["NAME"] = copy.name
    cache.clear()
    try:
        with override_settings(MEDIA_ROOT=copy.folder / "media", DEMO_PASSWORD=PASSWORD):
            yield copy
    finally:
        connection.close()
        connection.settings_dict["NAME"] = kept
        cache.clear()
