"""A product of the test's own, started as a person starts it, and what is alive of it."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent.parent
OF_THE_TESTS = (
    "DATABASE_URL",
    "REDIS_URL",
    "SECRET_KEY",
    "AUDIT_KEY",
    "MEDIA_ROOT",
    "STATIC_ROOT",
    "DJANGO_SETTINGS_MODULE",
)
# What a worker is started with, after the name of the Python.
WORKER = ["-m", "celery", "-A", "interpol_strategy", "worker", "-Q", "work", "-c", "2"]
WORKER += ["--without-gossip", "--without-mingle"]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def bare_environment(**more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in OF_THE_TESTS and "PYTEST" not in name}
    return {**kept, **more}


class Running:
    """`python -m interpol_strategy.supervisor run` in a folder of its own, without demonstration data."""

    def __init__(self, folder: Path, **environ: str):
        self.folder = folder
        self.port = int(environ.pop("PORT", 0)) or free_port()
        self.log = folder.parent / f"{folder.name}.out"
        self.began = time.monotonic()
        environ = bare_environment(RUN_DIR=str(folder), PORT=str(self.port), EMPTY="1", **environ)
        command = [sys.executable, "-m", "interpol_strategy.supervisor", "run"]
        with self.log.open("wb") as out:
            self.process = subprocess.Popen(
                command, cwd=TOP, env=environ, stdout=out, stderr=out, start_new_session=True
            )

    def said(self) -> str:
        return self.log.read_text()

    def wait_until_ready(self, seconds: float = 90) -> float:
        """How long it took from the start to the greeting."""
        wait_for(lambda: "Ready: " in self.said() or self.process.poll() is not None, seconds, self.said)
        assert self.process.poll() is None, self.said()
        return time.monotonic() - self.began

    def readiness(self) -> dict:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=5) as answer:
                return json.load(answer)
        except OSError:
            return {"status": "no answer"}

    def processes(self) -> dict[int, str]:
        """Everything alive that this run started, by its folder in the command line or the environment."""
        return {pid: args for pid, args in _all_processes() if str(self.folder) in args and pid != os.getpid()}

    def pids(self, pattern: str) -> list[int]:
        return [pid for pid, args in self.processes().items() if re.search(pattern, args)]

    def manage(self, *argv: str) -> str:
        done = subprocess.run(
            [sys.executable, "manage.py", *argv],
            cwd=TOP,
            env=bare_environment(RUN_DIR=str(self.folder)),
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def stop(self, number: int = signal.SIGINT, seconds: float = 15) -> float:
        """How long it took from the signal to its end."""
        began = time.monotonic()
        if self.process.poll() is None:
            self.process.send_signal(number)
        self.process.wait(seconds)
        return time.monotonic() - began


def _all_processes():
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                words = (entry / "cmdline").read_bytes() + b" " + (entry / "environ").read_bytes()
                is_alive = (entry / "stat").read_text().rsplit(")", 1)[1].split()[0] not in "ZX"
            except OSError:
                continue
            if is_alive:
                yield int(entry.name), words.replace(b"\0", b" ").decode(errors="replace")


def wait_for(holds, seconds: float, explain=lambda: "") -> float:
    """Waits until the condition holds; answers how long that took, and fails with the explanation if it never does."""
    began = time.monotonic()
    while not holds():
        assert time.monotonic() - began < seconds, f"not within {seconds} s: {explain()}"
        time.sleep(0.1)
    return time.monotonic() - began
