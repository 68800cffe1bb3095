"""The places spoken of: reads them from the cache when the room has news, and shows them as a tree."""

from __future__ import annotations

from textual.app import ComposeResult

from socialhub.gazetteer import place_codes, place_name, places
from socialhub.i18n import _
from socialhub.live import Places, Room, read_places
from socialhub.screens.asking_pane import AskingPane
from socialhub.screens.context import Context
from socialhub.screens.page import MentionsWanted
from socialhub.widgets.filter_bar import Choices
from socialhub.widgets.place_list import PlaceList
from socialhub.widgets.place_rows import PlaceRow


class PlacesPane(AskingPane):
    """Where it is spoken of."""

    def __init__(self, context: Context, place: int | None = None) -> None:
        super().__init__(context, "places", place)
        self.list = PlaceList(zone=context.zone)
        self._codes: list[str] = list(places())
        self._keys = {code: key for key, code in enumerate(self._codes)}

    def compose(self) -> ComposeResult:
        """Title and tree."""
        yield self.title_line
        yield self.list

    async def answer(self, room: Room, topic: int | None) -> None:
        """Read the places and show them."""
        now = self.context.clock.now()
        self._show(room, topic, await self.context.reading.read(lambda db: read_places(db, room.span, topic or 0, now)))

    def _show(self, room: Room, topic: int | None, found: Places) -> None:
        self.title_line.show(self.described(room, topic), _usual_chip(found))
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
        self.post_message(MentionsWanted(Choices(topic=self.topic, query=query_of(self._codes[event.key]))))


def _usual_chip(found: Places) -> str:
    """How far back the usual level reaches, where that is less than it could be."""
    return "" if found.weeks else _("usual level: not known yet")


def query_of(code: str) -> str:
    """The query for a place: by its name, by its code where others are called so too."""
    name = place_name(code)
    asked = name if place_codes(name) == (code,) else code
    return f"place:{asked}" if asked.isalnum() else f'place:"{asked}"'
