"""How initiatives may be narrowed down: one filterset serves page and API."""

from __future__ import annotations

import django_filters
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Bureau
from initiatives.choices import InitiativeStatus
from initiatives.models import Initiative


class InitiativeFilterSet(django_filters.FilterSet):
    """Words in title, summary or code; the lead bureau; the status."""

    search = django_filters.CharFilter(label=_("Search"), method="find")
    bureau = django_filters.ModelChoiceFilter(
        label=_("Bureau"), field_name="lead_bureau", to_field_name="code", queryset=Bureau.objects.all()
    )
    status = django_filters.ChoiceFilter(label=_("Status"), choices=InitiativeStatus.choices)

    class Meta:
        model = Initiative
        fields = ["search", "bureau", "status"]

    def find(self, queryset, name, value):
        for word in value.split()[:8]:
            queryset = queryset.filter(
                Q(title__icontains=word) | Q(summary__icontains=word) | Q(code__iexact=word)
            )
        return queryset
