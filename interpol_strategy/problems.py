"""The API's one way to say no: RFC 9457 problem details, with every field that is to blame named."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from http import HTTPStatus

from django.core.exceptions import PermissionDenied, RequestDataTooBig, ValidationError
from django.db import DataError, IntegrityError, InterfaceError, OperationalError
from django.http import Http404, JsonResponse
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from core.errors import DomainError, NotFound

CONTENT_TYPE = "application/problem+json"
RETRY_AFTER_SECONDS = "5"
NOTHING_HERE = NotFound.code
UNREADABLE = (DataError, RecursionError, OverflowError)
AWAY = (OperationalError, InterfaceError)


def problem(status: int, code: str, detail: str = "", *, errors: list | None = None, **members) -> dict:
    """The body: what happened, for machines (`code`) and for people (`title`, `detail`), field by field (`errors`)."""
    body = {"type": f"urn:problem:{code}", "title": HTTPStatus(status).phrase, "status": status, "code": code}
    body |= {"detail": str(detail)} if detail else {}
    body |= {"errors": errors} if errors else {}
    return body | members


def exception_handler(error: Exception, context: dict) -> Response | None:
    """DRF's hook: every refusal becomes a problem; what is nobody's refusal stays a crash."""
    made = _answer_to(error)
    if made is None:
        return None
    set_rollback()
    body, headers = made
    request = context.get("request")
    body["instance"] = request.path if request else ""
    if request_id := getattr(getattr(request, "_request", None), "request_id", ""):
        body["request_id"] = request_id
    return Response(body, status=body["status"], headers=headers, content_type=CONTENT_TYPE)


def _answer_to(error: Exception) -> tuple[dict, dict] | None:
    if isinstance(error, DomainError):
        return _from_domain(error), _version_header(error)
    if isinstance(error, (Http404, exceptions.NotFound)):
        return _nothing_here(), {}
    if isinstance(error, PermissionDenied):
        return problem(403, "not_allowed", str(error) or _("This is not yours to do.")), {}
    if isinstance(error, exceptions.APIException):
        return _from_framework(error), _headers_of(error)
    if isinstance(error, ValidationError):
        return _from_validation(error), {}
    if isinstance(error, RequestDataTooBig):
        return problem(413, "too_large", _("The body is too large.")), {}
    if isinstance(error, AWAY):
        return away(), {"Retry-After": RETRY_AFTER_SECONDS}
    if isinstance(error, IntegrityError):
        return problem(409, "conflict", _("This does not fit what is already recorded.")), {}
    if isinstance(error, UNREADABLE):
        return problem(400, "unreadable", _("A value is too large, too deep or of the wrong kind.")), {}
    return None


def away() -> dict:
    return problem(503, "unavailable", _("The database does not answer just now. Try again in a few seconds."))


def _nothing_here() -> dict:
    """One body for what is hidden and for what does not exist."""
    return problem(404, NOTHING_HERE, _("There is nothing here, or nothing that you may see."))


def _from_domain(error: DomainError) -> dict:
    if error.status == HTTPStatus.NOT_FOUND:
        return _nothing_here()
    errors = [
        {"field": name, "detail": str(message), "code": error.code}
        for name, messages in error.fields.items()
        for message in messages
    ]
    return problem(error.status, error.code, str(error), errors=errors)


def _version_header(error: DomainError) -> dict:
    version = getattr(getattr(error, "current", None), "version", None)
    return {"ETag": f'"{version}"'} if version is not None else {}


def _from_framework(error: exceptions.APIException) -> dict:
    if isinstance(error, exceptions.ValidationError):
        return problem(
            400, "invalid", _("Some values cannot be accepted."), errors=list(_flat(error.get_full_details()))
        )
    codes = error.get_codes()
    return problem(error.status_code, codes if isinstance(codes, str) else "refused", _sentence(error.detail))


def _sentence(detail) -> str:
    return str(detail.get("detail", "")) if isinstance(detail, Mapping) else str(detail)


def _flat(details, path: tuple = ()) -> Iterator[dict]:
    """Each complaint of a serializer with the dotted path of its field; what belongs to none has the field ""."""
    if isinstance(details, Mapping) and set(details) == {"message", "code"}:
        yield {"field": ".".join(path), "detail": str(details["message"]), "code": details["code"]}
    elif isinstance(details, Mapping):
        for name, item in details.items():
            yield from _flat(item, path if name == "non_field_errors" else (*path, str(name)))
    else:
        for place, item in enumerate(details):
            is_complaint = isinstance(item, Mapping) and set(item) == {"message", "code"}
            yield from _flat(item, path if is_complaint else (*path, str(place)))


def _headers_of(error: exceptions.APIException) -> dict:
    headers = {}
    if getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = error.auth_header
    if getattr(error, "wait", None):
        headers["Retry-After"] = str(int(error.wait))
    return headers


def _from_validation(error: ValidationError) -> dict:
    by_field = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
    errors = [
        {"field": "" if name == "__all__" else name, "detail": message, "code": "invalid"}
        for name, messages in by_field.items()
        for message in messages
    ]
    return problem(400, "invalid", _("Some values cannot be accepted."), errors=errors)


def json_problem(request, body: dict) -> JsonResponse:
    """The same answer where DRF is not in charge: a path that leads nowhere, a refused host, a crash."""
    body |= {"instance": request.path, "request_id": getattr(request, "request_id", "")}
    response = JsonResponse(body, status=body["status"], content_type=CONTENT_TYPE)
    if body["status"] == HTTPStatus.SERVICE_UNAVAILABLE:
        response["Retry-After"] = RETRY_AFTER_SECONDS
    return response
