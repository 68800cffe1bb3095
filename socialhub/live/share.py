"""Share of voice as of one moment: which topics, over which period, and whether their sources were heard."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo
from typing import Final

from socialhub.clock import DAY, HOUR, MINUTE, floor_minute
from socialhub.model import Topic
from socialhub.query import parse
from socialhub.query.dates import moments
from socialhub.query.tree import DateRange, Recent
from socialhub.records import dataclass
from socialhub.shares import Share, Silence, Voice, Window, gaps
from socialhub.store.connection import Connection
from socialhub.store.share import Counted, Looked, carries, counted, look, tones_of
from socialhub.store.sources import CONTIGUOUS, Coverage, coverage, holes, source_rows
from socialhub.store.topics import active_topics

STEPS: Final = (HOUR, DAY, 7 * DAY, 30 * DAY, 90 * DAY)
"""The periods that one key goes through."""
RIVALS: Final = ("brand", "competitor")
"""The kinds of topics that are compared unless something else is asked for."""


@dataclass(frozen=True, slots=True)
class ShareWish:
    """What is asked for: the last `length` ms, or, where `dates` is set, those dates as a query writes them.

    `kinds` are the kinds of topics that are compared.
    """

    length: int = 7 * DAY
    dates: str = ""
    kinds: tuple[str, ...] = RIVALS


def period_of(wish: ShareWish, now: int, zone: tzinfo) -> tuple[int, int]:
    """[start, end) in whole minutes. Raises QueryError for what is no date, ValueError for an empty period."""
    start, end = now - wish.length, now
    if wish.dates:
        node = parse(f"date:{wish.dates}")
        if isinstance(node, Recent):
            start = now - node.span
        elif isinstance(node, DateRange):
            low, high = moments(node, zone)
            if low is None:
                raise ValueError(wish.dates)
            start, end = low, now if high is None else min(now, high)
        else:
            raise ValueError(wish.dates)
    start, end = floor_minute(start), floor_minute(end)
    if start >= end or start < 0:
        raise ValueError(wish.dates)
    return start, end


def compared(topics: Sequence[Topic], kinds: Sequence[str]) -> tuple[Topic, ...]:
    """The topics of these kinds, the brand first; all of them where there is none of these kinds."""
    chosen = [topic for topic in topics if topic.kind in kinds] or list(topics)
    return tuple(sorted(chosen, key=lambda topic: topic.kind != "brand"))


def read_share(db: Connection, wish: ShareWish, now: int, zone: tzinfo) -> Share:
    """The compared topics in the wished period and in the one before it. Raises as `period_of`."""
    start, end = period_of(wish, now, zone)
    topics = compared(active_topics(db), wish.kinds)
    return Share(topics, _window(db, topics, start, end), _window(db, topics, 2 * start - end, start))


def _window(db: Connection, topics: tuple[Topic, ...], start: int, end: int) -> Window:
    numbers = [topic.number for topic in topics]
    counts = counted(db, numbers, start, end)
    looked = look(db, topics, start, end)
    listened = coverage(db, start, end)
    silences = _silences(db, numbers, listened, start, end)
    names = {row.number: row.name for row in source_rows(db, configured_only=False)}
    down = {silence.source for silence in silences if silence.suspends}
    whole = tuple(
        sum(mentions for source, mentions in counts[topic].mentions.items() if names.get(source) not in down)
        for topic in numbers
    )
    cell = max(MINUTE, (end - start) // 24)
    return Window(
        start,
        end,
        tuple(_voice(counts[topic], looked[topic]) for topic in numbers),
        silences,
        sum(holes(listened, start, cell, 24)) * 2 <= 24,
        whole if down and any(whole) else None,
    )


def _silences(db: Connection, topics: list[int], listened: list[Coverage], start: int, end: int) -> tuple[Silence, ...]:
    """When the sources that carry the topics were not heard; those that never carried one do not count."""
    rows = {row.number: row for row in source_rows(db)}
    found = []
    for each in listened:
        row = rows.get(each.source)
        if row is None:
            continue
        begun = start if each.since is None else min(end, max(start, each.since))
        # The next answer may still show that nothing was missed since the last one.
        heard = [*each.spans, *((high, high + CONTIGUOUS * row.interval) for _low, high in each.spans[-1:])]
        stretches = gaps(heard, begun, end, MINUTE)
        # Asked of all its past: a source that has been down for weeks brought nothing lately.
        if (stretches or begun > start) and carries(db, each.source, topics):
            missing = sum(high - low for low, high in stretches)
            found.append(Silence(row.name, stretches, missing / (end - start), each.since))
    return tuple(sorted(found, key=lambda silence: (-silence.share, silence.source)))


def _voice(counts: Counted, looked: Looked) -> Voice:
    negative, neutral, positive, unsure = tones_of(counts)
    return Voice(
        sum(counts.mentions.values()),
        counts.stories,
        negative,
        neutral,
        positive,
        unsure,
        tuple(counts.cells),
        looked.looked_at,
        looked.depths,
        looked.outlets,
        looked.reach,
    )
