"""Bulk work in small chunks between the batches of the sources: purges, imports, looking for changed topics and for the
people of changed watchlists in the past, hiding the past of a mute, judging the past anew. All is resumable and tells
how far it is.

The collector runs it; a command runs it itself when it gets the collector's lock.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, tzinfo
from itertools import islice
from pathlib import Path
from typing import Any, Final

from socialhub.clock import Clock
from socialhub.collector.relabelling import Relabelling
from socialhub.errors import SourceError
from socialhub.model import Batch, Item
from socialhub.pipeline.ingest import Ingest, Ingested, Origin
from socialhub.pipeline.normalise import MAX_NAME
from socialhub.pipeline.normalise import line as clean_line
from socialhub.sources.exchange import BadLine, GoodLine, Line
from socialhub.sources.mention_files import BATCH_LINES, read_drafts
from socialhub.store import jobs as job_store
from socialhub.store import mentions as mentions_store
from socialhub.store import mutes as mute_store
from socialhub.store import people as people_store
from socialhub.store import privacy, rematch
from socialhub.store import sources as source_store
from socialhub.store.connection import Writer
from socialhub.store.jobs import Job
from socialhub.store.relabel import RELABEL
from socialhub.store.rematch_jobs import REMATCH

MOST_BAD_LINES: Final = 1000
"""Bad lines whose numbers and reasons are kept; the rest is only counted."""


class JobRunner:
    """Works on the jobs of one cache, a chunk a call."""

    def __init__(self, writer: Writer, ingest: Ingest, clock: Clock, zone: tzinfo = UTC) -> None:
        """`zone` is that of dates in files that name none."""
        self._writer, self._ingest, self._clock, self._zone = writer, ingest, clock, zone
        self._readers: dict[int, Iterator[Line]] = {}
        self._rematched: float | None = None
        self._pace = rematch.Pace()
        self._relabelling = Relabelling(writer, ingest)

    def step(self) -> Job | None:
        """Do the next chunk of the oldest unfinished job; returns the job as it is then, None when there is none."""
        job = job_store.next_job(self._writer.db)
        if job is None:
            return None
        if job.kind == "purge":
            self._purge(job)
        elif job.kind == people_store.REATTACH:
            self._reattach(job)
        elif job.kind == REMATCH:
            self._rematch(job)
        elif job.kind == RELABEL:
            if self._relabelling.step(job):
                self._finish(job)
        elif job.kind == mute_store.MUTE:
            self._mute(job)
        else:
            self._import(job)
        return job_store.job_by_id(self._writer.db, job.id)

    def _purge(self, job: Job) -> None:
        purge = privacy.Purge.from_parameters(job.parameters)
        total = job.total or privacy.count_doomed(self._writer.db, purge)
        with self._writer.transaction(durable=True) as db:
            purged = privacy.purge_chunk(db, purge)
            job_store.note_progress(db, job.id, job.done + purged.erased, total, {})
        if purged.erased:
            if purged.moved:
                self._ingest.stories.rename(purged.moved)
            return
        if purge.author:
            # The wish itself names the person; what stands in its place matches nothing, should we be interrupted.
            with self._writer.transaction(durable=True) as db:
                job_store.replace_parameters(db, job.id, privacy.Purge(older_than=0).to_parameters())
        # A person's purge must leave no trace in the file; the daily retention may reuse its pages.
        if job.operator and (job.done or purge.author):
            privacy.wipe_traces(self._writer)
        self._finish(job)

    def _reattach(self, job: Job) -> None:
        """Look for the people of the watchlists among the next stored mentions."""
        total = job.total or people_store.count_to_reattach(self._writer.db)
        self._ingest.people.apart = people_store.kept_apart(self._writer.db)
        with self._writer.transaction() as db:
            looked_at, last = people_store.reattach_chunk(db, self._ingest.people.find, job.progress.get("after", 0))
            job_store.note_progress(db, job.id, job.done + looked_at, total, {"after": last})
            if not looked_at:
                rematch.ask_after_people(db, self._clock.now())
        if not looked_at:
            self._finish(job)

    def _rematch(self, job: Job) -> None:
        """Match the next stored mentions against a topic."""
        before, self._rematched = self._rematched, time.monotonic()
        chunk = rematch.find_chunk(self._writer.db, job, self._zone, self._clock.now(), self._pace)
        if chunk is None:
            self._finish(job)
            return
        active = self._rematched - before if before is not None else 0.0
        with self._writer.transaction() as db:
            rematch.store_chunk(db, job, chunk, active)
            # What one topic is told may depend on which others a mention names.
            self._relabelling.judge_again(db, [*chunk.added, *chunk.removed])
        self._pace.note(time.monotonic() - self._rematched)

    def _mute(self, job: Job) -> None:
        """Hide the next older mentions that a mute hides; `done` and `total` count those looked through."""
        below, now = job.progress.get("below"), self._clock.now()
        total = job.total or mentions_store.newest_id(self._writer.db)
        with self._writer.transaction() as db:
            below = mute_store.mute_chunk(db, job.parameters["mute"], below, now, self._zone)
            done = max(job.done, total - below)
            job_store.note_progress(db, job.id, done, total, {"below": below})
        if not below:
            self._finish(job)

    def _import(self, job: Job) -> None:
        """Import the next lines of a file; after an interruption the file is read from its start, harmlessly."""
        try:
            reader = self._readers.get(job.id) or self._open(job)
            lines = list(islice(reader, BATCH_LINES))
        except SourceError as error:
            self._finish(job, error.reason.to_json())
            return
        bad = [{"line": line.number, "why": line.reason.to_json()} for line in lines if isinstance(line, BadLine)]
        outcome = self._store_lines(job, [line for line in lines if isinstance(line, GoodLine)])
        progress: dict[str, Any] = {
            "bad": (job.progress.get("bad", []) + bad)[:MOST_BAD_LINES],
            "bad_lines": job.progress.get("bad_lines", 0) + len(bad),
            "new": job.progress.get("new", 0) + outcome.new,
            "edited": job.progress.get("edited", 0) + outcome.edited,
        }
        with self._writer.transaction() as db:
            job_store.note_progress(db, job.id, job.done + len(lines), 0, progress)
        if len(lines) < BATCH_LINES:
            self._readers.pop(job.id, None)
            self._finish(job)

    def _open(self, job: Job) -> Iterator[Line]:
        if job.done:
            with self._writer.transaction() as db:
                job_store.note_progress(db, job.id, 0, 0, {})
        reader = read_drafts(Path(job.parameters["path"]), zone=self._zone, source=job.parameters.get("source", ""))
        self._readers[job.id] = reader
        return reader

    def _store_lines(self, job: Job, lines: list[GoodLine]) -> Ingested:
        """Store lines by the source they name: under that name with `restore`, else as "import:<name>"."""
        by_source: dict[str, list[Item]] = {}
        for line in lines:
            by_source.setdefault(line.source, []).append(line.item)
        outcome = Ingested()
        for name, items in by_source.items():
            stored_as = self._stored_name(clean_line(name, MAX_NAME), restore=bool(job.parameters.get("restore")))
            with self._writer.transaction() as db:
                number = source_store.ensure_source(db, stored_as, "import")
            origin = Origin(number, stored_as, "import", asked_again=False)
            outcome.add(self._ingest.store(origin, Batch(items), scheduled=False))
        return outcome

    def _stored_name(self, name: str, *, restore: bool) -> str:
        live = {row.name for row in source_store.source_rows(self._writer.db)}
        return f"import:{name}" if name in live and not restore else name

    def _finish(self, job: Job, error: str = "") -> None:
        with self._writer.transaction(durable=True) as db:
            job_store.finish_job(db, job.id, self._clock.now(), error)
