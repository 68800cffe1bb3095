"""Is the cache sound, and making it so: SQLite's check, FTS5's own check, orphans, counts."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from socialhub.store import counts, fts, metrics, schema
from socialhub.store.connection import Connection, Writer, explained

FIXED_SQLITE: Final = ((3, 51, 3), (3, 50, 7), (3, 44, 6))
"""The first releases of their lines that cannot corrupt a WAL when checkpoints and writers race."""


@dataclass(frozen=True, slots=True)
class Soundness:
    """The findings; all True is a sound cache. `detail` is SQLite's first complaint."""

    database: bool
    index: bool
    counts: bool
    detail: str = ""

    @property
    def ok(self) -> bool:
        """Whether nothing was found."""
        return self.database and self.index and self.counts


def sqlite_is_fixed(version: tuple[int, ...] = sqlite3.sqlite_version_info) -> bool:
    """Whether this SQLite is free of the WAL race (our locks avoid it in any case)."""
    if version >= FIXED_SQLITE[0]:
        return True
    return any(version[:2] == fixed[:2] and version >= fixed for fixed in FIXED_SQLITE)


def sqlite_version() -> str:
    """The SQLite in use."""
    return sqlite3.sqlite_version


def check(writer: Writer) -> Soundness:
    """Examine the whole cache; takes seconds a million mentions."""
    with explained(writer.path):
        (detail,) = writer.db.execute("PRAGMA integrity_check(1)").fetchone()
        with writer.transaction() as db:
            index = fts.is_sound(db)
            agree = counts_agree(db)
    return Soundness(detail == "ok", index, agree, "" if detail == "ok" else str(detail))


def counts_agree(db: Connection) -> bool:
    """Whether minutes and hours tell the same, and no count is below zero."""

    def total(table: str) -> int:
        return int(db.execute(f"SELECT coalesce(sum(mentions), 0) FROM {table}").fetchone()[0])  # noqa: S608

    (negative,) = db.execute(
        "SELECT (SELECT count(*) FROM counts WHERE mentions < 0 OR stories < 0)"
        " + (SELECT count(*) FROM place_counts WHERE mentions < 0)"
    ).fetchone()
    agree = total("counts") == total("hour_counts") and total("place_counts") == total("place_hour_counts")
    return agree and negative == 0 and metrics.hours_agree(db)


def repair(writer: Writer) -> Soundness:
    """Rebuild what can be rebuilt from what is stored: the index, the counts, dangling rows; returns the new findings.

    A file that SQLite itself calls damaged is rebuilt row by row into a new file by `salvage` instead.
    """
    with writer.transaction(durable=True) as db:
        for table in schema.MENTION_TABLES:
            db.execute(f"DELETE FROM {table} WHERE mention NOT IN (SELECT id FROM mentions)")  # noqa: S608
        fts.rebuild(db)
        counts.recount(db)
        metrics.add_up_anew(db)
    with explained(writer.path):
        writer.db.execute("REINDEX")
    return check(writer)


def salvage(damaged: Path, target: Path) -> int:
    """Copy every readable row of a damaged cache into the new cache `target`; returns how many mentions came over."""
    from socialhub.store.connection import connect, open_writer

    writer = open_writer(target)
    source = connect(damaged, read_only=True)
    try:
        tables = [
            name
            for (name,) in writer.db.execute(
                "SELECT name FROM sqlite_schema WHERE type = 'table'"
                " AND name NOT LIKE 'fts%' AND name NOT LIKE 'sqlite_%'"
            )
        ]
        with writer.transaction(durable=True) as db:
            for table in tables:
                _copy_rows(source, db, table)
            fts.rebuild(db)
            counts.recount(db)
            metrics.add_up_anew(db)
        return int(writer.db.execute("SELECT count(*) FROM mentions").fetchone()[0])
    finally:
        source.close()
        writer.close()


def _copy_rows(source: Connection, target: Connection, table: str) -> None:
    """Copy what can be read, from the start and, past the damage, from the end."""
    columns = [row[1] for row in target.execute(f"PRAGMA table_info({table})")]
    insert = f"INSERT OR REPLACE INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"  # noqa: S608
    has_rowid = (
        "WITHOUT ROWID"
        not in target.execute("SELECT sql FROM sqlite_schema WHERE name = ?", (table,)).fetchone()[0].upper()
    )
    for order in (" ORDER BY rowid", " ORDER BY rowid DESC") if has_rowid else ("",):
        try:
            for row in source.execute(f"SELECT {', '.join(columns)} FROM {table}{order}"):  # noqa: S608
                target.execute(insert, row)
        except sqlite3.DatabaseError:
            continue
        return
