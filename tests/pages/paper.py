"""A browser of paper: reads a page's forms as one without JavaScript would, fills them in and presses a button."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

from tests.recorded import on_the_trail


@dataclass
class Form:
    action: str = ""
    method: str = "get"
    fields: dict[str, list[str]] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)

    def fill(self, **answers) -> Form:
        """Underscores twice stand for dots, as field names of values have them."""
        for name, value in answers.items():
            self.fields[name.replace("__", ".")] = value if isinstance(value, list) else [str(value)]
        return self

    def put(self, name: str, value) -> Form:
        self.fields[name] = [str(value)]
        return self

    def value(self, name: str) -> str:
        return self.fields.get(name, [""])[0]


class _Reader(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.forms: list[Form] = []
        self._area = self._select = None

    def handle_starttag(self, tag, attrs):
        at = dict(attrs)
        if tag == "form":
            self.forms.append(Form(at.get("action", ""), at.get("method", "get").lower()))
        elif not self.forms or "disabled" in at:
            return
        elif tag == "input":
            self._input(at)
        elif tag == "textarea" and "name" in at:
            self._area = at["name"]
            self.forms[-1].fields.setdefault(self._area, [""])
        elif tag == "select" and "name" in at:
            self._select = at
        elif tag == "option" and self._select and "selected" in at:
            self.forms[-1].fields.setdefault(self._select["name"], []).append(at.get("value", ""))
        elif tag == "button":
            self.forms[-1].buttons.append((at.get("name", ""), at.get("value", "")))

    def _input(self, at):
        kind, name = at.get("type", "text"), at.get("name")
        if not name or kind in ("file", "submit") or (kind in ("radio", "checkbox") and "checked" not in at):
            return
        self.forms[-1].fields.setdefault(name, []).append(at.get("value", "on" if kind == "checkbox" else ""))

    def handle_data(self, data):
        if self._area:
            self.forms[-1].fields[self._area][0] += data

    def handle_endtag(self, tag):
        if tag == "textarea" and self._area:
            words = self.forms[-1].fields[self._area]
            words[0] = words[0].removeprefix("\r\n").removeprefix("\n")
            self._area = None
        elif tag == "select":
            self._select = None


class Paper:
    """One person with a browser that runs no script. What a press changes is held against the trail (`watched`)."""

    watched = staticmethod(on_the_trail)

    def __init__(self, client, person=None, language: str = "en"):
        self.client = client
        if person is not None:
            client.force_login(person)
        client.cookies["language"] = language
        self.answer = None

    def open(self, path: str):
        self.answer = self.client.get(path, follow=True)
        return self

    @property
    def text(self) -> str:
        return self.answer.content.decode()

    @property
    def path(self) -> str:
        return self.answer.request["PATH_INFO"]

    @property
    def address(self) -> str:
        """With what was asked: where a form goes that names no address of its own."""
        asked = self.answer.request.get("QUERY_STRING", "")
        return f"{self.path}?{asked}" if asked else self.path

    @property
    def status(self) -> int:
        return self.answer.status_code

    def form(self, holding: str = "") -> Form:
        """The first posted form whose address holds the word."""
        reader = _Reader()
        reader.feed(self.text)
        for one in reader.forms:
            one.action = one.action or self.address
        return next(one for one in reader.forms if one.method == "post" and holding in one.action)

    def press(self, form: Form, name: str = "", value: str = "", files: dict | None = None):
        data = {key: values for key, values in form.fields.items() if values}
        if name:
            data[name] = [value]
        with self.watched(f"POST {form.action}"):
            self.answer = self.client.post(form.action, {**data, **(files or {})}, follow=True)
        return self
