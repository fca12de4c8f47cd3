"""What axe says is wrong with a page: every rule of WCAG 2.2 A and AA and of best practice is asked."""

from __future__ import annotations

import json

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

# Only faults are told node by node: telling what is right costs as much again, and nobody reads it.
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}


AXE = Axe().axe_script
ASKED = f"axe.run({json.dumps(RULES)}).then(found => found.violations)"
# A bar that stays in view covers whatever is scrolled beneath it. What lies there depends on how long the words above are
# and on which parts have come; a reader scrolls on. So the page is judged as it is when nothing is scrolled beneath it.
NOTHING_COVERED = "document.querySelectorAll('.stay').forEach(bar => { bar.style.position = 'static' })"


def barriers(page: Page, allowed=()) -> list[tuple[str, list[str]]]:
    """The rules that the page breaks, but those allowed, each with the first places. A document is given axe once."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    page.evaluate(NOTHING_COVERED)
    broken = page.evaluate(ASKED)
    return [
        (one["id"], [node["html"][:200] for node in one["nodes"][:3]]) for one in broken if one["id"] not in allowed
    ]
