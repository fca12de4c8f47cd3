"""What the load test's requests say: how long they took, what went wrong, and on which machine."""

from __future__ import annotations

import os
import platform
import re
from pathlib import Path

from bench.goals import Goal

READING, WRITING = ("read", "survey"), ("write",)
MOST_ERRORS = 0.001
# What a log of PostgreSQL or of gunicorn says where something went wrong.
TROUBLE = re.compile(r"ERROR|FATAL|PANIC|deadlock|Traceback|WORKER TIMEOUT|\" 5\d\d ")


def judge(phase: dict, name: str) -> list[Goal]:
    """The goals of answers: how long all but the slowest take, and how many go wrong."""
    reads, writes = (took_of(phase["calls"], kinds) for kinds in (READING, WRITING))
    wrong = sum(not call[4] for call in phase["calls"]) / max(1, len(phase["calls"]))
    return [
        Goal(f"{name}: a read, 95 of 100 within", 500, at(reads, 0.95), "ms", f" half within {at(reads, 0.5):.0f}"),
        Goal(f"{name}: a write, 95 of 100 within", 800, at(writes, 0.95), "ms", f" half within {at(writes, 0.5):.0f}"),
        Goal(f"{name}: 99 of 100 within", 2000, at(sorted(reads + writes), 0.99), "ms"),
        Goal(f"{name}: errors", MOST_ERRORS * 100, round(wrong * 100, 3), "%"),
    ]


def reports_of(phase: dict) -> list[Goal]:
    seconds = sorted(one["seconds"] for one in phase["reports"])
    half = f" half within {at(seconds, 0.5):.0f}; {len(seconds)} asked for"
    return [Goal("a report is ready, the slowest", 60, seconds[-1], "s", half)] if seconds else []


def goals_of_errors(goals: list[Goal]) -> list[Goal]:
    return [goal for goal in goals if goal.unit in ("%", "people", "faults") and not goal.is_met]


def took_of(calls: list, kinds: tuple[str, ...]) -> list[float]:
    return sorted(call[2] * 1000 for call in calls if call[0] in kinds)


def at(ordered: list[float], share: float) -> float:
    """The value that this share of all do not exceed."""
    return round(ordered[min(len(ordered) - 1, int(len(ordered) * share))], 1) if ordered else 0.0


def by_kind(calls: list) -> str:
    """How many of each, their quantiles in milliseconds, and how many a second."""
    seconds = max(1.0, max((call[5] for call in calls), default=0) - min((call[5] for call in calls), default=0))
    lines = [f"{len(calls)} requests in {seconds:.0f} s, {len(calls) / seconds:.1f} a second"]
    for kind in sorted({call[0] for call in calls}):
        took = took_of(calls, (kind,))
        quantiles = "  ".join(f"p{part * 100:.0f} {at(took, part):7.0f}" for part in (0.5, 0.95, 0.99))
        lines.append(f"  {kind:8} {len(took):7} ({len(took) / len(calls):4.0%})  {quantiles}  most {took[-1]:7.0f} ms")
    return "\n".join(lines)


def slowest(calls: list, many: int = 12) -> str:
    names = {(call[0], call[1]) for call in calls}
    found = sorted(((at(took, 0.95), at(took, 0.5), len(took), kind, name) for kind, name in names
                    if (took := sorted(call[2] * 1000 for call in calls if (call[0], call[1]) == (kind, name)))), reverse=True)  # fmt: skip
    return "\n".join(
        f"  p95 {p95:7.0f}  p50 {p50:7.0f} ms  {n:6} x  {kind} {name}" for p95, p50, n, kind, name in found[:many]
    )


def of_processor(phase: dict) -> str:
    """Seconds of processor that each part used, and milliseconds for each request."""
    many = max(1, len(phase["calls"]))
    parts = sorted(phase["processor"].items(), key=lambda part: -part[1])
    return ", ".join(
        f"{part} {seconds:.0f} s ({seconds * 1000 / many:.0f} ms a request)" for part, seconds in parts if seconds >= 1
    )


def refused(calls: list) -> dict[str, int]:
    wrong: dict[str, int] = {}
    for kind, name, _took, status, is_fine, _began in calls:
        if not is_fine:
            wrong[f"{status} {kind} {name}"] = wrong.get(f"{status} {kind} {name}", 0) + 1
    return wrong


def trouble(marks: dict[Path, int]) -> dict[str, int]:
    """Lines of the logs since the marks that tell of trouble, by file."""
    found = {}
    for log, start in marks.items():
        with log.open("rb") as lines:
            lines.seek(start)
            found[log.name] = sum(bool(TROUBLE.search(line.decode(errors="replace"))) for line in lines)
    return {name: n for name, n in found.items() if n} or {"trouble": 0}


def hardware() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    model = (models or [platform.machine()])[0]
    gigabytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    busy = os.getloadavg()[0]
    return (
        f"{os.cpu_count()} cores ({model}), {gigabytes:.0f} GB, Python {platform.python_version()}, load {busy:.1f};"
        " the crowd, the product and its servers share them"
    )
