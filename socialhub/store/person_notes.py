"""What the room knows of a person beside their mentions: notes, exchanges with us, posts they passed on."""

from __future__ import annotations

from typing import Final

from socialhub.model import Person
from socialhub.records import dataclass
from socialhub.store.connection import Connection, next_revs
from socialhub.store.voices import first_arrival_since

NOTE: Final = "note"
EXCHANGE: Final = "exchange"


@dataclass(frozen=True, slots=True)
class PersonNote:
    """A note about a person, or an exchange with them (`kind`); `at` is ms UTC."""

    id: int
    at: int
    operator: str
    kind: str
    text: str


def add_person_note(db: Connection, person: int, note: PersonNote) -> int:
    """Write a note down, under its id when it has one (undo of a deletion); returns the id.

    Takes a `rev`, so that other screens look.
    """
    next_revs(db)
    number = db.execute(
        "INSERT INTO person_notes (id, person, at, operator, kind, text) VALUES (?, ?, ?, ?, ?, ?)",
        (note.id or None, person, note.at, note.operator, note.kind, note.text),
    ).lastrowid
    return int(number or 0)


def remove_person_note(db: Connection, note: int) -> bool:
    """Take a note away; False when it is gone already."""
    next_revs(db)
    return db.execute("DELETE FROM person_notes WHERE id = ?", (note,)).rowcount > 0


def notes_about(db: Connection, person: int) -> list[PersonNote]:
    """All notes and exchanges, the newest first."""
    rows = db.execute(
        "SELECT id, at, operator, kind, text FROM person_notes WHERE person = ? ORDER BY at DESC, id DESC", (person,)
    )
    return [PersonNote(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class Relay:
    """A post of somebody else that a person passed on at a moment (ms UTC)."""

    mention: int
    at: int
    author: str
    text: str


def relays_by(db: Connection, person: Person, since: int, limit: int) -> list[Relay]:
    """The posts of others that a person passed on since then, the newest first. Handles are meant as in `handle:`."""
    relays: list[Relay] = []
    for written in person.handles:
        handle = written.lower().lstrip("@")
        rows = db.execute(
            "SELECT r.mention, r.at, coalesce(nullif(m.author, ''), m.handle), coalesce(nullif(m.title, ''), m.text)"
            " FROM relays r JOIN mentions m ON m.id = r.mention WHERE r.mention >= :first AND r.at >= :since"
            " AND m.tombstone = '' AND (ltrim(lower(r.author), '@') = :handle"
            " OR substr(ltrim(lower(r.author), '@'), 1, :length) IN (:server, :domain))",
            {
                "first": first_arrival_since(db, since),
                "since": since,
                "handle": handle,
                "length": len(handle) + 1,
                "server": f"{handle}@",
                "domain": f"{handle}.",
            },
        )
        relays += [Relay(*row) for row in rows]
    return sorted({relay.mention: relay for relay in relays}.values(), key=lambda relay: -relay.at)[:limit]
