"""The words of measurement: kinds, directions, ways of combining, states and statuses. Value and label together."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Origin(models.TextChoices):
    SOURCE = "source", _("from the source text")
    DERIVED = "derived", _("derived from the source text")


class Kind(models.TextChoices):
    """What sort of number the indicator is."""

    LEVEL = "level", _("level at a time")
    CUMULATIVE = "cumulative", _("cumulative total")
    PER_PERIOD = "per_period", _("count per period")
    RATIO = "ratio", _("ratio")
    MILESTONE = "milestone", _("milestone (yes or no)")
    ORDINAL = "ordinal", _("scale")
    MAINTAIN = "maintain", _("level to be kept")


class Direction(models.TextChoices):
    """Which way is better."""

    INCREASE = "increase", _("increase")
    DECREASE = "decrease", _("decrease")
    AT_OR_ABOVE = "maintain_at_or_above", _("keep at or above")
    AT_OR_BELOW = "maintain_at_or_below", _("keep at or below")
    WITHIN = "maintain_within", _("keep within a range")


class CombineBureaus(models.TextChoices):
    """How the values of many bureaus become one."""

    SUM = "sum", _("sum")
    WEIGHTED_MEAN = "weighted_mean", _("weighted mean")
    RATIO = "ratio", _("sum of numerators over sum of denominators")
    COUNT_MEETING = "count_meeting", _("number of bureaus that meet it")
    WORST = "worst", _("worst value")
    NONE = "none", _("not combined")


class CombineInitiatives(models.TextChoices):
    """How the values of one bureau's initiatives become the bureau's value."""

    ONE = "one", _("one value per bureau and period")
    SUM = "sum", _("sum of its initiatives")


class Frequency(models.TextChoices):
    QUARTERLY = "quarterly", _("quarterly")
    HALF_YEARLY = "half_yearly", _("half-yearly")
    YEARLY = "yearly", _("yearly")


class IndicatorState(models.TextChoices):
    PROPOSED = "proposed", _("proposed")
    ADOPTED = "adopted", _("adopted")
    RETIRED = "retired", _("retired")


class ValueState(models.TextChoices):
    """Four states of a value that are never mixed up. Zero is a reported value."""

    REPORTED = "reported", _("reported")
    NOT_REPORTED = "not_reported", _("not reported")
    NOT_APPLICABLE = "not_applicable", _("not applicable")
    WITHHELD = "withheld", _("withheld")


class Status(models.TextChoices):
    """How a figure stands against what was expected by now."""

    ON_TRACK = "on_track", _("on track")
    AT_RISK = "at_risk", _("at risk")
    OFF_TRACK = "off_track", _("off track")
    ACHIEVED = "achieved", _("achieved")
    TOO_EARLY = "too_early", _("too early to tell")
    NO_DATA = "no_data", _("no data")
    INSUFFICIENT = "insufficient_data", _("insufficient data")
    STALE = "stale", _("stale")


class CrosswalkKind(models.TextChoices):
    CONTINUED = "continued", _("continued")
    MERGED = "merged", _("merged")
    SPLIT = "split", _("split")
    DROPPED = "dropped", _("dropped")


class ProposalState(models.TextChoices):
    PROPOSED = "proposed", _("proposed")
    APPROVED = "approved", _("approved")


class Measure(models.TextChoices):
    """Two progresses that are never blended."""

    RESULTS = "results", _("results")
    DELIVERY = "delivery", _("delivery")
