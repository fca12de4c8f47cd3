"""A closed plan is assessed in words, with reason and trace, and the words are frozen into the editions filed afterwards."""

import io
import zipfile

import pytest

from core.errors import Conflict, Invalid, NotAllowed, NotFound, Stale
from core.models import AuditRecord, TextRevision
from core.translations import Translated
from goals.models import Aim, Plan
from outcomes.models import Crosswalk, ExpectedResult
from reports import assessing
from reports.assemble import assemble
from reports.models import ClosingAssessment
from reports.render import compose, draw
from reports.render.closing_words import closing_facts
from reports.render.document import Heading, Para, Quotes, Table, flat
from reports.render.voice import Voice
from reports.spans import span_named
from tests.reports.conftest import AT, define
from tests.reports.fixture import snapshot

pytestmark = pytest.mark.django_db


def words(text, **more):
    return Translated(source="en", texts={"en": text, **more})


@pytest.fixture
def closed(cast):
    """A closed strategy of one objective with two results, of which the crosswalk knows one."""
    made = Plan.objects.create(
        code="old",
        kind="strategy",
        title=words("Old strategy"),
        start_on="2022-01-01",
        end_on="2025-12-31",
        status="closed",
    )
    made.aim = Aim.objects.create(plan=made, number=1, title=words("Old aim"))
    made.results = [
        ExpectedResult.objects.create(aim=made.aim, number=n, text=words(f"Old result {n}")) for n in (1, 2)
    ]
    Crosswalk.objects.create(kind="continued", state="approved", from_result=made.results[0], to_aim=cast.aim)
    return made


def write(cast, closed, key="1.2", text="What was reached", version=None, reason="", by=None):
    subject = assessing.find_subject(plan_code="old", key=key, by=cast.officer)
    value = text if isinstance(text, Translated) else words(text)
    return assessing.write_assessment(
        subject=subject, version=version, text=value, reason=reason, by=by or cast.officer, at=AT
    )


@pytest.mark.parametrize(("key", "about"), [("plan", (None, None)), ("1", ("aim", None)), ("1.2", (None, "result"))])
def test_the_plan_its_aims_and_its_results_are_each_assessed_once(cast, closed, key, about):
    made = write(cast, closed, key)
    assert (made.aim_id is not None, made.expected_result_id is not None) == (
        about[0] is not None,
        about[1] is not None,
    )
    with pytest.raises(Stale):
        write(cast, closed, key, "Somebody else's words")
    assert AuditRecord.objects.filter(action="assessment.written").count() == 1


def test_words_are_replaced_for_a_reason_and_the_earlier_ones_are_kept(cast, closed):
    made = write(cast, closed, text=words("First", fr="Premier"))
    with pytest.raises(Invalid) as refused:
        write(cast, closed, text="Second", version=1)
    assert "reason" in refused.value.fields
    write(cast, closed, text=made.text.rewritten("Second"), version=1, reason="A figure was wrong")
    made.refresh_from_db()
    assert (made.version, str(made.text)) == (2, "Second")
    assert made.text.state("fr") == "stale"
    assert TextRevision.objects.get().text.texts["en"] == "First"
    record = AuditRecord.objects.get(action="assessment.rewritten")
    assert (record.reason, record.before["text"]["texts"]["en"]) == ("A figure was wrong", "First")
    with pytest.raises(Stale):
        write(cast, closed, text="Third", version=1, reason="Late")


@pytest.mark.parametrize("part", ["liaison", "head", "leader", "auditor", "admin"])
def test_only_officers_write(cast, closed, part):
    with pytest.raises(NotAllowed):
        write(cast, closed, by=getattr(cast, part))


def test_a_plan_that_is_not_closed_is_not_assessed(cast):
    subject = assessing.find_subject(plan_code=cast.plan.code, key="1", by=cast.officer)
    with pytest.raises(Conflict, match="Only a closed plan"):
        assessing.write_assessment(subject=subject, version=None, text=words("x"), reason="", by=cast.officer, at=AT)


@pytest.mark.parametrize("key", ["2", "1.3", "9.9"])
def test_what_is_not_there_is_not_found(cast, closed, key):
    with pytest.raises(NotFound):
        assessing.find_subject(plan_code="old", key=key, by=cast.officer)


# the pages


def test_everyone_reads_and_an_officer_writes(client, cast, closed):
    client.force_login(cast.officer)
    page = client.get("/reports/closing/old/").content.decode()
    assert "No assessment has been written yet." in page
    given = {"source": "en", "text_en": "Reached in part.", "text_fr": "Atteint en partie.", "approved": ["fr"]}
    assert client.post("/reports/closing/old/1.2/", given).status_code == 302
    row = ClosingAssessment.objects.get()
    assert row.text.state("fr") == "approved"
    client.force_login(cast.leader)
    page = client.get("/reports/closing/old/").content.decode()
    assert "Reached in part." in page
    assert "/reports/closing/old/1.2/" not in page, "a leader is offered nothing to write"
    assert client.get("/reports/closing/old/1.2/").status_code == 403


def test_a_form_without_its_source_text_says_so_beside_the_field_and_keeps_the_rest(client, cast, closed):
    client.force_login(cast.officer)
    answer = client.post("/reports/closing/old/1/", {"source": "fr", "text_en": "Kept words"})
    assert answer.status_code == 400
    page = answer.content.decode()
    assert "Give the text in its source language." in page
    assert "Kept words" in page


def test_who_comes_second_sees_both_and_loses_nothing(client, cast, closed):
    client.force_login(cast.officer)
    write(cast, closed, "1", "Theirs")
    answer = client.post("/reports/closing/old/1/", {"source": "en", "text_en": "Mine", "reason": "x"})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Theirs" in page
    assert "Mine</textarea>" in page
    given = {"source": "en", "text_en": "Mine", "reason": "Both read", "version": 1}
    assert client.post("/reports/closing/old/1/", given).status_code == 302
    assert str(ClosingAssessment.objects.get().text) == "Mine"


# in the report


def closing_snapshot(cast, closed, code="closing"):
    definition = define(cast, code, scope="plan", plan=closed, languages=["en"], handling=1, recipients=[])
    filing = {"number": 1, "corrects": None, "correction_reason": None}
    return assemble(definition, span_named("2025-Q4"), clearance=1, as_of=AT, filing=filing)


def test_the_report_says_objective_by_objective_and_result_by_result_what_was_reached(cast, closed):
    write(cast, closed, "plan", "The overall lesson")
    write(cast, closed, "1", "Of the aim")
    write(cast, closed, "1.2", words("Of the result", fr="Du résultat"))
    snapshot = closing_snapshot(cast, closed)
    blocks = list(flat(compose(snapshot, "en").blocks))
    told = [
        quote.text
        for block in blocks
        if isinstance(block, Quotes)
        for column in block.columns
        for quote in column.items
    ]
    assert told.count("The overall lesson") == 2, "on the summary page and in its chapter"
    assert "Of the aim" in told
    assert "Of the result" in told
    paras = [block.text for block in blocks if isinstance(block, Para)]
    assert any("continued" in one and "Strategic goal 1" in one and "Aim one" in one for one in paras)
    assert "No assessment has been written yet." in paras, "the first result has none"
    titles = [block.text for block in blocks if isinstance(block, Heading) and block.level == 3]
    assert sum("Old result" in one for one in titles) == 2
    french = [block for block in flat(compose(snapshot, "fr").blocks) if isinstance(block, Quotes)]
    assert any("Du résultat" in quote.text for block in french for column in block.columns for quote in column.items)


def test_what_was_kept_up_has_a_closing_value_and_no_way_to_cover():
    facts = snapshot(initiatives=1)
    plan = facts["plans"][0]
    one = plan["aims"][0]["expected_results"][0]["indicators"][0]
    value = {"state": "reported", "value": "0.99", "numerator": None, "denominator": None, "on": "2025-12-31", "period": None}
    one |= {"latest": value, "progress": None, "restricted": False}
    plan["status"] = "closed"
    tables = [block for block in flat(compose(facts, "en").blocks) if isinstance(block, Table)]
    rows = next(block.rows for block in tables if block.key.startswith("closing "))
    assert rows[0][4].text == "–"


def test_an_edition_keeps_the_words_of_its_day(cast, closed):
    made = write(cast, closed, "1", "As it stood")
    before = closing_snapshot(cast, closed)
    write(cast, closed, "1", made.text.rewritten("As it stands now"), version=1, reason="New facts")
    assert before["plans"][0]["aims"][0]["assessment"]["texts"]["en"] == "As it stood"
    after = closing_snapshot(cast, closed, "again")
    assert after["plans"][0]["aims"][0]["assessment"]["texts"]["en"] == "As it stands now"


def test_the_assessments_are_in_the_data_files_too(cast, closed):
    write(cast, closed, "1", "=1+1 said the aim")
    archive = zipfile.ZipFile(io.BytesIO(draw(closing_snapshot(cast, closed), "en", "csv").content))
    assert "'=1+1 said the aim" in archive.read("assessments.csv").decode("utf-8-sig")


@pytest.mark.parametrize(("delivery", "said"), [
    ({"value": "0.96", "restricted": False}, "96% of the work was delivered."),
    ({"value": None, "restricted": True}, "How much of the work was delivered is restricted."),
    ({"value": None, "restricted": False}, "How much of the work was delivered is not known."),
])  # fmt: skip
def test_what_was_delivered_is_said_as_a_sentence_or_why_it_is_not(delivery, said):
    results = {"value": "0.9", "expected": "1", "coverage": "0.88", "restricted": False, "counts": {"achieved": 1}, "total": 2}
    told = closing_facts(Voice("en"), {"status": "on_track", "results": results, "delivery": delivery})
    assert told.endswith(f"with 88% of them known. {said}")
