"""A large workbook is saved by a worker: its sender follows it, it is done once or not at all, and a refusal comes back."""

from __future__ import annotations

import pytest
from django.utils import timezone

from accounts.models import User
from core import jobs
from core.models import AuditRecord, Job
from exchange import applying, comparing
from exchange.models import Upload
from initiatives import life
from initiatives.models import Update
from tests.cast import make_initiative, make_update
from tests.exchange.conftest import brought, taken
from tests.initiatives.test_crashes import assert_whole_or_nothing


@pytest.fixture
def many(cast, monkeypatch):
    """Three updates are many here."""
    monkeypatch.setattr(applying, "AT_ONCE", 2)
    return [make_initiative(cast, "other", title=f"Work {number}") for number in range(3)]


@pytest.fixture
def asked(cast, desk, many):
    """Somebody's word on a large file was given, and no worker has it yet."""
    page = desk(cast.liaison2)
    book = taken(page)
    for one in many:
        book.put("updates", "risks", f"Risk of {one.code}", one.code)
    brought(page, book.saved())
    page.press(page.form("apply"))
    return page


def job() -> Job:
    return Job.objects.get(kind="exchange.apply")


def test_the_sender_is_told_that_it_waits_and_nothing_is_saved_yet(asked):
    assert asked.status == 200 and "The file is being saved: all of it, or nothing." in asked.text
    assert "The file waits for its turn to be saved." in asked.text
    assert 'http-equiv="refresh"' in asked.text and "Look again" in asked.text
    assert not Update.objects.exists() and job().state == "queued"


def test_the_worker_saves_all_of_it_and_the_page_says_what_became_of_it(cast, asked, many):
    assert jobs.work(job().pk) == "ready"
    assert "3 answers were saved." in asked.open(asked.path).text
    assert {one.risks for one in Update.objects.all()} == {f"Risk of {one.code}" for one in many}
    assert {one.author for one in Update.objects.all()} == {cast.liaison2}
    actions = list(AuditRecord.objects.filter(action__startswith="file.").order_by("seq").values_list("action", flat=True))
    assert actions[-2:] == ["file.asked_to_apply", "file.applied"]


@pytest.mark.parametrize(("stage", "percent", "words"), [
    ("comparing", 1, "The file is compared once more with what stands: 1% done."), ("saving", 62, "The answers are being saved: 62% done."),
])  # fmt: skip
def test_the_page_says_the_stage_and_the_share(asked, stage, percent, words):
    Job.objects.filter(pk=job().pk).update(state="running", stage=stage, percent_done=percent)
    assert words in asked.open(asked.path).text
    part = asked.client.get(asked.path, headers={"HX-Request": "true"}).content.decode()
    assert words in part and "<html" not in part


def test_the_page_that_follows_itself_is_drawn_anew_at_the_end(asked):
    jobs.work(job().pk)
    assert asked.client.get(asked.path, headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"


def test_pressing_again_while_it_is_on_its_way_is_one_job(asked):
    found = Upload.objects.get()
    for _time in range(2):
        asked.answer = asked.client.post(f"{asked.path}apply/", {"seen": job().payload["seen"]})
    assert Job.objects.filter(kind="exchange.apply").count() == 1
    found.refresh_from_db()
    assert found.version == Upload.objects.get().version


def test_delivered_again_it_is_done_once(asked):
    jobs.work(job().pk)
    Job.objects.filter(pk=job().pk).update(state="queued", finished_at=None)
    assert jobs.work(job().pk) == "ready"
    assert {one.version for one in Update.objects.all()} == {2}
    assert AuditRecord.objects.filter(action="file.applied").count() == 1


def test_what_moved_before_the_worker_came_comes_back_with_the_reason_and_the_choice(cast, asked, many):
    update = life.open_update(initiative_id=many[0].pk, period=cast.periods["open"], by=cast.liaison2, at=timezone.now())
    life.save_draft(update_id=update.pk, version=update.version, by=cast.liaison2, at=timezone.now(), obstacle="Theirs")
    assert jobs.work(job().pk) == "failed"
    page = asked.open(asked.path)
    assert "Something changed since this page was drawn." in page.text and "Save what I chose as drafts" in page.text
    assert Update.objects.exclude(risks="").count() == 0
    page.press(page.form("apply"))
    assert jobs.work(Job.objects.filter(kind="exchange.apply").latest("pk").pk) == "ready"
    assert Update.objects.exclude(risks="").count() == 3
    assert Update.objects.get(initiative=many[0]).obstacle == "Theirs"


def test_what_breaks_in_the_middle_leaves_nothing_and_says_so(asked, many, breaking):
    breaking(Update, "risks", f"Risk of {many[2].code}")
    for _attempt in range(3):
        jobs.work(job().pk)
    assert job().state == "failed" and not Update.objects.exists()
    assert "Something went wrong on our side. Nothing was changed." in asked.open(asked.path).text


def test_who_left_before_the_worker_came_changes_nothing(cast, asked):
    User.objects.filter(pk=cast.liaison2.pk).update(is_active=False)
    assert jobs.work(job().pk) == "failed"
    assert not Update.objects.exists()


def test_a_file_put_away_before_the_worker_came_changes_nothing(asked):
    asked.client.post(f"{asked.path}discard/")
    assert jobs.work(job().pk) == "failed"
    assert not Update.objects.exists() and Upload.objects.get().state == "discarded"


def test_a_few_updates_are_saved_while_their_sender_waits(cast, desk, many):
    page = desk(cast.liaison2)
    book = taken(page)
    for one in many[:2]:
        book.put("updates", "risks", "Soon", one.code)
    brought(page, book.saved())
    page.press(page.form("apply"))
    assert "2 answers were saved." in page.text
    assert not Job.objects.filter(kind="exchange.apply").exists()


def test_saving_and_sending_a_file_is_whole_or_nothing_wherever_it_breaks(cast, desk):
    work = make_initiative(cast, "other")
    make_update(cast, work)
    page = desk(cast.liaison2)
    brought(page, taken(page).put("updates", "risks", "Once", work.code).saved())
    upload = Upload.objects.get()
    seen = comparing.compare(upload, user=cast.liaison2, at=timezone.now()).digest
    broken = assert_whole_or_nothing(lambda: applying.take_word(
        upload_id=upload.pk, seen=seen, send=True, by=cast.liaison2, at=timezone.now(),
    ))  # fmt: skip
    made = Update.objects.get()
    assert broken >= 24 and (made.risks, made.state) == ("Once", "submitted")
    assert AuditRecord.objects.filter(action__in=["file.applied", "update.submitted"]).count() == 2
