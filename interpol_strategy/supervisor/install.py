"""Makes `.venv` from the lock: `python3 interpol_strategy/supervisor/install.py run|dev`. Standard library only."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent.parent
VENV = CHECKOUT / ".venv"
OLDEST_PYTHON = (3, 11)
NEWER_NAMES = ("python3.13", "python3.12", "python3.11")
SETS = ("run", "dev")


def main() -> None:
    if sys.version_info < OLDEST_PYTHON:
        _start_again_with_newer_python()
    wanted = sys.argv[1]
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    if not _is_current(wanted):
        _make_venv()
        _install(CHECKOUT / "requirements" / f"{wanted}.txt")
        _let_venv_find_us()
        _stamp(wanted).write_text(_digest(wanted))
    _compile_catalogues()


def _start_again_with_newer_python() -> None:
    for name in NEWER_NAMES:
        if found := shutil.which(name):
            os.execv(found, [found, *sys.argv])
    sys.exit("Python 3.11 or later is needed; this is " + sys.version.split()[0] + ".")


def _python() -> Path:
    return VENV / "bin" / "python"


def _stamp(wanted: str) -> Path:
    return VENV / f"installed-{wanted}"


def _digest(wanted: str) -> str:
    return hashlib.sha256((CHECKOUT / "requirements" / f"{wanted}.txt").read_bytes()).hexdigest()


def _is_current(wanted: str) -> bool:
    """Whether the lock of the set, or of a larger set, is what was installed last."""
    larger = SETS[SETS.index(wanted) :]
    stamps = [name for name in larger if _stamp(name).exists() and _stamp(name).read_text() == _digest(name)]
    return bool(stamps) and _works(_python())


def _works(python: Path) -> bool:
    return python.exists() and subprocess.run([python, "-c", "import django"], capture_output=True).returncode == 0


def _make_venv() -> None:
    if _python().exists() and subprocess.run([_python(), "-c", ""], capture_output=True).returncode == 0:
        return
    print("- making .venv", flush=True)
    uv = shutil.which("uv")
    ways = [[uv, "venv", "--seed", "--python", sys.executable, VENV]] if uv else []
    ways += [[sys.executable, "-m", "venv", VENV], [sys.executable, "-m", "virtualenv", VENV]]
    for way in ways:
        shutil.rmtree(VENV, ignore_errors=True)
        if subprocess.run(way, capture_output=True).returncode == 0:
            return
    _make_venv_without_ensurepip()


def _make_venv_without_ensurepip() -> None:
    """Some systems part venv from its pip; the system's pip can still fill the environment."""
    shutil.rmtree(VENV, ignore_errors=True)
    done = subprocess.run([sys.executable, "-m", "venv", "--without-pip", VENV]).returncode == 0
    fill = [sys.executable, "-m", "pip", "--python", _python(), "install", "--quiet", "pip"]
    if not done or subprocess.run(fill).returncode != 0:
        sys.exit("No virtual environment can be made: install uv, or this Python's venv and pip.")


def _install(lock: Path) -> None:
    print(f"- installing {lock.relative_to(CHECKOUT)} (a minute or two the first time)", flush=True)
    uv = shutil.which("uv")
    if uv and _run([uv, "pip", "install", "--quiet", "--python", _python(), "--require-hashes", "-r", lock]):
        return
    options = ["--quiet", "--disable-pip-version-check", "--require-hashes", "--only-binary", ":all:", "-r", lock]
    if not _run([_python(), "-m", "pip", "install", *options]):
        sys.exit("The packages could not be installed: is a package index within reach?")


def _run(argv: list) -> bool:
    return subprocess.run([str(part) for part in argv], cwd=CHECKOUT).returncode == 0


def _let_venv_find_us() -> None:
    """The project's own packages are importable from anywhere, also before pytest has read its settings."""
    for folder in VENV.glob("lib/python3*/site-packages"):
        (folder / "project.pth").write_text(f"{CHECKOUT}\n")


def _compile_catalogues() -> None:
    for source in sorted((CHECKOUT / "locale").glob("*/LC_MESSAGES/*.po")):
        made = source.with_suffix(".mo")
        if not made.exists() or made.stat().st_mtime < source.stat().st_mtime:
            argv = [_python(), "-m", "babel.messages.frontend", "--quiet", "compile", "-i", source, "-o", made]
            if not _run([*argv, "-l", source.parent.parent.name]):
                sys.exit(f"{source.relative_to(CHECKOUT)} cannot be compiled.")


if __name__ == "__main__":
    main()
