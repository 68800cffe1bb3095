"""Engagement at set ages: which posts are followed, what was read when, what earlier posts had at the same age.

A row is planned with the moment it is `due` and filled when numbers are read near it; one that nobody filled in time
stays empty: a hole. Verdicts are stored as they were made, from what was known then.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from socialhub.paces import AGES, TOLERANCES, Snapshot
from socialhub.records import dataclass
from socialhub.store.connection import Connection, next_revs

MOST_ASKS = 2
"""How often a post that gives no answer is asked for at one age."""
_LONGEST = max(TOLERANCES.values())
_IN_TIME = "CASE e.age " + " ".join(f"WHEN {age} THEN {TOLERANCES[age]}" for age in AGES) + " ELSE 0 END"


def author_key(handle: str, author: str, site: str) -> int:
    """64 bits (signed) that name who wrote a post without saying it; 0 when nobody is named."""
    name = handle.lower() or (f"{author.lower()}\x1f{site.lower()}" if author else "")
    if not name:
        return 0
    digest = hashlib.blake2b(name.encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True) or 1


# ---- on the way in -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Post:
    """A stored mention as far as its engagement is concerned: when published (ms UTC), source (row), author (key)."""

    mention: int
    published: int
    source: int
    author: int


def post_of(db: Connection, mention: int) -> Post | None:
    """A mention that still stands."""
    row = db.execute(
        "SELECT published, source, handle, author, site FROM mentions WHERE id = ? AND tombstone = ''", (mention,)
    ).fetchone()
    return None if row is None else Post(mention, row[0], row[1], author_key(*row[2:]))


def may_be_followed(db: Connection, mention: int) -> bool:
    """Whether a stored post matched a topic, tells engagement, still stands, and is not followed yet."""
    row = db.execute(
        "SELECT 1 FROM mentions m WHERE m.id = ? AND m.tombstone = ''"
        " AND coalesce(m.likes, m.shares, m.replies) IS NOT NULL"
        " AND EXISTS (SELECT 1 FROM mention_topics WHERE mention = m.id)"
        " AND NOT EXISTS (SELECT 1 FROM engagement WHERE mention = m.id AND watched <> '')",
        (mention,),
    ).fetchone()
    return row is not None


def follow(db: Connection, post: Post, ages: Sequence[int], reason: str) -> None:
    """Plan snapshots of a post at these ages; numbers already met in passing stay."""
    db.executemany(
        "INSERT INTO engagement (mention, age, due, source, author, watched) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT DO UPDATE SET watched = excluded.watched",
        [(post.mention, age, post.published + age, post.source, post.author, reason) for age in ages],
    )


def has_grown(db: Connection, story: int, size: int) -> bool:
    """Whether a story (the id of its first mention) has `size` mentions or more."""
    row = db.execute(
        "SELECT 1 FROM mentions WHERE story = ? AND story <> id LIMIT 1 OFFSET ?", (story, size - 2)
    ).fetchone()
    return row is not None


def is_nearest(db: Connection, mention: int, age: int, passed: int) -> bool:
    """Whether numbers read `passed` ms after publication stand nearer to the age than those noted before, if any."""
    row = db.execute(
        "SELECT abs(at - due) FROM engagement WHERE mention = ? AND age = ? AND at IS NOT NULL", (mention, age)
    ).fetchone()
    return row is None or abs(passed - age) < row[0]


def past_of_author(db: Connection, post: Post, age: int, most: int) -> list[int]:
    """Interactions that the author's latest earlier posts had at this age."""
    return _past(db, "author", post.author, post, age, most) if post.author else []


def past_of_source(db: Connection, post: Post, age: int, most: int) -> list[int]:
    """Interactions that the source's latest earlier posts had at this age."""
    return _past(db, "source", post.source, post, age, most)


def _past(db: Connection, whose: str, key: int, post: Post, age: int, most: int) -> list[int]:
    rows = db.execute(
        "SELECT ifnull(likes, 0) + ifnull(shares, 0) + ifnull(replies, 0) FROM engagement"  # noqa: S608
        f" WHERE {whose} = ? AND age = ? AND due < ? AND at IS NOT NULL ORDER BY due DESC LIMIT ?",
        (key, age, post.published + age, most),
    )
    return [value for (value,) in rows]


def note(db: Connection, post: Post, read: Snapshot) -> None:
    """Note what was read of a post at an age, and the verdict on it; readers see the mention as changed."""
    db.execute(
        "INSERT INTO engagement (mention, age, due, source, author, at, likes, shares, replies, reach, expected, past,"
        " basis, faster) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET at = excluded.at,"
        " likes = excluded.likes, shares = excluded.shares, replies = excluded.replies, reach = excluded.reach,"
        " expected = excluded.expected, past = excluded.past, basis = excluded.basis, faster = excluded.faster",
        (
            *(post.mention, read.age, read.due, post.source, post.author),
            *(read.at, read.likes, read.shares, read.replies, read.reach),
            *(read.expected, read.past, read.basis, int(read.faster)),
        ),
    )
    db.execute("UPDATE mentions SET rev = ? WHERE id = ?", (next_revs(db), post.mention))


def restore(db: Connection, post: Post, snapshots: Sequence[Snapshot]) -> None:
    """What another cache knew of a post at set ages, verdicts as they were made; what is known here stays."""
    db.executemany(
        "INSERT OR IGNORE INTO engagement (mention, age, due, source, author, watched, at, likes, shares, replies,"
        " reach, expected, past, basis, faster) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                *(post.mention, each.age, post.published + each.age, post.source, post.author, each.watched),
                *(each.at, each.likes, each.shares, each.replies, each.reach),
                *(each.expected, each.past, each.basis, int(each.faster)),
            )
            for each in snapshots
        ],
    )


# ---- asked by the collector ----------------------------------------------------------------------------------------


def sources_due(db: Connection, now: int) -> set[int]:
    """Sources (row numbers) that gave a post which is at a set age now (ms UTC) and whose numbers are not known."""
    rows = db.execute(
        "SELECT DISTINCT g.source FROM engagement e CROSS JOIN sightings g ON g.mention = e.mention"  # noqa: S608
        f" WHERE e.at IS NULL AND e.due BETWEEN :now - {_LONGEST} AND :now AND e.due >= :now - {_IN_TIME}"
        " AND e.asks < :most",
        {"now": now, "most": MOST_ASKS},
    )
    return {source for (source,) in rows}


@dataclass(frozen=True, slots=True)
class DuePost:
    """A post to be asked for: its id at the source, and which row of ours waits for it."""

    native_id: str
    mention: int
    age: int


def due_posts(db: Connection, source: int, now: int, limit: int) -> list[DuePost]:
    """Posts that `source` gave which are at a set age, those whose time runs out first.

    Where something is due, what is due soon (a quarter of its tolerance) joins it: one question instead of two.
    """
    rows = db.execute(
        "SELECT g.native_id, e.mention, e.age FROM engagement e CROSS JOIN sightings g ON g.mention = e.mention"  # noqa: S608
        f" WHERE e.at IS NULL AND e.due BETWEEN :now - {_LONGEST} AND :now + {_LONGEST} / 4"
        f" AND :now BETWEEN e.due - {_IN_TIME} / 4 AND e.due + {_IN_TIME} AND e.asks < :most AND g.source = :source"
        f" ORDER BY e.due + {_IN_TIME}, e.mention LIMIT :limit",
        {"now": now, "source": source, "limit": limit, "most": MOST_ASKS},
    )
    return [DuePost(*row) for row in rows]


def note_asked(db: Connection, posts: Sequence[DuePost]) -> None:
    """These posts were asked for; one that never answers is not asked for ever."""
    db.executemany(
        "UPDATE engagement SET asks = asks + 1 WHERE mention = ? AND age = ?",
        [(post.mention, post.age) for post in posts],
    )


# ---- read ------------------------------------------------------------------------------------------------------------


def snapshots_of(db: Connection, mention: int) -> tuple[Snapshot, ...]:
    """What is planned and known of a post, by age."""
    rows = db.execute(
        "SELECT age, due, at, watched, likes, shares, replies, reach, expected, past, basis, faster FROM engagement"
        " WHERE mention = ? ORDER BY age",
        (mention,),
    )
    return tuple(_to_snapshot(row) for row in rows)


def _to_snapshot(row: tuple[Any, ...]) -> Snapshot:
    fields = list(row)
    fields[-1] = bool(row[-1])
    return Snapshot(*fields)
