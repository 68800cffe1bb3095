"""The part of a list of mentions that is in memory, where its reader stands, what is on screen. Draws nothing.

Everything is anchored to mentions, never to positions: rows may come and go above and below without moving the reader.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from socialhub.model import Mention

MOST_ROWS: Final = 1_000
"""Mentions kept in memory; the end that is farther from the reader is dropped first."""


class FeedWindow:
    """Neighbouring mentions, newest first. `top` is the first row on screen, `cursor` the reader's row (positions)."""

    def __init__(self) -> None:
        self.rows: list[Mention] = []
        self.at_newest = True
        self.at_oldest = True
        self.top = 0
        self.cursor = 0
        self._places: dict[int, int] = {}

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def current(self) -> Mention | None:
        """The mention under the cursor."""
        return self.rows[self.cursor] if self.rows else None

    @property
    def ids(self) -> frozenset[int]:
        """The mentions in memory."""
        return frozenset(self._places)

    @property
    def heads(self) -> dict[int, int]:
        """The rows that are not unfolded from another, by their story."""
        return {row.story: row.id for row in self.rows if not row.under}

    @property
    def copies(self) -> dict[int, int]:
        """How many mentions the lines that stand for more than one stand for besides their own."""
        return {row.id: row.copies for row in self.rows if row.copies}

    def with_members(self, line: Mention) -> list[Mention]:
        """A line and what is unfolded under it."""
        return [row for row in self.rows if line.id in (row.id, row.under)]

    def place_of(self, mention: int) -> int | None:
        """Where a mention stands, None when it is not in memory."""
        return self._places.get(mention)

    def start(self, rows: Sequence[Mention], *, at_newest: bool, at_oldest: bool) -> None:
        """Begin anew with these rows, the reader on the first."""
        self.rows = list(rows)
        self.at_newest, self.at_oldest = at_newest, at_oldest
        self.top = self.cursor = 0
        self._index()

    def add_newer(self, rows: Sequence[Mention], *, at_newest: bool, follow: bool) -> None:
        """Rows above; the reader stays on the same mention unless the list follows its top."""
        fresh = [row for row in rows if row.id not in self._places]
        self.rows[:0] = fresh
        self.at_newest = at_newest
        if not follow:
            self.top += len(fresh)
            self.cursor += len(fresh)
        self._trim()
        self._index()

    def add_older(self, rows: Sequence[Mention], *, at_oldest: bool) -> None:
        """Rows below."""
        self.rows.extend(row for row in rows if row.id not in self._places)
        self.at_oldest = at_oldest
        self._trim()
        self._index()

    def replace(self, rows: Iterable[Mention]) -> list[int]:
        """Put mentions in their new form; returns the places that really changed."""
        changed = []
        for row in rows:
            place = self._places.get(row.id)
            if place is None:
                continue
            row = replace(row, under=self.rows[place].under) if self.rows[place].under else row
            if self.rows[place] != row:
                self.rows[place] = row
                changed.append(place)
        return changed

    def remove(self, mentions: Iterable[int]) -> bool:
        """Take mentions out; the reader's own gives its place to the next older. Whether any was there."""
        doomed = self._places.keys() & set(mentions)
        if not doomed:
            return False
        doomed |= {row.id for row in self.rows if row.under in doomed}
        above = sum(row.id in doomed for row in self.rows[: self.cursor])
        over = sum(row.id in doomed for row in self.rows[: self.top])
        self.rows = [row for row in self.rows if row.id not in doomed]
        self.cursor = max(0, min(self.cursor - above, len(self.rows) - 1))
        self.top = max(0, min(self.top - over, len(self.rows) - 1))
        self._index()
        return True

    def unfold(self, line: int, members: Iterable[Mention]) -> bool:
        """Put the mentions of a story under its line; nobody else moves. Whether the line is there."""
        place = self._places.get(line)
        if place is None:
            return False
        fresh = [row for row in members if row.id not in self._places]
        self.rows[place + 1 : place + 1] = fresh
        self.cursor += len(fresh) if self.cursor > place else 0
        self.top += len(fresh) if self.top > place else 0
        self._trim()
        self._index()
        return True

    def fold(self, line: int) -> bool:
        """Take the mentions of a story from under its line; a reader among them goes to the line."""
        members = [row.id for row in self.rows if row.under == line]
        place = self._places.get(line)
        if place is not None and self.rows[self.cursor].under == line:
            self.cursor = place
        return self.remove(members)

    def settle(self, mention: int, row: int, height: int) -> None:
        """Put the reader on a mention, or on the next older, `row` rows below the top of the screen."""
        place = next(
            (at for at, found in enumerate(self.rows) if not found.under and found.id <= mention), len(self.rows) - 1
        )
        self.cursor = max(0, place)
        self.top = max(0, min(self.cursor - row, len(self.rows) - 1))
        self.show_cursor(height)

    def move_to(self, place: int, height: int) -> None:
        """The reader goes to a place (or as near as there are rows); `height` rows fit on screen."""
        self.cursor = max(0, min(place, len(self.rows) - 1))
        self.show_cursor(height)

    def scroll(self, rows: int, height: int) -> None:
        """Scroll by some rows; the reader goes along when its row leaves the screen."""
        self.top = max(0, min(self.top + rows, len(self.rows) - height))
        self.cursor = max(self.top, min(self.cursor, self.top + max(height, 1) - 1, len(self.rows) - 1))

    def show_cursor(self, height: int) -> None:
        """Scroll as little as needed for the reader's row to be on screen."""
        if self.cursor < self.top:
            self.top = self.cursor
        elif self.cursor >= self.top + height:
            self.top = self.cursor - height + 1
        self.top = max(0, min(self.top, len(self.rows) - 1))

    def _trim(self) -> None:
        surplus = len(self.rows) - MOST_ROWS
        if surplus <= 0:
            return
        if self.cursor < len(self.rows) // 2:
            del self.rows[-surplus:]
            self.at_oldest = False
        else:
            del self.rows[:surplus]
            self.at_newest = False
            self.top = max(0, self.top - surplus)
            self.cursor = max(0, self.cursor - surplus)

    def _index(self) -> None:
        self._places = {row.id: place for place, row in enumerate(self.rows)}
