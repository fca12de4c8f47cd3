"""Work as pages show it for a day in the past: what there was, whose it was and what it was called then."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.db.models import OuterRef, Subquery
from django.db.models.functions import Cast, Coalesce

from accounts.access import sight
from core.together import Steps, only
from dashboard.asked import Asked
from initiatives.known_at import OWN_COLUMNS, ShareThen, contributed_to, known_at
from initiatives.models import Contribution, CrimeArea, Initiative, Update
from initiatives.past import Past, milestones_then, pasts, turn_back, turn_back_steps
from objectives.models import Capability
from outcomes.models import ExpectedResult


def work_then(question: Asked):
    """All work that there was on the day and that the reader may see, by its level of today and of then."""
    return known_at(Initiative.objects.all(), question.moment, question.user)


def work_of_bureau(question: Asked, bureau_id: int, columns: Sequence[str]):
    """The columns, as they were, of the work that the bureau leads; what was changed last by then comes first."""
    rows = work_then(question).filter(lead_bureau=bureau_id).order_by("-stood_updated_at", "-id")
    return rows.values_list(*(f"stood_{name}" if name in OWN_COLUMNS else name for name in columns))


def contribution_steps(question: Asked, result: ExpectedResult, most: int) -> Steps[list[Contribution]]:
    """The largest shares that went to the expected result, unsaved, with the work as it was. Two rounds."""
    now = Contribution.objects.filter(initiative=OuterRef("pk"), expected_result=result).values("share")
    share = Contribution._meta.get_field("share")
    rows = work_then(question).filter(contributed_to([result.pk])).select_related("lead_bureau")
    rows = rows.annotate(share_then=Coalesce(Cast(ShareThen(result.pk), share), Subquery(now)))
    found = yield from only(rows.order_by("-share_then", "pk")[:most])
    yield from turn_back_steps(found, question.moment)
    return [Contribution(initiative=one, expected_result=result, share=one.share_then) for one in found]


def links_then(seen, question: Asked, plan) -> dict[int, list[int]]:
    """The capabilities of the plan that visible work was linked to, where those were others. Three queries."""
    told = {pk: past.links("capabilities") for pk, past in pasts(question.moment).items() if past.links("capabilities") is not None}
    mine = set(Capability.objects.filter(plan=plan).values_list("pk", flat=True))
    visible = seen.filter(pk__in=told).values_list("pk", flat=True)
    return {pk: [one for one in told[pk] if one in mine] for pk in visible}


def update_steps(question: Asked, updates) -> Steps[list[Update]]:
    """Of the updates those that were validated by then; what replaced one later had not replaced it yet. One round."""
    found = yield from only(updates.filter(validated_at__lte=question.moment))
    for update in found:
        if update.superseded_at and update.superseded_at > question.moment:
            update.superseded_at = None
    return found


def main_aims(question: Asked, found: Sequence[Initiative], told: dict[int, Past]) -> dict:
    """The aim that most of each piece of work went to, where that was another share than today's. One query."""
    wanted = {result for past in told.values() for result in past.shares or ()}
    results = ExpectedResult.objects.select_related("aim__plan").in_bulk(wanted)
    aims = {}
    for one in found:
        shares = told[one.pk].shares if one.pk in told else None
        known = [(share, -pk) for pk, share in (shares or {}).items() if pk in results]
        if known:
            aims[one.pk] = results[-max(known)[1]].aim
    return aims


def steps_then(found: Sequence[Initiative], told: dict[int, Past]) -> dict[int, list]:
    """The milestones of the work that had others then."""
    return {
        one.pk: milestones_then(one, told[one.pk])
        for one in found if one.pk in told and told[one.pk].milestones is not None
    }  # fmt: skip


def settled(found: list[Initiative], question: Asked) -> list[Initiative]:
    """The rows of the list, with all that its columns and files show of them, as they were. At most four queries."""
    told = turn_back(found, question.moment)
    names = _Names(question, told)
    for one in found:
        one.updated_at = one.stood_updated_at
        for attribute, value in names.of(told.get(one.pk)):
            setattr(one, attribute, value)
    return found


class _Names:
    """What lists call the results, crime areas and capabilities that work was linked to then."""

    def __init__(self, question: Asked, told: dict[int, Past]):
        results = {pk for past in told.values() for pk in past.shares or ()}
        seen = ExpectedResult.objects.filter(sight(question.user).plans("aim__plan__"), pk__in=results)
        self.results = {
            pk: (aim, number, f"{said}.{number}")
            for pk, aim, said, number in seen.values_list("pk", "aim", "aim__number", "number")
        }
        self.areas = dict(_asked(CrimeArea, "crime_areas", told))
        self.capabilities = dict(_asked(Capability, "capabilities", told))

    def of(self, past: Past | None) -> Iterator[tuple[str, list]]:
        if past is None or past.shares is None:
            return
        results = sorted(self.results[pk] for pk in past.shares if pk in self.results)
        yield "result_codes", [one[2] for one in results]
        yield "area_codes", sorted(self.areas[pk] for pk in past.links("crime_areas") if pk in self.areas)
        kept = [pk for pk in sorted(past.links("capabilities")) if pk in self.capabilities]
        yield "capability_keys", kept
        yield "capability_names", sorted(self.capabilities[pk] for pk in kept)


def _asked(model, name: str, told: dict[int, Past]) -> list[tuple[int, str]]:
    wanted = {pk for past in told.values() for pk in past.links(name) or ()}
    return list(model.objects.filter(pk__in=wanted).values_list("pk", "code")) if wanted else []
