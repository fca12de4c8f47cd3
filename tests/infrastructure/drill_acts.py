"""What the drills' jobs do: leave a line per attempt, wait to be hurt, and finish."""

import os
import signal
import time
from pathlib import Path


def slow(job, progress):
    """Writes down who runs it, then works for as long as it was asked to."""
    with Path(job.payload["attempts"]).open("a") as lines:
        lines.write(f"{os.getpid()}\n")
    for step in range(10):
        progress(f"step {step}", step * 10)
        time.sleep(job.payload["seconds"] / 10)
    return {"by": os.getpid()}


def deadly(job, progress):
    """Ends its runner, every time."""
    os.kill(os.getpid(), signal.SIGKILL)
