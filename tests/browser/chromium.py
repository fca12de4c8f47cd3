"""The machine's own Chromium, driven by Playwright; its absence is said aloud, and is an error where it is required."""

from __future__ import annotations

import os
from contextlib import contextmanager

from interpol_strategy.supervisor.browser import chromium

FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync --disable-dev-shm-usage"
)


class NoBrowser(Exception):
    """There is no Chromium on this machine."""


@contextmanager
def running_chromium():
    """A browser for as long as the block lasts. Raises NoBrowser."""
    executable = chromium()
    if not executable:
        raise NoBrowser("no Chromium here: the pages were not looked at (apt-get install chromium)")
    from playwright.sync_api import sync_playwright

    # Playwright keeps an event loop in this thread; our own database work is nevertheless synchronous.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    try:
        with sync_playwright() as player:
            browser = player.chromium.launch(executable_path=executable, args=FLAGS.split())
            yield browser
            browser.close()
    finally:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
