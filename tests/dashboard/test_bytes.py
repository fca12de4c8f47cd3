"""What goes over a poor line: the first visit with everything it needs, and the next page."""

from __future__ import annotations

import gzip
import re

import pytest
from django.test import Client

from tests.cast import settle_in
from tests.moments import NOON

pytestmark = pytest.mark.django_db
KILOBYTE = 1024
FIRST_VISIT, REPEAT_VISIT = 100 * KILOBYTE, 15 * KILOBYTE
NEEDED = re.compile(r'<(?:link|script)[^>]*\s(?:href|src)="(/static/[^"]+)"')


@pytest.fixture
def client(noon):
    client = Client(headers={"Accept-Encoding": "gzip"})
    client.force_login(settle_in(NOON.date()).people["leader"])
    client.get("/method/")
    return client


def sent(answer) -> int:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return len(content if answer.get("Content-Encoding") == "gzip" else gzip.compress(content))


def needed_by(client, path: str) -> set[str]:
    return set(NEEDED.findall(gzip.decompress(client.get(path).content).decode()))


@pytest.mark.parametrize("path", ["/", "/strategy/", "/strategy/framework/1/", "/initiatives/"])
def test_a_first_visit_is_small(client, path, capsys):
    files = needed_by(client, path)
    assert any(name.endswith(".css") for name in files) and any(name.endswith(".js") for name in files)
    bytes_sent = sent(client.get(path)) + sum(sent(client.get(name)) for name in files)
    with capsys.disabled():
        print(f"\nfirst visit to {path}: {bytes_sent / KILOBYTE:.1f} KB in {1 + len(files)} files")
    assert bytes_sent <= FIRST_VISIT


def test_the_next_page_brings_itself_alone(client):
    """Every page needs the same files but for a few of its own, so the browser has them."""
    first, bytes_sent = needed_by(client, "/"), 0
    for path in ("/strategy/", "/strategy/framework/1/", "/bureaus/", "/initiatives/"):
        new = needed_by(client, path) - first
        bytes_sent = sent(client.get(path)) + sum(sent(client.get(name)) for name in new)
        assert bytes_sent <= REPEAT_VISIT, path


def test_a_page_that_the_reader_has_brings_nothing(client):
    tag = client.get("/strategy/")["ETag"]
    assert client.get("/strategy/", headers={"If-None-Match": tag}).content == b""
