"""No body can set what its operation does not offer: not by naming a column, not by naming what was read."""

from __future__ import annotations

import json

import pytest
from django.apps import apps
from django.core import serializers as django_serializers

from accounts.models import OpenSession, User
from exchange.models import Upload
from initiatives.chasing.records import Extension
from tests.api import described
from tests.api.expectations import World

ROLES = ("liaison", "head", "liaison2", "officer", "leader", "auditor", "admin")
# Names that somebody might try: every column of every table of ours, and what reading shows.
OURS = ("core", "accounts", "goals", "objectives", "outcomes", "initiatives", "reports", "exchange")


def column_names() -> set[str]:
    names = {"id", "pk", "is_staff", "is_superuser", "password", "role", "permissions", "__class__", "constructor"}
    for model in apps.get_models():
        if model._meta.app_label in OURS:
            names |= {f.name for f in model._meta.get_fields()} | {f.attname for f in model._meta.concrete_fields}
    return names


def writable(operation: dict) -> set[str]:
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    return set(described.shape(body).get("properties", {}))


@pytest.fixture
def world(cast):
    return World(cast)


def everyone(world, as_) -> dict:
    """Each role at the API, signed in once."""
    return {part: as_(world.cast.people[part]) for part in ROLES}


OF_MEASURING = {
    "weights_create": ("POST", "weights/", 0),
    "judgements_create": ("POST", "judgements/", 0),
    "weights_together": ("POST", "weights/together/", 0),
    "weights_preview": ("POST", "weights/preview/", 0),
    "judgements_renew": ("POST", "judgements/1/renew/", 1),
    "judgements_end": ("POST", "judgements/1/end/", 1),
    "thresholds_create": ("POST", "thresholds/", 0),
    "thresholds_preview": ("POST", "thresholds/preview/", 0),
    "measurements_create": ("POST", "measurements/", 0),
    "proposed_values_confirm": ("POST", "proposed-values/1/confirm/", 1),
    "proposed_values_decline": ("POST", "proposed-values/1/decline/", 1),
    "proposed_values_take_back": ("POST", "proposed-values/1/take-back/", 1),
    "measurements_correct": ("POST", "measurements/1/correct/", 1),
    "indicators_set_target": ("POST", "indicators/IND-1/targets/", 0),
    "indicators_set_baseline": ("POST", "indicators/IND-1/baselines/", 0),
    "indicators_create": ("POST", "indicators/", 0),
    "indicators_partial_update": ("PATCH", "indicators/IND-1/", 1),
}


OF_REPORTS = {
    "report_definitions_create": ("POST", "report-definitions/", 0),
    "report_definitions_partial_update": ("PATCH", "report-definitions/quarterly/", 1),
    "report_definitions_request_edition": ("POST", "report-definitions/quarterly/request/", 0),
    "closing_assessments_create": ("POST", "closing-assessments/", 0),
    "closing_assessments_partial_update": ("PATCH", "closing-assessments/1/", 1),
    "editions_withdraw": ("POST", "editions/1/withdraw/", 0),
}


def addresses(cast) -> dict[str, tuple[str, str, int]]:
    """Where each operation that takes a body is tried: on what the caller could see, in a state that allows it."""
    return (
        _of_plans(cast)
        | OF_MEASURING
        | OF_REPORTS
        | _of_people(cast)
        | _of_work(cast)
        | _of_periods(cast)
        | _of_waiting(cast)
    )


def _of_plans(cast) -> dict:
    return {
        "plans_set_targets": ("POST", "plans/framework/targets/", 0),
        "translations_approve": ("POST", "translations/approve/", 0),
        "translations_take_back": ("POST", "translations/take-back/", 0),
        "plans_preview_targets": ("POST", "plans/framework/targets/preview/", 0),
        "plans_partial_update": ("PATCH", "plans/framework/", 1),
        "plans_create": ("POST", "plans/", 0),
        "plans_publish": ("POST", "plans/framework/publish/", 1),
        "plans_close": ("POST", "plans/framework/close/", 1),
        "aims_create": ("POST", "aims/", 0),
        "aims_move": ("POST", f"aims/{cast.aim.pk}/move/", 1),
        "aims_withdraw": ("POST", f"aims/{cast.aim.pk}/withdraw/", 1),
        "expected_results_move": ("POST", f"expected-results/{cast.result.pk}/move/", 1),
        "expected_results_withdraw": ("POST", f"expected-results/{cast.result.pk}/withdraw/", 1),
        "capabilities_create": ("POST", "capabilities/", 0),
        "capabilities_partial_update": ("PATCH", f"capabilities/{cast.capability.pk}/", 1),
        "capabilities_move": ("POST", f"capabilities/{cast.capability.pk}/move/", 1),
        "capabilities_withdraw": ("POST", f"capabilities/{cast.capability.pk}/withdraw/", 1),
        "aims_partial_update": ("PATCH", f"aims/{cast.aim.pk}/", 1),
        "expected_results_create": ("POST", "expected-results/", 0),
        "expected_results_partial_update": ("PATCH", f"expected-results/{cast.result.pk}/", 1),
        "crosswalk_create": ("POST", "crosswalk/", 0),
        "crosswalk_partial_update": ("PATCH", "crosswalk/1/", 1),
    }


def _of_people(cast) -> dict:
    return {
        "me_set_preferences": ("PATCH", "me/", 1),
        "tokens_create": ("POST", "tokens/", 0),
        "people_create": ("POST", "people/", 0),
        "people_partial_update": ("PATCH", f"people/{cast.colleague.pk}/", 1),
        "people_deactivate": ("POST", f"people/{cast.colleague.pk}/deactivate/", 1),
        "people_reactivate": ("POST", f"people/{cast.gone.pk}/reactivate/", 1),
        "people_invite": ("POST", f"people/{cast.colleague.pk}/invite/", 1),
        "people_reset_password": ("POST", f"people/{cast.colleague.pk}/reset-password/", 1),
        "bureaus_create": ("POST", "bureaus/", 0),
        "bureaus_partial_update": ("PATCH", "bureaus/XA/", 1),
        "hand_overs_create": ("POST", "hand-overs/", 0),
    }


def _of_work(cast) -> dict:
    draft, work = cast.updates["own", 1, "draft"], cast.work["own", 1]
    return {
        "initiatives_create": ("POST", "initiatives/", 0),
        "initiatives_partial_update": ("PATCH", f"initiatives/{work.code}/", work.version),
        "updates_create": ("POST", "updates/", 0),
        "updates_partial_update": ("PATCH", f"updates/{draft.pk}/", draft.version),
        "updates_comment": ("POST", f"updates/{draft.pk}/comments/", 0),
        "extensions_create": ("POST", "extensions/", 0),
        "letters_remind": ("POST", "letters/remind/", 0),
        "letters_take_back": ("POST", "letters/take-back/", 0),
        "updates_correct": ("POST", f"updates/{draft.pk}/correct/", draft.version),
    }


def _of_periods(cast) -> dict:
    period = cast.periods["open"]
    return {
        "periods_close": ("POST", f"periods/{period.code}/close/", period.version),
        "periods_reopen": ("POST", f"periods/{period.code}/reopen/", period.version),
        "periods_open_early": ("POST", f"periods/{period.code}/open/", period.version),
        "periods_create": ("POST", "periods/", 0),
        "periods_partial_update": ("PATCH", f"periods/{period.code}/", period.version),
    }


def _of_waiting(cast) -> dict:
    """What is done with something that waits: a file, a request, an update."""
    draft, sent = cast.updates["own", 1, "draft"], cast.updates["other", 1, "submitted"]
    at = {}
    file = Upload.objects.get(bureau__code="XA")
    for verb in ("apply", "discard"):
        at[f"workbook_files_{verb}"] = ("POST", f"workbook-files/{file.public_id}/{verb}/", file.version)
    asked = Extension.objects.get(bureau__code="XA")
    for verb in ("grant", "decline", "withdraw"):
        at[f"extensions_{verb}"] = ("POST", f"extensions/{asked.pk}/{verb}/", asked.version)
    for verb, update in (
        ("submit", draft), ("withdraw", draft), ("approve", draft), ("validate", sent), ("return_to_author", sent),
    ):  # fmt: skip
        path = f"updates/{update.pk}/{'return' if verb == 'return_to_author' else verb}/"
        at[f"updates_{verb}"] = ("POST", path, update.version)
    return at


def state_of_everything() -> str:
    """All of our rows but for sessions, keys and the moment of signing in, as text."""
    User.objects.update(last_login=None)
    rows = []
    for label in OURS:
        for model in (one for one in apps.get_app_config(label).get_models() if one is not OpenSession):
            rows += [row for row in model.objects.order_by("pk") if getattr(row, "action", "") != "access.denied"]
    return django_serializers.serialize("json", rows)


def test_every_writable_looking_property_is_refused_to_every_role(world, as_, capsys, caplog):
    caplog.set_level("CRITICAL", logger="django.request")
    operations, names, callers = described.operations(), column_names(), everyone(world, as_)
    before, tried, accepted = state_of_everything(), 0, []
    at = addresses(world.cast)
    with_bodies = {
        name for name, each in operations.items()
        if each["method"] in ("POST", "PATCH") and name not in ("updates_add_evidence", "workbooks_bring", "jobs_retry")
    }  # fmt: skip
    assert with_bodies == set(at), "a new operation with a body: say where to try it"
    for name, (method, path, version) in at.items():
        foreign = sorted(names - writable(operations[name]))
        for part in ROLES:
            # All at once, and the answer must name each of them: or the role is refused before its body is read.
            answer = callers[part].ask(method, path, dict.fromkeys(foreign, "x"), version=version or None, key=True)
            tried += len(foreign)
            if answer.status_code == 400:
                named = {error["field"] for error in answer.data["errors"]}
                accepted += [(name, part, field) for field in foreign if field not in named]
            elif answer.status_code not in (403, 404, 409):
                accepted.append((name, part, answer.status_code))
    after = state_of_everything()
    with capsys.disabled():
        print(f"\nmass assignment: {tried} properties x roles tried, {len(accepted)} accepted")
    assert accepted == []
    assert json.loads(before) == json.loads(after)


def test_reading_shows_exactly_what_is_described(world, as_):
    """Every row that any role reads has the described properties, no more and no fewer."""
    callers = everyone(world, as_)
    for operation in described.operations().values():
        if operation["x-operation"] != "list":
            continue
        found = operation["responses"]["200"]["content"]["application/json"]["schema"]
        items = found["properties"]["results"]["items"]
        names = set(described.shape(items)["properties"])
        for part in ROLES:
            answer = callers[part].get(operation["path"].removeprefix("/api/v1/"))
            for row in (answer.data or {}).get("results", []):
                assert set(row) == names, operation["operationId"]
