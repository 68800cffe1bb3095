"""The console: wires screens, the watch on the cache, the collector's supervision, keys, themes and undo together.

Draws nothing itself and never collects: it is always a viewer of the cache (DECISIONS 19).
"""

from __future__ import annotations

import asyncio
import gc
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final

from textual.binding import Binding, BindingType
from textual.screen import Screen

from socialhub.clock import Clock, clock_from_env
from socialhub.config.alerting import planned_of
from socialhub.config.settings import Config, Theme, local_zone
from socialhub.crash import CrashLogging
from socialhub.errors import UserError
from socialhub.i18n import _
from socialhub.keys import keymap
from socialhub.lifeline import Lifeline
from socialhub.live import FeedAsk, Page, Reading, Writing, first_page
from socialhub.screens.alarm import CrisisCall
from socialhub.screens.base import CacheListener, RoomScreen, in_sight
from socialhub.screens.changes import Changes
from socialhub.screens.config_follower import ConfigFollower
from socialhub.screens.context import Context, remember
from socialhub.screens.desk import Desk
from socialhub.screens.pane import PaneScreen
from socialhub.screens.reader import Reader
from socialhub.screens.state import Heartbeat, RoomState
from socialhub.screens.terminal_calls import TerminalCalls
from socialhub.screens.ways import Ways
from socialhub.store.connection import CacheError, CacheMissingError, Connection, open_reader
from socialhub.store.habits import Habit, habits_of
from socialhub.store.marks import meet_operator, read_below
from socialhub.store.mentions import FeedFilter, newest_id
from socialhub.supervisor import Supervisor, collector_command
from socialhub.terminal import choose_theme, without_colour
from socialhub.themes import THEMES
from socialhub.widgets.bindings import bind

if TYPE_CHECKING:
    from socialhub.live import CacheTrouble, MentionsChanged, Room, RoomChanged, Watcher
    from socialhub.widgets.trends import Trends

USUAL_PACE: Final = 0.5
REMOTE_PACE: Final = 2.5
"""Seconds between two repaints of a list; over a thin link a moved list costs 5 kB (DECISIONS 41)."""
TYPING_PAUSE: Final = 0.03
REMOTE_TYPING_PAUSE: Final = 0.25
"""Seconds without a key after which the search screen answers; over a thin link not letter by letter."""
_TICK: Final = 2.0
"""Seconds between two looks at the clock, which shows minutes."""


class SocialhubApp(CrashLogging, CrisisCall, TerminalCalls, Changes, Ways):
    """The console, or with `pane` a tile of a wall.

    `config` None: there is none, nobody can collect. `supervise` False: this console starts no collector.
    `operator` is whose read marks and actions these are. `quiet`: alerts are told on the screen alone.
    """

    CSS_PATH = "app.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (76, "-medium"), (110, "-wide")]  # noqa: RUF012 (as Textual declares it)
    VERTICAL_BREAKPOINTS = [(0, "-low"), (20, "-high")]  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = [
        bind("undo", "undo"),
        bind("quit", "leave"),
        Binding("ctrl+q", "leave", show=False, priority=True),
        Binding("ctrl+c", "say_how_to_quit", show=False, system=True),
    ]

    def __init__(
        self,
        cache_path: Path,
        config: Config | None = None,
        *,
        clock: Clock | None = None,
        operator: str = "",
        remote: bool = False,
        pane: str | None = None,
        supervise: bool = True,
        quiet: bool = False,
        demo: bool = False,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        env = os.environ if environ is None else environ
        look = config.theme if config is not None else Theme()
        super().__init__(ansi_color=True if without_colour(look.name, env) else None)
        self._colourless = without_colour(look.name, env)
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = choose_theme(look.name, remote=remote, environ=env)
        self._cache_path = cache_path
        self._config = config
        self._clock = clock or clock_from_env()
        self._remote = remote
        self._pane_name = pane
        self._demo = demo
        self._keys = keymap(config.keys if config is not None else {})
        self._reading = Reading(cache_path)
        self._counting = Reading(cache_path)
        self._writing = Writing(cache_path)
        self.room_context = Context(
            reading=self._reading,
            counting=self._counting,
            clock=self._clock,
            operator=operator or "?",
            zone=config.hub.zone if config is not None else local_zone(),
            list_pace=REMOTE_PACE if remote else USUAL_PACE,
            typing_pause=REMOTE_TYPING_PAUSE if remote else TYPING_PAUSE,
            density=look.density,
            habits={Habit.LISTS_BY_STORY: look.stories, Habit.CURVES_BY_STORY: False},
            keys=self._keys,
            brand=config.hub.name if config is not None else "socialhub",
            country=config.hub.country if config is not None else "",
            demo=demo,
            remote=remote,
        )
        self._watcher: Watcher | None = None
        self._supervisor = self._make_supervisor() if supervise and pane is None else None
        self._lifeline = Lifeline(self._end)
        self._room: Room | None = None
        self._trouble: UserError | None = None
        self._rev: int | None = None
        self._heart = Heartbeat()
        self._span: int | None = None
        self.begin_changes(self._writing, self.room_context.operator)
        if not quiet and config is not None:
            self.begin_calls(config.terminal, env)
        self._told_clash: set[str] = set()
        self._operator_met = False
        self._follower = ConfigFollower(self, config, self._follow_config) if config is not None else None

    # ---- life ----------------------------------------------------------------------------------------------------

    def get_default_screen(self) -> Screen[None]:
        """The desk, or the one pane of a tile, with its first mentions read before the first paint."""
        page = self._first_page()
        if self._pane_name is not None:
            return PaneScreen(
                self.room_context, page, self._pane_name, brand=self._brand, demo=self._demo, remote=self._remote
            )
        return Desk(self.room_context, page, brand=self._brand, demo=self._demo, remote=self._remote)

    def _first_page(self) -> Page | None:
        """The first mentions as the operator last liked them, read at once: one page, a few milliseconds.

        None when the cache cannot be read yet.
        """
        try:
            db = open_reader(self._cache_path)
        except CacheError as error:
            self._meet_trouble(error)
            return None
        context = self.room_context
        try:
            context.habits.update(habits_of(db, context.operator))
            folded = context.habits[Habit.LISTS_BY_STORY]
            return first_page(
                db, FeedAsk(FeedFilter(hide_muted=True), context.operator, self._clock.now(), folded=folded)
            )
        finally:
            db.close()

    def on_mount(self) -> None:
        """Keys and watchers; the cache is watched from the first paint on, so as not to delay it."""
        if self._config is not None and self._config.keys:
            # Textual goes through the whole map at every key (3 ms): the bindings as they are need none.
            self.set_keymap(self._keys)
        self.call_after_refresh(self._begin)
        if not self.is_headless:
            self._lifeline.watch(asyncio.get_running_loop())
        self.set_interval(_TICK, self._tick)

    def _begin(self) -> None:
        """What may wait until the first mentions are on screen."""
        from socialhub.detect.week import Week
        from socialhub.live import Watcher

        pace = 1.0 if self._remote else USUAL_PACE
        week = Week(self.room_context.zone, self.room_context.country)
        self._watcher = Watcher(self._cache_path, self._clock, self.post_message, week, pace=pace)
        self._wish()
        self._watcher.start()
        if self._supervisor is not None:
            self.run_worker(self._supervisor.run(), group="supervisor")
        if not gc.isenabled():
            # The command line held it since the start; whatever was made up to here stays and is not looked at again.
            gc.freeze()
            gc.enable()

    def _follow_config(self) -> None:
        """The config file was changed."""
        if self._follower is not None and self._follower.config is not self._config:
            self._config = self._follower.config
            if self._supervisor is not None:
                self._supervisor.follow(self._config)
        self.show_state()

    def _make_supervisor(self) -> Supervisor:
        config_path = self._config.path if self._config is not None else Path()
        command = collector_command(config_path, self._cache_path)
        return Supervisor(self._cache_path, self._config, command, self.show_state, self._others_hash)

    def _others_hash(self) -> str:
        return self._room.collector.config_hash if self._room is not None and self._room.collector is not None else ""

    def action_leave(self) -> None:
        """Quit."""
        if not self.is_headless:
            self._lifeline.arm(0)
        self._end(0)

    def _end(self, code: int) -> None:
        if self._watcher is not None:
            self._watcher.stop()
        self._reading.close()
        self._counting.close()
        self._writing.close()
        if self._supervisor is not None:
            self._supervisor.stop()
        self.end_calls()
        self.exit(code, return_code=code)

    def action_say_how_to_quit(self) -> None:
        """Ctrl+C quits many programs; here it must not lose a room by accident."""
        self.notify(_("Press q to quit."), timeout=3, markup=False)

    # ---- state ---------------------------------------------------------------------------------------------------

    def state(self) -> RoomState:
        """The room as the screens draw it."""
        collector = self._room.collector if self._room is not None else None
        supervision = self._supervisor.state if self._supervisor is not None else self._heart.seen(collector)
        wrong = self._follower.trouble if self._follower is not None else ""
        config, stopped = self._config, self._heart.stopped
        planned = planned_of(config.events, config.hub.zone) if config is not None else ()
        return RoomState(self._room, supervision, stopped, self._trouble, config is not None, wrong, planned)

    def show_state(self) -> None:
        """Tell every screen how things are."""
        if self.is_running:
            state = self.state()
            for screen in in_sight(self.screen_stack):
                if isinstance(screen, RoomScreen):
                    screen.show_state(state)

    def on_room_screen_ready(self) -> None:
        """A screen wants to know how things are."""
        self.show_state()
        if self._rev is not None:
            self._tell_change(self._rev)
        if not self._operator_met:
            self._operator_met = True
            self.run_worker(self._meet_operator(), group="operator")

    def _tick(self) -> None:
        """Clock, ages and the config file: repaints nothing that reads the same."""
        if self._follower is not None:
            self._follower.look()
        for screen in in_sight(self.screen_stack):
            if isinstance(screen, RoomScreen):
                screen.tick()

    def on_room_changed(self, event: RoomChanged) -> None:
        """The panes have news."""
        self._room = event.room
        self._heart.note(event.room.collector)
        self.call_new_crises(event.room)
        self.call_terminal(event.room)
        self.show_state()

    def on_mentions_changed(self, event: MentionsChanged) -> None:
        """The lists have news."""
        self._rev = event.rev
        self._tell_change(event.rev)

    def _tell_change(self, rev: int) -> None:
        for screen in in_sight(self.screen_stack):
            if isinstance(screen, CacheListener):
                screen.cache_changed(rev)

    def _meet_trouble(self, error: CacheError | None) -> None:
        self._trouble = error
        if error is not None:
            self._room = None
        if isinstance(error, CacheMissingError):
            self.hear_from_nothing()
            self.call_from_nothing()

    def on_cache_trouble(self, event: CacheTrouble) -> None:
        """The cache is lost, or back."""
        self._meet_trouble(event.error)
        if event.replaced:
            self._reading.reopen()
            self._counting.reopen()
        self.show_state()

    def action_span(self, direction: int) -> None:
        """A longer (1) or shorter (-1) time for the curves."""
        from socialhub.live.spans import SPANS, USUAL_SPAN

        at = USUAL_SPAN if self._span is None else self._span
        self._span = max(0, min(len(SPANS) - 1, at + direction))
        self._wish()

    def _wish(self) -> None:
        from socialhub.live.room import RoomWish
        from socialhub.live.spans import USUAL_SPAN

        if self._watcher is not None:
            span = USUAL_SPAN if self._span is None else self._span
            self._watcher.wish(RoomWish(span, self.room_context.habits[Habit.CURVES_BY_STORY]))

    def on_trends_span_wanted(self, event: Trends.SpanWanted) -> None:
        """The same, asked by the pane itself."""
        self.action_span(event.direction)

    def on_trends_measure_wanted(self) -> None:
        """The curves count stories, or mentions again."""
        remember(self, self.room_context, Habit.CURVES_BY_STORY)
        self._wish()

    # ---- readers -------------------------------------------------------------------------------------------------

    async def _meet_operator(self) -> None:
        """The first time somebody comes, what is there already counts as read."""
        operator = self.room_context.operator

        def meet(db: Connection) -> bool:
            first_time = read_below(db, operator) == 0
            meet_operator(db, operator, newest_id(db))
            return first_time

        try:
            first_time = await self._writing.write(meet, durable=False)
        except CacheError:
            # A cache that is missing or cannot be written: whoever acts on something is told then.
            return
        if first_time:
            for reader in self.screen.query(Reader):
                if reader.feed.following:
                    reader.begin(None)
