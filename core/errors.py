"""What may go wrong in the organisation's own terms; HTTP hears of it in one place only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


class DomainError(Exception):
    """A refusal that a person can read and act upon.

    `code` is stable and for machines; `message` is translated and for people; `fields` maps a field's
    name to the messages that belong beside it.
    """

    status = 400
    code = "refused"

    def __init__(self, message="", *, code: str | None = None, fields: Mapping[str, Sequence] | None = None):
        super().__init__(str(message))
        self.message = message
        self.code = code or self.code
        self.fields = {name: list(messages) for name, messages in (fields or {}).items()}

    def __str__(self) -> str:
        if self.message:
            return str(self.message)
        return " ".join(str(message) for messages in self.fields.values() for message in messages)

    @classmethod
    def on(cls, field: str, message, *, code: str | None = None):
        """A refusal that belongs beside one field."""
        return cls(message, code=code, fields={field: [message]})


class Invalid(DomainError):
    """What was given cannot be: the form says so beside the field, the API answers 400."""

    status = 400
    code = "invalid"


class NotAllowed(DomainError):
    """The thing is visible but this act on it is not this person's: 403 with the reason."""

    status = 403
    code = "not_allowed"


class NotFound(DomainError):
    """Hidden or absent, and nobody can tell which: always the same 404."""

    status = 404
    code = "not_found"


class Conflict(DomainError):
    """The act does not fit the state the thing is in: 409."""

    status = 409
    code = "conflict"


class Stale(DomainError):
    """Somebody changed the record since it was read: 412. `current` is the record as it stands now."""

    status = 412
    code = "stale_version"

    def __init__(self, message="", *, current=None, **kwargs):
        super().__init__(message, **kwargs)
        self.current = current


class KeyReused(DomainError):
    """The same idempotency key came with another request: 422."""

    status = 422
    code = "idempotency_key_reused"


class VersionRequired(DomainError):
    """A change came without saying which version it was made to: 428."""

    status = 428
    code = "version_required"
