"""The arithmetic of share of voice: pure, from plain numbers to plain numbers. Formulas: docs/share-of-voice.md.

Times are milliseconds UTC; shares are 0…1. What cannot be known is None, never zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import field
from math import sqrt
from typing import Final

from socialhub.model import Kind, Topic
from socialhub.reach import Reach
from socialhub.records import dataclass

Z: Final = 1.959964
"""The quantile of the normal distribution for an interval of 95 %."""
TITLE, LEAD, PASSING = 3, 2, 1
"""How deep a mention speaks of a topic: named in its title, in its first words, or later on."""
LEAD_WORDS: Final = 30
DOWN_SHARE: Final = 0.05
"""A source that missed more than this share of a period suspends the shares of that period."""
OUTLETS: Final = ("press", "social", "forum", "reviews", "other")
_OUTLET_OF_KIND: Final[dict[str, str]] = {
    Kind.ARTICLE: "press",
    Kind.REVIEW: "reviews",
    Kind.MESSAGE: "forum",
    Kind.COMMENT: "forum",
}
_POSTS: Final[frozenset[str]] = frozenset({Kind.POST, Kind.REPLY, Kind.QUOTE})


def wilson(hits: float, total: float) -> tuple[float, float]:
    """The 95 % interval (Wilson's) of a share of which `hits` of `total` were seen; all that is possible for none."""
    if total <= 0:
        return 0.0, 1.0
    share, spread = hits / total, Z * Z / total
    middle = (share + spread / 2) / (1 + spread)
    half = Z * sqrt(share * (1 - share) / total + spread / (4 * total)) / (1 + spread)
    return max(0.0, min(share, middle - half)), min(1.0, max(share, middle + half))


def share_of(part: float | None, whole: float) -> float | None:
    """A part of a whole; None when there is no whole."""
    return part / whole if whole and part is not None else None


def whole_percents(parts: Sequence[float]) -> list[int]:
    """The parts in whole percent of their sum, which come to 100 (largest remainders); all 0 when there is nothing."""
    total = sum(parts)
    if total <= 0:
        return [0] * len(parts)
    exact = [part * 100 / total for part in parts]
    percents = [int(value) for value in exact]
    by_remainder = sorted(range(len(parts)), key=lambda place: percents[place] - exact[place])
    for place in by_remainder[: 100 - sum(percents)]:
        percents[place] += 1
    return percents


def depth_of(named_in_title: bool, words_before: int | None) -> int | None:
    """TITLE, LEAD or PASSING; `words_before` stand before the first naming in the text. None: not named in words."""
    if named_in_title:
        return TITLE
    if words_before is None:
        return None
    return LEAD if words_before < LEAD_WORDS else PASSING


def outlet_of(source_kind: str, kind: str) -> str:
    """Which of OUTLETS a mention of this kind from a source of that kind comes from."""
    if kind in _OUTLET_OF_KIND:
        return _OUTLET_OF_KIND[kind]
    return "social" if kind in _POSTS and source_kind != "rss" else "other"


def median_age(cells: Sequence[tuple[int, int]], end: int) -> int | None:
    """The median age at `end` of what (moment, mentions) says, in order of time; None for no mention."""
    half, seen = sum(mentions for _at, mentions in cells) / 2, 0
    if not half:
        return None
    for at, mentions in reversed(cells):
        seen += mentions
        if seen >= half:
            return max(0, end - at)
    return None


def late_share(cells: Iterable[tuple[int, int]], start: int, end: int) -> float | None:
    """The share of the mentions that fell into the last quarter of [start, end); an even flow gives 0.25."""
    late = everything = 0
    for at, mentions in cells:
        everything += mentions
        late += mentions if at >= end - (end - start) // 4 else 0
    return share_of(late, everything)


def gaps(spans: Iterable[tuple[int, int]], start: int, end: int, least: int) -> tuple[tuple[int, int], ...]:
    """The stretches of [start, end) of at least `least` ms that no span covers; the spans come in order."""
    found, reached = [], start
    for low, high in [*(span for span in spans if span[0] < span[1]), (end, end)]:
        if min(low, end) - reached >= max(least, 1):
            found.append((reached, min(low, end)))
        reached = max(reached, high)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Voice:
    """What was said of one topic in one period.

    `mentions` … `unsure` and `cells` ((moment, mentions) in order) are counted; the rest comes from the `looked_at`
    stored mentions: `depths` are those of depth 3, 2 and 1, `outlets` those of each of OUTLETS.
    """

    mentions: int = 0
    stories: int = 0
    negative: int = 0
    neutral: int = 0
    positive: int = 0
    unsure: int = 0
    cells: tuple[tuple[int, int], ...] = ()
    looked_at: int = 0
    depths: tuple[int, int, int] = (0, 0, 0)
    outlets: tuple[int, ...] = (0,) * len(OUTLETS)
    reach: Reach = field(default_factory=Reach)

    @property
    def is_sampled(self) -> bool:
        """Whether depth, outlets and reach come from a part of the mentions."""
        return self.looked_at < self.mentions

    @property
    def judged(self) -> int:
        """Mentions whose tone is known well enough."""
        return self.negative + self.neutral + self.positive

    @property
    def net(self) -> int | None:
        """(positive - negative) / judged x 100."""
        return round((self.positive - self.negative) / self.judged * 100) if self.judged else None

    @property
    def depth(self) -> float | None:
        """The mean depth, 1…3."""
        named = sum(self.depths)
        weights = zip((TITLE, LEAD, PASSING), self.depths, strict=True)
        return sum(weight * count for weight, count in weights) / named if named else None


@dataclass(frozen=True, slots=True)
class Silence:
    """When a source was not listened to within a period. `share` of the period; `since` when it began (None: never)."""

    source: str
    stretches: tuple[tuple[int, int], ...]
    share: float
    since: int | None

    @property
    def suspends(self) -> bool:
        """Whether so much is missing that shares would compare what was heard with what was not."""
        return self.share > DOWN_SHARE


@dataclass(frozen=True, slots=True)
class Window:
    """One period, [start, end): what was said of each topic (in the order of the topics), and who was not heard.

    `listened` is False when nobody listened for most of it. `whole` are the mentions of each topic that came from the
    sources that were heard all along; None when all were, or none was.
    """

    start: int
    end: int
    voices: tuple[Voice, ...]
    silences: tuple[Silence, ...] = ()
    listened: bool = True
    whole: tuple[int, ...] | None = None

    @property
    def down(self) -> tuple[Silence, ...]:
        """The silences that suspend the shares."""
        return tuple(silence for silence in self.silences if silence.suspends)

    @property
    def compared(self) -> tuple[int, ...] | None:
        """The mentions whose shares may be told; None while nothing may."""
        return self.whole if self.down else tuple(voice.mentions for voice in self.voices)


@dataclass(frozen=True, slots=True)
class Share:
    """Topics beside each other, in a period and in that of the same length before it."""

    topics: tuple[Topic, ...]
    now: Window
    before: Window
