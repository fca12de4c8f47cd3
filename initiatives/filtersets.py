"""Asking for work and for what its bureaus say about it: one filterset serves page and API."""

from __future__ import annotations

import re

import django_filters
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from accounts.filtersets import NamedFilterSet
from accounts.models import Bureau
from core.filtersets import AskedFilterSet, WholeNumberFilter
from core.handling import Handling
from core.models import Period
from initiatives.choices import InitiativeStatus, UpdateState
from initiatives.models import Contribution, CrimeArea, Initiative, Update
from initiatives.search import MOST_HITS, IsAmong, hits_among
from outcomes.models import Indicator

HANDLING_CHOICES = [(level.name.lower(), level.label) for level in Handling]
CODE = re.compile(r"\s*(IN-[0-9]+)\s*\Z", re.IGNORECASE | re.ASCII)


class CrimeAreaFilterSet(NamedFilterSet):
    ORDERS = {"position": ("position", "code"), "code": ("code",)}
    USUAL_ORDER = "position"

    class Meta:
        model = CrimeArea
        fields = []


class InitiativeFilterSet(AskedFilterSet):
    """The request must come along: an indicator that the person may not see finds nothing."""

    ORDERS = {
        "updated_at": ("updated_at", "id"),
        "code": ("code",),
        "starts_on": ("starts_on", "id"),
        "ends_on": ("ends_on", "id"),
        "title": ("title", "id"),
        "bureau": ("lead_bureau__code", "id"),
    }
    USUAL_ORDER = "-updated_at"
    search = django_filters.CharFilter(label=_("Search"), method="search_work", max_length=200)
    bureau = django_filters.ModelChoiceFilter(
        label=_("Bureau"), field_name="lead_bureau", to_field_name="code", queryset=Bureau.objects.all()
    )
    status = django_filters.ChoiceFilter(label=_("Status"), choices=InitiativeStatus.choices)
    handling = django_filters.ChoiceFilter(choices=HANDLING_CHOICES, method="of_handling")
    region = django_filters.CharFilter(field_name="lead_bureau__region__code", max_length=40)
    partner = django_filters.CharFilter(method="joined_by", max_length=12)
    responsible = WholeNumberFilter(field_name="responsible_id")
    crime_area = django_filters.CharFilter(method="about", max_length=40)
    capability = WholeNumberFilter(method="using")
    indicator = django_filters.CharFilter(method="reporting_on", max_length=24)
    expected_result = WholeNumberFilter(method="contributing_to")
    aim = WholeNumberFilter(method="contributing_to")
    plan = django_filters.CharFilter(method="contributing_to", max_length=60)
    running_in = django_filters.CharFilter(method="of_period", max_length=16)
    owing = django_filters.CharFilter(method="of_period", max_length=16)
    as_of = django_filters.DateFilter(method="unchanged", label=_("As it was believed at the end of this day."))

    class Meta:
        model = Initiative
        fields = []

    def unchanged(self, queryset, name, value):
        """The day decides which rows are asked (initiatives.known_at), and narrows none of them."""
        return queryset

    def search_work(self, queryset, name, value):
        return queryset.filter(IsAmong(self.hits(queryset, value)))

    def hits(self, queryset, text: str) -> list[int]:
        """What the words find, asked for once in a request however often its list is narrowed, counted and divided.

        The words are looked for before any other filter, among what the person may see.
        """
        known = self.request.__dict__.setdefault("words_found", {})
        if text not in known:
            code = CODE.match(text)
            by_code = queryset.order_by().filter(code__startswith=code[1].upper()) if code else None
            known[text] = list(by_code.values_list("pk", flat=True)[:MOST_HITS]) if code else hits_among(queryset, text)
        return known[text]

    def of_handling(self, queryset, name, value):
        return queryset.filter(handling=Handling[value.upper()])

    def joined_by(self, queryset, name, value):
        return queryset.filter(_linked(Initiative.partners, "bureau__code", value))

    def about(self, queryset, name, value):
        return queryset.filter(_linked(Initiative.crime_areas, "crimearea__code", value))

    def using(self, queryset, name, value):
        return queryset.filter(_linked(Initiative.capabilities, "capability", value))

    def reporting_on(self, queryset, name, value):
        seen = Indicator.objects.visible_to(self.request.user).filter(code=value)
        return queryset.filter(_linked(Initiative.indicators, "indicator__in", seen.values("pk")))

    def contributing_to(self, queryset, name, value):
        path = {
            "expected_result": "expected_result",
            "aim": "expected_result__aim",
            "plan": "expected_result__aim__plan__code",
        }
        shares = Contribution.objects.filter(initiative=OuterRef("pk"), **{path[name]: value})
        return queryset.filter(Exists(shares))

    def of_period(self, queryset, name, value):
        period = Period.objects.filter(code=value).first()
        if period is None:
            return queryset.none()
        return queryset.owing(period) if name == "owing" else queryset.running_in(period)


def _linked(relation, column: str, value) -> Exists:
    """Has such a link: no join, so that nothing is found twice."""
    return Exists(relation.through.objects.filter(initiative=OuterRef("pk"), **{column: value}))


class UpdateFilterSet(AskedFilterSet):
    ORDERS = {
        "updated_at": ("updated_at", "id"),
        "id": ("id",),
        "sent_at": ("sent_at", "id"),
        "period": ("period__start_on", "id"),
    }
    USUAL_ORDER = "-updated_at"
    initiative = django_filters.CharFilter(field_name="initiative__code", max_length=20)
    period = django_filters.CharFilter(field_name="period__code", max_length=16)
    state = django_filters.MultipleChoiceFilter(choices=UpdateState.choices)
    bureau = django_filters.CharFilter(field_name="initiative__lead_bureau__code", max_length=12)
    region = django_filters.CharFilter(field_name="initiative__lead_bureau__region__code", max_length=40)
    author = WholeNumberFilter(field_name="author_id")
    handling = django_filters.ChoiceFilter(choices=HANDLING_CHOICES, method="of_handling")
    current = django_filters.BooleanFilter(method="standing")
    waiting = django_filters.BooleanFilter(method="at_review")

    class Meta:
        model = Update
        fields = []

    @classmethod
    def unasked(cls, queryset):
        return queryset.annotate(sent_at=Coalesce("submitted_at", "created_at"))

    def filter_queryset(self, queryset):
        return super().filter_queryset(self.unasked(queryset))

    def of_handling(self, queryset, name, value):
        return queryset.filter(handling=Handling[value.upper()])

    def standing(self, queryset, name, value):
        stands = Q(state=UpdateState.VALIDATED, superseded_at=None)
        return queryset.filter(stands) if value else queryset.exclude(stands)

    def at_review(self, queryset, name, value):
        waiting = Update.objects.waiting().order_by().values("pk")
        return queryset.filter(pk__in=waiting) if value else queryset.exclude(pk__in=waiting)
