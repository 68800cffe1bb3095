"""The past judged anew after a change of model: which mentions, what becomes of their labels, how far it is.

A chunk first reads (whoever works on jobs is the only writer of mentions), then writes labels, models, counts and
revisions in one transaction. Corrections stand; what the judge says now is kept beside them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from socialhub.model import PRECISE, Verdict, judged_precisely
from socialhub.store import jobs
from socialhub.store.connection import Connection
from socialhub.store.counts import CountDelta
from socialhub.store.jobs import Job
from socialhub.store.labels import Label, label_of, labelled, note_judged, write_labels
from socialhub.store.marks import touch
from socialhub.store.schema import ALL_TOPICS, FACET_INDEX

RELABEL: Final = "relabel"
"""The kind of job."""
_SAMPLED: Final = 200
"""Mentions looked at, evenly chosen, to tell which model most of a cache carries."""
_LONGEST_GAP: Final = 5.0
"""Seconds between two chunks beyond which nobody was working."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What judging needs of a stored mention; repeats share an `exact_key`."""

    id: int
    exact_key: int
    title: str
    text: str
    lang: str
    rating: float | None
    topics: tuple[int, ...]
    model: str


@dataclass(frozen=True, slots=True)
class Judged:
    """What the judge says of a mention now."""

    mention: int
    general: Verdict
    by_topic: Mapping[int, Verdict]
    model: str


# ---- asking for it -----------------------------------------------------------------------------------------------


def ask_relabel(db: Connection, model: str, operator: str, now: int, *, everything: bool = False) -> int:
    """Ask for the past to be judged by `model`; returns the job's number. One that is under way begins anew.

    What that model or a precise one has judged already is left out unless `everything` is to be judged.
    """
    (newest,) = db.execute("SELECT coalesce(max(id), 0) FROM mentions").fetchone()
    parameters = {"model": model, "until": int(newest), "everything": everything}
    before = next(iter(jobs.unfinished_jobs(db, RELABEL)), None)
    if before is None:
        return jobs.add_job(db, RELABEL, parameters, operator, now)
    jobs.begin_anew(db, before.id, parameters, operator, now)
    return before.id


def ask_if_outdated(db: Connection, model: str, now: int) -> bool:
    """Ask for it where most of the cache was judged by another model, or where it is being judged by another."""
    under_way = next(iter(jobs.unfinished_jobs(db, RELABEL)), None)
    if under_way is not None:
        outdated = bool(under_way.parameters["model"] != model)
    else:
        models = _sampled_models(db)
        outdated = sum(each != model and not judged_precisely(each) for each in models) * 2 > len(models)
    if outdated:
        ask_relabel(db, model, "", now)
    return outdated


def _sampled_models(db: Connection) -> list[str]:
    oldest, newest = db.execute("SELECT coalesce(min(id), 1), coalesce(max(id), 0) FROM mentions").fetchone()
    step = max(1, (newest - oldest + 1) // _SAMPLED)
    found = []
    for wanted in range(oldest, newest + 1, step):
        row = db.execute(
            "SELECT model FROM mentions WHERE id >= ? AND id < ? AND tombstone = '' ORDER BY id LIMIT 1",
            (wanted, wanted + step),
        ).fetchone()
        found += [row[0]] if row else []
    return found


def judged_by(db: Connection) -> dict[str, int]:
    """How many mentions each model judged, the busiest first; "" for those that nobody judged. Reads an index whole."""
    return dict(
        db.execute(
            f"SELECT model, count(*) FROM mentions INDEXED BY {FACET_INDEX} WHERE tombstone = ''"  # noqa: S608
            " GROUP BY model ORDER BY 2 DESC, 1"
        )
    )


# ---- a chunk -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Chunk:
    """The mentions to judge among those with low < id <= high."""

    low: int
    high: int
    mentions: list[Stored]


def next_chunk(db: Connection, job: Job, model: str, most: int, stretch: int) -> Chunk | None:
    """Up to `most` mentions to judge among the next `stretch` ids; None when nothing is left."""
    (oldest,) = db.execute("SELECT coalesce(min(id), 1) FROM mentions").fetchone()
    low, until = max(int(job.progress.get("after", 0)), int(oldest) - 1), int(job.parameters["until"])
    if low >= until:
        return None
    high = min(until, low + stretch)
    ids = [
        mention
        for (mention,) in db.execute(
            f"SELECT id FROM mentions INDEXED BY {FACET_INDEX} WHERE tombstone = '' AND id > :low AND id <= :high"  # noqa: S608
            " AND (:everything OR model <> :model AND model NOT GLOB :precise) ORDER BY id LIMIT :most",
            {
                "precise": f"{PRECISE}*",
                "low": low,
                "high": high,
                "everything": job.parameters["everything"],
                "model": model,
                "most": most,
            },
        )
    ]
    return Chunk(low, ids[-1] if len(ids) == most else high, stored(db, ids))


def stored(db: Connection, mentions: Sequence[int]) -> list[Stored]:
    """These mentions as judging needs them; those that are gone or were taken back are missing."""
    marks = ",".join(str(int(mention)) for mention in mentions)
    rows = db.execute(
        "SELECT m.id, m.exact_key, m.title, m.text, m.lang, m.rating, m.model,"  # noqa: S608
        " (SELECT group_concat(topic) FROM mention_topics WHERE mention = m.id)"
        f" FROM mentions m WHERE m.id IN ({marks}) AND m.tombstone = '' ORDER BY m.id"
    )
    return [
        Stored(mention, key, title, text, lang, rating, tuple(map(int, topics.split(","))) if topics else (), model)
        for mention, key, title, text, lang, rating, model, topics in rows
    ]


def write_judged(db: Connection, judged: Sequence[Judged]) -> int:
    """Give mentions what the judge says of them now, inside the caller's transaction; returns how many changed."""
    said = {each.mention: each for each in judged}
    delta, changed = CountDelta(), []
    for mention in labelled(db, list(said)):
        now = said[mention.id]
        general: Label = label_of(now.general, own=False)
        own = {topic: label_of(verdict) for topic, verdict in now.by_topic.items()}
        if write_labels(db, mention, general, own, mention.fixed, delta):
            changed.append(mention.id)
        if mention.fixed:
            note_judged(db, mention.id, {ALL_TOPICS: general, **own}, mention.fixed)
        if mention.model != now.model:
            db.execute("UPDATE mentions SET model = ? WHERE id = ?", (now.model, mention.id))
    delta.apply(db)
    touch(db, changed)
    return len(changed)


def store_chunk(db: Connection, job: Job, chunk: Chunk, judged: Sequence[Judged], active: float) -> None:
    """Write what was judged of a chunk and how far the job is, inside the caller's transaction.

    Where time ran out before its end the next goes on from there. `active` is seconds since the chunk before.
    """
    changed, before = write_judged(db, judged), job.progress
    first = int(before.get("first", chunk.low))
    high = judged[-1].mention if len(judged) < len(chunk.mentions) else chunk.high
    progress = {
        "first": first,
        "after": high,
        "judged": before.get("judged", 0) + len(judged),
        "changed": before.get("changed", 0) + changed,
        "active": round(before.get("active", 0.0) + min(active, _LONGEST_GAP), 3),
    }
    jobs.note_progress(db, job.id, high - first, int(job.parameters["until"]) - first, progress)
