"""Makes a database ready to serve: migrations, both plans, and invented data where this is a demonstration."""

from __future__ import annotations

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection

from core.models import Installation
from initiatives.rules import rules_in_force
from outcomes.models import RollUp


class Command(BaseCommand):
    help = "Migrates, loads reference data and plans and, where DEMO is on and nothing is there yet, invented data."

    def add_arguments(self, parser):
        parser.add_argument("--without-demonstration", action="store_true", help="Leave the database empty of people.")

    def handle(self, *args, **options):
        call_command("migrate", interactive=False, verbosity=1, stdout=self.stdout)
        had_figures = RollUp.objects.exists()
        call_command("load_reference", stdout=self.stdout)
        call_command("load_plans", stdout=self.stdout)
        wants = settings.DEMO and not options["without_demonstration"]
        if wants and not Installation.objects.filter(demonstration=True).exists():
            call_command("seed_demo", stdout=self.stdout)
            self._count_the_tables()
        self._follow_the_rules(had_figures)
        self.stdout.write(self.style.SUCCESS("The database is ready."))

    def _count_the_tables(self) -> None:
        """The database finds out by itself how much it holds, a minute after; until then it reads whole tables for a row."""
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")

    def _follow_the_rules(self, had_figures: bool) -> None:
        """Figures that an earlier version worked out by other rules are worked out anew, before anybody reads them."""
        present = rules_in_force()
        if Installation.objects.filter(figures_by=present).exists():
            return
        if had_figures:
            self.stdout.write("The rules of the figures have changed: working them out anew.")
            call_command("rebuild_rollups", stdout=self.stdout)
        Installation.objects.update_or_create(pk=1, defaults={"figures_by": present})
