"""A list of entries of one or more lines with a cursor on one of them: the ground of trends, alerts and sources.

The cursor is anchored to an entry's key, never to its place. Only lines that changed are repainted (DECISIONS 41).
Subclasses give the lines; this draws them and moves. Meant for hundreds of entries, not for the feed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.binding import BindingType
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from socialhub.records import dataclass
from socialhub.widgets.bindings import bind
from socialhub.widgets.cells import Line, Piece, fit
from socialhub.widgets.glyphs import glyphs_of
from socialhub.widgets.painting import look_of, paint


@dataclass(frozen=True, slots=True)
class Entry:
    """Some lines that are selected together. One without a key (a heading, a remark) is never selected."""

    key: int | None
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class _Drawn:
    """One line as it stands on the screen."""

    key: int | None
    line: Line
    selected: bool


class LineList(ScrollView, can_focus=True):
    """The base list: override `compose_entries` and `choose`, call `rebuild` when the data changed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        bind("down", "move(1)"),
        bind("up", "move(-1)"),
        bind("first", "jump(0)"),
        bind("last", "jump(-1)"),
        bind("page-down", "page(1)"),
        bind("page-up", "page(-1)"),
        bind("open", "choose", show=True),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {"lines--cursor", "lines--mark"}
    DEFAULT_CSS = """
    LineList {
        overflow-x: hidden;
        overflow-y: auto;
        scrollbar-size-vertical: 1;
        & > .lines--mark { color: $text-muted; }
        &:focus > .lines--mark { color: $text-accent; }
        &:focus > .lines--cursor { background: $panel; text-style: bold; }
    }
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self.glyphs = glyphs_of()
        self._drawn: list[_Drawn] = []
        self._keys: list[int] = []
        self._cursor: int | None = None
        self._touched = False
        self._laid_out_for = 0

    # ---- for subclasses ------------------------------------------------------------------------------------------

    def compose_entries(self, width: int) -> Sequence[Entry]:
        """The entries in order, their lines at most `width` cells wide (the cursor's column is not part of it)."""
        raise NotImplementedError

    def choose(self, key: int) -> None:
        """The reader pressed Enter on this entry."""
        raise NotImplementedError

    @property
    def cursor(self) -> int | None:
        """The key of the entry under the cursor."""
        return self._cursor

    @property
    def touched(self) -> bool:
        """Whether the reader has pressed a key or clicked here: until then the cursor stays on the first entry."""
        return self._touched

    def begin(self) -> None:
        """Something else is about to be listed: from its first entry on."""
        self._cursor, self._touched = None, False
        self.scroll_to(y=0, animate=False, immediate=True, force=True)

    def rebuild(self) -> None:
        """Compose the entries anew and repaint what differs; the cursor stays on its entry."""
        width = self._laid_out_for = self.scrollable_content_region.width
        if width <= 0:
            return
        entries = self.compose_entries(max(width - 1, 0))
        self._keep_cursor([entry.key for entry in entries if entry.key is not None])
        before, top_before = self._drawn, self._top_of_cursor()
        self._drawn = [
            _Drawn(
                entry.key,
                fit(line, width - 1, self.glyphs.ellipsis),
                entry.key is not None and entry.key == self._cursor,
            )
            for entry in entries
            for line in entry.lines
        ]
        if len(before) != len(self._drawn):
            self.virtual_size = Size(width, len(self._drawn))
            self.call_after_refresh(self.on_resize)
        top = self._top_of_cursor()
        if self._touched and self.scroll_offset.y > 0 and top is not None and top_before is not None:
            self.scroll_to(y=self.scroll_offset.y + top - top_before, animate=False, immediate=True, force=True)
        self._repaint_differences(before)

    # ---- cursor --------------------------------------------------------------------------------------------------

    def _keep_cursor(self, keys: list[int]) -> None:
        """Stay on the same entry; where it is gone, on the one that took its place."""
        if not keys:
            self._cursor, self._touched = None, False
        elif not self._touched or self._cursor is None:
            self._cursor = keys[0]
        elif self._cursor not in keys:
            place = self._keys.index(self._cursor) if self._cursor in self._keys else 0
            self._cursor = keys[min(place, len(keys) - 1)]
        self._keys = keys

    def _top_of_cursor(self) -> int | None:
        return next(
            (y for y, drawn in enumerate(self._drawn) if drawn.key is not None and drawn.key == self._cursor), None
        )

    def select(self, key: int) -> None:
        """Put the cursor on an entry, as if the reader had moved there; an unknown key changes nothing."""
        if key not in self._keys:
            return
        self._touched = True
        if key != self._cursor:
            self._cursor = key
            self.rebuild()
        self._bring_into_view()

    def _bring_into_view(self) -> None:
        top = self._top_of_cursor()
        if top is None:
            return
        bottom = top + sum(drawn.key == self._cursor for drawn in self._drawn)
        height = self.scrollable_content_region.height
        target = min(max(self.scroll_offset.y, bottom - height), top)
        if target != self.scroll_offset.y:
            self.scroll_to(y=target, animate=False, immediate=True, force=True)

    def action_move(self, by: int) -> None:
        """One entry down (1) or up (-1); a list without entries to select is scrolled instead."""
        if self._cursor is None:
            self.scroll_relative(y=by, animate=False)
            return
        place = self._keys.index(self._cursor) + by
        self.select(self._keys[min(max(place, 0), len(self._keys) - 1)])

    def action_jump(self, place: int) -> None:
        """To the first (0) or last (-1) entry."""
        if self._keys:
            self.select(self._keys[place])
        elif place == 0:
            self.scroll_home(animate=False)
        else:
            self.scroll_end(animate=False)

    def action_page(self, direction: int) -> None:
        """As many lines on or back as the pane is high."""
        top = self._top_of_cursor()
        if top is None:
            self.scroll_relative(y=direction * max(self.scrollable_content_region.height - 1, 1), animate=False)
            return
        lines = range(len(self._drawn))
        target = top + direction * max(self.scrollable_content_region.height - 1, 1)
        order = reversed(lines) if direction > 0 else lines
        keys = [(y, self._drawn[y].key) for y in order if self._drawn[y].key is not None]
        reached = [key for y, key in keys if (y <= target if direction > 0 else y >= target)]
        if reached and reached[0] is not None:
            self.select(reached[0])

    def action_choose(self) -> None:
        """Enter."""
        if self._cursor is not None:
            self.choose(self._cursor)

    def on_key(self) -> None:
        """From now on somebody reads here: the cursor is held on its entry."""
        self._touched = True

    async def on_click(self, event: events.Click) -> None:
        """A click selects, a second one chooses."""
        place = event.y + self.scroll_offset.y - self.gutter.top
        if 0 <= place < len(self._drawn) and (key := self._drawn[place].key) is not None:
            self.select(key)
            if event.chain == 2:
                self.choose(key)

    # ---- drawing -------------------------------------------------------------------------------------------------

    def on_resize(self) -> None:
        """Columns depend on the width, which also changes when the scrollbar comes or goes."""
        if self.scrollable_content_region.width != self._laid_out_for:
            self.rebuild()

    def _repaint_differences(self, before: list[_Drawn]) -> None:
        top, height = self.scroll_offset.y, self.scrollable_content_region.height
        for y in range(top, top + height):
            old = before[y] if y < len(before) else None
            new = self._drawn[y] if y < len(self._drawn) else None
            if old != new:
                self.refresh_line(y)

    def render_line(self, y: int) -> Strip:
        """One visible line, exactly as wide as the pane."""
        place = y + self.scroll_offset.y
        width = self.scrollable_content_region.width
        if place >= len(self._drawn):
            return Strip.blank(width, self.rich_style)
        drawn = self._drawn[place]
        base = self.rich_style
        mark = Piece(" ")
        if drawn.selected:
            base += look_of(self, "lines--cursor")
            mark = Piece(self.glyphs.cursor, "lines--mark")
        return paint(self, (mark, *drawn.line), width, base)
