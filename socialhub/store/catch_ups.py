"""Stretches in which a source was not heard, and how far what it said then was fetched later.

One that is through counts as listened to, but for what is out of reach: for the curves at once, for detection once it
has looked back on it. What is out of reach does not, also where the source answered all the time and showed less than
was said.
"""

from __future__ import annotations

from typing import Any, Final

from socialhub.clock import DAY, MINUTE
from socialhub.gaps import CatchUp
from socialhub.store.connection import Connection
from socialhub.volumes import Span

TOGETHER: Final = 10 * MINUTE
"""Detection looks back once no source is behind any more, or so long after one has caught up."""
KEPT_FOR: Final = 62 * DAY
"""Longer than detection looks back for."""
_COLUMNS: Final = "id, source, since, until, low, high, stored, hole, ended, looked"


def _read(db: Connection, condition: str, *values: Any) -> list[CatchUp]:
    rows = db.execute(f"SELECT {_COLUMNS} FROM catch_ups WHERE {condition}", values)  # noqa: S608
    return [CatchUp(*row) for row in rows]


def open_catch_up(db: Connection, source: int) -> CatchUp | None:
    """What the source is catching up."""
    return next(iter(_read(db, "source = ? AND ended IS NULL", source)), None)


def begin_catch_up(db: Connection, source: int, since: int, until: int) -> None:
    """The source was not heard from `since` to `until`; what it was catching up before goes on in this."""
    db.execute("DELETE FROM catch_ups WHERE source = ? AND until < ?", (source, until - KEPT_FOR))
    db.execute(
        "INSERT INTO catch_ups (source, since, until) VALUES (?1, ?2, ?3) ON CONFLICT (source) WHERE ended IS NULL"
        " DO UPDATE SET until = max(until, excluded.until)",
        (source, since, until),
    )


def note_progress(db: Connection, gap: CatchUp) -> None:
    """How far it is."""
    db.execute(
        "UPDATE catch_ups SET low = ?, high = ?, stored = ?, hole = ? WHERE id = ?",
        (gap.low, gap.high, gap.stored, gap.hole, gap.number),
    )


def end_catch_up(db: Connection, number: int, now: int) -> None:
    """It is through."""
    db.execute("UPDATE catch_ups SET ended = ? WHERE id = ? AND ended IS NULL", (now, number))


def end_loss(db: Connection, number: int, now: int) -> None:
    """It was heard all the time, but showed less than was said: what is out of reach is all there was to catch up.

    What it did show came in time, and was looked at in its minute.
    """
    db.execute(
        "UPDATE catch_ups SET until = coalesce(hole, since), ended = ?1, looked = ?1 WHERE id = ?2", (now, number)
    )


def lose_all(db: Connection, source: int, now: int) -> None:
    """Nothing of what the source is catching up can be asked for: it is out of reach, all of it."""
    db.execute(
        "UPDATE catch_ups SET hole = until, ended = ?1, looked = ?1 WHERE source = ?2 AND ended IS NULL", (now, source)
    )


def latest_catch_ups(db: Connection) -> dict[int, CatchUp]:
    """By source: what it is catching up, or else what it could not catch up the last time."""
    told = _read(
        db,
        "id IN (SELECT max(id) FROM catch_ups WHERE ended IS NULL OR hole IS NOT NULL GROUP BY source)",
    )
    return {gap.source: gap for gap in told}


def to_look_at(db: Connection, now: int) -> list[CatchUp]:
    """What was caught up and detection has not looked at; nothing while other sources are about to be through."""
    found = _read(db, "ended IS NOT NULL AND looked IS NULL")
    behind = db.execute("SELECT 1 FROM catch_ups WHERE ended IS NULL LIMIT 1").fetchone() is not None
    if behind and all(0 <= now - (gap.ended or 0) < TOGETHER for gap in found):
        return []
    return found


def note_looked(db: Connection, gaps: list[CatchUp], now: int) -> None:
    """Detection has looked at these: they count as listened to from now on."""
    db.executemany("UPDATE catch_ups SET looked = ? WHERE id = ?", [(now, gap.number) for gap in gaps])


def gaps_in(db: Connection, start: int, end: int) -> dict[int, list[tuple[int, int]]]:
    """By source when it was not heard within [start, end), whatever of it was caught up."""
    gaps: dict[int, list[tuple[int, int]]] = {}
    for gap in _read(db, "until > ? AND since < ?", start, end):
        gaps.setdefault(gap.source, []).append((gap.since, gap.until))
    return gaps


def caught_spans(db: Connection, start: int, end: int, *, unlooked: bool) -> list[tuple[int, int, int]]:
    """(source, from, to) of what was caught up within [start, end); what was not looked at yet if that is asked for."""
    condition = "until > ? AND since < ? AND ended IS NOT NULL AND (hole IS NULL OR hole < until)"
    if not unlooked:
        condition += " AND looked IS NOT NULL"
    spans = [(gap.source, *gap.known) for gap in _read(db, condition, start, end)]
    return [(source, max(low, start), min(high, end)) for source, low, high in spans if low < min(high, end)]


def lost_spans(db: Connection, start: int, end: int) -> dict[int, list[Span]]:
    """By source what it said within [start, end) and nobody can know any more, in order."""
    # Sorted here: for an order of its own SQLite would read another index, and all of it.
    rows = db.execute(
        "SELECT source, since, min(hole, until) FROM catch_ups"
        " WHERE until > ?1 AND since < ?2 AND hole > since AND hole > ?1",
        (start, end),
    ).fetchall()
    lost: dict[int, list[Span]] = {}
    for source, low, high in sorted(rows):
        lost.setdefault(source, []).append((low, high))
    return lost
