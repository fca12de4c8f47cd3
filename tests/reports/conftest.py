"""A cast with a report definition; drawing is replaced by a quick stand-in where a test is about something else."""

from datetime import UTC, date, datetime

import pytest
import time_machine

from core import jobs
from core.handling import Handling
from core.translations import Translated
from initiatives.choices import UpdateState
from reports import services
from reports.render import Drawn
from tests import cast as company

TODAY = date(2026, 11, 22)
AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
TITLE = Translated(source="en", texts={"en": "Progress report", "fr": "Rapport d’avancement"})


@pytest.fixture(autouse=True)
def the_day(request):
    """Everything happens on one day, whatever the day is; drills start processes, which keep the real time."""
    if request.node.get_closest_marker("drill"):
        yield
        return
    with time_machine.travel(AT, tick=True):
        yield


@pytest.fixture
def cast(db):
    made = company.settle_in(TODAY, with_work=False)
    kinds = [(owner, level, UpdateState.VALIDATED) for owner in ("own", "other") for level in Handling]
    for (owner, level, _state), (work, _update) in zip(kinds, company.make_many(made, kinds), strict=True):
        made.work[owner, level] = work
    return made


@pytest.fixture
def quick(monkeypatch):
    """Drawing that says what it was given, in no time."""

    def draw_all(snapshot, language, forms):
        for form in forms:
            yield (
                form,
                Drawn(f"{language} {form} {snapshot['filing']['number']} {snapshot['handling']}".encode(), pages=1),
            )

    monkeypatch.setattr("reports.making.draw_all", draw_all)


@pytest.fixture
def definition(cast):
    return define(cast)


def define(cast, code="progress", **values):
    values = {
        "code": code, "title": TITLE, "scope": "all", "cadence": "quarterly", "languages": ["en", "fr"], "handling": 2,
        "starts_on": None, "is_active": True, **values,
    }  # fmt: skip
    recipients = values.pop("recipients", [cast.leader])
    return services.define_report(values=values, recipients=recipients, by=cast.officer, at=AT)


def make(cast, definition, period="2026-Q4", **more):
    """The edition of a period, asked for and worked on here."""
    job = services.request_report(definition=definition, period_code=period, by=cast.officer, at=AT, **more)
    jobs.work(job.pk, now=lambda: AT)
    job.refresh_from_db()
    assert job.state == "ready", (job.failure_code, job.failure_detail)
    return job
