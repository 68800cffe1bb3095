"""Reading mentions: the feed's windows, one mention whole, what changed. Never writes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from socialhub.authors import AuthorKey
from socialhub.model import Mention, Tone, Verdict, WorkState
from socialhub.records import dataclass
from socialhub.store import authors
from socialhub.store.connection import Connection
from socialhub.store.tones import GENERAL, OF_MATCH, OF_SUBJECT, OF_TOPIC, ToneColumns, words_from_json

if TYPE_CHECKING:
    from socialhub.query.sql import SqlFilter

LIST_TEXT: Final = 600
"""Characters of a text that a list gets; the detail reads it whole."""


@dataclass(frozen=True, slots=True)
class FeedFilter:
    """What a list of mentions is narrowed to; the empty filter lets everything through.

    `topic`, `source` and `person` (who wrote it) are row numbers, `author` is who wrote it by key, `condition` a query
    made by query/sql, `tone` is -1, 0, 1 or 2 (unsure): the one towards the topic where the list is narrowed to one,
    else the general one. `unread` leaves what the operator has not read, `hide_muted` takes out what an active mute
    hides.
    """

    topic: int | None = None
    source: int | None = None
    tone: int | None = None
    condition: SqlFilter | None = None
    unread: bool = False
    person: int | None = None
    author: AuthorKey | None = None
    hide_muted: bool = False


IS_READ: Final = (
    "coalesce((SELECT read FROM read_marks WHERE operator = :operator AND mention = m.id),"
    " m.id < coalesce((SELECT read_below FROM operators WHERE name = :operator), 0))"
)
FOREVER: Final = 1 << 62
"""The end of a mute without one (ms UTC)."""
_ACTIVE: Final = "lifted IS NULL AND ifnull(ends > :now, 1)"
_NOT_MUTED: Final = (
    # Asked once: where nobody mutes anything, no row is asked.
    f"(NOT EXISTS (SELECT 1 FROM mutes WHERE {_ACTIVE})"  # noqa: S608
    f" OR NOT EXISTS (SELECT 1 FROM muted h JOIN mutes u ON u.id = h.mute WHERE h.mention = m.id AND {_ACTIVE}))"
)
_COLUMNS: Final = (
    "m.id, m.rev, s.name, s.kind, m.native_id, m.canonical_id, m.kind, m.title, {text}, m.url, m.site, m.author,"  # noqa: S608
    " m.handle, m.bio, m.followers, m.lang, m.published, m.seen, m.edited, m.backfill, m.rating, m.likes, m.shares,"
    " m.replies, m.reach, m.place, m.parent_id, m.warning, m.media, {tone}, {confidence}, m.story, m.tombstone,"
    f" (SELECT group_concat(topic) FROM mention_topics WHERE mention = m.id), {IS_READ},"
    " (SELECT state || ' ' || assignee FROM mention_work WHERE mention = m.id),"
    " (SELECT group_concat(tag, ' ') FROM (SELECT tag FROM mention_tags WHERE mention = m.id ORDER BY tag)),"
    " (SELECT count(*) FROM mention_notes WHERE mention = m.id),"
    f" (SELECT max(ifnull(u.ends, {FOREVER})) FROM muted h JOIN mutes u ON u.id = h.mute"
    "  WHERE h.mention = m.id AND u.lifted IS NULL),"
    " EXISTS (SELECT 1 FROM engagement WHERE mention = m.id AND faster),"
    " (SELECT count(*) FROM sightings WHERE mention = m.id)"
)


@dataclass(frozen=True, slots=True)
class Plan:
    """Where the rows of a filter come from, in order of `key`, what each must fulfil, and which tone is meant."""

    table: str
    key: str
    conditions: list[str]
    values: dict[str, Any]
    tones: ToneColumns = GENERAL


def tones_of(chosen: FeedFilter) -> ToneColumns:
    """The tone that a list shows and is narrowed by; its values are those of `subject_values`."""
    if chosen.topic is not None:
        return OF_TOPIC
    return OF_SUBJECT if chosen.condition is not None and chosen.condition.subject else GENERAL


def subject_values(chosen: FeedFilter) -> dict[str, Any]:
    """The topic a list is narrowed to, as `tones_of` names it."""
    values: dict[str, Any] = {} if chosen.topic is None else {"topic": chosen.topic}
    if chosen.condition is not None and chosen.condition.subject:
        values["subject"] = chosen.condition.subject
    return values


def plan_of(chosen: FeedFilter) -> Plan:
    """Drive by the index that gives arrival order without sorting: words first, then the topic, then the rows."""
    by_match = chosen.topic is not None and chosen.person is None and chosen.author is None
    by_match = by_match and not (chosen.condition is not None and chosen.condition.words)
    tones = OF_MATCH if by_match else tones_of(chosen)
    conditions, values = _narrowing(chosen, tones)
    if chosen.condition is not None and chosen.condition.words:
        table, key = "fts CROSS JOIN mentions m ON m.id = fts.rowid", "fts.rowid"
        driving = ["fts MATCH :words", *([_IN_TOPIC] if chosen.topic is not None else [])]
        driving += [_BY_PERSON] if chosen.person is not None else []
        driving += [_by_author(chosen.author)] if chosen.author is not None else []
    elif chosen.author is not None:
        table, key = "mentions m INDEXED BY mentions_by_author", "m.id"
        driving = [_by_author(chosen.author), *([_IN_TOPIC] if chosen.topic is not None else [])]
    elif chosen.person is not None:
        table, key = "mention_people mp CROSS JOIN mentions m ON m.id = mp.mention", "mp.mention"
        driving = ["mp.person = :person", *([_IN_TOPIC] if chosen.topic is not None else [])]
    elif chosen.topic is not None:
        table, key = "mention_topics mt CROSS JOIN mentions m ON m.id = mt.mention", "mt.mention"
        driving = ["mt.topic = :topic"]
    else:
        table, key, driving = "mentions m", "m.id", []
    return Plan(table, key, driving + conditions, values, tones)


def conditions_of(chosen: FeedFilter) -> tuple[list[str], dict[str, Any]]:
    """What a filter asks of the rows `m` where something else names them, and the values of it."""
    conditions, values = _narrowing(chosen, tones_of(chosen))
    if chosen.topic is not None:
        conditions.insert(0, _IN_TOPIC)
    if chosen.person is not None:
        conditions.insert(0, _BY_PERSON)
    if chosen.author is not None:
        conditions.insert(0, _by_author(chosen.author))
    if "words" in values:
        conditions.insert(0, "m.id IN (SELECT rowid FROM fts WHERE fts MATCH :words)")
    return conditions, values


_IN_TOPIC: Final = "EXISTS (SELECT 1 FROM mention_topics WHERE topic = :topic AND mention = m.id)"

_BY_PERSON: Final = "EXISTS (SELECT 1 FROM mention_people WHERE person = :person AND mention = m.id)"


def _by_author(key: AuthorKey) -> str:
    return authors.conditions_of(key)[0]


def by_author(chosen: FeedFilter, whose: authors.Whose | None) -> FeedFilter:
    """The same filter with what this author wrote alone."""
    if isinstance(whose, int):
        return replace(chosen, person=whose)
    return replace(chosen, author=whose)


def _narrowing(chosen: FeedFilter, tones: ToneColumns) -> tuple[list[str], dict[str, Any]]:
    """The conditions of a filter that no index can drive, and all of its values."""
    conditions: list[str] = []
    values = subject_values(chosen)
    if chosen.condition is not None and chosen.condition.words:
        values["words"] = chosen.condition.words
    if chosen.person is not None:
        values["person"] = chosen.person
    if chosen.author is not None:
        values |= authors.conditions_of(chosen.author)[1]
    if chosen.source is not None:
        conditions.append("m.source = :source")
        values["source"] = chosen.source
    if chosen.tone is not None:
        conditions.append(f"{tones.bucket} = :tone")
        values["tone"] = chosen.tone
    if chosen.unread:
        conditions.append(f"NOT {IS_READ}")
    if chosen.hide_muted:
        conditions.append(_NOT_MUTED)
    if chosen.condition is not None and chosen.condition.rest:
        fragment = tones.put_into(chosen.condition.rest)
        for number, value in enumerate(chosen.condition.rest_parameters):
            fragment = fragment.replace("?", f":q{number}", 1)
            values[f"q{number}"] = value
        conditions.append(f"({fragment})")
    return conditions, values


def feed(
    db: Connection,
    chosen: FeedFilter,
    *,
    operator: str,
    limit: int,
    before: int | None = None,
    after: int | None = None,
    now: int = 0,
    whole: bool = False,
) -> list[Mention]:
    """Up to `limit` mentions, newest arrival first: those with id < `before`, or the nearest with id > `after`.

    Texts are cut as a list needs them unless `whole`.
    """
    plan = plan_of(chosen)
    conditions, values, order = list(plan.conditions), dict(plan.values), "DESC"
    if before is not None:
        conditions.append(f"{plan.key} < :before")
        values["before"] = before
    if after is not None:
        conditions.append(f"{plan.key} > :after")
        values["after"] = after
        order = "ASC"
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    rows = db.execute(
        f"SELECT {_columns(plan.tones, whole=whole)} FROM {plan.table}"  # noqa: S608
        f" JOIN sources s ON s.id = m.source{where} ORDER BY {plan.key} {order} LIMIT :limit",
        values | {"operator": operator, "limit": limit, "now": now},
    ).fetchall()
    found = [to_mention(row) for row in rows]
    return found if order == "DESC" else found[::-1]


def _columns(tones: ToneColumns, *, whole: bool) -> str:
    text = "m.text" if whole else f"substr(m.text, 1, {LIST_TEXT})"
    return _COLUMNS.format(text=text, tone=tones.tone, confidence=tones.confidence)


def count_after(
    db: Connection, chosen: FeedFilter, after: int, *, operator: str = "", limit: int = 1000, now: int = 0
) -> int:
    """How many new mentions (history fetched late apart) came after mention `after`; counts no further than `limit`."""
    plan = plan_of(chosen)
    conditions = [*plan.conditions, f"{plan.key} > :after", "m.backfill = 0"]
    (count,) = db.execute(
        f"SELECT count(*) FROM (SELECT 1 FROM {plan.table} WHERE {' AND '.join(conditions)} LIMIT :limit)",  # noqa: S608
        plan.values | {"after": after, "limit": limit, "operator": operator, "now": now},
    ).fetchone()
    return int(count)


@dataclass(frozen=True, slots=True)
class SourceTally:
    """How many mentions of one source a filter lets through, and when the first and the last were published (ms)."""

    source: str
    mentions: int
    oldest: int
    newest: int


def tally(db: Connection, chosen: FeedFilter, *, operator: str = "", now: int = 0) -> list[SourceTally]:
    """What a filter lets through, by source, most first; tombstones apart."""
    plan = plan_of(chosen)
    rows = db.execute(
        f"SELECT s.name, count(*), min(m.published), max(m.published) FROM {plan.table}"  # noqa: S608
        f" JOIN sources s ON s.id = m.source WHERE {' AND '.join([*plan.conditions, 'm.tombstone = :none'])}"
        " GROUP BY s.id ORDER BY 2 DESC, 1",
        plan.values | {"operator": operator, "now": now, "none": ""},
    )
    return [SourceTally(*row) for row in rows]


def mention_by_id(db: Connection, mention: int, operator: str, listed: FeedFilter | None = None) -> Mention | None:
    """One mention with its whole text; its tone is the one that a list narrowed to `listed` shows."""
    chosen = listed or FeedFilter()
    row = db.execute(
        f"SELECT {_columns(tones_of(chosen), whole=True)} FROM mentions m"  # noqa: S608
        " JOIN sources s ON s.id = m.source WHERE m.id = :id",
        {"id": mention, "operator": operator} | subject_values(chosen),
    ).fetchone()
    return to_mention(row) if row else None


def mentions_by_id(
    db: Connection, ids: Sequence[int], operator: str, *, whole: bool = False, listed: FeedFilter | None = None
) -> list[Mention]:
    """These mentions, in any order; those that are gone are missing. Texts are cut for a list unless `whole`.

    Their tone is the one that a list narrowed to `listed` shows.
    """
    marks = ",".join(str(int(mention)) for mention in ids)
    chosen = listed or FeedFilter()
    rows = db.execute(
        f"SELECT {_columns(tones_of(chosen), whole=whole)} FROM mentions m"  # noqa: S608
        f" JOIN sources s ON s.id = m.source WHERE m.id IN ({marks})",
        {"operator": operator} | subject_values(chosen),
    )
    return [to_mention(row) for row in rows]


def changed_since(db: Connection, rev: int, limit: int = 2000) -> list[tuple[int, int]]:
    """(id, rev) of mentions that were added or changed after revision `rev`, oldest change first."""
    return list(db.execute("SELECT id, rev FROM mentions WHERE rev > ? ORDER BY rev LIMIT ?", (rev, limit)))


def newest_id(db: Connection) -> int:
    """The id of the newest arrival, 0 in an empty cache."""
    return int(db.execute("SELECT coalesce(max(id), 0) FROM mentions").fetchone()[0])


def how_many(db: Connection) -> int:
    """Mentions stored, tombstones included. Reads one page: ids have few holes, so this is exact until a purge."""
    oldest, newest = db.execute(
        "SELECT (SELECT id FROM mentions ORDER BY id LIMIT 1), (SELECT id FROM mentions ORDER BY id DESC LIMIT 1)"
    ).fetchone()
    return 0 if newest is None else int(newest) - int(oldest) + 1


def links_of(db: Connection, mention: int) -> tuple[str, ...]:
    """The links in a mention's text."""
    row = db.execute("SELECT links FROM mentions WHERE id = ?", (mention,)).fetchone()
    return tuple(row[0].splitlines()) if row and row[0] else ()


def account_created_of(db: Connection, mention: int) -> int | None:
    """When the account that wrote a mention was made (ms UTC), as its source told; None: unknown."""
    row = db.execute("SELECT account_created FROM mentions WHERE id = ?", (mention,)).fetchone()
    return row[0] if row else None


def answered_by(db: Connection, found: Mention) -> tuple[str, str] | None:
    """Who wrote the post that a mention answers, and the beginning of what it says; None when it is not stored."""
    row = db.execute(
        "SELECT coalesce(nullif(p.handle, ''), nullif(p.author, ''), p.site), substr(p.title || ' ' || p.text, 1, ?)"
        " FROM mentions p WHERE p.canonical_id = ? OR p.id = (SELECT g.mention FROM mentions m"
        " JOIN sightings g ON g.source = m.source AND g.native_id = m.parent_id WHERE m.id = ?) LIMIT 1",
        (LIST_TEXT, found.parent_id, found.id),
    ).fetchone()
    return None if row is None else (row[0], row[1].strip())


def why_of(db: Connection, mention: int) -> Verdict | None:
    """The judgement of a mention's tone with the words that made it, as it was made; None when never judged."""
    row = db.execute("SELECT tone, score, confidence, why FROM mentions WHERE id = ?", (mention,)).fetchone()
    if row is None or row[0] is None:
        return None
    return Verdict(Tone(row[0]), row[1], row[2], words_from_json(row[3]))


@dataclass(frozen=True, slots=True)
class Version:
    """An earlier wording of an edited mention; `seen` is when it was replaced."""

    seen: int
    title: str
    text: str


def versions_of(db: Connection, mention: int) -> list[Version]:
    """The earlier wordings, newest first."""
    rows = db.execute("SELECT seen, title, text FROM versions WHERE mention = ? ORDER BY seen DESC", (mention,))
    return [Version(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class Spread:
    """How far a mention went: the sources that also showed it, and those who passed it on."""

    sources: tuple[str, ...]
    relays: int


def spread_of(db: Connection, found: Mention) -> Spread:
    """The spread of a mention."""
    sources = db.execute(
        "SELECT DISTINCT s.name FROM sightings g JOIN sources s ON s.id = g.source WHERE g.mention = ? ORDER BY 1",
        (found.id,),
    )
    (relays,) = db.execute("SELECT count(*) FROM relays WHERE mention = ?", (found.id,)).fetchone()
    return Spread(tuple(name for (name,) in sources), int(relays))


def to_mention(row: Sequence[Any]) -> Mention:
    """A mention from the columns of this module's queries."""
    tone = None if row[29] is None else Tone(row[29])
    topics = tuple(int(topic) for topic in row[33].split(",")) if row[33] else ()
    state, _blank, assignee = row[35].partition(" ") if row[35] else (WorkState.NEW, "", "")
    tags = tuple(row[36].split(" ")) if row[36] else ()
    fields = [*row[:33], topics, not row[34], tags, state, assignee, row[37], row[38] or 0, bool(row[39]), row[40]]
    fields[19], fields[29] = bool(row[19]), tone
    return Mention(*fields)
