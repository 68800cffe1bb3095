"""The people of the watchlists: who spoke beside the usual, what each list talks about, who is on none."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Sequence
from enum import StrEnum
from functools import partial
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import BindingType

from socialhub.i18n import N_, _
from socialhub.live import Room
from socialhub.live.people import People, Watched, WatchedList, interests_of, read_people, read_texts
from socialhub.live.spans import SPANS
from socialhub.model import Person, Watchlist
from socialhub.screens.asking_pane import AskingPane
from socialhub.screens.author import open_author
from socialhub.screens.context import Context
from socialhub.screens.interests import InterestsScreen
from socialhub.screens.page import PageWanted
from socialhub.screens.person import PersonScreen
from socialhub.store.voices import Stranger
from socialhub.text import clean
from socialhub.widgets.bindings import bind
from socialhub.widgets.people_list import PeopleList
from socialhub.widgets.people_rows import ListRow, PersonRow

SUBJECTS_EVERY: Final = 60.0
"""Seconds between two computations of what the lists talk about, unless another span is wished for."""
MOST_SUBJECTS: Final = 6
_KEYS_OF_A_LIST: Final = 1_000_000
"""Entries have keys that stay: a list a million times its number, a person on it their number more."""
_LONGEST_NAME: Final = 64


class Order(StrEnum):
    """By what the people of a list are ordered."""

    LAST = "last"
    COUNT = "count"
    REACH = "reach"


_ORDERS: Final = {
    Order.LAST: N_("last heard first"),
    Order.COUNT: N_("most mentions first"),
    Order.REACH: N_("widest reach first"),
}


class PeoplePane(AskingPane):
    """Who spoke."""

    BINDINGS: ClassVar[list[BindingType]] = [
        bind("order", "next_order"),
        bind("copy", "copy"),
        bind("author", "author"),
    ]

    def __init__(self, context: Context, place: int | None = None) -> None:
        super().__init__(context, "people", place)
        self.list = PeopleList()
        self._order = Order.LAST
        self._shown: tuple[Room, int | None, People] | None = None
        self._chosen: dict[int, Watchlist | Person | Stranger] = {}
        self._strangers: dict[str, int] = {}
        self._subjects: dict[int, tuple[str, ...]] = {}
        self._subjects_of: tuple[int, float] | None = None

    def compose(self) -> ComposeResult:
        """Title and list."""
        yield self.title_line
        yield self.list

    async def answer(self, room: Room, topic: int | None) -> None:
        """Read who spoke; now and then, and after it, what they talk about."""
        now, length = self.context.clock.now(), SPANS[room.span].length
        found = await self.context.reading.read(lambda db: read_people(db, length, topic, now))
        self._shown = room, topic, found
        self._draw()
        at = time.monotonic()
        if self._subjects_of is not None and self._subjects_of[0] == room.span and at < self._subjects_of[1]:
            return
        self._subjects_of = room.span, at + SUBJECTS_EVERY
        self.run_worker(
            self._read_subjects([each.list for each in found.lists], length, now), group="subjects", exclusive=True
        )

    async def _read_subjects(self, lists: Sequence[Watchlist], length: int, now: int) -> None:
        """One list after another, so that the lists of mentions are answered in between."""
        subjects: dict[int, tuple[str, ...]] = {}
        for each in lists:
            texts = await self.context.reading.read(partial(read_texts, people=each.people, length=length, now=now))
            found = await asyncio.to_thread(interests_of, texts, MOST_SUBJECTS)
            subjects[each.number] = tuple(subject.words for subject in found.subjects)
        self._subjects = subjects
        self._draw()

    def action_next_order(self) -> None:
        """By when they were last heard, how much they said, how far it reaches."""
        orders = tuple(Order)
        self._order = orders[(orders.index(self._order) + 1) % len(orders)]
        self._draw()

    # ---- rows ----------------------------------------------------------------------------------------------------

    def _draw(self) -> None:
        if self._shown is None:
            return
        room, topic, found = self._shown
        names = {each.number: each.name for each in room.topics}
        self._chosen = {}
        lists = [self._list_row(watched, names) for watched in found.lists]
        strangers = [self._stranger_row(each) for each in found.strangers]
        title = _("To watch? On no list")
        if topic in names:
            title = _("To watch? On no list · {topic}").format(topic=names[topic])
        self.title_line.show(self.described(room, topic), _(_ORDERS[self._order]))
        self.list.show(
            lists,
            strangers,
            found.end,
            strangers_title=title,
            when_empty=_("nobody is followed yet: name whom to follow under [[watchlists]] in config.toml"),
            by_reach=self._order is Order.REACH,
        )

    def _list_row(self, watched: WatchedList, names: dict[int, str]) -> ListRow:
        first_key = watched.list.number * _KEYS_OF_A_LIST
        self._chosen[first_key] = watched.list
        people = []
        for each in sorted(watched.people, key=self._place):
            voice, key = each.voice, first_key + each.person.number
            self._chosen[key] = each.person
            topics = tuple(names[number] for number, _mentions in voice.topics if number in names)
            people.append(
                PersonRow(
                    key,
                    each.person.name,
                    voice.mentions,
                    each.usual,
                    topics,
                    voice.net,
                    voice.reach,
                    voice.last,
                    voice.contact,
                )
            )
        return ListRow(first_key, watched.list.name, tuple(people), self._subjects.get(watched.list.number, ()))

    def _stranger_row(self, stranger: Stranger) -> PersonRow:
        key = self._strangers.setdefault(stranger.handle or stranger.author, -1 - len(self._strangers))
        self._chosen[key] = stranger
        name = f"{stranger.author} · {stranger.handle}" if stranger.author and stranger.handle else _named(stranger)
        return PersonRow(key, name, stranger.mentions, reach=stranger.followers, last=stranger.last)

    def _place(self, watched: Watched) -> tuple[int, int, str]:
        """Where somebody stands on their list."""
        voice = watched.voice
        first = {
            Order.LAST: voice.last or 0,
            Order.COUNT: voice.mentions,
            Order.REACH: voice.reach or 0,
        }[self._order]
        return -first, -(voice.last or 0), watched.person.name

    # ---- what was chosen -----------------------------------------------------------------------------------------

    async def on_people_list_chosen(self, event: PeopleList.Chosen) -> None:
        """The page of a person or of an author on no list, what a list talks about."""
        event.stop()
        chosen = self._chosen.get(event.key)
        if isinstance(chosen, Person):
            self.post_message(PageWanted(partial(PersonScreen, person=chosen)))
        elif isinstance(chosen, Watchlist):
            self.post_message(PageWanted(partial(InterestsScreen, watchlist=chosen)))
        elif chosen is not None:
            await open_author(self, self.context, chosen.newest)

    def action_author(self) -> None:
        """The page of who stands under the cursor, as from a mention."""
        if self.list.cursor is not None and not isinstance(self._chosen.get(self.list.cursor), Watchlist):
            self.list.choose(self.list.cursor)

    def action_copy(self) -> None:
        """What to paste into config.toml, to follow somebody on no list; the names of a person who is followed."""
        chosen = self._chosen.get(self.list.cursor) if self.list.cursor is not None else None
        if isinstance(chosen, Stranger):
            self.app.copy_to_clipboard(table_of(chosen))
            self.notify(_("Copied: paste it below a list in config.toml."), timeout=4, markup=False)
        elif isinstance(chosen, Person):
            self.app.copy_to_clipboard("\n".join((chosen.name, *chosen.handles, *chosen.sites)))
            self.notify(_("Copied."), timeout=2, markup=False)


def _named(stranger: Stranger) -> str:
    return stranger.author or stranger.handle


def table_of(stranger: Stranger) -> str:
    """The table that puts an author on the list above it in config.toml. JSON strings are TOML strings too."""
    name = json.dumps(clean(_named(stranger), single_line=True)[:_LONGEST_NAME], ensure_ascii=False)
    known_by, value = ("handles", stranger.handle) if stranger.handle else ("bylines", stranger.author)
    written = json.dumps([clean(value, single_line=True)], ensure_ascii=False)
    return f"[[watchlists.people]]\nname = {name}\n{known_by} = {written}\n"
