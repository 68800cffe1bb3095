"""The jobs that match the past of a topic again, as whoever asks for them or watches them sees them.

The work itself is in `rematch`, which needs the query language; this does not.
"""

from __future__ import annotations

from typing import Final

from socialhub.store import jobs
from socialhub.store.connection import Connection
from socialhub.store.jobs import Job

REMATCH: Final = "rematch"
"""The kind of job."""


def ask_rematch(db: Connection, topic: int, operator: str, now: int) -> int:
    """Ask for a topic's past; returns the job's number. One that is under way begins anew, paused or not."""
    (newest,) = db.execute("SELECT coalesce(max(id), 0) FROM mentions").fetchone()
    parameters = {"topic": topic, "until": int(newest)}
    before = next((job for job in unfinished_rematches(db) if job.parameters["topic"] == topic), None)
    if before is None:
        return jobs.add_job(db, REMATCH, parameters, operator, now)
    jobs.begin_anew(db, before.id, parameters, operator, now)
    return before.id


def unfinished_rematches(db: Connection) -> list[Job]:
    """The topics whose past is still being matched, or waits for it, oldest first."""
    return jobs.unfinished_jobs(db, REMATCH)


def last_rematches(db: Connection) -> dict[int, Job]:
    """The newest job of each topic (by its number), finished or not."""
    return {int(job.parameters["topic"]): job for job in jobs.jobs_of_kind(db, REMATCH)}


def seconds_left(job: Job) -> float | None:
    """How long the job will still take at its pace so far; None while that cannot be told."""
    active = float(job.progress.get("active", 0.0))
    return None if not job.done or active <= 0 else active * (job.total - job.done) / job.done
