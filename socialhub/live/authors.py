"""One author whole, on a watchlist or on none: role with its reason, reach, and for each topic influence and tone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from socialhub.authors import AuthorKey
from socialhub.clock import DAY
from socialhub.influence import Heard, Influence, influence_of, is_early
from socialhub.model import UNSURE_BELOW
from socialhub.records import dataclass
from socialhub.roles import Because, Evidence, Judged, Role, role_of
from socialhub.store.authors import (
    Told,
    Whose,
    Written,
    carriers,
    first_heard,
    passed_on,
    said_role,
    same_account,
    told_of,
    verified_accounts_of,
    written_by,
)
from socialhub.store.connection import Connection
from socialhub.store.people import active_watchlists, watched_people
from socialhub.store.topics import active_topics

SPAN: Final = 90 * DAY
"""How far back an author is looked at: long enough for one who is heard once a month."""
MOST_ROWS: Final = 2_000
MOST_STORIES: Final = 200
MOST_TEXTS: Final = 100
BRAND: Final = "brand"


@dataclass(frozen=True, slots=True)
class OnTopic:
    """An author on one topic (row number): mentions, net sentiment in points (None: nothing judged), influence."""

    topic: int
    mentions: int
    net: int | None
    influence: Influence


@dataclass(frozen=True, slots=True)
class Author:
    """What the last 90 days tell of an author. `partial`: they wrote more than was looked at, the newest count.

    `sources` are (name, mentions), the busiest first; `first` and `last` are ms UTC (None: never heard).
    `same` are their accounts behind a bridge, `verified` those that they show by verified links, with how many mentions
    each has.
    """

    role: Judged
    mentions: int
    partial: bool
    reach: int | None
    net: int | None
    first: int | None
    last: int | None
    sources: tuple[tuple[str, int], ...]
    topics: tuple[OnTopic, ...]
    told: Told
    same: tuple[tuple[AuthorKey, int], ...] = ()
    verified: tuple[tuple[AuthorKey, int], ...] = ()


def read_author(db: Connection, whose: Whose, now: int) -> Author:
    """Everything about an author but their mentions."""
    rows = written_by(db, whose, now - SPAN, MOST_ROWS)
    told = told_of(db, whose, MOST_TEXTS)
    last = rows[0] if rows else next(iter(written_by(db, whose, 0, 1)), None)
    return Author(
        role_of(_evidence(db, whose, told), _corrected(db, whose)),
        len(rows),
        len(rows) == MOST_ROWS,
        _widest(rows),
        net_of(rows),
        first_heard(db, whose),
        None if last is None else last.published,
        tuple(Counter(row.source for row in rows).most_common()),
        _on_topics(db, rows),
        told,
        same_account(db, whose),
        verified_accounts_of(db, whose),
    )


def net_of(rows: Sequence[Written]) -> int | None:
    """Net sentiment in points (-100…100); None when nothing was judged surely."""
    tones = [row.tone for row in rows if row.tone is not None and row.confidence >= UNSURE_BELOW]
    return round(sum(tones) / len(tones) * 100) if tones else None


def _widest(rows: Sequence[Written]) -> int | None:
    return max((row.people for row in rows if row.people is not None), default=None)


def _corrected(db: Connection, whose: Whose) -> Judged | None:
    said = said_role(db, whose)
    return None if said is None else Judged(Role(said.role), Because.CORRECTED, said.operator)


def _evidence(db: Connection, whose: Whose, told: Told) -> Evidence:
    lists: tuple[tuple[str, str], ...] = ()
    list_role = ""
    if isinstance(whose, int):
        lists = tuple((each.name, each.kind) for each in active_watchlists(db) if whose in each.people)
        list_role = next((person.role for person in watched_people(db) if person.number == whose), "")
    brands = tuple(topic.name for topic in active_topics(db) if topic.kind == BRAND)
    return Evidence(
        lists,
        list_role,
        told.handle,
        told.author,
        told.bio,
        told.site,
        told.site_class,
        told.has_articles,
        brands,
        told.texts,
    )


def _on_topics(db: Connection, rows: Sequence[Written]) -> tuple[OnTopic, ...]:
    """The topics of these mentions, the one of most influence first."""
    mine = frozenset(row.author for row in rows)
    relayed = passed_on(db, [row.mention for row in rows if row.topics])
    stories = list(dict.fromkeys(row.story for row in rows if row.topics))[:MOST_STORIES]
    carried = carriers(db, stories)
    active = {topic.number for topic in active_topics(db)}
    found = []
    for topic in {number for row in rows for number in row.topics} & active:
        on_topic = [row for row in rows if topic in row.topics]
        influence = influence_of(_heard(on_topic, mine, relayed, carried))
        found.append(OnTopic(topic, len(on_topic), net_of(on_topic), influence))
    return tuple(sorted(found, key=lambda each: (-each.influence.score, -each.mentions, each.topic)))


def _heard(
    rows: Sequence[Written], mine: frozenset[str], relayed: dict[int, int], carried: dict[int, list[str]]
) -> Heard:
    """What is counted of the mentions on one topic. Of a post passed on, what is told and what was seen is one fact."""
    stories = {row.story for row in rows}
    shared = early = 0
    copied: set[str] = set()
    for authors in (carried[story] for story in stories if story in carried):
        ranks = [rank for rank, author in enumerate(authors) if author in mine]
        others = len(authors) - len(ranks)
        if not others or not ranks:
            continue
        shared += 1
        early += is_early(ranks[0], others + 1)
        if ranks[0] == 0:
            copied.update(author for author in authors if author not in mine)
    on = sum(max(relayed.get(row.mention, 0), row.shares or 0) for row in rows)
    return Heard(len(stories), on, len(copied), early, shared, _widest(rows))
