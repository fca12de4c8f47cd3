"""The API of the work that bureaus lead, and of the crime areas that it is about."""

from __future__ import annotations

from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.listing import ListedBySight
from accounts.rules import EVERYONE, act
from core.api import CODE_KEY, Resource
from core.api_reading import Listed, Retrieved
from initiatives import filtersets, serializers, services
from initiatives.api_figures import WHEN, moment_asked, period_asked
from initiatives.explain import explain_initiative
from initiatives.known_at import KnownAtFilterSet, known_at
from initiatives.models import CrimeArea, Initiative
from initiatives.rows import with_parts
from initiatives.rows_then import rows_then

READING = {"list": EVERYONE, "retrieve": EVERYONE}
class CrimeAreas(Listed, Retrieved, Resource):
    """Fields of crime that work is about."""

    POLICY = READING
    READS = serializers.CrimeAreaRow
    VERSIONED = False
    lookup_field, lookup_value_regex = "code", CODE_KEY
    filterset_class = filtersets.CrimeAreaFilterSet

    def visible(self):
        return CrimeArea.objects.all()


class Initiatives(ListedBySight, Retrieved, Resource):
    """Work that bureaus lead."""

    POLICY = {
        **READING,
        "create": act("initiative.create"),
        "partial_update": act("initiative.edit"),
        "delivery": EVERYONE,
    }
    READS = serializers.InitiativeRow
    TAKES = {"create": serializers.InitiativeBody, "partial_update": serializers.InitiativeChanges}
    GIVES = {"delivery": serializers.DeliveryRow}
    QUERY = {"delivery": WHEN, "retrieve": {"as_of": WHEN["as_of"]}}
    lookup_field, lookup_value_regex = "code", CODE_KEY
    filterset_class = filtersets.InitiativeFilterSet

    @staticmethod
    def seen_by(reader):
        return Initiative.objects.visible_to(reader)

    beside = staticmethod(with_parts)

    def initial(self, request, *args, **kwargs):
        super().initial(request, *args, **kwargs)
        if self._moment is not None:
            self.filterset_class = KnownAtFilterSet

    @property
    def _moment(self):
        return moment_asked(self.request)

    def visible(self):
        if self._moment is None:
            return super().visible()
        return known_at(Initiative.objects.all(), self._moment, self.request.user)

    def keyed_rows(self, queryset, columns):
        if self._moment is None:
            return super().keyed_rows(queryset, columns)
        rows = self.beside(queryset, self.request.user)
        return rows_then(self.READS, rows, columns, moment=self._moment, user=self.request.user)

    def drawn(self, queryset):
        return super().drawn(queryset) if self._moment is None else [row for _key, row in self.keyed_rows(queryset, ())]

    def bureau_of(self, found):
        return found.lead_bureau_id

    def create(self, request):
        def make():
            made = services.create_initiative(by=request.user, at=self.now, **_with_pairs(self.body()))
            return self.answer(made.pk, 201)

        return self.once(make)

    def partial_update(self, request, code):
        found, version = self.get_object(), self.version_seen()
        values = _with_pairs(self.body(partial=True))
        services.edit_initiative(initiative_id=found.pk, version=version, by=request.user, at=self.now, **values)
        return self.answer(found.pk)

    @action(detail=True, methods=["get"])
    def delivery(self, request, code):
        """How its delivery stands at the end of a period, and why."""
        found = self.get_object()
        account = explain_initiative(
            found, period_asked(request), reader=request.user, as_of=moment_asked(request)
        )
        return Response(serializers.delivery_of(account))


def _with_pairs(values: dict) -> dict:
    """The shares as pairs of expected result and percent, as the services take them."""
    if "shares" in values:
        values["shares"] = [(each["expected_result"], each["share"]) for each in values["shares"]]
    return values


