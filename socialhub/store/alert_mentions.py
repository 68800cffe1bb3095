"""The mentions behind an alert as the crisis view counts them: a row each, places over time, who was heard before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import Any, Final

from socialhub.authors import AUTHOR_SQL, INDEXED_SQL
from socialhub.clock import HOUR, floor_hour
from socialhub.model import Said
from socialhub.records import dataclass
from socialhub.store.alert_facts import Window
from socialhub.store.connection import Connection
from socialhub.store.schema import UNSURE_BUCKET

MOST_VOICES: Final = 2_000
"""So many authors at most are looked up in the past."""
_TEXT: Final = "CASE WHEN m.title = '' OR m.text LIKE m.title || '%' THEN m.text ELSE m.title || '. ' || m.text END"


@dataclass(frozen=True, slots=True)
class Behind:
    """One mention behind an alert.

    `tone` is its bucket towards the topic; `author` a key, `name` what the past is asked for; `passed_on` is how often
    it was shared, as its source tells or as the shares were seen; `created` is when the account was made (ms UTC, None:
    unknown); `state` where the work on it stands.
    """

    mention: int
    published: int
    source: int
    tone: int
    author: str
    name: str
    followers: int | None
    passed_on: int
    created: int | None
    state: str


def mentions_behind(db: Connection, window: Window) -> list[Behind]:
    """The mentions of a window, the latest first, at most alert_facts.LOOKED_AT."""
    inside, values = window.sql()
    rows = db.execute(
        f"SELECT i.id, i.published, i.source, i.tone, {AUTHOR_SQL}, {INDEXED_SQL}, i.followers,"  # noqa: S608
        " max(coalesce(m.shares, 0), (SELECT count(*) FROM relays WHERE mention = i.id)), m.account_created, i.state"
        f" FROM ({inside}) i JOIN mentions m ON m.id = i.id JOIN sources s ON s.id = m.source",
        values,
    )
    return [Behind(*row) for row in rows]


def sources_over_time(db: Connection, window: Window, step: int) -> dict[int, dict[int, int]]:
    """How many mentions of a window each source brought, by cells of `step` ms from its start."""
    inside, values = window.sql()
    query = f"SELECT source, (published - :start) / :step, count(*) FROM ({inside}) GROUP BY 1, 2"  # noqa: S608
    return _by_cell(db, query, values | {"step": step})


def places_over_time(db: Connection, window: Window, step: int) -> dict[str, dict[int, int]]:
    """How many mentions of a window speak of each place, by cells of `step` ms from its start; regions apart."""
    inside, values = window.sql()
    query = (
        f"SELECT p.place, (i.published - :start) / :step, count(*) FROM ({inside}) i"  # noqa: S608
        " JOIN mention_places p ON p.mention = i.id WHERE p.place NOT LIKE 'R-%' GROUP BY 1, 2"
    )
    return _by_cell(db, query, values | {"step": step})


def places_behind(db: Connection, window: Window) -> dict[str, int]:
    """How many mentions of a window speak of each place; regions apart."""
    inside, values = window.sql()
    query = (
        f"SELECT p.place, count(*) FROM ({inside}) i"  # noqa: S608
        " JOIN mention_places p ON p.mention = i.id WHERE p.place NOT LIKE 'R-%' GROUP BY 1"
    )
    return dict(db.execute(query, values))


def _by_cell(db: Connection, query: str, values: dict[str, Any]) -> dict[Any, dict[int, int]]:
    found: defaultdict[Any, dict[int, int]] = defaultdict(dict)
    for key, cell, mentions in db.execute(query, values):
        found[key][cell] = mentions
    return dict(found)


def heard_before(db: Connection, names: Collection[str], moment: int) -> set[str]:
    """Those of these names (Behind.name), at most MOST_VOICES, that stand under a mention published before then."""
    known = (
        db.execute(
            f"SELECT 1 FROM mentions m WHERE {INDEXED_SQL} = ? AND m.published < ? LIMIT 1",  # noqa: S608
            (name, moment),
        ).fetchone()
        for name in list(names)[:MOST_VOICES]
    )
    return {name for name, row in zip(list(names)[:MOST_VOICES], known, strict=True) if row is not None}


def texts_behind(db: Connection, window: Window, most: int) -> list[Said]:
    """What these mentions say, the latest first; of more than `most` evenly chosen ones. A person is an author."""
    inside, values = window.sql()
    rows = db.execute(
        f"SELECT m.id, {AUTHOR_SQL}, m.story, m.lang, {_TEXT} FROM ({inside}) i JOIN mentions m ON m.id = i.id"  # noqa: S608
        " JOIN sources s ON s.id = m.source",
        values,
    ).fetchall()
    people: dict[str, int] = {}
    step = -(-len(rows) // most) or 1
    return [
        Said(mention, people.setdefault(author, len(people)), story, lang, text)
        for mention, author, story, lang, text in rows[::step]
    ]


def negative_share(db: Connection, topic: int, start: int, end: int) -> float | None:
    """The share of negative mentions among the judged of a topic in [start, end), by whole hours; None without any."""
    negative, judged = db.execute(
        "SELECT coalesce(sum(mentions) FILTER (WHERE tone = -1), 0),"
        " coalesce(sum(mentions) FILTER (WHERE tone <> ?), 0)"
        " FROM hour_counts WHERE topic = ? AND hour >= ? AND hour < ?",
        (UNSURE_BUCKET, topic, floor_hour(start), floor_hour(end) + HOUR if end % HOUR else end),
    ).fetchone()
    return negative / judged if judged else None


def counted_in_cells(db: Connection, window: Window, step: int, cells: int) -> tuple[list[int], list[int]]:
    """(all, negative) mentions of a window by the counts, in `cells` cells of `step` ms (whole minutes) from its start.

    Of one place only the whole is counted by tone; of a tone the negative ones are all.
    """
    table = "place_counts" if window.place else "counts"
    chosen = {"place": window.place, "source": window.source, "tone": window.tone}
    named = {name: value for name, value in chosen.items() if value not in (None, "")}
    rows = db.execute(
        f"SELECT (minute - :start) / :step, tone, sum(mentions) FROM {table}"  # noqa: S608
        " WHERE topic = :topic AND minute >= :start AND minute < :end"
        + "".join(f" AND {name} = :{name}" for name in named)
        + " GROUP BY 1, 2",
        {"topic": window.topic, "start": window.start, "end": window.end, "step": step, **named},
    )
    totals, negative = [0] * cells, [0] * cells
    for cell, tone, mentions in rows:
        totals[min(cell, cells - 1)] += mentions
        negative[min(cell, cells - 1)] += mentions if tone == -1 else 0
    return totals, negative
