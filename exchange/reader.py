"""Starts the process that reads a stranger's file, listens to how far it is, and ends it when it takes too long."""

from __future__ import annotations

import json
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import BinaryIO

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError
from exchange.reading import limits

LARGEST_ANSWER = 64 * 1024 * 1024
PIECE = 256 * 1024


class ReaderEnded(DomainError):
    """Somebody ended the reading process: nothing is wrong with the file as far as we know, and it may be tried again."""

    status = 503
    code = "reader_ended"


@dataclass(frozen=True)
class Reading:
    """What came of reading: the sheets, or a refusal; and what it took."""

    sheets: list = field(default_factory=list)
    refusal: dict = field(default_factory=dict)
    seconds: float = 0.0
    megabytes: int = 0


def read(file: BinaryIO, form: str, progress: Callable[[int], None] = lambda percent: None) -> Reading:
    """This will have the file read within `limits`. Raises ReaderEnded when the process was ended from outside."""
    begun = time.monotonic()
    child = _start(file, form)
    last, is_late = {}, True
    try:
        last, is_late = _listen(child, begun + limits.WALL_SECONDS, progress)
    finally:
        status = _end(child, is_late=is_late)
    seconds, megabytes = round(time.monotonic() - begun, 2), last.get("megabytes", 0)
    if is_late or _took_too_long(status):
        return Reading(refusal=_refusal("too_slow", limits.WALL_SECONDS), seconds=seconds, megabytes=megabytes)
    if status != 0 or not ({"sheets", "refused"} & last.keys()):
        raise ReaderEnded(_("The program that reads files was ended before it was done. Nothing was changed."))
    return Reading(last.get("sheets", []), last.get("refused", {}), seconds, megabytes)


def _start(file: BinaryIO, form: str) -> subprocess.Popen:
    """Nothing is inherited but the file: no setting, no secret, no connection."""
    environment = {"PATH": os.defpath, "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.Popen(  # noqa: S603 - our own program; the form is one of two words of ours
        [sys.executable, "-m", "exchange.reading", form], cwd=settings.BASE_DIR, env=environment, stdin=file,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True, close_fds=True,
    )  # fmt: skip


def _listen(child: subprocess.Popen, deadline: float, progress: Callable[[int], None]) -> tuple[dict, bool]:
    """The last thing that the process said, and whether its time ran out."""
    heard, last = bytearray(), {}
    with selectors.DefaultSelector() as selector:
        selector.register(child.stdout, selectors.EVENT_READ)
        while (left := deadline - time.monotonic()) > 0 and len(heard) < LARGEST_ANSWER:
            if not selector.select(left):
                continue
            piece = os.read(child.stdout.fileno(), PIECE)
            if not piece:
                return last, False
            heard += piece
            last = _lines(heard, progress) or last
    return last, True


def _lines(heard: bytearray, progress: Callable[[int], None]) -> dict:
    """Takes the whole lines off what was heard; how far it is goes to `progress`, the rest is handed over."""
    found: dict = {}
    while (end := heard.find(b"\n")) >= 0:
        fact = json.loads(heard[:end])
        del heard[: end + 1]
        found = fact
        if "progress" in fact:
            progress(fact["progress"])
    return found


def _end(child: subprocess.Popen, *, is_late: bool) -> int:
    """How the process ended; one that is late is ended first."""
    if is_late:
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
    child.stdout.close()
    return child.wait()


def _took_too_long(status: int) -> bool:
    return status == -signal.SIGXCPU


def _refusal(code: str, most: int) -> dict:
    return {"code": code, "sheet": "", "cell": "", "params": {"most": most}}
