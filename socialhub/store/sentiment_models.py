"""The models adapted to this room: kept with what was measured of them; one at most is in force, or the shipped one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from socialhub.store.connection import Connection


@dataclass(frozen=True, slots=True)
class AdaptedModel:
    """Weights adapted from those named `base`, when (ms UTC) and by whom; `report` is what was measured of them."""

    id: int
    name: str
    base: str
    made: int
    operator: str
    report: Mapping[str, Any]
    weights: bytes


def own_texts(db: Connection, most: int) -> list[tuple[str, str, str]]:
    """(title, text, language) of the newest mentions of any topic, each story once."""
    return db.execute(
        "SELECT title, text, lang FROM mentions m WHERE tombstone = '' AND story = id"
        " AND EXISTS (SELECT 1 FROM mention_topics WHERE mention = m.id) ORDER BY id DESC LIMIT ?",
        (most,),
    ).fetchall()


def next_name(db: Connection, base: str) -> str:
    """What the next model adapted from `base` will be called."""
    (number,) = db.execute("SELECT coalesce(max(id), 0) + 1 FROM sentiment_models").fetchone()
    return f"{base}+{number}"


def add_model(
    db: Connection, name: str, base: str, operator: str, now: int, report: Mapping[str, Any], weights: bytes
) -> None:
    """Keep a model and put it in force. Which one was in force before is kept for `undo`."""
    number = db.execute(
        "INSERT INTO sentiment_models (name, base, before, made, operator, report, weights)"
        " VALUES (?, ?, (SELECT id FROM sentiment_models WHERE active), ?, ?, ?, ?)",
        (name, base, now, operator, json.dumps(report, sort_keys=True), weights),
    ).lastrowid
    _put_in_force(db, number)


def undo(db: Connection) -> tuple[str, str | None] | None:
    """Go back to the model that was in force before; (the one left, that one's name, None: as shipped) or None."""
    row = db.execute("SELECT name, before FROM sentiment_models WHERE active").fetchone()
    if row is None:
        return None
    name, before = row
    _put_in_force(db, before)
    earlier = db.execute("SELECT name FROM sentiment_models WHERE active").fetchone()
    return name, earlier[0] if earlier else None


def in_force(db: Connection) -> AdaptedModel | None:
    """The adapted model in force."""
    row = db.execute(
        "SELECT id, name, base, made, operator, report, weights FROM sentiment_models WHERE active"
    ).fetchone()
    if row is None:
        return None
    number, name, base, made, operator, report, weights = row
    return AdaptedModel(number, name, base, made, operator, json.loads(report), weights)


def number_in_force(db: Connection) -> int | None:
    """The number of the model in force: what a collector looks at to notice another."""
    row = db.execute("SELECT id FROM sentiment_models WHERE active").fetchone()
    return int(row[0]) if row else None


def _put_in_force(db: Connection, number: int | None) -> None:
    db.execute("UPDATE sentiment_models SET active = (id IS ?) WHERE active OR id IS ?", (number, number))
