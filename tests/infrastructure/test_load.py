"""`make load` in small, so that it does not rot: a minute of twenty people, a deadline, and the proof. Nothing timed decides."""

import json
import subprocess
import sys

import pytest

from tests.infrastructure.running import TOP, bare_environment

SMALL = {
    "LOAD_MINUTES": "1", "LOAD_USERS": "20", "LOAD_SPIKE": "20", "LOAD_HASTE": "0.3", "LOAD_SPIKE_SECONDS": "20", "LOAD_BUREAUS": "20",
    "LOAD_INITIATIVES": "400", "LOAD_UPDATES": "2000", "LOAD_MEASUREMENTS": "2000", "LOAD_RECORDS": "13000",
    "LOAD_LOGGED": "0.5", "LOAD_CORRECTED": "0.5",
}  # fmt: skip


@pytest.mark.drill
def test_many_people_at_once_lose_nothing_and_are_refused_nothing(open_folder, capsys):
    history = open_folder / "history.jsonl"
    environ = bare_environment(**SMALL, LOAD_DIR=str(open_folder / "run"), LOAD_HISTORY=str(history))
    done = subprocess.run([sys.executable, "-m", "bench.load"], cwd=TOP, env=environ, capture_output=True, text=True)
    with capsys.disabled():
        print(f"\n{done.stdout}")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "acknowledged writes: 0 lost" in done.stdout and "\n0 of the writes" not in done.stdout
    assert "Intact:" in done.stdout and "0 rows differ" in done.stdout
    (told,) = (json.loads(line) for line in history.read_text().splitlines())
    assert told["rows"]["users"] == 20 and told["found"]["of the deadline, not sent"] == 0
