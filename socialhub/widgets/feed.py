"""The list of mentions: a window of the cache, newest first, drawn line by line. Knows no store; it asks by messages.

It follows its top until its reader takes it by a key; from then on nothing that arrives moves anything: what is new
waits above and is only counted. `g` follows again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, tzinfo
from typing import ClassVar, Final

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import BindingType
from textual.cache import LRUCache
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from socialhub.model import Mention
from socialhub.widgets.bindings import bind
from socialhub.widgets.cells import Line, wrap
from socialhub.widgets.feed_rows import Hits, columns_for, is_muted, mention_lines, time_cell
from socialhub.widgets.feed_window import FeedWindow
from socialhub.widgets.glyphs import glyphs_of

HOLD: Final = 5.0
"""Seconds for which a key keeps a list still that follows its top."""
_NEAR: Final = 40
"""Rows left beyond the screen at which the next page is asked for."""
_KEPT_STRIPS: Final = 400


class Feed(Widget, can_focus=True):
    """The list. Fill it with `start`, `add_newer`, `add_older`, `replace`; read `current` and `anchored`."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"feed--{name}"
        for name in (
            *("time", "source", "author", "text", "read", "gone", "unread", "empty", "hit", "work", "story"),
            *("negative", "neutral", "positive", "unsure", "cursor", "cursor-idle"),
        )
    }
    DEFAULT_CSS = """
    Feed {
        width: 1fr;
        height: 1fr;
        & > .feed--time, & > .feed--source, & > .feed--read, & > .feed--empty { color: $text-muted; }
        & > .feed--author { color: $text-primary; }
        & > .feed--gone { color: $text-muted; text-style: italic; }
        & > .feed--hit { color: $text-warning; text-style: bold; }
        & > .feed--unread { color: $text-accent; text-style: bold; }
        & > .feed--work { color: $text-secondary; }
        & > .feed--story { color: $text-accent; }
        & > .feed--negative { color: $text-error; }
        & > .feed--positive { color: $text-success; }
        & > .feed--neutral, & > .feed--unsure { color: $text-muted; }
        & > .feed--cursor { background: $panel; text-style: bold; }
        & > .feed--cursor-idle { background: $panel; }
        &:ansi > .feed--text { text-style: bold; }
        &:ansi > .feed--hit { text-style: underline; }
        &:ansi > .feed--cursor { text-style: reverse; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        bind("down", "move(1)"),
        bind("up", "move(-1)"),
        bind("page-down", "page(1)"),
        bind("page-up", "page(-1)"),
        bind("first", "first"),
        bind("last", "last"),
        bind("open", "open"),
    ]

    class PageWanted(Message):
        """The reader comes near an end of the window: "newer", "older", or jumps: "first", "last"."""

        def __init__(self, side: str) -> None:
            super().__init__()
            self.side = side

    class Opened(Message):
        """The reader wants to see this mention."""

        def __init__(self, mention: Mention) -> None:
            super().__init__()
            self.mention = mention

    class Moved(Message):
        """The reader stands on another mention, or took the list, or let it go."""

        def can_replace(self, message: Message) -> bool:
            """Only the last place matters."""
            return isinstance(message, Feed.Moved)

    def __init__(
        self,
        *,
        zone: tzinfo = UTC,
        now: Callable[[], int],
        density: int = 1,
        id: str | None = None,  # noqa: A002
    ) -> None:
        super().__init__(id=id)
        self.window = FeedWindow()
        self.zone = zone
        self.density = density
        self.following = True
        self.empty_text = ""
        self._now = now
        self._glyphs = glyphs_of()
        self._hits_in: Callable[[str], Hits] | None = None
        self._last_key = -HOLD
        self._strips: LRUCache[tuple[object, ...], tuple[Strip, ...]] = LRUCache(_KEPT_STRIPS)
        self._looks: dict[str, Style] = {}
        self._drawn_at = datetime.fromtimestamp(0, zone)
        self._asked = ""

    # ---- what the screen gives -----------------------------------------------------------------------------------

    def start(self, rows: Sequence[Mention], *, at_newest: bool, at_oldest: bool, follow: bool) -> None:
        """Begin anew with these rows."""
        self.window.start(rows, at_newest=at_newest, at_oldest=at_oldest)
        self.following = follow
        self._asked = ""
        self._refresh_all()

    def add_newer(self, rows: Sequence[Mention], *, at_newest: bool) -> None:
        """Rows above the window: they flow in while the list follows its top, else nothing on screen moves."""
        flowing = self.following and at_newest
        self.window.add_newer(rows, at_newest=at_newest, follow=flowing)
        if flowing and rows:
            self._refresh_all()

    def add_older(self, rows: Sequence[Mention], *, at_oldest: bool) -> None:
        """Rows below the window."""
        filled = self.window.top + self.rows_high >= len(self.window)
        self.window.add_older(rows, at_oldest=at_oldest)
        if filled:
            self.refresh()

    def page_done(self) -> None:
        """The page that was asked for has come, or will not come."""
        self._asked = ""

    def replace(self, rows: Iterable[Mention]) -> None:
        """Rows of the window in their new form."""
        for place in self.window.replace(rows):
            self._refresh_row(place)

    def take_out(self, mentions: Iterable[int]) -> None:
        """Take rows out; the reader stays on the same mention, or comes to the next where its own is taken out."""
        if self.window.remove(mentions):
            self.window.show_cursor(self.rows_high)
            self._refresh_all()

    def unfold(self, line: int, members: Sequence[Mention]) -> None:
        """Put the mentions of a story under its line; the reader has taken the list."""
        self.following = False
        if self.window.unfold(line, members):
            self._refresh_all()

    def fold(self, line: int) -> bool:
        """Take them away again; False when nothing stands under that line."""
        folded = self.window.fold(line)
        if folded:
            self.window.show_cursor(self.rows_high)
            self._refresh_all()
        return folded

    def settle(self, mention: int, row: int) -> None:
        """Put the reader on a mention, or the next that is there, `row` rows below the top of the screen."""
        self.following = False
        self.window.settle(mention, row, self.rows_high)
        self._refresh_all()
        self._ask_for_pages()

    def select(self, mention: int) -> bool:
        """Put the reader on a mention of the window; False when it is not there."""
        place = self.window.place_of(mention)
        if place is not None:
            self._go(place)
        return place is not None

    def set_density(self, density: int) -> None:
        """Draw one or two lines a mention."""
        self.density = density
        self.window.show_cursor(self.rows_high)
        self._refresh_all()

    def say_when_empty(self, text: str) -> None:
        """What stands here while there is nothing to list."""
        if text != self.empty_text:
            self.empty_text = text
            if not len(self.window):
                self.refresh()

    def mark(self, hits_in: Callable[[str], Hits] | None) -> None:
        """What is marked in the texts from the next paint on; see feed_rows.mention_lines."""
        self._hits_in = hits_in
        self._strips.clear()

    def new_minute(self) -> None:
        """The clock went on: after a day times become dates."""
        before, self._drawn_at = self._drawn_at, datetime.fromtimestamp(self._now() / 1000, self.zone)
        for place in range(self.window.top, min(self.window.top + self.rows_high, len(self.window))):
            moment = self.window.rows[place].published
            if time_cell(moment, before, self.zone) != time_cell(moment, self._drawn_at, self.zone):
                self._refresh_row(place)

    # ---- what the screen asks ------------------------------------------------------------------------------------

    @property
    def current(self) -> Mention | None:
        """The mention under the cursor."""
        return self.window.current

    @property
    def anchored(self) -> bool:
        """Whether the list must stay as it is: its reader took it, or pressed a key a moment ago."""
        return not self.following or time.monotonic() - self._last_key < HOLD

    @property
    def rows_high(self) -> int:
        """Mentions that fit on screen."""
        return max(1, self.size.height // self.density)

    # ---- keys and mouse ------------------------------------------------------------------------------------------

    def on_key(self) -> None:
        """Any key holds the list for a moment."""
        self._last_key = time.monotonic()

    def hold(self, seconds: float) -> None:
        """Keep a list that follows its top still for so many seconds, HOLD at most."""
        self._last_key = max(self._last_key, time.monotonic() + seconds - HOLD)

    def action_move(self, rows: int) -> None:
        """The reader goes some rows down (or up)."""
        self._go(self.window.cursor + rows)

    def action_page(self, pages: int) -> None:
        """The reader goes a screen down (or up)."""
        self._go(self.window.cursor + pages * max(1, self.rows_high - 1))

    def action_first(self) -> None:
        """To the newest mention, following it from then on."""
        self._last_key = -HOLD
        self.following = True
        self.post_message(self.PageWanted("first"))

    def action_last(self) -> None:
        """To the oldest mention."""
        if self.window.at_oldest:
            self._go(len(self.window) - 1)
        else:
            self.following = False
            self.post_message(self.PageWanted("last"))

    def action_open(self) -> None:
        """Open the mention under the cursor."""
        if (mention := self.window.current) is not None:
            self.following = False
            self.post_message(self.Opened(mention))
            self.post_message(self.Moved())

    def on_click(self, event: events.Click) -> None:
        """A click takes the row; a second one opens it."""
        place = self.window.top + event.y // self.density
        if place < len(self.window):
            if place == self.window.cursor and event.chain > 1:
                self.action_open()
            else:
                self._go(place)

    def on_mouse_scroll_down(self) -> None:
        """Three rows down."""
        self._scroll(3)

    def on_mouse_scroll_up(self) -> None:
        """Three rows up."""
        self._scroll(-3)

    def _scroll(self, rows: int) -> None:
        self.following = False
        before = self.window.top, self.window.cursor
        self.window.scroll(rows, self.rows_high)
        self._moved(*before)

    def _go(self, place: int) -> None:
        self.following = False
        before = self.window.top, self.window.cursor
        self.window.move_to(place, self.rows_high)
        self._moved(*before)

    def _moved(self, top: int, cursor: int) -> None:
        if self.window.top != top:
            self.refresh()
        elif self.window.cursor != cursor:
            self._refresh_row(cursor)
            self._refresh_row(self.window.cursor)
        self.post_message(self.Moved())
        self._ask_for_pages()

    def _ask_for_pages(self) -> None:
        if self._asked:
            return
        if not self.window.at_oldest and self.window.top + self.rows_high + _NEAR > len(self.window):
            self._asked = "older"
        elif self.window.top < _NEAR // 2 and (not self.window.at_newest or self.window.cursor == 0):
            self._asked = "newer"
        if self._asked:
            self.post_message(self.PageWanted(self._asked))

    # ---- drawing -------------------------------------------------------------------------------------------------

    def notify_style_update(self) -> None:
        """The theme or a class changed: what was drawn is void."""
        super().notify_style_update()
        self._strips.clear()
        self._looks.clear()

    def on_resize(self) -> None:
        """Keep the reader on screen."""
        self.window.show_cursor(self.rows_high)
        self._ask_for_pages()

    def on_focus(self) -> None:
        """The cursor is drawn brighter."""
        self._refresh_row(self.window.cursor)

    def on_blur(self) -> None:
        """The cursor is drawn paler."""
        self._refresh_row(self.window.cursor)

    def _refresh_all(self) -> None:
        self._drawn_at = datetime.fromtimestamp(self._now() / 1000, self.zone)
        self.refresh()
        self.post_message(self.Moved())

    def _refresh_row(self, place: int) -> None:
        y = (place - self.window.top) * self.density
        if 0 <= y < self.size.height:
            self.refresh(Region(0, y, self.size.width, self.density))

    def render_line(self, y: int) -> Strip:
        """One line of the list."""
        width = self.size.width
        place = self.window.top + y // self.density
        if place >= len(self.window):
            return self._blank_line(y, width)
        mention = self.window.rows[place]
        cursor = ("cursor" if self.has_focus else "cursor-idle") if place == self.window.cursor else ""
        key = (
            mention.id,
            mention.rev,
            (mention.unread, mention.copies, mention.under),
            (mention.state, mention.assignee, mention.tags, mention.notes, is_muted(mention, self._drawn_at)),
            width,
            self.density,
            cursor,
            time_cell(mention.published, self._drawn_at, self.zone),
        )
        strips = self._strips.get(key)
        if strips is None:
            columns = columns_for(width, self.density)
            lines = mention_lines(
                mention, columns, self.density, self._drawn_at, self.zone, self._glyphs, self._hits_in
            )
            strips = tuple(self._strip(line, width, cursor) for line in lines)
            self._strips[key] = strips
        return strips[y % self.density]

    def _strip(self, line: Line, width: int, cursor: str) -> Strip:
        base = self._look("")
        over = self._look(cursor) if cursor else None
        segments = []
        for number, piece in enumerate(line):
            text = self._glyphs.cursor if cursor and number == 0 else piece.text
            style = base + self._look(piece.look) if piece.look else base
            segments.append(Segment(text, style + over if over is not None else style))
        return Strip(segments).simplify().adjust_cell_length(width, base)

    def _look(self, name: str) -> Style:
        style = self._looks.get(name)
        if style is None:
            style = self.get_component_rich_style(f"feed--{name}", partial=True) if name else self.rich_style
            self._looks[name] = style
        return style

    def _blank_line(self, y: int, width: int) -> Strip:
        if self.window.rows or not self.empty_text:
            return Strip.blank(width, self._look(""))
        lines = [line for part in self.empty_text.split("\n") for line in (wrap(part, width - 4) or [""])]
        text = lines[y - 1] if 1 <= y <= len(lines) else ""
        return Strip([Segment(f"  {text}", self._look("empty"))]).adjust_cell_length(width, self._look(""))
