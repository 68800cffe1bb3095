"""Business figures beside the mentions as plain data: calls to the help line, tickets, incidents, sales.

A row counts, or measures, what happened in the time that begins at its moment. Times are ms UTC.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from itertools import pairwise
from typing import Final

from socialhub.records import dataclass

METRIC: Final = "metric"
"""The `kind` that a row of the exchange format has when it is one of a metric and no mention."""
PACED: Final = 4
"""So many rows tell how often they come."""
COVERS: Final = 1.5
"""Rows that are no further apart than so many times the usual time between two leave no gap."""


class Adds(StrEnum):
    """How rows of one metric make the figure of a longer time: calls add up, people who wait do not."""

    SUM = "sum"
    MEAN = "mean"
    LAST = "last"


@dataclass(frozen=True, slots=True)
class Measurement:
    """One row of a metric as its source tells it: untrusted, not yet cleaned. `at` is when its time begins.

    `place` and `topic` tell of which part it is. The same metric, part and time again is a correction.
    """

    metric: str
    at: int
    value: float
    unit: str = ""
    place: str = ""
    topic: str = ""

    @property
    def native_id(self) -> str:
        """What tells it apart within its source."""
        return "\0".join((self.metric, self.place, self.topic, str(self.at)))


@dataclass(frozen=True, slots=True)
class Metric:
    """One series of rows in the cache: a metric, or a part of it, as one source tells it.

    Its latest row, at `last`, says `value`; `pace` is the usual time between two of the latest ones (ms; 0: too few to
    say). `topics` (slugs) are those it stands beside, none for all. `seen` is when a row last came.
    """

    number: int
    name: str
    unit: str
    place: str
    topic: str
    source: str
    source_kind: str
    adds: Adds
    topics: tuple[str, ...]
    last: int
    value: float
    seen: int
    pace: int

    @property
    def part(self) -> str:
        """Of which place or topic it is, "" for the whole."""
        return " · ".join(each for each in (self.place, self.topic) if each)

    @property
    def shown(self) -> str:
        """Its name with its part."""
        return " · ".join(each for each in (self.name, self.place, self.topic) if each)

    def concerns(self, topic: str) -> bool:
        """Whether it stands beside a topic (slug)."""
        return self.topic == topic if self.topic else not self.topics or topic in self.topics


Cells = tuple[float | None, ...]
"""The figure of each cell of time; None: no row tells of it."""


def pace_of(moments: Sequence[int]) -> int:
    """The usual time between rows at these moments, the newest first (ms); 0 for too few of them."""
    gaps = sorted(later - earlier for later, earlier in pairwise(moments))
    return gaps[len(gaps) // 2] if len(moments) >= PACED else 0


def stretched(rows: Sequence[tuple[int, float]], pace: int, start: int, step: int, cells: int, until: int) -> Cells:
    """The cells of rows that come more seldom than cells are long: each stands until the next one, or as long as usual.

    `rows` are in order and may begin before `start`; nothing is told of what comes after `until`.
    """
    found: list[float | None] = [None] * cells
    for place, (at, value) in enumerate(rows):
        following = rows[place + 1][0] if place + 1 < len(rows) else until
        end = min(following if following - at <= COVERS * pace else at + pace, until)
        first, last = (at - start) // step, -(-(max(end, at + 1) - start) // step)
        for cell in range(max(first, 0), min(last, cells)):
            found[cell] = value
    return tuple(found)
