"""Reference data comes from files: repeatedly, with a trace, and without undoing what people set."""

import pytest
from django.core.management import call_command

from accounts.loading import load_accounts_reference
from accounts.models import Bureau, MemberCountry, Region
from core import audit
from core.models import AuditRecord
from initiatives.models import CrimeArea
from tests.moments import NOON

pytestmark = pytest.mark.django_db


def load(capsys):
    call_command("load_reference")
    return capsys.readouterr().out


def test_everything_is_loaded_and_the_command_says_so(capsys):
    said = load(capsys)
    assert "member countries: 196 added" in said
    assert (Region.objects.count(), MemberCountry.objects.count(), CrimeArea.objects.count()) == (5, 196, 16)
    assert Bureau.objects.filter(kind="ncb").count() == 196


def test_a_second_run_changes_nothing_and_says_so(capsys):
    load(capsys)
    records = AuditRecord.objects.count()
    assert "member countries: 0 added, 0 changed, 196 unchanged" in load(capsys)
    assert AuditRecord.objects.count() == records


def test_every_row_that_was_added_left_a_record_and_the_trail_is_intact(capsys):
    load(capsys)
    rows = sum(model.objects.count() for model in (Region, MemberCountry, Bureau, CrimeArea))
    assert AuditRecord.objects.count() == rows
    assert audit.verify().is_intact


def test_a_country_that_was_altered_is_brought_back_with_its_before_and_after(capsys):
    load(capsys)
    MemberCountry.objects.filter(iso2="PW").update(member_from=None)
    assert "member countries: 0 added, 1 changed, 195 unchanged" in load(capsys)
    record = AuditRecord.objects.get(action="membercountry.changed")
    assert (record.before, record.after) == ({"member_from": None}, {"member_from": "2023-11-28"})


def test_what_an_administrator_set_for_a_bureau_stays(capsys):
    load(capsys)
    Bureau.objects.filter(code="SN").update(language="en", requires_head_approval=True)
    load(capsys)
    senegal = Bureau.objects.get(code="SN")
    assert senegal.language == "en" and senegal.requires_head_approval


def test_membership_can_be_asked_for_a_day(capsys):
    load_accounts_reference(at=NOON)
    members = MemberCountry.objects.members_on
    assert members(NOON.date().replace(year=2022)).count() == 195
    assert members(NOON.date().replace(year=2026)).count() == 196


def test_published_names_are_approved_translations_and_ours_are_drafts(capsys):
    load(capsys)
    assert Bureau.objects.get(code="SN").name.state("fr") == "approved"
    assert Bureau.objects.get(code="GS-CYB").name.state("fr") == "draft"
