"""The reader's own process: `python -m exchange.reading xlsx <file`. Binds itself first, then looks at the file.

Writes lines of JSON: `{"progress": 40}`, and at the end the sheets, or the refusal.
"""

from __future__ import annotations

import json
import resource
import signal
import sys
from pathlib import Path

from exchange.reading import limits
from exchange.reading.limits import Refusal
from exchange.reading.table import read_table
from exchange.reading.workbook import read_workbook

READERS = {"xlsx": read_workbook, "csv": read_table}


def bind() -> None:
    """This will take away from the process what it does not need: memory, time, files to write, processes, dumps."""
    resource.setrlimit(resource.RLIMIT_AS, (limits.MEMORY_BYTES, limits.MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.CPU_SECONDS, limits.CPU_SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (16, 16))
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGXCPU, _too_long)


def _too_long(*_about) -> None:
    raise Refusal("too_slow", most=limits.WALL_SECONDS)


def say(fact: dict) -> None:
    sys.stdout.write(json.dumps({**fact, "megabytes": _most_used()}) + "\n")
    sys.stdout.flush()


def _most_used() -> int:
    """The most memory that this program held at once, in megabytes; 0 where the system does not tell."""
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM")), 0)


def read(form: str) -> dict:
    """What the file holds, or why it is not read."""
    try:
        sheets = READERS[form](sys.stdin.buffer, lambda percent: say({"progress": percent}))
        return {"sheets": [sheet.as_json() for sheet in sheets]}
    except Refusal as refused:
        return {"refused": refused.as_json()}
    except (MemoryError, RecursionError):
        return {"refused": Refusal("too_much_memory", most=limits.MEMORY_BYTES // 1024**2).as_json()}


def main() -> None:
    bind()
    say(read(sys.argv[1]))


if __name__ == "__main__":
    main()
