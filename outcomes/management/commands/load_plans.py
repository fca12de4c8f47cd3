"""manage.py load_plans: both plans, their results and indicators, the crosswalk and the default thresholds."""

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from outcomes.plans.loading import Outcome, load_plans
from outcomes.plans.node import MalformedData
from outcomes.plans.reading import read_plans


class Command(BaseCommand):
    help = "Bring both plans to the data files. Repeatable; keeps what people changed here; deletes nothing."

    def add_arguments(self, parser):
        parser.add_argument("--check", action="store_true", help="say what would change, and change nothing")

    def handle(self, *args, **options):
        try:
            plans = read_plans()
        except MalformedData as fault:
            raise CommandError(f"Nothing was loaded. {fault}") from fault
        outcome = load_plans(plans, at=timezone.now(), check=options["check"])
        self._say(outcome, is_check=options["check"], in_full=options["verbosity"] > 1 or options["check"])

    def _say(self, outcome: Outcome, *, is_check: bool, in_full: bool) -> None:
        for what, count in outcome.counts.items():
            parts = [f"{count[act]} {act}" for act in ("added", "changed", "unchanged")]
            self.stdout.write(f"{what}: {', '.join(parts)}")
        for line in outcome.changes if in_full else ():
            self.stdout.write(f"  {line}")
        for line in outcome.kept:
            self.stdout.write(f"  kept as it is here: {line}")
        if outcome.is_nothing_new:
            self.stdout.write("Nothing changed: the database says what the files say.")
        elif is_check:
            self.stdout.write("Nothing was changed: this was a check.")
