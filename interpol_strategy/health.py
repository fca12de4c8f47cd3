"""Is this process up (`/healthz`), and can it serve (`/readyz`)? Open to everyone, and telling nothing else."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import JsonResponse
from django.views.decorators.http import require_safe

from interpol_strategy import heartbeats

logger = logging.getLogger(__name__)


class ProbesFirst:
    """Answers both before anything asks which host was called: who probes a process knows its address alone."""

    def __init__(self, get_response):
        self.get_response = get_response
        self.answers = {"/healthz": healthz, "/readyz": readyz}

    def __call__(self, request):
        return self.answers.get(request.path, self.get_response)(request)


@require_safe
@login_not_required
def healthz(request):
    """Touches nothing: an outage of the database must not restart every process."""
    return JsonResponse({"status": "ok"})


@require_safe
@login_not_required
def readyz(request):
    found = {name: _state_of(check) for name, check in CHECKS.items()}
    is_ready = all(found[name] == "ok" for name in NEEDED)
    response = JsonResponse({"status": "ok" if is_ready else "not ready", **found}, status=200 if is_ready else 503)
    if not is_ready:
        response["Retry-After"] = "5"
    return response


def _database() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return cursor.fetchone() == (1,)


def _broker() -> bool:
    return heartbeats.client().ping()


def _workers() -> bool:
    return heartbeats.alive("worker") > 0


def _scheduler() -> bool:
    return heartbeats.alive("scheduler") > 0


CHECKS: dict[str, Callable[[], bool]] = {
    "database": _database,
    "broker": _broker,
    "workers": _workers,
    "scheduler": _scheduler,
}
NEEDED = ("database", "broker", "workers")


def _state_of(check: Callable[[], bool]) -> str:
    try:
        return "ok" if check() else "none seen"
    except Exception as error:  # whatever fails, the answer is the same: not ready, and the log says why
        logger.warning("Not ready: %s", error)
        return "failed"
