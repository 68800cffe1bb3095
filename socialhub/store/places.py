"""Which places mentions speak of, and how many spoke of each: codes of the gazetteer with all that lies around them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

from socialhub.clock import HOUR
from socialhub.records import dataclass
from socialhub.store.connection import Connection

_TONES: Final = (-1, 0, 1, 2)


def write_places(db: Connection, pairs: Iterable[tuple[str, int]]) -> None:
    """Note that mentions speak of places: (code, mention), inside the caller's transaction."""
    db.executemany("INSERT OR IGNORE INTO mention_places (place, mention) VALUES (?, ?)", pairs)


def places_of(db: Connection, mention: int) -> tuple[str, ...]:
    """The codes that a mention is counted under."""
    return tuple(
        code for (code,) in db.execute("SELECT place FROM mention_places WHERE mention = ? ORDER BY place", (mention,))
    )


@dataclass(frozen=True, slots=True)
class PlaceSeries:
    """What was said of one place: mentions in equal cells, and those judged negative, neutral, positive, unsure."""

    totals: tuple[int, ...]
    tones: tuple[int, int, int, int]


def place_series(db: Connection, topic: int, start: int, end: int, cells: int) -> dict[str, PlaceSeries]:
    """The mentions of one topic (0: all) that speak of each place, in [start, end) in `cells` equal cells.

    `start` and the cell width are whole minutes; whole hours are read from the hour table.
    """
    step = (end - start) // cells
    table, column = _table(start, step)
    totals: defaultdict[str, list[int]] = defaultdict(lambda: [0] * cells)
    tones: defaultdict[str, dict[int, int]] = defaultdict(lambda: dict.fromkeys(_TONES, 0))
    rows = db.execute(
        f"SELECT place, ({column} - ?) / ? AS cell, tone, sum(mentions) FROM {table}"  # noqa: S608
        f" WHERE topic = ? AND {column} >= ? AND {column} < ? GROUP BY place, cell, tone",
        (start, step, topic, start, end),
    )
    for place, cell, tone, mentions in rows:
        totals[place][min(cell, cells - 1)] += mentions
        tones[place][tone] += mentions
    return {
        place: PlaceSeries(tuple(counted), (judged[-1], judged[0], judged[1], judged[2]))
        for place, counted in totals.items()
        for judged in (tones[place],)
    }


def place_totals(db: Connection, topic: int, spans: Sequence[tuple[int, int]]) -> dict[str, int]:
    """The mentions of one topic (0: all) that speak of each place, of several spans together, to the minute."""
    found: defaultdict[str, int] = defaultdict(int)
    for start, end in spans:
        whole = (-(-start // HOUR) * HOUR, end // HOUR * HOUR)
        parts = [(start, end)] if whole[0] >= whole[1] else [(start, whole[0]), whole, (whole[1], end)]
        for low, high in parts:
            if low >= high:
                continue
            table, column = ("place_hour_counts", "hour") if (low, high) == whole else ("place_counts", "minute")
            rows = db.execute(
                f"SELECT place, sum(mentions) FROM {table} WHERE topic = ? AND {column} >= ? AND {column} < ?"  # noqa: S608
                " GROUP BY place",
                (topic, low, high),
            )
            for place, mentions in rows:
                found[place] += mentions
    return dict(found)


def _table(start: int, step: int) -> tuple[str, str]:
    hourly = step % HOUR == 0 and start % HOUR == 0
    return ("place_hour_counts", "hour") if hourly else ("place_counts", "minute")


def first_counted(db: Connection, topic: int) -> int | None:
    """The first hour (ms UTC) of which any place is counted for a topic (0: all), None when there is none."""
    (first,) = db.execute("SELECT min(hour) FROM place_hour_counts WHERE topic = ?", (topic,)).fetchone()
    return int(first) if first is not None else None
