"""What the screens know of the cache: answers to their questions (`read`), small writes (`write`), and the watch.

Runs everything that touches SQLite on threads of its own, so that a key never waits for the disk. Knows no widget: it
hands over plain immutable data. Errors that a user can act on come back as CacheError.

The names below are imported on use: the watch and the room are not needed for the first paint.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from socialhub.live.feeds import (
        FeedAsk,
        FeedUpdate,
        Known,
        Page,
        around,
        first_page,
        last_page,
        newer_page,
        next_unread,
        older_page,
        refresh,
    )
    from socialhub.live.places import Places, read_places
    from socialhub.live.room import Room, RoomWish, read_room
    from socialhub.live.threads import Reading, Writing
    from socialhub.live.watcher import CacheTrouble, MentionsChanged, RoomChanged, Watcher

_HOMES: Final[dict[str, str]] = {
    **dict.fromkeys(["FeedAsk", "FeedUpdate", "Page", "around", "first_page", "last_page", "newer_page"], "feeds"),
    **dict.fromkeys(["Known", "next_unread", "older_page", "refresh"], "feeds"),
    **dict.fromkeys(["Places", "read_places"], "places"),
    **dict.fromkeys(["Room", "RoomWish", "read_room"], "room"),
    **dict.fromkeys(["Reading", "Writing"], "threads"),
    **dict.fromkeys(["CacheTrouble", "MentionsChanged", "RoomChanged", "Watcher"], "watcher"),
}

__all__ = [
    "CacheTrouble",
    "FeedAsk",
    "FeedUpdate",
    "Known",
    "MentionsChanged",
    "Page",
    "Places",
    "Reading",
    "Room",
    "RoomChanged",
    "RoomWish",
    "Watcher",
    "Writing",
    "around",
    "first_page",
    "last_page",
    "newer_page",
    "next_unread",
    "older_page",
    "read_places",
    "read_room",
    "refresh",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(name)
    value = getattr(import_module(f"socialhub.live.{_HOMES[name]}"), name)
    globals()[name] = value
    return value
