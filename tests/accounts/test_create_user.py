"""A person is registered from the command line or by an administrator, and never half."""

import io

import pytest
from django.core.management import CommandError, call_command

from accounts.loading import load_accounts_reference
from accounts.models import Bureau, User
from accounts.services import create_person
from core.errors import Invalid, NotAllowed
from core.models import AuditRecord
from tests.moments import NOON

pytestmark = pytest.mark.django_db
PASSWORD = "seven grey herons at dawn"


@pytest.fixture
def senegal():
    load_accounts_reference(at=NOON)
    return Bureau.objects.get(code="SN")


def create(**changes):
    person = {"email": "awa@example.org", "full_name": "Awa Diop", "role": "officer", "at": NOON}
    return create_person(**(person | changes))


def faults(**changes):
    with pytest.raises(Invalid) as refused:
        create(**changes)
    return set(refused.value.fields)


def test_a_liaison_belongs_to_a_bureau_and_keeps_its_hours(senegal):
    made = create(role="liaison", bureau=senegal, language="fr")
    assert (made.bureau, made.time_zone, made.language) == (senegal, "Africa/Dakar", "fr")


def test_a_person_without_a_password_cannot_sign_in_with_one():
    assert not create().has_usable_password()


def test_the_trail_keeps_who_was_registered_but_never_the_password():
    create(password=PASSWORD)
    record = AuditRecord.objects.get(action="person.created")
    assert record.after["email"] == "awa@example.org" and "password" not in record.after


def test_the_machine_or_an_administrator_registers_people():
    admin = create(role="admin", email="root@example.org")
    assert create(by=admin).pk
    with pytest.raises(NotAllowed):
        create(email="third@example.org", by=User.objects.get(email="awa@example.org"))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"email": "not an address"}, "email"),
        ({"full_name": " "}, "full_name"),
        ({"role": "king"}, "role"),
        ({"role": "liaison"}, "bureau"),
        ({"clearance": 9}, "clearance"),
        ({"language": "de"}, "language"),
        ({"password": "short"}, "password"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(changes, field):
    assert field in faults(**changes)
    assert not User.objects.exists()


def test_an_address_is_one_persons_whatever_its_capitals():
    create()
    assert faults(email="AWA@example.org") == {"email"}


def test_the_command_registers_and_says_so(senegal, capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO(PASSWORD + "\n"))
    call_command(
        "create_user", email="ndeye@example.org", name="Ndeye Fall", role="head", bureau="sn",
        clearance="restricted", language="fr", password_stdin=True,
    )  # fmt: skip
    made = User.objects.get(email="ndeye@example.org")
    assert made.check_password(PASSWORD) and made.clearance == 2
    assert "Registered Ndeye Fall" in capsys.readouterr().out


def test_the_command_fails_with_the_reasons(senegal):
    with pytest.raises(CommandError, match="There is no bureau XX"):
        call_command("create_user", email="a@example.org", name="A", role="head", bureau="XX")
    with pytest.raises(CommandError, match="email"):
        call_command("create_user", email="a", name="A", role="officer")


def test_without_a_password_the_command_prints_the_way_to_one(client):
    out = io.StringIO()
    call_command("create_user", email="first@example.org", name="First Admin", role="admin", stdout=out)
    link = out.getvalue().rpartition("/set-password/")[2].strip()
    assert client.get(f"/set-password/{link}").status_code == 200
    out = io.StringIO()
    call_command("create_user", email="other@example.org", name="Other", role="leader", stdout=out)
    assert link not in out.getvalue()
