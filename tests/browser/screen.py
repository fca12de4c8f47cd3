"""A person at a real browser, with the same few words as the browser of paper: open, fill a form in, press its button."""

from __future__ import annotations

from urllib.parse import urlsplit

from playwright.sync_api import Locator, Page

# The place, among all forms of the page, of the first posted one whose address holds the word.
PLACE = """word => [...document.forms].findIndex(one => one.method === 'post'
  && (one.getAttribute('action') || location.pathname).includes(word))"""


class Entry:
    """A form on the screen; what is put in is typed, chosen or ticked as a person would."""

    def __init__(self, form: Locator):
        self.form = form

    def fill(self, **answers) -> Entry:
        """Underscores twice stand for dots, as field names of values have them."""
        for name, value in answers.items():
            self.put(name.replace("__", "."), value)
        return self

    def put(self, name: str, value) -> Entry:
        fields, value = self.form.locator(f"[name='{name}']"), str(value)
        tag, kind = fields.first.evaluate("one => [one.tagName, one.type]")
        if tag == "SELECT":
            fields.first.select_option(value)
        elif kind == "radio" or (kind == "checkbox" and fields.count() > 1):
            self.form.locator(f"[name='{name}'][value='{value}']").check()
        elif kind == "checkbox":
            fields.check()
        else:
            fields.first.fill(value)
        return self


class Screen:
    """One person with a window of Chromium."""

    def __init__(self, page: Page):
        self.page, self.status = page, 0

    def open(self, path: str) -> Screen:
        self.status = self.page.goto(path).status
        return self

    @property
    def text(self) -> str:
        return self.page.content()

    @property
    def path(self) -> str:
        return urlsplit(self.page.url).path

    def form(self, holding: str = "") -> Entry:
        """The first posted form whose address holds the word, with everything that is folded in it open."""
        place = self.page.evaluate(PLACE, holding)
        assert place >= 0, (holding, self.path)
        found = self.page.locator("form").nth(place)
        found.evaluate("form => form.querySelectorAll('details').forEach(one => { one.open = true })")
        found.evaluate("form => { const fold = form.closest('details'); if (fold) fold.open = true }")
        return Entry(found)

    def press(self, entry: Entry, name: str = "", value: str = "") -> Screen:
        wanted = f"button[name='{name}'][value='{value}']" if name else "button:not([name])"
        with self.page.expect_navigation() as moved:
            entry.form.locator(wanted).first.click()
        self.status = moved.value.status
        return self
