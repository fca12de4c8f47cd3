"""`make shots`: every page of the demonstration as it looks, in four languages, narrow and wide, light and dark.

    python -m tests.browser.shots [--only WORD] [--languages en,ar] [--widths narrow] [--schemes dark]

It serves a demonstration of its own. The pictures go to screenshots/, which git ignores.
`--overview` draws the one picture of the README again.
"""

from __future__ import annotations

import argparse
import itertools
import os
import shutil
import subprocess
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent.parent
FOLDER = TOP / "screenshots"
PICTURE = TOP / "docs" / "overview.png"
LANGUAGES, WIDTHS, SCHEMES = ("en", "ar", "fr", "es"), {"narrow": 390, "wide": 1280}, ("light", "dark")


def main() -> None:
    options = _options()
    from tests import services  # noqa: F401  servers of our own, before Django reads its settings
    from tests.browser.chromium import running_chromium
    from tests.demonstration import copied, drop

    print("- preparing a demonstration", flush=True)
    copy, first = copied(), os.environ["DATABASE_URL"]
    os.environ.update(copy.environment)
    import django

    django.setup()
    from tests.browser.served import Served

    with running_chromium() as browser:
        served = Served(copy)
        try:
            draw_overview(served, browser) if options.overview else draw_all(served, browser, options)
        finally:
            served.stop()
    django.db.connection.close()
    os.environ["DATABASE_URL"] = first  # nobody drops the database that they are in
    drop(copy)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="pages whose name holds this word")
    parser.add_argument("--languages", default=",".join(LANGUAGES))
    parser.add_argument("--widths", default=",".join(WIDTHS))
    parser.add_argument("--schemes", default=",".join(SCHEMES))
    parser.add_argument("--overview", action="store_true", help="only the picture of the README")
    return parser.parse_args()


def draw_all(served, browser, options) -> None:
    """Each page is opened once in each language, and then turned into every width and scheme."""
    pages = sorted((one for one in pages_to_draw() if options.only in one[0]), key=lambda one: one[1])
    looks = list(itertools.product(options.widths.split(","), options.schemes.split(",")))
    for language in options.languages.split(","):
        for width, scheme in looks:
            (FOLDER / f"{language}-{width}-{scheme}").mkdir(parents=True, exist_ok=True)
        for who, listed in itertools.groupby(pages, key=lambda one: one[1]):
            window = served.window(browser, who, language=language)
            for name, _who, address in listed:
                draw(window, address, language, looks, f"{name.replace(':', '-')}-{who or 'nobody'}.png")
            window.close()
        print(f"- {language}: {len(pages)} pages, {len(looks)} looks of each", flush=True)


def draw(window, address: str, language: str, looks: list[tuple[str, str]], name: str) -> None:
    page = window.new_page()
    page.goto(address)
    for width, scheme in looks:
        page.set_viewport_size({"width": WIDTHS[width], "height": 900})
        page.emulate_media(color_scheme=scheme)
        page.screenshot(path=FOLDER / f"{language}-{width}-{scheme}" / name, full_page=True, timeout=60_000)
    page.close()


def pages_to_draw() -> list[tuple[str, str, str]]:
    """Each page once, as the first who may see it; the home page as everyone."""
    from tests.visits import PAST, VISITS, Story, visits

    story = Story.told()
    first = {name: visit.who[0] for name, visit in VISITS.items()}
    extra = ("dashboard:home", "dashboard:history")
    of_today = [one for one in visits(story) if one[1] == first[one[0]] or one[0] in extra]
    return of_today + [(f"{name}-then", past.who[0], past.address(name, story)) for name, past in PAST.items()]


def draw_overview(served, browser) -> None:
    window = served.window(browser, "leader", width=1280, height=900)
    page = window.new_page()
    page.goto("/")
    page.screenshot(path=PICTURE)
    window.close()
    if pngquant := shutil.which("pngquant"):
        subprocess.run([pngquant, "--force", "--output", PICTURE, "128", PICTURE], check=True)
    print(f"- {PICTURE.relative_to(TOP)}: {PICTURE.stat().st_size // 1024} KB", flush=True)


if __name__ == "__main__":
    main()
