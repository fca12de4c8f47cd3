"""manage.py seed_scale: the demonstration at the size of a large organisation, to see that it stays quick."""

import time
from datetime import date

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from core.errors import DomainError
from interpol_strategy.demo.scale import Scale, seed_scale


class Command(BaseCommand):
    help = "Add invented work in bulk to the demonstration; all of it or nothing. Only where DEMO is on."

    def add_arguments(self, parser):
        parser.add_argument("--bureaus", type=int, default=196, help="how many bureaus lead the work")
        parser.add_argument("--initiatives", type=int, default=100_000)
        parser.add_argument("--updates", type=int, default=1_000_000)
        parser.add_argument("--measurements", type=int, default=3_000_000)
        parser.add_argument("--on", type=date.fromisoformat, help="the day to look at it from (today)")

    def handle(self, *args, bureaus, initiatives, updates, measurements, on, **options):
        self.began, at = time.monotonic(), timezone.now()
        wanted = Scale(bureaus, initiatives, updates, measurements)
        if min(bureaus, initiatives, updates, measurements) < 0:
            raise CommandError("Say how many, not fewer than none.")
        try:
            seed_scale(wanted, on=on or at.date(), at=at, password=settings.DEMO_PASSWORD, say=self._say)
        except DomainError as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(
            f"Invented: {initiatives} initiatives, {updates} updates, {measurements} measurements of {bureaus} bureaus"
            f" in {time.monotonic() - self.began:.0f} s."
        )

    def _say(self, line: str) -> None:
        self.stdout.write(f"  {time.monotonic() - self.began:6.1f} s  {line}")
        self.stdout.flush()
