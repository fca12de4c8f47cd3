"""The locks and settings hold on any machine: no index, no path, every package pinned by its hash."""

import re
import subprocess
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parent.parent.parent
LOCKS = sorted((TOP / "requirements").glob("*.txt"))
OF_A_MACHINE = re.compile(
    r"https?://|file:|--(extra-)?index-url|--find-links|--trusted-host|(?<![\w.])/(home|root|opt|usr|work|tmp)/"
)


def test_there_are_locks():
    assert [lock.stem for lock in LOCKS] == ["base", "dev", "run"]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_a_lock_names_no_index_and_no_path(lock):
    assert not OF_A_MACHINE.search(lock.read_text())


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_every_package_is_pinned_with_a_hash(lock):
    entries = re.split(r"\n(?=\S)", lock.read_text().strip())
    assert len(entries) > 20
    for entry in entries:
        assert re.match(r"[a-z0-9._-]+(\[[a-z,]+\])?==[^ ]+", entry), entry
        assert "--hash=sha256:" in entry, entry


def _versions(name):
    text = (TOP / "requirements" / f"{name}.txt").read_text()
    return dict(re.findall(r"^([a-z0-9._-]+)==([^ \\;]+)", text, flags=re.M))


@pytest.mark.parametrize("smaller", ["base", "run"])
def test_what_is_tested_is_what_is_run(smaller):
    tested = _versions("dev")
    assert {name: tested.get(name) for name in _versions(smaller)} == _versions(smaller)


def test_every_direct_dependency_is_in_its_lock():
    for source in (TOP / "requirements").glob("*.in"):
        wanted = re.findall(r"^([A-Za-z][\w-]*)", source.read_text(), flags=re.M)
        assert {name.lower() for name in wanted} <= set(_versions(source.stem))


def test_settings_name_no_machine():
    files = subprocess.run(
        ["git", "ls-files", "interpol_strategy", "Makefile", "*.toml", ".ci"], cwd=TOP, capture_output=True, text=True
    )
    for name in files.stdout.split():
        if name.endswith((".py", "Makefile", ".toml", "run")):
            text = (TOP / name).read_text()
            assert not re.search(r"/(home|root|work)/|pypi\.|--index-url", text), name
