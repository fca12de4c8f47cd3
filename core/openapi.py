"""The API's own description: beside shapes, it says of every operation who may call it and what it asks for."""

from __future__ import annotations

import re

from drf_spectacular.extensions import OpenApiAuthenticationExtension, OpenApiSerializerFieldExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework.serializers import ListSerializer

PROBLEM = {
    "type": "object",
    "description": "What went wrong (RFC 9457): `code` for machines, `detail` and `errors` for people.",
    "required": ["type", "title", "status", "code"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
        "request_id": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "detail"],
                "properties": {
                    "field": {"type": "string"},
                    "detail": {"type": "string"},
                    "code": {"type": "string"},
                },
            },
        },
        "current": {"type": "object", "description": "The record as it stands now, where yours is stale."},
    },
}
PLACEHOLDER = re.compile(r"\(\?P<(\w+)>([^()]+)\)")
PAGING = {
    "ordering": ("string", "One of the list's orders; a minus in front turns it round."),
    "cursor": ("string", "Where the page starts: from `next` or `previous` of another page."),
    "page_size": ("integer", "1 to 1,000 rows; 50 unless told."),
    "count": ("boolean", "Count the rows, up to 1,000."),
}
IF_MATCH = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    required=True,
    description='The version you change: its ETag, such as "3".',
)
IF_NONE_MATCH = OpenApiParameter(
    "If-None-Match", str, OpenApiParameter.HEADER, required=False, description="ETags that you have already."
)
KEY = OpenApiParameter(
    "Idempotency-Key", {"type": "string", "minLength": 1, "maxLength": 128}, OpenApiParameter.HEADER, required=True,
    description="A key of your own for this creation: the same request twice has one effect.",
)  # fmt: skip
REFUSALS = {
    400: "The request cannot be: a field, a parameter or a header is at fault.",
    401: "Sign in first.",
    403: "Visible, but not yours to do; the detail says why.",
    404: "Absent or hidden.",
}


class DescribedSchema(AutoSchema):
    """Adds who may call (`x-act`, `x-roles`, `x-own-bureau`), the headers and the one shape of refusals."""

    @property
    def act(self) -> str:
        return self.view.action

    def get_tags(self) -> list[str]:
        words = [part for part in self.path.removeprefix("/api/v1/").split("/") if part and "{" not in part]
        return words[:1]

    def get_operation_id(self) -> str:
        return f"{'_'.join(self.get_tags()).replace('-', '_')}_{self.act}"

    def get_override_parameters(self) -> list:
        view, found = self.view, []
        if self.act in view.CHANGES:
            found.append(IF_MATCH)
        if self.act in view.CREATES - view.KEYLESS:
            found.append(KEY)
        if self.act == "retrieve" and view.VERSIONED:
            found.append(IF_NONE_MATCH)
        if self.act == "list":
            found += [
                OpenApiParameter(name, {"type": kind}, description=words) for name, (kind, words) in PAGING.items()
            ]
        return found + [
            OpenApiParameter(name, schema, description=schema.get("description", ""))
            for name, schema in view.QUERY.get(self.act, {}).items()
        ]

    def _resolve_path_parameters(self, variables) -> list:
        """A key in an address has the form that the router lets through."""
        key = self.view.lookup_url_kwarg or self.view.lookup_field
        patterns = dict(PLACEHOLDER.findall(self.path_regex)) | {key: self.view.lookup_value_regex}
        patterns["id"] = patterns.get("pk", "")
        return [
            {
                "name": name,
                "in": "path",
                "required": True,
                "schema": {"type": "string", "pattern": f"^{patterns[name]}$"},
            }
            for name in variables
        ]

    def get_filter_backends(self) -> list:
        return super().get_filter_backends() if self.act == "list" else []

    def get_request_serializer(self):
        return self.view.TAKES.get(self.act)

    def get_response_serializers(self):
        gives = self.view.GIVES.get(self.act, self.view.READS)
        status = self.view.STATUS.get(self.act, 201) if self.act in self.view.CREATES else 200
        if gives in (bytes, dict):
            kind = OpenApiTypes.BINARY if gives is bytes else OpenApiTypes.OBJECT
            return {(status, "*/*" if gives is bytes else "application/json"): kind}
        if gives is None:
            return {204: OpenApiResponse(description="Done.")}
        return {status: gives}

    def _get_response_bodies(self, direction="response"):
        responses = super()._get_response_bodies(direction)
        for status, words in self._refusals().items():
            responses[str(status)] = _refusal(words)
        if self.act == "retrieve" and self.view.VERSIONED:
            responses["304"] = {"description": "You have it already."}
        if self.act in self.view.CREATES and "201" in responses:
            responses.setdefault("200", {**responses["201"], "description": "It was there already."})
        responses["default"] = _refusal("Another refusal.")
        return responses

    def _refusals(self) -> dict:
        found = dict(REFUSALS)
        if not self.view.detail:
            found.pop(404)
        if self.act in self.view.CHANGES:
            found |= {412: "Somebody changed it since; `current` is what stands now.", 428: "If-Match is missing."}
        if self.method in ("POST", "PATCH", "DELETE"):
            found[409] = "It does not fit the state the thing is in."
        if self.act in self.view.CREATES - self.view.KEYLESS:
            found[422] = "The key was used for another request."
        return found

    def _is_list_view(self, serializer=None) -> bool:
        return self.act == "list" or isinstance(serializer, ListSerializer)

    def _get_paginator(self):
        return None

    def _get_response_for_code(self, serializer, status_code, media_types=None, direction="response"):
        made = super()._get_response_for_code(serializer, status_code, media_types, direction)
        if self.act == "list" and status_code == "200":
            for content in made.get("content", {}).values():
                content["schema"] = _page(content["schema"])
        return made

    def get_operation(self, path, path_regex, path_prefix, method, registry):
        registry.register_on_missing(
            ResolvedComponent(name="Problem", type=ResolvedComponent.SCHEMA, schema=PROBLEM, object="Problem")
        )
        operation = super().get_operation(path, path_regex, path_prefix, method, registry)
        rule = self.view.POLICY[self.act]
        operation["x-act"], operation["x-roles"] = rule.act, sorted(rule.roles)
        operation["x-own-bureau"] = rule.own_bureau
        operation["x-resource"], operation["x-operation"] = self.get_tags()[0], self.act
        operation["x-detail"] = bool(self.view.detail)
        return operation


def _refusal(words: str) -> dict:
    return {
        "description": words,
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }


def _page(rows: dict) -> dict:
    link = {"type": "string", "nullable": True}
    return {
        "type": "object",
        "required": ["results", "next", "previous"],
        "properties": {
            "results": rows,
            "next": link,
            "previous": link,
            "count": {"type": "integer"},
            "count_is_capped": {"type": "boolean"},
        },
        "additionalProperties": False,
    }


class DescribedTokens(OpenApiAuthenticationExtension):
    """How to sign a call in with a token."""

    target_class = "core.tokens.CarefulTokens"
    name = "token"

    def get_security_definition(self, auto_schema):
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": 'The word "Token", a space, and the token.',
        }


class DescribedReferences(OpenApiSerializerFieldExtension):
    """A row by its key or its code, or a list of such."""

    target_class = "core.references.ReferenceMixin"
    match_subclasses = True

    def map_serializer_field(self, auto_schema, direction):
        field = self.target
        one = (
            {"type": "integer", "minimum": 1, "maximum": 2**63 - 1}
            if field.column == "id"
            else {"type": "string", "minLength": 1, "maxLength": 100}
        )
        if not field.is_many:
            return one
        return {"type": "array", "items": one, "maxItems": field.MOST, "uniqueItems": True}
