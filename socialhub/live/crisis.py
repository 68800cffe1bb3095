"""Everything behind one alert: its curve, where it comes from over time, its posts, words, and what is left to do.

Reads up to the latest 20,000 mentions since the alert began: some tens of milliseconds, so it belongs on a thread.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from socialhub.clock import DAY, HOUR, MINUTE
from socialhub.detect.interests import ENOUGH_PAST, Subject, find_interests
from socialhub.detect.signs import YOUNG
from socialhub.incidents import Alert, AlertEvent, Notification
from socialhub.live.figures import Beside, figures_beside
from socialhub.live.trends import gaps_until
from socialhub.model import Mention, Tone, Topic
from socialhub.records import dataclass
from socialhub.store.alert_facts import Window
from socialhub.store.alert_mentions import (
    Behind,
    counted_in_cells,
    heard_before,
    mentions_behind,
    negative_share,
    places_behind,
    places_over_time,
    sources_over_time,
    texts_behind,
)
from socialhub.store.alerts import alert_by_id, events_of
from socialhub.store.connection import Connection
from socialhub.store.mentions import FeedFilter, mentions_by_id
from socialhub.store.notifications import notifications_of
from socialhub.store.ours import ours_among
from socialhub.store.sources import coverage, source_by_name
from socialhub.store.topics import active_topics
from socialhub.store.voices import background_texts

LISTED: Final = 20
"""So many posts of each sort, and so many sources and places, are shown."""
USUAL: Final = 28 * DAY
"""How far back the usual tone, and the words of before, reach."""
_DEALT_WITH: Final = ("answered", "closed")
_MOST_NOW, _MOST_BEFORE = 800, 1_500
"""Texts that the words are found in: a third of a second at most."""
_BEFORE: Final = 2.5
"""A curve begins so much of the alert's life before its end that what was before it is seen too."""


@dataclass(frozen=True, slots=True)
class Scale:
    """A length of time that a curve can show, in cells of `step`; both in ms."""

    length: int
    step: int

    @property
    def cells(self) -> int:
        """How many."""
        return self.length // self.step


SCALES: Final = (
    Scale(HOUR, 2 * MINUTE),
    Scale(2 * HOUR, 2 * MINUTE),
    Scale(4 * HOUR, 5 * MINUTE),
    Scale(8 * HOUR, 10 * MINUTE),
    Scale(DAY, 30 * MINUTE),
    Scale(2 * DAY, HOUR),
    Scale(7 * DAY, 3 * HOUR),
    Scale(28 * DAY, 12 * HOUR),
)


@dataclass(frozen=True, slots=True)
class Curve:
    """Mentions in cells of `step` ms from `start` (ms UTC): all, negative ones, and where nobody listened."""

    start: int
    step: int
    totals: tuple[int, ...]
    negative: tuple[int, ...]
    holes: tuple[bool, ...]

    @property
    def end(self) -> int:
        """The first moment after it."""
        return self.start + self.step * len(self.totals)


@dataclass(frozen=True, slots=True)
class Trace:
    """What one source, place or sort of authors brought: mentions in the cells of the curve, and since the alert began.

    `key` is the source's name or the place's code; cells before number `begins` are not known.
    """

    key: str
    cells: tuple[int, ...]
    total: int
    begins: int = 0


@dataclass(frozen=True, slots=True)
class Posts:
    """Mentions behind the alert: the first, those passed on and followed most, and what negative ones of others wait.

    `passed_on` counts the shares of each of `relayed`; of the waiting, the most followed first, `unanswered` counts all
    and `oldest` is when the oldest was published (ms UTC).
    """

    first: tuple[Mention, ...]
    relayed: tuple[Mention, ...]
    passed_on: tuple[int, ...]
    followed: tuple[Mention, ...]
    waiting: tuple[Mention, ...]
    unanswered: int
    oldest: int | None


@dataclass(frozen=True, slots=True)
class Crisis:
    """An alert and everything behind it, from `since` to `until` (ms UTC). `topic` is None for what has no mentions.

    `negative` is the share of negative mentions among the judged, `usual_negative` that of the weeks before (None:
    nothing was judged). `authors` counts who spoke; `new` those never heard before, `young` those whose account is
    younger than 90 days, both over time. `messages` are meant, or were sent, to tell people of it.
    `figures` are metrics beside it.
    """

    alert: Alert
    steps: tuple[AlertEvent, ...]
    topic: Topic | None
    since: int
    until: int
    scale: int
    curve: Curve
    mentions: int
    negative: float | None
    usual_negative: float | None
    authors: int
    sources: tuple[Trace, ...]
    places: tuple[Trace, ...]
    new: Trace
    young: Trace
    posts: Posts
    messages: tuple[Notification, ...] = ()
    figures: tuple[Beside, ...] = ()


def part_of(alert: Alert) -> tuple[str, str]:
    """Of what an alert of a topic is about a part, and which: ("place", "D-35"), ("", "") for the whole topic."""
    part, colon, value = alert.subject.partition("·")[2].partition(":")
    return (part, value) if colon else ("", "")


def window_of(db: Connection, alert: Alert, since: int, until: int) -> Window | None:
    """Which mentions an alert is about; None for one that is about no topic."""
    if alert.topic is None:
        return None
    part, value = part_of(alert)
    tones = {str(int(tone)): int(tone) for tone in Tone}
    source = source_by_name(db, value) if part == "source" else None
    return Window(
        alert.topic,
        since,
        until,
        tone=tones.get(value) if part == "tone" else None,
        source=source.number if source is not None else None,
        place=value if part == "place" else "",
    )


def window_behind(db: Connection, alert: Alert, until: int) -> Window | None:
    """The mentions behind an alert: those of its window since it began, or those that it names."""
    window = window_of(db, alert, alert.started, until)
    return None if window is None else replace(window, only=named_in(alert))


def named_in(alert: Alert) -> tuple[int, ...]:
    """The mentions (ids) that an alert is about where it names them: a keyword's, a person's."""
    named = alert.facts.get("mentions")
    return tuple(each for each in named if isinstance(each, int)) if isinstance(named, list) else ()


def usual_scale(alert: Alert, now: int) -> int:
    """Which of SCALES shows an alert with what was before it."""
    lasted = (alert.ended or now) - alert.started
    wanted = max(2 * HOUR, round(_BEFORE * lasted))
    return next((place for place, scale in enumerate(SCALES) if scale.length >= wanted), len(SCALES) - 1)


def read_crisis(db: Connection, number: int, now: int, operator: str, scale: int | None = None) -> Crisis | None:
    """What is behind the alert of this number, as of `now` (ms UTC); the curve over SCALES[scale], None: as fits it.

    None for an alert that is gone.
    """
    alert = alert_by_id(db, number)
    if alert is None:
        return None
    chosen = usual_scale(alert, now) if scale is None else scale
    topic = next((topic for topic in active_topics(db) if topic.number == alert.topic), None)
    since, until = alert.started, (alert.ended or now) + 1
    window = window_behind(db, alert, until)
    curve = _curve(db, alert, SCALES[chosen], now)
    behind = mentions_behind(db, window) if window is not None else []
    judged = [each.tone for each in behind if each.tone in (-1, 0, 1)]
    known = heard_before(db, {each.name for each in behind}, since)
    return Crisis(
        alert=alert,
        steps=tuple(events_of(db, number)),
        topic=topic,
        since=since,
        until=until,
        scale=chosen,
        curve=curve,
        mentions=len(behind),
        negative=judged.count(-1) / len(judged) if judged else None,
        usual_negative=negative_share(db, alert.topic, since - USUAL, since) if alert.topic is not None else None,
        authors=len({each.author for each in behind}),
        sources=_sources(db, alert, behind, curve),
        places=_places(db, alert, window, curve),
        new=_since("new", [each for each in _firsts(behind) if each.name not in known], curve, since),
        young=_since("young", [each for each in _firsts(behind) if _is_young(each)], curve, since),
        posts=_posts(db, behind, operator, alert.topic),
        messages=tuple(notifications_of(db, number)),
        figures=figures_beside(db, topic.id, since, until) if topic is not None else (),
    )


@dataclass(frozen=True, slots=True)
class Words:
    """The words that rose, the strongest first, and the texts of their examples; whether there was a past at all."""

    subjects: tuple[Subject, ...]
    texts: Mapping[int, str]
    comparable: bool

    def example(self, subject: Subject) -> str:
        """The newest text with these words."""
        return next((self.texts[mention] for mention in subject.examples if mention in self.texts), "")


def read_words(db: Connection, alert: Alert, now: int) -> Words:
    """The words that rose among what is behind an alert, against the weeks before: of its topic, or of the whole room
    where the topic was hardly spoken of.
    """
    since, until = alert.started, (alert.ended or now) + 1
    window, past = window_behind(db, alert, until), window_of(db, alert, since - USUAL, since)
    if window is None or past is None:
        return Words((), {}, comparable=False)
    spoken, before = texts_behind(db, window, _MOST_NOW), texts_behind(db, past, _MOST_BEFORE)
    others = background_texts(db, (), since - USUAL, since, _MOST_BEFORE) if len(before) < ENOUGH_PAST else []
    found = find_interests(spoken, before, others, limit=LISTED)
    wanted = {mention for subject in found.subjects for mention in subject.examples[:1]}
    return Words(
        found.subjects, {said.mention: said.text for said in spoken if said.mention in wanted}, found.comparable
    )


# ---- over time ---------------------------------------------------------------------------------------------------


def _curve(db: Connection, alert: Alert, scale: Scale, now: int) -> Curve:
    """The curve up to now, or to a little after the alert was over; its last cell is the one that the end lies in."""
    end = now if alert.ended is None else min(now, alert.ended + scale.length // 6)
    last = end - end % scale.step
    start = last - (scale.cells - 1) * scale.step
    window = window_of(db, alert, start, start + scale.length)
    totals, negative = (
        counted_in_cells(db, window, scale.step, scale.cells)
        if window is not None
        else ([0] * scale.cells, [0] * scale.cells)
    )
    gaps = gaps_until(coverage(db, start, start + scale.length), start, scale.step, scale.cells, end)
    holes = tuple(gap and not count for gap, count in zip(gaps, totals, strict=True))
    return Curve(start, scale.step, tuple(totals), tuple(negative), holes)


def _since(key: str, behind: Sequence[Behind], curve: Curve, since: int) -> Trace:
    """What is known from the beginning of the alert on."""
    cells = Counter((each.published - curve.start) // curve.step for each in behind)
    begins = max(0, (since - curve.start) // curve.step)
    return Trace(key, tuple(cells[cell] for cell in range(len(curve.totals))), len(behind), begins)


def _sources(db: Connection, alert: Alert, behind: Sequence[Behind], curve: Curve) -> tuple[Trace, ...]:
    window = window_of(db, alert, curve.start, curve.end)
    if window is None:
        return ()
    names, found = dict(db.execute("SELECT id, name FROM sources")), sources_over_time(db, window, curve.step)
    counted = Counter(each.source for each in behind).most_common(LISTED)
    return tuple(Trace(names.get(number, ""), _cells(found.get(number, {}), curve), total) for number, total in counted)


def _places(db: Connection, alert: Alert, window: Window | None, curve: Curve) -> tuple[Trace, ...]:
    around = window_of(db, alert, curve.start, curve.end)
    if window is None or around is None:
        return ()
    found, counted = places_over_time(db, around, curve.step), Counter(places_behind(db, window)).most_common(LISTED)
    return tuple(Trace(place, _cells(found.get(place, {}), curve), total) for place, total in counted)


def _cells(found: Mapping[int, int], curve: Curve) -> tuple[int, ...]:
    return tuple(found.get(cell, 0) for cell in range(len(curve.totals)))


def _firsts(behind: Iterable[Behind]) -> list[Behind]:
    """The first mention of each author."""
    return list({each.author: each for each in behind}.values())


def _is_young(each: Behind) -> bool:
    return each.created is not None and each.published - each.created < YOUNG


# ---- posts -------------------------------------------------------------------------------------------------------


def _posts(db: Connection, behind: Sequence[Behind], operator: str, topic: int | None) -> Posts:
    first = sorted(behind, key=lambda each: (each.published, each.mention))[:LISTED]
    relayed = sorted((each for each in behind if each.passed_on), key=lambda each: -each.passed_on)[:LISTED]
    followed = _one_each(sorted((each for each in behind if each.followers), key=_followers))[:LISTED]
    negative = [each for each in behind if each.tone == -1 and each.state not in _DEALT_WITH]
    ours = ours_among(db, (each.mention for each in negative))
    waiting = sorted((each for each in negative if each.mention not in ours), key=_followers)
    chosen = {each.mention for group in (first, relayed, followed, waiting[:LISTED]) for each in group}
    listed = FeedFilter(topic=topic) if topic is not None else None
    rows = {row.id: row for row in mentions_by_id(db, sorted(chosen), operator, whole=True, listed=listed)}

    def told(group: Sequence[Behind]) -> tuple[Mention, ...]:
        return tuple(rows[each.mention] for each in group if each.mention in rows)

    return Posts(
        first=told(first),
        relayed=told(relayed),
        passed_on=tuple(each.passed_on for each in relayed if each.mention in rows),
        followed=told(followed),
        waiting=told(waiting[:LISTED]),
        unanswered=len(waiting),
        oldest=min((each.published for each in waiting), default=None),
    )


def _followers(each: Behind) -> tuple[int, int]:
    return -(each.followers or 0), each.published


def _one_each(behind: Iterable[Behind]) -> list[Behind]:
    """One mention of each author, in order."""
    found: dict[str, Behind] = {}
    for each in behind:
        found.setdefault(each.author, each)
    return list(found.values())
