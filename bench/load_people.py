"""The crowd of the load test, for locust: people who sign in, read, write and wait, with pauses as people make them.

`bench/load.py` starts it; LOAD_FOLDER holds who comes (`stage.json`) and gets what was found. Every write that the
product acknowledged is noted with a key of its own, so that it can be looked for in the database afterwards.
"""

from __future__ import annotations

import itertools
import json
import os
import random
import re
import time
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

import gevent
from locust import FastHttpUser, between, events
from locust.exception import StopUser
from lxml import html

FOLDER = Path(os.environ["LOAD_FOLDER"])
STAGE = json.loads((FOLDER / "stage.json").read_text())
PLACES, HASTE = STAGE["places"], float(os.environ.get("LOAD_HASTE", "1"))
REPORT_PATIENCE = 180  # seconds
LOGGED_SHARE = float(os.environ.get("LOAD_LOGGED", "0.05"))  # of a liaison's edits: new work is rarer than what is said of it
CORRECTED_SHARE = float(os.environ.get("LOAD_CORRECTED", "0.05"))  # of those who find an edition there already
# Of a hundred acts: as the goal says. Only officers may ask for reports, who are a fifth of all people.
ACTS = {
    "liaison": {"look": 75, "edit": 20, "survey": 5},
    "officer": {"look": 50, "edit": 20, "survey": 5, "report": 25},
    "leader": {"look": 70, "survey": 25, "download": 5},
}
calls, acknowledged, reports = [], [], []
seats = {"steady": itertools.count(), "deadline": itertools.count()}
finished = itertools.count(1)


@events.quitting.add_listener
def write_down(environment, **_said) -> None:
    found = {"calls": calls, "acknowledged": acknowledged, "reports": reports}
    (FOLDER / f"{os.environ['LOAD_PHASE']}.json").write_text(json.dumps(found))


def reads() -> list[str]:
    """Pages and calls of the API that people read, none of them more often than another of its kind."""
    one = lambda kind: random.choice(PLACES[kind])  # noqa: E731
    aim, result = one("results")
    return [
        "/initiatives/", f"/initiatives/{one('initiatives')}/", f"/initiatives/{one('initiatives')}/",
        f"/initiatives/?search={random.choice(('ports', 'cybercrime', 'fraude', 'IN-0012'))}",
        "/initiatives/?status=active", f"/indicators/{one('indicators')}/", f"/bureaus/{one('bureaus')}/", "/bureaus/",
        f"/strategy/{PLACES['plan']}/{one('aims')}/", f"/strategy/{PLACES['plan']}/{aim}/{result}/",
        "/timeline/", "/reports/", "/my-reporting/", "/method/",
        "/api/v1/initiatives/?page_size=50", f"/api/v1/initiatives/{one('initiatives')}/", "/api/v1/updates/?page_size=50",
        "/api/v1/indicators/?page_size=50", "/api/v1/roll-ups/?page_size=50", "/api/v1/me/",
    ]  # fmt: skip


SURVEYS = ("/", "/strategy/", "/heat-map/", "/changes/", "/data-quality/")


class Person(FastHttpUser):
    """Somebody with a browser: cookies, what was read before, and pauses."""

    abstract = True
    wait_time = between(10 * HASTE, 50 * HASTE)
    connection_timeout = network_timeout = 60.0
    crowd = ""

    def on_start(self) -> None:
        seat = next(seats[self.crowd])
        if self.crowd == "deadline" and seat >= len(STAGE[self.crowd]):
            self.me = None  # the crowd is topped up while the first ones leave; everybody comes once, and these sit by
            return
        self.me = STAGE[self.crowd][seat % len(STAGE[self.crowd])]
        if self.crowd == "deadline":  # one after the other: locust itself would have others come sooner for those who leave
            gevent.sleep(seat * float(os.environ["LOAD_SPIKE_SECONDS"]) / len(STAGE[self.crowd]))
        self.tags: dict[str, str] = {}
        page = self.call("GET", "/sign-in/", "door")
        given = {"username": self.me["email"], "password": STAGE["password"]}
        answer = self.call("POST", "/sign-in/", "door", data=fields_of(form_of(page, "/sign-in/")) | given, fine=(302,))
        if answer.status_code != 302:
            self.go_home()

    def go_home(self) -> None:
        """Leave; after the last of those who came once, the doors are shut: by somebody else, who need not wait for the last to leave."""
        if self.crowd == "deadline" and next(finished) == len(STAGE["deadline"]):
            gevent.spawn_later(1, self.environment.runner.quit)
        raise StopUser

    def call(self, method: str, path: str, kind: str, *, name="", fine=(200, 302, 304), **more):
        """One request, noted with its kind, how long it took, and whether it was answered as it may be."""
        headers = {"If-None-Match": self.tags[path]} if method == "GET" and path in self.tags else {}
        began = time.time()
        with self.client.request(
            method, path, name=f"{kind}: {name or shape(path)}", headers=headers, allow_redirects=False,
            catch_response=True, **more,
        ) as answer:  # fmt: skip
            took = time.time() - began
            is_fine = answer.status_code in fine
            answer.success() if is_fine else answer.failure(f"{answer.status_code} at {path}")
            calls.append([kind, name or shape(path), round(took, 4), answer.status_code, is_fine, round(began, 1)])
            if method == "GET" and answer.status_code == 200 and (tag := answer.headers.get("ETag")):
                self.tags[path] = tag
            return answer

    def pause(self, least: float = 8, most: float = 25) -> None:
        gevent.sleep(random.uniform(least, most) * HASTE)

    def read(self, path: str, kind: str = "read"):
        """A page as it is now, whatever was read before."""
        self.tags.pop(path, None)
        return self.call("GET", path, kind)

    def write(self, path: str, fields: dict, **more):
        return self.call("POST", path, "write", data=fields, **more)

    def note(self, what: str, about: str, **more) -> None:
        acknowledged.append({"what": what, "about": about, "by": self.me["email"], "at": time.time(), **more})

    # writing

    def report_on(self, code: str, period: str) -> bool:
        """Open the form, write with saving in between, check, send. Answers whether it was sent."""
        home = f"/updates/{code}/{period}/"
        page = self.read(home)
        if form_of(page, home) is None and not self.take_up_again(home, page):
            return False
        page = page if form_of(page, home) is not None else self.read(home)
        form = form_of(page, home)
        if form is None:
            return False
        fields = answered(form)
        for _time in range(random.randint(1, 3)):
            self.pause()
            if not self.save(home, fields):
                return False
        return self.check_and_send(home, fields)

    def save(self, home: str, fields: dict) -> bool:
        key = uuid.uuid4().hex
        fields["achieved"] = f"Two courses were held for border officers, and a third begins next month ({key})."
        answer = self.write(f"{home}save/", fields, fine=(200, 409))
        if answer.status_code != 200:
            return False
        fields["version"] = str(answer.json()["version"])
        self.note("saved", home, key=key, version=answer.json()["version"])
        return True

    def check_and_send(self, home: str, fields: dict) -> bool:
        if self.write(home, fields | {"act": "check"}, fine=(302, 409)).status_code != 302:
            return False
        form = form_of(self.read(f"{home}check/"), f"{home}send/")
        self.pause()
        if form is None:
            return False
        sure = {name: "1" for name in form.inputs.keys() if name.startswith("confirm.")}  # noqa: SIM118
        answer = self.write(f"{home}send/", fields_of(form) | sure, fine=(302, 409, 400))
        if answer.status_code == 302:
            self.note("submitted", home)
            self.read(f"{home}sent/")
        return answer.status_code == 302

    def take_up_again(self, home: str, page) -> bool:
        """What is sent is taken back, what is validated is corrected."""
        back, correct = form_of(page, f"{home}withdraw/"), f"{home}correct/"
        if back is not None:
            done = self.write(f"{home}withdraw/", fields_of(back), fine=(302, 409)).status_code == 302
            self.note("withdrawn", home) if done else None
            return done
        form = form_of(self.read(correct), correct) if correct.encode() in page.content else None
        if form is None:
            return False
        done = self.write(correct, fields_of(form) | {"reason": "A figure was missing."}, fine=(302, 400, 409))
        self.note("correction_opened", home) if done.status_code == 302 else None
        return done.status_code == 302

    def log_work(self) -> None:
        """A new piece of work of one's bureau, all of it for one expected result; the form is sent twice, as the impatient do."""
        home = "/initiatives/new/"
        form = form_of(self.call("GET", home, "read"), home)
        fields, key = fields_of(form), uuid.uuid4().hex
        result = random.choice([name for name in form.inputs.keys() if name.startswith("shares.")])  # noqa: SIM118
        today = datetime.now(UTC).date()
        days = {"starts_on": str(today), "ends_on": str(today + timedelta(days=300))}
        fields |= days | {"title": f"Joint patrols of two harbours ({key})", result: "100"}
        self.pause(20, 60)
        for _press in range(2):
            answer = self.write(home, fields, fine=(302,))
            if answer.status_code == 302:
                self.note("logged", answer.headers["Location"], key=key)
        self.read(answer.headers["Location"]) if answer.status_code == 302 else None

    def review_one(self) -> None:
        """Open the queue, look at one, think, decide."""
        queue = self.read("/review/")
        links = html.fromstring(queue.content).xpath("//main//a/@href")
        waiting = [link for link in links if re.fullmatch(r"/review/\d+/", link)]
        if not waiting:
            return
        home = random.choice(waiting)
        page = self.call("GET", home, "read", fine=(200, 304, 404))
        if page.status_code != 200:
            return
        self.pause(10, 40)
        verb = "return" if random.random() < 0.25 else "validate"
        form = form_of(page, f"{home}{verb}/")
        if form is not None:
            said = {"reason_code": "unclear", "comment": "Please say who took part."} if verb == "return" else {}
            answer = self.write(f"{home}{verb}/", fields_of(form) | said, fine=(302, 400, 409))
            if answer.status_code == 302:
                self.note("returned" if verb == "return" else "validated", home)

    def ask_for_report(self) -> None:
        """Ask, and look again and again until it is ready."""
        page = self.read("/reports/")
        fields = fields_of(form_of(page, "/reports/generate/"))
        wish = {"definition": str(random.choice(PLACES["definitions"])), "period": PLACES["period"]}
        # Whose edition of the period is there already is told so on the form: that is an answer. A few then correct it.
        asked = self.write("/reports/generate/", fields | wish, fine=(302, 400), name="ask for a report")
        if asked.status_code == 400 and random.random() < CORRECTED_SHARE:
            wish["correction_reason"] = "A bureau has corrected one of its figures."
            asked = self.write("/reports/generate/", fields | wish, fine=(302, 400), name="ask for a correction")
        if asked.status_code != 302:
            return
        job, began, state = asked.headers["Location"].strip("/").rpartition("/")[2], time.time(), ""
        while state not in ("ready", "failed") and time.time() - began < REPORT_PATIENCE:
            gevent.sleep(2)
            state = self.call("GET", f"/api/v1/jobs/{job}/", "wait", name="is the report ready?").json()["state"]
        reports.append({"job": int(job), "state": state, "seconds": round(time.time() - began, 1)})


class Steady(Person):
    """One of those who work all day."""

    crowd = "steady"

    def on_start(self) -> None:
        super().on_start()
        mix = ACTS[self.me["role"]]
        self.tasks = [one for name, weight in mix.items() for one in [getattr(type(self), name)] * weight]

    def look(self) -> None:
        path = random.choice(reads())
        self.call("GET", path, "read", fine=(200, 302, 304))

    def edit(self) -> None:
        if self.me["role"] == "officer":
            self.review_one()
        elif random.random() < LOGGED_SHARE:
            self.log_work()
        else:
            self.report_on(*random.choice(self.me["work"]))

    def survey(self) -> None:
        self.call("GET", random.choice(SURVEYS), "survey")

    report = Person.ask_for_report

    def download(self) -> None:
        links = html.fromstring(self.read("/reports/").content).xpath("//main//a/@href")
        files = [link for link in links if link.endswith("/pdf/")]
        if files:
            self.call("GET", random.choice(files), "read", name="a report's file")

    tasks = [look]


class Deadline(Person):
    """One of those who come on the last evening and send what they have."""

    crowd = "deadline"

    def send(self) -> None:
        if self.me is None:
            return
        sent = False
        try:
            self.read("/my-reporting/")
            sent = self.report_on(*self.me["work"][0])
        finally:
            self.note("came through" if sent else "did not come through", self.me["work"][0][0])
            self.go_home()

    tasks = [send]


def shape(path: str) -> str:
    """The address without what it is about."""
    path = path.partition("?")[0]
    return "/".join(
        part if part.replace("-", "").isalpha() and part.islower() else "…" if part else "" for part in path.split("/")
    )


def form_of(answer, action: str):
    """The form of a page that posts to the address, or None."""
    if answer.status_code != 200:
        return None
    tree = html.fromstring(answer.content)
    return next(
        (
            form
            for form in tree.forms
            if (form.action or "").partition("?")[0] in ("", action) and form.method == "POST"
        ),
        None,
    )


OWED = {"delivery_percent": "40", "delivery_status": "on_track", "value": "1", "numerator": "1", "denominator": "2"}


def answered(form) -> dict:
    """What the form holds, with something in each field that a bureau owes: what stands half done is sent as well.

    A value that is not given gets its reason instead.
    """
    fields = fields_of(form)
    for name in form.inputs.keys():  # noqa: SIM118
        about, _dot, last = name.rpartition(".")
        is_given = fields.get(f"{about}.state", "reported") == "reported"
        if not fields.get(name) and last in OWED and is_given:
            fields[name] = OWED[last]
        if not fields.get(name) and last == "reason" and not is_given:
            fields[name] = "The regional returns have not come in yet."
    if fields.get("delivery_status") == "off_track" and not fields.get("off_track_reason"):
        fields["off_track_reason"] = "The partner has left."
    return fields


def fields_of(form) -> dict:
    """What the form holds as it was drawn, as a browser would post it, without its buttons.

    A text begins after the line break that stands first in its field, so an empty one is empty.
    """
    texts = {area.name for area in form.iter("textarea")}
    return {name: value.removeprefix("\n") if name in texts else value for name, value in form.form_values() if name}
