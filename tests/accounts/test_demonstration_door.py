"""The printed password of the demonstration opens nothing where demonstration data is off."""

import pytest
from django.contrib.auth import authenticate

from accounts.models import Role, User

pytestmark = pytest.mark.django_db
PASSWORD = "printed for everybody"


@pytest.fixture(params=["officer@demo.invalid", "officer@DEMO.invalid"])
def invented(request):
    person = User(email=request.param, full_name="Invented", role=Role.OFFICER)
    person.set_password(PASSWORD)
    person.save()
    return person


def enter(person, rf):
    return authenticate(rf.post("/"), username=person.email, password=PASSWORD)


def test_it_opens_where_demonstration_data_is_on(invented, settings, rf):
    settings.DEMO = True
    assert enter(invented, rf) == invented


def test_it_stays_shut_where_demonstration_data_is_off(invented, settings, rf):
    settings.DEMO = False
    assert enter(invented, rf) is None


def test_a_session_of_the_demonstration_ends_when_it_is_switched_off(invented, settings, client):
    settings.DEMO = True
    client.force_login(invented, backend="accounts.backends.PasswordDoor")
    settings.DEMO = False
    assert client.get("/").wsgi_request.user.is_anonymous


def test_real_people_are_not_concerned(settings, rf):
    settings.DEMO = False
    person = User.objects.create(email="officer@example.org", full_name="Real", role=Role.OFFICER)
    person.set_password(PASSWORD)
    person.save()
    assert enter(person, rf) == person
