"""Files on an update's page: added, removed and handed out, never run, never to who may not see them."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from initiatives.models import Evidence, Update
from tests.cast import make_initiative, make_update
from tests.pages.conftest import address

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


def add(page, name="report.pdf", content=PDF):
    return page.press(page.form("updates"), "act", "add_file", files={"file": SimpleUploadedFile(name, content)})


def test_a_file_is_added_and_what_was_typed_is_saved_with_it(cast, desk, work):
    page = desk(cast.liaison2).open(address(work))
    page.press(
        page.form("updates").fill(achieved="Typed before"), "act", "add_file",
        files={"file": SimpleUploadedFile("report.pdf", PDF)},
    )  # fmt: skip
    assert "report.pdf" in page.text
    assert Update.objects.get().achieved == "Typed before"


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("run.exe", b"MZ", "Files of these types can be added"),
        ("empty.pdf", b"", "The file is empty."),
        ("lies.pdf", b"GIF89a and more", "The content of the file is not what its name says"),
    ],
)
def test_a_wrong_file_is_refused_beside_the_field(cast, desk, work, name, content, words):
    page = add(desk(cast.liaison2).open(address(work)), name, content)
    assert page.status == 400
    assert words in page.text
    assert not Evidence.objects.exists()


def test_pressing_add_without_a_file_asks_for_one(cast, desk, work):
    page = desk(cast.liaison2).open(address(work))
    page.press(page.form("updates"), "act", "add_file")
    assert page.status == 400


def test_a_file_is_taken_off_again(cast, desk, work):
    page = add(desk(cast.liaison2).open(address(work)))
    page.press(page.form("updates"), "remove_file", str(Evidence.objects.get().public_id))
    assert Evidence.objects.get().removed_at is not None
    assert "report.pdf" not in page.text


def test_a_file_is_handed_out_as_an_attachment_that_cannot_run(cast, desk, work):
    add(desk(cast.liaison2).open(address(work)))
    answer = desk(cast.liaison2).client.get(f"/evidence/{Evidence.objects.get().public_id}/")
    assert b"".join(answer.streaming_content) == PDF
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "no-store" in answer["Cache-Control"]


def test_who_may_not_see_the_update_gets_the_same_404_as_for_nothing(cast, desk):
    secret = make_update(cast, make_initiative(cast, "other", 3), "validated")
    for person in (cast.liaison, cast.officer, cast.leader):
        page = desk(person).open(f"/evidence/{secret.evidence.get().public_id}/")
        assert page.status == 404
