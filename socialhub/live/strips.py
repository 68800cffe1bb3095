"""The strips of all sources, kept up to date: after the first look only the quarters are read that may have changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from socialhub.model import SourceRow
from socialhub.polled import Heard, Slot, heard_of, slot_start, strip_from
from socialhub.store.connection import Connection
from socialhub.store.poll_slots import slots_from


class Strips:
    """Of one cache; another file needs another one."""

    def __init__(self) -> None:
        self._slots: dict[int, dict[int, Slot]] = {}
        self._heard: dict[int, Heard] = {}
        self._read_at: int | None = None

    def read(self, db: Connection, sources: Sequence[SourceRow], now: int) -> Mapping[int, Heard]:
        """How each of these sources was heard until `now` (ms UTC), by its number."""
        fresh = self._read_at is None or now < self._read_at
        if fresh:
            self._slots.clear()
        start = strip_from(now) if self._read_at is None or fresh else slot_start(self._read_at)
        moved = fresh or slot_start(now) != start
        self._read_at = now
        news = slots_from(db, start)
        told: dict[int, Heard] = {}
        for row in sources:
            known = self._slots.setdefault(row.number, {})
            new = news.get(row.number, {})
            if moved or row.number not in self._heard or any(known.get(slot) != value for slot, value in new.items()):
                known.update(new)
                for slot in [slot for slot in known if slot < strip_from(now)]:
                    del known[slot]
                self._heard[row.number] = heard_of(known, now, row)
            told[row.number] = self._heard[row.number]
        return told
