"""The places spoken of in a span of time, each beside its usual level."""

from __future__ import annotations

from typing import Final

from socialhub.clock import DAY
from socialhub.live.spans import SPANS, frame
from socialhub.live.trends import gaps_until
from socialhub.records import dataclass
from socialhub.store.connection import Connection
from socialhub.store.places import PlaceSeries, first_counted, place_series, place_totals
from socialhub.store.sources import coverage, holes

WEEKS: Final = 4
"""So many weeks back the usual level reaches."""
_WEEK: Final = 7 * DAY


@dataclass(frozen=True, slots=True)
class PlaceTrend:
    """What was said of one place: mentions in each cell, their sum, the usual level, the negative share in percent.

    `usual` is the mean of the same hours of the weeks before (None: no week is known); `negative` counts those judged
    negative among those judged (None: nothing was judged).
    """

    code: str
    totals: tuple[int, ...]
    total: int
    usual: float | None
    negative: int | None


@dataclass(frozen=True, slots=True)
class Places:
    """All places with a mention in the span, as of one moment. Cells are `step` ms long from `start` (ms UTC) on;
    `weeks` is from how many weeks the usual level comes.
    """

    start: int
    step: int
    holes: tuple[bool, ...]
    weeks: int
    trends: tuple[PlaceTrend, ...]


def read_places(db: Connection, span: int, topic: int, now: int) -> Places:
    """The places of one of SPANS (its index) up to `now` (ms UTC), of one topic (0: of all mentions)."""
    shown = SPANS[span]
    start, cells = frame(shown, now)
    end = start + cells * shown.step
    gaps = gaps_until(coverage(db, start, end), start, shown.step, cells, now)
    weeks = _known_weeks(db, topic, start, now, shown.step, cells)
    usual = place_totals(db, topic, weeks)
    found = place_series(db, topic, start, end, cells)
    return Places(
        start,
        shown.step,
        (*gaps[:-1], gaps[-1] and not any(series.totals[-1] for series in found.values())),
        len(weeks),
        tuple(
            _trend(code, series, usual.get(code, 0) / len(weeks) if weeks else None) for code, series in found.items()
        ),
    )


def _known_weeks(db: Connection, topic: int, start: int, now: int, step: int, cells: int) -> list[tuple[int, int]]:
    """The same hours of the weeks before (of a longer span, as many times its whole weeks before) in which places were
    counted and somebody listened most of the time.
    """
    first = first_counted(db, topic)
    length = -(-step * cells // _WEEK) * _WEEK
    listened = coverage(db, start - WEEKS * length, start)
    spans = [(start - ago * length, now - ago * length) for ago in range(1, WEEKS + 1)]
    return [
        (low, high)
        for low, high in spans
        if first is not None and first < high and sum(holes(listened, low, step, cells)) * 2 <= cells
    ]


def _trend(code: str, series: PlaceSeries, usual: float | None) -> PlaceTrend:
    negative, neutral, positive, _unsure = series.tones
    judged = negative + neutral + positive
    share = round(negative / judged * 100) if judged else None
    return PlaceTrend(code, series.totals, sum(series.totals), usual, share)
