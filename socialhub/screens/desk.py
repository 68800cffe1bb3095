"""The desk: mentions, trends, alerts and sources side by side, or one at a time where there is no room."""

from __future__ import annotations

from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.events import DescendantFocus

from socialhub.i18n import N_, _
from socialhub.live import Page
from socialhub.screens.base import RoomScreen, filter_hints, hints_for
from socialhub.screens.context import Context
from socialhub.screens.open_detail import SIDE_BY_SIDE
from socialhub.screens.reader import Reader
from socialhub.screens.side_pane import PANE_NAMES, make_pane
from socialhub.screens.state import RoomState, status_of
from socialhub.widgets.alarm_bar import AlarmBar
from socialhub.widgets.alert_filter import AlertFilter
from socialhub.widgets.bindings import bind
from socialhub.widgets.filter_bar import Choices, FilterBar
from socialhub.widgets.hints import Hints
from socialhub.widgets.status_line import StatusLine

PANES: Final = tuple(PANE_NAMES)
_OLDER: Final = "earlier=" + N_("older")
_NEWER: Final = "later=" + N_("newer")
_FILTER: Final = "filter=" + N_("filter")
_LONGER: Final = "earlier=" + N_("longer")
_SHORTER: Final = "later=" + N_("shorter")
_TAKE: Final = "take=" + N_("take")
_CLOSE: Final = "close=" + N_("close")
_GIVE: Final = "assign=" + N_("give")
_SILENCE: Final = "silence=" + N_("silence")
_ASK: Final = "poll=" + N_("ask now")
_DETAILS: Final = "why=" + N_("details")
_FOLD: Final = "story=" + N_("unfold")
_ZOOM: Final = "zoom=" + N_("zoom")
_DONE: Final = "close=" + N_("close it")
_READ: Final = "read=" + N_("read")
_MUTE: Final = "silence=" + N_("mute")
_NOTE: Final = "note=" + N_("note")
_STATE: Final = "state=" + N_("state")
_PAUSE: Final = "silence=" + N_("pause / resume")
_BROWSER: Final = "browser=" + N_("browser")
_UNFILTER: Final = "back=" + N_("without filter")
# The most important first: the line is cut where the screen ends, and help always stays.
_HINTS: Final = {
    "mentions": (
        *("open", "next-pane", _READ, _TAKE, _DONE, "tag", _MUTE, _FILTER, "search", "next-unread"),
        *(_NOTE, _STATE, "undo", _BROWSER, "copy", _ZOOM, "help"),
    ),
    "reading": (
        *("back", _OLDER, _NEWER, _TAKE, _DONE, "tag", _NOTE, _STATE, _MUTE, "read", "undo"),
        *(_BROWSER, "copy", "next-unread", "help"),
    ),
    "trends": ("open", "next-pane", _LONGER, _SHORTER, "why", _FOLD, "stories", "metric", _ZOOM, "search", "help"),
    "alerts": (
        "open",
        _TAKE,
        _GIVE,
        _SILENCE,
        _CLOSE,
        "verdict",
        "escalate",
        _FILTER,
        "why",
        _NOTE,
        "undo",
        _FOLD,
        "next-pane",
        "help",
    ),
    "sources": ("open", _PAUSE, _ASK, _DETAILS, "next-pane", "undo", "palette", _ZOOM, "search", "help"),
}


class Desk(RoomScreen):
    """The console's main screen."""

    AUTO_FOCUS = "Feed"
    BINDINGS: ClassVar[list[BindingType]] = [
        *(bind(f"pane-{place}", f"pane({place - 1})") for place in range(1, len(PANES) + 1)),
        bind("next-pane", "next_pane(1)"),
        bind("previous-pane", "next_pane(-1)"),
        bind("zoom", "zoom"),
        bind("back", "back"),
        bind("earlier", "app.span(1)"),
        bind("later", "app.span(-1)"),
    ]

    def __init__(self, context: Context, page: Page | None, *, brand: str, demo: bool, remote: bool) -> None:
        super().__init__(context, page)
        self._brand = brand
        self._demo = demo
        self._remote = remote
        self._at = "mentions"
        self.add_class("-at-mentions")

    def compose(self) -> ComposeResult:
        """Status above, panes, hints below."""
        yield StatusLine(zone=self.context.zone, id="status")
        yield AlarmBar()
        with Horizontal(id="body"):
            yield Reader(self.context, name=_(PANE_NAMES["mentions"]), number_=1, id="mentions")
            yield Vertical(id="side")
        yield Hints(id="hints")

    def on_mount(self) -> None:
        """The first page was read before the screen was there."""
        self.query_one(Reader).begin(self.first_page)
        self._show_hints()
        self.call_after_refresh(self._fill_side)

    async def _fill_side(self) -> None:
        """The panes beside the mentions come after the first paint: they have nothing to show before it anyway."""
        panes = [make_pane(name, self.context, place) for place, name in enumerate(PANES[1:], start=2)]
        await self.query_one("#side").mount(*panes)
        if self.state is not None:
            self.show_state(self.state)

    def show_state(self, state: RoomState) -> None:
        """The panes and the status line."""
        super().show_state(state)
        self.tick()

    def tick(self) -> None:
        """The clock and the ages."""
        super().tick()
        if self.state is not None:
            status = status_of(self.state, self._brand, self.context.clock, demo=self._demo, remote=self._remote)
            self.query_one(StatusLine).show(status)

    # ---- panes ---------------------------------------------------------------------------------------------------

    def action_pane(self, place: int) -> None:
        """Go to a pane; where only one has room, show it."""
        self._go_to(PANES[place])

    def action_next_pane(self, step: int) -> None:
        """The next pane (1) or the one before (-1)."""
        if isinstance(self.focused, FilterBar) or self._in_filter_bar():
            self.focus_next() if step > 0 else self.focus_previous()
            return
        self._go_to(PANES[(PANES.index(self._at) + step) % len(PANES)])

    def _in_filter_bar(self) -> bool:
        return self.focused is not None and any(
            isinstance(node, (FilterBar, AlertFilter)) for node in self.focused.ancestors
        )

    def _go_to(self, name: str) -> None:
        """Show the pane and focus it before the next key: an open detail would hide it."""
        if name != "mentions" or self.app.size.width < SIDE_BY_SIDE:
            self.query_one(Reader).close_detail()
        self._stand_at(name)
        for pane in self.query(f"#{name}"):
            self.set_focus(pane.feed if isinstance(pane, Reader) else pane.list)  # type: ignore[attr-defined]

    def _stand_at(self, name: str) -> None:
        if name != self._at:
            self.remove_class(f"-at-{self._at}")
            self._at = name
            self.add_class(f"-at-{name}")

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """The pane that has the focus is the one we are at; fast keys may have taken it farther since."""
        for node in (self.focused or event.widget).ancestors_with_self:
            if node.id in PANES:
                self._stand_at(str(node.id))
                break
        self._show_hints()

    def on_reader_mode_changed(self) -> None:
        """Other keys answer now."""
        self._show_hints()

    def action_zoom(self) -> None:
        """Only this pane, or all again."""
        self.toggle_class("-zoom")

    def action_back(self) -> None:
        """Out of the zoom, back to the mentions."""
        if self.has_class("-zoom"):
            self.remove_class("-zoom")
        else:
            self._go_to("mentions")

    @property
    def has_mentions(self) -> bool:
        """The desk has a pane of them."""
        return True

    def narrow_mentions(self, choices: Choices) -> None:
        """Show these mentions."""
        self.remove_class("-zoom")
        super().narrow_mentions(choices)
        self._go_to("mentions")

    def _show_hints(self) -> None:
        reader = self.query_one(Reader)
        name = self._at
        if self._in_filter_bar():
            self.query_one(Hints).show(filter_hints())
            return
        if name == "mentions" and reader.reading:
            name = "reading"
        ids = (_UNFILTER, *_HINTS[name]) if name == "mentions" and reader.choices != Choices() else _HINTS[name]
        self.query_one(Hints).show(hints_for(ids, self.context.keys))
