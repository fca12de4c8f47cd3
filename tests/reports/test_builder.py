"""The builder shows the report before it is saved; many reports asked for at once can be followed; proofs say how far they are."""

import pytest
from django.core.management import call_command

from core import jobs
from core.models import Job
from reports.models import Edition, ReportDefinition
from reports.render import Drawn
from tests.reports.conftest import AT, make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick")]
FORM = {
    "code": "mine", "title_en": "My report", "scope": "all", "cadence": "quarterly", "languages": ["en"], "handling": 1,
    "is_active": "on",
}  # fmt: skip


def words(answer) -> str:
    return " ".join(answer.content.decode().split())


def test_a_preview_shows_the_whole_report_and_saves_nothing(client, cast):
    client.force_login(cast.officer)
    answer = client.post("/reports/definitions/new/", {**FORM, "preview": "1"})
    page = words(answer)
    assert answer.status_code == 200
    assert "Preview, not filed" in page
    assert "Nothing is saved and nothing is filed." in page
    assert "What needs attention" in page
    assert 'value="My report"' in page, "what was typed stays in the form"
    assert not ReportDefinition.objects.exists()
    assert not Edition.objects.exists()


def test_a_preview_shows_at_most_what_the_report_may_hold(client, cast):
    client.force_login(cast.officer)
    assert "CANARY own" not in words(client.post("/reports/definitions/new/", {**FORM, "preview": "1"}))
    assert "CANARY own" in words(client.post("/reports/definitions/new/", {**FORM, "handling": 2, "preview": "1"}))


def test_a_preview_of_what_is_not_complete_says_what_is_missing(client, cast):
    client.force_login(cast.officer)
    answer = client.post("/reports/definitions/new/", {**FORM, "scope": "region", "preview": "1"})
    assert answer.status_code == 400
    assert "Choose what the report is about." in words(answer)


def test_only_officers_preview(client, cast):
    client.force_login(cast.leader)
    assert client.post("/reports/definitions/new/", {**FORM, "preview": "1"}).status_code == 403


def test_many_reports_at_once_are_followed_to_their_end(client, cast):
    client.force_login(cast.officer)
    client.post("/reports/generate/every-bureau/", {"period": "2026-Q4"})
    first, *_others = Job.objects.order_by("pk")
    jobs.work(first.pk, now=lambda: AT)
    page = client.get("/reports/jobs/")
    assert page["Refresh"], "it looks again by itself, without JavaScript"
    assert '<progress max="3" value="1"' in words(page)
    for job in Job.objects.filter(state="queued"):
        jobs.work(job.pk, now=lambda: AT)
    over = client.get("/reports/jobs/")
    assert "Refresh" not in over
    assert "0 queued, 0 running, 3 ready, 0 failed." in words(over)


def test_proving_many_editions_says_how_far_it_is(cast, definition, capsys, monkeypatch):
    def draw_all(snapshot, language, forms):
        yield from ((form, Drawn(f"{language} {form} {snapshot['filing']['number']}".encode())) for form in forms)

    monkeypatch.setattr("reports.making.draw_all", draw_all)
    make(cast, definition)
    call_command("verify_edition", redraw=True)
    said = capsys.readouterr().out
    assert "    0 % 1 of 2: edition 1, reading" in said
    assert "   25 % 1 of 2: edition 1, drawing:fr" in said
    assert "   50 % 2 of 2: edition 1, reading" in said
    assert "Every edition is as it was filed." in said
