"""Files made to hurt are refused quickly, in little memory, with a reason that names the sheet and cell; nothing changes."""

from __future__ import annotations

import io
import os
import signal
import socket
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from core import jobs
from core.models import Job
from exchange import reader
from exchange.models import Upload
from exchange.reading.__main__ import READERS
from exchange.reading.limits import Refusal
from exchange.refusals import WORDS
from initiatives.models import Update
from tests.cast import make_initiative, settle_in
from tests.exchange.conftest import PLACE, brought, taken
from tests.exchange.hostile import HOSTILE, plain, sheet
from tests.exchange.hostile_parts import PARTS, TABLES
from tests.moments import NOON
from tests.pages.paper import Paper

MOST_MEGABYTES = 300
FEWEST_FILES = 60


@pytest.fixture(scope="module")
def measured():
    found = {}
    yield found
    width = max(map(len, found), default=0)
    lines = [f"{name:{width}}  {one.seconds:5.2f} s  {one.megabytes:4d} MB  {size:6d} KB" for name, (one, size) in found.items()]
    print("\n" + "\n".join(lines))


CORPUS = {
    **{name: ("xlsx", *made) for name, made in {**HOSTILE, **PARTS}.items()},
    **{f"table: {name}": ("csv", *made) for name, made in TABLES.items()},
}


@pytest.mark.parametrize("name", CORPUS)
def test_a_hostile_file_is_refused_with_its_reason_and_place(name, measured, tmp_path):
    form, make, code, place = CORPUS[name]
    content = make()
    path = tmp_path / f"hostile.{form}"
    path.write_bytes(content)
    with path.open("rb") as file:
        found = reader.read(file, form)
    measured[name] = found, len(content) // 1024
    assert found.refusal["code"] == code
    assert place in (found.refusal["cell"], found.refusal["sheet"])
    assert found.megabytes < MOST_MEGABYTES
    assert found.sheets == []


def test_the_corpus_is_large_enough_and_every_refusal_has_its_words():
    assert len(CORPUS) >= FEWEST_FILES
    assert {code for _form, _make, code, _place in CORPUS.values()} <= set(WORDS)


class _Ear:
    """Hears whatever this process does towards others; a hook cannot be taken off again, so it is deaf outside."""

    LOUD = ("socket.", "urllib.", "subprocess.", "os.system", "os.exec", "os.posix_spawn", "os.fork", "ftplib.", "http.")

    def __init__(self):
        self.heard, self.listens = [], False
        sys.addaudithook(self._hear)

    def _hear(self, event, args):
        if self.listens and (event.startswith(self.LOUD) or (event == "open" and "passwd" in str(args[0]))):
            self.heard.append((event, args))


def test_no_hostile_file_reaches_out_or_opens_another(tmp_path):
    """The same files in this process: nobody is called, nothing is started, no other file is opened."""
    ear = _Ear()
    for form, make, _code, _place in CORPUS.values():
        content = io.BytesIO(make())
        ear.listens = True
        with pytest.raises(Refusal):
            READERS[form](content, lambda percent: None)
        ear.listens = False
    assert ear.heard == []
    ear.listens = True
    with socket.socket() as probe, suppress(OSError):
        probe.connect(("127.0.0.1", 9))
    ear.listens = False
    assert ear.heard, "the ear can hear"


def test_a_dimension_that_claims_too_much_is_not_believed_either(tmp_path):
    path = tmp_path / "claims.xlsx"
    path.write_bytes(sheet(b"<row><c t='inlineStr'><is><t>one</t></is></c></row>").replace(b"A1:B2", b"A1:XFD1048576"))
    with path.open("rb") as file:
        assert reader.read(file, "xlsx").sheets[0]["rows"] == [[1, [[1, "s", "one"]]]]


def test_the_reading_process_may_use_little_and_knows_nothing(tmp_path, monkeypatch):
    """It holds neither our secrets nor our connections: its environment is what it needs to start."""
    path = tmp_path / "plain.xlsx"
    path.write_bytes(plain())
    monkeypatch.setenv("SECRET_KEY", "CANARY")
    with path.open("rb") as file:
        child = reader._start(file, "xlsx")
        words = Path(f"/proc/{child.pid}/environ").read_bytes()
        child.stdout.read()
        child.wait()
    assert b"CANARY" not in words and b"DATABASE" not in words


# the same through the door


def test_the_page_says_sheet_cell_and_reason_and_nothing_is_changed(cast, desk, work):
    page = brought(desk(cast.liaison2), HOSTILE["a last row far away"][0]())
    assert "The file was not read. Nothing was changed." in page.text
    assert "Sheet Values, cell A1048576" in page.text
    assert "There are more than 5000 rows" in page.text
    assert Upload.objects.get().sheets == [] and Upload.objects.get().storage_key == ""
    assert not Update.objects.exists()


def test_the_reason_is_in_the_readers_language(cast, desk, work):
    page = brought(desk(cast.liaison2, "fr"), HOSTILE["macros"][0]())
    assert page.status == 200 and Upload.objects.get().refusal["code"] == "macros"


@pytest.mark.parametrize(("name", "content", "words"), [
    ("book.xlsm", plain(), "Bring a workbook"), ("book.exe", b"MZ", "Bring a workbook"), ("book.xlsx", b"hello", "is not what its name says"),
    ("book.csv", plain(), "is not what its name says"), ("book.xlsx", b"", "The file is empty."),
    ("book.xlsx", b"PK\x03\x04" + b"\x00" * (10 * 1024 * 1024), "The file is larger than 10 MB."),
])  # fmt: skip
def test_what_is_not_what_its_name_says_is_refused_at_the_door(cast, desk, work, name, content, words):
    page = brought(desk(cast.liaison2), content, name)
    assert page.status == 400
    assert words in page.text
    assert not Upload.objects.exists() and not Job.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_killed_reader_is_a_failed_job_with_a_reason_and_may_be_tried_again(transactional_db, settings):
    with time_machine.travel(NOON, tick=True):
        cast = settle_in(NOON.date(), with_work=False)
        made = make_initiative(cast, "other")
        page = Paper(Client(), cast.liaison2)
        book = taken(page).put("updates", "achieved", "Kept", made.code)
        extra = book.opened.create_sheet("much")
        for n in range(4_900):
            extra.append([f"{n} {m} some words" for m in range(9)])
        form = page.open(PLACE).form("workbook")
        page.press(form, files={"file": SimpleUploadedFile("book.xlsx", book.saved())})
        job_id = Upload.objects.get().job_id
        worker = threading.Thread(target=_work, args=(job_id,))
        worker.start()
        _kill_the_reader()
        worker.join()
        page.open(page.path)
        assert Job.objects.get(pk=job_id).state == "failed"
        assert "The program that reads files was ended before it was done. Nothing was changed." in page.text
        page.press(page.form("again"))
        assert jobs.work(job_id) == "ready"
        assert "1 answer would change" in page.open(page.path).text


def _work(job_id):
    try:
        jobs.work(job_id)
    finally:
        connection.close()


def _kill_the_reader() -> None:
    """Ends the reading process that this process started, as soon as there is one."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        for children in Path("/proc/self/task").glob("*/children"):
            for pid in children.read_text().split():
                if b"exchange.reading" in _words_of(pid):
                    os.kill(int(pid), signal.SIGKILL)
                    return
        time.sleep(0.005)
    raise AssertionError("nobody reads")


def _words_of(pid: str) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def test_a_legal_file_of_the_largest_size_is_read_within_the_limits(tmp_path):
    """What the limits allow can really be read: five thousand rows of twenty cells."""
    rows = b"".join(
        b"<row>" + b"".join(b"<c t='inlineStr'><is><t>row %d cell %d</t></is></c>" % (n, m) for m in range(20)) + b"</row>"
        for n in range(5_000)
    )
    path = tmp_path / "large.xlsx"
    path.write_bytes(sheet(rows))
    with path.open("rb") as file:
        found = reader.read(file, "xlsx")
    assert (found.refusal, len(found.sheets[0]["rows"])) == ({}, 5_000)
    print(f"\nfive thousand rows of twenty cells: {found.seconds} s, {found.megabytes} MB")
