"""How much of the processor each part of a running product has used: true on a busy machine as on a quiet one."""

from __future__ import annotations

import os
from collections import defaultdict
from pathlib import Path

PARTS = {
    "gunicorn": "web",
    "celery": "worker",
    "scheduler": "scheduler",
    "postgres": "database",
    "redis": "messages",
    "valkey": "messages",
}
TICKS = os.sysconf("SC_CLK_TCK")


def seconds_of(supervisor: int) -> dict[str, float]:
    """Seconds of processor by part, of all that the supervisor started and what that started, the ended ones included."""
    parents, used = {}, {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                words = (entry / "stat").read_text().rsplit(")", 1)[1].split()
            except OSError:  # it has ended meanwhile
                continue
            parents[int(entry.name)] = int(words[1])
            used[int(entry.name)] = sum(map(int, words[11:15])) / TICKS
    found: dict[str, float] = defaultdict(float)
    for pid, seconds in used.items():
        if first := _below(pid, supervisor, parents):
            found[_part(first)] += seconds
    return dict(found)


def _below(pid: int, supervisor: int, parents: dict[int, int]) -> int | None:
    """The supervisor's own child that the process descends from, or None."""
    while pid in parents:
        if parents[pid] == supervisor:
            return pid
        pid = parents[pid]
    return None


def _part(pid: int) -> str:
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
    except OSError:
        return "ended"
    return next((part for word, part in PARTS.items() if word in words), "other")
