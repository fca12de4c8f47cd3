"""What happens before anybody is served: the database is brought to this version, its figures included."""

from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from core.models import Installation
from initiatives.rules import rules_in_force
from outcomes import rollup
from outcomes.models import BureauReading, RollUp
from outcomes.services import record_measurement
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
    cast = settle_in(timezone.now().date(), with_work=False)
    rollup.rebuild(at=timezone.now())
    RollUp.objects.filter(pk=RollUp.objects.filter(node_type="plan").first().pk).update(leaves=WRONG)
    return cast


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


def test_an_installation_of_before_is_given_what_its_bureaus_said(bent):
    period = bent.periods["open"]
    record_measurement(
        indicator=bent.indicator, period=period, bureau=bent.bureaus["own"], at=timezone.now(), by=None, state="reported",
        value=Decimal(12), observed_on=period.start_on, handling=1,
    )  # fmt: skip
    Installation.objects.update_or_create(pk=1, defaults={"figures_by": "the rules of an earlier version"})
    prepare()
    assert BureauReading.objects.get().value == 12
    assert RollUp.objects.get(node_type="indicator", node_id=bent.indicator.pk, period=period, bureau=None).actual == 12
