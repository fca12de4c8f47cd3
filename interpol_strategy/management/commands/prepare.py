"""Makes a database ready to serve: migrations, both plans, and invented data where this is a demonstration."""

from __future__ import annotations

from django.conf import settings
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand

from core.models import Installation


class Command(BaseCommand):
    help = "Migrates, loads reference data and plans and, where DEMO is on and nothing is there yet, invented data."

    def add_arguments(self, parser):
        parser.add_argument("--without-demonstration", action="store_true", help="Leave the database empty of people.")

    def handle(self, *args, **options):
        call_command("migrate", interactive=False, verbosity=1, stdout=self.stdout)
        self._call("load_reference")
        self._call("load_plans")
        wants = settings.DEMO and not options["without_demonstration"]
        if wants and not Installation.objects.filter(demonstration=True).exists():
            self._call("seed_demo")
        self.stdout.write(self.style.SUCCESS("The database is ready."))

    def _call(self, name: str) -> None:
        if name in get_commands():
            call_command(name, stdout=self.stdout)
        else:
            self.stdout.write(f"There is no command {name} in this checkout; going on without it.")
