"""A private PostgreSQL and a private Redis on Unix sockets, made ready in a run's folders."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from interpol_strategy.supervisor import binaries
from interpol_strategy.supervisor.places import Places, database_user
from interpol_strategy.supervisor.processes import Child, Program, last_lines, stop_all

DATABASE = OWNER = "strategy"
ADMINISTRATOR = "postgres"
READY_WITHIN = 60.0
VERSION_WITH_BUILTIN_LOCALE = 17
# Disks without moving parts give a page of an index hardly later than the next one in a row; where the planner believes
# otherwise it reads large tables from end to end.
COSTS = ("random_page_cost=1.1",)
CARELESS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_wal_size=2GB")


class NotReady(Exception):
    """A server that did not come up, with the last lines of its log."""


class PrivateServers:
    """PostgreSQL and Redis as children of this process.

    `careless` trades durability for speed: right for tests, never for data that somebody keeps.
    """

    def __init__(self, places: Places, *, careless: bool = False, keep_open: Sequence[int] = ()):
        self.places = places
        self.keep_open = keep_open
        self.careless = careless
        self.children: dict[str, Child] = {}

    @property
    def environment(self) -> dict[str, str]:
        sockets = self.places.sockets
        return {
            "DATABASE_URL": f"postgres://{OWNER}@/{DATABASE}?host={sockets}",
            "REDIS_URL": f"unix://{self.places.sockets / 'redis.sock'}",
        }

    def start(self) -> None:
        """This will start both and return when both answer. Refuses with `Missing` or `NotReady`."""
        programs = self.programs()
        try:
            for name, program in programs.items():
                self.children[name] = Child(program)
            self._wait_for("redis", self._redis_answers)
            self._wait_for("postgres", self._postgres_answers)
            self._make_database()
        except BaseException:
            self.stop()
            raise

    def programs(self) -> dict[str, Program]:
        return {"redis": self._redis_program(), "postgres": self._postgres_program()}

    def stop(self, seconds: float = 4.0) -> None:
        stop_all(list(self.children.values())[::-1], seconds)
        self.children.clear()
        if self.places.servers not in self.places.sockets.parents:
            shutil.rmtree(self.places.sockets, ignore_errors=True)

    def _redis_program(self) -> Program:
        data = self.places.base / "redis"
        data.mkdir(exist_ok=True)
        argv = [binaries.redis_server(), "--port", "0", "--unixsocket", self.places.sockets / "redis.sock"]
        argv += ["--unixsocketperm", "700", "--dir", data, "--save", "", "--maxmemory-policy", "noeviction"]
        argv += ["--appendonly", "no" if self.careless else "yes", "--daemonize", "no"]
        log, end = self.places.logs / "redis.log", signal.SIGTERM
        return Program("redis", argv, log, orphan_signal=end, keep_open=self.keep_open)

    def _postgres_program(self) -> Program:
        data = self.places.servers / "postgres"
        folder = binaries.postgres_folder(self.places.servers, _version_of(data))
        if _version_of(data) is None:
            self._make_cluster(folder, data)
        return Program(
            "postgres",
            [folder / "postgres", "-D", data, *self._postgres_options()],
            self.places.logs / "postgres.log",
            env={"LC_ALL": "C.UTF-8"},
            user=database_user(),
            cwd=data,
            stop_signal=signal.SIGINT,
            orphan_signal=signal.SIGINT,
            keep_open=self.keep_open,
        )

    def _postgres_options(self) -> list[str]:
        options = ["listen_addresses=", f"unix_socket_directories={self.places.sockets}", "logging_collector=off"]
        options += ["unix_socket_permissions=0700", "max_connections=100", "timezone=UTC", "log_timezone=UTC"]
        options += COSTS
        return [part for option in (*options, *(CARELESS if self.careless else ())) for part in ("-c", option)]

    def _make_cluster(self, folder: Path, data: Path) -> None:
        shutil.rmtree(data, ignore_errors=True)
        data.mkdir(mode=0o700, parents=True)
        user = database_user()
        if user:
            os.chown(data, user.pw_uid, user.pw_gid)
        argv = [folder / "initdb", "-D", data, "-U", ADMINISTRATOR, "--auth=trust", "--encoding=UTF8"]
        argv += ["--no-sync"] if self.careless else []
        for locale in _locale_choices(binaries.postgres_version(folder)):
            if _run_as(user, [*argv, *locale], self.places.logs / "initdb.log", data.parent):
                return
            for left in data.iterdir():
                shutil.rmtree(left) if left.is_dir() else left.unlink()
        raise NotReady("initdb failed:\n" + last_lines(self.places.logs / "initdb.log"))

    def _make_database(self) -> None:
        import psycopg2

        connection = psycopg2.connect(host=str(self.places.sockets), user=ADMINISTRATOR, dbname="postgres")
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [OWNER])
            if not cursor.fetchone():
                cursor.execute(f"CREATE ROLE {OWNER} LOGIN CREATEDB CREATEROLE")
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
            if not cursor.fetchone():
                cursor.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER}")
        connection.close()

    def _postgres_answers(self) -> bool:
        import psycopg2

        try:
            psycopg2.connect(host=str(self.places.sockets), user=ADMINISTRATOR, dbname="postgres").close()
        except psycopg2.OperationalError:
            return False
        return True

    def _redis_answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as client:
            try:
                client.connect(str(self.places.sockets / "redis.sock"))
                client.sendall(b"PING\r\n")
                return client.recv(64).startswith(b"+PONG")
            except OSError:
                return False

    def _wait_for(self, name: str, answers: Callable[[], bool]) -> None:
        child, deadline = self.children[name], time.monotonic() + READY_WITHIN
        while not answers():
            if not child.is_running() or time.monotonic() > deadline:
                raise NotReady(f"{name} did not come up:\n{last_lines(child.program.log)}")
            time.sleep(0.03)


def _version_of(data: Path) -> int | None:
    found = data / "PG_VERSION"
    return int(found.read_text()) if found.exists() and (data / "global" / "pg_control").exists() else None


def _locale_choices(version: int | None) -> list[list[str]]:
    """Collations that need neither ICU nor a language pack, the one that knows accented letters first."""
    choices = [["--locale=C.UTF-8"], ["--locale=C"]]
    if version and version >= VERSION_WITH_BUILTIN_LOCALE:
        choices.insert(0, ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"])
    return choices


def _run_as(user, argv: list, log: Path, cwd: Path) -> bool:
    identity = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}
    with log.open("ab") as output:
        done = subprocess.run([str(part) for part in argv], stdout=output, stderr=output, cwd=cwd, **identity)
    return done.returncode == 0
