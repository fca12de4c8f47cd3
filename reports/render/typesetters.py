"""The drawing processes: each sets one document at a time, serves the next while it stays small, and dies alone.

Starting one costs as much as setting a short document, so a worker that draws two hundred bureau reports keeps one.
A process ends by itself when nobody asks for thirty seconds, when whoever started it is gone, and when it has grown.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

TIMEOUT_SECONDS = 90
_TYPESET = Path(__file__).with_name("typeset.py")
_ENVIRONMENT = {"PATH": os.defpath, "LANG": "C.UTF-8", "RAYON_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}
_idle: list[Typesetter] = []
_door = threading.Lock()


class TooLate(RuntimeError):
    """The document took longer than the limit; its process was ended."""


@dataclass(frozen=True)
class Set:
    """What came back: the PDF (None if there is none), what was said, and the exit code of a process that died."""

    pdf: bytes | None
    report: dict
    died_of: int | None = None


class Typesetter:
    """One drawing process and the pipe to it."""

    def __init__(self) -> None:
        self.owner = os.getpid()
        self.process = subprocess.Popen(  # noqa: S603 - our own interpreter and our own file
            [sys.executable, "-I", str(_TYPESET)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, env=_ENVIRONMENT, cwd="/",
        )  # fmt: skip

    def set(self, order: dict, facts: bytes) -> Set:
        """This will send the order with the facts to draw and wait for the document. Raises TooLate."""
        late = threading.Event()
        clock = threading.Timer(TIMEOUT_SECONDS, self._stop, [late])
        clock.start()
        try:
            answer = self._ask(order, facts)
        finally:
            clock.cancel()
        if answer is None:
            code = self.end()
            if late.is_set():
                raise TooLate
            return Set(None, {}, code)
        return answer

    def _stop(self, late: threading.Event) -> None:
        late.set()
        self.process.kill()

    def _ask(self, order: dict, facts: bytes) -> Set | None:
        try:
            self.process.stdin.write(json.dumps(order | {"size": len(facts)}).encode() + b"\n" + facts)
            self.process.stdin.flush()
            report = json.loads(self.process.stdout.readline() or b"null")
        except (OSError, ValueError):
            return None
        if report is None:
            return None
        pdf = self.process.stdout.read(report["size"])
        return Set(pdf or None, report) if len(pdf) == report["size"] else None

    def end(self) -> int:
        """This will close the pipes and wait for the end; answers the exit code."""
        for pipe in (self.process.stdin, self.process.stdout):
            try:
                pipe.close()
            except OSError:
                continue
        try:
            return self.process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()


def typeset(order: dict, facts: bytes) -> Set:
    """This will set the facts, which are JSON, in an idle process or a new one. Raises TooLate.

    A process that ended while it was idle is replaced without a word; one killed from outside (somebody's hand, or a
    machine short of memory) once.
    """
    setter = _take()
    answer = setter.set(order, facts)
    if answer.died_of == 0:
        setter, answer = _fresh(order, facts)
    if answer.died_of == -signal.SIGKILL:
        setter, answer = _fresh(order, facts)
    if answer.died_of is None:
        _give_back(setter, answer.report)
    return answer


def _fresh(order: dict, facts: bytes) -> tuple[Typesetter, Set]:
    setter = Typesetter()
    return setter, setter.set(order, facts)


def _take() -> Typesetter:
    """An idle process of our own, or a new one: after a fork the parent's are not ours."""
    with _door:
        while _idle:
            found = _idle.pop()
            if found.owner == os.getpid() and found.process.poll() is None:
                return found
    return Typesetter()


def _give_back(setter: Typesetter, report: dict) -> None:
    if report.get("retires"):
        setter.end()
        return
    with _door:
        _idle.append(setter)
