"""Which bursts are moments: what came on top of the usual is mostly positive, and it does not die down. Only reads."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from socialhub.alerts.volume import Found
from socialhub.clock import DAY, floor_hour
from socialhub.detect.decision import Judged
from socialhub.detect.mood import Tones, has_turned, is_cheerful, is_gloomy
from socialhub.records import dataclass
from socialhub.store.alert_facts import Window, counted, tones_counted, tones_of_weeks
from socialhub.store.connection import Connection

LEARNT: Final = 28 * DAY
"""So long a time tells which tones are usual."""
LATER: Final = 1 / 3
"""The later half of the window of what dies down holds less than this share of it."""


@dataclass(frozen=True, slots=True)
class Mood:
    """Whether a burst is mostly positive, or mostly negative, or more negative than positive, whether it grows, and the
    share of its judged mentions that are positive.
    """

    cheerful: bool
    gloomy: bool
    turned: bool
    grows: bool
    positive: float


class Moods:
    """The mood of what bursts; which tones are usual is kept for an hour."""

    def __init__(self) -> None:
        self._hour = 0
        self._usual: dict[tuple[int, int | None, int | None, str], Tones] = {}

    def of(self, db: Connection, found: Found, window: Window) -> Mood:
        """The mood of a burst that was found in a window."""
        if floor_hour(window.end) != self._hour:
            self._hour = floor_hour(window.end)
            self._usual.clear()
        seen = _tones(tones_counted(db, window))
        usual = self._usual_of(db, window)
        share = seen.positive / seen.judged if seen.judged else 0.0
        expected, grows = found.verdict.expected, _grows(db, found, window)
        cheerful, gloomy, turned = (judge(seen, usual, expected) for judge in (is_cheerful, is_gloomy, has_turned))
        return Mood(cheerful, gloomy, turned, grows, round(share, 3))

    def _usual_of(self, db: Connection, window: Window) -> Tones:
        key = window.topic, window.tone, window.source, window.place
        if key not in self._usual:
            past = replace(window, start=self._hour - LEARNT, end=floor_hour(window.start))
            self._usual[key] = _tones(tones_of_weeks(db, past))
        return self._usual[key]


def _grows(db: Connection, found: Found, window: Window) -> bool:
    """Whether it does not die down already; what swells over days is no moment."""
    if found.verdict.why is not Judged.BURST:
        return False
    later = counted(db, replace(window, start=(window.start + window.end) // 2))
    return later >= LATER * counted(db, window)


def _tones(counts: dict[int, int]) -> Tones:
    return Tones(counts.get(-1, 0), counts.get(0, 0), counts.get(1, 0), counts.get(2, 0))
