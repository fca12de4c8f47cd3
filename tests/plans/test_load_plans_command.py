"""manage.py load_plans on an empty database: all or nothing, and a failure that names file, path and reason."""

import pytest
from django.core.management import CommandError, call_command

from core.models import AuditRecord
from goals.models import Plan
from outcomes.plans.loading import load_plans
from outcomes.plans.reading import INDICATORS, read_plans
from tests.moments import NOON
from tests.plans.copies import copy_files, edit

pytestmark = pytest.mark.django_db


def run(capsys, **options):
    call_command("load_plans", **options)
    return capsys.readouterr().out


def test_it_says_what_it_did_and_then_that_there_was_nothing_to_do(capsys):
    said = run(capsys)
    assert "strategic goal: 4 added" in said and "indicator: 88 added" in said and "capability: 9 added" in said
    said = run(capsys)
    assert "indicator: 0 added, 0 changed, 88 unchanged" in said and "Nothing changed" in said


def test_a_check_on_an_empty_database_loads_nothing(capsys):
    said = run(capsys, check=True)
    assert "indicator: 88 added" in said and "this was a check" in said
    assert not Plan.objects.exists()


def test_malformed_data_ends_in_failure_with_file_path_and_reason(tmp_path, monkeypatch):
    def spoil(value):
        value["results"][0]["indicators"][0]["kind"] = "guess"

    edit(copy_files(tmp_path), INDICATORS[0], spoil)
    monkeypatch.setattr("outcomes.management.commands.load_plans.read_plans", lambda: read_plans(tmp_path))
    with pytest.raises(CommandError, match=r"indicators-framework.*results\[0\]\.indicators\[0\]\.kind.*guess"):
        call_command("load_plans")
    assert not Plan.objects.exists()


def test_a_fault_halfway_leaves_nothing_behind(monkeypatch):
    monkeypatch.setattr("outcomes.plans.loading._load_thresholds", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        load_plans(read_plans(), at=NOON)
    assert not Plan.objects.exists() and not AuditRecord.objects.exists()
