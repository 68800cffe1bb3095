"""A page: one pane over the whole console, opened by its key, left by Esc. And how a pane asks for mentions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, Final, TypeAlias

from textual.app import App, ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.message import Message

from socialhub.i18n import N_, _
from socialhub.screens.base import RoomScreen, hints_for
from socialhub.screens.context import Context
from socialhub.screens.reader import Reader
from socialhub.screens.side_pane import PANE_NAMES, make_pane
from socialhub.screens.state import RoomState, status_of
from socialhub.widgets.alarm_bar import AlarmBar
from socialhub.widgets.bindings import bind
from socialhub.widgets.filter_bar import Choices
from socialhub.widgets.hints import Hints
from socialhub.widgets.status_line import StatusLine

_LONGER: Final = "earlier=" + N_("longer")
_SHORTER: Final = "later=" + N_("shorter")
_HINTS: Final = {
    "mentions": ("open", "back", "next-unread", "read", "filter", "help"),
    "share": (
        "open=" + N_("mentions"),
        _LONGER,
        _SHORTER,
        "edit=" + N_("dates"),
        "order=" + N_("measure"),
        "filter=" + N_("kinds"),
        "back",
        "help",
    ),
    "people": (
        "open",
        _LONGER,
        _SHORTER,
        "filter=" + N_("topic"),
        "order",
        "copy=" + N_("copy for config.toml"),
        "back",
        "help",
    ),
    "person": (
        "open",
        "next-pane=" + N_("facts"),
        "note",
        "edit=" + N_("role"),
        "read",
        "filter",
        "back",
        "undo",
        "help",
    ),
    "interests": ("open=" + N_("mentions"), _LONGER, _SHORTER, "back", "search", "help"),
    "places": (
        "open=" + N_("unfold"),
        "why=" + N_("mentions"),
        _LONGER,
        _SHORTER,
        "filter=" + N_("topic"),
        "back",
        "search",
        "help",
    ),
}

NO_CHOICES: Final = Choices()


class MentionsWanted(Message):
    """The reader wants to see these mentions: the desk shows them, or a page where there is no desk."""

    def __init__(self, choices: Choices) -> None:
        super().__init__()
        self.choices = choices


class PageWanted(Message):
    """The reader wants a page of its own; `make` makes it, given what every page is given."""

    def __init__(self, make: Callable[..., PageScreen]) -> None:
        super().__init__()
        self.make = make


class PageScreen(RoomScreen):
    """The pane `name` with the status above it and its keys below. `choices` narrow the mentions."""

    AUTO_FOCUS = "Feed, LineList"
    BINDINGS: ClassVar[list[BindingType]] = [bind("back", "back")]

    def __init__(
        self,
        context: Context,
        name: str,
        *,
        brand: str,
        demo: bool,
        remote: bool,
        choices: Choices = NO_CHOICES,
    ) -> None:
        super().__init__(context)
        self.pane = name
        self._choices = choices
        self._brand = brand
        self._demo = demo
        self._remote = remote

    def compose(self) -> ComposeResult:
        """Status, pane, hints."""
        yield StatusLine(zone=self.context.zone, id="status")
        yield AlarmBar()
        with Container(id="only"):
            yield from self.compose_page()
        yield Hints(id="hints")

    def compose_page(self) -> ComposeResult:
        """What fills the page."""
        if self.pane == "mentions":
            yield Reader(self.context, name=_(PANE_NAMES["mentions"]), id="mentions")
        else:
            yield make_pane(self.pane, self.context, None)

    def on_mount(self) -> None:
        """What answers here."""
        self.query_one(Hints).show(hints_for(_HINTS[self.pane], self.context.keys))
        for reader in self.query(Reader):
            reader.narrow_to(self._choices)

    def show_state(self, state: RoomState) -> None:
        """The pane and the status line."""
        super().show_state(state)
        self.tick()

    def tick(self) -> None:
        """The clock and the ages."""
        super().tick()
        if self.state is not None:
            status = status_of(self.state, self._brand, self.context.clock, demo=self._demo, remote=self._remote)
            self.query_one(StatusLine).show(status)

    def action_back(self) -> None:
        """To where the reader came from."""
        self.app.pop_screen()


MakePage: TypeAlias = Callable[[str, Choices], PageScreen]
"""Makes the page of a name, its mentions narrowed to the choices."""


def toggle_page(app: App[Any], make: MakePage, name: str) -> None:
    """Open a page, in the place of another one; where it is open already, leave it."""
    here = app.screen
    if not isinstance(here, PageScreen):
        app.push_screen(make(name, Choices()))
    elif here.pane == name:
        app.pop_screen()
    else:
        app.switch_screen(make(name, Choices()))


def show_mentions(app: App[Any], make: MakePage, choices: Choices) -> None:
    """Narrow the desk's mentions and go there; a tile of a wall has no desk and opens a page of them."""
    desk = next((screen for screen in app.screen_stack if isinstance(screen, RoomScreen) and screen.has_mentions), None)
    if desk is None:
        app.push_screen(make("mentions", choices))
        return
    while app.screen is not desk:
        app.pop_screen()
    desk.narrow_mentions(choices)
