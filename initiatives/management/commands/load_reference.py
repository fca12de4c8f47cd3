"""manage.py load_reference: regions, countries, bureaus and crime areas, as the data files have them."""

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from accounts.loading import load_accounts_reference
from initiatives.loading import load_crime_areas


class Command(BaseCommand):
    help = "Bring regions, countries, bureaus and crime areas to the data files. Repeatable; deletes nothing."

    @transaction.atomic
    def handle(self, *args, **options):
        at = timezone.now()
        brought = load_accounts_reference(at=at)
        brought["crime areas"] = load_crime_areas(at=at)
        for what, took in brought.items():
            self.stdout.write(f"{what}: {took}")
