"""A metric in the lines of the trends: among the rows of topics, and beneath a chart, on one axis of time. Pure."""

from __future__ import annotations

from socialhub.i18n import _
from socialhub.metric_words import figure
from socialhub.metrics import Cells
from socialhub.widgets.band_chart import Chart, chart_frame
from socialhub.widgets.cells import Line, Piece, cut, left, safe, width_of, wrap
from socialhub.widgets.figure_line import figure_bars, merged
from socialhub.widgets.glyphs import Glyphs
from socialhub.widgets.trend_columns import Columns
from socialhub.widgets.trend_rows import FigureRow


def figure_lines(row: FigureRow, columns: Columns, width: int, glyphs: Glyphs) -> tuple[Line, ...]:
    """Name, bars in the columns of the topics and the latest figure; below them, its time and its scale."""
    name = safe(row.name)
    pieces = [Piece(left(name, columns.name, glyphs.ellipsis), "trends--figure")]
    drawn = columns.name
    cells = merged(row.cells, columns.merged, row.adds) if columns.bars else ()
    if columns.bars:
        bars = figure_bars(cells, glyphs)
        pieces.append(Piece(" " + " " * (columns.bars - len(bars)) + bars, "trends--figure"))
        drawn += 1 + columns.bars
    latest = cut(safe(row.latest), max(width - drawn - 1, 0), glyphs.ellipsis)
    pieces.append(Piece(f" {latest}"))
    # What of the name found no room stands in the remark.
    parts = [name if width_of(name) > columns.name else "", row.when, _scale(cells, row.unit), row.place]
    remark = safe(" · ".join(part for part in parts if part))
    first, *others = wrap(remark, max(width - 2, 1)) or [""]
    told = [f"{glyphs.hook} {first}", *(f"  {line}" for line in others)]
    return (tuple(pieces), *((Piece(line, "trends--hole"),) for line in told))


def beneath_chart(row: FigureRow, chart: Chart, width: int, glyphs: Glyphs) -> list[Line]:
    """The bars in the cells of a chart of `width`, and what they are; nothing where the chart finds no room."""
    frame = chart_frame(chart, width)
    if frame is None:
        return []
    cells = merged(row.cells, frame.factor, row.adds)
    bars = figure_bars(cells, glyphs)
    drawn = "".join(bar * frame.wide for bar in bars)
    indent = " " * (frame.gutter + 1)
    parts = [f"{safe(row.name)} {safe(row.latest)}", row.when, _scale(cells, row.unit), row.place]
    told = safe(" · ".join(part for part in parts if part))
    name = cut(f"{glyphs.hook} {told}", width - len(indent), glyphs.ellipsis)
    return [(Piece(indent + drawn, "trends--figure"),), (Piece(indent + name, "trends--hole"),)]


def _scale(cells: Cells, unit: str) -> str:
    """What the lowest and the highest bar mean; "" where nothing is known."""
    known = [value for value in cells if value is not None]
    if not known:
        return ""
    least, most = figure(min(0.0, *known, 0.0)), figure(max(0.0, *known, 0.0), unit)
    return _("scale {least} to {most}").format(least=least, most=most)
