"""Metrics beside the mentions: their curves over the span of the trends, and what they did while an alert lasted."""

from __future__ import annotations

from typing import Final

from socialhub.clock import DAY
from socialhub.detect.figures import Rows, usual_beside
from socialhub.live.spans import Span, frame
from socialhub.metrics import Cells, Metric
from socialhub.records import dataclass
from socialhub.store.connection import Connection
from socialhub.store.metrics import cells_of, read_metrics, rows_of

LEARNT: Final = 29 * DAY
"""So far before an alert its metrics are compared with."""
LISTED: Final = 3
"""So many metrics stand beside an alert, those that moved furthest."""


@dataclass(frozen=True, slots=True)
class FigureCurve:
    """A metric with its figure in each cell of `step` ms from `start` (ms UTC)."""

    metric: Metric
    start: int
    step: int
    cells: Cells


@dataclass(frozen=True, slots=True)
class Beside:
    """What a metric did from `start` to `end` (ms UTC), and what is usual for so long at this time of the week."""

    metric: Metric
    start: int
    end: int
    seen: float
    usual: float


def read_figures(db: Connection, span: Span, now: int) -> tuple[FigureCurve, ...]:
    """The curves of all metrics, in the cells of the trends."""
    start, cells = frame(span, now)
    return tuple(
        FigureCurve(metric, start, span.step, cells_of(db, metric, start, span.step, cells, now))
        for metric in read_metrics(db, now)
    )


def figures_beside(db: Connection, topic: str, start: int, end: int) -> tuple[Beside, ...]:
    """What the metrics that stand beside a topic (slug) did in [start, end) ms UTC, the furthest from usual first."""
    found = []
    for metric in read_metrics(db, end):
        if not metric.concerns(topic) or not metric.pace:
            continue
        rows = Rows(rows_of(db, metric.number, start - LEARNT, end), metric.adds)
        since, until = start - start % metric.pace, min(end, rows.end(end))
        usual = usual_beside(rows, since, until)
        if usual is not None and until - since >= metric.pace:
            found.append(Beside(metric, since, until, rows.figure(since, until), usual))
    return tuple(sorted(found, key=_moved, reverse=True)[:LISTED])


def _moved(beside: Beside) -> float:
    return abs(beside.seen - beside.usual) / max(abs(beside.usual), 1e-9)
