"""`make load`: a whole product, a large organisation's data, and many people at once; then the proof that nothing was lost.

LOAD_MINUTES=30 LOAD_USERS=200 LOAD_SPIKE=400 LOAD_SPIKE_SECONDS=300 say how long and how many, LOAD_DIR where the data stays between runs
(`.load`), LOAD_HASTE=1 how long the pauses are (0.1: a tenth), LOAD_LOGGED=0.05 which share of a bureau's edits logs
new work, LOAD_CORRECTED=0.05 which share of those whose report is there already asks for its correction. LOAD_INITIATIVES,
LOAD_UPDATES, LOAD_MEASUREMENTS and LOAD_RECORDS make the data smaller. Exits 1 when anything was lost or refused without
reason; being slow is only said.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import psycopg2

from bench import load_figures as figures
from bench.goals import Goal, keep, table
from bench.load_processes import seconds_of
from interpol_strategy.supervisor.places import CHECKOUT, run_folder
from interpol_strategy.supervisor.product import readiness

HISTORY = Path(os.environ.get("LOAD_HISTORY") or Path(__file__).with_name("load-history.jsonl"))
COME_WITHIN = 120  # seconds in which the people of the day sign in
ALL_SEATED = 5  # seconds in which the people of the deadline are there, each of whom then waits for their own moment to come
LATEST = 900  # seconds that the last who came may take
READY_WITHIN = 900  # seconds: the first start makes the demonstration
# Connections, how many of them wait for a lock, and the longest such wait in seconds.
WHO_WAITS = """
SELECT count(*), count(*) FILTER (WHERE wait_event_type = 'Lock'),
       coalesce(max(extract(epoch FROM now() - query_start)) FILTER (WHERE wait_event_type = 'Lock'), 0)
FROM pg_stat_activity WHERE datname = current_database()
"""


class Load:
    """One run: its product, its folder, and what the database said meanwhile."""

    def __init__(self):
        self.folder = run_folder({"RUN_DIR": os.environ.get("LOAD_DIR") or str(CHECKOUT / ".load")}).resolve()
        self.folder.mkdir(parents=True, exist_ok=True)
        self.port = _free_port()
        self.address = f"http://127.0.0.1:{self.port}/"
        self.users, self.spike = (
            int(os.environ.get(name, usual)) for name, usual in (("LOAD_USERS", "200"), ("LOAD_SPIKE", "400"))
        )
        self.rush = int(os.environ.get("LOAD_SPIKE_SECONDS", "300"))
        self.minutes = float(os.environ.get("LOAD_MINUTES", "30"))
        self.environment = {**os.environ, "RUN_DIR": str(self.folder), "LOAD_FOLDER": str(self.folder), "PORT": str(self.port),
                            "LOAD_USERS": str(self.users), "LOAD_SPIKE": str(self.spike), "LOAD_SPIKE_SECONDS": str(self.rush)}  # fmt: skip
        self.watched = {"connections": 0, "waiting for a lock": 0, "longest wait": 0.0}

    def run(self) -> int:
        say(figures.hardware())
        with (self.folder / "load.out").open("w") as out:
            command = [sys.executable, "-m", "interpol_strategy.supervisor", "run"]
            self.product = subprocess.Popen(
                command, cwd=CHECKOUT, env=self.environment, stdout=out, stderr=out, start_new_session=True
            )
        try:
            self._wait_until_ready()
            return self._play()
        finally:
            self.product.send_signal(signal.SIGINT)
            self.product.wait(60)

    def _wait_until_ready(self) -> None:
        began = time.monotonic()
        while not (readiness(self.address)[0] and "Ready: " in (self.folder / "load.out").read_text()):
            if self.product.poll() is not None or time.monotonic() - began > READY_WITHIN:
                raise SystemExit(f"The product did not start:\n{(self.folder / 'load.out').read_text()[-2000:]}")
            time.sleep(0.5)
        say(f"the product answers ({time.monotonic() - began:.0f} s)")

    def _play(self) -> int:
        began = time.monotonic()
        self._ours("bench.load_stage", self.folder / "stage.json")
        data = json.loads((self.folder / "stage.json").read_text())["data"]
        say(f"the stage is set ({time.monotonic() - began:.0f} s): {data}")
        marks = {log: log.stat().st_size for log in (self.folder / "logs").glob("*.log")}
        threading.Thread(target=self._watch, daemon=True).start()
        day = self._crowd("steady", "Steady", self.users, max(1.0, self.users / COME_WITHIN), f"{self.minutes * 60:.0f}s")
        rush = self._crowd("deadline", "Deadline", self.spike, self.spike / ALL_SEATED, f"{self.rush + LATEST}s")
        goals = [*figures.judge(day, "day"), *figures.judge(rush, "deadline"), *figures.reports_of(day)]
        said = self._ours("bench.load_proof", self.folder / "steady.json", self.folder / "deadline.json", check=False)
        sent = sum(one["what"] == "came through" for one in rush["acknowledged"])
        goals += [Goal("of the deadline, not sent", 0, self.spike - sent, "people"),
                  Goal("lost, or not adding up", 0, int(said.returncode != 0), "faults")]  # fmt: skip
        self._tell(goals, (day, rush), marks, data)
        return 0 if said.returncode == 0 and not figures.goals_of_errors(goals) else 1

    def _ours(self, module: str, *files: Path, check: bool = True):
        return subprocess.run([sys.executable, "-m", module, *files], cwd=CHECKOUT, env=self.environment, check=check)

    def _crowd(self, phase: str, who: str, users: int, a_second: float, how_long: str) -> dict:
        """This will have so many people come, that many more each second, and answers what they found."""
        say(f"{users} people ({phase})")
        before = seconds_of(self.product.pid)
        file = self.folder / f"{phase}.json"
        file.unlink(missing_ok=True)
        argv = [sys.executable, "-m", "locust", "-f", CHECKOUT / "bench" / "load_people.py", who, "--headless"]
        argv += ["--only-summary", "-u", str(users), "-r", f"{a_second:.2f}", "-t", how_long, "-s", "120", "-H", self.address.rstrip("/")]
        with (self.folder / f"{phase}.out").open("w") as out:
            environ = self.environment | {"LOAD_PHASE": phase}
            subprocess.run([str(word) for word in argv], cwd=CHECKOUT, env=environ, stdout=out, stderr=out)
        if not file.exists():
            raise SystemExit(f"The crowd did not come back:\n{(self.folder / f'{phase}.out').read_text()[-3000:]}")
        used = {part: seconds - before.get(part, 0) for part, seconds in seconds_of(self.product.pid).items()}
        return json.loads(file.read_text()) | {"processor": used}

    def _watch(self) -> None:
        """How many connections there are, and who waits for whom, twice a second."""
        words = dict(line.split("=", 1) for line in (self.folder / "env").read_text().splitlines())
        seen = psycopg2.connect(words["DATABASE_URL"].strip("'"))
        seen.autocommit = True
        with contextlib.suppress(psycopg2.Error), seen.cursor() as cursor:  # the server ends before this thread
            while True:
                cursor.execute(WHO_WAITS)
                for name, found in zip(self.watched, cursor.fetchone(), strict=True):
                    self.watched[name] = max(self.watched[name], float(found))
                time.sleep(0.5)

    def _tell(self, goals: list[Goal], phases: tuple[dict, dict], marks: dict[Path, int], data: dict) -> None:
        for phase, name in zip(phases, ("day", "deadline"), strict=True):
            calls = phase["calls"]
            print(f"\n{name}: {figures.by_kind(calls)}\nslowest kinds:\n{figures.slowest(calls)}")
            print(f"processor: {figures.of_processor(phase)}")
            print(f"not answered as meant: {figures.refused(calls) or 'none'}")
        print(f"\ndatabase, at most: {self.watched}\nlogs: {figures.trouble(marks)}\n")
        print(f"{table(goals)}\n{figures.hardware()}")
        shape = {"users": self.users, "spike": self.spike, "minutes": self.minutes, "machine": figures.hardware()}
        keep(goals, rows=data | shape, into=HISTORY)


def say(words: str) -> None:
    print(f"- {words}", flush=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


if __name__ == "__main__":
    sys.exit(Load().run())
