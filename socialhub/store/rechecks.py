"""Which stored posts of a source are asked for again: the newest, and of all others the next in turn.

How far the turn has come is kept from one run of the collector to the next. What was taken away for a while
(gone_words.PASSING) is asked for as well: it may be shown again.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from socialhub.gone_words import PASSING
from socialhub.recalled import Recalled
from socialhub.store.connection import Connection

_LOOKED_AT: Final = 10
"""So many times the posts that are wanted are looked at: behind them history that came late may be old."""
IN_VAIN: Final = 3
"""So often a turn is tried before its posts wait for the next time round: one may spoil the answer for all."""
_STANDING: Final = json.dumps(["", *PASSING])

NEXT: Final = (
    "SELECT id, native_id FROM mentions INDEXED BY mentions_by_source WHERE source = ? AND id > ?"
    " AND tombstone IN (SELECT value FROM json_each(?)) ORDER BY id LIMIT ?"
)
"""(source, behind, reasons, most): reads as many rows as it gives, and those that are gone between them."""


@dataclass(frozen=True, slots=True)
class Turn:
    """The ids to ask for, and behind which mention the next turn begins."""

    native_ids: list[str]
    behind: int


def take_turn(db: Connection, source: int, since: int, newest: int, others: int) -> Turn:
    """The `newest` posts published from `since` on (ms UTC), and `others` that come next, the oldest first."""
    recent = db.execute(
        "SELECT native_id FROM (SELECT id, native_id, published, tombstone FROM mentions WHERE source = ?"
        " ORDER BY id DESC LIMIT ?) WHERE published >= ? AND tombstone = '' ORDER BY id DESC LIMIT ?",
        (source, newest * _LOOKED_AT, since, newest),
    )
    wanted = dict.fromkeys(native for (native,) in recent)
    behind = _behind(db, source)
    rows = _next(db, source, behind, others)
    if len(rows) < others and behind:
        rows += [row for row in _next(db, source, 0, others - len(rows)) if row[0] <= behind]
    wanted |= dict.fromkeys(native for _mention, native in rows)
    return Turn(list(wanted), rows[-1][0] if rows else 0)


def _next(db: Connection, source: int, behind: int, most: int) -> list[tuple[int, str]]:
    """(mention, native id) of what still stands, by the index of sources: it is in the order of ids."""
    return db.execute(NEXT, (source, behind, _STANDING, most)).fetchall()


def note_turn(db: Connection, source: int, turn: Turn) -> None:
    """The turn was answered: the next one begins behind it."""
    db.executemany(
        "INSERT INTO facts (name, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
        [(_fact(source), turn.behind), (_vain_fact(source), 0)],
    )


def note_vain(db: Connection, source: int, turn: Turn) -> None:
    """The turn failed, perhaps for one of its posts: after so many times the others are gone on with."""
    row = db.execute(
        "INSERT INTO facts (name, value) VALUES (?, 1) ON CONFLICT DO UPDATE SET value = value + 1 RETURNING value",
        (_vain_fact(source),),
    ).fetchone()
    if int(row[0]) >= IN_VAIN:
        note_turn(db, source, turn)


def recall(db: Connection, source: int, native_ids: Sequence[str]) -> dict[str, Recalled]:
    """What is stored of these posts, as this source gave them, by native id; of others nothing."""
    rows = db.execute(
        "SELECT g.native_id, m.kind, m.parent_id, m.handle, m.tombstone FROM sightings g"
        " JOIN mentions m ON m.id = g.mention"
        " WHERE g.source = ? AND g.native_id IN (SELECT value FROM json_each(?))",
        (source, json.dumps(list(native_ids))),
    )
    return {native: Recalled(*told) for native, *told in rows}


def _behind(db: Connection, source: int) -> int:
    row = db.execute("SELECT value FROM facts WHERE name = ?", (_fact(source),)).fetchone()
    return int(row[0]) if row else 0


def _vain_fact(source: int) -> str:
    return f"asked again in vain: {source}"


def _fact(source: int) -> str:
    return f"asked again: {source}"
