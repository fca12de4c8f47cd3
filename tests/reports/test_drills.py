"""Reports whose makers are killed at every named moment: each ends in exactly one good edition."""

import os
import shutil
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from accounts.models import User
from core import jobs
from core.models import Job
from reports import services, store
from reports.making import faults_of
from reports.models import Edition, EditionFile, EditionNotice
from tests import cast as company
from tests.reports.conftest import define

pytestmark = [pytest.mark.drill, pytest.mark.django_db(transaction=True)]
TOP = Path(__file__).resolve().parents[2]
MOMENTS = ("before_freezing", "frozen", "written", "kept", "drawn", "filed")


@pytest.fixture
def asked(transactional_db):
    """A report that was asked for, in one language, and nobody has worked on it."""
    cast = company.settle_in(timezone.localdate())
    definition = define(cast, languages=["ar"], handling=1)
    period = cast.periods["open"].code
    return services.request_report(definition=definition, period_code=period, by=cast.officer, at=timezone.now())


def environment(folder: Path, **more: str) -> dict[str, str]:
    found = connection.settings_dict
    url = f"postgres://{found['USER']}@/{found['NAME']}?host={found['HOST']}"
    return {**os.environ, "DATABASE_URL": url, "MEDIA_ROOT": str(Path(settings.MEDIA_ROOT).parent),
            "STRATEGY_DRILL_ONCE": str(folder / "once"), **more}  # fmt: skip


def start(job: Job, folder: Path, first: str = "", **more: str) -> subprocess.Popen:
    code = f"{first}import django; django.setup(); from core import jobs; print(jobs.work({job.pk}))"
    return subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=TOP,
        env=environment(folder, **more),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def take_over(job: Job, folder: Path) -> None:
    """What the sweep does when a lease runs out, without waiting for it."""
    Job.objects.filter(pk=job.pk, state="running").update(lease_until=timezone.now() - timedelta(seconds=1))
    said, _errors = start(job, folder).communicate(timeout=180)
    assert said.strip() == b"ready", said + _errors


def assert_one_good_edition(job: Job) -> None:
    job.refresh_from_db()
    assert job.state == "ready", (job.failure_code, job.failure_detail)
    (edition,) = Edition.objects.all()
    assert edition.state == "filed"
    assert EditionFile.objects.count() == 4
    assert faults_of(edition, redraw=True) == []
    assert not list(store.path_of("editions").rglob("*.part"))
    assert EditionNotice.objects.count() == 1


@pytest.mark.parametrize("moment", MOMENTS)
def test_killed_at_this_moment_it_is_finished_by_the_next(asked, tmp_path, moment):
    killed = start(asked, tmp_path, STRATEGY_DRILL_KILL_AT=moment)
    _said, errors = killed.communicate(timeout=180)
    assert killed.returncode == -signal.SIGKILL, errors
    take_over(asked, tmp_path)
    assert_one_good_edition(asked)


def test_a_maker_that_dies_each_time_is_parked_with_its_reason(asked, tmp_path):
    for _attempt in range(3):
        Job.objects.filter(pk=asked.pk, state="running").update(lease_until=timezone.now() - timedelta(seconds=1))
        (tmp_path / "once").unlink(missing_ok=True)
        start(asked, tmp_path, STRATEGY_DRILL_KILL_AT="frozen").communicate(timeout=180)
    Job.objects.filter(pk=asked.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    jobs.sweep(at=timezone.now())
    asked.refresh_from_db()
    assert (asked.state, asked.failure_code) == ("failed", "runner_lost")
    jobs.retry(asked, at=timezone.now())
    take_over(asked, tmp_path)
    assert_one_good_edition(asked)


def test_a_killed_drawing_process_is_drawn_again(asked, tmp_path):
    maker = start(asked, tmp_path)
    drawing = _drawing_of(maker)
    os.kill(drawing, signal.SIGKILL)
    said, errors = maker.communicate(timeout=180)
    assert said.strip() == b"ready", errors
    assert_one_good_edition(asked)


def _drawing_of(maker: subprocess.Popen) -> int:
    """The process id of the drawing process beneath the maker, as soon as there is one."""
    for _moment in range(1200):
        children = Path(f"/proc/{maker.pid}/task/{maker.pid}/children").read_text().split()
        if children:
            return int(children[0])
        time.sleep(0.05)
    raise AssertionError("nothing was drawn")


# Root mounts in a namespace of its own; anybody else in one where they are root, if the machine lets them.
WAYS = (["unshare", "--mount"], ["unshare", "--user", "--map-root-user", "--mount"])
FULL = (
    'mount -t tmpfs -o size=40m tmpfs "$1" || exit 99; head -c 64M /dev/zero > "$1/ballast" 2>/dev/null; '
    'found=$("$2" -c "$3" | tail -1); find "$1" -type f; echo "$found"'
)


@pytest.fixture
def way_to_mount(tmp_path):
    """How a volume is mounted that nobody else sees and that ends with its process.

    Where no way is allowed, the kernel's limit on a file's size stands in below: it needs no permission and always runs.
    """
    for way in WAYS if shutil.which("unshare") else ():
        tried = [*way, "mount", "-t", "tmpfs", "tmpfs", str(tmp_path)]
        if subprocess.run(tried, capture_output=True, check=False).returncode == 0:
            return way
    pytest.skip("no volume can be mounted here; the limit on file size is drilled instead")


def test_a_volume_that_is_truly_full_fails_with_its_reason_and_after_room_is_made_it_is_retried(
    asked, tmp_path, way_to_mount
):
    volume = tmp_path / "volume"
    volume.mkdir()
    code = f"import django; django.setup(); from core import jobs; print(jobs.work({asked.pk}))"
    argv = [*way_to_mount, "sh", "-c", FULL, "sh", str(volume), sys.executable, code]
    more = environment(tmp_path, MEDIA_ROOT=str(volume))
    done = subprocess.run(argv, cwd=TOP, env=more, capture_output=True, text=True, timeout=180)
    assert done.stdout.split() == [f"{volume}/ballast", "failed"], "nothing half-written is left" + done.stderr
    assert_failed_for_want_of_room(asked)
    services.retry_report(job_id=asked.pk, by=User.objects.get(email="officer@test.invalid"), at=timezone.now())
    said, errors = start(asked, tmp_path).communicate(timeout=180)
    assert said.strip() == b"ready", errors
    assert_one_good_edition(asked)


def test_a_write_that_the_kernel_cuts_off_leaves_no_half_file(asked, tmp_path):
    """The disk that fills between the look at its free space and the write: the kernel refuses in the middle."""
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000)); "
    said, errors = start(asked, tmp_path, first=limit).communicate(timeout=180)
    assert said.strip() == b"failed", errors
    assert_failed_for_want_of_room(asked)
    services.retry_report(job_id=asked.pk, by=User.objects.get(email="officer@test.invalid"), at=timezone.now())
    said, errors = start(asked, tmp_path).communicate(timeout=180)
    assert said.strip() == b"ready", errors
    assert_one_good_edition(asked)


def assert_failed_for_want_of_room(job: Job) -> None:
    job.refresh_from_db()
    assert (job.state, job.failure_code) == ("failed", "no_room")
    assert "no room left" in job.failure_detail
    assert not list(store.path_of("editions").rglob("*.part"))


def test_five_makers_at_once_make_one_edition(asked, tmp_path):
    makers = [start(asked, tmp_path) for _delivery in range(5)]
    said = sorted(maker.communicate(timeout=240)[0].strip() for maker in makers)
    assert said == [b"not ours"] * 4 + [b"ready"]
    assert_one_good_edition(asked)


def test_the_command_makes_and_proves_an_edition_and_a_flipped_byte_is_found(asked, capsys):
    Job.objects.all().delete()
    call_command("generate_report", "progress", period=asked.payload["period"])
    said = capsys.readouterr().out
    assert "drawing:ar" in said
    assert "Ready: edition 1." in said
    call_command("verify_edition", redraw=True)
    file = EditionFile.objects.get(form="pdf")
    place = Path(default_storage.path(file.storage_key))
    content = bytearray(place.read_bytes())
    content[len(content) // 2] ^= 1
    place.write_bytes(content)
    with pytest.raises(CommandError, match="not as they were filed"):
        call_command("verify_edition")
    assert "ar.pdf: the file is not the one that was filed" in capsys.readouterr().err
