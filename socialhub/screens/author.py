"""The page of any author: of somebody on a watchlist their own page, of anybody else their mentions and a sheet."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from textual.widget import Widget

from socialhub.authors import AuthorKey
from socialhub.i18n import _
from socialhub.screens.context import Context
from socialhub.screens.page import PageScreen, PageWanted
from socialhub.screens.person import PersonScreen
from socialhub.screens.sheet_page import SheetPage
from socialhub.screens.state import RoomState
from socialhub.store.authors import author_of_mention, person_of_mention
from socialhub.store.connection import CacheError, Connection
from socialhub.store.people import watched_people
from socialhub.widgets.author_facts import author_text
from socialhub.widgets.person_facts import PersonSheet


class AuthorScreen(SheetPage):
    """The page of an author on no watchlist; other arguments as of every page."""

    def __init__(self, context: Context, *, key: AuthorKey, **options: Any) -> None:
        super().__init__(context, whose=key, title=key.shown, **options)
        self._key = key

    def show_state(self, state: RoomState) -> None:
        """The names of topics may be others."""
        super().show_state(state)
        self.draw()

    def draw(self) -> None:
        """The sheet, once it is read."""
        if (facts := self.facts()) is not None:
            now, zone, key = self.context.clock.now(), self.context.zone, self._key
            self.query_one(PersonSheet).write(lambda width: author_text(key.shown, key.text, facts, now, zone, width))


async def open_author(pane: Widget, context: Context, mention: int) -> None:
    """Open the page of who wrote a mention, over the screen of this pane; where nothing tells who, say so."""
    try:
        make = await context.reading.read(partial(page_of, mention=mention))
    except CacheError as error:
        pane.notify(error.hint, title=error.message, markup=False)
        return
    if make is None:
        pane.notify(_("Nothing tells who wrote it."), timeout=3, markup=False)
    else:
        pane.post_message(PageWanted(make))


def page_of(db: Connection, mention: int) -> Callable[..., PageScreen] | None:
    """What makes the page of who wrote a mention; None when nothing tells who."""
    number = person_of_mention(db, mention)
    if number is not None:
        person = next(each for each in watched_people(db) if each.number == number)
        return partial(PersonScreen, person=person)
    key = author_of_mention(db, mention)
    return None if key is None else partial(AuthorScreen, key=key)
