"""Parts of pages are drawn from plain values alone, and what is kept can be nobody's but theirs who had those values read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import override_settings
from django.utils import timezone, translation
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy

from accounts.models import Bureau
from core import fragments
from core.fragments import drawn

FIGURES = "_figures.html"
TEMPLATES = settings.BASE_DIR / "templates"


@pytest.fixture(autouse=True)
def nothing_is_kept():
    fragments.forget()
    yield
    fragments.forget()


def kept() -> int:
    return fragments._drawn.cache_info().currsize


def figures(value: str) -> dict:
    return {"figures": [{"value": value, "label": "progress"}]}


def test_the_same_values_are_drawn_once_and_others_anew():
    first = drawn(FIGURES, figures("68%"))
    assert "68%" in first and drawn(FIGURES, figures("68" + "%")) is first
    assert "CANARY" not in first and "CANARY" in drawn(FIGURES, figures("CANARY"))
    assert kept() == 2


def test_values_that_only_look_alike_are_not_the_same():
    """1 == True == 1.0 and "" == None are easily taken for each other by what remembers."""
    for value in (1, True, 1.0, "1", None, ""):
        drawn(FIGURES, figures(value))
    assert kept() == 6


@pytest.mark.parametrize(
    "value",
    [object(), mark_safe("<b>bold</b>"), gettext_lazy("status"), timezone.now(), type("Reader", (), {"pk": 1})()],
    ids=["thing", "marked-up", "lazy", "moment", "record"],
)
def test_nothing_but_plain_values_gets_in(value):
    with pytest.raises(TypeError, match="plain values"):
        drawn(FIGURES, figures(value))
    assert kept() == 0


def test_what_is_plain_is_escaped():
    assert "<script>" not in drawn(FIGURES, figures("<script>"))


def test_a_part_knows_no_reader_and_no_request():
    """A template that asks for either finds nothing, whoever is reading."""
    for template in templates_of_parts():
        source = (TEMPLATES / template).read_text()
        used = re.findall(r"\b(request|user|perms|messages|csrf_token)\b", re.sub(r"{#.*?#}", "", source, flags=re.DOTALL))
        assert not used, (template, used)


def templates_of_parts() -> set[str]:
    named = re.compile(r'{% fragment "([^"]+)"')
    found = {name for path in Path(TEMPLATES).rglob("*.html") for name in named.findall(path.read_text())}
    assert len(found) >= 8
    in_views = re.compile(r'\bdrawn\(\s*"([^"]+\.html)"')
    whole = {name for path in (settings.BASE_DIR / "dashboard").glob("*.py") for name in in_views.findall(path.read_text())}
    assert len(whole) >= 2
    return found | whole


def test_each_language_and_each_clock_has_its_own():
    words = {"stamp": None}
    for language in ("en", "ar"):
        with translation.override(language):
            drawn("_footer.html", words)
    with timezone.override("Asia/Tokyo"):
        drawn("_footer.html", words)
    assert kept() == 3
    with translation.override("fr"):
        assert drawn("_footer.html", words) != drawn("_footer.html", {"stamp": None, "foot_links": [{"url": "/", "label": "x"}]})


def test_while_templates_are_being_written_nothing_is_kept():
    with override_settings(DEBUG=True):
        drawn(FIGURES, figures("1"))
    assert kept() == 0


def test_what_is_made_of_plain_facts_is_made_once_for_each_language_and_clock():
    asked = []

    @fragments.kept
    def said(word: str) -> str:
        asked.append((word, translation.get_language(), timezone.get_current_timezone_name()))
        return f"{word} {len(asked)}"

    first = said("a")
    assert said("a") == first and said("b") != first
    with translation.override("ar"):
        assert said("a") not in (first, said("b"))
    with timezone.override("Asia/Tokyo"):
        assert said("a") != first
    assert said("a") == first and len(set(asked)) == len(asked) == 5
    fragments.forget()
    assert said("a") != first


def test_of_a_record_nothing_is_kept():
    with pytest.raises(TypeError, match="plain facts alone"):
        fragments.kept(str)(Bureau(code="SN"))
