"""`make run`: everything up in its order, watched, and down again however it ends."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import signal
import socket
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import IO

from interpol_strategy.supervisor.places import CHECKOUT, run_folder, settle, write_env
from interpol_strategy.supervisor.processes import Child, Program, last_lines, signal_when_parent_dies, stop_all
from interpol_strategy.supervisor.servers import NotReady, PrivateServers

DEMONSTRATION_ACCOUNTS = ("officer", "liaison", "liaison2", "head", "leader", "auditor", "admin")
READY_WITHIN = 120.0
STOP_SECONDS = 4.0
ORPHANS_END_WITHIN = 15.0
QUICK_DEATH_SECONDS = 10.0
MOST_QUICK_DEATHS = 5
WATCH_EVERY = 0.3
PAUSE_AFTER_DEATH = 0.3


class Ended(Exception):
    """Somebody asked us to stop."""


class Product:
    """One running product: private servers, then worker, scheduler and web."""

    def __init__(self, host: str, port: int):
        self.host, self.port = host, port
        places = settle(run_folder(os.environ))
        self.lock = hold(places.base)
        self.servers = PrivateServers(places, keep_open=[self.lock.fileno()])
        self.children: dict[str, Child] = {}
        self.quick_deaths: dict[str, int] = {}

    @property
    def places(self):
        return self.servers.places

    @property
    def address(self) -> str:
        return f"http://{self.host}:{self.port}/"

    def run(self) -> int:
        """This will serve until it is asked to stop. Answers the exit code."""
        refuse_taken_port(self.host, self.port)
        try:
            self._start()
            self._greet()
            self._watch()
        except Ended:
            print("\nStopping.", flush=True)
        finally:
            self._stop()
        return 0

    def _start(self) -> None:
        _say("starting PostgreSQL and Redis")
        self.servers.start()
        self.environment = self.servers.environment | settings_of_run(self.places.base, self.port)
        write_env(self.places, self.environment)
        _say("preparing the database (migrations, plans, demonstration data)")
        self._prepare()
        _say("starting worker, scheduler and web")
        for program in self._programs():
            self.children[program.name] = Child(program)
        self._wait_until_ready()

    def _prepare(self) -> None:
        log = self.places.logs / "prepare.log"
        program = self._manage("prepare", *(["--without-demonstration"] if os.environ.get("EMPTY") == "1" else []))
        child = Child(program)
        self.children[program.name] = child
        while child.is_running():
            time.sleep(0.1)
        if not self.children.pop(program.name).has_ended_well():
            raise NotReady(f"The database could not be prepared; the whole story is in {log}:\n{last_lines(log)}")

    def _programs(self) -> list[Program]:
        celery = [sys.executable, "-m", "celery", "-A", "interpol_strategy", "worker", "--queues", "work"]
        celery += ["--concurrency", os.environ.get("WORKERS", "2"), "--loglevel", "INFO", "--hostname", "work@%h"]
        celery += ["--without-gossip", "--without-mingle"]
        web = [sys.executable, "-m", "gunicorn", "interpol_strategy.wsgi", "--config", "python:interpol_strategy.web"]
        web += ["--bind", f"{self.host}:{self.port}"]
        return [
            self._program("worker", celery),
            self._manage("scheduler"),
            self._program("web", web),
        ]

    def _manage(self, command: str, *options: str) -> Program:
        return self._program(command, [sys.executable, CHECKOUT / "manage.py", command, *options])

    def _program(self, name: str, argv: list) -> Program:
        log, keep = self.places.logs / f"{name}.log", [self.lock.fileno()]
        return Program(name, argv, log, env=self.environment, cwd=CHECKOUT, keep_open=keep)

    def _wait_until_ready(self) -> None:
        deadline, last = time.monotonic() + READY_WITHIN, {}
        while time.monotonic() < deadline:
            self._mend()
            is_ready, last = readiness(self.address)
            if is_ready:
                return
            time.sleep(0.2)
        raise NotReady(f"Not ready within {READY_WITHIN:.0f} s: {last}. The logs are in {self.places.logs}.")

    def _watch(self) -> None:
        while True:
            self._mend()
            time.sleep(WATCH_EVERY)

    def _mend(self) -> None:
        """This will start again what ended by itself; what keeps ending at once ends the run."""
        for holder in (self.servers.children, self.children):
            for name, child in holder.items():
                if not child.is_running():
                    holder[name] = self._again(name, child)

    def _again(self, name: str, child: Child) -> Child:
        lived = time.monotonic() - child.started_at
        self.quick_deaths[name] = self.quick_deaths.get(name, 0) + 1 if lived < QUICK_DEATH_SECONDS else 1
        if self.quick_deaths[name] > MOST_QUICK_DEATHS:
            raise NotReady(f"{name} keeps ending:\n{last_lines(child.program.log)}")
        _say(f"{name} ended by itself; starting it again (log: {child.program.log})")
        child.kill_session()
        time.sleep(PAUSE_AFTER_DEATH * self.quick_deaths[name])
        return Child(child.program)

    def _greet(self) -> None:
        print(f"\nReady: {self.address}\n", flush=True)
        print("Demonstration accounts (the data is invented):")
        for name in DEMONSTRATION_ACCOUNTS:
            print(f"  {name}@demo.invalid")
        print(f"Password of each: {self.environment['DEMO_PASSWORD']}\n")
        print(f"Data and logs: {self.places.base}    Stop: Ctrl-C", flush=True)

    def _stop(self) -> None:
        stop_all(list(self.children.values())[::-1], STOP_SECONDS)
        self.servers.stop(STOP_SECONDS)
        self.places.env_file.unlink(missing_ok=True)


def settings_of_run(base: Path, port: int) -> dict[str, str]:
    """The environment of a demonstration on this machine, with keys and password made once and kept for its owner."""
    keys = base / "keys.json"
    if not keys.exists():
        made = {name: secrets.token_urlsafe(60) for name in ("SECRET_KEY", "AUDIT_KEY")}
        made["DEMO_PASSWORD"] = os.environ.get("DEMO_PASSWORD", "demonstration-only")
        keys.touch(mode=0o600)
        keys.write_text(json.dumps(made))
    return {
        "DJANGO_SETTINGS_MODULE": "interpol_strategy.settings",
        "RUN_DIR": str(base),
        "MEDIA_ROOT": str(base / "media"),
        "STATIC_ROOT": str(_folder(base / "static")),
        "DEMO": "1",
        "DEBUG": os.environ.get("DEBUG", "0"),
        "PORT": str(port),
        "ALLOWED_HOSTS": os.environ.get("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]"),
        **json.loads(keys.read_text()),
    }


def _folder(path: Path) -> Path:
    path.mkdir(exist_ok=True)
    return path


def refuse_taken_port(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise NotReady(
                f"Port {port} cannot be used ({error.strerror}). Choose another: make run PORT=8001"
            ) from error


def hold(base: Path) -> IO:
    """This will hold the run's folder: two runs on the same data would spoil it.

    Our children hold it too, so that a new run waits until the last of a killed one's has ended.
    """
    lock, deadline = (base / "lock").open("a+"), time.monotonic() + ORPHANS_END_WITHIN
    while not _locked(lock):
        if _holder_lives(lock) or time.monotonic() > deadline:
            raise NotReady(f"Another run uses {base}. Stop it, or choose another folder: make run RUN_DIR=...")
        time.sleep(0.1)
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
    return lock


def _locked(lock: IO) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _holder_lives(lock: IO) -> bool:
    lock.seek(0)
    pid = lock.read().strip()
    try:
        os.kill(int(pid), 0)
    except (ValueError, ProcessLookupError):
        return False
    except PermissionError:
        pass
    return True


def readiness(address: str) -> tuple[bool, dict]:
    try:
        with urllib.request.urlopen(f"{address}readyz", timeout=5) as answer:
            return True, json.load(answer)
    except urllib.error.HTTPError as error:
        return False, {"status": error.code, "said": error.read(500).decode(errors="replace")}
    except OSError as error:
        return False, {"status": str(error)}


def _say(words: str) -> None:
    print(f"- {words}", flush=True)


def _end(_number, _frame) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise Ended


def run() -> int:
    """The command: PORT, HOST and RUN_DIR come from the environment."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _end)
    if "MAKELEVEL" in os.environ:
        signal_when_parent_dies(signal.SIGTERM)
    text = os.environ.get("PORT", "8000")
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise NotReady(f"PORT must be a number from 1 to 65535, not {text!r}.")
    return Product(os.environ.get("HOST", "127.0.0.1"), int(text)).run()
