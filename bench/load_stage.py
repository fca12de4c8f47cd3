"""The stage of the load test: a large organisation, a long trail, and a crowd that can sign in.

python -m bench.load_stage FILE     in a running product's environment; writes who comes, and what they look at
"""

from __future__ import annotations

import json
import os
import sys
from collections import defaultdict
from datetime import timedelta
from itertools import cycle, islice
from pathlib import Path

from interpol_strategy.supervisor.places import adopt_running_services

adopt_running_services(os.environ)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "interpol_strategy.settings")

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth.hashers import make_password  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import Bureau, Role, User  # noqa: E402
from core import audit  # noqa: E402
from core.models import AuditRecord, Period  # noqa: E402
from goals.models import Aim  # noqa: E402
from initiatives.models import Initiative, Update  # noqa: E402
from outcomes.models import ExpectedResult, Indicator  # noqa: E402
from reports.models import ReportDefinition  # noqa: E402

HOUSE = "@load.invalid"
OPEN_LEVEL = 1  # what everybody may see: nobody's reading is refused for the level
BATCH = 10_000
TRAIL_DAYS = 700
# Of a hundred people: most report, some review, few lead.
ROLES = [Role.LIAISON] * 76 + [Role.OFFICER] * 20 + [Role.LEADER] * 4


def sizes() -> dict[str, int]:
    """One update for each initiative and quarter is all that the product takes, so that many updates need many initiatives."""
    asked = {"bureaus": 196, "initiatives": 11_000, "updates": 120_000, "measurements": 240_000, "records": 1_000_000}
    return {name: int(os.environ.get(f"LOAD_{name.upper()}", usual)) for name, usual in asked.items()}


def fill(wanted: dict[str, int]) -> None:
    """This will make what is not there yet."""
    if not User.objects.filter(email__endswith="@scale.invalid").exists():
        call_command(
            "seed_scale", **{name: wanted[name] for name in ("bureaus", "initiatives", "updates", "measurements")}
        )
    lengthen_trail(wanted["records"])


def lengthen_trail(wanted: int) -> None:
    """Records as the product makes them, over two years, about updates of many bureaus."""
    told = list(Update.objects.select_related("initiative", "author", "period").order_by("pk")[:5_000])
    before = {"achieved": "Two courses were held for border officers of the region.", "delivery_percent": "40"}
    after = {"achieved": "Three courses were held for border officers of the region.", "delivery_percent": "55"}
    there = AuditRecord.objects.count()
    began = timezone.now() - timedelta(days=TRAIL_DAYS)
    for start in range(there, wanted, BATCH):
        numbers = range(start, min(start + BATCH, wanted))
        whose = zip(numbers, islice(cycle(told), start % len(told), None), strict=False)
        entries = [
            audit.Entry(
                began + timedelta(days=TRAIL_DAYS) * number / wanted, one.author, "update.saved", one, before, after, "",
                one.initiative.lead_bureau_id,
            )
            for number, one in whose
        ]  # fmt: skip
        with transaction.atomic():
            audit.record_many(entries)


def gather(users: int, deadline: int) -> dict:
    """The crowd, each liaison with updates that are theirs alone to write; and the addresses that people read."""
    roles = [ROLES[number * 37 % len(ROLES)] for number in range(users)]
    work, password = _drafts(), make_password(settings.DEMO_PASSWORD)
    needed = deadline + roles.count(Role.LIAISON)
    if sum(map(len, work.values())) < needed:
        raise SystemExit(f"Fewer than {needed} updates are left to write: start with an empty folder (LOAD_DIR).")
    late = [_person(f"late{number}", Role.LIAISON, password, _take(work, 1)) for number in range(deadline)]
    each = max(1, min(4, sum(map(len, work.values())) // max(1, roles.count(Role.LIAISON))))
    steady = [
        _person(f"{role}{number}", role, password, _take(work, each) if role == Role.LIAISON else [])
        for number, role in enumerate(roles)
    ]
    return {"password": settings.DEMO_PASSWORD, "steady": steady, "deadline": late, "places": places()}


def _drafts() -> dict[int, list[tuple[int, str, str]]]:
    """The updates that everybody of a bureau may write now, by bureau, without those that its head approves first."""
    rows = Update.objects.filter(
        state__in=("draft", "returned"), period__in=Period.objects.open_on(timezone.localdate()), handling__lte=OPEN_LEVEL,
        initiative__lead_bureau__requires_head_approval=False,
    ).order_by("pk")  # fmt: skip
    found = defaultdict(list)
    for bureau, code, period in rows.values_list("initiative__lead_bureau_id", "initiative__code", "period__code"):
        found[bureau].append((bureau, code, period))
    return found


def _take(work: dict, many: int) -> list[tuple[int, str, str]]:
    """Up to so many updates of the bureau that has most left."""
    fullest = max(work, key=lambda bureau: len(work[bureau]))
    taken, work[fullest] = work[fullest][:many], work[fullest][many:]
    return taken


def _person(name: str, role: str, password: str, work: list[tuple[int, str, str]]) -> dict:
    values = {
        "full_name": name.title(), "role": role, "clearance": OPEN_LEVEL if work else 3, "password": password,
        "bureau_id": work[0][0] if work else None,
    }  # fmt: skip
    user, _made = User.objects.update_or_create(email=f"{name}{HOUSE}", defaults=values)
    return {"email": user.email, "role": role, "work": [[code, period] for _bureau, code, period in work]}


def places() -> dict:
    """What there is to read, by kind."""
    some = lambda rows, key, many: list(rows.order_by("pk").values_list(key, flat=True)[:many])  # noqa: E731
    seen = Initiative.objects.filter(handling__lte=OPEN_LEVEL)
    results = ExpectedResult.objects.filter(aim__plan__kind="framework").order_by("pk")
    return {
        "aims": some(Aim.objects.filter(plan__kind="framework"), "number", 20),
        "results": list(results.values_list("aim__number", "number")[:40]),
        "indicators": some(Indicator.objects.filter(handling__lte=OPEN_LEVEL), "code", 60),
        "initiatives": some(seen, "code", 400),
        "bureaus": some(Bureau.objects.filter(is_active=True), "code", 196),
        "definitions": some(ReportDefinition.objects.filter(is_active=True, plan__status="in_force"), "pk", 6),
        "period": Period.objects.started_by(timezone.localdate()).latest("start_on").code,
        "plan": Aim.objects.filter(plan__kind="framework").values_list("plan__code", flat=True)[0],
    }


def main() -> None:
    """LOAD_USERS and LOAD_SPIKE say how many come."""
    fill(sizes())
    made = gather(int(os.environ.get("LOAD_USERS", "200")), int(os.environ.get("LOAD_SPIKE", "400")))
    made["data"] = {"initiatives": Initiative.objects.count(), "updates": Update.objects.count(),
                    "audit records": AuditRecord.objects.count(), "bureaus": Bureau.objects.filter(is_active=True).count()}  # fmt: skip
    Path(sys.argv[1]).write_text(json.dumps(made))


if __name__ == "__main__":
    main()
