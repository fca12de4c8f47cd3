"""The API of who there is, of a person's own settings and tokens, and of the audit trail."""

from __future__ import annotations

from rest_framework.decorators import action
from rest_framework.response import Response

from accounts import bureaus, invitations, people, services, tokens
from accounts.access import sight
from accounts.filtersets import (
    AuditFilterSet,
    BureauFilterSet,
    MemberCountryFilterSet,
    PersonFilterSet,
    RegionFilterSet,
)
from accounts.models import Bureau, MemberCountry, Region, User
from accounts.rules import EVERYONE, act
from accounts.serializers import (
    AuditRow,
    BureauBody,
    BureauChanges,
    BureauRow,
    InvitedRow,
    MemberCountryRow,
    NewTokenRow,
    OwnRow,
    PersonBody,
    PersonChanges,
    PersonRecord,
    PersonRow,
    PreferencesBody,
    RegionRow,
    TokenBody,
    TokenRow,
)
from core.api import CODE_KEY, Resource
from core.api_reading import Listed, Retrieved
from core.models import AuditRecord
from core.serializers import ReasonBody

READING = {"list": EVERYONE, "retrieve": EVERYONE}


class Regions(Listed, Retrieved, Resource):
    """Parts of the world that the organisation works in."""

    POLICY = READING
    READS = RegionRow
    VERSIONED = False
    lookup_field, lookup_value_regex = "code", CODE_KEY
    filterset_class = RegionFilterSet

    def visible(self):
        return Region.objects.all()


class MemberCountries(Listed, Retrieved, Resource):
    """Countries with the days of their membership."""

    POLICY = READING
    READS = MemberCountryRow
    VERSIONED = False
    lookup_field, lookup_value_regex = "iso2", "[A-Z]{2}"
    filterset_class = MemberCountryFilterSet

    def visible(self):
        return MemberCountry.objects.all()


class Bureaus(Listed, Retrieved, Resource):
    """National Central Bureaus and units of the General Secretariat; administrators keep them."""

    POLICY = {**READING, "create": act("bureau.manage"), "partial_update": act("bureau.manage")}
    READS = BureauRow
    TAKES = {"create": BureauBody, "partial_update": BureauChanges}
    lookup_field, lookup_value_regex = "code", CODE_KEY
    filterset_class = BureauFilterSet

    def visible(self):
        return Bureau.objects.all()

    def create(self, request):
        def make():
            return self.answer(bureaus.create_bureau(by=request.user, at=self.now, **self.body()).pk, 201)

        return self.once(make)

    def partial_update(self, request, code):
        found, version = self.get_object(), self.version_seen()
        values = self.with_texts(found, self.body(partial=True))
        bureaus.edit_bureau(bureau_id=found.pk, version=version, by=request.user, at=self.now, **values)
        return self.answer(found.pk)


KEEPING = ("create", "partial_update", "deactivate", "reactivate", "reset_password", "invite")


class People(Listed, Retrieved, Resource):
    """People, as far as one may know of them: one's own bureau, or everyone. Administrators keep their accounts."""

    POLICY = {**READING, **dict.fromkeys(KEEPING, act("account.manage"))}
    READS = PersonRow
    TAKES = {
        "create": PersonBody, "partial_update": PersonChanges, "deactivate": ReasonBody, "reactivate": ReasonBody,
    }  # fmt: skip
    GIVES = {**dict.fromkeys(KEEPING, PersonRecord), "reset_password": InvitedRow}
    CHANGES = frozenset({"partial_update", "deactivate", "reactivate", "reset_password", "invite"})
    filterset_class = PersonFilterSet

    def visible(self):
        return User.objects.filter(sight(self.request.user).people())

    def drawn(self, queryset):
        return (PersonRecord if self.action in KEEPING else PersonRow).rows(queryset)

    def create(self, request):
        def make():
            return self.answer(services.create_person(by=request.user, at=self.now, **self.body()).pk, 201)

        return self.once(make)

    def partial_update(self, request, pk):
        found, version = self.get_object(), self.version_seen()
        people.edit_person(
            person_id=found.pk, version=version, by=request.user, at=self.now, **self.body(partial=True)
        )
        return self.answer(found.pk)

    @action(detail=True, methods=["post"])
    def deactivate(self, request, pk):
        return self._settle(people.deactivate_person)

    @action(detail=True, methods=["post"])
    def reactivate(self, request, pk):
        return self._settle(people.reactivate_person)

    @action(detail=True, methods=["post"], url_path="reset-password")
    def reset_password(self, request, pk):
        found, version = self.get_object(), self.version_seen()
        self.body()
        link = people.reset_password(person_id=found.pk, version=version, by=request.user, at=self.now)
        return self.tagged({**self.draw(found.pk), "password_link": link})

    @action(detail=True, methods=["post"])
    def invite(self, request, pk):
        """Writes to the person with a link to a password of their own; a present one opens nothing any more."""
        return self._settle(invitations.invite_by_letter)

    def _settle(self, verb):
        found, version = self.get_object(), self.version_seen()
        verb(person_id=found.pk, version=version, by=self.request.user, at=self.now, **self.body())
        return self.answer(found.pk)


class Me(Resource):
    """The person who is calling."""

    POLICY = {"me": EVERYONE, "set_preferences": EVERYONE}
    READS = OwnRow
    TAKES = {"set_preferences": PreferencesBody}
    CHANGES = frozenset({"set_preferences"})

    def visible(self):
        return User.objects.filter(pk=self.request.user.pk)

    @action(detail=False, methods=["get"], url_path="me")
    def me(self, request):
        return self.answer(request.user.pk)

    @me.mapping.patch
    def set_preferences(self, request):
        version = self.version_seen()
        services.set_preferences(
            person_id=request.user.pk, version=version, by=request.user, at=self.now, **self.body()
        )
        return self.answer(request.user.pk)


class Tokens(Resource):
    """The person's own tokens for other programs."""

    POLICY = {"list": EVERYONE, "create": EVERYONE, "destroy": EVERYONE}
    READS = TokenRow
    TAKES = {"create": TokenBody}
    GIVES = {"create": NewTokenRow, "destroy": None}
    KEYLESS = frozenset({"create"})
    VERSIONED = False
    lookup_field, lookup_value_regex = "token_key", "[0-9a-f]{8,40}"

    def visible(self):
        return tokens.tokens_of(self.request.user, self.now)

    def list(self, request):
        return Response({"results": self.drawn(self.visible()), "next": None, "previous": None})

    def create(self, request):
        made, text = tokens.create_token(by=request.user, at=self.now, **self.body())
        return Response({**self.draw(made.pk), "token": text}, status=201)

    def destroy(self, request, token_key):
        tokens.end_token(key=token_key, by=request.user, at=self.now)
        return Response(status=204)


class AuditTrail(Listed, Retrieved, Resource):
    """Who did what, when, and what it was before and after. For auditors."""

    POLICY = {"list": act("audit.read"), "retrieve": act("audit.read")}
    READS = AuditRow
    VERSIONED = False
    lookup_field = "seq"
    filterset_class = AuditFilterSet

    def visible(self):
        return AuditRecord.objects.all()
