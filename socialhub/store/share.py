"""What share of voice is worked out from: counts to the minute, and a bounded look at the stored mentions themselves.

Counting reads the hour table, and minutes at the ends. Depth, outlet and reach are only in the mentions: where a period
holds more than can be read in time, a share of them is drawn by a hash of their ids (see store.facets). Reads only.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, Final

from socialhub.authors import READERS_SQL
from socialhub.clock import HOUR, floor_hour, floor_minute
from socialhub.model import Topic
from socialhub.query import Node, Scope, parse, spans
from socialhub.reach import PEOPLE_SQL, Reach, reach_of
from socialhub.records import dataclass
from socialhub.shares import LEAD, LEAD_WORDS, OUTLETS, PASSING, TITLE, depth_of, outlet_of
from socialhub.store.connection import Connection
from socialhub.store.schema import ALL_TOPICS, UNSURE_BUCKET

WALKED: Final = 150_000
"""So many mentions of a period at most are asked which topics they have: 0.5 µs each."""
LOOKED_AT: Final = 4_000
"""So many of them are read, of all topics together: 10 µs each."""
MEASURED: Final = 600
"""So many texts are searched for where they name the topic: 100 µs each."""
LONGEST: Final = 4_000
"""Characters of a text in which a topic is looked for: a naming after that is in passing whatever it says."""
_LEAD: Final = re.compile(rf"\s*(?:\S+\s+){{{LEAD_WORDS + 10}}}")
"""The first words of a text that has more than these; ten more, so that a phrase at their end is whole."""
_parsed = lru_cache(maxsize=512)(parse)
_SHARES: Final = 1000
_HASH: Final = "((({} * 2654435761) & 4294967295) >> 12) % 1000"


@dataclass(slots=True)
class Counted:
    """The counts of one topic in a period: mentions and stories by source, mentions by tone, and along the time."""

    mentions: Counter[int]
    stories: int
    tones: Counter[int]
    cells: list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look at the mentions of a topic gave; see shares.Voice."""

    looked_at: int = 0
    depths: tuple[int, int, int] = (0, 0, 0)
    outlets: tuple[int, ...] = (0,) * len(OUTLETS)
    reach: Reach = Reach()


def counted(db: Connection, topics: Sequence[int], start: int, end: int) -> dict[int, Counted]:
    """The counts of topics in [start, end), to the minute. Cells are minutes up to a day, hours beyond."""
    found = {topic: Counted(Counter(), 0, Counter(), []) for topic in topics}
    marks = ", ".join("?" * len(topics))
    for table, column, low, high in _parts(floor_minute(start), floor_minute(end)):
        where = f"FROM {table} WHERE topic IN ({marks}) AND {column} >= ? AND {column} < ? GROUP BY"
        by_source = f"SELECT topic, source, tone, sum(mentions), sum(stories) {where} topic, source, tone"
        for topic, source, tone, mentions, stories in db.execute(by_source, (*topics, low, high)):
            found[topic].mentions[source] += mentions
            found[topic].tones[tone] += mentions
            found[topic].stories += stories
        by_time = f"SELECT topic, {column}, sum(mentions) {where} topic, {column} ORDER BY topic, {column}"
        for topic, at, mentions in db.execute(by_time, (*topics, low, high)):
            found[topic].cells.append((at, mentions))
    return found


def carries(db: Connection, source: int, topics: Sequence[int]) -> bool:
    """Whether a source ever brought a mention of one of the topics."""
    marks = ", ".join("?" * len(topics))
    query = f"SELECT EXISTS (SELECT 1 FROM hour_counts WHERE topic IN ({marks}) AND source = ? AND mentions)"  # noqa: S608
    return bool(db.execute(query, (*topics, source)).fetchone()[0])


def _parts(start: int, end: int) -> Iterator[tuple[str, str, int, int]]:
    """(table, column, from, to) of the tables that a period is read from, in order."""
    first, last = -(-start // HOUR) * HOUR, floor_hour(end)
    if end - start <= 24 * HOUR or first >= last:
        yield "counts", "minute", start, end
        return
    for table, column, low, high in (
        ("counts", "minute", start, first),
        ("hour_counts", "hour", first, last),
        ("counts", "minute", last, end),
    ):
        if low < high:
            yield table, column, low, high


def look(db: Connection, topics: Sequence[Topic], start: int, end: int) -> dict[int, Looked]:
    """What the stored mentions of topics in [start, end) say beyond the counts; a share of them where they are many."""
    drawn: defaultdict[int, list[int]] = defaultdict(list)
    for topic, mention in _drawn(db, [topic.number for topic in topics], start, end):
        drawn[topic].append(mention)
    most = _fair({topic: len(mentions) for topic, mentions in drawn.items()}, LOOKED_AT)
    texts = _fair({topic: min(most, len(mentions)) for topic, mentions in drawn.items()}, MEASURED)
    kinds = dict(db.execute("SELECT id, kind FROM sources"))
    return {
        topic.number: _look_at(db, _parsed(topic.query), _evenly(drawn[topic.number], most), texts, kinds)
        for topic in topics
    }


def _drawn(db: Connection, topics: Sequence[int], start: int, end: int) -> Iterator[tuple[int, int]]:
    """(topic, mention) of the mentions of a period, or of a share of them."""
    (everything,) = db.execute(
        "SELECT coalesce(sum(mentions), 0) FROM hour_counts WHERE topic = ? AND hour >= ? AND hour < ?",
        (ALL_TOPICS, floor_hour(start), end),
    ).fetchone()
    share = min(_SHARES, max(1, _SHARES * WALKED // everything)) if everything else _SHARES
    chosen = f" AND {_HASH.format('m.id')} < {share}" if share < _SHARES else ""
    marks = ", ".join("?" * len(topics))
    yield from db.execute(
        # The plus keeps SQLite from looking up each of the topics of each mention.
        "SELECT t.topic, m.id FROM mentions m INDEXED BY mentions_by_published CROSS JOIN mention_topics t"  # noqa: S608
        " INDEXED BY mention_topics_by_mention ON t.mention = m.id WHERE m.published >= ? AND m.published < ?"
        f"{chosen} AND +t.topic IN ({marks})",
        (start, end, *topics),
    )


def _fair(wanted: dict[int, int], budget: int) -> int:
    """The most that each may have so that all together stay within the budget: small ones keep all they want."""
    left = budget
    for place, want in enumerate(sorted(wanted.values())):
        each = left // (len(wanted) - place)
        if want > each:
            return each
        left -= want
    return budget


def _evenly(mentions: list[int], most: int) -> list[int]:
    """At most `most` of the mentions, spread evenly over them."""
    if len(mentions) <= most:
        return mentions
    return [mentions[place * len(mentions) // most] for place in range(most)]


def _look_at(db: Connection, query: Node, mentions: list[int], texts: int, kinds: dict[int, str]) -> Looked:
    measured = set(_evenly(mentions, texts))
    depths, outlets = Counter[int](), Counter[str]()
    told: list[tuple[str, int | None]] = []
    looked_at = 0
    for number in mentions:
        row = _row(db, number, with_text=number in measured)
        if row is None:
            continue
        looked_at += 1
        source, kind, readers, people, title, text = row
        outlets[outlet_of(kinds[source], kind)] += 1
        told.append((readers, people))
        if number in measured and (depth := _depth(query, title, text)) is not None:
            depths[depth] += 1
    return Looked(
        looked_at,
        (depths[TITLE], depths[LEAD], depths[PASSING]),
        tuple(outlets[outlet] for outlet in OUTLETS),
        reach_of(told),
    )


def _row(db: Connection, number: int, *, with_text: bool) -> tuple[Any, ...] | None:
    words = f"title, substr(text, 1, {LONGEST})" if with_text else "'', ''"
    row: tuple[Any, ...] | None = db.execute(
        f"SELECT m.source, m.kind, {READERS_SQL}, {PEOPLE_SQL}, {words}"  # noqa: S608
        " FROM mentions m JOIN sources s ON s.id = m.source WHERE m.id = ? AND m.tombstone = ''",
        (number,),
    ).fetchone()
    return row


def _depth(query: Node, title: str, text: str) -> int | None:
    if title and spans(query, title, Scope.TITLE):
        return depth_of(named_in_title=True, words_before=None)
    # Most long texts name it early: the rest need not be looked at then.
    lead = _LEAD.match(text)
    named = spans(query, lead[0] if lead else text, Scope.TEXT) or (spans(query, text, Scope.TEXT) if lead else [])
    if named or len(text) < LONGEST:
        return depth_of(named_in_title=False, words_before=len(text[: named[0][0]].split()) if named else None)
    return PASSING


def tones_of(counts: Counted) -> tuple[int, int, int, int]:
    """Negative, neutral, positive, unsure."""
    return counts.tones[-1], counts.tones[0], counts.tones[1], counts.tones[UNSURE_BUCKET]
