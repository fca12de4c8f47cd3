"""Django's test client at the server's own way in: what gunicorn would hand over goes in, what it would send comes out."""

from __future__ import annotations

from contextlib import contextmanager
from http.cookies import SimpleCookie

from django.core.handlers.wsgi import WSGIRequest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection
from django.http import HttpResponse
from django.test import Client

from interpol_strategy.wsgi import application


class AtTheDoor(Client):
    """Answers are what the line carries; `reached_django` says of each whether Django made a request of what came in."""

    def __init__(self, **defaults):
        super().__init__(**defaults)
        self.handler = _through_the_door


def _through_the_door(environ: dict) -> HttpResponse:
    told: list = []
    reached: list = []

    def reach(**_kwargs) -> None:
        reached.append(True)

    with _heard(request_started, reach), _transaction_left_open():
        body = application(dict(environ), lambda status, headers, exc_info=None: told.extend([status, headers]))
        content = b"".join(body)
        getattr(body, "close", lambda: None)()
    return _answer(environ, told, content, bool(reached))


@contextmanager
def _heard(signal, receiver):
    signal.connect(receiver)
    try:
        yield
    finally:
        signal.disconnect(receiver)


@contextmanager
def _transaction_left_open():
    """A test's own transaction outlives its requests; elsewhere connections are looked at around each, as ever."""
    around = (request_started, request_finished) if connection.in_atomic_block else ()
    for signal in around:
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in around:
            signal.connect(close_old_connections)


def _answer(environ: dict, told: list, content: bytes, reached: bool) -> HttpResponse:
    status, headers = told
    answer = HttpResponse(content, status=int(status.split()[0]))
    del answer.headers["Content-Type"]
    for name, value in headers:
        if name == "Set-Cookie":
            answer.cookies.update(SimpleCookie(value))
        else:
            answer.headers[name] = value
    answer.line, answer.reached_django, answer.wsgi_request = (status, sorted(headers)), reached, WSGIRequest(environ)
    return answer
