"""Asking for work as it stood at a moment: found, filtered and ordered by what it was then.

Today's access decides who sees it, and so does the level that it had then: what was written before the work was opened
to more readers stays with those who could read it.
"""

from __future__ import annotations

from datetime import date, datetime

import django_filters
from django.db.models import (
    BooleanField,
    Case,
    CharField,
    DateField,
    DateTimeField,
    DecimalField,
    Exists,
    F,
    Func,
    JSONField,
    OuterRef,
    PositiveSmallIntegerField,
    Q,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce

from accounts.access import sight
from accounts.models import Bureau
from core.filtersets import WholeNumberFilter
from core.handling import Handling
from core.models import AuditRecord, Period
from initiatives.choices import OPEN_STATES, InitiativeStatus
from initiatives.filtersets import CODE, InitiativeFilterSet
from initiatives.models import Contribution, CrimeArea, Initiative, Milestone, Update
from initiatives.past import TARGET
from initiatives.search import matching
from outcomes.models import ExpectedResult, Indicator

OWN_COLUMNS = {
    "title": TextField(), "summary": TextField(), "language": CharField(), "status": CharField(), "starts_on": DateField(),
    "ends_on": DateField(), "handling": PositiveSmallIntegerField(),
}  # fmt: skip


def known_at(rows, moment: datetime, user):
    """The rows that were there at the moment and that the person may see, by today's level and by that of then.

    Each has `was`, what its next change replaced (None where nothing changed), and its columns of then as `stood_...`.
    """
    there = rows.filter(sight(user).initiatives()).there_at(moment)
    told = there.annotate(stood_moment=Value(moment, DateTimeField()), was=_replaced("status"))
    columns = {f"stood_{name}": _stood(name, kind) for name, kind in OWN_COLUMNS.items()}
    then = sight(user).handled("stood_handling")
    own = Q(lead_bureau=sight(user).bureau_id) if sight(user).bureau_id else Q(pk__in=[])
    return told.annotate(stood_updated_at=_last_changed(moment), **columns).filter(then | own)


def _replaced(name: str):
    """What the first change after the moment replaced, of those that tell of the fact."""
    later = AuditRecord.objects.filter(
        target_type=TARGET, target_id=Cast(OuterRef("pk"), CharField()), at__gt=OuterRef("stood_moment")
    ).filter(before__has_key=name)
    return Subquery(later.order_by("seq").values("before")[:1], output_field=JSONField())


def _stood(name: str, kind):
    return Coalesce(Cast(KeyTextTransform(name, "was"), kind), Cast(F(name), kind))


def _last_changed(moment: datetime):
    acts = AuditRecord.objects.filter(target_type=TARGET, target_id=Cast(OuterRef("pk"), CharField()), at__lte=moment)
    last = Subquery(acts.order_by("-seq").values("at")[:1])
    return Case(When(updated_at__lte=moment, then=F("updated_at")), default=Coalesce(last, F("created_at")))


def is_linked(name: str, keys, present) -> Q:
    """Had a link to one of the keys then: by what the next change replaced, else by what `present` finds now."""
    then = Q(pk__in=[])
    for key in keys:
        then |= Q(**{f"was__{name}__contains": [key]})
    return Q(was__isnull=True) & Q(present) | then


def contributed_to(results) -> Q:
    """Had a share in one of the expected results (keys)."""
    present = Exists(Contribution.objects.filter(initiative=OuterRef("pk"), expected_result__in=results))
    return is_linked("shares", [[key] for key in results], present)


class _ByPath(Func):
    """A question in JSON path: what is looked through, then the path, which takes lists as they are (strict)."""

    arity = 2


class ShareThen(_ByPath):
    """The share (percent) of an expected result in what the next change replaced; None where there is none."""

    template = "(jsonb_path_query_first(%(expressions)s::jsonpath, '{}', true) ->> 1)::numeric"
    output_field = DecimalField()

    def __init__(self, result: int):
        super().__init__(F("was"), Value(f"strict $.shares[*] ? (@[0] == {int(result)})"))


class MissedThen(_ByPath):
    """Whether what the next change replaced has a milestone that was due before the day and not done."""

    template = "jsonb_path_exists(%(expressions)s::jsonpath, '{}', true)"
    output_field = BooleanField()

    def __init__(self, on: date):
        super().__init__(F("was"), Value(f'strict $.milestones[*] ? (@[1] < "{on.isoformat()}" && @[2] == null)'))


def missed_a_milestone(on: date) -> Q:
    """Had a milestone that was due before the day and not done."""
    present = Exists(Milestone.objects.filter(initiative=OuterRef("pk"), done_on=None, due_on__lt=on))
    return Q(was__isnull=True) & Q(present) | Q(was__isnull=False) & Q(MissedThen(on))


def _through(relation, column: str, keys) -> Exists:
    return Exists(relation.through.objects.filter(initiative=OuterRef("pk"), **{f"{column}__in": keys}))


class KnownAtFilterSet(InitiativeFilterSet):
    """The filters and orders of the list over rows of `known_at`: each asks what the work was then."""

    ORDERS = {
        name: tuple(f"stood_{one}" if one in {*OWN_COLUMNS, "updated_at"} else one for one in columns)
        for name, columns in InitiativeFilterSet.ORDERS.items()
    }
    status = django_filters.ChoiceFilter(field_name="stood_status", choices=InitiativeStatus.choices)
    responsible = WholeNumberFilter(method="in_the_care_of")

    def search_work(self, queryset, name, value):
        if code := CODE.match(value):
            return queryset.filter(code__startswith=code[1].upper())
        return matching(queryset, value, title="stood_title", summary="stood_summary")

    def of_handling(self, queryset, name, value):
        return queryset.filter(stood_handling=Handling[value.upper()])

    def in_the_care_of(self, queryset, name, value):
        told = queryset.annotate(was_with=_replaced("responsible"))
        return told.filter(Q(was_with__isnull=True) & Q(responsible=value) | Q(was_with__responsible=int(value)))

    def joined_by(self, queryset, name, value):
        keys = list(Bureau.objects.filter(code=value).values_list("pk", flat=True))
        return queryset.filter(is_linked("partners", keys, _through(Initiative.partners, "bureau", keys)))

    def about(self, queryset, name, value):
        keys = list(CrimeArea.objects.filter(code=value).values_list("pk", flat=True))
        return queryset.filter(is_linked("crime_areas", keys, _through(Initiative.crime_areas, "crimearea", keys)))

    def using(self, queryset, name, value):
        keys = [int(value)]
        return queryset.filter(is_linked("capabilities", keys, _through(Initiative.capabilities, "capability", keys)))

    def reporting_on(self, queryset, name, value):
        keys = list(Indicator.objects.visible_to(self.request.user).filter(code=value).values_list("pk", flat=True))
        return queryset.filter(is_linked("indicators", keys, _through(Initiative.indicators, "indicator", keys)))

    def contributing_to(self, queryset, name, value):
        path = {"expected_result": "pk", "aim": "aim", "plan": "aim__plan__code"}[name]
        return queryset.filter(contributed_to(list(ExpectedResult.objects.filter(**{path: value}).values_list("pk", flat=True))))

    def of_period(self, queryset, name, value):
        period = Period.objects.filter(code=value).first()
        if period is None:
            return queryset.none()
        running = queryset.exclude(stood_status=InitiativeStatus.CANCELLED).filter(
            stood_starts_on__lte=period.end_on, stood_ends_on__gte=period.start_on
        )
        return running.exclude(_had_sent(period)) if name == "owing" else running


def _had_sent(period) -> Exists:
    """Its update for the period had been sent, as the trail tells the state that the update was in."""
    told = AuditRecord.objects.filter(
        target_type="initiatives.update", target_id=Cast(OuterRef("pk"), CharField()), after__has_key="state",
        at__lte=OuterRef(OuterRef("stood_moment")),
    )  # fmt: skip
    state = Subquery(told.order_by("-seq").annotate(state=KeyTextTransform("state", "after")).values("state")[:1])
    updates = Update.objects.filter(initiative=OuterRef("pk"), period=period).annotate(state_then=state)
    return Exists(updates.filter(state_then__isnull=False).exclude(state_then__in=OPEN_STATES))
