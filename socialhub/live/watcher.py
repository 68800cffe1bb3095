"""The watch on the cache: a thread with its own read-only connection that tells the screens what changed.

A cache that is missing, newer, damaged or unreadable is a state with a sentence, tried again every second.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from textual.message import Message

from socialhub.clock import MINUTE, Clock
from socialhub.detect.week import Week
from socialhub.live.bands import Bands
from socialhub.live.room import Room, RoomWish, read_room
from socialhub.live.strips import Strips
from socialhub.store.connection import CacheError, Connection, data_version, explained, last_rev, open_reader

LOOK_EVERY: Final = 0.25
"""Seconds between two looks at `PRAGMA data_version` (6 microseconds each)."""
_RETRY_EVERY: Final = 1.0
_LEARN_SECONDS: Final = 0.1
"""So long a look learns what is usual, until all topics are known: once an hour, some looks in a row."""
_CURVES_PAUSE: Final = 20
"""Curves are read again no sooner than this many times as long as reading them took."""


class MentionsChanged(Message, bubble=False):
    """Mentions were added or changed up to revision `rev`."""

    def __init__(self, rev: int) -> None:
        super().__init__()
        self.rev = rev

    def can_replace(self, message: Message) -> bool:
        """Only the newest matters."""
        return isinstance(message, MentionsChanged)


class RoomChanged(Message, bubble=False):
    """The panes beside the feed have news."""

    def __init__(self, room: Room) -> None:
        super().__init__()
        self.room = room

    def can_replace(self, message: Message) -> bool:
        """Only the newest matters."""
        return isinstance(message, RoomChanged)


class CacheTrouble(Message, bubble=False):
    """The cache cannot be read (`error`), or can again (None). `replaced` says that another file took its place."""

    def __init__(self, error: CacheError | None, *, replaced: bool = False) -> None:
        super().__init__()
        self.error = error
        self.replaced = replaced


class Watcher(threading.Thread):
    """Looks every LOOK_EVERY seconds; `post` must be safe to call from a thread. `week` is that of the room's people,
    `pace` seconds between rooms.
    """

    def __init__(
        self, path: Path, clock: Clock, post: Callable[[Message], object], week: Week, *, pace: float = 0.5
    ) -> None:
        super().__init__(name="cache-watcher", daemon=True)
        self._path = path
        self._clock = clock
        self._post = post
        self._pace = pace
        self._bands = Bands(week, seconds=_LEARN_SECONDS)
        self._strips = Strips()
        self._stop_asked = threading.Event()
        self._wish = RoomWish()
        self._db: Connection | None = None
        self._file: tuple[int, int] | None = None
        self._version = -1
        self._rev = -1
        self._room: Room | None = None
        self._told: str | None = None
        self._pending = True
        self._last_minute = -1
        self._next_room = 0.0
        self._next_curves = 0.0
        self._curves_of: tuple[RoomWish, int, int] | None = None

    def wish(self, wish: RoomWish) -> None:
        """What the screens want from now on; answered at the next look."""
        self._wish = wish

    def stop(self) -> None:
        """End within a look."""
        self._stop_asked.set()

    def run(self) -> None:
        """Look until stopped."""
        pause = 0.0
        while not self._stop_asked.wait(pause):
            try:
                with explained(self._path):
                    self._look()
                pause = LOOK_EVERY
            except CacheError as error:
                self._lose(error)
                pause = _RETRY_EVERY
        if self._db is not None:
            self._db.close()

    def _lose(self, error: CacheError) -> None:
        if self._db is not None:
            self._db.close()
            self._db = None
        if self._told != error.message:
            self._told = error.message
            self._post(CacheTrouble(error))

    def _look(self) -> None:
        db = self._open()
        version = data_version(db)
        if version != self._version:
            self._version = version
            self._pending = True
            rev = last_rev(db)
            if rev != self._rev:
                self._rev = rev
                self._post(MentionsChanged(rev))
        moment = time.monotonic()
        wanted = self._room is None or self._wish != self._room.wish
        if wanted or (moment >= self._next_room and (self._pending or self._minute() != self._last_minute)):
            self._next_room = moment + self._pace
            self._pending = False
            self._tell_room(db)

    def _minute(self) -> int:
        return self._clock.now() // MINUTE

    def _open(self) -> Connection:
        """The connection; a new one when the file was replaced (restore) or could not be read before."""
        try:
            status = os.stat(self._path)
            file: tuple[int, int] | None = (status.st_dev, status.st_ino)
        except OSError:
            file = None
        if self._db is not None and file == self._file:
            return self._db
        replaced = self._db is not None
        if self._db is not None:
            self._db.close()
            self._db = None
        self._db = open_reader(self._path)
        self._file, self._version, self._rev, self._room = file, -1, -1, None
        self._strips = Strips()
        if self._told is not None or replaced:
            self._told = None
            self._post(CacheTrouble(None, replaced=replaced))
        return self._db

    def _tell_room(self, db: Connection) -> None:
        now = self._clock.now()
        self._last_minute = now // MINUTE
        wish = self._wish
        started = time.monotonic()
        self._bands.begin_look()
        room = read_room(db, wish, now, self._bands, self._strips, self._curves_still_true(wish, started))
        if self._room is None or room.trends is not self._room.trends:
            self._curves_of = None if self._bands.unfinished else (wish, self._rev, self._last_minute)
            self._pending = self._pending or self._bands.unfinished
            self._next_curves = started + max(self._pace, _CURVES_PAUSE * (time.monotonic() - started))
        if room != self._room:
            self._room = room
            self._post(RoomChanged(room))

    def _curves_still_true(self, wish: RoomWish, moment: float) -> Room | None:
        """The last room when nothing that its curves show has changed, or when they were costly and are young."""
        if self._room is None or self._curves_of is None or self._curves_of[0] != wish:
            return None
        if self._curves_of == (wish, self._rev, self._last_minute):
            return self._room
        if moment < self._next_curves:
            self._pending = True
            return self._room
        return None
