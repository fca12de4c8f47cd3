"""How we know: expected results, what is measured to see them, and the values that were validated."""

from __future__ import annotations

from outcomes.models.indicators import (
    Baseline,
    FormerDefinition,
    Indicator,
    IndicatorQuerySet,
    Measurement,
    MeasurementQuerySet,
    Target,
)
from outcomes.models.judging import Judgement, ThresholdSet, Weight
from outcomes.models.proposed import ProposalStage, ProposedValue, ProposedValueQuerySet
from outcomes.models.reading import BureauReading
from outcomes.models.results import Crosswalk, CrosswalkQuerySet, ExpectedResult, ExpectedResultQuerySet
from outcomes.models.revisions import FRACTION, NUMBER, Revision, RevisionQuerySet
from outcomes.models.summary import NodeType, RollUp

__all__ = [
    "ProposalStage",
    "ProposedValue",
    "ProposedValueQuerySet",
    "Baseline",
    "BureauReading",
    "Crosswalk",
    "CrosswalkQuerySet",
    "ExpectedResult",
    "ExpectedResultQuerySet",
    "FRACTION",
    "FormerDefinition",
    "Indicator",
    "IndicatorQuerySet",
    "Judgement",
    "Measurement",
    "MeasurementQuerySet",
    "NUMBER",
    "NodeType",
    "Revision",
    "RevisionQuerySet",
    "RollUp",
    "Target",
    "ThresholdSet",
    "Weight",
]
