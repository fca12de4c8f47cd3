"""One child process: its own session, a signal if we die, a log file, and an orderly end."""

from __future__ import annotations

import ctypes
import os
import pwd
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

PR_SET_PDEATHSIG = 1


@dataclass
class Program:
    """What to run, as whom, and how it likes to be asked to stop."""

    name: str
    argv: Sequence[str | Path]
    log: Path
    env: Mapping[str, str] = field(default_factory=dict)
    user: pwd.struct_passwd | None = None
    cwd: Path | None = None
    keep_open: Sequence[int] = ()
    clean: bool = False  # whether `env` is all the environment there is
    stop_signal: int = signal.SIGTERM
    orphan_signal: int = signal.SIGKILL


def signal_when_parent_dies(number: int) -> None:
    """This will have the kernel send us the signal when our parent ends, however it ends (Linux only)."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, number, 0, 0, 0)


def _first_act_of_child(parent: int, number: int) -> Callable[[], None]:
    def act() -> None:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        signal_when_parent_dies(number)
        if os.getppid() != parent:
            os._exit(1)

    return act


class Child:
    """A running program. Start it from the main thread: the kernel watches the thread, not the process."""

    def __init__(self, program: Program):
        self.program = program
        self.started_at = time.monotonic()
        self._process = _spawn(program)

    @property
    def pid(self) -> int:
        return self._process.pid

    def is_running(self) -> bool:
        return self._process.poll() is None

    def has_ended_well(self) -> bool:
        return self._process.poll() == 0

    def ask_to_stop(self) -> None:
        if self.is_running():
            self._process.send_signal(self.program.stop_signal)

    def has_ended_by(self, deadline: float) -> bool:
        try:
            self._process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            return False
        return True

    def kill_session(self) -> None:
        """This will end the program and whatever it left behind in its process group."""
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            pass
        self._process.wait()


def _spawn(program: Program) -> subprocess.Popen:
    user = program.user
    identity = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}
    with program.log.open("ab") as log:
        return subprocess.Popen(
            [str(part) for part in program.argv],
            env={**({} if program.clean else os.environ), **program.env},
            cwd=program.cwd,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            pass_fds=program.keep_open,
            preexec_fn=_first_act_of_child(os.getpid(), program.orphan_signal),
            **identity,
        )


def stop_all(children: Sequence[Child], seconds: float) -> None:
    """This will ask all at once, wait together, then kill what is left of each."""
    for child in children:
        child.ask_to_stop()
    deadline = time.monotonic() + seconds
    for child in children:
        child.has_ended_by(deadline)
        child.kill_session()


def last_lines(log: Path, count: int = 20) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-count:]) if log.exists() else ""
