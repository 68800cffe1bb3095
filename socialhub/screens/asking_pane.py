"""A pane that asks the cache for itself: when the room has news, when the reader wishes something else, never at once
again after a costly answer. Of one topic or of all.
"""

from __future__ import annotations

import time
from typing import ClassVar, Final

from textual.binding import BindingType
from textual.timer import Timer

from socialhub.live import Room
from socialhub.screens.context import Context
from socialhub.screens.side_pane import SidePane
from socialhub.screens.span_words import span_name
from socialhub.store.connection import CacheError
from socialhub.widgets.bindings import bind

_PAUSE: Final = 10
"""The pane rests so many times as long as its answer took."""


class AskingPane(SidePane):
    """Override `answer`; `topic` is the number of the chosen one, None for all."""

    BINDINGS: ClassVar[list[BindingType]] = [
        bind("filter", "next_topic"),
        bind("earlier", "app.span(1)"),
        bind("later", "app.span(-1)"),
    ]

    def __init__(self, context: Context, name: str, place: int | None) -> None:
        super().__init__(context, name, place)
        self.topic: int | None = None
        self.room: Room | None = None
        self._asking = False
        self._stale = False
        self._rest: Timer | None = None

    async def answer(self, room: Room, topic: int | None) -> None:
        """Read what concerns this pane and show it. CacheError may come through."""
        raise NotImplementedError

    def show_room(self, room: Room, collecting: int | None) -> None:
        """The room has news, or another span is wanted."""
        wished = self.room is None or room.span != self.room.span
        self.room = room
        self.ask(now=wished)

    def action_next_topic(self) -> None:
        """Only what one topic is about; after the last one everything again."""
        if self.room is not None:
            around = [None, *(topic.number for topic in self.room.topics)]
            place = around.index(self.topic) + 1 if self.topic in around else 0
            self.topic = around[place % len(around)]
            self.ask(now=True)

    def described(self, room: Room, topic: int | None) -> str:
        """The span and the topic, for the title."""
        name = next((each.name for each in room.topics if each.number == topic), "")
        return " · ".join(filter(None, [span_name(room.span), name]))

    def ask(self, *, now: bool) -> None:
        """One question at a time; news wait until the pane has rested, a wish of the reader's (`now`) does not."""
        if self._asking or (self._rest is not None and not now):
            self._stale = True
            return
        if self._rest is not None:
            self._rest.stop()
        self._asking, self._stale = True, False
        self.run_worker(self._ask(), group="asking")

    async def _ask(self) -> None:
        room, topic, begun = self.room, self.topic, time.monotonic()
        try:
            if room is not None:
                await self.answer(room, topic)
        except CacheError:
            # The watch on the cache meets the same and tells it.
            pass
        self._asking = False
        wished = topic != self.topic or (room is not None and self.room is not None and room.span != self.room.span)
        # The lists of the console are read on the same thread: a costly answer is not asked for again at once.
        pause = max(self.context.list_pace, _PAUSE * (time.monotonic() - begun))
        self._rest = self.set_timer(0.0 if wished else pause, self._rested)

    def _rested(self) -> None:
        self._rest = None
        if self._stale:
            self.ask(now=True)
