"""Makes a database ready to serve: migrations, both plans, and invented data where this is a demonstration."""

from __future__ import annotations

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from core.models import Installation


class Command(BaseCommand):
    help = "Migrates, loads reference data and plans and, where DEMO is on and nothing is there yet, invented data."

    def add_arguments(self, parser):
        parser.add_argument("--without-demonstration", action="store_true", help="Leave the database empty of people.")

    def handle(self, *args, **options):
        call_command("migrate", interactive=False, verbosity=1, stdout=self.stdout)
        call_command("load_reference", stdout=self.stdout)
        call_command("load_plans", stdout=self.stdout)
        wants = settings.DEMO and not options["without_demonstration"]
        if wants and not Installation.objects.filter(demonstration=True).exists():
            call_command("seed_demo", stdout=self.stdout)
        self.stdout.write(self.style.SUCCESS("The database is ready."))
