"""Computes every summary row from what is recorded and says which stored rows differed."""

from __future__ import annotations

import time

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from core import audit
from core.models import Period
from initiatives import delivery
from outcomes import rollup
from outcomes.models import Indicator

SHOWN = 50


class Command(BaseCommand):
    help = "Compute all roll-ups from the recorded values; --check changes nothing and exits 1 where a row differs."

    def add_arguments(self, parser):
        parser.add_argument("--check", action="store_true", help="compare only; exit 1 when a stored row differs")
        parser.add_argument("--period", action="append", default=[], help="only this period, e.g. 2026-Q4; repeatable")

    def handle(self, *args, check, period, verbosity, **options):
        began, differences = time.monotonic(), []
        periods = self._periods(period)
        if not period:
            differences += self._settle_readings(check)
        for one in periods:
            found = self._settle(one, check)
            differences += found
            if verbosity > 1 or found:
                self.stdout.write(f"{one.code}: {len(found)} rows {'differ' if check else 'corrected'}")
        for line in differences[:SHOWN] if check else []:
            self.stdout.write(line)
        verb = "differ" if check else "were corrected"
        self.stdout.write(f"{len(differences)} rows {verb}; {time.monotonic() - began:.1f} s.")
        if check and differences:
            raise CommandError("The summary differs from what is recorded.")

    def _settle_readings(self, check: bool) -> list[str]:
        """What the bureaus say, one indicator in its own transaction: the figures of every period are made of it."""
        found = rollup.clear_readings(check_only=check)
        for indicator in Indicator.objects.order_by("pk"):
            with transaction.atomic():
                differing = rollup.rebuild_readings([indicator.pk], check_only=check)
                if differing and not check:
                    after = {"readings": len(differing)}
                    audit.record(at=timezone.now(), by=None, action="figures.corrected", target=indicator, after=after)
            found += differing
        if found:
            self.stdout.write(f"Readings: {len(found)} rows {'differ' if check else 'corrected'}")
        return found

    def _settle(self, period, check: bool) -> list[str]:
        """One period in its own transaction, so that nobody who validates an update waits for all of them."""
        with transaction.atomic():
            at = timezone.now()
            found = rollup.rebuild(at=at, periods=[period], check_only=check)
            found += delivery.rebuild(at=at, periods=[period], check_only=check)
            if found and not check:
                audit.record(at=at, by=None, action="figures.corrected", target=period, after={"figures": len(found)})
            return found

    def _periods(self, codes):
        found = list(Period.objects.filter(code__in=codes) if codes else Period.objects.all())
        missing = set(codes) - {one.code for one in found}
        if missing:
            raise CommandError(f"No such period: {', '.join(sorted(missing))}")
        return sorted(found, key=lambda one: one.end_on)
