"""What sources have spent of their budgets. Recorded before the money is spent: what is not recorded is not spent."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Final

from socialhub.budgets import PAID_ONCE, RATE_OVER, SLOT, Cap, Meter, Receipt, Span, caps_on, meter_of, slot_of
from socialhub.clock import DAY, HOUR
from socialhub.errors import SourceError
from socialhub.store.connection import Connection
from socialhub.tempo import Purse

KEPT_FOR: Final = 62 * DAY
"""Longer than any span that a cap can hold over."""


def sync_budgets(db: Connection, source: int, caps: Sequence[Cap], now: int) -> None:
    """Bring the caps of a source in line with its configuration; spending too old to count is forgotten."""
    db.execute("DELETE FROM budgets WHERE source = ?", (source,))
    db.executemany(
        "INSERT OR REPLACE INTO budgets (source, unit, span, zone, most) VALUES (?, ?, ?, ?, ?)",
        [(source, cap.unit, cap.span.value, cap.zone, cap.most) for cap in caps],
    )
    db.execute("DELETE FROM spending WHERE source = ? AND slot < ?", (source, now - KEPT_FOR))


def spend(
    db: Connection, source: int, unit: str, amount: int, caps: Sequence[Cap], now: int, what: str = ""
) -> Receipt:
    """Record that so much of a unit is spent. The same `what` again within all its spans costs nothing.

    Raises SourceError("budget-spent"), with the wait until it fits, when a cap would be exceeded; nothing is recorded.
    """
    limiting = caps_on(unit, caps)
    if what and limiting and _paid_before(db, source, unit, what, max(cap.start(now) for cap in limiting)):
        return Receipt(unit, slot_of(now), 0, what)
    for cap in limiting:
        free_at = cap.fits_from(_slots(db, source, unit, cap.start(now)), amount, now)
        if free_at > now:
            raise SourceError("budget-spent", retry_after=free_at - now, unit=unit, most=cap.most, span=cap.span.value)
    db.execute(
        "INSERT INTO spending (source, unit, slot, what, amount) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT DO UPDATE SET amount = amount + excluded.amount",
        (source, unit, slot_of(now), what, amount),
    )
    return Receipt(unit, slot_of(now), amount, what)


def give_back(db: Connection, source: int, receipt: Receipt, amount: int) -> None:
    """So much of what was recorded was not spent after all."""
    db.execute(
        "UPDATE spending SET amount = amount - ? WHERE source = ? AND unit = ? AND slot = ? AND what = ?",
        (min(amount, receipt.amount), source, receipt.unit, receipt.slot, receipt.what),
    )


def left(db: Connection, source: int, unit: str, caps: Sequence[Cap], now: int) -> int | None:
    """How much of a unit may still be spent now; None where nothing limits it."""
    rests = [cap.most - sum(_slots(db, source, unit, cap.start(now)).values()) for cap in caps_on(unit, caps)]
    return max(0, min(rests)) if rests else None


def purses(db: Connection, source: int, caps: Sequence[Cap], cost: Mapping[str, int], now: int) -> tuple[Purse, ...]:
    """How the caps of a source stand, beside what a poll costs."""
    return tuple(
        Purse(
            max(0, cap.most - sum(_slots(db, source, cap.unit, cap.start(now)).values())),
            cost[cap.unit],
            max(0, cap.end(now) - now),
        )
        for cap in caps
        if cost.get(cap.unit, 0) > 0 and cap.unit not in PAID_ONCE
    )


def read_meters(db: Connection, now: int) -> dict[int, tuple[Meter, ...]]:
    """How the caps of all configured sources stand, by the number of the source."""
    meters: dict[int, tuple[Meter, ...]] = {}
    for source, unit, span, zone, most, cost, interval in db.execute(
        "SELECT b.source, b.unit, b.span, b.zone, b.most, s.cost,"
        " iif(instr(s.tempo, 'crisis'), s.interval, 0) FROM budgets b"
        " JOIN sources s ON s.id = b.source WHERE s.configured ORDER BY b.source, b.unit, b.span"
    ).fetchall():
        cap = Cap(unit, most, Span(span), zone)
        slots = _slots(db, source, unit, min(cap.start(now), now - RATE_OVER - SLOT))
        planned = json.loads(cost).get(unit, 0) * HOUR // interval if interval > 0 else 0
        meters[source] = (*meters.get(source, ()), meter_of(cap, slots, now, planned))
    return meters


def _slots(db: Connection, source: int, unit: str, start: int) -> dict[int, int]:
    """What was spent from a moment on, by slot."""
    return dict(
        db.execute(
            "SELECT slot, sum(amount) FROM spending WHERE source = ? AND unit = ? AND slot >= ? GROUP BY slot",
            (source, unit, start),
        ).fetchall()
    )


def _paid_before(db: Connection, source: int, unit: str, what: str, start: int) -> bool:
    found = db.execute(
        "SELECT 1 FROM spending WHERE source = ? AND unit = ? AND slot >= ? AND what = ? AND amount > 0",
        (source, unit, start, what),
    )
    return found.fetchone() is not None
