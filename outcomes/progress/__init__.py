"""Plain arithmetic: values in, figures out. No Django, no clock, no rounding before drawing.

Source of every rule: the product contract, section 3; the words are those of the OECD-DAC glossary of
results-based management. Import from here: the modules beneath may move.
"""

from outcomes.progress.combine import Combined, combine
from outcomes.progress.delivery import DeliveryCase, DeliveryFigure, deliver, planned_delivery
from outcomes.progress.delivery import Step as DeliveryStep
from outcomes.progress.disclosure import Audience, Disclosure, disclose, disclose_together
from outcomes.progress.exact import clamp, drawn, drawn_percent, weighted_mean
from outcomes.progress.explain import Explanation, Input, plain
from outcomes.progress.indicator import (
    IndicatorCase,
    IndicatorFigure,
    evaluate,
    for_bureau,
    share_of_way,
    status_against_path,
)
from outcomes.progress.judgement import Judgement, Verdict, side_by_side
from outcomes.progress.path import Point, planned_on
from outcomes.progress.rolling import Child, RollUpFigure, leaf, roll_up, worst_of
from outcomes.progress.rule import AcrossBureaus, AcrossInitiatives, Direction, Kind, Rule, is_met
from outcomes.progress.thresholds import (
    PUBLISHED_BANDS,
    Band,
    ThresholdFault,
    ThresholdSet,
    in_force,
    validate_calendar,
)
from outcomes.progress.values import (
    Frequency,
    Observation,
    Reason,
    State,
    Status,
    has_fallen,
    is_stale,
)

__all__ = [
    "PUBLISHED_BANDS",
    "AcrossBureaus",
    "AcrossInitiatives",
    "Audience",
    "Band",
    "Child",
    "Combined",
    "DeliveryCase",
    "DeliveryFigure",
    "DeliveryStep",
    "Direction",
    "Disclosure",
    "Explanation",
    "Frequency",
    "IndicatorCase",
    "IndicatorFigure",
    "Input",
    "Judgement",
    "Kind",
    "Observation",
    "Point",
    "Reason",
    "RollUpFigure",
    "Rule",
    "State",
    "Status",
    "ThresholdFault",
    "ThresholdSet",
    "Verdict",
    "clamp",
    "combine",
    "deliver",
    "disclose",
    "disclose_together",
    "drawn",
    "drawn_percent",
    "evaluate",
    "for_bureau",
    "has_fallen",
    "in_force",
    "is_met",
    "is_stale",
    "leaf",
    "plain",
    "planned_delivery",
    "planned_on",
    "roll_up",
    "share_of_way",
    "side_by_side",
    "status_against_path",
    "validate_calendar",
    "weighted_mean",
    "worst_of",
]
