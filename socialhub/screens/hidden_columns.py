"""How many mentions wait in the columns that are out of sight: all counted in one question, each from where it was."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import tzinfo

from socialhub.errors import UserError
from socialhub.screens.context import Context
from socialhub.screens.queries import narrow
from socialhub.store.columns import Column
from socialhub.store.connection import Connection
from socialhub.store.mentions import FeedFilter, count_after, newest_id
from socialhub.widgets.column_tabs import MOST_COUNTED
from socialhub.widgets.filter_bar import Choices


def filters_of(columns: Iterable[Column], zone: tzinfo, saved: Mapping[str, str]) -> dict[int, FeedFilter]:
    """What each column (by number) lets through; those that cannot be read are missing. Loads the query language."""
    found = {}
    for column in columns:
        try:
            found[column.number] = narrow(Choices(column.query), zone, saved).chosen
        except UserError:
            # The column itself says what is wrong when it comes into sight.
            continue
    return found


class HiddenColumns:
    """The counts. A mention is looked at once: each count goes on from where the last one ended."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._filters: dict[int, FeedFilter] = {}
        self._seen: dict[int, int] = {}
        self._counted: dict[int, tuple[int, int]] = {}

    def become(self, columns: Iterable[Column], filters: Mapping[int, FeedFilter]) -> None:
        """These columns there are; one with another query is counted anew."""
        self._seen = {each.number: self._seen.get(each.number, each.seen) for each in columns}
        kept = {number for number, chosen in filters.items() if self._filters.get(number) == chosen}
        self._filters = dict(filters)
        self._counted = {number: count for number, count in self._counted.items() if number in kept}

    def watch(self, numbers: Iterable[int]) -> None:
        """Count in these from now on, and in no others."""
        self._counted = {
            number: self._counted.get(number, (0, self._seen[number])) for number in numbers if number in self._filters
        }

    def begin(self, number: int, seen: int) -> None:
        """A column goes out of sight, seen up to a mention (0: not at all)."""
        if seen:
            self._seen[number] = seen
            self._counted[number] = (0, seen)

    def waiting(self, number: int) -> int:
        """How many wait in a column out of sight, no more than one above MOST_COUNTED."""
        return min(self._counted.get(number, (0, 0))[0], MOST_COUNTED + 1)

    @property
    def seen(self) -> dict[int, int]:
        """How far the columns out of sight were seen."""
        return {number: self._seen[number] for number in self._counted}

    async def count(self) -> None:
        """Look what has come. Raises CacheError."""
        asked = {
            number: (self._filters[number], since)
            for number, (waiting, since) in self._counted.items()
            if waiting <= MOST_COUNTED
        }
        if not asked:
            return
        operator, now = self._context.operator, self._context.clock.now()

        def question(db: Connection) -> tuple[int, dict[int, int]]:
            newest = newest_id(db)
            come = {
                number: count_after(db, chosen, since, operator=operator, now=now)
                for number, (chosen, since) in asked.items()
                if since < newest
            }
            return newest, come

        newest, come = await self._context.counting.read(question)
        for number, more in come.items():
            waiting, since = self._counted.get(number, (0, -1))
            if since == asked[number][1]:
                self._counted[number] = (waiting + more, newest)
