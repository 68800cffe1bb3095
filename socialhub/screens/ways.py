"""The ways of a console: to its screens and pages, its palette, its keys. Mixed into the app."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.dom import DOMNode
from textual.screen import Screen

from socialhub.config.settings import Config
from socialhub.i18n import _
from socialhub.screens.context import Context
from socialhub.screens.page import MentionsWanted, PageScreen, PageWanted, show_mentions, toggle_page
from socialhub.terminal import ANSI, choose_theme
from socialhub.widgets.bindings import bind

if TYPE_CHECKING:
    from socialhub.live import Room
    from socialhub.screens.why_not import WhyNotWanted
    from socialhub.widgets.filter_bar import Choices


class Ways(App[int]):
    """Needs what the console was given, and `read_all`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        bind("search", "search"),
        bind("lab", "lab"),
        bind("rules", "rules"),
        bind("page-share", "page('share')"),
        bind("page-people", "page('people')"),
        bind("page-places", "page('places')"),
        bind("palette", "palette"),
        bind("help", "help"),
    ]
    room_context: Context
    _colourless: bool
    _cache_path: Path
    _config: Config | None
    _demo: bool
    _keys: dict[str, str]
    _remote: bool
    _room: Room | None
    _told_clash: set[str]

    @property
    def _brand(self) -> str:
        return self._config.hub.name if self._config is not None else "socialhub"

    def read_all(self) -> None:
        """Mark everything as read."""
        raise NotImplementedError

    def action_search(self) -> None:
        """The search screen."""
        from socialhub.screens.search import Search

        if not isinstance(self.screen, Search):
            self.push_screen(Search(self.room_context))

    def action_page(self, name: str) -> None:
        """A pane over the whole screen; its key again leaves it."""
        toggle_page(self, self._make_page, name)

    def on_page_wanted(self, event: PageWanted) -> None:
        """A page or a tile opens another page."""
        self.push_screen(event.make(self.room_context, brand=self._brand, demo=self._demo, remote=self._remote))

    def on_mentions_wanted(self, event: MentionsWanted) -> None:
        """A page or a tile wants these mentions to be seen."""
        show_mentions(self, self._make_page, event.choices)

    def _make_page(self, name: str, choices: Choices) -> PageScreen:
        return PageScreen(
            self.room_context, name, brand=self._brand, demo=self._demo, remote=self._remote, choices=choices
        )

    def action_lab(self) -> None:
        """The topics lab, at the topic under the cursor of the trends."""
        from socialhub.screens.lab import Lab
        from socialhub.widgets.trends import Trends

        topic = next((trends.cursor for trends in self.screen.query(Trends) if trends.has_focus), None)
        self.push_screen(Lab(self.room_context, lambda: self._config, demo=self._demo, topic=topic))

    def action_rules(self) -> None:
        """The rules of alerts."""
        from socialhub.screens.rules import RulesView

        self.push_screen(RulesView(self.room_context, lambda: self._config, self._cache_path, demo=self._demo))

    def on_why_not_wanted(self, event: WhyNotWanted) -> None:
        """Why a topic is, or is not, an alert."""
        from socialhub.screens.why_not import WhyNotView

        topics = self._room.topics if self._room is not None else ()
        topic = next((each for each in topics if each.number == event.topic), None)
        if topic is None:
            self.notify(_("This alert is not about a topic."), timeout=4, markup=False)
        elif self._config is None:
            self.notify(_("This console has no configuration: its rules are not known."), timeout=4, markup=False)
        else:
            self.push_screen(WhyNotView(self.room_context, self._config.path, self._cache_path, topic, event.alert))

    def action_help(self) -> None:
        """The keys that answer here."""
        from socialhub.screens.help import Help

        active = frozenset(bound.binding.id for bound in self.screen.active_bindings.values() if bound.binding.id)
        self.push_screen(Help(active, self._keys))

    def action_palette(self) -> None:
        """The commands by name."""
        from textual.command import CommandPalette

        self.push_screen(CommandPalette(placeholder=_("Find a command…"), id="--command-palette"))

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """What the palette offers."""
        from socialhub.screens.commands import crisis_commands, key_commands, room_commands
        from socialhub.screens.sources_pane import SourcesPane

        def press(id_: str) -> None:
            self.simulate_key(self._keys[id_].partition(",")[0])

        polls = [pane.action_poll for pane in screen.query(SourcesPane)]

        def use_theme(name: str) -> None:
            self.theme = ANSI if self._colourless else choose_theme(name, remote=self._remote, environ={})

        yield from (SystemCommand(*command) for command in key_commands(press))
        yield from (
            SystemCommand(*command)
            for command in room_commands(polls, self.read_all, partial(screen.run_action, "mutes"), use_theme)
        )
        if (room := self._room) is not None:
            on = {crisis.topic for crisis in room.crises}
            context = self.room_context
            crises = crisis_commands(room.topics, on, context.operator, context.clock.now, self.post_message)
            yield from (SystemCommand(*command) for command in crises)

    def handle_bindings_clash(self, clashed_bindings: set[Binding], node: DOMNode) -> None:
        """Tell once which key two things want."""
        for binding in clashed_bindings:
            if binding.key not in self._told_clash:
                self._told_clash.add(binding.key)
                words = _("The key {key} is given to two things; see [keys] in config.toml.").format(key=binding.key)
                self.notify(words, severity="warning", markup=False)
