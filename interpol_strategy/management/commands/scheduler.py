"""The clock's own process: `manage.py scheduler`."""

from __future__ import annotations

import logging
import signal
import time

from django.core.management.base import BaseCommand
from django.db import DatabaseError, InterfaceError, connection
from django.utils import timezone

from interpol_strategy import heartbeats
from interpol_strategy.schedule import Scheduler

TICK_SECONDS = 2.0
logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Does what is due, again and again, until it is asked to stop. Two at once are harmless: one leads."

    def handle(self, *args, **options):
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        scheduler = Scheduler()
        try:
            while True:
                self._tick(scheduler)
                time.sleep(TICK_SECONDS)
        except KeyboardInterrupt:
            self.stdout.write("The scheduler stops.")

    def _tick(self, scheduler: Scheduler) -> None:
        try:
            for name in scheduler.tick(timezone.now()):
                logger.info("Done: %s", name)
            heartbeats.beat("scheduler", "scheduler")
        except (DatabaseError, InterfaceError) as error:
            logger.warning("The database is away: %s", error)
            connection.close()
