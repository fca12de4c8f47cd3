"""What the description of the API says, drawn once for a test process. Nobody changes what is handed out here."""

from __future__ import annotations

from functools import cache

from drf_spectacular.generators import SchemaGenerator


@cache
def schema() -> dict:
    return SchemaGenerator().get_schema(request=None, public=True)


@cache
def operations() -> dict[str, dict]:
    """Each operation by its name, with its path and method."""
    return {
        operation["operationId"]: {**operation, "path": path, "method": method.upper()}
        for path, methods in schema()["paths"].items()
        if path.startswith("/api/v1/")
        for method, operation in methods.items()
    }


def shape(of: dict) -> dict:
    """The schema itself where one only points at it."""
    while "$ref" in of:
        of = schema()["components"]["schemas"][of["$ref"].rsplit("/", 1)[1]]
    return of
