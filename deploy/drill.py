"""Runs docker-compose.yml without a container engine: each service's own command, environment and health check, as
plain processes against a real PostgreSQL, real Redis servers and, where there is one, a real nginx.

    python deploy/drill.py        exits 0 when everything came up, answered rightly and went down again

What it cannot show is what only an engine does: images, networks, volumes, restarts, read-only file systems.
"""

from __future__ import annotations

import http.client
import os
import re
import secrets
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import yaml

TOP = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TOP))

from interpol_strategy.supervisor.places import settle  # noqa: E402  after the path is known
from interpol_strategy.supervisor.processes import Child, Program, last_lines, stop_all  # noqa: E402
from interpol_strategy.supervisor.servers import PrivateServers  # noqa: E402

HOST = "strategy.drill.invalid"
OURS = ("web", "worker", "scheduler")
SAFE_HEADERS = ("strict-transport-security", "content-security-policy", "x-content-type-options", "x-frame-options")


def variables() -> dict[str, str]:
    """What `.env` would say."""
    return {
        "POSTGRES_PASSWORD": secrets.token_urlsafe(20),
        "SECRET_KEY": secrets.token_urlsafe(60),
        "AUDIT_KEY": secrets.token_urlsafe(60),
        "ALLOWED_HOSTS": HOST,
        "SITE_URL": f"https://{HOST}",
        "EMAIL_HOST": "mail.invalid",
        "EMAIL_FROM": "strategy@mail.invalid",
    }


def compose(values: dict[str, str]) -> dict:
    """The compose file with its variables filled in; a required one that is missing stops the drill."""

    def fill(found: re.Match) -> str:
        name, rule, default = found.group(1), found.group(2), found.group(3)
        if name in values:
            return values[name]
        if rule == ":?":
            raise SystemExit(f"{name} is required: {default}")
        return default or ""

    text = (TOP / "docker-compose.yml").read_text()
    return yaml.safe_load(re.sub(r"\$\{(\w+)(?:(:[?-])([^}]*))?\}", fill, text))


class Drill:
    """One run of all services."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.services = compose(variables())["services"]
        self.servers = PrivateServers(settle(folder), careless=True)
        self.port, self.http, self.https = (_free_port() for _ in range(3))
        self.children: dict[str, Child] = {}

    def run(self) -> None:
        try:
            self.servers.start()
            self._once("static files", ["python", "manage.py", "collectstatic", "--noinput", "--verbosity", "0"], "web")
            self._once("migrate", self.services["migrate"]["command"], "migrate")
            for name in OURS:
                self.children[name] = Child(self._program(name, self.services[name]["command"], name))
            for name in OURS:
                self._wait(f"{name} is healthy", lambda name=name: self._is_healthy(name))
            self._check_web()
            self._check_proxy()
        finally:
            stop_all(list(self.children.values())[::-1], 8)
            self.servers.stop()
        print("Everything came up, answered rightly and went down.")

    def _environment(self, name: str) -> dict[str, str]:
        """The service's own environment, with the addresses of this machine's servers in place of the containers'."""
        given = {key: str(value or "") for key, value in self.services[name]["environment"].items()}
        redis = self.servers.environment["REDIS_URL"]
        ours = {"DATABASE_URL": self.servers.environment["DATABASE_URL"], "REDIS_URL": redis, "CACHE_URL": redis}
        places = {"STATIC_ROOT": "static", "MEDIA_ROOT": "media", "RUN_DIR": "run", "AUDIT_CHECKPOINTS": "checkpoints"}
        paths = {key: str(self.folder / folder) for key, folder in places.items()}
        return {"PATH": os.environ["PATH"], "PORT": str(self.port), **given, **ours, **paths}

    def _argv(self, command: list[str]) -> list[str]:
        here = Path(sys.executable).parent
        words = [word.replace("0.0.0.0:8000", f"127.0.0.1:{self.port}") for word in command]
        return [sys.executable if words[0] == "python" else str(here / words[0]), *words[1:]]

    def _program(self, name: str, command: list[str], service: str) -> Program:
        log = self.folder / f"{name.replace(' ', '-')}.log"
        return Program(name, self._argv(command), log, env=self._environment(service), cwd=TOP, clean=True)

    def _once(self, name: str, command: list[str], service: str) -> None:
        began, child = time.monotonic(), Child(self._program(name, command, service))
        child.has_ended_by(began + 300)
        if not child.has_ended_well():
            raise SystemExit(f"{name} failed:\n{last_lines(child.program.log)}")
        print(f"ok  {name} ({time.monotonic() - began:.1f} s)")

    def _is_healthy(self, name: str) -> bool:
        argv = self._argv(self.services[name]["healthcheck"]["test"][1:])
        done = subprocess.run(argv, env=self._environment(name), cwd=TOP, capture_output=True, timeout=30)
        return done.returncode == 0

    def _wait(self, what: str, holds: Callable[[], bool], seconds: float = 60) -> None:
        began = time.monotonic()
        while not holds():
            if time.monotonic() - began > seconds:
                raise SystemExit(f"not within {seconds:.0f} s: {what}\n{self._logs()}")
            time.sleep(0.2)
        print(f"ok  {what} ({time.monotonic() - began:.1f} s)")

    def _logs(self) -> str:
        return "\n".join(f"== {log.name}\n{last_lines(log)}" for log in sorted(self.folder.glob("*.log")))

    def _check_web(self) -> None:
        said = lambda path, **headers: _get(http.client.HTTPConnection("127.0.0.1", self.port), path, headers)  # noqa: E731
        forwarded = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.1"}
        expect("ready", said("/readyz")[0], 200)
        expect("plain http is sent to https", said("/sign-in/")[0], 301)
        expect("a foreign host is refused", said("/sign-in/", Host="evil.invalid", **forwarded)[0], 400)
        status, headers, body = said("/sign-in/", **forwarded)
        expect("the sign-in page", status, 200)
        for name in SAFE_HEADERS:
            expect(f"header {name}", name in headers, True)
        expect("cookies are the host's own", "__Host-csrf=" in headers.get("set-cookie", ""), True)
        hashed = re.search(r'href="(/static/css/app\.[0-9a-f]{12}\.css)"', body)
        expect("static files carry their hash", bool(hashed), True)
        sent = said(hashed.group(1), **{**forwarded, "Accept-Encoding": "gzip"})[1]
        expect("and come compressed", sent.get("content-encoding"), "gzip")
        expect("and may be kept for ever", "immutable" in sent["cache-control"], True)
        expect("the API is closed to strangers", said("/api/schema/", **forwarded)[0] in {401, 403}, True)

    def _check_proxy(self) -> None:
        nginx = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
        if not nginx:
            print("--  no nginx on this machine: the proxy was NOT tried")
            return
        conf = self._proxy_configuration()
        self.children["proxy"] = Child(
            Program("proxy", [nginx, "-c", conf, "-g", "daemon off;"], self.folder / "proxy.log", cwd=self.folder)
        )
        context = ssl._create_unverified_context()
        said = lambda path, **headers: _get(  # noqa: E731
            http.client.HTTPSConnection("127.0.0.1", self.https, context=context), path, headers
        )
        self._wait("the proxy is healthy by its own check", self._is_proxy_healthy)
        plain = _get(http.client.HTTPConnection("127.0.0.1", self.http), "/x?y=1", {})
        expect("the proxy sends http to https", (plain[0], plain[1]["location"]), (308, f"https://{HOST}/x?y=1"))
        expect("the sign-in page through the proxy", said("/sign-in/")[0], 200)
        spoofed = said("/sign-in/", **{"X-Forwarded-Proto": "http", "X-Forwarded-For": "192.0.2.9"})
        expect("a visitor's own forwarded headers are overwritten", spoofed[0], 200)
        statuses = [said("/sign-in/")[0] for _ in range(40)]
        expect("guesses are slowed", 429 in statuses, True)

    def _is_proxy_healthy(self) -> bool:
        """The compose file's own command, which knows no host name; only its port is this drill's."""
        words = self.services["proxy"]["healthcheck"]["test"][1:]
        argv = [word.replace("http://127.0.0.1/", f"http://127.0.0.1:{self.http}/") for word in words]
        return subprocess.run(argv, capture_output=True, timeout=30).returncode == 0

    def _proxy_configuration(self) -> Path:
        """deploy/nginx.conf with this drill's ports, folders and certificate."""
        tls = self.folder / "tls"
        tls.mkdir()
        request = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", f"/CN={HOST}"]
        subprocess.run(
            [*request, "-keyout", tls / "privkey.pem", "-out", tls / "fullchain.pem"], check=True, capture_output=True
        )
        swaps = {
            "listen 80;": f"listen 127.0.0.1:{self.http};",
            "listen 443 ssl http2;": f"listen 127.0.0.1:{self.https} ssl http2;",
            "server web:8000": f"server 127.0.0.1:{self.port}",
            "/etc/nginx/tls/": f"{tls}/",
            "/tmp/nginx.pid": f"{self.folder}/nginx.pid",
        }
        text = (TOP / "deploy" / "nginx.conf").read_text()
        for old, new in swaps.items():
            expect(f"nginx.conf has {old}", old in text, True)
            text = text.replace(old, new)
        made = self.folder / "nginx.conf"
        made.write_text(text)
        return made


def expect(what: str, found, wanted) -> None:
    if found != wanted:
        raise SystemExit(f"NO  {what}: {found!r} instead of {wanted!r}")
    print(f"ok  {what}")


def _get(connection: http.client.HTTPConnection, path: str, headers: dict) -> tuple[int, dict[str, str], str]:
    try:
        connection.request("GET", path, headers={"Host": HOST, **headers})
        answer = connection.getresponse()
        return (
            answer.status,
            {name.lower(): value for name, value in answer.getheaders()},
            answer.read().decode("latin-1"),
        )
    except OSError as error:
        return 0, {}, str(error)
    finally:
        connection.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def main() -> None:
    folder = Path(tempfile.mkdtemp(prefix="strategy-compose-", dir="/tmp"))
    folder.chmod(0o755)
    try:
        Drill(folder).run()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
