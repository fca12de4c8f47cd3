"""Charts for pages and reports alike: facts in, one drawing with its sentence and its table out.

Words and number forms follow the active language; nothing else is read from outside, and the same facts always
give the same bytes.
"""

from reports.charts.bars import bullet, coverage, distribution
from reports.charts.drawing import Chart, Table
from reports.charts.grids import Span, heat_map, timeline
from reports.charts.lines import Point, Target, path
from reports.charts.sparks import sparkline

__all__ = [
    "Chart",
    "Point",
    "Span",
    "Table",
    "Target",
    "bullet",
    "coverage",
    "distribution",
    "heat_map",
    "path",
    "sparkline",
    "timeline",
]
