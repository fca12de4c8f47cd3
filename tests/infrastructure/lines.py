"""Browsers whose connection is held by a web process that the test chooses, so that what one process did is read from another."""

from __future__ import annotations

import http.client
import json
import os
import time
from dataclasses import dataclass
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode, urljoin, urlsplit

PATIENCE = 5 * max(1.0, os.getloadavg()[0] / 2)  # seconds that any act may take: what waits longer waits for a lock
FOLLOWED = (301, 302, 303)


def web_processes(port: int) -> list[int]:
    """The processes that answer at the port: those that gunicorn made, not gunicorn itself."""
    listening = {inode for local, _remote, inode in _sockets() if local == port}
    holders = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit() and listening & _held(entry)]
    return sorted(pid for pid in holders if _parent(pid) in holders)


def _parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])


def _sockets():
    """Local port, remote port and number of each connection over IPv4."""
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        words = line.split()
        yield int(words[1][-4:], 16), int(words[2][-4:], 16), words[9]


def _held(entry: Path) -> set[str]:
    """The numbers of the sockets that a process has open."""
    try:
        names = [os.readlink(one) for one in (entry / "fd").iterdir()]
    except OSError:
        return set()
    return {name[8:-1] for name in names if name.startswith("socket:[")}


@dataclass
class Answer:
    status_code: int
    content: bytes
    request: dict
    headers: dict

    def json(self):
        return json.loads(self.content)


class Line:
    """A client for `tests.pages.paper.Paper`, over one connection that the web process with that number holds."""

    def __init__(self, port: int, process: int):
        self.port, self.process = port, process
        self.cookies: dict[str, str] = {}
        self.slowest = (0.0, "")
        self._open()

    def _open(self) -> None:
        """Whoever is free takes a connection: open another until the right one has it."""
        deadline, passed_over = time.monotonic() + 30, []
        while time.monotonic() < deadline:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
            self._ask("GET", "/healthz")
            if self._is_held_by(self.process):
                break
            passed_over.append(self.connection)  # kept open meanwhile, so that the other one has more to do
        else:
            raise AssertionError(f"process {self.process} took none of {len(passed_over)} connections")
        for one in passed_over:
            one.close()

    def _is_held_by(self, process: int) -> bool:
        mine = self.connection.sock.getsockname()[1]
        number = {inode for local, remote, inode in _sockets() if (local, remote) == (self.port, mine)}
        return bool(number & _held(Path(f"/proc/{process}")))

    def get(self, path: str, follow: bool = True) -> Answer:
        return self._go("GET", path, follow=follow)

    def post(self, path: str, data: dict, follow: bool = True) -> Answer:
        return self._go("POST", path, urlencode(data, doseq=True), follow=follow)

    def _go(self, method: str, path: str, body: str = "", *, follow: bool) -> Answer:
        """As browsers do: whoever is sent on asks there."""
        answer = self._timed(method, path, body)
        while follow and answer.status_code in FOLLOWED:
            path = urljoin(path, answer.headers["location"])
            answer = self._timed("GET", path)
        return answer

    def _timed(self, method: str, path: str, body: str = "") -> Answer:
        if self.connection.sock is None:
            self._open()
        began = time.monotonic()
        answer = self._ask(method, path, body)
        self.slowest = max(self.slowest, (time.monotonic() - began, f"{method} {path}"))
        assert answer.status_code < 500, f"{answer.status_code} at {method} {path}"
        return answer

    def _ask(self, method: str, path: str, body: str = "") -> Answer:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if method == "POST":
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Referer": f"http://127.0.0.1:{self.port}{path}"}
        self.connection.request(method, path, body or None, headers)
        given = self.connection.getresponse()
        content = given.read()
        for line in given.headers.get_all("Set-Cookie", []):
            self.cookies |= {name: one.value for name, one in SimpleCookie(line).items()}
        found = {name.lower(): value for name, value in given.headers.items()}
        return Answer(given.status, content, {"PATH_INFO": urlsplit(path).path}, found)
