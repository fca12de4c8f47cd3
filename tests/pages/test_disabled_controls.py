"""A control that cannot be used says why, in words that a screen reader reads with it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TEMPLATES = Path(__file__).resolve().parent.parent.parent / "templates"
CONTROL = re.compile(r"<(?:button|input|select)\b[^>]*(?:\sdisabled\b|data-count-label)[^>]*>")


def controls() -> list:
    found = []
    for template in sorted(TEMPLATES.rglob("*.html")):
        text = re.sub(r'"\{%.*?%\}"|\{%.*?%\}', lambda tag: '"tag"' if tag[0].startswith('"') else "", template.read_text())
        place = template.relative_to(TEMPLATES)
        found += [pytest.param(text, one, id=f"{place}-{n}") for n, one in enumerate(CONTROL.findall(text))]
    return found


@pytest.mark.parametrize(("template", "control"), controls())
def test_a_control_that_may_be_disabled_is_described_by_its_reason(template, control):
    named = re.search(r'aria-describedby="([\w-]+)"', control)
    assert named, control
    assert f'id="{named[1]}"' in template
