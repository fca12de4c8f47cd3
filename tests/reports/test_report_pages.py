"""The report pages, and the open page where anybody checks a code."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Bureau
from core import jobs
from core.models import AuditRecord, Job
from goals.models import Plan
from reports import every_bureau, services, store
from reports.models import Edition, ReportDefinition
from tests.cast import said
from tests.reports.conftest import AT, define, make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick")]


def words(answer) -> str:
    return " ".join(answer.content.decode().split())


@pytest.fixture
def filed(cast, definition):
    make(cast, definition)
    return Edition.objects.get(clearance=1)


def test_the_latest_edition_leads_with_its_downloads_in_every_language(client, cast, filed):
    client.force_login(cast.leader)
    page = words(client.get("/reports/"))
    assert page.index("/reports/1/files/en/pdf/") < page.index("<table")
    assert "/reports/1/files/fr/pdf/" in page


def test_before_the_first_edition_the_page_says_so(client, cast, definition):
    client.force_login(cast.leader)
    assert "No edition has been filed yet." in words(client.get("/reports/"))


@pytest.mark.parametrize(
    ("part", "sees"), [("officer", True), ("leader", False), ("liaison", False), ("auditor", False)]
)
def test_only_officers_are_offered_to_make_reports(client, cast, filed, part, sees):
    client.force_login(getattr(cast, part))
    assert ("Make a report" in words(client.get("/reports/"))) is sees


def test_a_report_is_asked_for_on_the_page_and_followed_to_its_end(client, cast, definition):
    client.force_login(cast.officer)
    answer = client.post("/reports/generate/", {"definition": definition.pk, "period": "2026-Q4"})
    assert answer.status_code == 302
    waiting = client.get(answer["Location"])
    assert waiting["Refresh"]
    assert "You may close this page" in words(waiting)
    jobs.work(Job.objects.get().pk, now=lambda: AT)
    over = client.get(answer["Location"])
    assert "Refresh" not in over
    assert "Open edition 1" in words(over)


def test_a_wrong_period_is_told_beside_its_field_and_kept(client, cast, definition):
    client.force_login(cast.officer)
    answer = client.post("/reports/generate/", {"definition": definition.pk, "period": "2026-Q9"})
    assert answer.status_code == 400
    assert "Give a period as" in words(answer)
    assert 'value="2026-Q9"' in words(answer)


def test_a_failed_report_says_why_and_can_be_tried_again(client, cast, definition, monkeypatch):
    monkeypatch.setattr("reports.store.LEAST_FREE", 10**18)
    job = services.request_report(definition=definition, period_code="2026-Q4", by=cast.officer, at=AT)
    jobs.work(job.pk, now=lambda: AT)
    client.force_login(cast.officer)
    assert "There is no room left" in words(client.get(f"/reports/jobs/{job.pk}/"))
    assert client.post(f"/reports/jobs/{job.pk}/retry/").status_code == 302
    job.refresh_from_db()
    assert job.state == "queued"


def test_one_report_for_every_bureau_is_one_click_and_repeatable(client, cast):
    client.force_login(cast.officer)
    client.post("/reports/generate/every-bureau/", {"period": "2026-Q4"})
    client.post("/reports/generate/every-bureau/", {"period": "2026-Q4"})
    assert ReportDefinition.objects.filter(scope="bureau").count() == 3
    assert Job.objects.count() == 3
    assert "3 queued, 0 running" in words(client.get("/reports/jobs/"))


def asked_for_every_bureau(cast, period: str) -> int:
    """How many questions asking takes."""
    with CaptureQueriesContext(connection) as asked:
        every_bureau.request_for_bureaus(period_code=period, by=cast.officer, at=AT)
    return len(asked)


def test_asking_for_every_bureau_asks_the_database_as_often_for_ten_bureaus_as_for_three(cast):
    """206 of them once took two transactions and some twenty questions each: seventeen seconds for one press."""
    few = asked_for_every_bureau(cast, "2026-Q3")
    Bureau.objects.bulk_create(Bureau(code=f"UNIT-{n}", kind="unit", name=said(f"Unit {n}")) for n in range(7))
    many = asked_for_every_bureau(cast, "2026-Q4")
    assert Job.objects.count() == 3 + 10
    assert many <= few
    told = AuditRecord.objects.filter(action__startswith="report.").values_list("action", flat=True)
    assert sorted(told) == ["report.defined"] * 10 + ["report.requested"] * 13


def test_for_every_bureau_what_failed_starts_anew_and_what_is_filed_is_left(cast):
    first, second, third = every_bureau.request_for_bureaus(period_code="2026-Q3", by=cast.officer, at=AT)
    jobs.work(first.pk, now=lambda: AT)
    Job.objects.filter(pk=second.pk).update(state="failed", failure_code="x", failure_detail="x", attempts=3)
    again = every_bureau.request_for_bureaus(period_code="2026-Q3", by=cast.officer, at=AT)
    assert [job.pk for job in again] == [second.pk, third.pk], "an edition of the first is there"
    second.refresh_from_db()
    assert (second.state, second.attempts) == ("queued", 0)


def test_for_every_bureau_a_period_that_is_none_leaves_nothing_behind(client, cast):
    client.force_login(cast.officer)
    answer = client.post("/reports/generate/every-bureau/", {"period": "soon"}, follow=True)
    assert "Give a period as 2026" in words(answer)
    assert not ReportDefinition.objects.filter(scope="bureau").exists() and not Job.objects.exists()


@pytest.mark.parametrize(
    "address",
    ["/reports/generate/", "/reports/generate/every-bureau/", "/reports/jobs/1/retry/", "/reports/1/withdraw/"],
)
def test_a_leader_may_not_act(client, cast, filed, address):
    client.force_login(cast.leader)
    assert client.post(address, {"reason": "x"}).status_code == 403


def test_the_edition_is_read_on_the_page_by_its_own_reader(client, cast, filed):
    client.force_login(cast.leader)
    page = words(client.get("/reports/1/"))
    assert "This is the first edition: there is nothing to compare it with." in page
    assert "CANARY" not in page
    assert "left out of this edition" in page


def test_a_definition_is_made_and_changed_on_the_page(client, cast):
    client.force_login(cast.officer)
    form = {
        "code": "mine",
        "title_en": "Mine",
        "scope": "all",
        "cadence": "yearly",
        "languages": ["en"],
        "handling": 1,
        "is_active": "on",
    }
    assert client.post("/reports/definitions/new/", form).status_code == 302
    row = ReportDefinition.objects.get(code="mine")
    changed = client.post("/reports/definitions/mine/", {**form, "title_en": "Ours", "version": row.version})
    assert changed.status_code == 302
    assert client.post("/reports/definitions/mine/", {**form, "version": row.version}).status_code in (409, 412)
    row.refresh_from_db()
    assert str(row.title) == "Ours"


# the open check page


def test_a_code_is_checked_without_signing_in(client, filed):
    page = words(client.post("/check/", {"code": filed.check_code.lower().replace("-", " ")}))
    assert "Genuine: edition 1 for 2026-Q4" in page


def test_a_wrong_code_is_not_known(client, filed):
    assert "Not known" in words(client.post("/check/", {"code": "AAAA-BBBB-CCCC-DDDD"}))
    assert "Not known" in words(client.post("/check/", {"code": "x" * 39}))


def test_the_file_itself_is_checked_and_a_changed_one_is_not_genuine(client, filed):
    content = store.read(filed.files.get(language="en", form="pdf").storage_key)
    page = words(client.post("/check/", {"file": SimpleUploadedFile("r.pdf", content)}))
    assert "byte for byte" in page
    page = words(client.post("/check/", {"file": SimpleUploadedFile("r.pdf", content + b" ")}))
    assert "Not known" in page


def test_a_withdrawn_edition_is_genuine_but_not_to_be_used(client, cast, filed):
    services.withdraw_edition(number=1, reason="Wrong baseline", by=cast.officer, at=AT)
    page = words(client.post("/check/", {"code": filed.check_code}))
    assert "has been withdrawn" in page
    assert "Wrong baseline" not in page


def test_the_check_page_says_nothing_of_the_content(client, cast, filed):
    page = words(client.post("/check/", {"code": filed.check_code}))
    assert "Progress report" not in page
    assert "CANARY" not in page


@pytest.fixture
def of_a_bureau(cast, filed):
    """A bureau's report that was filed after the organisation's."""
    bureau = cast.bureaus["other"]
    row = define(cast, code="bureau-xb", scope="bureau", bureau=bureau, languages=["en"], handling=1, recipients=[])
    make(cast, row)
    return bureau


def test_a_bureaus_report_is_never_the_official_version(client, cast, of_a_bureau):
    client.force_login(cast.leader)
    page = words(client.get("/reports/"))
    assert "Only an interim edition is there yet, edition 1" in page
    assert page.index("Editions of regions and bureaus") > page.index("/reports/1/files/en/pdf/")


@pytest.mark.parametrize(("part", "sees"), [("leader", True), ("liaison2", True), ("liaison", False)])
def test_people_of_a_bureau_find_their_own_bureaus_editions(client, cast, of_a_bureau, part, sees):
    client.force_login(getattr(cast, part))
    assert ("Progress report – NCB other" in words(client.get("/reports/"))) is sees


def test_reports_of_bureaus_are_told_apart_by_their_names_and_stand_apart_from_the_others(client, cast, of_a_bureau):
    client.force_login(cast.officer)
    page = words(client.get("/reports/"))
    assert "Progress report – NCB other (bureau-xb)" in page, "in the list to choose from"
    assert page.index("1 report of a single bureau") < page.index("/reports/definitions/bureau-xb/")
    assert "Progress report – NCB other" in words(client.get("/reports/jobs/"))


def test_of_many_reports_those_being_made_and_those_that_failed_stand_first(client, cast, filed):
    at = {"kind": "report", "payload": {"definition": filed.definition_id, "period": "2026-Q4"}, "requested_at": AT}
    Job.objects.create(key="a", state="queued", **at)
    Job.objects.create(key="b", state="failed", failure_code="no_room", failure_detail="Full", finished_at=AT, **at)
    Job.objects.create(key="c", state="running", attempts=1, lease_until=AT, started_at=AT, **at)
    client.force_login(cast.officer)
    page = words(client.get("/reports/jobs/"))
    places = [page.index(f"/reports/jobs/{Job.objects.get(key=key).pk}/") for key in "cba"]
    assert places == sorted(places)
    assert "1 queued, 1 running, 1 ready, 1 failed." in page


def test_an_interim_edition_is_not_the_official_version(client, cast, definition):
    make(cast, definition, "2026-Q2")
    make(cast, definition, "2026-Q4")
    client.force_login(cast.leader)
    assert "The official version is edition 1:" in words(client.get("/reports/"))
    assert "An interim edition, filed on" in words(client.get("/reports/2/"))


@pytest.mark.parametrize("part", ["officer", "leader"])
def test_whoever_reads_the_edition_or_its_redacted_twin_learns_what_took_its_place(client, cast, definition, part):
    make(cast, definition, "2026-Q2")
    make(cast, definition, "2026-Q2", correction_reason="One value was wrong")
    client.force_login(getattr(cast, part))
    assert "Edition 2 has taken the place of this one." in words(client.get("/reports/1/"))
    assert "replaced by edition 2" in words(client.get("/reports/"))


def test_the_check_page_tells_that_an_edition_was_replaced(client, cast, definition):
    make(cast, definition, "2026-Q2")
    make(cast, definition, "2026-Q2", correction_reason="One value was wrong")
    replaced, latest = Edition.objects.filter(clearance=1).order_by("number")
    told = "Edition 2 has taken the place of this one."
    assert told in words(client.post("/check/", {"code": replaced.check_code}))
    assert told not in words(client.post("/check/", {"code": latest.check_code}))
    paper = replaced.files.get(language="en", form="pdf")
    given = SimpleUploadedFile("report.pdf", store.read(paper.storage_key))
    assert told in words(client.post("/check/", {"file": given}))


def test_a_period_that_was_over_before_the_plan_began_is_refused_beside_its_field(client, cast):
    plan = Plan.objects.order_by("start_on").last()
    definition = define(cast, scope="plan", plan=plan)
    client.force_login(cast.officer)
    answer = client.post("/reports/generate/", {"definition": definition.pk, "period": str(plan.start_on.year - 1)})
    assert answer.status_code == 400
    assert "this period was over before" in words(answer)
    assert not Job.objects.exists()
