"""manage.py seed_demo: invented data that looks like a real organisation, for demonstrations and tests."""

from datetime import date

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from core.errors import DomainError
from interpol_strategy.demo.cast import NAMED
from interpol_strategy.demo.seeding import is_seeded, seed


class Command(BaseCommand):
    help = "Fill an empty installation with invented data, the same for the same day. Does nothing where it is."

    def add_arguments(self, parser):
        parser.add_argument(
            "--on", type=date.fromisoformat, help="the day to look at it from, such as 2026-11-22 (today)"
        )

    def handle(self, *args, **options):
        if is_seeded():
            self.stdout.write("The demonstration data is here already; nothing was changed.")
            return
        at = timezone.now()
        try:
            seeded = seed(on=options["on"] or at.date(), password=settings.DEMO_PASSWORD, at=at, say=self._say)
        except DomainError as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(
            f"Invented: {seeded.people} people, {seeded.initiatives} initiatives, {seeded.updates} updates,"
            f" {seeded.measurements} measurements, {seeded.records} audit records"
            f" in {(timezone.now() - at).total_seconds():.0f} s."
        )
        self.stdout.write("Accounts: " + ", ".join(person.email for person in NAMED))

    def _say(self, line: str) -> None:
        self.stdout.write(f"  {line}")
        self.stdout.flush()
