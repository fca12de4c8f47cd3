"""One piece of work goes through the whole living product: several web processes, a worker, and a scheduler that leads.

What one process did is read from another, which had read the same page before: nothing that a process keeps may be old.
"""

import re
import shutil
import sys
import tempfile
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path

import psycopg2
import pytest

from core.turns import Turn
from tests.infrastructure.lines import Line, web_processes
from tests.infrastructure.running import Running, wait_for
from tests.pages.paper import Paper

pytestmark = [
    pytest.mark.drill,
    pytest.mark.skipif(sys.platform != "linux", reason="it reads in /proc which process holds a connection"),
]
PASSWORD = "four wooden chairs in a row"
REPORT_WITHIN = 120  # seconds
INDICATOR, SAID = "G1.2-I1", 37
# Who works here: what an administrator does once.
SET_THE_STAGE = """
from django.utils import timezone
from accounts.models import Bureau
from accounts.services import create_person
from core.handling import Handling
for role, code in {"liaison": "SN", "officer": "GS-STR", "leader": "GS-STR", "auditor": ""}.items():
    create_person(email=f"{role}@drill.invalid", full_name=role.title(), role=role, bureau=Bureau.objects.filter(code=code).first(),
                  clearance=Handling.CONFIDENTIAL, language="en", password="PASSWORD", at=timezone.now())
"""


@pytest.fixture(scope="module")
def product():
    made = Path(tempfile.mkdtemp(prefix="strategy-drill-", dir="/tmp"))
    made.chmod(0o755)
    run = Running(made / "run", WEB_WORKERS="2")
    try:
        run.wait_until_ready(180)
        run.manage("shell", "-v", "0", "-c", SET_THE_STAGE.replace("PASSWORD", PASSWORD))
        run.marks = {log: log.stat().st_size for log in (run.folder / "logs").glob("*.log")}  # what was said until all was up
        yield run
    finally:
        run.stop(seconds=60)
        shutil.rmtree(made, ignore_errors=True)



class Distant(Paper):
    """Its product's database is not the test's: the trail is verified as a whole at the end."""

    watched = nullcontext


class Day:
    """What people do in one day, some over a line to one web process and some to the other."""

    def __init__(self, run: Running):
        self.run = run
        wait_for(lambda: len(web_processes(run.port)) == 2, 30)
        self.processes = web_processes(run.port)
        self.lines: list[Line] = []

    def come(self, who: str, process: int) -> Paper:
        """Somebody signs in over a line to the first or the second web process."""
        self.lines.append(Line(self.run.port, self.processes[process]))
        page = Distant(self.lines[-1])
        page.open("/sign-in/")
        page.press(page.form("sign-in").fill(username=f"{who}@drill.invalid", password=PASSWORD))
        assert page.path == "/", page.text
        return page


    def come_all(self) -> tuple[Paper, Paper, Paper]:
        """The bureau writes to one process; the officer and the leader read from the other."""
        return self.come("liaison", 0), self.come("officer", 1), self.come("leader", 1)

    def told(self, log: str) -> str:
        return (self.run.folder / "logs" / f"{log}.log").read_text()


def ok(page: Paper) -> Paper:
    assert page.status == 200, re.sub(r"<[^>]+>|\s+", " ", page.text)[:1500]
    return page


def seen(page: Paper, path: str) -> str:
    """The words of a page as it is now."""
    return re.sub(r"<[^>]+>|\s+", " ", ok(page.open(path)).text)


def open_a_period(officer: Paper) -> str:
    """The present quarter takes updates from now on."""
    ok(officer.open("/periods/"))
    ok(officer.press(officer.form("periods/add")))
    code = officer.path.strip("/").rpartition("/")[2]
    if f"/periods/{code}/open/" in officer.text:
        ok(officer.press(officer.form("open/").put("act-reason", "The first one")))
    return code


def log_work(liaison: Paper) -> str:
    """A new piece of work that will report the indicator; its form is sent twice, as by somebody impatient."""
    ok(liaison.open("/initiatives/new/"))
    today = datetime.now(UTC).date()
    days = {"starts_on": today.replace(day=1), "ends_on": f"{today.year + 1}-12-31"}
    form = liaison.form("initiatives/new").fill(title="Joint patrols at sea", **days)
    place = rf'name="(shares\.\d+)"(?:(?!name="shares).)*?name="indicators" value="(\d+)"[^>]*>\s*{INDICATOR} '
    share, indicator = re.search(place, liaison.text, re.DOTALL).groups()
    form.put(share, "100").put("indicators", indicator)
    codes = {re.search(r"IN-\d+", ok(liaison.press(form)).path)[0] for _press in range(2)}
    assert len(codes) == 1, "sent twice, it is one piece of work"
    return codes.pop()


def report_on(liaison: Paper, code: str, period: str) -> None:
    """Written, checked and sent."""
    ok(liaison.open(f"/updates/{code}/{period}/"))
    form = liaison.form("updates").fill(
        achieved="The boats are out", obstacle="None", next_steps="Go on", delivery_percent="20", delivery_status="on_track"
    )
    state = next(name for name in form.fields if name.endswith(".state"))
    ok(liaison.press(form.put(state.replace("state", "value"), SAID), "act", "check"))
    form = liaison.form("send")
    for name in re.findall(r'name="(confirm\.\d+)"', liaison.text):
        form.put(name, "1")
    ok(liaison.press(form))
    assert liaison.path.endswith("/sent/"), liaison.text


def validate(officer: Paper, code: str) -> None:
    """The first that waits."""
    ok(officer.open("/review/"))
    ok(officer.open(re.search(r"/review/\d+/", officer.text)[0]))
    assert code in officer.text
    ok(officer.press(officer.form("validate")))


def ask_for_a_report(officer: Paper, period: str) -> str:
    """The address of the job that makes it."""
    ok(officer.open("/reports/definitions/new/"))
    plan = re.search(r'<option value="(\d+)">[^<]*Strategic Framework', officer.text)[1]
    answers = {"code": "drill", "title_en": "Drill", "scope": "plan", "plan": plan, "languages": ["en"]}
    ok(officer.press(officer.form("definitions/new").fill(**answers)))
    ok(officer.open("/reports/"))
    definition = re.search(r'<option value="(\d+)">[^<]*Drill', officer.text)[1]
    ok(officer.press(officer.form("generate").fill(definition=definition, period=period)))
    assert "/reports/jobs/" in officer.path, officer.text
    return officer.path


def test_a_piece_of_work_goes_through_all_processes_and_each_shows_what_another_did(product):
    day = Day(product)
    wait_for(lambda: "Done: wake forgotten jobs" in day.told("scheduler"), 30, lambda: day.told("scheduler"))
    liaison, officer, leader = day.come_all()
    period = open_a_period(officer)
    assert "Joint patrols" not in seen(leader, "/initiatives/") + seen(leader, "/bureaus/SN/")
    code = log_work(liaison)
    assert "Joint patrols" in seen(leader, "/initiatives/") and code in seen(officer, "/initiatives/?search=patrols")
    figure = f"/indicators/{INDICATOR}/"
    report_on(liaison, code, period)
    assert str(SAID) not in seen(leader, figure), "what nobody validated moves nothing"
    validate(officer, code)
    assert str(SAID) in seen(leader, figure) and str(SAID) in seen(liaison, figure)
    assert "No edition" in seen(leader, "/reports/") or "Drill" not in seen(leader, "/reports/")
    job = ask_for_a_report(officer, period)
    wait_for(lambda: "It is ready" in seen(officer, job), REPORT_WITHIN, lambda: seen(officer, job))
    made = re.search(r'href="(/reports/\d+/files/en/pdf/)"', (seen(leader, "/reports/"), leader.text)[1])[1]
    assert leader.open(made).answer.content.startswith(b"%PDF")
    print("\nslowest acts: " + "; ".join(f"{words} {took:.2f} s" for took, words in (line.slowest for line in day.lines)))


def test_afterwards_nothing_is_held_nothing_failed_and_the_clock_still_leads(product):
    words = dict(line.split("=", 1) for line in (product.folder / "env").read_text().splitlines())
    with psycopg2.connect(words["DATABASE_URL"].strip("'")) as database, database.cursor() as asked:
        asked.execute("SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'")
        assert asked.fetchone() == (0,)
        asked.execute("SELECT objid FROM pg_locks WHERE locktype = 'advisory' AND granted")
        assert asked.fetchall() == [(Turn.SCHEDULER,)], "only who leads by the clock holds a lock that outlives an act"
    assert "ended by itself" not in product.said()
    assert "Intact" in product.manage("verify_audit")
    logs = {log.stem: log.read_text()[mark:] for log, mark in product.marks.items()}
    trouble = re.compile(r'^.*(?: ERROR | CRITICAL |Traceback|FATAL|PANIC|" 5\d\d ).*$', re.MULTILINE)
    assert {name: trouble.findall(told) for name, told in logs.items() if trouble.search(told)} == {}
