"""Where a run keeps its things, and which user its database belongs to."""

from __future__ import annotations

import hashlib
import os
import pwd
import shlex
import stat
import tempfile
from collections.abc import MutableMapping
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent.parent
LONGEST_SOCKET_PATH = 100  # the kernel stops at 107 bytes; PostgreSQL also makes a lock file beside it
SOCKET_NAME = ".s.PGSQL.5432.lock"


@dataclass(frozen=True)
class Places:
    """The folders of one run.

    `base` holds what is ours (logs, keys, files, mail); `servers` holds what the database's user must reach.
    """

    base: Path
    servers: Path
    sockets: Path

    @property
    def logs(self) -> Path:
        return self.base / "logs"

    @property
    def env_file(self) -> Path:
        return self.base / "env"


def database_user() -> pwd.struct_passwd | None:
    """The unprivileged user that PostgreSQL runs as when we are root; None when we are not."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise SystemExit("PostgreSQL refuses to run as root, and this machine has neither a user postgres nor nobody.")


def settle(base: Path) -> Places:
    """This will make the folders of a run below `base`, elsewhere what `base` cannot hold."""
    base = base.resolve()
    base.mkdir(parents=True, exist_ok=True)
    servers = _servers_folder(base)
    servers.mkdir(parents=True, exist_ok=True)
    places = Places(base, servers, _sockets_folder(servers))
    places.logs.mkdir(exist_ok=True)
    _give_to_database_user(places.sockets)
    return places


def _servers_folder(base: Path) -> Path:
    user = database_user()
    if user is None or can_enter(base, user):
        return base / "servers"
    name = "interpol-strategy-" + hashlib.sha256(str(base).encode()).hexdigest()[:12]
    return next(root for root in (Path("/var/lib"), Path("/var/tmp")) if can_enter(root, user)) / name


def _sockets_folder(servers: Path) -> Path:
    folder = servers / "sockets"
    if len(str(folder / SOCKET_NAME)) > LONGEST_SOCKET_PATH:
        return Path(tempfile.mkdtemp(prefix="strategy-", dir="/tmp"))
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def _give_to_database_user(folder: Path) -> None:
    folder.chmod(0o700)
    if user := database_user():
        os.chown(folder, user.pw_uid, user.pw_gid)


def can_enter(folder: Path, user: pwd.struct_passwd) -> bool:
    """Whether the user may walk into the folder through every folder above it."""
    return all(_may_pass(step.stat(), user) for step in (folder, *folder.parents))


def _may_pass(found: os.stat_result, user: pwd.struct_passwd) -> bool:
    if found.st_uid == user.pw_uid:
        return bool(found.st_mode & stat.S_IXUSR)
    if found.st_gid == user.pw_gid:
        return bool(found.st_mode & stat.S_IXGRP)
    return bool(found.st_mode & stat.S_IXOTH)


def run_folder(environ: MutableMapping[str, str]) -> Path:
    return Path(environ.get("RUN_DIR") or CHECKOUT / ".run")


def write_env(places: Places, values: dict[str, str]) -> None:
    """This will leave the run's environment where `manage.py` finds it, readable by its owner alone."""
    text = "".join(f"{name}={shlex.quote(value)}\n" for name, value in values.items())
    places.env_file.touch(mode=0o600)
    places.env_file.write_text(text)


def adopt_running_services(environ: MutableMapping[str, str]) -> None:
    """This will take the running services' addresses into the environment unless it names a database already."""
    found = run_folder(environ) / "env"
    if "DATABASE_URL" in environ or not found.exists():
        return
    for line in found.read_text().splitlines():
        name, _, value = line.partition("=")
        environ.setdefault(name, shlex.split(value)[0] if value else "")
