"""`make load` in small, so that it does not rot: a minute of twenty people, a deadline, and the proof. Nothing timed decides."""

import json
import subprocess
import sys

import pytest
from django import forms

from tests.infrastructure.running import TOP, bare_environment

SMALL = {
    "LOAD_MINUTES": "1", "LOAD_USERS": "20", "LOAD_SPIKE": "20", "LOAD_HASTE": "0.3", "LOAD_SPIKE_SECONDS": "20", "LOAD_BUREAUS": "20",
    "LOAD_INITIATIVES": "400", "LOAD_UPDATES": "2000", "LOAD_MEASUREMENTS": "2000", "LOAD_RECORDS": "13000",
    "LOAD_LOGGED": "0.5", "LOAD_CORRECTED": "0.5",
}  # fmt: skip

# In a process of its own: locust makes another one of the process that it is imported in.
ANSWERS = """
import json, sys
from lxml import html
from bench.load_people import answered
print(json.dumps(answered(html.fromstring(sys.stdin.read()).forms[0])))
"""


class Withheld(forms.Form):
    achieved = forms.CharField(widget=forms.Textarea, initial="Two courses were held.")
    delivery_status = forms.CharField(initial="off_track")
    off_track_reason = forms.CharField(widget=forms.Textarea)

    def __init__(self):
        super().__init__()
        self.fields["values.7.state"] = forms.CharField(initial="withheld")
        self.fields["values.7.reason"] = forms.CharField(widget=forms.Textarea)


def test_the_crowd_says_why_there_is_no_value_where_nothing_is_said_yet(tmp_path):
    """A field of text that is empty is drawn as one line break, which no browser sends."""
    (tmp_path / "stage.json").write_text(json.dumps({"places": {}}))
    environ = bare_environment(LOAD_FOLDER=str(tmp_path))
    drawn = f"<form method='post'>{Withheld().as_p()}</form>"
    done = subprocess.run([sys.executable, "-c", ANSWERS], cwd=TOP, env=environ, input=drawn, capture_output=True, text=True)
    fields = json.loads(done.stdout or done.stderr)
    assert fields["achieved"] == "Two courses were held."
    assert fields["values.7.reason"] == "The regional returns have not come in yet."
    assert fields["off_track_reason"] == "The partner has left."


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
