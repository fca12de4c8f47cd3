"""Chromium for the browser tests: found, else installed where the machine lets us, else its absence said aloud."""

from __future__ import annotations

import os
import shutil
import subprocess

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
APT = ["apt-get", "install", "-y", "--no-install-recommends", "chromium"]


def chromium() -> str | None:
    """The path of the machine's Chromium: CHROMIUM, else the usual names."""
    named = os.environ.get("CHROMIUM")
    return named or next((found for name in NAMES if (found := shutil.which(name))), None)


def install() -> str | None:
    """This will install Debian's Chromium if there is none and we may. Answers its path, or None."""
    if chromium() or os.geteuid() != 0 or not shutil.which("apt-get"):
        return chromium()
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for argv in (["apt-get", "update", "-qq"], APT):
        subprocess.run(argv, env=quiet, stdout=subprocess.DEVNULL)
    return chromium()


if __name__ == "__main__":
    found = install()
    print(f"- browser tests use {found}" if found else "- NO CHROMIUM HERE: browser tests will be skipped", flush=True)
