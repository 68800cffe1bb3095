"""The trial in the topics lab: a query, its days, numbers and sources, and the mentions behind four tabs.

Everything is asked step by step on the counting thread, shown as it comes, and dropped by the next key.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from socialhub.clock import DAY
from socialhub.errors import UserError
from socialhub.i18n import N_, _, decimal, labelled, number
from socialhub.model import Mention
from socialhub.screens.context import Context
from socialhub.screens.queries import parsed
from socialhub.store import trials
from socialhub.store.connection import CacheError
from socialhub.widgets.cells import safe
from socialhub.widgets.feed_rows import Hits
from socialhub.widgets.filter_bar import Choices, FilterBar
from socialhub.widgets.glyphs import glyphs_of
from socialhub.widgets.pane_title import PaneTitle
from socialhub.widgets.sparkline import merge, sparkline
from socialhub.widgets.tab_line import TabLine
from socialhub.widgets.trial_list import TrialGroup, TrialList

if TYPE_CHECKING:
    from socialhub.query import Node
    from socialhub.store.facets import Facets

SPANS: Final = (7, 30, 90)
"""Days that a trial may look back."""
_LONGEST_CURVE: Final = 30
SAMPLES: Final = 50
_SOURCES: Final = 6
_TABS: Final = (N_("matches"), N_("near misses"), N_("added"), N_("removed"))
_MATCHES, _NEAR, _ADDED, _REMOVED = range(len(_TABS))


@dataclass(slots=True)
class Tried:
    """What is known of a query so far. `remarks` is what a topic may not ask, then what it would not do well."""

    query: str
    node: Node | None = None
    refused: bool = False
    remarks: tuple[str, ...] = ()
    counted: Facets | None = None
    samples: tuple[Mention, ...] = ()
    near: list[trials.NearMiss] = field(default_factory=list)
    difference: trials.Difference | None = None
    seconds: float = 0.0
    is_over: bool = False


class TrialPane(Vertical):
    """The pane. Messages: Edited while the query is typed."""

    class Edited(Message):
        """The query in the bar is another one."""

    def __init__(self, context: Context) -> None:
        super().__init__(id="lab-trial", classes="pane")
        self.context = context
        self.tried = Tried("")
        self.holes: Callable[[], Sequence[str]] = tuple
        self._present = ""
        self._span = SPANS.index(30)
        self._tab = _MATCHES
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
        self.run_worker(self._try(self.asked), group="trial", exclusive=True)

    # ---- the query -----------------------------------------------------------------------------------------------

    def on_filter_bar_changed(self, event: FilterBar.Changed) -> None:
        """While it is typed."""
        event.stop()
        self.post_message(self.Edited())
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
        self.tried = Tried(query)
        if not query:
            self._bar.explain(_help_line())
            self._show()
            return
        try:
            node, remarks, refused = await asyncio.to_thread(_read, query)
        except UserError as error:
            self._bar.explain(f"{error.message} {error.hint}".strip(), wrong=True)
            self._show()
            return
        self._bar.explain(_help_line())
        self.tried.node, self.tried.remarks, self.tried.refused = node, remarks, refused
        self._show()
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
        self._numbers.update(self._numbers_text(), layout=False)
        self._tabs.show([(_(name), self._count(tab)) for tab, name in enumerate(_TABS)], self._tab)
        groups, remark = self._groups()
        self.list.show(groups, remark, self.context.clock.now())

    def _numbers_text(self) -> Content:
        """The days, how many, where, and what is wrong or cannot be known."""
        counted = self.tried.counted
        lines = [Content(""), Content("")]
        if counted is not None:
            values = self._per_day(counted)
            factor = -(-len(values) // _LONGEST_CURVE)
            curve = sparkline(merge(values, (), factor)[0], glyphs=glyphs_of())
            span = _("{count} d").format(count=SPANS[self._span])
            told = _("{total} in {span} · {seconds} s").format(
                total=counted_text(counted.total, exact=counted.exact),
                span=span,
                seconds=decimal(self.tried.seconds, 2),
            )
            lines[0] = Content.assemble((curve, "$text-primary"), (f"  {told}", "bold"))
            named = [f"{safe(name)} {number(count)}" for name, count in counted.sources[:_SOURCES]]
            others = len(counted.sources) - _SOURCES
            more = [f"+{number(others)}"] if others > 0 else []
            lines[1] = Content.styled(f" {glyphs_of().dot} ".join(named + more), "$text-muted")
        warnings = f" {glyphs_of().dot} ".join(self.tried.remarks)
        lines.append(Content.styled(safe(warnings), "$text-warning"))
        if self.tried.node is not None and not warnings:
            lines[2] = Content.styled(safe(" ".join(self.holes())), "$text-muted")
        return Content("\n").join(lines)

    def _per_day(self, counted: Facets) -> list[int]:
        """Mentions on each day of the span, the last one today."""
        days = dict(counted.days)
        today = datetime.fromtimestamp(self.context.clock.now() / 1000, self.context.zone).date()
        return [days.get(today - timedelta(days=back), 0) for back in reversed(range(SPANS[self._span]))]

    def _count(self, tab: int) -> str:
        tried = self.tried
        if tried.node is None:
            return ""
        if tab == _MATCHES:
            return "…" if tried.counted is None else counted_text(tried.counted.total, exact=tried.counted.exact)
        if tab == _NEAR:
            total = sum(near.found.mentions for near in tried.near)
            exact = all(near.found.exact for near in tried.near)
            return counted_text(total, exact=exact) + ("" if tried.is_over else "…")
        if tried.difference is None:
            return "" if tried.is_over else "…"
        found = tried.difference.added if tab == _ADDED else tried.difference.removed
        return counted_text(found.mentions, exact=found.exact)

    def _groups(self) -> tuple[list[TrialGroup], str]:
        """What stands under the open tab, and a remark."""
        tried = self.tried
        if tried.node is None:
            return [], ""
        if tab_is_near := self._tab == _NEAR:
            groups = [self._near_group(near, tried.node) for near in tried.near]
        elif self._tab == _MATCHES:
            groups = [TrialGroup("", "", tried.samples, partial(_hits, tried.node))] if tried.samples else []
        else:
            groups = self._changed_groups(tried.node)
        if groups and (tried.is_over or not tab_is_near):
            return groups, ""
        return groups, self._remark() if not groups else "…"

    def _near_group(self, near: trials.NearMiss, node: Node) -> TrialGroup:
        from socialhub.query import format_query

        heading = labelled(_("but for"), format_query(near.part))
        count = counted_text(near.found.mentions, exact=near.found.exact)
        marks = trials.to_mark(node, near.part)
        return TrialGroup(heading, count, near.found.samples, partial(_hits, marks))

    def _changed_groups(self, node: Node) -> list[TrialGroup]:
        difference = self.tried.difference
        if difference is None:
            return []
        found = difference.added if self._tab == _ADDED else difference.removed
        marks = node if self._tab == _ADDED else parsed(self._present)
        return [TrialGroup("", "", found.samples, partial(_hits, marks))] if found.samples else []

    def _remark(self) -> str:
        """Why a tab is empty."""
        tried = self.tried
        if not tried.is_over:
            return "…"
        if self._tab == _MATCHES:
            return _("Nothing matches.")
        if self._tab == _NEAR:
            return _("Nothing is missed by one part of the query alone.")
        if not self._present:
            return _("A new topic: all that matches is added.")
        if tried.difference is None:
            return _("This is the query in force.")
        return _("Nothing is added.") if self._tab == _ADDED else _("Nothing is removed.")


def counted_text(count: int, *, exact: bool) -> str:
    """A count, marked when it is an estimate."""
    return number(count) if exact else _("≈ {count}").format(count=number(count))


def _read(query: str) -> tuple[Node, tuple[str, ...], bool]:
    """The tree of a query, what is to be said about it, and whether a topic may not have it. Raises QueryError."""
    from socialhub.query import advice, topic_query_problems

    node = parsed(query)
    problems = topic_query_problems(node)
    return node, (*problems, *advice(node)), bool(problems)


def _hits(node: Node, text: str) -> Hits:
    from socialhub.query import spans

    return spans(node, text)


def _help_line() -> str:
    return _('AND OR NOT "exact words" word* #tag @handle lang:fr site:example.org')
