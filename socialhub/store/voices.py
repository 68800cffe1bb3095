"""Who of the watchlists spoke: how often, about what, in which tone, when last; their texts; authors on no list.

Reads only what arrived lately: a mention arrives after it was published, and ids follow arrival.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from socialhub.clock import DAY
from socialhub.model import UNSURE_BELOW, Said
from socialhub.records import dataclass
from socialhub.store.connection import Connection

TOP_TOPICS: Final = 2
_CLOCKS_DIFFER: Final = DAY
"""How far arrival is looked back beyond the dates asked for: clocks are set, machines sleep."""
_LATEST: Final = 50
"""The last arrivals among which the newest date of somebody is looked for: history may come late."""


@dataclass(frozen=True, slots=True)
class Voice:
    """What one person said in a period.

    `mentions` of the period, `earlier` before it in the time asked for; `topics` (row number, mentions) are the most
    frequent; `negative`, `neutral`, `positive` count the judged; `reach` is the most followers or readers known of one
    mention; `last` is when they were heard last of all, `contact` the last exchange with us (ms UTC, None: never).
    """

    person: int
    mentions: int = 0
    earlier: int = 0
    topics: tuple[tuple[int, int], ...] = ()
    negative: int = 0
    neutral: int = 0
    positive: int = 0
    reach: int | None = None
    last: int | None = None
    contact: int | None = None

    @property
    def net(self) -> int | None:
        """Net sentiment in points (-100…100), None when nothing was judged."""
        judged = self.negative + self.neutral + self.positive
        return round((self.positive - self.negative) / judged * 100) if judged else None


def first_arrival_since(db: Connection, moment: int) -> int:
    """An id below all mentions that arrived at `moment` (ms UTC) or later: found by halving, ids follow arrival."""
    low, high = db.execute("SELECT coalesce(min(id), 0), coalesce(max(id), 0) + 1 FROM mentions").fetchone()
    wanted = moment - _CLOCKS_DIFFER
    while low < high:
        middle = (low + high) // 2
        row = db.execute("SELECT id, seen FROM mentions WHERE id >= ? ORDER BY id LIMIT 1", (middle,)).fetchone()
        if row is None or row[1] >= wanted:
            high = middle
        else:
            low = row[0] + 1
    return int(low)


def oldest_published(db: Connection) -> int | None:
    """When the oldest stored mention was published (ms UTC)."""
    (oldest,) = db.execute("SELECT min(published) FROM mentions").fetchone()
    return None if oldest is None else int(oldest)


def voices(db: Connection, since: int, start: int, end: int, topic: int | None = None) -> dict[int, Voice]:
    """Everybody who is watched, by number: [start, end) is the period, [since, start) the time before it.

    With a `topic` (row number) only its mentions count; when somebody was last heard is told of all.
    """
    ask: dict[str, float | None] = {"first": first_arrival_since(db, since), "since": since, "start": start, "end": end}
    ask |= {"topic": topic, "sure": UNSURE_BELOW}
    about = "" if topic is None else " AND a.mention IN (SELECT mention FROM mention_topics WHERE topic = :topic)"
    rows = db.execute(
        "SELECT a.person, sum(m.published >= :start), sum(m.published < :start),"  # noqa: S608
        " sum(m.published >= :start AND m.tone = -1 AND m.confidence >= :sure),"
        " sum(m.published >= :start AND m.tone = 0 AND m.confidence >= :sure),"
        " sum(m.published >= :start AND m.tone = 1 AND m.confidence >= :sure), max(coalesce(m.reach, m.followers))"
        " FROM people p CROSS JOIN mention_people a ON a.person = p.id AND a.mention >= :first"
        " CROSS JOIN mentions m ON m.id = a.mention"
        f" WHERE p.active AND m.published >= :since AND m.published < :end{about} GROUP BY a.person",
        ask,
    )
    counted = {row[0]: row[1:] for row in rows}
    topics, contacts = _topics(db, start, end), last_exchanges(db)
    return {
        person: _voice(person, counted.get(person), topics.get(person, []), last, contacts.get(person))
        for person, last in _last_heard(db)
    }


def _voice(
    person: int,
    counted: tuple[int, int, int, int, int, int | None] | None,
    topics: list[tuple[int, int]],
    last: int | None,
    contact: int | None,
) -> Voice:
    if counted is None:
        return Voice(person, last=last, contact=contact)
    mentions, earlier, negative, neutral, positive, reach = counted
    said = tuple(topics[:TOP_TOPICS]) if mentions else ()
    return Voice(person, mentions, earlier, said, negative, neutral, positive, reach, last, contact)


def _topics(db: Connection, start: int, end: int) -> dict[int, list[tuple[int, int]]]:
    """The topics of each person in the period, the most frequent first."""
    rows = db.execute(
        "SELECT a.person, t.topic, count(*) FROM people p"
        " CROSS JOIN mention_people a ON a.person = p.id AND a.mention >= ?"
        " CROSS JOIN mentions m ON m.id = a.mention CROSS JOIN mention_topics t ON t.mention = a.mention"
        " JOIN topics o ON o.id = t.topic AND o.active WHERE p.active AND m.published >= ? AND m.published < ?"
        " GROUP BY a.person, t.topic ORDER BY 3 DESC, o.position",
        (first_arrival_since(db, start), start, end),
    )
    found: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    for person, topic, mentions in rows:
        found[person].append((topic, mentions))
    return found


def _last_heard(db: Connection) -> list[tuple[int, int | None]]:
    return db.execute(
        "SELECT p.id, (SELECT max(published) FROM (SELECT m.published FROM mention_people a JOIN mentions m"  # noqa: S608
        f" ON m.id = a.mention WHERE a.person = p.id ORDER BY a.mention DESC LIMIT {_LATEST})) FROM people p"
        " WHERE p.active ORDER BY p.id"
    ).fetchall()


def last_exchanges(db: Connection) -> dict[int, int]:
    """When each person had the last exchange with us (ms UTC)."""
    return dict(db.execute("SELECT person, max(at) FROM person_notes WHERE kind = 'exchange' GROUP BY person"))


# ---- what they said ----------------------------------------------------------------------------------------------


_TEXT: Final = "CASE WHEN m.title = '' OR m.text LIKE m.title || '%' THEN m.text ELSE m.title || '. ' || m.text END"


def texts_of(db: Connection, people: Sequence[int], start: int, end: int, most: int) -> list[Said]:
    """What these people said in [start, end), the newest arrival first; of more than `most` evenly chosen ones."""
    rows = db.execute(
        "SELECT a.mention, a.person, m.story, m.lang FROM mention_people a CROSS JOIN mentions m ON m.id = a.mention"  # noqa: S608
        f" WHERE a.person IN ({','.join(map(str, map(int, people)))}) AND a.mention >= ?"
        " AND m.published >= ? AND m.published < ? AND m.tombstone = '' ORDER BY a.mention DESC",
        (first_arrival_since(db, start), start, end),
    ).fetchall()
    step = -(-len(rows) // most) or 1
    return [Said(mention, person, story, lang, _text_of(db, mention)) for mention, person, story, lang in rows[::step]]


def _text_of(db: Connection, mention: int) -> str:
    (text,) = db.execute(f"SELECT {_TEXT} FROM mentions m WHERE m.id = ?", (mention,)).fetchone()  # noqa: S608
    return str(text)


def background_texts(db: Connection, people: Sequence[int], start: int, end: int, most: int) -> list[Said]:
    """About `most` texts of [start, end) by others than these people, evenly chosen from all that arrived then."""
    low = first_arrival_since(db, start)
    high = first_arrival_since(db, end + _CLOCKS_DIFFER)
    step = max(1, (high - low) // most)
    rows = db.execute(
        "WITH RECURSIVE chosen(id) AS (SELECT :low UNION ALL SELECT id + :step FROM chosen WHERE id + :step < :high)"  # noqa: S608
        f" SELECT m.id, 0, m.story, m.lang, {_TEXT} FROM chosen c CROSS JOIN mentions m ON m.id = c.id"
        " WHERE m.published >= :start AND m.published < :end AND m.tombstone = '' AND NOT EXISTS (SELECT 1"
        f" FROM mention_people WHERE mention = m.id AND person IN ({','.join(map(str, map(int, people)))}))",
        {"low": low, "high": high, "step": step, "start": start, "end": end},
    )
    return [Said(*row) for row in rows]


# ---- who is on no list -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Stranger:
    """An author on no list: how they are named, mentions in the period, followers (None: unknown), last post (ms)."""

    author: str
    handle: str
    site: str
    source: str
    mentions: int
    followers: int | None
    last: int


def strangers(db: Connection, start: int, end: int, topic: int | None, limit: int) -> list[Stranger]:
    """The authors on no list who said most in [start, end), about a topic (row number) or at all."""
    table, about = "mentions m", "m.id >= :first"
    if topic is not None:
        table = "mention_topics t CROSS JOIN mentions m ON m.id = t.mention"
        about = "t.topic = :topic AND t.mention >= :first"
    rows = db.execute(
        "SELECT max(m.author), m.handle, max(m.site), max(s.name), count(*), max(m.followers), max(m.published)"  # noqa: S608
        f" FROM {table} JOIN sources s ON s.id = m.source WHERE {about} AND m.published >= :start"
        " AND m.published < :end AND m.tombstone = '' AND (m.handle <> '' OR m.author <> '')"
        " AND NOT EXISTS (SELECT 1 FROM mention_people a JOIN people p ON p.id = a.person AND p.active"
        " WHERE a.mention = m.id)"
        " GROUP BY CASE m.handle WHEN '' THEN m.author ELSE m.handle END, m.handle"
        " ORDER BY 5 DESC, 6 DESC, 7 DESC LIMIT :limit",
        {"first": first_arrival_since(db, start), "start": start, "end": end, "topic": topic, "limit": limit},
    )
    return [Stranger(*row) for row in rows]
