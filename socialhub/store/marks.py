"""Read and unread, per operator: a line below which everything is read, and exceptions on both sides of it."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence

from socialhub.store.connection import Connection, next_revs


def set_read(db: Connection, operator: str, mentions: Sequence[int], *, read: bool) -> None:
    """Mark mentions as read or unread by an operator; the next `rev` tells the other screens."""
    db.executemany(
        "INSERT INTO read_marks (operator, mention, read) VALUES (?, ?, ?)"
        " ON CONFLICT DO UPDATE SET read = excluded.read",
        [(operator, mention, int(read)) for mention in mentions],
    )
    touch(db, mentions)


def touch(db: Connection, mentions: Iterable[int]) -> None:
    """Let mentions take the next revisions, so that every console reads them again."""
    ids = list(mentions)
    if ids:
        rev = next_revs(db, len(ids))
        db.executemany("UPDATE mentions SET rev = ? WHERE id = ?", [(rev + n, id_) for n, id_ in enumerate(ids)])


def note_erased(db: Connection) -> None:
    """Mentions are gone for good: what is not there takes no revision, so that the cache remembers when."""
    db.execute("INSERT OR REPLACE INTO facts (name, value) VALUES ('erased', ?)", (next_revs(db),))


def erased_of(db: Connection, mentions: Collection[int], rev: int) -> set[int]:
    """Those of these mentions that are not there any more, where something was erased after revision `rev`."""
    if db.execute("SELECT 1 FROM facts WHERE name = 'erased' AND value > ?", (rev,)).fetchone() is None:
        return set()
    listed = json.dumps(list(mentions))
    left = db.execute("SELECT id FROM mentions WHERE id IN (SELECT value FROM json_each(?))", (listed,))
    return set(mentions) - {mention for (mention,) in left}


def read_below(db: Connection, operator: str) -> int:
    """Mentions with a smaller id are read unless marked otherwise."""
    row = db.execute("SELECT read_below FROM operators WHERE name = ?", (operator,)).fetchone()
    return int(row[0]) if row else 0


def set_read_below(db: Connection, operator: str, mention: int) -> int:
    """Everything that arrived before `mention` is read; returns the line as it was (for undo).

    Takes a `rev`, so that other screens look and find the line moved.
    """
    before = read_below(db, operator)
    next_revs(db)
    db.execute(
        "INSERT INTO operators (name, read_below) VALUES (?, ?)"
        " ON CONFLICT DO UPDATE SET read_below = excluded.read_below",
        (operator, mention),
    )
    return before


def meet_operator(db: Connection, operator: str, newest: int) -> None:
    """The first time an operator comes, what is already there counts as read: nobody starts with a million unread."""
    db.execute("INSERT OR IGNORE INTO operators (name, read_below) VALUES (?, ?)", (operator, newest + 1))
