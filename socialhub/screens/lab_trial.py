"""The trial in the topics lab: a query, its days, numbers and sources, and the mentions behind four tabs.

Everything is asked step by step on the counting thread, shown as it comes, and dropped by the next key.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Static

from socialhub.clock import DAY
from socialhub.errors import UserError
from socialhub.i18n import _
from socialhub.screens import lab_rows as rows
from socialhub.screens.context import Context
from socialhub.screens.lab_rows import Tried
from socialhub.screens.queries import parsed
from socialhub.store import trials
from socialhub.store.connection import CacheError
from socialhub.widgets.filter_bar import Choices, FilterBar
from socialhub.widgets.pane_title import PaneTitle
from socialhub.widgets.tab_line import TabLine
from socialhub.widgets.trial_list import TrialList

if TYPE_CHECKING:
    from socialhub.query import Node

SPANS: Final = (7, 30, 90)
"""Days that a trial may look back."""
SAMPLES: Final = 50


class TrialPane(Vertical):
    """The pane. Messages: Edited while the query is typed."""

    class Edited(Message):
        """The query in the bar is another one."""

    def __init__(self, context: Context) -> None:
        super().__init__(id="lab-trial", classes="pane")
        self.context = context
        self.tried = Tried("")
        self._is_read = asyncio.Event()
        self.holes: Callable[[], Sequence[str]] = tuple
        self._present = ""
        self._span = SPANS.index(30)
        self._tab = rows.MATCHES
        self._title = PaneTitle(_("Topics lab"))
        self._bar = FilterBar(_("query"), choosing=False)
        self._numbers = Static(id="lab-numbers", markup=False)
        self._tabs = TabLine()
        self.list = TrialList(zone=context.zone)

    def compose(self) -> ComposeResult:
        """Title, query, numbers, tabs, mentions."""
        yield self._title
        yield self._bar
        yield self._numbers
        yield self._tabs
        yield self.list

    @property
    def asked(self) -> str:
        """What stands in the bar."""
        return self._bar.choices.query

    def offer(self, candidates: Sequence[str]) -> None:
        """Words that complete a query."""
        self._bar.offer((), (), candidates)

    def begin(self) -> None:
        """The reader wants to type."""
        self._bar.begin()

    def ask(self, name: str, query: str, present: str) -> None:
        """Try the query of a topic; `present` is the one in force ("" for a new topic)."""
        self._title.show(name)
        self._present = present
        self._bar.set_choices(Choices(query))
        self.restart()

    def restart(self) -> None:
        """Try what stands in the bar; the trial before is dropped."""
        self._is_read.clear()
        self.tried = Tried(self.asked)
        self.run_worker(self._try(self.tried.query), group="trial", exclusive=True)

    async def settled(self) -> None:
        """Wait until what stands in the bar is read, or refused: keys may be faster."""
        if self.tried.query != self.asked:
            self.restart()
        await self._is_read.wait()

    # ---- the query -----------------------------------------------------------------------------------------------

    def on_filter_bar_changed(self, event: FilterBar.Changed) -> None:
        """While it is typed."""
        event.stop()
        self.post_message(self.Edited())
        if self.asked != self.tried.query:
            # News of a text that is tried already comes late on a busy machine: its answer is not thrown away.
            self.restart()

    def on_filter_bar_accepted(self, event: FilterBar.Accepted) -> None:
        """Enter: on to the mentions."""
        event.stop()
        self.post_message(self.Edited())
        if event.choices.query != self.tried.query:
            self.restart()
        self.screen.set_focus(self.list)

    def on_filter_bar_left(self, event: FilterBar.Left) -> None:
        """Esc: on to the mentions, too; what was typed stays."""
        event.stop()
        self.screen.set_focus(self.list)

    async def _try(self, query: str) -> None:
        if not query:
            self._bar.explain(_help_line())
            self._show()
            self._is_read.set()
            return
        try:
            node, remarks, refused = await asyncio.to_thread(_read, query)
        except UserError as error:
            self._bar.explain(f"{error.message} {error.hint}".strip(), wrong=True)
            self._show()
            self._is_read.set()
            return
        self._bar.explain(_help_line())
        self.tried.node, self.tried.remarks, self.tried.refused = node, remarks, refused
        self._show()
        self._is_read.set()
        context = self.context
        span = SPANS[self._span] * DAY
        trial = trials.Trial(node, span, context.clock.now(), context.operator, context.zone)
        try:
            await self._ask(trial)
        except CacheError as error:
            self._bar.explain(f"{error.message} {error.hint}", wrong=True)

    async def _ask(self, trial: trials.Trial) -> None:
        """One question after another, the quickest first; each answer is shown at once."""
        read, tried, started = self.context.counting.read, self.tried, time.monotonic()
        tried.counted = await read(lambda db: trials.count(db, trial))
        tried.seconds = time.monotonic() - started
        self._show()
        tried.samples = await read(lambda db: trials.samples(db, trial, SAMPLES))
        self._show()
        if self._present and (present := await asyncio.to_thread(parsed, self._present)) != trial.node:
            tried.difference = await read(lambda db: trials.difference(db, trial, present, SAMPLES))
            self._show()
        for part, rest in await asyncio.to_thread(trials.relaxed, trial.node):
            near = await read(partial(trials.near_miss, trial=trial, part=part, wider=rest))
            if near.found.mentions:
                tried.near.append(near)
                self._show()
        tried.is_over = True
        self._show()

    # ---- what is shown -------------------------------------------------------------------------------------------

    def turn_to(self, tab: int) -> None:
        """Open a tab."""
        self._tab = tab
        self._show()

    def on_tab_line_clicked(self, event: TabLine.Clicked) -> None:
        """The same with the mouse."""
        self.turn_to(event.place)

    def look_back(self, step: int) -> None:
        """Over a longer (1) or shorter (-1) time."""
        span = max(0, min(len(SPANS) - 1, self._span + step))
        if span != self._span:
            self._span = span
            self.restart()

    def _show(self) -> None:
        now, zone, tried = self.context.clock.now(), self.context.zone, self.tried
        self._numbers.update(rows.numbers_text(tried, SPANS[self._span], self.holes(), now, zone), layout=False)
        self._tabs.show([(_(name), rows.tab_count(tried, tab)) for tab, name in enumerate(rows.TABS)], self._tab)
        self.list.show(*rows.tab_rows(tried, self._tab, self._present), now)


def _read(query: str) -> tuple[Node, tuple[str, ...], bool]:
    """The tree of a query, what is to be said about it, and whether a topic may not have it. Raises QueryError."""
    from socialhub.query import advice, topic_query_problems

    node = parsed(query)
    problems = topic_query_problems(node)
    return node, (*problems, *advice(node)), bool(problems)


def _help_line() -> str:
    return _('AND OR NOT "exact words" word* #tag @handle lang:fr site:example.org')
