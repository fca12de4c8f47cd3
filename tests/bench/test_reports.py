"""What a report costs: worker time and memory per language, at 300 and at 3,000 initiatives, and 196 bureau reports."""

import resource
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from statistics import median

import pytest

from reports.render import draw_all
from tests.reports.fixture import snapshot

pytestmark = pytest.mark.skipif("tests/bench" not in " ".join(sys.argv), reason="a benchmark: make bench")
FORMS = ["pdf", "html", "xlsx", "csv"]


def spent() -> float:
    """Processor seconds of this process and of the drawing processes that have ended."""
    parts = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(part.ru_utime + part.ru_stime for part in parts)


@pytest.mark.parametrize(("initiatives", "seconds", "megabytes"), [(300, 2.0, 300), (3000, 6.0, 900)])
def test_a_whole_report_in_one_language(initiatives, seconds, megabytes):
    facts = snapshot(initiatives=initiatives)
    list(draw_all(facts, "en", FORMS))
    for language in ("ar", "fr"):
        took, files = [], {}
        for _round in range(3):
            before = spent()
            files = dict(draw_all(facts, language, FORMS))
            took.append(spent() - before)
        peak = files["pdf"].peak_kb / 1024
        pages, size = files["pdf"].pages, len(files["pdf"].content) // 1024
        print(
            f"\n{initiatives} initiatives, {language}: {median(took):.2f} s of processor, {peak:.0f} MB, {pages} pages, {size} kB"
        )
        assert peak < megabytes
        assert median(took) < seconds * 3, "three times the goal: something is broken, not slow"


def test_196_bureau_reports():
    facts = snapshot(initiatives=6)
    began = time.monotonic()
    with ThreadPoolExecutor(2) as pool:
        drawn = list(pool.map(lambda _bureau: dict(draw_all(facts, "en", ["pdf"])), range(196)))
    print(f"\n196 bureau reports, two at a time: {time.monotonic() - began:.0f} s")
    assert all(files["pdf"].content.startswith(b"%PDF-") for files in drawn)
