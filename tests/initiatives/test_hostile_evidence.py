"""Files whose names and contents were made to hurt: refused, or kept under a name of ours and handed out as nothing but an attachment."""

from __future__ import annotations

import re

import pytest
from django.core.files.storage import default_storage
from django.test import Client

from core.errors import Invalid
from initiatives.evidence import TYPES
from initiatives.models import Evidence
from tests.cast import make_update
from tests.initiatives.test_evidence import PDF, PNG, add, named, zipped

WORDS = b"some words"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + bytes(40)
REFUSED, HARMLESS = "refused", "harmless"
FEWEST = 40

NAMES = {
    "../../etc/passwd.txt": HARMLESS, "..\\..\\windows\\system.txt": HARMLESS, "/etc/cron.d/x.txt": HARMLESS,
    "a\r\nSet-Cookie: x=1.txt": HARMLESS, 'a";filename="b.exe.txt': HARMLESS, "a;reboot .txt": HARMLESS, "$(reboot).txt": HARMLESS,
    "`id`.txt": HARMLESS, "<script>alert(1)<.txt": HARMLESS, "'; DROP TABLE x;--.txt": HARMLESS, "a\u202egpj.exe.txt": HARMLESS,
    "con.txt": HARMLESS, "aux.txt": HARMLESS, "x" * 5_000 + ".txt": HARMLESS, "é" * 300 + ".txt": HARMLESS, "a.html.txt": HARMLESS,
    "مرفق.txt": HARMLESS, "a%00.txt": HARMLESS, "%2e%2e%2fa.txt": HARMLESS,
    "....txt": REFUSED, " .txt": REFUSED, "a.txt/": REFUSED, ".": REFUSED, "a.txt.html": REFUSED, "a.PhP": REFUSED, "a.svg": REFUSED,
    "a.xhtml": REFUSED, "a.js": REFUSED, "a.hta": REFUSED, "a.lnk": REFUSED, "a.docm": REFUSED, "a.xlsm": REFUSED, "a.url": REFUSED,
    "a.tar.gz": REFUSED, "a.pdf.exe": REFUSED, ".htaccess": REFUSED, "web.config": REFUSED,
}  # fmt: skip
CONTENTS = {
    "a page as words": ("a.txt", b"\r\n  <html><script>1</script>", REFUSED),
    "a page in UTF-16": ("a.txt", "<html>".encode("utf-16"), REFUSED),
    "a page behind a mark": ("a.txt", b"\xef\xbb\xbf<html><script>1</script>", REFUSED),
    "a page in UTF-7": ("a.txt", b"+ADw-script+AD4-alert(1)", HARMLESS),
    "entities as words": ("a.txt", b"<?xml version='1.0'?><!DOCTYPE a>", REFUSED),
    "a picture as words": ("a.txt", b"GIF89a/*" + bytes(30), REFUSED),
    "a program as words": ("a.txt", b"\x7fELF" + b"\x02\x01\x01" * 30, REFUSED),
    "a program as a document": ("a.pdf", b"MZ" + bytes(80), REFUSED),
    "a page before a document": ("a.pdf", b"<!-- -->" + PDF, REFUSED),
    "a document far behind": ("a.pdf", b"x" * 1_100 + PDF, REFUSED),
    "a page behind a document": ("a.pdf", PDF + b"<script>alert(1)</script>", HARMLESS),
    "an archive behind a picture": ("a.png", PNG + zipped("x.html"), HARMLESS),
    "a program behind a picture": ("a.png", PNG + b"<?php system($_GET[0]); ?>", HARMLESS),
    "a script behind a photograph": ("a.jpg", JPEG + b"*/=alert(1)/*", HARMLESS),
    "a picture as a photograph": ("a.jpg", PNG, REFUSED),
    "an archive as a document": ("a.docx", zipped("x.html"), REFUSED),
    "an archive as a workbook": ("a.xlsx", zipped("x.html"), REFUSED),
    "a workbook of the last century": ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), REFUSED),
    "a formula": ("a.csv", b"=cmd|' /c calc'!A1\n", HARMLESS),
}  # fmt: skip
ALL = {repr(name)[:40]: (name, WORDS, fate) for name, fate in NAMES.items()} | CONTENTS


@pytest.fixture
def draft(cast, work):
    return make_update(cast, work, "draft")


def test_there_are_enough_of_them():
    assert len(ALL) >= FEWEST


@pytest.mark.parametrize("which", ALL)
def test_a_hostile_file_is_refused_or_harmless(cast, draft, which):
    name, content, fate = ALL[which]
    file = named("x", content)
    file._name = name  # as a client that obeys no rule would send it
    before = Evidence.objects.count()
    if fate == REFUSED:
        with pytest.raises(Invalid) as refused:
            add(draft, cast.liaison2, file)
        assert list(refused.value.fields) == ["file"] and Evidence.objects.count() == before
        return
    made = add(draft, cast.liaison2, file)
    assert made.media_type in TYPES.values() and len(made.name) <= 170 and "/" not in made.name
    assert re.fullmatch(r"[a-z0-9/_-]+", made.storage_key), made.storage_key
    assert default_storage.path(made.storage_key).startswith(str(default_storage.path("")))
    assert_handed_out_as_an_attachment(cast, made, content)


def assert_handed_out_as_an_attachment(cast, made: Evidence, content: bytes) -> None:
    client = Client()
    client.force_login(cast.liaison2)
    answer = client.get(f"/evidence/{made.public_id}/")
    assert answer.status_code == 200 and b"".join(answer) == content
    head = answer["Content-Disposition"]
    assert head.startswith("attachment;") and "\n" not in head and "\r" not in head
    assert answer["X-Content-Type-Options"] == "nosniff" and "sandbox" in answer["Content-Security-Policy"]
    assert answer["Content-Type"].split(";")[0] == made.media_type and "Set-Cookie" not in head.split("filename")[0]
