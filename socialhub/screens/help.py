"""The help: the keys of the pane one was in, then all others, and what its marks mean; two columns where there is
room.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.events import Resize
from textual.screen import ModalScreen
from textual.widgets import Static

from socialhub.i18n import _
from socialhub.keys import KEYS
from socialhub.widgets.bindings import bind
from socialhub.widgets.cells import left, width_of
from socialhub.widgets.glyphs import glyphs_of
from socialhub.widgets.hints import key_name
from socialhub.widgets.pane_title import PaneTitle
from socialhub.widgets.poll_strip import legend

_KEY_WIDTH = 12


class Help(ModalScreen[None]):
    """`active` are the ids that answer in the focused pane; `keymap` the keys in force."""

    BINDINGS: ClassVar[list[BindingType]] = [
        bind("back", "dismiss"),
        bind("help", "dismiss"),
        bind("quit", "dismiss"),
        bind("down", "scroll(1)"),
        bind("up", "scroll(-1)"),
        bind("page-down", "scroll(10)"),
        bind("page-up", "scroll(-10)"),
    ]

    def __init__(self, active: frozenset[str], keymap: dict[str, str]) -> None:
        super().__init__()
        self._active = active
        self._keymap = keymap

    def compose(self) -> ComposeResult:
        """Title and table."""
        with Vertical(id="sheet"):
            yield PaneTitle(_("Keys"))
            with VerticalScroll(id="help-scroll"):
                yield Static(id="help-text", markup=False)

    def on_mount(self) -> None:
        """Keys scroll it."""
        self.query_one("#help-scroll").focus()

    def on_resize(self, event: Resize) -> None:
        """The columns depend on the width."""
        width = max(20, min(event.size.width, 100) - 10)
        self.query_one("#help-text", Static).update(self._table(width))

    def action_scroll(self, lines: int) -> None:
        """Some lines on or back."""
        self.query_one("#help-scroll").scroll_relative(y=lines, animate=False)

    def _table(self, width: int) -> Content:
        groups: dict[str, list[tuple[str, str]]] = {}
        for key in KEYS:
            if key.id in self._active:
                keys = " ".join(key_name(name) for name in self._keymap[key.id].split(","))
                groups.setdefault(_(key.group), []).append((keys, _(key.label)))
        if "poll" in self._active:
            groups[_("The last day of a source")] = legend(glyphs_of())
        columns = 2 if width >= 60 else 1
        blocks = [_block(name, rows, width // columns - 2) for name, rows in groups.items()]
        return _in_columns(blocks, columns, width // columns)


def _block(name: str, rows: Sequence[tuple[str, str]], width: int) -> list[Content]:
    lines = [Content.styled(left(name, width), "bold")]
    for keys, label in rows:
        lines.append(
            Content.assemble(
                (left(keys, _KEY_WIDTH) + " ", "$text-accent"), Content(left(label, width - _KEY_WIDTH - 1))
            )
        )
    return [*lines, Content(" " * width)]


def _in_columns(blocks: list[list[Content]], columns: int, width: int) -> Content:
    """Blocks one after another into columns of about the same height."""
    lines = [line for block in blocks for line in block]
    if columns == 1:
        return Content("\n").join(lines)
    target = (len(lines) + 1) // 2
    first: list[Content] = []
    rest = list(blocks)
    while rest and len(first) < target:
        first += rest.pop(0)
    second = [line for block in rest for line in block]
    height = max(len(first), len(second))
    first += [Content("")] * (height - len(first))
    second += [Content("")] * (height - len(second))
    return Content("\n").join(
        [
            Content.assemble(one, " " * (width - width_of(one.plain)), two)
            for one, two in zip(first, second, strict=True)
        ]
    )
