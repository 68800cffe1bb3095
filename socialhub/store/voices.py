"""Who of the watchlists spoke: how often, about what, in which tone, when last; their texts; authors on no list.

People are read by their own index of times. Others are looked for among what arrived lately: a mention arrives after it
was published, and ids follow arrival.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from socialhub.clock import DAY
from socialhub.model import Said
from socialhub.reach import PEOPLE_SQL
from socialhub.records import dataclass
from socialhub.store.connection import Connection
from socialhub.store.tones import GENERAL, OF_TOPIC, ToneColumns

TOP_TOPICS: Final = 2
_CLOCKS_DIFFER: Final = DAY
"""How far arrival is looked back beyond the dates asked for: clocks are set, machines sleep."""


@dataclass(frozen=True, slots=True)
class Voice:
    """What one person said in a period.

    `mentions` of the period, `earlier` before it in the time asked for; `topics` (row number, mentions) are the most
    frequent; `negative`, `neutral`, `positive` count the judged; `reach` is the most people that one mention may have
    reached; `last` is when they were heard last of all, `contact` the last exchange with us (ms UTC, None: never).
    """

    person: int
    mentions: int = 0
    negative: int = 0
    neutral: int = 0
    positive: int = 0
    reach: int | None = None
    earlier: int = 0
    topics: tuple[tuple[int, int], ...] = ()
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

    With a `topic` (row number) only its mentions count, in their tone towards it; when somebody was last heard is told
    of all.
    """
    about, tones = ("", GENERAL) if topic is None else (_ABOUT, OF_TOPIC)
    ask = {"since": since, "start": start, "end": end, "topic": topic}
    period, earlier = _in_period(db, about, ask, tones), _before(db, about, ask)
    topics, contacts = _topics(db, start, end), last_exchanges(db)
    return {
        person: Voice(
            person,
            *period.get(person, (0, 0, 0, 0, None)),
            earlier=earlier.get(person, 0),
            topics=tuple(topics.get(person, ())[:TOP_TOPICS]) if person in period else (),
            last=last,
            contact=contacts.get(person),
        )
        for person, last in _last_heard(db)
    }


_ABOUT: Final = " AND EXISTS (SELECT 1 FROM mention_topics WHERE topic = :topic AND mention = a.mention)"
_THEIRS: Final = (
    " FROM people p CROSS JOIN mention_people a ON a.person = p.id AND a.published >= :{low} AND a.published < :{high}"
)


def _in_period(
    db: Connection, about: str, ask: dict[str, int | None], tones: ToneColumns
) -> dict[int, tuple[int, int, int, int, int | None]]:
    """Mentions, those judged negative, neutral and positive, and the reach, of who said something."""
    rows = db.execute(
        f"SELECT a.person, count(*), sum({tones.bucket} = -1), sum({tones.bucket} = 0), sum({tones.bucket} = 1),"
        f" max({PEOPLE_SQL}){_THEIRS.format(low='start', high='end')} CROSS JOIN mentions m ON m.id = a.mention"
        f" WHERE p.active{about} GROUP BY a.person",
        ask,
    )
    return {row[0]: (row[1], row[2], row[3], row[4], row[5]) for row in rows}


def _before(db: Connection, about: str, ask: dict[str, int | None]) -> dict[int, int]:
    """Mentions before the period: counted in the index alone."""
    theirs = _THEIRS.format(low="since", high="start")
    return dict(db.execute(f"SELECT a.person, count(*){theirs} WHERE p.active{about} GROUP BY a.person", ask))


def _topics(db: Connection, start: int, end: int) -> dict[int, list[tuple[int, int]]]:
    """The topics of each person in the period, the most frequent first."""
    rows = db.execute(
        f"SELECT a.person, t.topic, count(*){_THEIRS.format(low='start', high='end')}"
        " CROSS JOIN mention_topics t ON t.mention = a.mention JOIN topics o ON o.id = t.topic AND o.active"
        " WHERE p.active GROUP BY a.person, t.topic ORDER BY 3 DESC, o.position",
        {"start": start, "end": end},
    )
    found: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    for person, topic, mentions in rows:
        found[person].append((topic, mentions))
    return found


def _last_heard(db: Connection) -> list[tuple[int, int | None]]:
    return db.execute(
        "SELECT id, (SELECT max(published) FROM mention_people WHERE person = p.id) FROM people p WHERE active"
    ).fetchall()


def last_exchanges(db: Connection) -> dict[int, int]:
    """When each person had the last exchange with us (ms UTC)."""
    return dict(db.execute("SELECT person, max(at) FROM person_notes WHERE kind = 'exchange' GROUP BY person"))


# ---- what they said ----------------------------------------------------------------------------------------------


_TEXT: Final = "CASE WHEN m.title = '' OR m.text LIKE m.title || '%' THEN m.text ELSE m.title || '. ' || m.text END"


def texts_of(db: Connection, people: Sequence[int], start: int, end: int, most: int) -> list[Said]:
    """What these people said in [start, end), the newest arrival first; of more than `most` evenly chosen ones."""
    chosen = db.execute(
        "SELECT mention, person FROM mention_people"  # noqa: S608
        f" WHERE person IN ({_numbers(people)}) AND published >= ? AND published < ?",
        (start, end),
    ).fetchall()
    step = -(-len(chosen) // most) or 1
    found = []
    for mention, person in sorted(chosen, reverse=True)[::step]:
        row = db.execute(f"SELECT m.story, m.lang, {_TEXT} FROM mentions m WHERE m.id = ?", (mention,)).fetchone()  # noqa: S608
        found.append(Said(mention, person, *row))
    return found


def _numbers(people: Sequence[int]) -> str:
    return ",".join(str(int(person)) for person in people)


def background_texts(db: Connection, people: Sequence[int], start: int, end: int, most: int) -> list[Said]:
    """About `most` texts of [start, end) by others than these people, evenly chosen from all that arrived then."""
    low = first_arrival_since(db, start)
    high = first_arrival_since(db, end + _CLOCKS_DIFFER)
    step = max(1, (high - low) // most)
    rows = db.execute(
        "WITH RECURSIVE chosen(id) AS (SELECT :low UNION ALL SELECT id + :step FROM chosen WHERE id + :step < :high)"  # noqa: S608
        f" SELECT m.id, 0, m.story, m.lang, {_TEXT} FROM chosen c CROSS JOIN mentions m ON m.id = c.id"
        " WHERE m.published >= :start AND m.published < :end AND m.tombstone = '' AND NOT EXISTS (SELECT 1"
        f" FROM mention_people WHERE mention = m.id AND person IN ({_numbers(people)}))",
        {"low": low, "high": high, "step": step, "start": start, "end": end},
    )
    return [Said(*row) for row in rows]


# ---- who is on no list -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Stranger:
    """An author on no list: how they are named, mentions in the period, followers (None: unknown), last post (ms).

    `newest` is their latest arrival in the period.
    """

    author: str
    handle: str
    site: str
    source: str
    mentions: int
    followers: int | None
    last: int
    newest: int


def strangers(db: Connection, start: int, end: int, topic: int | None, limit: int) -> list[Stranger]:
    """The authors on no list who said most in [start, end), about a topic (row number) or at all."""
    table, about = "mentions m", "m.id >= :first"
    if topic is not None:
        table = "mention_topics t CROSS JOIN mentions m ON m.id = t.mention"
        about = "t.topic = :topic AND t.mention >= :first"
    rows = db.execute(
        "SELECT max(m.author), m.handle, max(m.site), max(s.name), count(*), max(m.followers), max(m.published),"  # noqa: S608
        f" max(m.id) FROM {table} JOIN sources s ON s.id = m.source WHERE {about} AND m.published >= :start"
        " AND m.published < :end AND m.tombstone = '' AND (m.handle <> '' OR m.author <> '')"
        " AND NOT EXISTS (SELECT 1 FROM mention_people a JOIN people p ON p.id = a.person AND p.active"
        " WHERE a.mention = m.id)"
        " GROUP BY CASE m.handle WHEN '' THEN m.author ELSE m.handle END, m.handle"
        " ORDER BY 5 DESC, 6 DESC, 7 DESC LIMIT :limit",
        {"first": first_arrival_since(db, start), "start": start, "end": end, "topic": topic, "limit": limit},
    )
    return [Stranger(*row) for row in rows]
