"""What the screens know of the cache: answers to their questions (`read`), small writes (`write`), and the watch.

Runs everything that touches SQLite on threads of its own, so that a key never waits for the disk. Knows no widget: it
hands over plain immutable data. Errors that a user can act on come back as CacheError.
"""

from socialhub.live.feeds import (
    FeedAsk,
    FeedUpdate,
    Page,
    around,
    first_page,
    last_page,
    newer_page,
    next_unread,
    older_page,
    refresh,
)
from socialhub.live.room import Room, RoomWish, Trend, read_room
from socialhub.live.threads import Reading, Writing
from socialhub.live.watcher import CacheTrouble, MentionsChanged, RoomChanged, Watcher

__all__ = [
    "CacheTrouble",
    "FeedAsk",
    "FeedUpdate",
    "MentionsChanged",
    "Page",
    "Reading",
    "Room",
    "RoomChanged",
    "RoomWish",
    "Trend",
    "Watcher",
    "Writing",
    "around",
    "first_page",
    "last_page",
    "newer_page",
    "next_unread",
    "older_page",
    "read_room",
    "refresh",
]
