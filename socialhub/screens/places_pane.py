"""The places spoken of: reads them from the cache when the room has news, and shows them as a tree."""

from __future__ import annotations

from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import BindingType

from socialhub.gazetteer import TOWN, place_codes, place_name, places
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

    def compose(self) -> ComposeResult:
        """Title and tree."""
        yield self.title_line
        yield self.list

    def show_room(self, room: Room, collecting: int | None) -> None:
        """Read the places anew: the room has news, or another span is wanted."""
        self._room = room
        self._refresh()

    def action_next_topic(self) -> None:
        """Only what one topic is about; after the last one everything again."""
        if self._room is not None:
            around = [ALL_TOPICS, *(topic.number for topic in self._room.topics)]
            place = around.index(self._topic) + 1 if self._topic in around else 0
            self._topic = around[place % len(around)]
            self._refresh()

    def _refresh(self) -> None:
        """One question at a time, and no more often than a list is repainted; the last wish wins."""
        self._stale = self._reading
        if not self._reading:
            self._reading = True
            self.run_worker(self._read(), group="places")

    async def _read(self) -> None:
        room, topic, now = self._room, self._topic, self.context.clock.now()
        if room is None:
            return
        try:
            found = await self.context.reading.read(lambda db: read_places(db, room.span, topic, now))
            self._show(room, found)
        except CacheError:
            # The watch on the cache meets the same and tells it.
            pass
        self.set_timer(self.context.list_pace, self._rested)

    def _rested(self) -> None:
        self._reading = False
        if self._stale:
            self._refresh()

    def _show(self, room: Room, found: Places) -> None:
        topic = next((topic.name for topic in room.topics if topic.number == self._topic), "")
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
                    place is None or place.kind == TOWN,
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
