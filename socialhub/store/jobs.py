"""Bulk work as rows: asked for by anybody, done by the collector (or a command that holds its lock) in small chunks."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from socialhub.store.connection import Connection


@dataclass(frozen=True, slots=True)
class Job:
    """A piece of bulk work and how far it is. `progress` is where its runner goes on after an interruption."""

    id: int
    kind: str
    parameters: dict[str, Any]
    progress: dict[str, Any]
    state: str
    done: int
    total: int
    operator: str
    created: int
    ended: int | None
    error: str
    paused: bool = False


def _to_job(row: tuple[Any, ...]) -> Job:
    return Job(row[0], row[1], json.loads(row[2]), json.loads(row[3]), *row[4:])


_COLUMNS = "id, kind, parameters, progress, state, done, total, operator, created, ended, error, paused"


def add_job(db: Connection, kind: str, parameters: dict[str, Any], operator: str, now: int) -> int:
    """Ask for bulk work; returns its number."""
    number = db.execute(
        "INSERT INTO jobs (kind, parameters, operator, created) VALUES (?, ?, ?, ?)",
        (kind, json.dumps(parameters, ensure_ascii=False), operator, now),
    ).lastrowid
    return int(number or 0)


def next_job(db: Connection) -> Job | None:
    """The job to work on: one that was interrupted first, then the oldest waiting one; what is paused waits."""
    row = db.execute(
        f"SELECT {_COLUMNS} FROM jobs WHERE state IN ('running', 'waiting') AND NOT paused"  # noqa: S608
        " ORDER BY state, id LIMIT 1"
    ).fetchone()
    return _to_job(row) if row else None


def jobs_of_kind(db: Connection, kind: str) -> list[Job]:
    """All jobs of a kind, oldest first, those that are over too."""
    rows = db.execute(f"SELECT {_COLUMNS} FROM jobs WHERE kind = ? ORDER BY id", (kind,))  # noqa: S608
    return [_to_job(row) for row in rows]


def unfinished_jobs(db: Connection, kind: str) -> list[Job]:
    """The jobs of a kind that are under way or wait, oldest first, the paused ones too."""
    return [job for job in jobs_of_kind(db, kind) if job.ended is None]


def set_paused(db: Connection, number: int, *, paused: bool) -> bool:
    """Let an unfinished job wait, or go on; False when it is over or was so already."""
    changed = db.execute(
        "UPDATE jobs SET paused = ? WHERE id = ? AND paused <> ? AND state IN ('running', 'waiting')",
        (paused, number, paused),
    )
    return changed.rowcount > 0


def job_by_id(db: Connection, number: int) -> Job | None:
    """One job."""
    row = db.execute(f"SELECT {_COLUMNS} FROM jobs WHERE id = ?", (number,)).fetchone()  # noqa: S608
    return _to_job(row) if row else None


def replace_parameters(db: Connection, number: int, parameters: dict[str, Any]) -> None:
    """Put other parameters in the place of a job's own."""
    db.execute("UPDATE jobs SET parameters = ? WHERE id = ?", (json.dumps(parameters, ensure_ascii=False), number))


def begin_anew(db: Connection, number: int, parameters: dict[str, Any], operator: str, now: int) -> None:
    """Let an unfinished job start from its beginning, with other parameters; it does not stay paused."""
    db.execute(
        "UPDATE jobs SET state = 'waiting', parameters = ?, progress = '{}', done = 0, total = 0, paused = 0,"
        " operator = ?, created = ? WHERE id = ?",
        (json.dumps(parameters, ensure_ascii=False), operator, now, number),
    )


def note_progress(db: Connection, number: int, done: int, total: int, progress: dict[str, Any]) -> None:
    """A chunk was done; committed with the chunk itself."""
    db.execute(
        "UPDATE jobs SET state = 'running', done = ?, total = ?, progress = ? WHERE id = ?",
        (done, total, json.dumps(progress, ensure_ascii=False), number),
    )


def finish_job(db: Connection, number: int, now: int, error: str = "") -> None:
    """The work is done, or failed with a sentence."""
    db.execute(
        "UPDATE jobs SET state = ?, ended = ?, error = ? WHERE id = ?",
        ("failed" if error else "done", now, error, number),
    )
