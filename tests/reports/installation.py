"""An installation of a drill's own: servers, a worker and a scheduler that may be hurt without hurting other tests."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from interpol_strategy.supervisor.places import settle
from interpol_strategy.supervisor.processes import Child, Program, stop_all
from interpol_strategy.supervisor.servers import PrivateServers
from tests.infrastructure.running import TOP, WORKER, wait_for

PROGRAMS = {"worker": WORKER, "scheduler": ["manage.py", "scheduler"]}
MANY = 300


class Actor:
    """One who asks and looks: `actor(act, **given)` answers what `drill_acts` answers."""

    def __init__(self, environment: dict[str, str]):
        argv = [sys.executable, "-m", "tests.reports.drill_acts"]
        self.process = subprocess.Popen(
            argv, cwd=TOP, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def send(self, act: str, **given) -> None:
        self.process.stdin.write(json.dumps({"act": act, **given}) + "\n")
        self.process.stdin.flush()

    def hear(self) -> dict:
        return json.loads(self.process.stdout.readline())

    def __call__(self, act: str, **given) -> dict:
        self.send(act, **given)
        return self.hear()

    def stop(self) -> None:
        self.process.stdin.close()
        self.process.wait(10)


class Installation:
    """PostgreSQL that keeps what it acknowledged, Redis, a worker, a scheduler, a folder for the files."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.servers = PrivateServers(settle(folder / "run"), careless=False)
        self.servers.start()
        self.children: dict[str, Child] = {}
        self.wanted: dict[str, dict[str, str]] = {}
        self.started_again: list[str] = []
        self.environment = {
            **os.environ, **self.servers.environment, "DJANGO_SETTINGS_MODULE": "tests.reports.drill_settings",
            "RUN_DIR": str(folder / "run"), "MEDIA_ROOT": str(folder), "DB_WAIT": "1",
        }  # fmt: skip
        done = subprocess.run(
            [sys.executable, "manage.py", "migrate", "-v0"],
            cwd=TOP,
            env=self.environment,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        self.actor = Actor(self.environment)
        assert self.actor("settle") == {}
        for name in PROGRAMS:
            self.start(name)

    def start(self, name: str, **more: str) -> None:
        argv = [sys.executable, *PROGRAMS[name]]
        program = Program(name, argv, self.folder / f"{name}.log", env={**self.environment, **more}, cwd=TOP)
        self.children[name], self.wanted[name] = Child(program), more

    def tend(self) -> None:
        """Starts again what ended by itself, as the supervisor and the compose file do."""
        for name, child in list(self.children.items()):
            if not child.is_running():
                self.started_again.append(name)
                self.start(name, **self.wanted[name])

    def end(self, name: str) -> None:
        """kill -9 of the whole program and what it started."""
        child = self.children.pop(name)
        os.kill(child.pid, signal.SIGKILL)
        child.kill_session()

    def server(self, name: str) -> Child:
        return self.servers.children[name]

    def start_server(self, name: str) -> None:
        """Starts the server again after it was stopped or killed, and waits until it answers."""
        self.servers.children[name] = Child(self.servers.programs()[name])
        wait_for(self.servers._redis_answers if name == "redis" else self.servers._postgres_answers, 60)

    def stop(self) -> None:
        self.actor.stop()
        stop_all(list(self.children.values()), 3)
        self.servers.stop()

    # what happens

    def ask(self, period: str) -> dict:
        return self.actor("ask", period=period)

    def is_drawing(self, job: int) -> bool:
        return self.actor("look", job=job).get("stage", "").startswith("drawing")

    def wait_until_drawing(self, job: int) -> None:
        for _moment in range(4000):
            self.tend()
            if self.is_drawing(job):
                return
            time.sleep(0.01)
        raise AssertionError(self.explain(job))

    def wait_until(self, job: int, state: str) -> float:
        """Seconds until the job is in the state: never more than five minutes."""
        return wait_for(lambda: self._is(job, state), MANY, lambda: self.explain(job))

    def _is(self, job: int, state: str) -> bool:
        self.tend()
        return self.actor("look", job=job).get("state") == state

    def explain(self, job: int) -> str:
        logs = "\n".join(log.read_text(errors="replace")[-1500:] for log in self.folder.glob("*.log"))
        return f"{self.actor('look', job=job)}\n{logs}"

    def assert_one_good_edition(self, period: str) -> None:
        found = self.actor("edition", period=period)
        assert [one[1:] for one in found["editions"]] == [["filed", 4]], found
        assert (found["faults"], found["left"], found["notices"]) == ([], [], 1), found

    def runner(self) -> int:
        """The pool's child that draws: the one of the worker's children that has a child itself."""
        for _moment in range(500):  # its own child, which sets the type, may only be starting
            for child in _children(self.children["worker"].pid):
                if _children(child):
                    return child
            time.sleep(0.01)
        raise AssertionError("nobody draws")


def _children(pid: int) -> list[int]:
    try:
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []
