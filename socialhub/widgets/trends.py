"""A row a topic: name, sparkline, count, change against the period before, net sentiment. Draws what it is given.

What is above the usual is lit, alerts and planned events stand below as marks; a row unfolds into a chart. A metric
stands above them, or below the topic that it belongs to, on the same axis of time, with a scale of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import tzinfo
from functools import partial
from itertools import groupby, zip_longest
from typing import ClassVar, Final

from textual.binding import BindingType
from textual.message import Message

from socialhub.i18n import _, number
from socialhub.widgets.band_chart import CHART_CSS, CHART_LOOKS, Chart, added_up, chart_lines, mark_cells
from socialhub.widgets.bindings import bind
from socialhub.widgets.cells import Line, Piece, left, right, safe, width_of, wrap
from socialhub.widgets.figure_rows import beneath_chart, figure_lines
from socialhub.widgets.line_list import Entry, LineList
from socialhub.widgets.sparkline import hole_sentence, merge, sparkline
from socialhub.widgets.trend_columns import EVEN, RISE, Columns, change_of, columns_for, net_text
from socialhub.widgets.trend_rows import FigureRow, TrendRow

__all__ = ["FigureRow", "TrendRow", "Trends"]


_CHART_BARS: Final = 4
"""Lines of bars of an unfolded row."""
_ROOMY: Final = 16
"""From so many lines on the pane tells the scale of a metric all the time; below, in the chart of its topic."""


class Trends(LineList):
    """The trends pane. Messages: TopicChosen on Enter, SpanWanted on `[` and `]`, MeasureWanted on `H`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        bind("earlier", "span(1)"),
        bind("later", "span(-1)"),
        bind("story", "unfold"),
        bind("stories", "measure"),
        bind("metric", "metric"),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "trends--bars",
        "trends--hole",
        "trends--figure",
        "trends--rise",
        "trends--negative",
        "trends--positive",
        "trends--neutral",
        *CHART_LOOKS,
    }
    DEFAULT_CSS = f"""
    Trends {{
        & > .trends--bars {{ color: $text-primary; }}
        & > .trends--figure {{ color: $text-accent; }}
        & > .trends--hole {{ color: $text-muted; }}
        & > .trends--rise {{ text-style: bold; }}
        & > .trends--negative {{ color: $text-error; }}
        & > .trends--positive {{ color: $text-success; }}
        & > .trends--neutral {{ color: $text-muted; }}
        &:ansi > .trends--hole {{ text-style: dim; }}
        &:ansi > .trends--neutral {{ text-style: dim; }}
        {CHART_CSS}
    }}
    """

    class TopicChosen(Message):
        """The reader wants the mentions of this topic (its number)."""

        def __init__(self, topic: int) -> None:
            super().__init__()
            self.topic = topic

    class SpanWanted(Message):
        """The reader wants a longer (+1) or shorter (-1) span, from minutes to a year."""

        def __init__(self, direction: int) -> None:
            super().__init__()
            self.direction = direction

    class MeasureWanted(Message):
        """The reader wants stories counted instead of mentions, or the other way round."""

    class MetricWanted(Message):
        """The reader wants another metric beneath the curves, or none."""

    def __init__(self, *, zone: tzinfo | None = None, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self.zone = zone
        self._rows: tuple[TrendRow, ...] = ()
        self._figure: FigureRow | None = None
        self._was_roomy = False
        self._composed: dict[tuple[object, ...], list[Entry]] = {}
        self._unfolded: set[int] = set()
        self._now = 0

    def show(self, rows: Sequence[TrendRow], now: int = 0, metric: FigureRow | None = None) -> None:
        """Draw these rows, and a metric beneath them, as of `now` (ms UTC); only lines that differ are repainted, the
        same rows cost nothing.
        """
        if not rows or tuple(rows) != self._rows or metric != self._figure:
            self._rows, self._figure, self._now = tuple(rows), metric, now
            self.rebuild()

    @property
    def selected(self) -> TrendRow | None:
        """The row under the cursor."""
        return next((row for row in self._rows if row.topic == self.cursor), None)

    def choose(self, key: int) -> None:
        """Tell the screen which topic to show."""
        self.post_message(self.TopicChosen(key))

    def action_span(self, direction: int) -> None:
        """A longer (1) or shorter (-1) span of time."""
        self.post_message(self.SpanWanted(direction))

    def action_unfold(self) -> None:
        """Show the topic under the cursor as a chart, or as a line again."""
        if self.cursor is not None:
            self._unfolded ^= {self.cursor}
            self.rebuild()
            self.select(self.cursor)

    def action_measure(self) -> None:
        """Count stories instead of mentions, or the other way round."""
        self.post_message(self.MeasureWanted())

    def action_metric(self) -> None:
        """Another metric beneath the curves, or none."""
        self.post_message(self.MetricWanted())

    def compose_entries(self, width: int) -> list[Entry]:
        """The rows, each hole explained once below the last row that has it."""
        if not self._rows:
            empty = _("no topic yet: name what to listen for under [[topics]] in config.toml")
            return [Entry(None, tuple((Piece(line, "trends--hole"),) for line in wrap(empty, width)))]
        columns = columns_for(self._rows, width, self.glyphs)
        # Most rows read as they did half a second ago: what was composed for them then is taken again.
        before, self._composed = self._composed, {}

        def once(key: tuple[object, ...], compose: Callable[[], list[Entry]]) -> list[Entry]:
            self._composed[key] = found = before[key] if key in before else compose()
            return found

        anchor = self._anchor()
        entries = self._figure_entry(columns, width) if self._figure is not None and anchor is None else []
        for row, following in zip_longest(self._rows, self._rows[1:]):
            unfolded = row.topic in self._unfolded
            key = (row, columns, width, unfolded, self._figure if unfolded else None)
            entries += once(key, partial(self._row_entry, row, columns, width))
            if row.topic == anchor and not unfolded:
                entries += self._figure_entry(columns, width)
            if following is None or (following.holes, following.start) != (row.holes, row.start):
                hole = (row.holes, row.start, row.step, columns, width)
                entries += once(hole, partial(self._hole_remark, row, columns, width))
        return entries

    def _anchor(self) -> int | None:
        """The topic below which the metric stands: the first one that it stands beside; None: above all of them."""
        if self._figure is None or self._figure.topics is None:
            return None
        return next((row.topic for row in self._rows if row.topic in (self._figure.topics or ())), None)

    def _figure_entry(self, columns: Columns, width: int) -> list[Entry]:
        """The metric's line; what its scale is where the pane is not too low for that."""
        assert self._figure is not None
        self._was_roomy = self.size.height >= _ROOMY
        lines = figure_lines(self._figure, columns, width, self.glyphs)
        return [Entry(None, lines if self._was_roomy else lines[:1])]

    def on_resize(self) -> None:
        """What is told of a metric depends on the height."""
        super().on_resize()
        if self._figure is not None and (self.size.height >= _ROOMY) != self._was_roomy:
            self.rebuild()

    def _row_entry(self, row: TrendRow, columns: Columns, width: int) -> list[Entry]:
        """The row's line with what is marked below it, or with its chart."""
        line = self._row_line(row, columns)
        if row.topic not in self._unfolded:
            return [Entry(row.topic, (line, *self._marks(row, columns)))]
        chart = Chart(row.start, row.step, row.totals, row.holes, row.limits, row.marks)
        lines = chart_lines(chart, width - 1, _CHART_BARS, self.glyphs, self._now, self.zone)
        if self._figure is not None and (self._figure.topics is None or row.topic in self._figure.topics):
            lines += beneath_chart(self._figure, chart, width - 1, self.glyphs)
        return [Entry(row.topic, (line, *((Piece(" "), *each) for each in lines)))]

    def _marks(self, row: TrendRow, columns: Columns) -> list[Line]:
        """What happened, below the bars; the names of what is planned behind it, where there is room."""
        if not columns.bars:
            return []
        chart = Chart(row.start, row.step, row.totals, row.holes, (), row.marks)
        cells = mark_cells(added_up(chart, columns.merged))
        if not cells:
            return []
        drawn = sum(width_of(piece.text) for piece in cells)
        indent = columns.name + 1 + columns.bars - drawn
        return [(Piece(" " * indent), *cells, Piece(f" {safe(row.planned)}", "chart--event"))]

    def _row_line(self, row: TrendRow, columns: Columns) -> Line:
        pieces = [Piece(left(safe(row.name), columns.name, self.glyphs.ellipsis))]
        if columns.bars:
            pieces += [Piece(" "), *self._bars(row, columns)]
        pieces.append(Piece(" " + right(number(row.total), columns.count)))
        if columns.change:
            risen = row.before is not None and row.total >= RISE * row.before and row.total > 0
            change = right(change_of(row, self.glyphs), columns.change)
            pieces += [Piece(" "), Piece(change, "trends--rise" if risen else "")]
        if columns.net:
            pieces += [Piece(" "), Piece(left(net_text(row.net, self.glyphs), columns.net), _net_look(row.net))]
        return tuple(pieces)

    def _bars(self, row: TrendRow, columns: Columns) -> list[Piece]:
        """The sparkline, newest cell at the right edge; a bar within a hole is dimmed, for it is not all, and one above
        the usual is lit.
        """
        totals, holes = merge(row.totals, row.holes, columns.merged)
        bars = sparkline(totals, holes, glyphs=self.glyphs)
        limits = added_up(Chart(row.start, row.step, row.totals, row.holes, row.limits), columns.merged).limits
        looks = [
            "trends--hole" if hole else "chart--over" if limit is not None and total > limit else "trends--bars"
            for total, hole, limit in zip(totals, holes, limits or (None,) * len(totals), strict=True)
        ]
        runs = groupby(zip(bars, looks, strict=True), key=lambda cell: cell[1])
        pieces = [Piece("".join(bar for bar, _look in run), look) for look, run in runs]
        return [Piece(" " * (columns.bars - len(bars))), *pieces]

    def _hole_remark(self, row: TrendRow, columns: Columns, width: int) -> list[Entry]:
        sentence = hole_sentence(row.holes, row.start, row.step, self.zone)
        if not sentence:
            return []
        indent = columns.name + 1 if columns.bars and width > columns.name + 30 else 0
        first, *others = wrap(sentence, max(width - indent - 2, 1))
        lines = [f"{self.glyphs.hook} {first}", *(f"  {line}" for line in others)]
        return [Entry(None, tuple((Piece(" " * indent + line, "trends--hole"),) for line in lines))]


def _net_look(net: int | None) -> str:
    if net is None or abs(net) < EVEN:
        return "trends--neutral"
    return "trends--negative" if net < 0 else "trends--positive"
