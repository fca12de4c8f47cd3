"""What may go wrong behind a view, each with something in it that no reader should see."""

from django.core.exceptions import PermissionDenied, SuspiciousOperation, ValidationError
from django.db import DataError, IntegrityError, OperationalError
from django.http import Http404

from core.errors import Conflict, Invalid, KeyReused, NotAllowed, NotFound, Stale, VersionRequired

FAULTS = {
    "invalid": Invalid.on("title", "Say what it is called."),
    "not-allowed": NotAllowed("Only its author may."),
    "not-found": NotFound("secret name"),
    "conflict": Conflict("It is closed."),
    "stale": Stale("Somebody was faster."),
    "key-reused": KeyReused("Another request had this key."),
    "version-required": VersionRequired("Say which version."),
    "http404": Http404("secret name"),
    "denied": PermissionDenied("Not this one."),
    "suspicious": SuspiciousOperation("secret name"),
    "validation": ValidationError({"due_on": ["Too early."]}),
    "database-away": OperationalError("connection refused at 10.0.0.1"),
    "data": DataError("value too long"),
    "integrity": IntegrityError("Key (email)=(x@y) already exists"),
    "depth": RecursionError(),
    "crash": RuntimeError("secret detail"),
}
