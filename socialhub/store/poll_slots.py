"""How sources were heard in each quarter of an hour: what the strip of a day is drawn from. Two days are kept."""

from __future__ import annotations

from typing import Final

from socialhub.clock import DAY
from socialhub.polled import SLOT, Slot, slot_start
from socialhub.store.connection import Connection
from socialhub.store.tables.polling import SLOTS_SO_FAR

KEPT_FOR: Final = 2 * DAY


def begin_slot(db: Connection, now: int) -> None:
    """Somebody collects in the quarter of an hour of `now` (ms UTC); what is too old to be shown is forgotten."""
    db.execute(
        "INSERT INTO poll_slots (slot, source, paused) SELECT ?, id, state = 'paused' FROM sources WHERE configured"
        " ON CONFLICT DO UPDATE SET paused = max(paused, excluded.paused)",
        (slot_start(now),),
    )
    db.execute("DELETE FROM poll_slots WHERE slot < ?", (now - KEPT_FOR,))


def add_to_slot(
    db: Connection,
    source: int,
    now: int,
    *,
    heard: int = 0,
    stored: int = 0,
    slow: int = 0,
    failed: int = 0,
    paused: bool = False,
) -> None:
    """So much happened to a source at `now` (ms UTC)."""
    db.execute(
        "INSERT INTO poll_slots (slot, source, heard, stored, slow, failed, paused) VALUES (?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT DO UPDATE SET heard = heard + excluded.heard, stored = stored + excluded.stored,"
        " slow = slow + excluded.slow, failed = failed + excluded.failed, paused = max(paused, excluded.paused)",
        (slot_start(now), source, heard, stored, slow, failed, int(paused)),
    )


def slots_from(db: Connection, start: int) -> dict[int, dict[int, Slot]]:
    """The quarters that begin at `start` (ms UTC) or later, by source and by their beginning."""
    found: dict[int, dict[int, Slot]] = {}
    for slot, source, heard, stored, slow, failed, paused in db.execute(
        "SELECT slot, source, heard, stored, slow, failed, paused FROM poll_slots WHERE slot >= ?", (start,)
    ):
        found.setdefault(source, {})[slot] = Slot(heard, stored, slow, failed, bool(paused))
    return found


def fill_from_spans(db: Connection) -> None:
    """The quarters of the last two days out of the spans of coverage, where a past is written that nobody collected."""
    db.execute(SLOTS_SO_FAR, {"length": SLOT, "kept": KEPT_FOR})
