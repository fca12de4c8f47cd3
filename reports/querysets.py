"""Questions that are asked of definitions and editions."""

from __future__ import annotations

from django.db import models

from accounts.access import clearance_of

from .choices import CLOSES_AFTER, PART_SCOPES, EditionState, ScopeKind


class ReportDefinitionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Definitions of reports that the person may read an edition of."""
        clearance = clearance_of(user)
        return self if clearance >= 0 else self.none()

    def with_subject(self):
        """Each with what it is about, for its name."""
        return self.select_related("aim", "region", "bureau")

    def scheduled(self):
        return self.filter(is_active=True, starts_on__isnull=False)


class EditionQuerySet(models.QuerySet):
    def shown(self):
        return self.exclude(state=EditionState.FROZEN)

    def filed(self):
        return self.filter(state=EditionState.FILED)

    def filed_at_moment(self, moment):
        """Editions that had been filed by the moment and not been withdrawn by then."""
        stood = models.Q(withdrawn_at=None) | models.Q(withdrawn_at__gt=moment)
        return self.filter(stood, filed_at__lte=moment)

    def readable_by(self, user):
        """Editions whose level the person's clearance reaches."""
        return self.shown().filter(level__lte=clearance_of(user))

    def best_for(self, user):
        """Of each edition and its redacted twins, the fullest one that the person may read."""
        mine = self.readable_by(user)
        fuller = mine.model.objects.readable_by(user).filter(
            number=models.OuterRef("number"), clearance__gt=models.OuterRef("clearance")
        )
        return mine.filter(~models.Exists(fuller))

    def with_successor(self):
        """Each with `successor`, the number of the latest filed edition that corrects it or its fuller twin."""
        later = self.model.objects.filed().filter(corrects__number=models.OuterRef("number")).order_by("-number")
        return self.annotate(successor=models.Subquery(later.values("number")[:1]))

    def latest_first(self):
        return self.order_by("-end_on", "-number")

    def official_first(self):
        """Of all plans before one of them, of whole plans before parts; of closed periods before interim ones; the latest."""
        places = [models.When(definition__scope=scope, then=place) for place, scope in enumerate(ScopeKind.values)]
        is_interim = models.Q(as_of__date__lte=models.F("end_on") + CLOSES_AFTER)
        interim_last = models.Case(models.When(is_interim, then=1), default=0)
        return self.order_by(models.Case(*places), interim_last, "-end_on", "-number")

    def of_parts(self):
        return self.filter(definition__scope__in=PART_SCOPES)

    def with_subject(self):
        """Each with its definition and what that is about, for its name."""
        return self.select_related("definition__aim", "definition__region", "definition__bureau", "corrects")
