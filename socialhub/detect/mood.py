"""Whether what is said more than usual is mostly positive: a moment worth joining, and no trouble. Pure.

What is usual of a topic may be mostly negative. So the tones of what came on top are judged, not those of everything.
"""

from __future__ import annotations

from typing import Final

from socialhub.records import dataclass
from socialhub.shares import wilson

LEAST: Final = 5.0
"""So many positive mentions more than usual."""
MOSTLY: Final = 0.4
"""Of what was judged beyond the usual, the share that is positive may be no less than this: the lower end of what it
can be (Wilson, 95 %), so that few must be nearly all positive and many a good half.
"""
SPOILT: Final = 0.5
"""With so many negative mentions more than usual, for each positive one, it is a quarrel and no moment."""


@dataclass(frozen=True, slots=True)
class Tones:
    """How many mentions were judged negative, neutral, positive, or left unsure."""

    negative: float = 0
    neutral: float = 0
    positive: float = 0
    unsure: float = 0

    @property
    def all(self) -> float:
        """All of them."""
        return self.negative + self.neutral + self.positive + self.unsure

    @property
    def judged(self) -> float:
        """All that are not unsure."""
        return self.negative + self.neutral + self.positive

    def beyond(self, usual: Tones, expected: float) -> Tones:
        """What these have more than `expected` mentions with the tones that are `usual`; nothing is less than none."""
        part = expected / usual.all if usual.all else 0.0
        return Tones(
            max(0.0, self.negative - part * usual.negative),
            max(0.0, self.neutral - part * usual.neutral),
            max(0.0, self.positive - part * usual.positive),
            max(0.0, self.unsure - part * usual.unsure),
        )


def has_turned(seen: Tones, usual: Tones, expected: float) -> bool:
    """Whether what was cheerful is so no more: what goes beyond the expected is more negative than positive."""
    more = seen.beyond(usual, expected)
    return more.negative > more.positive


def is_gloomy(seen: Tones, usual: Tones, expected: float) -> bool:
    """Whether what goes beyond the expected is mostly negative, by the same measure."""
    return is_cheerful(_mirrored(seen), _mirrored(usual), expected)


def _mirrored(tones: Tones) -> Tones:
    return Tones(tones.positive, tones.neutral, tones.negative, tones.unsure)


def is_cheerful(seen: Tones, usual: Tones, expected: float) -> bool:
    """Whether what was `seen` is mostly positive in what goes beyond `expected` mentions of the `usual` tones."""
    more = seen.beyond(usual, expected)
    if more.positive < LEAST or more.negative > SPOILT * more.positive:
        return False
    return wilson(more.positive, more.judged)[0] >= MOSTLY
