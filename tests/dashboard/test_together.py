"""Questions that are asked together find what each finds alone, as the same values and records, in one question."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.db.models import Count, Max, Model
from django.test.utils import CaptureQueriesContext

from accounts.models import Bureau, MemberCountry, User
from core.answers import ByHand
from core.models import AuditRecord, Job, Period
from core.together import answered, only, side_by_side
from initiatives.models import Evidence, Initiative, Update
from outcomes.models import Indicator, Measurement, RollUp


def _questions() -> list:
    return [
        Update.objects.select_related("initiative__lead_bureau__region", "period", "author").order_by("pk")[:50],
        Bureau.objects.select_related("region", "country").order_by("code"),
        Measurement.objects.order_by("pk").values_list("value", "observed_on", "recorded_at")[:300],
        Initiative.objects.values("lead_bureau").annotate(many=Count("pk"), last=Max("ends_on")).order_by("lead_bureau"),
        RollUp.objects.order_by("pk")[:100],
        Job.objects.order_by("pk"),
        Initiative.objects.prefetch_related("milestones").order_by("pk")[:5],
        Initiative.objects.order_by("pk").values_list("public_id", flat=True)[:5],
        Indicator.objects.order_by("code").values_list("code", "name", named=True),
        Indicator.objects.none(),
        AuditRecord.objects.order_by("seq")[:30],
        MemberCountry.objects.all(),
        Update.objects.order_by().values_list("pk")[:5].union(Initiative.objects.order_by().values_list("pk")[:5]).order_by("pk"),
        Evidence.objects.order_by("pk"),
    ]


def test_each_finds_what_it_finds_alone(demo, django_assert_num_queries):
    together, alone = _questions(), _questions()
    with django_assert_num_queries(2):  # the second: the milestones that one of them prefetches
        found = answered(*together)
    for ours, theirs in zip(found, alone, strict=True):
        assert len(ours) == len(theirs)
        for one, other in zip(ours, theirs, strict=True):
            _same(one, other)


def test_a_queryset_holds_its_answer_and_is_not_asked_again(demo, django_assert_num_queries):
    periods, bureaus = Period.objects.all(), Bureau.objects.all()
    with django_assert_num_queries(1):
        found, _bureaus = answered(periods, bureaus)
        assert list(periods) == found and answered(periods, bureaus)[0] == found and len(bureaus) > 100


def test_words_of_our_own_go_along(demo):
    _periods, ((many, first),) = answered(
        Period.objects.all(), ByHand("SELECT count(*), min(start_on) FROM core_period WHERE code <> ALL(%s)", (["x"],), ("", "day"))
    )
    assert many == Period.objects.count() and isinstance(first, date)


def test_nothing_is_asked_where_nothing_can_be_found(demo, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert answered(Period.objects.none(), Bureau.objects.filter(pk__in=[])) == [[], []]


def test_what_could_not_come_back_as_it_is_is_refused(demo):
    late = Update.objects.annotate(after=Max("validated_at") - Max("submitted_at")).values_list("after")
    with pytest.raises(TypeError, match="cannot travel"):
        answered(late, Period.objects.all())


def test_rounds_of_questions_are_asked_side_by_side(demo):
    def people_of(bureau: str):
        ((found,),) = yield [Bureau.objects.filter(code=bureau)]
        (people,) = yield [User.objects.filter(bureau=found).order_by("email")]
        return [one.email for one in people]

    def nobody():
        return []
        yield

    with CaptureQueriesContext(connection) as asked:
        ours, periods, none, theirs = side_by_side(people_of("SN"), only(Period.objects.all()), nobody(), people_of("FR"))
    assert len(asked) == 2
    assert ours == list(User.objects.filter(bureau__code="SN").order_by("email").values_list("email", flat=True)) and ours != theirs
    assert periods == list(Period.objects.all()) and none == []


def _same(one, other, depth: int = 0) -> None:
    if not isinstance(one, Model):
        assert repr(one) == repr(other)
        return
    assert type(one) is type(other) and one._state.db == other._state.db
    assert one._state.fields_cache.keys() == other._state.fields_cache.keys()
    for field in one._meta.concrete_fields:
        assert repr(getattr(one, field.attname)) == repr(getattr(other, field.attname)), field
    for name in one._state.fields_cache if depth < 3 else ():
        _same(one._state.fields_cache[name], other._state.fields_cache[name], depth + 1)
