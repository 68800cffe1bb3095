"""The places spoken of: reads them from the cache when the room has news, and shows them as a tree."""

from __future__ import annotations

import time
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.timer import Timer

from socialhub.gazetteer import place_codes, place_name, places
from socialhub.i18n import N_, _
from socialhub.live import Places, Room, read_places
from socialhub.screens.context import Context
from socialhub.screens.page import MentionsWanted
from socialhub.screens.side_pane import SidePane
from socialhub.store.connection import CacheError
from socialhub.widgets.bindings import bind
from socialhub.widgets.filter_bar import Choices
from socialhub.widgets.place_list import PlaceList
from socialhub.widgets.place_rows import PlaceRow

_SPAN_NAMES: Final = (N_("1 h"), N_("24 h"), N_("7 d"))
ALL_TOPICS: Final = 0
_PAUSE: Final = 10
"""The list rests so many times as long as its answer took."""


class PlacesPane(SidePane):
    """Where it is spoken of."""

    BINDINGS: ClassVar[list[BindingType]] = [
        bind("filter", "next_topic"),
        bind("earlier", "app.span(1)"),
        bind("later", "app.span(-1)"),
    ]

    def __init__(self, context: Context, place: int | None = None) -> None:
        super().__init__(context, "places", place)
        self.list = PlaceList(zone=context.zone)
        self._room: Room | None = None
        self._topic = ALL_TOPICS
        self._codes: list[str] = list(places())
        self._keys = {code: key for key, code in enumerate(self._codes)}
        self._reading = False
        self._stale = False
        self._rest: Timer | None = None

    def compose(self) -> ComposeResult:
        """Title and tree."""
        yield self.title_line
        yield self.list

    def show_room(self, room: Room, collecting: int | None) -> None:
        """Read the places anew: the room has news, or another span is wanted."""
        wanted = self._room is None or room.span != self._room.span
        self._room = room
        self._refresh(now=wanted)

    def action_next_topic(self) -> None:
        """Only what one topic is about; after the last one everything again."""
        if self._room is not None:
            around = [ALL_TOPICS, *(topic.number for topic in self._room.topics)]
            place = around.index(self._topic) + 1 if self._topic in around else 0
            self._topic = around[place % len(around)]
            self._refresh(now=True)

    def _refresh(self, *, now: bool) -> None:
        """One question at a time; news wait until the list has rested, a wish of the reader's does not."""
        if self._reading or (self._rest is not None and not now):
            self._stale = True
            return
        if self._rest is not None:
            self._rest.stop()
        self._reading, self._stale = True, False
        self.run_worker(self._read(), group="places")

    async def _read(self) -> None:
        room, topic, now = self._room, self._topic, self.context.clock.now()
        begun = time.monotonic()
        try:
            if room is not None:
                found = await self.context.reading.read(lambda db: read_places(db, room.span, topic, now))
                self._show(room, topic, found)
        except CacheError:
            # The watch on the cache meets the same and tells it.
            pass
        self._reading = False
        wished = topic != self._topic or (room is not None and self._room is not None and room.span != self._room.span)
        # The lists of the console are read on the same thread: a costly answer is not asked for again at once.
        pause = max(self.context.list_pace, _PAUSE * (time.monotonic() - begun))
        self._rest = self.set_timer(0.0 if wished else pause, self._rested)

    def _rested(self) -> None:
        self._rest = None
        if self._stale:
            self._refresh(now=True)

    def _show(self, room: Room, chosen: int, found: Places) -> None:
        topic = next((topic.name for topic in room.topics if topic.number == chosen), "")
        self.title_line.show(" · ".join(filter(None, [_(_SPAN_NAMES[room.span]), topic])), _usual_chip(found))
        ordered = sorted(found.trends, key=lambda trend: (trend.code not in places(), -trend.total, trend.code))
        rows = []
        for trend in ordered:
            place = places().get(trend.code)
            rows.append(
                PlaceRow(
                    self._key(trend.code),
                    place_name(trend.code),
                    self._key(place.parent) if place is not None and place.parent else None,
                    trend.totals,
                    trend.total,
                    trend.usual,
                    trend.negative,
                )
            )
        empty = _("no mention speaks of a place in this time")
        self.list.show(rows, found.holes, found.start, found.step, when_empty=empty)

    def _key(self, code: str) -> int:
        """The list's key of a place; those that only sources tell get one when they are first seen."""
        if code not in self._keys:
            self._keys[code] = len(self._codes)
            self._codes.append(code)
        return self._keys[code]

    def on_place_list_place_chosen(self, event: PlaceList.PlaceChosen) -> None:
        """The mentions of a place."""
        self.post_message(MentionsWanted(Choices(topic=self._topic or None, query=query_of(self._codes[event.key]))))


def _usual_chip(found: Places) -> str:
    """How far back the usual level reaches, where that is less than it could be."""
    return "" if found.weeks else _("usual level: not known yet")


def query_of(code: str) -> str:
    """The query for a place: by its name, by its code where others are called so too."""
    name = place_name(code)
    asked = name if place_codes(name) == (code,) else code
    return f"place:{asked}" if asked.isalnum() else f'place:"{asked}"'
