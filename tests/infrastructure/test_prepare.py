"""What happens before anybody is served: the database is brought to this version, its figures included."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from core.models import Installation
from initiatives.rules import rules_in_force
from outcomes import rollup
from outcomes.models import RollUp
from tests.cast import settle_in

pytestmark = pytest.mark.django_db
WRONG = 77


def prepare() -> str:
    said = StringIO()
    call_command("prepare", "--without-demonstration", stdout=said)
    return said.getvalue()


@pytest.fixture
def bent():
    """A figure as an earlier version would have left it."""
    settle_in(timezone.now().date(), with_work=False)
    rollup.rebuild(at=timezone.now())
    RollUp.objects.filter(pk=RollUp.objects.filter(node_type="plan").first().pk).update(leaves=WRONG)


@pytest.mark.usefixtures("bent")
def test_figures_of_other_rules_are_worked_out_anew():
    Installation.objects.update_or_create(pk=1, defaults={"figures_by": "the rules of an earlier version"})
    assert "working them out anew" in prepare()
    assert not RollUp.objects.filter(leaves=WRONG).exists()
    assert Installation.objects.get().figures_by == rules_in_force()


@pytest.mark.usefixtures("bent")
def test_figures_of_the_present_rules_are_left_alone():
    Installation.objects.update_or_create(pk=1, defaults={"figures_by": rules_in_force()})
    assert "anew" not in prepare()
    assert RollUp.objects.filter(leaves=WRONG).count() == 1
