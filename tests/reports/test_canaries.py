"""The redacted twin, drawn for real: no word and no number that its reader may not see is anywhere in any of its files."""

import io
import re
import zipfile

import pikepdf
import pytest
from django.urls import reverse

from core.handling import Handling
from initiatives.choices import UpdateState
from initiatives.models import Milestone, Update, UpdateValue
from outcomes import rollup
from outcomes.services import record_measurement
from reports import store
from reports.models import Edition
from tests import cast as company
from tests.pdf_words import words_of
from tests.reports.conftest import AT, define, make

pytestmark = pytest.mark.django_db
SECRET_NUMBER = 98765
FORMS = ("pdf", "html", "xlsx", "csv")
LANGUAGES = ("en", "ar")


@pytest.fixture
def filed(cast):
    """An edition and its twin over work whose titles, words, steps, indicators and values carry canaries."""
    for level in (Handling.RESTRICTED, Handling.CONFIDENTIAL):
        work = company.make_initiative(cast, "own", level)
        Milestone.objects.create(initiative=work, title="CANARY step", due_on=cast.today, weight=1)
        _tell(cast, work)
    record_measurement(
        indicator=cast.indicator, period=cast.periods["open"], bureau=cast.bureaus["own"], at=AT, by=None,
        initiative_code="", state="reported", observed_on=cast.today, handling=Handling.RESTRICTED,
        source_ref="update:1", value=SECRET_NUMBER,
    )  # fmt: skip
    rollup.rebuild(at=AT)
    make(cast, define(cast, languages=list(LANGUAGES), handling=Handling.RESTRICTED))
    return cast


def _tell(cast, work) -> None:
    """A validated update that speaks of canaries wherever it can."""
    update = Update.objects.create(
        initiative=work, period=cast.periods["open"], author=cast.liaison, writer_ids=[cast.liaison.pk],
        achieved="CANARY done", obstacle="CANARY obstacle", next_steps="CANARY next", help_wanted="CANARY help",
        off_track_reason="CANARY reason", delivery_percent=40, delivery_status="off_track", handling=work.handling,
    )  # fmt: skip
    UpdateValue.objects.create(
        update=update, indicator=cast.indicator, state="reported", value=10, observed_on=cast.today
    )
    company.make_evidence(update, at=cast.at)
    company.bring_to(cast, [update.pk], UpdateState.VALIDATED)


def files(clearance: int) -> dict[tuple[str, str], bytes]:
    edition = Edition.objects.get(clearance=clearance)
    return {(file.language, file.form): store.read(file.storage_key) for file in edition.files.all()}


def layers_of_pdf(content: bytes) -> dict[str, str]:
    """Everything in which a PDF can say something."""
    with pikepdf.open(io.BytesIO(content)) as opened:
        with opened.open_outline() as outline:
            titles = _titles(outline.root)
        alternative = [
            str(one["/Alt"]) for one in opened.objects if isinstance(one, pikepdf.Dictionary) and "/Alt" in one
        ]
        about = " ".join(f"{key} {value}" for key, value in opened.docinfo.items())
        raw = " ".join(repr(one) for one in opened.objects if not isinstance(one, pikepdf.Stream))
        metadata = opened.Root.Metadata.read_bytes().decode()
        attached = " ".join(opened.attachments)
    return {
        "text": words_of(content), "outline": " ".join(titles), "alternative text": " ".join(alternative), "about": about,
        "metadata": metadata, "objects": raw, "attachments": attached,
    }  # fmt: skip


def _titles(items) -> list[str]:
    return [title for item in items for title in (item.title, *_titles(item.children))]


def layers(form: str, content: bytes) -> dict[str, str]:
    if form == "pdf":
        return layers_of_pdf(content)
    if form == "html":
        return {"page": content.decode()}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: name + archive.read(name).decode("utf-8", "replace") for name in archive.namelist()}


def secrets_in(words: str) -> list[str]:
    plain = re.sub(r"[\s,.\u00a0\u202f\u066c\u2066-\u2069]", "", words)
    return [secret for secret in ("CANARY", str(SECRET_NUMBER)) if secret in plain]


def test_nothing_restricted_is_in_any_layer_of_any_file_of_the_twin(filed):
    looked = 0
    for (language, form), content in files(Handling.INTERNAL).items():
        for layer, words in layers(form, content).items():
            assert secrets_in(words) == [], f"{language} {form}: {layer}"
            looked += 1
    print(f"\n{looked} layers of {len(LANGUAGES) * len(FORMS)} files, no canary")
    assert looked > 50


def test_the_full_edition_carries_them_so_that_the_search_would_have_found_them(filed):
    found = files(Handling.RESTRICTED)
    for language in LANGUAGES:
        for form in FORMS:
            words = " ".join(layers(form, found[language, form]).values())
            assert secrets_in(words) == ["CANARY", str(SECRET_NUMBER)], f"{language} {form}"


def test_names_of_files_say_nothing(client, filed):
    for edition in Edition.objects.all():
        assert not any(secrets_in(file.storage_key) for file in edition.files.all())
    client.force_login(filed.leader)
    for form in (*FORMS, "json"):
        answer = client.get(reverse("reports:download", args=[1, "en", form]))
        assert secrets_in(answer["Content-Disposition"]) == []
        assert form != "json" or secrets_in(answer.content.decode()) == []


def test_the_twin_says_how_much_is_left_out(filed):
    twin = Edition.objects.get(clearance=Handling.INTERNAL)
    left = twin.snapshot["handling"]["left_out"]
    assert (left["initiatives"], left["indicators"]) == (6, 1)
    assert left["figures"] >= 1
    words = " ".join(layers_of_pdf(files(Handling.INTERNAL)["en", "pdf"])["text"].split())
    assert (
        f"Left out because of their handling: initiatives {left['initiatives']}, indicators {left['indicators']},"
        in words
    )
