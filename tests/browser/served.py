"""A copy of the demonstration behind the product's own web server and, where a test asks for it, its worker."""

from __future__ import annotations

import os
import socket
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import redis
from playwright.sync_api import Browser, BrowserContext

from interpol_strategy.supervisor.processes import Child, Program, last_lines, stop_all
from tests.demonstration import PASSWORD, TOP, Copy, broker_url, drop, looked_at

READY_WITHIN = 30
NARROW, WIDE = 390, 1280


class Served:
    """The product on a port of its own. `sign_in` opens a window of somebody's."""

    def __init__(self, copy: Copy):
        self.copy = copy
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.environment = {**os.environ, **copy.environment, "WEB_WORKERS": "1", "WEB_THREADS": "4"}
        self.environment |= {"SITE_URL": self.address, "PORT": str(self.port)}
        self._sessions: dict[str, dict] = {}
        redis.from_url(broker_url()).flushdb()
        web = [sys.executable, "-m", "gunicorn", "interpol_strategy.wsgi", "--config", "python:interpol_strategy.web"]
        self.children = [self._start("web", [*web, "--bind", f"127.0.0.1:{self.port}"])]
        self._wait_until_it_answers()

    def start_worker(self) -> None:
        celery = [sys.executable, "-m", "celery", "-A", "interpol_strategy", "worker", "--queues", "work"]
        celery += ["--concurrency", "1", "--loglevel", "INFO", "--without-gossip", "--without-mingle"]
        self.children.append(self._start("worker", [*celery, "--hostname", f"{self.copy.name}@%h"]))

    def stop(self) -> None:
        stop_all(self.children[::-1], 4.0)

    def log(self, name: str = "web") -> Path:
        return self.copy.folder / "logs" / f"{name}.log"

    def _start(self, name: str, argv: list) -> Child:
        return Child(Program(name, argv, self.log(name), env=self.environment, cwd=TOP))

    def _wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + READY_WITHIN
        while time.monotonic() < deadline:
            try:
                urllib.request.urlopen(f"{self.address}/healthz", timeout=5).close()
                return
            except OSError:
                time.sleep(0.05)
        self.stop()
        raise AssertionError(f"The web server did not answer:\n{last_lines(self.log())}")

    # windows

    def window(
        self,
        browser: Browser,
        who: str = "",
        *,
        language="en",
        width=WIDE,
        scheme="light",
        javascript=True,
        height=900,
        **more,
    ) -> BrowserContext:
        """Somebody's window, signed in as NAME@demo.invalid where a name is given."""
        made = browser.new_context(
            base_url=self.address, viewport={"width": width, "height": height}, color_scheme=scheme,
            java_script_enabled=javascript, reduced_motion="reduce", accept_downloads=True, locale=language,
            storage_state=self._session(browser, who) if who else None, **more,
        )  # fmt: skip
        made.add_cookies([{"name": "language", "value": language, "url": self.address}])
        made.set_default_timeout(10_000)
        return made

    def _session(self, browser: Browser, who: str) -> dict:
        """Signs in by the form once; later windows of the same person share the session."""
        if who not in self._sessions:
            window = browser.new_context(base_url=self.address, java_script_enabled=False)
            page = window.new_page()
            page.goto("/sign-in/")
            page.locator("input[name=username]").fill(who if "@" in who else f"{who}@demo.invalid")
            page.locator("input[name=password]").fill(PASSWORD)
            page.locator("main form button[type=submit], main form .button").first.click()
            assert "/sign-in/" not in page.url, page.locator("main").inner_text()
            self._sessions[who] = window.storage_state()
            window.close()
        return self._sessions[who]


@contextmanager
def served_on(copy: Copy) -> Iterator[Served]:
    """The product on the database, which the test's own connection reads meanwhile; both are gone in the end."""
    running = Served(copy)
    with looked_at(copy):
        yield running
    running.stop()
    drop(copy)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
