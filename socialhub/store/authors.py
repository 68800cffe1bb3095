"""What one author wrote, how it went on, and what operators said of their role. Reads rows of that author alone.

An author is an `AuthorKey`, or somebody on a watchlist by row number; `mentions_by_author` and `mention_people_by_time`
make both cheap. Times are ms UTC.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Final, TypeAlias

from socialhub.authors import AUTHOR_SQL, INDEXED_SQL, SITE, AuthorKey, author_of, parse_key, source_kinds_of
from socialhub.bridges import bridged, original_of
from socialhub.reach import PEOPLE_SQL
from socialhub.records import dataclass
from socialhub.store.connection import Connection, next_revs
from socialhub.verified import verified_accounts

Whose: TypeAlias = AuthorKey | int
"""An author by key, or a person of a watchlist by row number."""
MOST_MEMBERS: Final = 300
"""So many mentions of a story, the first to arrive, are asked who wrote them."""
_MOST_FOUND: Final = 20
_MOST_RECEIVED: Final = 5
_LONGEST_TEXT: Final = 400


@dataclass(frozen=True, slots=True)
class Written:
    """One mention of an author: `people` it may have reached (None: unknown), `shares` as told, `topics` by number."""

    mention: int
    published: int
    story: int
    author: str
    source: str
    kind: str
    tone: int | None
    confidence: float
    people: int | None
    shares: int | None
    topics: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """What the newest mentions tell of their author: the last bio and names, the site, some of their words."""

    bio: str = ""
    handle: str = ""
    author: str = ""
    site: str = ""
    site_class: str = ""
    has_articles: bool = False
    texts: tuple[str, ...] = ()


def rows_of(whose: Whose) -> tuple[str, str, dict[str, Any], str]:
    """(FROM …, condition, its values, the column of time) of an author's mentions `m` with their source `s`."""
    join = "JOIN sources s ON s.id = m.source"
    if isinstance(whose, int):
        table = f"mention_people p CROSS JOIN mentions m ON m.id = p.mention {join}"
        return table, "p.person = :whose AND m.tombstone = ''", {"whose": whose}, "p.published"
    condition, values = conditions_of(whose)
    return (
        f"mentions m INDEXED BY mentions_by_author {join}",
        f"{condition} AND m.tombstone = ''",
        values,
        "m.published",
    )


def conditions_of(key: AuthorKey) -> tuple[str, dict[str, Any]]:
    """What makes a row `m` this author's, and the values of it."""
    values: dict[str, Any] = {"whose": key.indexed}
    named = f"{INDEXED_SQL} = :whose"
    if key.network == SITE:
        # The plus keeps SQLite from putting these values into the indexed expression, which it then knows no more.
        return f"{named} AND +m.handle = '' AND +m.author = :signed AND +m.site = :site", values | {
            "signed": key.name,
            "site": key.site,
        }
    kinds = json.dumps(source_kinds_of(key))
    return (
        f"{named} AND (m.handle <> '' OR m.site = '')"  # noqa: S608
        " AND m.source IN (SELECT id FROM sources WHERE kind IN (SELECT value FROM json_each(:kinds)))",
        values | {"kinds": kinds},
    )


def written_by(db: Connection, whose: Whose, since: int, most: int) -> list[Written]:
    """The newest mentions published since then, at most so many, the newest first."""
    table, condition, values, at = rows_of(whose)
    rows = db.execute(
        f"SELECT m.id, m.published, m.story, {AUTHOR_SQL}, s.name, m.kind, m.tone, m.confidence, {PEOPLE_SQL}, "  # noqa: S608
        " m.shares, (SELECT group_concat(topic) FROM mention_topics WHERE mention = m.id)"
        f" FROM {table} WHERE {condition} AND {at} >= :since ORDER BY {at} DESC LIMIT :most",
        values | {"since": since, "most": most},
    )
    return [_written(row) for row in rows]


def _written(row: Sequence[Any]) -> Written:
    values: list[Any] = [*row[:10], tuple(map(int, row[10].split(","))) if row[10] else ()]
    return Written(*values)


def first_heard(db: Connection, whose: Whose) -> int | None:
    """When the author was heard first."""
    table, condition, values, at = rows_of(whose)
    row = db.execute(f"SELECT {at} FROM {table} WHERE {condition} ORDER BY {at} LIMIT 1", values).fetchone()  # noqa: S608
    return None if row is None else int(row[0])


def told_of(db: Connection, whose: Whose, most: int) -> Told:
    """What the newest `most` mentions tell of their author."""
    table, condition, values, at = rows_of(whose)
    rows = db.execute(
        f"SELECT m.bio, m.handle, m.author, m.site, m.kind, (SELECT kind FROM audiences WHERE site = lower(m.site)),"  # noqa: S608
        f" m.title, substr(m.text, 1, {_LONGEST_TEXT}), m.story = m.id FROM {table} WHERE {condition}"
        f" ORDER BY {at} DESC LIMIT :most",
        values | {"most": most},
    ).fetchall()
    if not rows:
        return Told()
    articles = [row for row in rows if row[4] == "article"]
    newest = articles[0] if articles else rows[0]
    bio = next((row[0] for row in rows if row[0]), "")
    # Words that somebody else had first say nothing of who repeats them.
    texts = tuple(f"{row[6]} {row[7]}".strip() for row in rows if row[8])
    return Told(bio, rows[0][1], newest[2], newest[3], newest[5] or "", bool(articles), texts)


def passed_on(db: Connection, mentions: Sequence[int]) -> dict[int, int]:
    """How many others were seen to pass each of these mentions on."""
    return dict(
        db.execute(
            "SELECT r.mention, count(*) FROM json_each(?) j CROSS JOIN relays r ON r.mention = j.value GROUP BY 1",
            (json.dumps(list(mentions)),),
        )
    )


def carriers(db: Connection, stories: Sequence[int]) -> dict[int, list[str]]:
    """Who carried each of these stories: the keys of its authors, each once, in the order in which they published."""
    found: dict[int, list[str]] = {}
    for story in stories:
        rows = db.execute(
            f"SELECT {AUTHOR_SQL} FROM (SELECT :story AS id UNION ALL SELECT id FROM (SELECT id FROM mentions"  # noqa: S608
            " WHERE story = :story AND story <> id ORDER BY id LIMIT :most)) x CROSS JOIN mentions m ON m.id = x.id"
            " JOIN sources s ON s.id = m.source ORDER BY m.published, m.id",
            {"story": story, "most": MOST_MEMBERS},
        )
        found[story] = list(dict.fromkeys(author for (author,) in rows))
    return found


def same_account(db: Connection, whose: Whose) -> tuple[tuple[AuthorKey, int], ...]:
    """What the bridge between Bluesky and the fediverse shows of an author's account there, or the account that it
    shows here: (key, mentions), as far as they were heard and nobody keeps them apart.
    """
    if not isinstance(whose, AuthorKey) or whose.network == SITE:
        return ()
    found = []
    for handle in filter(None, (bridged(whose.name), original_of(whose.name))):
        key = AuthorKey("mastodon" if "@" in handle else "bluesky", handle)
        if mentions := _heard_as(db, key, whose):
            found.append((key, mentions))
    return tuple(found)


def verified_accounts_of(db: Connection, whose: Whose) -> tuple[tuple[AuthorKey, int], ...]:
    """The other accounts that an account of the fediverse shows by verified links, as its newest posts tell it: (key,
    mentions), as far as they were heard and nobody keeps them apart.
    """
    if not isinstance(whose, AuthorKey) or "@" not in whose.name:
        return ()
    table, condition, values, at = rows_of(whose)
    received = db.execute(
        f"SELECT m.raw FROM {table} WHERE {condition} AND s.kind = 'mastodon' AND m.raw IS NOT NULL"  # noqa: S608
        f" ORDER BY {at} DESC LIMIT {_MOST_RECEIVED}",
        values,
    ).fetchall()
    shown = next((found for (raw,) in received if (found := verified_accounts(raw, whose.name))), ())
    heard = ((key, _heard_as(db, key, whose, source_kinds_of(key))) for key in shown)
    return tuple((key, mentions) for key, mentions in heard if mentions)


def _heard_as(db: Connection, key: AuthorKey, whose: AuthorKey, kinds: Sequence[str] = ()) -> int:
    """How often an account was heard that is taken for that of `whose`; 0 when somebody keeps them apart.

    Only from sources of these kinds, where its name alone may be somebody else's elsewhere.
    """
    (mentions,) = db.execute(
        "SELECT count(*) FROM mentions m JOIN sources s ON s.id = m.source"  # noqa: S608
        f" WHERE {INDEXED_SQL} = :handle AND m.tombstone = ''"
        " AND (:kinds = '[]' OR s.kind IN (SELECT value FROM json_each(:kinds)))"
        " AND NOT EXISTS (SELECT 1 FROM people_apart WHERE handle IN (lower(:handle), :name))",
        {"handle": key.name, "name": whose.name.lower(), "kinds": json.dumps(kinds)},
    ).fetchone()
    return int(mentions)


# ---- who is meant --------------------------------------------------------------------------------------------------


def author_of_mention(db: Connection, mention: int) -> AuthorKey | None:
    """Who wrote a mention; None when nothing tells, or it is gone."""
    row = db.execute(
        "SELECT s.kind, m.handle, m.author, m.site FROM mentions m JOIN sources s ON s.id = m.source"
        " WHERE m.id = ? AND m.tombstone = ''",
        (mention,),
    ).fetchone()
    return None if row is None else author_of(*row)


def person_of_mention(db: Connection, mention: int) -> int | None:
    """The person of the watchlists (row number) who wrote a mention, the first of several."""
    row = db.execute(
        "SELECT a.person FROM mention_people a JOIN people p ON p.id = a.person AND p.active WHERE a.mention = ?"
        " ORDER BY a.person LIMIT 1",
        (mention,),
    ).fetchone()
    return None if row is None else int(row[0])


def find_authors(db: Connection, asked: str) -> list[AuthorKey]:
    """The authors that `asked` means: a key, a handle with or without its server, a byline, a site; busiest first."""
    key = parse_key(asked)
    if key is not None and written_by(db, key, 0, 1):
        return [key]
    name = asked.strip().lstrip("@")
    if not name:
        return []
    counts: defaultdict[AuthorKey, int] = defaultdict(int)
    column = INDEXED_SQL
    # "lea" also means lea@piaille.fr and lea.bsky.social: the characters after @ and . end these stretches.
    for test in ("= :name", ">= :name || '@' AND {0} < :name || 'A'", ">= :name || '.' AND {0} < :name || '/'"):
        rows = db.execute(
            "SELECT s.kind, m.handle, CASE m.handle WHEN '' THEN m.author ELSE '' END,"  # noqa: S608
            " CASE m.handle WHEN '' THEN m.site ELSE '' END, count(*) FROM mentions m JOIN sources s ON s.id = m.source"
            f" WHERE {column} {test.format(column)} AND m.tombstone = '' GROUP BY 1, 2, 3, 4",
            {"name": name},
        )
        for kind, handle, author, site, mentions in rows:
            if (found := author_of(kind, handle, author, site)) is not None:
                counts[found] += mentions
        if counts:
            break
    return sorted(counts, key=lambda found: -counts[found])[:_MOST_FOUND]


# ---- roles ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SaidRole:
    """The role that an operator gave an author."""

    role: str
    operator: str
    at: int


def role_key(db: Connection, whose: Whose) -> str:
    """Under which name the role of an author is kept."""
    if isinstance(whose, AuthorKey):
        return whose.text
    (slug,) = db.execute("SELECT slug FROM people WHERE id = ?", (whose,)).fetchone()
    return f"person/{slug}"


def said_role(db: Connection, whose: Whose) -> SaidRole | None:
    """What an operator said of an author's role; None when nobody did."""
    row = db.execute("SELECT role, operator, at FROM author_roles WHERE author = ?", (role_key(db, whose),)).fetchone()
    return None if row is None else SaidRole(*row)


def say_role(db: Connection, whose: Whose, said: SaidRole | None) -> None:
    """Keep what an operator says of an author's role; None takes it back, and the rules speak again.

    Takes a `rev`, so that other screens look.
    """
    next_revs(db)
    key = role_key(db, whose)
    if said is None:
        db.execute("DELETE FROM author_roles WHERE author = ?", (key,))
    else:
        db.execute("INSERT OR REPLACE INTO author_roles VALUES (?, ?, ?, ?)", (key, said.role, said.operator, said.at))


def forget_roles_of(db: Connection, author: str) -> None:
    """Erase what was said of the role of an author, by handle, byline or name on a watchlist (letter case apart)."""
    name = author.lower().lstrip("@")
    people = db.execute("SELECT slug FROM people WHERE name = ? COLLATE NOCASE", (author,))
    keys = {f"person/{slug}" for (slug,) in people}
    for (key,) in db.execute("SELECT author FROM author_roles"):
        found = parse_key(key)
        if found is not None and found.name.lower() == name:
            keys.add(key)
    db.executemany("DELETE FROM author_roles WHERE author = ?", [(key,) for key in keys])
