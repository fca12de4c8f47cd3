"""After the load test: is every write that the product acknowledged in the database, and does everything still add up?

python -m bench.load_proof FILE...     in the running product's environment; exits 1 and names what is missing
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections import Counter
from pathlib import Path

from interpol_strategy.supervisor.places import adopt_running_services

adopt_running_services(os.environ)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "interpol_strategy.settings")

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402

from core.models import AuditRecord, Job  # noqa: E402
from initiatives.models import Initiative, Update  # noqa: E402

KEY = re.compile(r"\(([0-9a-f]{32})\)")
STEPS = ("submitted", "withdrawn", "correction_opened", "validated", "returned")
LATEST = 400_000  # records: no run makes more


def main() -> int:
    given = [json.loads(Path(name).read_text()) for name in sys.argv[1:]]
    noted = [one for each in given for one in each["acknowledged"]]
    lost = [*lost_words(noted), *lost_steps(noted), *lost_work(noted)]
    lost += lost_reports([one for each in given for one in each["reports"]])
    logged = {one["key"] for one in noted if one["what"] == "logged"}
    writes = len(logged) + sum(one["what"] == "saved" or one["what"] in STEPS for one in noted)
    print(f"{writes} acknowledged writes: {len(lost)} lost\n{len(logged)} of the writes logged new work")
    print("\n".join(lost[:20]))
    call_command("verify_audit")
    call_command("rebuild_rollups", check=True)
    return 1 if lost else 0


def lost_words(noted: list[dict]) -> list[str]:
    """Each save has one record with its key, on a row of that version or a later one; the last one's words stand there."""
    records = _saves()
    rows = Update.objects.in_bulk({row for row, _seq in records.values()})
    last: dict[int, tuple[int, str]] = {}
    for key, (row, seq) in records.items():
        last[row] = max(last.get(row, (0, "")), (seq, key))
    saved = [one for one in noted if one["what"] == "saved"]
    faults = [f"saved with key {one['key']} at {one['about']}: no record" for one in saved if one["key"] not in records]
    for one in (one for one in saved if one["key"] in records):
        stands = rows[records[one["key"]][0]].version
        if stands < one["version"]:
            faults.append(f"saved as version {one['version']} at {one['about']}: the row has {stands}")
    gone = [row for row, (_seq, key) in last.items() if key not in rows[row].achieved]
    return faults + [f"update {row}: the words of its last record do not stand" for row in gone]


def _saves() -> dict[str, tuple[int, int]]:
    """The row and the place in the trail of every save by key; a key that is there twice is none."""
    found: dict[str, tuple[int, int]] = {}
    twice = set()
    newest = AuditRecord.objects.order_by("-seq").values_list("seq", flat=True)[0]
    saved = AuditRecord.objects.filter(seq__gt=newest - LATEST, action="update.saved")
    for seq, target, after in saved.values_list("seq", "target_id", "after").iterator(chunk_size=5_000):
        for key in KEY.findall(str(after.get("achieved", ""))):
            twice |= {key} & found.keys()
            found[key] = int(target), seq
    return {key: place for key, place in found.items() if key not in twice}


def lost_steps(noted: list[dict]) -> list[str]:
    """As many records of each step of an update's life as were acknowledged."""
    acknowledged = Counter((one["what"], one["about"]) for one in noted if one["what"] in STEPS)
    newest = AuditRecord.objects.order_by("-seq").values_list("seq", flat=True)[0]
    told = AuditRecord.objects.filter(seq__gt=newest - LATEST, action__in=[f"update.{step}" for step in STEPS])
    recorded: Counter = Counter()
    homes = _homes({about for _step, about in acknowledged})
    for action, target in told.values_list("action", "target_id"):
        for about in homes.get(int(target), ()):
            recorded[action.removeprefix("update."), about] += 1
    return [f"{what} at {about}: {n} times acknowledged, {recorded[what, about]} times recorded"
            for (what, about), n in acknowledged.items() if recorded[what, about] < n]  # fmt: skip


def _homes(abouts: set[str]) -> dict[int, list[str]]:
    """The addresses that each update was written at: its page by code and period, or its number in review."""
    by_name, found = {}, {}
    for about in abouts:
        parts = about.strip("/").split("/")
        if parts[0] == "review":
            found.setdefault(int(parts[1]), []).append(about)
        else:
            by_name[parts[1], parts[2]] = about
    rows = Update.objects.filter(initiative__code__in={code for code, _period in by_name})
    for pk, code, period in rows.values_list("pk", "initiative__code", "period__code"):
        if (code, period) in by_name:
            found.setdefault(pk, []).append(by_name[code, period])
    return found


def lost_work(noted: list[dict]) -> list[str]:
    """Each piece of new work is in the register once, at the address that was given, with one record of its making."""
    at = {(one["key"], one["about"].strip("/").rpartition("/")[2]) for one in noted if one["what"] == "logged"}
    newest = AuditRecord.objects.order_by("-seq").values_list("seq", flat=True)[0]
    made = AuditRecord.objects.filter(seq__gt=newest - LATEST, action="initiative.created")
    records = Counter(made.values_list("target_id", flat=True))
    faults = []
    for key, code in sorted(at):
        rows = list(Initiative.objects.filter(title__contains=key).values_list("code", "pk"))
        if [(found, records[str(pk)]) for found, pk in rows] != [(code, 1)]:
            faults.append(f"logged with key {key} as {code}: in the register as {rows}")
    return faults


def lost_reports(asked: list[dict]) -> list[str]:
    states = dict(Job.objects.filter(pk__in=[one["job"] for one in asked]).values_list("pk", "state"))
    return [
        f"report job {one['job']} is {states.get(one['job'])}" for one in asked if states.get(one["job"]) != "ready"
    ]


if __name__ == "__main__":
    sys.exit(main())
