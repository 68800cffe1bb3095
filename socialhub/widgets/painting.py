"""From pieces of text to what Textual paints: one line, exactly as wide as asked, styled by component classes."""

from __future__ import annotations

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from socialhub.widgets.cells import Line


def look_of(widget: Widget, name: str) -> Style:
    """The style of a component class of this widget, without the background it inherits; "" is no style at all.

    Colours such as $text-muted are an opacity of the text that suits the background: only the whole style knows them.
    """
    if not name:
        return Style.null()
    own = widget.get_component_rich_style(name, partial=True)
    if own.color is None:
        return own
    return own + Style(color=widget.get_component_rich_style(name).color)


def paint(widget: Widget, line: Line, width: int, base: Style) -> Strip:
    """The line on `base`, padded or cut to `width` cells. Text is taken as it is: never markup."""
    segments = [Segment(piece.text, base + look_of(widget, piece.look)) for piece in line]
    return Strip(segments).adjust_cell_length(width, base)
