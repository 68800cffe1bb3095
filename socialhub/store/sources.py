"""Sources as rows: schedule, health, cursor, coverage. A restart continues politely because all of it is here."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from socialhub.clock import HOUR, floor_hour
from socialhub.errors import Reason
from socialhub.gaps import CatchUp
from socialhub.model import Cursor, SourceRow
from socialhub.records import dataclass
from socialhub.store.catch_ups import caught_spans, latest_catch_ups, lost_spans
from socialhub.store.connection import Connection
from socialhub.store.exchanges import forget_exchanges_of_others
from socialhub.store.poll_slots import add_to_slot
from socialhub.tempo import Tempo
from socialhub.volumes import Span, without

CONTIGUOUS: Final = 3
"""Two good polls leave no hole between them when they lie at most this many intervals apart (DECISIONS 14)."""
OK_OUTCOME: Final = "ok"


@dataclass(frozen=True, slots=True)
class Configured:
    """What the configuration says of a source, as far as its row needs it. `was` is its former name."""

    name: str
    kind: str
    interval: int
    streaming: bool
    settings_hash: str
    was: str = ""


def sync_sources(db: Connection, configured: list[Configured]) -> dict[str, int]:
    """Bring the rows in line with the configuration; returns row numbers by name.

    A renamed source (`was`) keeps its row. One whose settings changed loses its stop and its back-off, so that a
    repaired address is tried at once; its cursor stays, sources tell foreign cursors themselves.
    """
    db.execute("UPDATE sources SET configured = 0")
    for source in configured:
        if source.was:
            db.execute(
                "UPDATE sources SET name = ? WHERE name = ? AND NOT EXISTS (SELECT 1 FROM sources WHERE name = ?)",
                (source.name, source.was, source.name),
            )
        number = ensure_source(db, source.name, source.kind)
        db.execute(
            "UPDATE sources SET state = 'active', error = '', failures = 0, wait_until = NULL, due = NULL"
            " WHERE id = ? AND settings_hash <> ? AND settings_hash <> '' AND state <> 'paused'",
            (number, source.settings_hash),
        )
        db.execute(
            # How often it was asked last holds on: what was not asked meanwhile was not missed.
            "UPDATE sources SET kind = ?1, configured = 1, streaming = ?2, every = ?3, connected = 0,"
            " interval = iif(settings_hash = ?4 AND every > 0, interval, ?3), settings_hash = ?4 WHERE id = ?5",
            (source.kind, int(source.streaming), source.interval, source.settings_hash, number),
        )
    forget_exchanges_of_others(db)
    return dict(db.execute("SELECT name, id FROM sources WHERE configured").fetchall())


def ensure_source(db: Connection, name: str, kind: str) -> int:
    """The row number of a source, made when it is new (imports and replays have no configuration)."""
    db.execute(
        "INSERT INTO sources (name, kind, configured) VALUES (?, ?, 0) ON CONFLICT (name) DO NOTHING", (name, kind)
    )
    return int(db.execute("SELECT id FROM sources WHERE name = ?", (name,)).fetchone()[0])


_COLUMNS: Final = (
    "id, name, kind, interval, state, paused_until, due, last_start, last_success, last_item, last_error, error,"
    " failures, connected, streaming, stored, first_success, wait_until, key_ends, paused_at,"
    " every, tempo, slowed, empty"
)


def source_rows(db: Connection, *, configured_only: bool = True) -> list[SourceRow]:
    """All sources by name; those of imports and of earlier configurations only on demand."""
    where = " WHERE configured" if configured_only else ""
    rows = db.execute(f"SELECT {_COLUMNS} FROM sources{where} ORDER BY name COLLATE NOCASE")  # noqa: S608
    gaps = latest_catch_ups(db)
    return [_to_row(row, gaps.get(row[0])) for row in rows]


def _to_row(row: tuple[Any, ...], gap: CatchUp | None) -> SourceRow:
    fields = [*row, gap]
    fields[13], fields[14] = bool(row[13]), bool(row[14])
    return SourceRow(*fields)


def source_by_name(db: Connection, name: str) -> SourceRow | None:
    """One source."""
    return next((row for row in source_rows(db, configured_only=False) if row.name == name), None)


def cursor_of(db: Connection, number: int) -> Cursor:
    """Where the source stands ({} before its first batch)."""
    row = db.execute("SELECT cursor FROM sources WHERE id = ?", (number,)).fetchone()
    loaded = json.loads(row[0]) if row else {}
    return loaded if isinstance(loaded, dict) else {}


def begin_run(db: Connection, number: int, now: int) -> Cursor:
    """The source is being asked; returns where it stands."""
    db.execute("UPDATE sources SET last_start = ? WHERE id = ?", (now, number))
    return cursor_of(db, number)


def note_batch(db: Connection, number: int, now: int, cursor: Cursor, stored: int) -> None:
    """A batch was stored: the cursor commits with it."""
    stored_cursor = json.dumps(cursor, ensure_ascii=False, separators=(",", ":"))
    db.execute("UPDATE sources SET cursor = ? WHERE id = ?", (stored_cursor, number))
    note_stored(db, number, now, stored)


def note_key(db: Connection, number: int, ends: int) -> None:
    """When the key or token of the source ends (ms UTC; 0 never)."""
    db.execute("UPDATE sources SET key_ends = ? WHERE id = ?", (ends or None, number))


def note_stored(db: Connection, number: int, now: int, stored: int) -> None:
    """So many new mentions of this source were stored."""
    if stored:
        db.execute("UPDATE sources SET stored = stored + ?, last_item = ? WHERE id = ?", (stored, now, number))
        add_to_slot(db, number, now, stored=stored)


def note_heard(db: Connection, number: int, now: int, items: int, *, complete: bool) -> None:
    """The source answered, or its stream was heard from: coverage grows, its failures are over."""
    row = db.execute("SELECT last_success, interval FROM sources WHERE id = ?", (number,)).fetchone()
    last_success, interval = row if row else (None, 0)
    db.execute(
        "UPDATE sources SET last_success = ?, first_success = coalesce(first_success, ?), failures = 0, error = '',"
        " wait_until = NULL WHERE id = ?",
        (now, now, number),
    )
    add_to_slot(db, number, now, heard=1)
    contiguous = last_success is not None and 0 <= now - last_success <= CONTIGUOUS * interval
    last = db.execute(
        "SELECT start, end, complete FROM polls WHERE source = ? AND outcome = ? ORDER BY start DESC LIMIT 1",
        (number, OK_OUTCOME),
    ).fetchone()
    if contiguous and last is not None and floor_hour(last[0]) == floor_hour(now) and bool(last[2]) == complete:
        db.execute(
            "UPDATE polls SET end = max(end, ?), polls = polls + 1, items = items + ? WHERE source = ? AND start = ?",
            (now, items, number, last[0]),
        )
        return
    start = last[1] if contiguous and last is not None else now
    _begin_span(db, number, (start, now), OK_OUTCOME, items, complete=complete)


def last_success_of(db: Connection, number: int) -> int | None:
    """When the source was heard last (ms UTC), None when never."""
    row = db.execute("SELECT last_success FROM sources WHERE id = ?", (number,)).fetchone()
    return row[0] if row else None


def gap_before(db: Connection, number: int, now: int) -> int | None:
    """When the source was heard last, where that is too long ago to be the poll before this one (ms UTC), else None."""
    row = db.execute("SELECT last_success, interval FROM sources WHERE id = ?", (number,)).fetchone()
    last_success, interval = row if row else (None, 0)
    return last_success if last_success is not None and now - last_success > CONTIGUOUS * interval else None


def _begin_span(
    db: Connection, number: int, span: tuple[int, int], outcome: str, items: int = 0, *, complete: bool
) -> None:
    """A new row of coverage. Where another outcome began in the same millisecond it begins in the next one."""
    start, end = span
    while True:
        kept = db.execute(
            "INSERT INTO polls (source, start, end, outcome, items, complete) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO"
            " UPDATE SET end = max(end, excluded.end), polls = polls + 1, items = items + excluded.items"
            " WHERE outcome = excluded.outcome AND complete = excluded.complete",
            (number, start, max(start, end), outcome, items, int(complete)),
        )
        if kept.rowcount:
            return
        start += 1


def note_failure(db: Connection, number: int, now: int, reason: Reason) -> None:
    """The source could not be asked or read; failures of the same kind within an hour share a row of coverage."""
    db.execute(
        "UPDATE sources SET last_error = ?, error = ?, failures = failures + 1, connected = 0 WHERE id = ?",
        (now, reason.to_json(), number),
    )
    add_to_slot(db, number, now, failed=1)
    last = db.execute(
        "SELECT start, outcome FROM polls WHERE source = ? ORDER BY start DESC LIMIT 1", (number,)
    ).fetchone()
    if last is not None and last[1] == reason.code and now - last[0] < HOUR:
        db.execute(
            "UPDATE polls SET end = max(end, ?), polls = polls + 1 WHERE source = ? AND start = ?",
            (now, number, last[0]),
        )
        return
    _begin_span(db, number, (now, now), reason.code, complete=False)


def schedule(db: Connection, number: int, due: int | None, wait_until: int | None = None) -> None:
    """When the source is asked next; `wait_until` is what its server asked for."""
    db.execute("UPDATE sources SET due = ?, wait_until = ? WHERE id = ?", (due, wait_until, number))


def note_tempo(
    db: Connection, number: int, tempo: Tempo, slowed: float, empty: int, cost: Mapping[str, int] | None = None
) -> None:
    """How often the source is asked from now on, and why; `cost` is what a poll spends, by unit (None: as before)."""
    spent = None if cost is None else json.dumps(cost)
    db.execute(
        "UPDATE sources SET interval = ?, tempo = ?, slowed = ?, empty = ?, cost = coalesce(?, cost) WHERE id = ?",
        (tempo.interval, json.dumps(tempo.why), slowed, empty, spent, number),
    )


def set_connected(db: Connection, number: int, *, connected: bool) -> None:
    """Whether a stream is open."""
    db.execute("UPDATE sources SET connected = ? WHERE id = ?", (int(connected), number))


def set_polled(db: Connection, number: int) -> None:
    """What was to be a stream is polled instead."""
    db.execute("UPDATE sources SET streaming = 0, connected = 0 WHERE id = ?", (number,))


def stop(db: Connection, number: int) -> None:
    """The source waits for a human (it is gone, or refuses the account); its error says why."""
    db.execute("UPDATE sources SET state = 'stopped', due = NULL, connected = 0 WHERE id = ?", (number,))


def pause(db: Connection, number: int, now: int, until: int | None) -> None:
    """The operator wants silence from this source from now on, for ever or until a moment."""
    db.execute(
        "UPDATE sources SET state = 'paused', paused_at = ?, paused_until = ?, connected = 0 WHERE id = ?",
        (now, until, number),
    )
    add_to_slot(db, number, now, paused=True)


def resume(db: Connection, number: int, now: int) -> None:
    """Ask the source again: ends a pause or a stop. `paused_until` stays as what its silence is counted from."""
    db.execute(
        "UPDATE sources SET state = 'active', paused_until = ?1, due = ?1, failures = 0 WHERE id = ?2", (now, number)
    )


def end_pauses(db: Connection, now: int) -> None:
    """Pauses whose end has come are over: their sources are due."""
    db.execute(
        "UPDATE sources SET state = 'active', due = paused_until WHERE state = 'paused' AND paused_until <= ?", (now,)
    )


def request_poll(db: Connection, number: int, now: int) -> None:
    """Ask the collector to poll this source as soon as its server allows."""
    db.execute("UPDATE sources SET poll_requested = ? WHERE id = ?", (now, number))


def take_requested_polls(db: Connection) -> list[int]:
    """Sources whose poll somebody asked for; the wish counts as taken."""
    return [
        number
        for (number,) in db.execute(
            "UPDATE sources SET poll_requested = NULL WHERE poll_requested IS NOT NULL RETURNING id"
        ).fetchall()
    ]


# ---- coverage ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Coverage:
    """When a source was listened to: (start, end) spans in ms, in order, cut to the asked window."""

    source: int
    since: int | None
    spans: tuple[tuple[int, int], ...]


def coverage(db: Connection, start: int, end: int) -> list[Coverage]:
    """The coverage of every configured source within [start, end), without what is out of reach.

    `since` is its first success ever.
    """
    spans: dict[int, list[tuple[int, int]]] = {}
    for source, low, high in db.execute(
        "SELECT p.source, p.start, p.end + CASE WHEN s.streaming THEN 0 ELSE s.interval END FROM polls p"
        " JOIN sources s ON s.id = p.source WHERE p.outcome = 'ok' AND p.end >= ? - s.interval AND p.start < ?"
        " ORDER BY p.source, p.start",
        (start, end),
    ).fetchall():
        spans.setdefault(source, []).append((max(low, start), min(high, end)))
    for source, low, high in caught_spans(db, start, end, unlooked=True):
        spans[source] = _joined([*spans.get(source, ()), (low, high)])
    for source, lost in lost_spans(db, start, end).items():
        spans[source] = without(_joined(spans.get(source, [])), lost)
    return [
        Coverage(number, since, tuple(spans.get(number, ())))
        for number, since in db.execute("SELECT id, first_success FROM sources WHERE configured ORDER BY id")
    ]


def _joined(spans: list[Span]) -> list[Span]:
    """Spans in order and without overlaps."""
    joined: list[Span] = []
    for low, high in sorted(spans):
        if joined and low <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(joined[-1][1], high)
        else:
            joined.append((low, high))
    return joined


def holes(covered: list[Coverage], start: int, step: int, cells: int) -> tuple[bool, ...]:
    """For each of `cells` cells of `step` ms from `start`: whether nothing was listened to for most of it.

    A cell is a hole when no source that had begun by then covers half of it. Before the first source began
    there is no hole to speak of but no knowledge either: that counts as a hole too.
    """
    best = [0] * cells
    for source in covered:
        mine = [0] * cells
        for low, high in source.spans:
            first, last = max(0, (low - start) // step), min(cells - 1, max(low, high - 1) // step - start // step)
            for cell in range(int(first), int(last) + 1):
                left, right = start + cell * step, start + (cell + 1) * step
                mine[cell] += max(0, min(high, right) - max(low, left))
        best = [max(pair) for pair in zip(best, mine, strict=True)]
    return tuple(value * 2 < step for value in best)
