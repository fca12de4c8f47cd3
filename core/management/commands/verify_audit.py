"""`manage.py verify_audit`: is the trail whole and unbent? Exit 0 when it is, 1 with the first fault when not."""

import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from core import audit
from core.checkpoints import keep_checkpoint, last_checkpoint

MEANING = {
    "missing": "a record is missing",
    "reordered": "a record does not follow the one before it",
    "altered": "a record is not what was signed",
    "cut": "the trail is shorter than its last checkpoint",
    "restamped": "the trail was written anew since its last checkpoint",
    "checkpoint_forged": "the checkpoint's own signature is wrong",
}


class Command(BaseCommand):
    help = "Reads the whole audit trail, compares every link, and the head with the last signed checkpoint."

    def add_arguments(self, parser):
        parser.add_argument("--checkpoint", type=Path, help="a checkpoint file kept elsewhere")
        parser.add_argument(
            "--keep-checkpoint", action="store_true", help="append a new checkpoint when intact"
        )

    def handle(self, *args, checkpoint=None, keep_checkpoint=False, **options):
        known = self._read(checkpoint)
        verdict = audit.verify(known)
        if not verdict.is_intact:
            raise CommandError(f"NOT intact: {MEANING[verdict.fault]} (at sequence number {verdict.seq}).")
        against = f", checkpoint of {known['at']} fits" if known else ", no checkpoint kept yet"
        self.stdout.write(f"Intact: {verdict.count} records, head {verdict.head[:16]}{against}.")
        if keep_checkpoint:
            _keep(self.stdout)

    def _read(self, path):
        try:
            return last_checkpoint(path)
        except (OSError, json.JSONDecodeError) as fault:
            raise CommandError(f"The checkpoint cannot be read: {fault}") from fault


def _keep(out) -> None:
    made = keep_checkpoint(at=timezone.now())
    out.write(f"Checkpoint kept: {made['count']} records.")
