"""The figures of a metric as one line of bars on a scale of its own: zero-based, unless there are figures below zero.

Pure: text only.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from socialhub.metrics import Adds, Cells
from socialhub.widgets.glyphs import UNICODE, Glyphs
from socialhub.widgets.sparkline import sparkline

_FULL: Final = 1_000
"""Parts that the scale is divided into: more than any set of bars has."""


def figure_bars(cells: Cells, glyphs: Glyphs = UNICODE) -> str:
    """One glyph a cell: a bar between the least figure (0 where none is below) and the greatest; gaps as holes."""
    known = [value for value in cells if value is not None]
    low, high = min(0.0, min(known, default=0.0)), max(0.0, max(known, default=0.0))
    scale = _FULL / (high - low) if high > low else 0.0
    levels = [0 if value is None else round((value - low) * scale) for value in cells]
    # A small figure beside a great one is still no zero.
    levels = [max(level, int(value is not None and value > low)) for level, value in zip(levels, cells, strict=True)]
    return sparkline(levels, [value is None for value in cells], maximum=_FULL, glyphs=glyphs)


def merged(cells: Cells, factor: int, adds: Adds) -> Cells:
    """The same in cells `factor` times as long, the newest whole; a gap where nothing is known of any of it."""
    if factor <= 1:
        return cells
    edges = sorted({0, *range(len(cells) % factor, len(cells) + 1, factor)})
    return tuple(_together(cells[low:high], adds) for low, high in pairwise(edges))


def _together(cells: Sequence[float | None], adds: Adds) -> float | None:
    known = [value for value in cells if value is not None]
    if not known:
        return None
    if adds is Adds.SUM:
        return sum(known)
    return sum(known) / len(known) if adds is Adds.MEAN else known[-1]
