"""The rules about volume: what is usual for every watched series is learnt once an hour, the minutes are judged anew.

Holds what was learnt; a restart learns it again. Only reads. A part of a topic (its negative mentions, a source, a
place) that holds too few mentions to be anything is not judged.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Final

from socialhub.alerts import series as cut
from socialhub.alerts.listening import listened_share
from socialhub.alerts.series import JUDGED_HOURS, LEARNT_HOURS, LISTENED_HOURS, Heard, Present, Series
from socialhub.clock import HOUR
from socialhub.detect.decision import FLOOR
from socialhub.detect.usual import FLAT, Usual, learn
from socialhub.detect.volume import Raised, Verdict, judge
from socialhub.detect.week import Week
from socialhub.model import Tone, Topic
from socialhub.records import dataclass
from socialhub.store import volumes
from socialhub.store.connection import Connection
from socialhub.store.schema import ALL_TOPICS
from socialhub.store.volumes import Cell
from socialhub.volumes import Hours, Listening

ROOM: Final = Topic(ALL_TOPICS, "", "", "", "", "", 0)
"""Everything that is stored: its rhythm is what a topic's is believed to be at first."""
PLACES_WATCHED: Final = ("D-",)
"""Codes of the places that are watched: departments. Towns say too little, regions the same."""


@dataclass(frozen=True, slots=True)
class Found:
    """A series and what is said of it; `listened` is the share of its usual mentions that the last hour listened to."""

    series: Series
    verdict: Verdict
    listened: float


@dataclass(frozen=True, slots=True)
class _Learnt:
    """What is known of a series: its hours, which end with the last whole hour when it was learnt, what is usual."""

    hours: Hours
    usual: Usual


class VolumeWatch:
    """What is usual for every topic of a room; `week` is that of its people.

    It is learnt anew `learnt_every` so often (ms, whole hours). `whole` is for looking back: it leaves the parts of
    topics out, and counts what was caught up as soon as it is stored.
    """

    def __init__(self, week: Week, *, learnt_every: int = HOUR, whole: bool = False) -> None:
        self._week = week
        self._learnt_every, self._whole = learnt_every, whole
        self._learnt: dict[tuple[int, str], _Learnt] = {}
        self._heard = Heard(0, {}, {})
        self._slots: tuple[int, ...] = ()
        self._seconds: float | None = None
        self._names: dict[int, str] = {}
        self._present: tuple[int, dict[int, Listening]] = (0, {})

    def begin(self, db: Connection, now: int, seconds: float | None = None) -> None:
        """A new look, at a whole minute: learning may take about so many seconds of it (None: as long as it takes).

        What was known an hour ago is used until its turn comes.
        """
        self._seconds = seconds
        start = cut.start_of_past(now - now % self._learnt_every)
        if self._heard.start != start:
            self._heard = cut.heard_in(
                start, volumes.heard(db, start, start + LEARNT_HOURS * HOUR, unlooked=self._whole)
            )
            self._slots = self._week.slots(start, LEARNT_HOURS)
        self._names = volumes.source_names(db)
        spans = volumes.heard(db, now - LISTENED_HOURS * HOUR, now, unlooked=self._whole)
        self._present = now, {source: each.listening for source, each in spans.items()}
        self._known(db, Series(ROOM), [])

    @property
    def now(self) -> int:
        """The minute of the look that was begun."""
        return self._present[0]

    def look(self, db: Connection, topic: Topic, raised: Callable[[str], Raised | None]) -> Iterator[Found]:
        """The verdicts on a topic's series, the topic itself first; none on what could not be learnt yet.

        `raised` gives the last alert about a subject.
        """
        now, listening = self._present
        start = now - JUDGED_HOURS * HOUR
        places = [] if self._whole else volumes.place_minute_cells(db, topic.number, start, now)
        present = Present(now, volumes.minute_cells(db, topic.number, start, now), places, listening)
        past: list[Cell] = []
        watched = _watched(topic, present, self._names, raised)
        for series, siblings in islice(watched, 1 if self._whole else None):
            known = self._known(db, series, past)
            if known is not None:
                minutes, last = present.minutes_of(series), raised(series.subject)
                verdict = judge(known.usual, known.hours, minutes, self._week, raised=last, siblings=siblings)
                yield Found(series, verdict, listened_share(known.usual.levels, minutes.listening, now - HOUR, now))

    def _known(self, db: Connection, series: Series, past: list[Cell]) -> _Learnt | None:
        """What is known of a series, learnt now where it is not and there is time; `past` keeps its topic's hours."""
        key = series.topic.number, series.subject
        known = self._learnt.get(key)
        is_old = known is None or known.hours.start != self._heard.start
        if is_old and (self._seconds is None or self._seconds > 0):
            begun = time.monotonic()
            known = self._learnt[key] = self._learn(db, series, past)
            if self._seconds is not None:
                self._seconds -= time.monotonic() - begun
        return known

    def _learn(self, db: Connection, series: Series, past: list[Cell]) -> _Learnt:
        heard, number = self._heard, series.topic.number
        if series.part == "place":
            cells = volumes.place_hour_cells(db, number, series.value, heard.start, heard.end)
            hours = cut.place_hours(series, cells, heard)
        else:
            if not past:
                past.extend(volumes.hour_cells(db, number, heard.start, heard.end))
            hours = cut.hours_of(series, past, heard)
        whole = self._learnt.get((number, series.topic.id) if series.part else (ROOM.number, ROOM.id))
        return _Learnt(hours, learn(hours, self._slots, whole.usual.shape if whole else FLAT))


def _watched(
    topic: Topic, present: Present, names: Mapping[int, str], raised: Callable[[str], Raised | None]
) -> Iterator[tuple[Series, int]]:
    """The series to judge, each with how many of its sort there are."""
    yield Series(topic), 1
    negative = int(Tone.NEGATIVE)
    tones = [(Series(topic, "tone", str(negative)), present.seen_with(negative))]
    sources = [
        (Series(topic, "source", names[source], source), present.seen_by(source))
        for source in sorted(present.all)
        if source in names
    ]
    places = [
        (Series(topic, "place", place), present.seen_in(place))
        for place in sorted(present.places)
        if place.startswith(PLACES_WATCHED)
    ]
    for parts, siblings in ((tones, len(present.tones)), (sources, len(sources)), (places, len(places))):
        for series, seen in parts:
            if seen >= FLOOR or _lasts(raised(series.subject)):
                yield series, max(1, siblings)


def _lasts(raised: Raised | None) -> bool:
    return raised is not None and raised.ended is None
