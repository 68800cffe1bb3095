"""The detail of the mention under the cursor, beside the list or over it. Mixed into the mentions pane."""

from __future__ import annotations

import asyncio
from typing import ClassVar, Final

from textual.actions import SkipAction
from textual.binding import BindingType

from socialhub.i18n import _
from socialhub.model import Mention, Topic
from socialhub.screens.mention_actions import MentionActions
from socialhub.screens.mention_detail import read_detail, with_marks
from socialhub.screens.queries import Narrowed
from socialhub.store.connection import CacheError
from socialhub.widgets.bindings import bind
from socialhub.widgets.detail import Detail
from socialhub.widgets.feed import Feed
from socialhub.widgets.filter_bar import Choices

SIDE_BY_SIDE: Final = 100
"""Cells from which list and detail stand side by side."""


class OpenDetail(MentionActions):
    """Needs the context, the list and what it is narrowed to of the pane it is mixed into."""

    BINDINGS: ClassVar[list[BindingType]] = [bind("earlier", "neighbour(1)"), bind("later", "neighbour(-1)")]
    topics: tuple[Topic, ...]
    _detail: Detail
    _choices: Choices

    @property
    def narrowed(self) -> Narrowed:
        """What the list is narrowed to."""
        raise NotImplementedError

    def mode_changed(self) -> None:
        """Other keys answer now."""
        raise NotImplementedError

    def cache_failed(self, error: CacheError) -> None:
        """The cache could not be read."""
        raise NotImplementedError

    @property
    def reading(self) -> bool:
        """Whether the detail is open."""
        return self.has_class("-reading")

    async def on_feed_opened(self, event: Feed.Opened) -> None:
        """Open the detail beside the list, or over it where there is no room."""
        event.stop()
        if not self._detail.is_mounted:
            await self.query_one(".reader-body").mount(self._detail)
        self.add_class("-reading")
        self._tell_screen()
        self.mode_changed()
        self.show_detail(event.mention)
        if self._detail_covers():
            self.call_after_refresh(self._detail.focus)

    def _detail_covers(self) -> bool:
        return self.app.size.width < SIDE_BY_SIDE

    def _tell_screen(self) -> None:
        """What else stands on the screen makes room for the detail."""
        self.screen.set_class(self.reading, "-reading")

    def action_neighbour(self, step: int) -> None:
        """The next older (1) or newer (-1) mention, in the open detail."""
        if not self.reading:
            raise SkipAction
        self.feed.action_move(step)

    def close_detail(self) -> None:
        """Only the list again; where the focus goes is for the caller."""
        if self.reading:
            self.remove_class("-reading")
            self._tell_screen()
            self.mode_changed()

    def _follow_cursor(self) -> None:
        mention = self.feed.current
        if self.reading and mention is not None:
            self.show_detail(mention)

    def show_detail(self, mention: Mention) -> None:
        self.mark(mention, read=True, quiet=True)
        self.run_worker(self._read_detail(mention.id), group="detail", exclusive=True)

    async def _read_detail(self, mention: int) -> None:
        topics, operator, query = self.topics, self.context.operator, self._choices.query
        listed, subject, now = self.narrowed.chosen, self.subject, self.context.clock.now()
        try:
            detail = await self.context.reading.read(
                lambda db: read_detail(db, mention, operator, topics, listed, subject, now)
            )
        except CacheError as error:
            self.cache_failed(error)
            return
        if detail is None:
            self.notify(_("This mention is not in the cache any more."), markup=False)
            return
        now = self.context.clock.now()
        self._detail.show(detail, now)
        self._detail.show(await asyncio.to_thread(with_marks, detail, topics, query), now)
