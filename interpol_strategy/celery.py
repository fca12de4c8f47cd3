"""Celery: messages only wake a worker; the database is the record, so losing a message loses time, not work."""

from __future__ import annotations

import os
import signal

from celery import Celery
from celery.signals import heartbeat_sent, worker_process_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "interpol_strategy.settings")

HARD_LIMIT_SECONDS = 240
SOFT_LIMIT_SECONDS = 210
VISIBILITY_SECONDS = 300  # longer than the hard limit: a message comes back only when its worker is dead
SHORT_SECONDS = 2.0


def _configuration() -> dict:
    from django.conf import settings

    from interpol_strategy import environment

    transport = {
        "visibility_timeout": VISIBILITY_SECONDS,
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 1,
        "socket_timeout": SHORT_SECONDS,
        "socket_connect_timeout": SHORT_SECONDS,
        "retry_on_timeout": False,
    }
    return {
        "broker_url": environment.broker_url(os.environ),
        "broker_transport_options": transport,
        "broker_connection_timeout": SHORT_SECONDS,
        "broker_connection_retry_on_startup": True,
        "result_backend": None,
        "task_ignore_result": True,
        "task_acks_late": True,
        "task_reject_on_worker_lost": True,
        "task_time_limit": HARD_LIMIT_SECONDS,
        "task_soft_time_limit": SOFT_LIMIT_SECONDS,
        "task_publish_retry_policy": {"max_retries": 1, "interval_start": 0, "interval_max": 0.2},
        "task_default_queue": "work",
        "task_serializer": "json",
        "accept_content": ["json"],
        "worker_prefetch_multiplier": 1,
        "worker_max_memory_per_child": 600_000,
        "worker_cancel_long_running_tasks_on_connection_loss": True,
        "worker_send_task_events": False,
        "timezone": settings.TIME_ZONE,
        "enable_utc": True,
    }


READERS_FIRST = 5  # a report takes some seconds longer, a page next to it does not

app = Celery("interpol_strategy")
app.config_from_object(_configuration())
app.autodiscover_tasks()


@worker_process_init.connect
def _end_with_the_worker(**_kwargs) -> None:
    """A pool child must not outlive a worker that was killed, and lets readers go first where both want the processor."""
    from interpol_strategy.supervisor.processes import signal_when_parent_dies

    signal_when_parent_dies(signal.SIGKILL)
    os.nice(READERS_FIRST)


@heartbeat_sent.connect
def _tell_readiness(sender=None, **_kwargs) -> None:
    from interpol_strategy import heartbeats

    heartbeats.beat("worker", getattr(sender, "eventer", None) and sender.eventer.hostname or "worker")
