"""The full-text index over our own fold. Written beside the rows in the same transaction, never by a trigger.

External content: a deletion must name the *old* values, before the row changes; issued after, it leaves ghosts that
`PRAGMA integrity_check` does not see (https://sqlite.org/fts5.html#external_content_tables).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from socialhub.store.connection import Connection


def insert(db: Connection, rows: Iterable[tuple[int, str, str, str]]) -> None:
    """Index (mention id, title words, body words, marks): the outputs of the fold."""
    db.executemany("INSERT INTO fts (rowid, title, body, marks) VALUES (?, ?, ?, ?)", rows)


def delete(db: Connection, mention: int, title: str, text: str) -> None:
    """Take a mention out of the index; `title` and `text` are what is still stored."""
    db.execute(
        "INSERT INTO fts (fts, rowid, title, body, marks)"
        " VALUES ('delete', ?, fold_words(?), fold_words(?), fold_marks(?, ?))",
        (mention, title, text, title, text),
    )


def is_sound(db: Connection) -> bool:
    """FTS5's own check of the index against the stored texts (needs a writing connection)."""
    try:
        db.execute("INSERT INTO fts (fts, rank) VALUES ('integrity-check', 1)")
    except sqlite3.DatabaseError:
        return False
    return True


def rebuild(db: Connection) -> None:
    """Make the index anew from the stored texts."""
    db.execute("INSERT INTO fts (fts) VALUES ('rebuild')")


def optimise(db: Connection) -> None:
    """Merge the index into one segment: what was deleted leaves the file."""
    db.execute("INSERT INTO fts (fts) VALUES ('optimize')")
