"""How far the past of a topic is matched again, in words. Knows no terminal: the command line says the same."""

from __future__ import annotations

from socialhub.ages import duration
from socialhub.clock import MINUTE
from socialhub.i18n import _, number, percent
from socialhub.store.jobs import Job
from socialhub.store.rematch_jobs import seconds_left


def share_done(job: Job) -> float:
    """How much of the job is done, 0…1."""
    if job.state == "done":
        return 1.0
    return job.done / job.total if job.total else 0.0


def so_far(job: Job) -> str:
    """How far it is, what came and went, how long it still takes."""
    added, removed = job.progress.get("added", 0), job.progress.get("removed", 0)
    told = _("{share}, {added} more, {removed} fewer")
    words = told.format(share=percent(share_done(job)), added=number(added), removed=number(removed))
    left = time_left(job)
    return f"{words} · {left}" if left else words


def time_left(job: Job) -> str:
    """How long it will still take; "" when that cannot be told or does not matter."""
    if job.ended is not None:
        return ""
    if job.paused:
        return _("paused")
    seconds = seconds_left(job)
    if seconds is None:
        return ""
    if seconds * 1000 < MINUTE:
        return _("{count} s left").format(count=max(1, round(seconds)))
    return _("{time} left").format(time=duration(round(seconds * 1000)))
