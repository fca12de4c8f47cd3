"""What the tests look with, Chromium and a reader of PDF: found, else installed where the machine lets us, else said to be absent."""

from __future__ import annotations

import os
import shutil
import subprocess

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
APT = ["apt-get", "install", "-y", "--no-install-recommends"]


def chromium() -> str | None:
    """The path of the machine's Chromium: CHROMIUM, else the usual names."""
    named = os.environ.get("CHROMIUM")
    return named or next((found for name in NAMES if (found := shutil.which(name))), None)


def reader() -> str | None:
    """The path of the program that reads a PDF back, of the package poppler-utils."""
    return shutil.which("pdftotext")


def install() -> None:
    """This will install Debian's packages of what is not there, if we may."""
    missing = [package for package, found in (("chromium", chromium()), ("poppler-utils", reader())) if not found]
    if not missing or os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for argv in (["apt-get", "update", "-qq"], [*APT, *missing]):
        subprocess.run(argv, env=quiet, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    install()
    browser = chromium()
    print(f"- browser tests use {browser}" if browser else "- NO CHROMIUM HERE: browser tests will be skipped", flush=True)
    if not reader():
        print("- NO READER OF PDF HERE: what stands in documents will not be read back", flush=True)
