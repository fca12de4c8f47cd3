"""The same day gives the same demonstration, any day of the framework gives one, and it never mixes with real data."""

from collections import Counter
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from accounts.services import create_person
from core.errors import Conflict, Invalid
from core.models import Period
from initiatives.choices import UpdateState
from initiatives.models import Update
from interpol_strategy.demo.play import curtain
from interpol_strategy.demo.seeding import seed
from outcomes.models import Measurement
from tests.demo.conftest import ON, PASSWORD
from tests.demo.digest import digest
from tests.moments import NOON

pytestmark = [pytest.mark.usefixtures("plans", "without_summaries"), pytest.mark.django_db]


def load(on=ON):
    return seed(on=on, password=PASSWORD, at=NOON)


def test_two_loads_for_the_same_day_are_the_same():
    mark = transaction.savepoint()
    load()
    first = digest()
    transaction.savepoint_rollback(mark)
    load()
    assert digest() == first


@pytest.mark.parametrize("on", [date(2026, 1, 1), date(2026, 10, 1), date(2027, 1, 20)])
def test_any_day_of_the_framework_will_do(on):
    load(on)
    current = Period.objects.current(on)
    states = Counter(Update.objects.filter(period=current).values_list("state", flat=True))
    assert {UpdateState.DRAFT, UpdateState.SUBMITTED, UpdateState.RETURNED} <= set(states)
    assert not Measurement.objects.filter(recorded_at__gt=curtain(on)).exists()


def test_a_day_before_the_framework_is_refused():
    with pytest.raises(Invalid):
        load(date(2025, 12, 31))


def test_it_is_refused_where_demonstration_data_is_off(settings):
    settings.DEMO = False
    with pytest.raises(Conflict):
        load()


def test_it_is_never_mixed_with_real_people():
    create_person(email="real@example.org", full_name="Somebody Real", role="officer", at=NOON)
    with pytest.raises(Conflict):
        load()


def test_the_command_fails_with_the_reason(settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="DEMO"):
        call_command("seed_demo")
