"""What a list of mentions is narrowed to: its filter bar, and the query that it asks. Mixed into the mentions pane."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import partial
from typing import ClassVar

from textual.binding import BindingType
from textual.widget import Widget

from socialhub.errors import UserError
from socialhub.i18n import _
from socialhub.model import Order, SourceRow, Topic
from socialhub.screens.context import Context
from socialhub.screens.queries import candidates, described, hits, narrow
from socialhub.screens.supply import Supply
from socialhub.store.authors import Whose
from socialhub.store.mentions import by_author
from socialhub.store.searches import saved_queries
from socialhub.widgets.bindings import bind
from socialhub.widgets.feed import Feed
from socialhub.widgets.filter_bar import Choices, FilterBar
from socialhub.widgets.pane_title import PaneTitle


class Narrowing(Widget):
    """Needs the context, the lists of topics and sources, the widgets and the supply of the pane it is mixed into."""

    BINDINGS: ClassVar[list[BindingType]] = [bind("filter", "filter")]
    context: Context
    searching: bool
    topics: tuple[Topic, ...]
    sources: tuple[SourceRow, ...]
    order: Order
    folded: bool
    with_muted: bool
    _bar: FilterBar
    _before_edit: Choices
    _choices: Choices
    _feed: Feed
    _remark: str
    _supply: Supply
    _title: PaneTitle
    _when_empty: str
    _whose: Whose | None

    @property
    def choices(self) -> Choices:
        """What the list is narrowed to."""
        return self._choices

    def mode_changed(self) -> None:
        """Other keys answer now, or the list is narrowed to something else."""
        raise NotImplementedError

    def say_when_empty(self, text: str) -> None:
        """What an unfiltered empty list says."""
        raise NotImplementedError

    async def action_filter(self) -> None:
        """Open the filter bar."""
        if not self._bar.is_mounted:
            await self.mount(self._bar, after=self._title)
        self.add_class("-filtering")
        self._before_edit = self._choices
        self._offer_choices()
        self._bar.set_choices(self._choices)
        self._explain(help_line())
        self._bar.begin()

    def _offer_choices(self) -> None:
        self._bar.offer(
            [(topic.number, topic.name) for topic in self.topics],
            [(row.number, row.name) for row in self.sources],
            candidates(self.topics, self.sources),
        )

    def _explain(self, text: str, *, wrong: bool = False) -> None:
        if self._bar.is_mounted:
            self._bar.explain(text, wrong=wrong)

    def narrow_to(self, choices: Choices) -> None:
        """Filter the list; a query that cannot be read leaves it as it is and says why."""
        self.run_worker(self._narrow(choices), group="filter", exclusive=True)

    async def _narrow(self, choices: Choices) -> bool:
        """Whether the choices could be read and are applied."""
        try:
            saved = await self.context.reading.read(saved_queries)
            asked = partial(narrow, choices, self.context.zone, saved, with_muted=self.with_muted)
            narrowed = await asyncio.to_thread(asked)
        except UserError as error:
            self._explain(f"{error.message} · {error.hint}", wrong=True)
            return False
        chosen = by_author(narrowed.chosen, self._whose)
        narrowed = replace(narrowed, order=self.order, folded=self.folded, chosen=chosen)
        self._explain(narrowed.advice or help_line())
        self._choices = choices
        self._remark = described(self._choices, self.topics, self.sources)
        self.say_when_empty(self._when_empty)
        self._feed.mark(partial(hits, choices.query) if choices.query else None)
        self._supply.restart(narrowed)
        self.mode_changed()
        return True

    def on_filter_bar_changed(self, event: FilterBar.Changed) -> None:
        """Narrow while typing."""
        event.stop()
        self.narrow_to(event.choices)

    async def on_filter_bar_accepted(self, event: FilterBar.Accepted) -> None:
        """Go on in the list; a query that cannot be read keeps its reader in the bar."""
        event.stop()
        self.workers.cancel_group(self, "filter")
        if event.choices != self._choices and not await self._narrow(event.choices):
            return
        self._explain(help_line())
        self._leave_bar()

    def on_filter_bar_left(self, event: FilterBar.Left) -> None:
        """Esc in the bar: the filter is what it was before."""
        event.stop()
        if self.searching:
            self.screen.dismiss()
        else:
            self._filter_by(self._before_edit)

    def _leave_bar(self) -> None:
        if not self.searching:
            self.remove_class("-filtering")
        self.screen.set_focus(self._feed)
        self.mode_changed()

    def _filter_by(self, choices: Choices) -> None:
        self.workers.cancel_group(self, "filter")
        self._leave_bar()
        if self._bar.is_mounted:
            self._bar.set_choices(choices)
        if self._choices != choices:
            self.narrow_to(choices)


def help_line() -> str:
    """What a query may be made of."""
    return _('AND OR NOT "exact words" word* #tag @handle is:unread date:P7D')
