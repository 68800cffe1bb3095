"""A curve of counts over several lines: bars from zero, the limit of what is usual as a dotted line through them, what
is above it lit, holes, marks of what happened, and times below. Pure: pieces of text and names of looks.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta, tzinfo
from itertools import groupby, pairwise
from typing import Final

from socialhub.ages import clock_time, date_text
from socialhub.clock import DAY, HOUR, MINUTE, to_datetime
from socialhub.i18n import number
from socialhub.records import dataclass
from socialhub.widgets.cells import Line, Piece, right, width_of
from socialhub.widgets.glyphs import ASCII, Glyphs

CHART_LOOKS: Final = frozenset(
    {"chart--bars", "chart--over", "chart--limit", "chart--hole", "chart--mark", "chart--event", "chart--axis"}
)
CHART_CSS: Final = """
        & > .chart--bars { color: $text-primary; }
        & > .chart--over { color: $text-error; text-style: bold; }
        & > .chart--limit { color: $text-muted; }
        & > .chart--hole { color: $text-muted; }
        & > .chart--mark { color: $text-warning; text-style: bold; }
        & > .chart--event { color: $text-accent; }
        & > .chart--axis { color: $text-muted; }
        &:ansi > .chart--axis { text-style: dim; }
        &:ansi > .chart--limit { text-style: dim; }
"""
"""The looks, for the style sheet of a widget that draws charts."""
_LABEL_EVERY: Final = 12
"""Cells from one time below the chart to the next, at least."""
_WIDEST: Final = 3
"""Cells of the terminal that a bar takes at most, where there are few of them."""
_UNITS: Final = (*(minutes * MINUTE for minutes in (10, 15, 30)), *(hours * HOUR for hours in (1, 2, 3, 6, 12)), DAY)
"""Lengths of time at whose multiples a time below stands."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happened from `start` on, to `end` (ms UTC) where it lasted; `sign` is one cell wide.

    Of marks in one cell the one with the greatest `weight` is seen.
    """

    start: int
    sign: str
    weight: int = 0
    end: int | None = None
    look: str = "chart--mark"


@dataclass(frozen=True, slots=True)
class Chart:
    """Counts in cells of `step` ms from `start` (ms UTC); `limits` are the most that is usual in each (None: unknown).

    `limits` is empty or as long as `totals`, `holes` may be shorter.
    """

    start: int
    step: int
    totals: tuple[int, ...]
    holes: tuple[bool, ...] = ()
    limits: tuple[float | None, ...] = ()
    marks: tuple[Mark, ...] = ()


def fitted(chart: Chart, cells: int) -> Chart:
    """The chart in at most so many cells."""
    return added_up(chart, -(-len(chart.totals) // max(cells, 1)))


def added_up(chart: Chart, factor: int) -> Chart:
    """The chart in cells `factor` times as long; the first one covers what is left over, where it does not divide."""
    if factor <= 1:
        return chart
    count = len(chart.totals)
    first = -(-count // factor) * factor - count
    edges = [0, *range(factor - first, count + 1, factor)] if first else list(range(0, count + 1, factor))
    spans = list(pairwise(edges))
    holes = (*chart.holes, *[False] * (count - len(chart.holes)))
    return Chart(
        chart.start - first * chart.step,
        chart.step * factor,
        tuple(sum(chart.totals[low:high]) for low, high in spans),
        tuple(2 * sum(holes[low:high]) >= high - low for low, high in spans),
        tuple(_added(chart.limits[low:high]) for low, high in spans) if chart.limits else (),
        chart.marks,
    )


def _added(limits: Sequence[float | None]) -> float | None:
    known = [limit for limit in limits if limit is not None]
    return sum(known) if known and len(known) == len(limits) else None


@dataclass(frozen=True, slots=True)
class Frame:
    """How a chart lies in its lines: cells of the terminal before the bars, how many cells of it (of `factor` given
    ones) there are, and how wide each is.
    """

    gutter: int
    factor: int
    wide: int


def chart_frame(chart: Chart, width: int) -> Frame | None:
    """How a chart lies in `width` cells; None where it does not fit."""
    gutter = width_of(number(round(_top(chart))))
    if width < 3 * gutter + 3:
        return None
    factor = -(-len(chart.totals) // max(width - gutter - 1, 1))
    shown = added_up(chart, factor)
    gutter = width_of(number(round(_top(shown))))
    wide = min((width - gutter - 1) // len(shown.totals), _WIDEST) if shown.totals else 1
    return Frame(gutter, factor, wide)


def _top(chart: Chart) -> float:
    return max([*chart.totals, *(limit for limit in chart.limits if limit is not None), 1])


def chart_lines(chart: Chart, width: int, height: int, glyphs: Glyphs, now: int, zone: tzinfo | None) -> list[Line]:
    """`height` lines of bars, one of marks where there are any, one of times; each at most `width` cells."""
    frame = chart_frame(chart, width)
    if frame is None:
        return []
    shown, gutter, wide = added_up(chart, frame.factor), frame.gutter, frame.wide
    top = _top(shown)
    lines = [_bars(shown, row, height, top, gutter, glyphs, wide) for row in reversed(range(height))]
    if marks := mark_cells(shown, wide):
        lines.append((Piece(" " * (gutter + 1)), *marks))
    lines.append((Piece(" " * (gutter + 1) + _times(shown, now, zone, wide), "chart--axis"),))
    return lines


def _bars(chart: Chart, row: int, height: int, top: float, gutter: int, glyphs: Glyphs, wide: int) -> Line:
    """One line of bars, the lowest is row 0; a bar is `wide` cells of the terminal wide."""
    label = number(round(top)) if row == height - 1 else "0" if row == 0 else ""
    cells = [_cell(chart, cell, row, height, top, glyphs) for cell in range(len(chart.totals))]
    runs = groupby(cells, key=lambda cell: cell[1])
    return (
        Piece(right(label, gutter) + " ", "chart--axis"),
        *(Piece("".join(sign * wide for sign, _look in run), look) for look, run in runs),
    )


def _cell(chart: Chart, cell: int, row: int, height: int, top: float, glyphs: Glyphs) -> tuple[str, str]:
    levels = len(glyphs.levels)
    total = chart.totals[cell]
    limit = chart.limits[cell] if chart.limits else None
    filled = -(-total * height * levels // top) - row * levels
    if filled > 0 and total > 0:
        over = limit is not None and total > limit and (row + 1) / height > limit / top
        return glyphs.levels[min(int(filled), levels) - 1], "chart--over" if over else "chart--bars"
    if cell < len(chart.holes) and chart.holes[cell]:
        return (glyphs.hole if row == 0 else " "), "chart--hole"
    if limit is not None and row == min(int(limit / top * height), height - 1) and row > 0:
        return _dotted(glyphs), "chart--limit"
    return (glyphs.zero if row == 0 else " "), "chart--bars" if row == 0 else "chart--axis"


def _dotted(glyphs: Glyphs) -> str:
    return "." if glyphs is ASCII else "┈"


def mark_cells(chart: Chart, wide: int = 1) -> list[Piece]:
    """What happened, each in its cell, which is `wide` cells of the terminal wide; nothing where nothing did."""
    cells: list[Mark | None] = [None] * len(chart.totals)
    for mark in sorted(chart.marks, key=lambda mark: mark.weight):
        first = (mark.start - chart.start) // chart.step
        last = first if mark.end is None else (mark.end - 1 - chart.start) // chart.step
        for cell in range(max(first, 0), min(last, len(cells) - 1) + 1):
            cells[cell] = mark
    if not any(cells):
        return []
    return [
        Piece("".join((mark.sign if mark else "").ljust(wide) for mark in run), look)
        for look, run in groupby(cells, key=lambda mark: mark.look if mark else "")
    ]


def _times(chart: Chart, now: int, zone: tzinfo | None, wide: int) -> str:
    """The times below: round ones of the day, dates where cells are long."""
    least = chart.step * _LABEL_EVERY / wide
    unit = next((unit for unit in _UNITS if unit >= least), DAY)
    line, reached = "", 0
    for cell in range(len(chart.totals)):
        moment = chart.start + cell * chart.step
        moment += -_since_midnight(moment, zone) % unit
        place = cell * wide
        if place < reached or moment >= chart.start + (cell + 1) * chart.step:
            continue
        label = date_text(moment, now, zone) if unit == DAY else clock_time(moment, zone)
        if place + width_of(label) > len(chart.totals) * wide:
            break
        line += " " * (place - width_of(line)) + label
        reached = place + width_of(label) + 2
    return line


def _since_midnight(moment: int, zone: tzinfo | None) -> int:
    """How late in its day a moment is (ms)."""
    local = to_datetime(moment, zone) if zone is not None else to_datetime(moment).astimezone()
    return timedelta(hours=local.hour, minutes=local.minute) // timedelta(milliseconds=1)
