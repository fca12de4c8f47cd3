"""The cast, and a short way for each of them to call."""

from __future__ import annotations

import json
import uuid

import pytest
from django.test import Client
from django.utils import timezone

from tests.cast import settle_in


class Caller:
    """One person at the API. `person` None is somebody who has not signed in."""

    def __init__(self, person=None):
        self.client = Client()
        if person is not None:
            self.client.force_login(person)

    def ask(self, method: str, path: str, body=None, *, version=None, key=None, **headers):
        """The answer, with `data` beside it: the body as JSON."""
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        if key is not None:
            headers["Idempotency-Key"] = uuid.uuid4().hex if key is True else key
        content = None if body is None else body if isinstance(body, (bytes, str)) else json.dumps(body)
        answer = self.client.generic(
            method, f"/api/v1/{path}", content or "", content_type="application/json", headers=headers
        )
        is_json = answer.headers.get("Content-Type", "").startswith(("application/json", "application/problem"))
        answer.data = json.loads(answer.content) if is_json and answer.content else None
        return answer

    def get(self, path, **kwargs):
        return self.ask("GET", path, **kwargs)

    def post(self, path, body=None, **kwargs):
        return self.ask("POST", path, {} if body is None else body, **kwargs)

    def patch(self, path, body, **kwargs):
        return self.ask("PATCH", path, body, **kwargs)

    def delete(self, path, **kwargs):
        return self.ask("DELETE", path, **kwargs)


@pytest.fixture
def cast(db):
    return settle_in(timezone.now().date())


@pytest.fixture
def small_cast(db):
    """The people and the plan without any work."""
    return settle_in(timezone.now().date(), with_work=False)


@pytest.fixture
def as_():
    """Signs somebody in and lets them call: `as_(cast.officer).get("updates/")`."""
    return Caller
