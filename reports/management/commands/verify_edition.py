"""Proves that filed editions are unchanged, and with --redraw that they can be drawn again byte for byte."""

from __future__ import annotations

from django.core.management.base import BaseCommand, CommandError

from reports.making import drawn_before, faults_of
from reports.models import Edition


class Command(BaseCommand):
    help = "Compares snapshots and files of editions with what was filed; exits non-zero at the first fault it finds."

    def add_arguments(self, parser):
        parser.add_argument("number", nargs="?", type=int, help="number of the edition; all of them unless told")
        parser.add_argument("--redraw", action="store_true", help="also draw each file again and compare the bytes")

    def handle(self, *args, number, redraw, **options):
        rows = Edition.objects.shown().select_related("definition").order_by("number", "-clearance")
        rows = rows.filter(number=number) if number else rows
        if number and not rows.exists():
            raise CommandError(f"There is no edition {number}.")
        total = rows.count()
        bad = sum(
            self._verify(edition, redraw, place, total)
            for place, edition in enumerate(rows.iterator(chunk_size=20), start=1)
        )
        if bad:
            raise CommandError(f"{bad} editions are not as they were filed.")
        self.stdout.write(self.style.SUCCESS("Every edition is as it was filed."))

    def _verify(self, edition: Edition, redraw: bool, place: int, total: int) -> bool:
        def say(stage: str, percent: int) -> None:
            done = (100 * (place - 1) + percent) // total
            self.stdout.write(f"  {done:3} % {place} of {total}: edition {edition.number}, {stage}")

        faults = faults_of(edition, redraw=redraw, progress=say)
        name = f"edition {edition.number}, clearance {edition.clearance}, {edition.check_code}"
        for fault in faults:
            self.stderr.write(f"{name}: {fault}")
        if not faults:
            self.stdout.write(f"{name}: intact{self._drawn(edition) if redraw else ''}")
        return bool(faults)

    def _drawn(self, edition: Edition) -> str:
        before = drawn_before(edition)
        return (
            f", {before} files were drawn by an earlier version and can still be drawn"
            if before
            else ", drawn again alike"
        )
