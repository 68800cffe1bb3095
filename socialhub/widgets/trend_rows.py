"""What the trends pane is given: a row a topic, and the metric that stands beneath them; plain data."""

from __future__ import annotations

from socialhub.metrics import Adds, Cells
from socialhub.records import dataclass
from socialhub.widgets.band_chart import Mark


@dataclass(frozen=True, slots=True)
class TrendRow:
    """What one topic did in the shown span.

    `totals[i]` mentions, or stories, in the cell of `step` ms that begins at `start + i * step` (ms UTC); `holes[i]`
    whether nobody listened during most of it. `total` is the count of the span, `before` that of the span of the same
    length before it (None: not listened to then), `net` the net sentiment in points (-100…100; None:
    nothing was judged).
    """

    topic: int
    name: str
    start: int
    step: int
    totals: tuple[int, ...]
    holes: tuple[bool, ...]
    total: int
    before: int | None
    net: int | None
    limits: tuple[float | None, ...] = ()
    marks: tuple[Mark, ...] = ()
    planned: str = ""


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A metric over the same cells as the topics: its name, the figure of each cell (None: a gap), its latest figure
    and when that was in words, and the numbers of the topics that it stands beside (None: all). `place` tells which
    of several it is.
    """

    name: str
    cells: Cells
    adds: Adds
    unit: str
    latest: str
    when: str
    place: str = ""
    topics: frozenset[int] | None = None
