"""The server's own door: a request goes in as a web server hands it over, bytes come out; nothing of a test stands between."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.test import RequestFactory

from interpol_strategy.given_again import GivenAgain


@dataclass(frozen=True)
class Answer:
    """What a server would send: the status, the headers and the body as it goes over the line."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    content: bytes = b""


class Door:
    """Signed in as the client is, with its cookies; asks like a browser that has been here before."""

    def __init__(self, client):
        self._handler = GivenAgain(WSGIHandler())
        self.session_key = client.cookies[settings.SESSION_COOKIE_NAME].value
        self._cookies = "; ".join(f"{one.key}={one.value}" for one in client.cookies.values())

    def get(self, path: str, **headers: str) -> Answer:
        """The answer to one request. `headers` by their names in small letters (`accept_encoding`)."""
        return self.asks(path, **headers)()

    def asks(self, path: str, **headers: str) -> Callable[[], Answer]:
        """What asks for the page when it is called: the request is made ready before, as a web server's parser does it."""
        named = {f"HTTP_{name.upper()}": value for name, value in headers.items()}
        ready = RequestFactory().get(path, HTTP_COOKIE=self._cookies, **named).environ
        return lambda: self._answer({**ready, "wsgi.input": BytesIO()})

    def _answer(self, environ: dict) -> Answer:
        told: list = []
        body = self._handler(environ, lambda status, found, exc_info=None: told.extend([status, found]))
        try:
            content = b"".join(body)
        finally:
            getattr(body, "close", lambda: None)()
        return Answer(int(told[0].split()[0]), dict(told[1]), content)
