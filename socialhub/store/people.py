"""Watchlists and their people as the collector writes them into the cache, and who wrote which mention.

Viewers read them here, never from their own configuration. Which mentions are whose is decided by pipeline/people.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from socialhub.authors import INDEXED_SQL
from socialhub.bridges import bridged
from socialhub.model import Person, Watchlist
from socialhub.records import dataclass
from socialhub.store import jobs
from socialhub.store.connection import Connection, next_revs
from socialhub.text import fold

REATTACH: Final = "people"
"""The kind of job that looks for the authors of all stored mentions anew."""
CHUNK: Final = 5_000
"""Mentions looked at in one transaction: about 50 ms, most of it reading."""


@dataclass(frozen=True, slots=True)
class ConfiguredPerson:
    """What the configuration says of a person."""

    slug: str
    name: str
    role: str = ""
    handles: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    bylines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ConfiguredList:
    """What the configuration says of a watchlist; `people` are slugs, in its order."""

    slug: str
    name: str
    kind: str
    people: tuple[str, ...] = ()


def sync_people(
    db: Connection, lists: Sequence[ConfiguredList], people: Sequence[ConfiguredPerson], now: int
) -> list[Person]:
    """Bring the rows in line with the configuration; returns everybody who is watched.

    When somebody came, went or is recognised otherwise than before, a job is asked for that goes through the past.
    `since` is when a person began to be recognised as now: what they wrote before was kept only where all is kept.
    """
    before = _recognised_by(db)
    db.execute("UPDATE people SET active = 0")
    for person in people:
        db.execute(
            "INSERT INTO people (slug, name, role, handles, sites, bylines, active, since)"
            " VALUES (?, ?, ?, ?, ?, ?, 1, ?) ON CONFLICT (slug) DO UPDATE SET name = excluded.name,"
            " role = excluded.role, active = 1, since = CASE WHEN handles = excluded.handles"
            " AND sites = excluded.sites AND bylines = excluded.bylines THEN since ELSE excluded.since END,"
            " handles = excluded.handles, sites = excluded.sites, bylines = excluded.bylines",
            (person.slug, person.name, person.role, *map(_joined, (person.handles, person.sites, person.bylines)), now),
        )
    numbers = dict(db.execute("SELECT slug, id FROM people WHERE active"))
    _sync_lists(db, lists, numbers)
    if _recognised_by(db) != before and _has_mentions(db):
        _ask_for_the_past(db, now)
    return watched_people(db)


def _sync_lists(db: Connection, lists: Sequence[ConfiguredList], numbers: dict[str, int]) -> None:
    db.execute("UPDATE watchlists SET active = 0")
    db.execute("DELETE FROM watchlist_people")
    for position, watchlist in enumerate(lists):
        (number,) = db.execute(
            "INSERT INTO watchlists (slug, name, kind, position, active) VALUES (?, ?, ?, ?, 1) ON CONFLICT (slug)"
            " DO UPDATE SET name = excluded.name, kind = excluded.kind, position = excluded.position, active = 1"
            " RETURNING id",
            (watchlist.slug, watchlist.name, watchlist.kind, position),
        ).fetchone()
        db.executemany(
            "INSERT OR IGNORE INTO watchlist_people (list, person, position) VALUES (?, ?, ?)",
            [(number, numbers[slug], place) for place, slug in enumerate(watchlist.people)],
        )


def _joined(values: Sequence[str]) -> str:
    return "\n".join(values)


def _recognised_by(db: Connection) -> list[tuple[object, ...]]:
    return db.execute("SELECT slug, handles, sites, bylines FROM people WHERE active ORDER BY slug").fetchall()


def _has_mentions(db: Connection) -> bool:
    return db.execute("SELECT 1 FROM mentions LIMIT 1").fetchone() is not None


def _ask_for_the_past(db: Connection, now: int) -> None:
    """One job is enough: one that has begun begins anew."""
    begun = db.execute(
        "UPDATE jobs SET progress = '{}', done = 0 WHERE kind = ? AND state IN ('waiting', 'running')", (REATTACH,)
    )
    if not begun.rowcount:
        jobs.add_job(db, REATTACH, {}, "", now)


def searches_of_the_past(db: Connection) -> list[int]:
    """The jobs that look for the people of the past and are not done."""
    rows = db.execute("SELECT id FROM jobs WHERE kind = ? AND state IN ('waiting', 'running')", (REATTACH,))
    return [number for (number,) in rows]


def watched_people(db: Connection) -> list[Person]:
    """Everybody who is watched by the running configuration, by number."""
    rows = db.execute(
        "SELECT id, slug, name, role, handles, sites, bylines, since, (SELECT group_concat(slug, char(10)) FROM ("
        "SELECT w.slug FROM watchlists w JOIN watchlist_people l ON l.list = w.id WHERE l.person = p.id AND w.active"
        " ORDER BY w.position)) FROM people p WHERE active ORDER BY id"
    )
    return [
        Person(number, slug, name, role, _parts(handles), _parts(sites), _parts(bylines), since, _parts(lists))
        for number, slug, name, role, handles, sites, bylines, since, lists in rows
    ]


def _parts(joined: str | None) -> tuple[str, ...]:
    return tuple(joined.splitlines()) if joined else ()


def active_watchlists(db: Connection) -> list[Watchlist]:
    """The lists of the running configuration, in its order."""
    rows = db.execute(
        "SELECT w.id, w.slug, w.name, w.kind, (SELECT group_concat(person) FROM ("
        "SELECT person FROM watchlist_people WHERE list = w.id ORDER BY position)) FROM watchlists w"
        " WHERE w.active ORDER BY w.position"
    )
    return [
        Watchlist(number, slug, name, kind, tuple(map(int, people.split(","))) if people else ())
        for number, slug, name, kind, people in rows
    ]


# ---- the past ----------------------------------------------------------------------------------------------------


def count_to_reattach(db: Connection) -> int:
    """How many mentions a job that looks for authors has to go through."""
    return int(db.execute("SELECT count(*) FROM mentions").fetchone()[0])


def reattach_chunk(
    db: Connection, find: Callable[[str, str, str], tuple[int, ...]], after: int, limit: int = CHUNK
) -> tuple[int, int]:
    """Look for the authors of the next mentions after id `after`; returns (how many were looked at, the last id).

    Mentions whose people changed take the next revisions. Runs inside the caller's transaction.
    """
    rows = db.execute(
        "SELECT id, published, author, handle, site FROM mentions WHERE id > ? AND tombstone = '' ORDER BY id LIMIT ?",
        (after, limit),
    ).fetchall()
    if not rows:
        return 0, after
    last = int(rows[-1][0])
    before: dict[int, set[int]] = {}
    for mention, person in db.execute(
        "SELECT mention, person FROM mention_people WHERE mention > ? AND mention <= ?", (after, last)
    ):
        before.setdefault(mention, set()).add(person)
    changed = [
        (mention, published, found)
        for mention, published, author, handle, site in rows
        if (found := set(find(author, handle, site))) != before.get(mention, set())
    ]
    db.executemany(
        "DELETE FROM mention_people WHERE mention = ?", [(mention,) for mention, _published, _found in changed]
    )
    attach(db, [(person, mention, published) for mention, published, found in changed for person in found])
    if changed:
        rev = next_revs(db, len(changed))
        db.executemany(
            "UPDATE mentions SET rev = ? WHERE id = ?",
            [(rev + offset, mention) for offset, (mention, _published, _found) in enumerate(changed)],
        )
    return len(rows), last


def attach(db: Connection, rows: Sequence[tuple[int, int, int]]) -> None:
    """Note that people (row numbers) wrote mentions: (person, mention, when it was published in ms UTC)."""
    db.executemany("INSERT INTO mention_people (person, mention, published) VALUES (?, ?, ?)", rows)


def lists_of(db: Connection, mention: int) -> tuple[str, ...]:
    """The slugs of the lists on which those who wrote a mention stand."""
    rows = db.execute(
        "SELECT DISTINCT w.slug FROM mention_people m JOIN watchlist_people l ON l.person = m.person"
        " JOIN watchlists w ON w.id = l.list WHERE m.mention = ? AND w.active ORDER BY w.position",
        (mention,),
    )
    return tuple(slug for (slug,) in rows)


# ---- handles that are not who they would be taken for --------------------------------------------------------------


def kept_apart(db: Connection) -> frozenset[str]:
    """The handles (small letters, without @) that are nobody's."""
    return frozenset(handle for (handle,) in db.execute("SELECT handle FROM people_apart"))


def keep_apart(db: Connection, handle: str, operator: str, now: int) -> bool:
    """Say that a handle is not whom it is taken for; the past is gone through again. False: it was said before."""
    changed = db.execute(
        "INSERT OR IGNORE INTO people_apart (handle, operator, at) VALUES (?, ?, ?)", (_plain(handle), operator, now)
    )
    return _ask_again(db, changed.rowcount, now)


def put_together(db: Connection, handle: str, now: int) -> bool:
    """Take `keep_apart` back. False: there was nothing to take back."""
    return _ask_again(db, db.execute("DELETE FROM people_apart WHERE handle = ?", (_plain(handle),)).rowcount, now)


def _ask_again(db: Connection, changed: int, now: int) -> bool:
    if changed:
        next_revs(db)
        _ask_for_the_past(db, now)
    return changed > 0


def _plain(handle: str) -> str:
    return handle.strip().lower().lstrip("@")


@dataclass(frozen=True, slots=True)
class Copied:
    """An account that a bridge shows for a person: handle, mentions, who said that it is not them ("" nobody)."""

    handle: str
    mentions: int
    apart: str


def copies_of(db: Connection, handles: Sequence[str]) -> tuple[Copied, ...]:
    """The accounts that the bridge shows for these handles, as far as they were heard or are kept apart."""
    found = []
    for handle in dict.fromkeys(filter(None, map(bridged, handles))):
        apart = db.execute("SELECT operator FROM people_apart WHERE handle = ?", (handle,)).fetchone()
        (mentions,) = db.execute(
            f"SELECT count(*) FROM (SELECT m.id FROM mentions m WHERE {INDEXED_SQL} = :handle AND m.tombstone = ''"  # noqa: S608
            " UNION SELECT mention FROM sightings WHERE handle = :handle AND handle <> '')",
            {"handle": handle},
        ).fetchone()
        if mentions or apart:
            found.append(Copied(handle, mentions, apart[0] if apart else ""))
    return tuple(found)


def find_person(db: Connection, asked: str) -> list[Person]:
    """Those whose id, name or handle is `asked` (case and accents apart), else those whose name holds its words."""
    wanted, handle = fold(asked), asked.lower().lstrip("@")
    people = watched_people(db)
    exact = [
        person
        for person in people
        if handle in (person.id, *(each.lower().lstrip("@") for each in person.handles)) or wanted == fold(person.name)
    ]
    return exact or [person for person in people if wanted and wanted in fold(person.name)]
