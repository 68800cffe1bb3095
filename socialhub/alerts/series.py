"""The series of a topic that are watched: all of it, what is negative of it, each source, each place.

Cuts the topic's counts, as the store gives them, into what the detector reads. Reads no cache itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, TypeAlias

from socialhub.clock import HOUR, floor_hour
from socialhub.model import Topic
from socialhub.records import dataclass
from socialhub.store.volumes import Cell, PlaceCell, SourceHeard
from socialhub.volumes import Hours, Listening, Minutes

LEARNT_HOURS: Final = 28 * 24
"""So many whole hours teach what is usual."""
JUDGED_HOURS: Final = 4
"""So many of the latest hours are read by the minute."""
LISTENED_HOURS: Final = 25
"""For so many of the latest hours it is read who was listened to: the longest window is the last whole day."""
_Counts: TypeAlias = dict[int, dict[int, int]]
ROOM: Final = 0
"""The source number under which a place's mentions are counted, whoever brought them."""


@dataclass(frozen=True, slots=True)
class Series:
    """One series: `topic`, and of what it is a part ("" for all, "tone", "source", "place") with its value.

    `source` is the number of the source that `value` names.
    """

    topic: Topic
    part: str = ""
    value: str = ""
    source: int = 0

    @property
    def subject(self) -> str:
        """What an alert about it is about, stable: "orange", "orange·tone:-1", "orange·place:D-35"."""
        return f"{self.topic.id}·{self.part}:{self.value}" if self.part else self.topic.id


@dataclass(frozen=True, slots=True)
class Heard:
    """Who was listened to in the learnt hours from `start` on: since when (ms UTC), and the numbers of missed hours."""

    start: int
    since: Mapping[int, int]
    missed: Mapping[int, frozenset[int]]

    @property
    def end(self) -> int:
        """The first moment after them."""
        return self.start + LEARNT_HOURS * HOUR


def heard_in(start: int, spans: Mapping[int, SourceHeard]) -> Heard:
    """Who was listened to in the hours from `start` on, by when each source was."""
    since = {source: each.since for source, each in spans.items()}
    return Heard(start, since, {source: each.missed(start, LEARNT_HOURS) for source, each in spans.items()})


class Present:
    """The minutes before `end` of a topic, sorted by its parts, and who was listened to then."""

    def __init__(
        self, end: int, cells: Iterable[Cell], places: Iterable[PlaceCell], listening: Mapping[int, Listening]
    ) -> None:
        self.end, self.listening = end, listening
        self.tones: dict[int, _Counts] = {}
        self.places: dict[str, dict[int, int]] = {}
        self.all: _Counts = {}
        for minute, source, tone, mentions in cells:
            for counts in (self.all, self.tones.setdefault(tone, {})):
                by_minute = counts.setdefault(source, {})
                by_minute[minute] = by_minute.get(minute, 0) + mentions
        for minute, place, mentions in places:
            self.places.setdefault(place, {})[minute] = mentions

    def seen_in(self, place: str) -> int:
        """How many mentions a place has."""
        return sum(self.places.get(place, {}).values())

    def seen_by(self, source: int) -> int:
        """How many mentions a source has."""
        return sum(self.all.get(source, {}).values())

    def seen_with(self, tone: int) -> int:
        """How many mentions a tone has."""
        return sum(sum(minutes.values()) for minutes in self.tones.get(tone, {}).values())

    def minutes_of(self, series: Series) -> Minutes:
        """What the detector reads of a series. For a place the source heard longest stands for the room."""
        if series.part == "place":
            longest = max(self.listening.values(), key=_heard_length, default=None)
            counts = {ROOM: self.places.get(series.value, {})}
            return Minutes(self.end, counts, {ROOM: longest} if longest else {})
        if series.part == "tone":
            return Minutes(self.end, self.tones.get(int(series.value), {}), self.listening)
        if series.part == "source":
            return Minutes(self.end, {series.source: self.all.get(series.source, {})}, self.listening)
        return Minutes(self.end, self.all, self.listening)


def _heard_length(listening: Listening) -> int:
    return sum(high - low for low, high in listening.heard)


def hours_of(series: Series, cells: Iterable[Cell], heard: Heard) -> Hours:
    """What the detector learns a series from that is no place; `cells` are the hours of its topic."""
    tone = int(series.value) if series.part == "tone" else None
    source = series.source if series.part == "source" else None
    counts: dict[int, dict[int, int]] = {}
    for hour, by, having, mentions in cells:
        if by in heard.since and (tone is None or having == tone) and (source is None or by == source):
            of_source, number = counts.setdefault(by, {}), (hour - heard.start) // HOUR
            of_source[number] = of_source.get(number, 0) + mentions
    begun = {
        each: _first_hour(series, since, heard.start)
        for each, since in heard.since.items()
        if source is None or each == source
    }
    missed = {each: _after(first, heard.missed[each]) for each, first in begun.items()}
    return Hours(heard.start, LEARNT_HOURS, counts, begun, missed)


def place_hours(series: Series, cells: Iterable[PlaceCell], heard: Heard) -> Hours:
    """The same for a place; an hour that no source was listened to is missed."""
    counts = {(hour - heard.start) // HOUR: mentions for hour, _place, mentions in cells}
    begun = min((_first_hour(series, since, heard.start) for since in heard.since.values()), default=LEARNT_HOURS)
    nobody = frozenset.intersection(*heard.missed.values()) if heard.missed else frozenset()
    return Hours(heard.start, LEARNT_HOURS, {ROOM: counts}, {ROOM: begun}, {ROOM: _after(begun, nobody)})


def _first_hour(series: Series, since: int, start: int) -> int:
    """The first whole hour in which a source that began `since` then was listened to for the topic."""
    begun = max(since, series.topic.since, start)
    return min(LEARNT_HOURS, -(-(begun - start) // HOUR))


def _after(first: int, numbers: frozenset[int]) -> frozenset[int]:
    return frozenset(number for number in numbers if number >= first)


def start_of_past(now: int) -> int:
    """Where the learnt hours begin that end with the last whole hour before `now` (ms UTC)."""
    return floor_hour(now) - LEARNT_HOURS * HOUR
