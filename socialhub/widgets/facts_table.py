"""Names and values in two columns, as text; a value that is too long goes on below its own beginning. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from textual.content import Content

from socialhub.widgets.cells import width_of, wrap

_QUIET: Final = "$text-muted"
_GAP: Final = 2
_LEAST: Final = 16
"""Cells of a value below which hanging it would leave a ribbon: it is wrapped as it comes."""


def facts_table(rows: Sequence[tuple[str, str]], width: int = 0) -> Content:
    """The rows in so many cells (0: wrapped by whoever draws them)."""
    column = max((width_of(name) for name, _value in rows), default=0)
    room = width - column - _GAP
    lines = []
    for name, value in rows:
        parts = wrap(value, room) if room >= _LEAST else [value]
        head = name + " " * (column - width_of(name) + _GAP)
        lines.append(Content.assemble((head, _QUIET), Content(parts[0] if parts else "")))
        lines += [Content(" " * len(head) + part) for part in parts[1:]]
    return Content("\n").join(lines)
