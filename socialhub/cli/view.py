"""What several commands say alike about sources, collectors and coverage: plain values and the words for them."""

from __future__ import annotations

import os
import socket
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from socialhub.budgets import DOLLAR, MONEY, Meter
from socialhub.cli.source_day import day_values
from socialhub.clock import DAY, Clock, iso
from socialhub.errors import Reason
from socialhub.gaps import CatchUp
from socialhub.i18n import N_, _
from socialhub.model import CollectorState, Health, SourceRow
from socialhub.tempo import reasons_of
from socialhub.tempo_words import tempo_words

if TYPE_CHECKING:
    from socialhub.cli.setup import Setup
    from socialhub.polled import Heard
    from socialhub.store.connection import Connection

HEALTH_WORDS: Final = {
    Health.OK: N_("ok"),
    Health.LATE: N_("late"),
    Health.FAILING: N_("failing"),
    Health.SILENT: N_("silent"),
    Health.PAUSED: N_("paused"),
    Health.STOPPED: N_("stopped"),
    Health.NEVER: N_("never asked"),
}
HEALTH_STYLES: Final = {
    Health.OK: "green",
    Health.LATE: "yellow",
    Health.FAILING: "yellow",
    Health.SILENT: "red bold",
    Health.STOPPED: "red bold",
    Health.PAUSED: "dim",
    Health.NEVER: "dim",
}


def moment(value: int | None) -> str | None:
    """ISO 8601 in UTC for JSON; None stays None."""
    return None if value is None else iso(value)


def collector_is_alive(collector: CollectorState | None, clock: Clock) -> bool:
    """Whether the newest run goes on: it beats, and its process is there where that can be told."""
    from socialhub.store.collectors import STUCK_AFTER

    if collector is None or collector.ended is not None or not is_running(collector):
        return False
    return clock.now() - collector.beat < STUCK_AFTER * clock.speed


def is_running(collector: CollectorState) -> bool:
    """Whether its process is there; one on another machine is believed to be."""
    return collector.host != socket.gethostname() or _process_exists(collector.pid)


def _process_exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def covered_share(db: Connection, start: int, end: int) -> dict[int, float]:
    """Of every source, the share (0…1) of [start, end) in which it was listened to."""
    from socialhub.store.sources import coverage

    return {
        each.source: min(1.0, _union(each.spans) / (end - start)) for each in coverage(db, start, end) if end > start
    }


def _union(spans: tuple[tuple[int, int], ...]) -> int:
    """Milliseconds covered by spans that may overlap; they come ordered by start."""
    total, reached = 0, 0
    for low, high in spans:
        low = max(low, reached)
        total += max(0, high - low)
        reached = max(reached, high)
    return total


def source_values(
    row: SourceRow,
    health: Health,
    now: int,
    share: float | None,
    meters: Sequence[Meter] = (),
    heard: Heard | None = None,
) -> dict[str, Any]:
    """A source for JSON: times in UTC, ages and intervals in seconds."""
    reason = Reason.from_json(row.error) if row.error else None
    return {
        "name": row.name,
        "kind": row.kind,
        "health": health.value,
        "state": row.state,
        "paused_at": moment(row.paused_at) if row.is_paused(now) else None,
        "paused_until": moment(row.paused_until) if row.is_paused(now) else None,
        "interval_s": row.interval // 1000,
        "every_s": (row.every or row.interval) // 1000,
        "tempo": [why.value for why in reasons_of(row.tempo)],
        "tempo_text": tempo_words(row) or None,
        "streaming": row.streaming,
        "connected": row.connected,
        "last_success": moment(row.last_success),
        "data_age_s": None if row.last_success is None else max(0, now - row.last_success) // 1000,
        "last_item": moment(row.last_item),
        "next_poll": moment(row.due),
        "wait_until": moment(row.wait_until),
        "failures": row.failures,
        "error": reason.code if reason else None,
        "error_text": reason.sentence() if reason else None,
        "key_ends": moment(row.key_ends),
        "stored": row.stored,
        "catching_up": gap_values(row.gap) if row.gap is not None and row.gap.is_told(now) else None,
        "coverage_24h": None if share is None else round(share, 4),
        **day_values(heard),
        "budgets": [meter_values(meter) for meter in meters],
    }


def gap_values(gap: CatchUp) -> dict[str, Any]:
    """What a source is catching up, or could not, for JSON: times in UTC, lengths in seconds."""
    return {
        "since": moment(gap.since),
        "until": moment(gap.until),
        "left_s": gap.left // 1000,
        "new": gap.stored,
        "ended": moment(gap.ended),
        "out_of_reach_until": None if gap.hole is None else moment(gap.known[0]),
    }


def meter_values(meter: Meter) -> dict[str, Any]:
    """A budget for JSON: money in dollars, times in UTC."""
    cap = meter.cap
    scale = DOLLAR if cap.unit == MONEY else 1
    spent, most, hourly = (each / scale if scale > 1 else each for each in (meter.spent, cap.most, meter.hourly))
    return {
        "unit": cap.unit,
        "span": cap.span.value,
        "zone": cap.zone,
        "spent": spent,
        "cap": most,
        "an_hour": hourly,
        "used_up": meter.used_up,
        "used_up_at": moment(meter.gone_at),
        "free_at": moment(meter.free_at),
    }


def health_by_source(rows: list[SourceRow], collector: CollectorState | None, clock: Clock) -> dict[int, Health]:
    """How each source is, by the rule of the silence alert; while nobody collects nothing counts as silent."""
    from socialhub.detect.silence import health_of

    started = collector.started if collector and collector_is_alive(collector, clock) else None
    now = clock.now()
    return {row.number: health_of(row, now, started) for row in rows}


def hearing(rows: Sequence[SourceRow], collector: CollectorState | None, setup: Setup) -> tuple[str, dict[str, Any]]:
    """What may be said of the room in place of "all is calm" ("" where all is heard), and what is missing, for JSON."""
    from socialhub.hearing_words import calm_words, deafness, unheard, unheard_words

    clock, zone = setup.clock, setup.zone
    started = collector.started if collector and collector_is_alive(collector, clock) else None
    now = clock.now()
    missing = unheard(rows, now, started)
    deaf = deafness(rows, now, started, zone)
    low, high = missing.hole or (None, None)
    return calm_words(rows, now, started, zone), {
        "complete": not deaf and not missing.anything,
        "deaf": bool(deaf),
        "catching_up": missing.behind,
        "left_s": missing.left // 1000,
        "not_heard": missing.silent,
        "paused": missing.paused,
        "with_hole": missing.holed,
        "hole_since": moment(low),
        "hole_until": moment(high),
        "text": deaf or unheard_words(rows, now, started, zone) or None,
    }


def next_try(row: SourceRow, now: int) -> str:
    """When the source is asked next, in words."""
    from socialhub.ages import duration

    if row.state == "stopped":
        return _("waits for you")
    if row.is_paused(now):
        return _("paused") if row.paused_until is None else duration(row.paused_until - now)
    if row.streaming and row.connected:
        return _("live")
    if row.due is None:
        return "–"
    return _("now") if row.due <= now else duration(min(row.due - now, 365 * DAY))
