"""What every call of the API has in common: a declared rule for each act, versions, keys and one way to answer.

A resource is a declaration. It does not start without a rule for each of its acts (default deny), asks its rows from
`visible()` alone, and hands every change to a service. What is hidden is answered as what does not exist.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass

import orjson
from django.core.exceptions import ImproperlyConfigured
from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework import exceptions, viewsets
from rest_framework.authentication import SessionAuthentication
from rest_framework.fields import empty
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response

from core.errors import Invalid, NotAllowed, NotFound, Stale, VersionRequired
from core.idempotency import Answer, answer_once, fingerprint
from core.openapi import DescribedSchema
from core.serializers import Nothing
from core.texts import revised
from core.tokens import CarefulTokens
from core.traces import record_denial

STRONG_TAG = re.compile(r'"([0-9]{1,9})"\Z', re.ASCII)
ROUTED = ("list", "retrieve", "create", "partial_update", "destroy")
NUMBER_KEY = "[0-9]{1,18}"
CODE_KEY = "[A-Za-z0-9][A-Za-z0-9_.-]{0,59}"


@dataclass(frozen=True)
class Rule:
    """Who may call an operation. `refuse` says why a person may not, or None.

    `own_bureau` tells that, of those roles, only the bureau that leads the work may.
    """

    act: str
    roles: frozenset[str]
    refuse: Callable
    own_bureau: bool = False

    def require(self, user, *, bureau_id: int | None = None) -> None:
        reason = self.refuse(user, bureau_id=bureau_id)
        if reason is not None:
            raise NotAllowed(reason)


class Resource(viewsets.GenericViewSet):
    """One kind of thing that the API knows.

    `POLICY` maps each act to its rule. `READS` draws rows; `TAKES` and `GIVES` map acts to what goes in and comes out
    where that differs; `QUERY` maps acts to the parameters that their address may carry.
    """

    POLICY: dict[str, Rule] = {}
    READS = None
    TAKES: dict[str, type] = {}
    GIVES: dict[str, object] = {}
    QUERY: dict[str, dict] = {}
    # Acts that make something and answer 201, and those of them that ask for an Idempotency-Key.
    CREATES: frozenset[str] = frozenset({"create"})
    KEYLESS: frozenset[str] = frozenset()
    # What a creation answers with, where that is not 201.
    STATUS: dict[str, int] = {}
    # Acts that change something: they ask for If-Match.
    CHANGES: frozenset[str] = frozenset({"partial_update"})
    # Whether a thing has a version, which is its ETag.
    VERSIONED = True

    authentication_classes = [CarefulTokens, SessionAuthentication]
    permission_classes = [IsAuthenticated]
    filter_backends = [DjangoFilterBackend]
    http_method_names = ["get", "head", "post", "patch", "delete"]
    metadata_class = None
    pagination_class = None
    lookup_value_regex = NUMBER_KEY
    schema = DescribedSchema()

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        missing = sorted(cls.acts() - set(cls.POLICY))
        if missing:
            raise ImproperlyConfigured(f"{cls.__name__} declares no rule for: {', '.join(missing)}.")

    @classmethod
    def acts(cls) -> set[str]:
        """Every act that an address can reach."""
        extra = {name for action in cls.get_extra_actions() for name in action.mapping.values()}
        return extra | {name for name in ROUTED if hasattr(cls, name)}

    # Who is calling, and may they

    def initial(self, request, *args, **kwargs):
        """The body is kept before anyone reads it: checking a session's token does, and a key is held against it after."""
        if not request.content_type.startswith("multipart/"):
            request._request.body  # noqa: B018  reading keeps it
        super().initial(request, *args, **kwargs)

    def check_permissions(self, request) -> None:
        super().check_permissions(request)
        if self.action not in self.POLICY:
            raise exceptions.MethodNotAllowed(request.method)
        self._refuse_unknown_parameters(request)
        act = self.action
        if self.detail and "retrieve" in self.POLICY:
            act = "retrieve"
        self.POLICY[act].require(request.user)

    def _refuse_unknown_parameters(self, request) -> None:
        unknown = sorted(set(request.query_params) - self._parameters())
        if unknown:
            raise Invalid(
                _("Unknown parameter."), code="unknown_parameter",
                fields={name[:100]: [_("There is no such parameter here.")] for name in unknown},
            )  # fmt: skip

    def _parameters(self) -> set[str]:
        declared = set(self.QUERY.get(self.action, {}))
        filters = getattr(self, "filterset_class", None)
        return declared | (filters.parameters() if filters and self.action == "list" else set())

    def visible(self) -> QuerySet:
        """The rows that the person may see. Every resource says which."""
        raise NotImplementedError

    def get_queryset(self) -> QuerySet:
        return self.visible()

    def bureau_of(self, found) -> int | None:
        """The bureau that leads the work, where an act is its alone."""
        return None

    def get_object(self):
        """The row that the address names, if the person may see it and may do this to it."""
        found = (
            self.visible()
            .filter(**{self.lookup_field: self.kwargs[self.lookup_url_kwarg or self.lookup_field]})
            .first()
        )
        if found is None:
            raise NotFound
        self.POLICY[self.action].require(self.request.user, bureau_id=self.bureau_of(found))
        return found

    # What they sent

    def version_seen(self) -> int:
        """The version that the person changes, from If-Match."""
        given = self.request.headers.get("If-Match")
        if given is None:
            raise VersionRequired(_("Say with If-Match which version you change: the ETag that you were given."))
        found = STRONG_TAG.match(given.strip())
        if found is None:
            raise Invalid.on("If-Match", _('If-Match holds one strong tag, such as "3".'))
        return int(found[1])

    def body(self, shape=None, *, partial: bool = False) -> dict:
        """The well-formed body as plain values. Of a partial one only the outermost fields may be missing."""
        shape = shape or self.TAKES.get(self.action, Nothing)
        given = shape(data=self.request.data, context={"request": self.request})
        if partial:
            for field in given.fields.values():
                field.required, field.default = False, empty
        given.is_valid(raise_exception=True)
        return given.validated_data

    def with_texts(self, record, values: dict) -> dict:
        """The values with each changed text made of the one that stands."""
        return {
            name: revised(getattr(record, name), **value) if isinstance(value, dict) and "texts" in value else value
            for name, value in values.items()
        }

    @property
    def now(self):
        return timezone.now()

    # What they get

    def drawn(self, queryset) -> list[dict]:
        return self.READS.rows(queryset)

    def draw(self, pk) -> dict:
        """The thing as the person sees it now."""
        rows = self.drawn(self.visible().filter(pk=pk))
        if not rows:
            raise NotFound
        return rows[0]

    def answer(self, pk, status: int = 200) -> Response:
        return self.tagged(self.draw(pk), status)

    def tagged(self, row: dict, status: int = 200) -> Response:
        """The row with its version as ETag; 304 where the reader has it already."""
        if not self.VERSIONED:
            return Response(row, status=status)
        headers = {"ETag": f'"{row["version"]}"', "Cache-Control": "private, no-cache"}
        if self.request.method in ("GET", "HEAD") and headers["ETag"] in self._known_tags():
            return Response(None, status=304, headers=headers)
        return Response(row, status=status, headers=headers)

    def _known_tags(self) -> set[str]:
        given = self.request.headers.get("If-None-Match", "")
        return {tag.strip().removeprefix("W/") for tag in given.split(",")}

    def once(self, make: Callable[[], Response]) -> Response:
        """This will do it once per person and Idempotency-Key, and answer a repetition with the first answer."""
        key = self.request.headers.get("Idempotency-Key")
        if key is None:
            if self.action in self.CREATES - self.KEYLESS:
                raise Invalid.on("Idempotency-Key", _("Give each creation a key of its own, such as a random UUID."))
            return make()
        given = answer_once(user_id=self.request.user.pk, key=key, seen=self._fingerprint(), make=lambda: _kept(make()))
        headers = {**given.headers, **({"Idempotent-Replay": "true"} if given.is_replay else {})}
        return Response(given.body, status=given.status, headers=headers)

    def _fingerprint(self) -> str:
        request = self.request
        condition = request.headers.get("If-Match", "")
        path = f"{request.get_full_path()} {condition}"
        if request.content_type.startswith("multipart/"):
            return fingerprint(request.method, path, _form_body(request))
        return fingerprint(request.method, path, request.body)

    def handle_exception(self, exc):
        response = super().handle_exception(exc)
        if isinstance(exc, NotAllowed):
            self._leave_trace(exc)
        if isinstance(exc, Stale) and exc.current is not None:
            response.data["current"] = self.draw_stale(exc.current)
        return response

    def _leave_trace(self, refused: NotAllowed) -> None:
        request = self.request
        with translation.override("en"):
            reason = str(refused)
        record_denial(by=request.user, method=request.method, path=request.path, reason=reason, at=self.now)

    def draw_stale(self, current) -> dict:
        """What stands now, for somebody whose change came too late."""
        return self.draw(current.pk)


def _kept(response: Response) -> Answer:
    """The answer in a form that can be stored and given again, digit for digit."""
    body = json.loads(orjson.dumps(response.data, default=str, option=orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS))
    return Answer(
        response.status_code, body, {name: value for name, value in response.headers.items() if name != "Content-Type"}
    )


def _form_body(request) -> bytes:
    """A form without its random boundary: its fields and the checksums of its files."""
    parts = sorted((name, request.data.getlist(name)) for name in request.data if name not in request.FILES)
    files = []
    for name, file in sorted(request.FILES.items()):
        digest = hashlib.sha256()
        for chunk in file.chunks():
            digest.update(chunk)
        file.seek(0)
        files.append([name, file.name, digest.hexdigest()])
    return json.dumps([parts, files], default=str).encode()
