"""Who collects and whether it lives: up-times kept from the first day, one heartbeat row per run."""

from __future__ import annotations

from typing import Final

from socialhub.clock import SECOND
from socialhub.model import CollectorState
from socialhub.store.connection import Connection

BEAT_EVERY: Final = 2 * SECOND
STUCK_AFTER: Final = 30 * SECOND
"""Without a heartbeat for this long (real time) a collector that holds the lock counts as stuck."""


def begin(db: Connection, pid: int, host: str, now: int, config_hash: str, version: str) -> int:
    """A collector starts; returns its run's number."""
    db.execute("UPDATE collectors SET ended = beat WHERE ended IS NULL")
    run = db.execute(
        "INSERT INTO collectors (pid, host, started, beat, config_hash, version) VALUES (?, ?, ?, ?, ?, ?)",
        (pid, host, now, now, config_hash, version),
    ).lastrowid
    return int(run or 0)


def beat(db: Connection, run: int, now: int) -> None:
    """The collector lives."""
    db.execute("UPDATE collectors SET beat = ? WHERE id = ?", (now, run))


def end(db: Connection, run: int, now: int) -> None:
    """The collector ends in order."""
    db.execute("UPDATE collectors SET beat = ?, ended = ? WHERE id = ?", (now, now, run))
    db.execute("UPDATE sources SET connected = 0")


def latest(db: Connection) -> CollectorState | None:
    """The newest run, living or not."""
    row = db.execute(
        "SELECT pid, host, started, beat, ended, config_hash, version FROM collectors ORDER BY id DESC LIMIT 1"
    ).fetchone()
    return CollectorState(*row) if row else None


def uptime(db: Connection, start: int, end_time: int) -> list[tuple[int, int]]:
    """(start, end) spans within the window in which a collector ran."""
    return [
        (max(start, begun), min(end_time, last))
        for begun, last in db.execute(
            "SELECT started, beat FROM collectors WHERE beat >= ? AND started < ? ORDER BY started", (start, end_time)
        )
    ]
