"""What may come in as evidence, and who may fetch it."""

import io
import zipfile

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from core.errors import Conflict, Invalid, NotAllowed, NotFound
from initiatives import evidence
from initiatives.models import Evidence
from tests.cast import make_initiative, make_update
from tests.moments import NOON

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\rIHDR" + b"\x00" * 40
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n"


def named(name, content=b"some words"):
    return SimpleUploadedFile(name, content)


def add(update, by, file):
    return evidence.add_evidence(update_id=update.pk, version=update.version, file=file, by=by, at=NOON)


def zipped(*names):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return made.getvalue()


@pytest.fixture
def draft(cast, work):
    return make_update(cast, work, "draft")


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("plan.pdf", PDF, "application/pdf"),
        ("photo.PNG", PNG, "image/png"),
        ("notes.txt", "مذكرة".encode(), "text/plain"),
        ("values.csv", b"a,b\n1,2\n", "text/csv"),
    ],
)
def test_allowed_types_come_in_with_size_and_checksum(cast, draft, name, content, media_type):
    made = add(draft, cast.liaison2, named(name, content))
    assert (made.name, made.media_type, made.size) == (name, media_type, len(content))
    assert len(made.sha256) == 64 and default_storage.exists(made.storage_key)
    assert name not in made.storage_key


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.pdf", b""),
        ("tool.exe", b"MZ" + b"\x00" * 60),
        ("page.html", b"<script>alert(1)</script>"),
        ("drawing.svg", b"<svg onload='x'/>"),
        ("none", b"words"),
        ("lying.pdf", PNG),
        ("lying.png", PDF),
        ("lying.txt", PDF),
        ("page.txt", b"  <html><script>1</script>"),
        ("nul.txt", b"a\x00b"),
        ("macro.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600),
        ("archive.docx", zipped("readme.txt")),
        ("archive.zip", zipped("readme.txt")),
    ],
)
def test_everything_else_is_refused_beside_the_file_and_nothing_is_kept(cast, draft, name, content):
    with pytest.raises(Invalid) as refusal:
        add(draft, cast.liaison2, named(name, content))
    assert list(refusal.value.fields) == ["file"]
    assert not Evidence.objects.exclude(pk__in=draft.evidence.values("pk")).exists()


def test_a_file_larger_than_allowed_is_refused(cast, draft, monkeypatch):
    monkeypatch.setattr(evidence, "LARGEST_BYTES", 1024)
    with pytest.raises(Invalid, match="larger"):
        add(draft, cast.liaison2, named("long.txt", b"x" * 1025))


def test_the_same_file_twice_is_noticed(cast, draft):
    add(draft, cast.liaison2, named("a.txt", b"the same"))
    draft.refresh_from_db()
    with pytest.raises(Invalid, match="here already"):
        add(draft, cast.liaison2, named("b.txt", b"the same"))


@pytest.mark.parametrize(
    ("given", "kept"),
    [("../../etc/passwd.txt", "passwd.txt"), ("C:\\secret\\a.txt", "a.txt"), ("a\u202etxt.exe.txt", "atxt.exe.txt")],
)
def test_a_name_is_only_a_name(given, kept):
    assert evidence.clean_name(given) == kept


def test_a_refused_file_leaves_no_orphan_in_the_store(cast, work):
    sent = make_update(cast, work, "submitted")
    before = _stored()
    with pytest.raises(Conflict):
        add(sent, cast.liaison2, named("late.txt"))
    assert _stored() == before


def _stored():
    try:
        return sorted(default_storage.listdir(f"evidence/{NOON:%Y/%m}")[1])
    except FileNotFoundError:
        return []


def test_another_bureau_cannot_add_to_it(cast, draft):
    with pytest.raises((NotAllowed, NotFound)):
        add(draft, cast.liaison, named("a.txt"))


def test_who_may_not_see_the_update_cannot_fetch_its_files(cast):
    secret = make_update(cast, make_initiative(cast, "other", level=3), "draft")
    made = add(secret, cast.liaison2, named("secret.txt"))
    for part in ("liaison", "leader", "admin", "officer"):
        with pytest.raises(NotFound):
            evidence.open_evidence(public_id=made.public_id, by=getattr(cast, part))
    found, file = evidence.open_evidence(public_id=made.public_id, by=cast.liaison2)
    assert found == made and file.read() == b"some words"


def test_a_removed_file_is_gone_from_the_update_but_not_from_the_record(cast, draft):
    made = add(draft, cast.liaison2, named("a.txt"))
    draft.refresh_from_db()
    evidence.remove_evidence(public_id=made.public_id, version=draft.version, by=cast.liaison2, at=NOON)
    with pytest.raises(NotFound):
        evidence.open_evidence(public_id=made.public_id, by=cast.liaison2)
    assert Evidence.objects.get(pk=made.pk).removed_at == NOON
