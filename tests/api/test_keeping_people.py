"""Accounts and bureaus through the API: once per key, not over somebody's change, and with what ends at once."""

from __future__ import annotations

import pytest

from accounts.models import Bureau, User
from core.models import AuditRecord


@pytest.fixture
def cast(small_cast):
    return small_cast


@pytest.fixture
def admin(cast, as_):
    return as_(cast.admin)


BODY = {"email": "ada@test.invalid", "full_name": "Ada New", "role": "liaison", "bureau": "XA", "clearance": "restricted"}


def test_a_person_is_registered_once_per_key_and_gets_a_link(cast, admin, as_):
    made = admin.post("people/", BODY, key="one")
    assert made.status_code == 201, made.data
    assert (made.data["role"], made.data["bureau"], made.data["clearance"]) == ("liaison", "XA", "restricted")
    assert admin.post("people/", BODY, key="one").data["id"] == made.data["id"]
    assert admin.post("people/", BODY, key="two").status_code == 400
    path = f"people/{made.data['id']}/"
    assert "clearance" not in as_(cast.liaison).get(path).data
    invited = admin.post(f"{path}reset-password/", version=1)
    assert invited.data["password_link"].startswith("/set-password/")
    assert User.objects.filter(email="ada@test.invalid").count() == 1


def test_a_change_names_its_version_and_a_change_of_rights_its_reason(cast, admin):
    path = f"people/{cast.liaison.pk}/"
    assert admin.patch(path, {"clearance": "restricted"}).status_code == 428
    assert admin.patch(path, {"clearance": "restricted"}, version=7).status_code == 412
    refused = admin.patch(path, {"clearance": "restricted"}, version=1)
    assert {one["field"] for one in refused.data["errors"]} == {"reason"}
    changed = admin.patch(path, {"clearance": "restricted", "reason": "New duty"}, version=1)
    assert (changed.status_code, changed.data["clearance"], changed.data["version"]) == (200, "restricted", 2)
    assert AuditRecord.objects.get(action="person.edited").reason == "New duty"


def test_a_closed_account_is_shut_out(cast, admin, as_):
    theirs = as_(cast.liaison)
    assert theirs.get("me/").status_code == 200
    closed = admin.post(f"people/{cast.liaison.pk}/deactivate/", {"reason": "Left"}, version=1)
    assert (closed.status_code, closed.data["is_active"]) == (200, False)
    assert theirs.get("me/").status_code == 401
    assert admin.post(f"people/{cast.liaison.pk}/deactivate/", {"reason": "Left"}, version=2).status_code == 409
    assert admin.post(f"people/{cast.liaison.pk}/reactivate/", {"reason": "Back"}, version=2).data["is_active"]


def test_nobody_does_it_to_themselves(cast, admin):
    path = f"people/{cast.admin.pk}/"
    assert admin.patch(path, {"role": "officer", "reason": "x"}, version=1).status_code == 403
    assert admin.post(f"{path}deactivate/", {"reason": "x"}, version=1).status_code == 403


def test_a_bureau_is_added_and_changed(cast, admin):
    name = {"source": "en", "texts": {"en": "New unit", "fr": "Unité"}}
    made = admin.post("bureaus/", {"code": "SG-NEW", "kind": "unit", "name": name}, key=True)
    assert made.status_code == 201, made.data
    assert admin.post("bureaus/", {"code": "SG-NEW", "kind": "unit", "name": name}, key=True).status_code == 400
    wrong = admin.post("bureaus/", {"code": "XD", "kind": "ncb", "country": "XA", "name": name}, key=True)
    assert {one["field"] for one in wrong.data["errors"]} == {"country"}
    changed = admin.patch("bureaus/SG-NEW/", {"time_zone": "Europe/Paris", "name": {"texts": {"en": "Unit"}}}, version=1)
    assert (changed.data["time_zone"], changed.data["name"]["states"]["fr"]) == ("Europe/Paris", "stale")
    assert admin.patch("bureaus/SG-NEW/", {"time_zone": "Mars"}, version=2).status_code == 400
    assert admin.patch("bureaus/XB/", {"is_active": False, "reason": "Over"}, version=1).status_code == 409
    assert Bureau.objects.get(code="XB").is_active
