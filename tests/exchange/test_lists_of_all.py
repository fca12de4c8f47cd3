"""A list that carries milestones, partners and crime areas: read in the words that people use, changed only where it says so."""

from __future__ import annotations

import pytest

from core.models import AuditRecord
from initiatives import delivery
from initiatives.models import CrimeArea, Initiative, Milestone
from tests.cast import make_initiative, said
from tests.exchange.test_lists import brought, taken, xlsx

HEADS = ["Ref", "Bureau", "Title", "Start", "End", "Results", "Partners", "Crime areas", "Milestones"]
ROW = ["A-1", "XB", "Boats", "2026-02-01", "2026-12-31", "1.1"]
STEPS = "Boats bought: 2026-06-30; Crew: trained: 31.12.2026 ✓ 2026-11-02 × 2"


@pytest.fixture
def areas(cast):
    given = {"firearms": "Firearms", "wildlife": "Wildlife, forestry and fisheries"}
    return {code: CrimeArea.objects.get_or_create(code=code, defaults={"name": said(name)})[0] for code, name in given.items()}


def test_all_of_it_is_read_in_codes_and_names(cast, desk, areas):
    delivery.rebuild(at=cast.at)
    row = [*ROW, "XA; NCB third", f"firearms; {areas['wildlife'].name.texts['en']}", STEPS]
    page = brought(desk(cast.officer), cast, xlsx(HEADS, row))
    assert "1 row would be created" in page.text and "Crew: trained: 31 Dec 2026 ✓ 2 Nov 2026 × 2" in page.text
    taken(page)
    made = Initiative.objects.get()
    assert set(made.partners.all()) == {cast.bureaus["own"], cast.bureaus["third"]}
    assert set(made.crime_areas.all()) == set(areas.values())
    steps = [(one.title, one.due_on.isoformat(), one.done_on and one.done_on.isoformat(), one.weight) for one in made.milestones.all()]
    assert steps == [("Boats bought", "2026-06-30", None, 1), ("Crew: trained", "2026-12-31", "2026-11-02", 2)]
    after = AuditRecord.objects.get(action="initiative.created").after
    assert len(after["milestones"]) == len(after["partners"]) == len(after["crime_areas"]) == 2
    assert delivery.rebuild(at=cast.at, check_only=True) == []


@pytest.mark.parametrize(("column", "words", "why"), [
    (6, "XA; Atlantis", "Unknown bureaus: Atlantis."), (7, "firearms; moonshine", "Unknown crime areas: moonshine."),
    (8, "Boats bought", "is no milestone"), (8, "Boats: 03/04/2026", "could be two days"), (8, "Boats: soon", "Write the day as"),
    (8, "Boats: 2027-05-01", "within the initiative"), (8, "Boats: 2026-05-01 × 0", "A weight is above 0"),
    (8, "Boats: 2026-05-01 × many", "Write a number"), (8, "x" * 201 + ": 2026-05-01", "is no milestone"),
    (8, "; ".join(f"Step {n}: 2026-05-01" for n in range(51)), "At most 50 milestones."),
])  # fmt: skip
def test_what_cannot_be_read_is_refused_with_its_cell(cast, desk, areas, column, words, why):
    row = [*ROW, "", "", ""]
    row[column] = words
    page = brought(desk(cast.officer), cast, xlsx(HEADS, row))
    assert "1 row is refused" in page.text and why in page.text and f"{'ABCDEFGHI'[column]}2" in page.text
    assert not Initiative.objects.exists()


def test_what_stands_already_is_no_change_and_what_is_not_said_stays(cast, desk, areas):
    taken(brought(desk(cast.officer), cast, xlsx(HEADS, [*ROW, "XA", "firearms", STEPS])))
    page = brought(desk(cast.officer), cast, xlsx(HEADS, [*ROW, "xa", "Firearms", STEPS], ["", *[""] * 8]), "again.xlsx")
    assert "1 row is as it stands already" in page.text
    page = brought(desk(cast.officer), cast, xlsx(HEADS[:6] + ["Summary"], [*ROW, "Now with words"]), "short.xlsx")
    taken(page)
    made = Initiative.objects.get()
    assert (made.summary, made.milestones.count(), made.partners.count(), made.crime_areas.count()) == ("Now with words", 2, 1, 1)


def test_a_changed_list_changes_them(cast, desk, areas):
    delivery.rebuild(at=cast.at)
    taken(brought(desk(cast.officer), cast, xlsx(HEADS, [*ROW, "XA", "firearms", STEPS])))
    taken(brought(desk(cast.officer), cast, xlsx(HEADS, [*ROW, "XC", "wildlife", "Boats bought: 2026-07-31"]), "changed.xlsx"))
    made = Initiative.objects.get()
    assert list(made.partners.all()) == [cast.bureaus["third"]] and list(made.crime_areas.all()) == [areas["wildlife"]]
    assert [one.due_on.isoformat() for one in made.milestones.all()] == ["2026-07-31"]
    assert delivery.rebuild(at=cast.at, check_only=True) == []


def test_days_that_would_leave_a_milestone_outside_are_refused(cast, desk):
    work = make_initiative(cast, "other")
    Milestone.objects.create(initiative=work, title="Late", due_on=work.ends_on)
    page = brought(desk(cast.officer), cast, xlsx(["Code", *HEADS[1:6]], [work.code, "XB", work.title, "2026-02-01", "2026-03-01", "1.1: 100"]))
    assert "1 row is refused" in page.text and "outside this time" in page.text
