"""Metrics in the cache: rows as they were told, the hours made of them, and how their figures are added up.

The same metric, part, time and source again replaces what was told before; the hour that it lies in is made anew.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from socialhub.clock import DAY, HOUR, floor_hour
from socialhub.metrics import Adds, Cells, Measurement, Metric, pace_of, stretched
from socialhub.records import dataclass
from socialhub.store.connection import Connection, next_revs

PACED_BY: Final = 40
"""The latest rows that tell how often they come."""
ROWS_UP_TO: Final = 2 * DAY
"""Longer curves are read from the hours."""
FORGOTTEN_AT_ONCE: Final = 20_000
"""Rows that go in one transaction: well under 200 ms."""


@dataclass(frozen=True, slots=True)
class Told:
    """What became of rows: how many are new, how many say otherwise than before."""

    new: int = 0
    corrected: int = 0


@dataclass(frozen=True, slots=True)
class ConfiguredMetric:
    """What the config says of a metric: how its rows add up, and which topics (slugs) it stands beside (none: all)."""

    name: str
    adds: str
    topics: tuple[str, ...]


def sync_metrics(db: Connection, configured: Iterable[ConfiguredMetric]) -> None:
    """Bring what is said of metrics in line with the config's."""
    db.execute("DELETE FROM metric_settings")
    db.executemany(
        "INSERT OR REPLACE INTO metric_settings (name, adds, topics) VALUES (?, ?, ?)",
        [(each.name, each.adds, json.dumps(each.topics)) for each in configured],
    )


def write_measurements(db: Connection, source: int, rows: Sequence[Measurement], now: int) -> Told:
    """Store clean rows of a source inside the caller's transaction; the last of the same identity counts."""
    by_series: defaultdict[tuple[str, str, str], dict[int, Measurement]] = defaultdict(dict)
    for row in rows:
        by_series[row.metric, row.place, row.topic][row.at] = row
    new = corrected = 0
    for (name, place, topic), at in by_series.items():
        unit = next((row.unit for row in reversed(at.values()) if row.unit), "")
        number = _number_of(db, source, (name, place, topic), unit, now)
        before = _known(db, number, at)
        changed = {moment: row.value for moment, row in at.items() if before.get(moment) != row.value}
        new += sum(moment not in before for moment in changed)
        corrected += sum(moment in before for moment in changed)
        db.executemany(
            "INSERT OR REPLACE INTO metric_rows (metric, at, value) VALUES (?, ?, ?)",
            [(number, moment, value) for moment, value in changed.items()],
        )
        _add_up(db, number, {floor_hour(moment) for moment in changed})
    if new or corrected:
        next_revs(db)
    return Told(new, corrected)


def _number_of(db: Connection, source: int, key: tuple[str, str, str], unit: str, now: int) -> int:
    (number,) = db.execute(
        "INSERT INTO metrics (source, name, place, topic, unit, seen) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT DO UPDATE SET seen = excluded.seen, unit = iif(excluded.unit = '', unit, excluded.unit)"
        " RETURNING id",
        (source, *key, unit, now),
    ).fetchone()
    return int(number)


def _known(db: Connection, number: int, moments: Iterable[int]) -> dict[int, float]:
    asked = json.dumps(list(moments))
    return dict(
        db.execute(
            "SELECT at, value FROM metric_rows WHERE metric = ? AND at IN (SELECT value FROM json_each(?))",
            (number, asked),
        )
    )


_OF_HOUR: Final = (
    # The bare value is that of the row with the greatest moment (SQLite's documented way of max()).
    "INSERT OR REPLACE INTO metric_hours (metric, hour, last, total, rows)"
    " SELECT metric, :hour, value, total, n FROM (SELECT metric, value, max(at), sum(value) AS total, count(*) AS n"
    " FROM metric_rows WHERE metric = :metric AND at >= :hour AND at < :hour + 3600000) WHERE n > 0"
)


def _add_up(db: Connection, number: int, hours: Iterable[int]) -> None:
    db.executemany(_OF_HOUR, [{"metric": number, "hour": hour} for hour in hours])


# ---- reading -----------------------------------------------------------------------------------------------------

_METRICS: Final = (
    "SELECT m.id, m.name, m.unit, m.place, m.topic, s.name, s.kind, coalesce(c.adds, 'sum'), coalesce(c.topics, '[]'),"
    " m.seen FROM metrics m JOIN sources s ON s.id = m.source LEFT JOIN metric_settings c ON c.name = m.name"
    " ORDER BY m.name, m.place, m.topic, s.name, m.id"
)


def read_metrics(db: Connection, now: int) -> tuple[Metric, ...]:
    """All metrics that have a row by `now` (ms UTC), by name and part."""
    return tuple(metric for row in db.execute(_METRICS).fetchall() if (metric := _metric(db, row, now)) is not None)


def _metric(db: Connection, row: Sequence[Any], now: int) -> Metric | None:
    number, name, unit, place, topic, source, kind, adds, topics, seen = row
    latest = db.execute(
        "SELECT at, value FROM metric_rows WHERE metric = ? AND at <= ? ORDER BY at DESC LIMIT ?",
        (number, now, PACED_BY),
    ).fetchall()
    if not latest:
        return None
    return Metric(
        number,
        name,
        unit,
        place,
        topic,
        source,
        kind,
        Adds(adds),
        tuple(json.loads(topics)),
        latest[0][0],
        latest[0][1],
        seen,
        pace_of([at for at, _value in latest]),
    )


def extent_of(db: Connection, number: int) -> tuple[int, int]:
    """(how many rows a metric has, the moment of the first)."""
    (rows,) = db.execute("SELECT coalesce(sum(rows), 0) FROM metric_hours WHERE metric = ?", (number,)).fetchone()
    (first,) = db.execute("SELECT coalesce(min(at), 0) FROM metric_rows WHERE metric = ?", (number,)).fetchone()
    return int(rows), int(first)


def rows_of(db: Connection, number: int, start: int, end: int) -> list[tuple[int, float]]:
    """The rows of a metric in [start, end) ms UTC, in order."""
    return db.execute(
        "SELECT at, value FROM metric_rows WHERE metric = ? AND at >= ? AND at < ? ORDER BY at", (number, start, end)
    ).fetchall()


def moments_of(db: Connection, number: int, start: int, end: int) -> list[int]:
    """When the rows of a metric in [start, end) begin (ms UTC), in order."""
    asked = "SELECT at FROM metric_rows WHERE metric = ? AND at >= ? AND at < ? ORDER BY at"
    return [at for (at,) in db.execute(asked, (number, start, end))]


def all_rows(db: Connection, start: int) -> Iterator[tuple[str, str, str, str, str, int, float]]:
    """(source, name, place, topic, unit, at, value) of every row from `start` (ms UTC) on, a metric after the other."""
    yield from db.execute(
        "SELECT s.name, m.name, m.place, m.topic, m.unit, r.at, r.value FROM metrics m"
        " JOIN sources s ON s.id = m.source JOIN metric_rows r ON r.metric = m.id WHERE r.at >= ? ORDER BY m.id, r.at",
        (start,),
    )


def hours_of(db: Connection, number: int, start: int, end: int) -> list[tuple[int, float, int, float]]:
    """(hour, sum, rows, last) of the whole hours of a metric in [start, end) ms UTC that have a row, in order."""
    return db.execute(
        "SELECT hour, total, rows, last FROM metric_hours WHERE metric = ? AND hour >= ? AND hour < ? ORDER BY hour",
        (number, start, end),
    ).fetchall()


_OF_CELLS: Final = {
    Adds.SUM: "sum(value), max(at)",
    Adds.MEAN: "avg(value), max(at)",
    Adds.LAST: "value, max(at)",
}
_OF_HOURS: Final = {
    Adds.SUM: "sum(total), max(hour)",
    Adds.MEAN: "sum(total) / sum(rows), max(hour)",
    Adds.LAST: "last, max(hour)",
}


def cells_of(db: Connection, metric: Metric, start: int, step: int, cells: int, now: int) -> Cells:
    """The figure of each cell of `step` ms from `start` on; what `now` (ms UTC) has not come to is not told."""
    end = min(start + cells * step, now + 1)
    if metric.pace > step:
        reach = start - 2 * metric.pace
        return stretched(rows_of(db, metric.number, reach, end), metric.pace, start, step, cells, end)
    hourly = step % HOUR == 0 and start % HOUR == 0 and end - start > ROWS_UP_TO
    table, column = ("metric_hours", "hour") if hourly else ("metric_rows", "at")
    figures = _OF_HOURS[metric.adds] if hourly else _OF_CELLS[metric.adds]
    found: list[float | None] = [None] * cells
    for cell, value, _at in db.execute(
        f"SELECT ({column} - :start) / :step AS cell, {figures} FROM {table}"  # noqa: S608
        f" WHERE metric = :metric AND {column} >= :start AND {column} < :end GROUP BY cell",
        {"metric": metric.number, "start": start, "step": step, "end": end},
    ):
        found[cell] = value
    return tuple(found)


def count_future(db: Connection, number: int, now: int) -> int:
    """How many rows tell of a time that has not come: forecasts, or a wrong time zone."""
    (rows,) = db.execute("SELECT count(*) FROM metric_rows WHERE metric = ? AND at > ?", (number, now)).fetchone()
    return int(rows)


# ---- leaving -----------------------------------------------------------------------------------------------------


def forget_chunk(db: Connection, number: int) -> int:
    """Erase the next rows of a metric, at last the metric, inside the caller's transaction; returns how many went."""
    (edge,) = db.execute(
        "SELECT max(at) FROM (SELECT at FROM metric_rows WHERE metric = ? ORDER BY at LIMIT ?)",
        (number, FORGOTTEN_AT_ONCE),
    ).fetchone()
    if edge is None:
        db.execute("DELETE FROM metric_hours WHERE metric = ?", (number,))
        db.execute("DELETE FROM metrics WHERE id = ?", (number,))
        next_revs(db)
        return 0
    gone = db.execute("DELETE FROM metric_rows WHERE metric = ? AND at <= ?", (number, edge)).rowcount
    db.execute("DELETE FROM metric_hours WHERE metric = ? AND hour <= ?", (number, floor_hour(edge)))
    _add_up(db, number, [floor_hour(edge)])
    return int(gone)


def hours_agree(db: Connection) -> bool:
    """Whether rows and hours tell the same."""
    (apart,) = db.execute(
        "SELECT (SELECT count(*) FROM metric_rows) - (SELECT coalesce(sum(rows), 0) FROM metric_hours)"
    ).fetchone()
    return int(apart) == 0


def add_up_anew(db: Connection) -> None:
    """Make the hours from the rows; rows of no metric go."""
    db.execute("DELETE FROM metric_rows WHERE metric NOT IN (SELECT id FROM metrics)")
    db.execute("DELETE FROM metric_hours")
    db.execute(
        "INSERT INTO metric_hours (metric, hour, last, total, rows) SELECT metric, hour, value, total, n FROM"
        " (SELECT metric, at - at % 3600000 AS hour, value, max(at), sum(value) AS total, count(*) AS n"
        " FROM metric_rows GROUP BY metric, hour)"
    )
