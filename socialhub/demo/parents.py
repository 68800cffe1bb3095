"""Posts that may be answered, found by time."""

from __future__ import annotations

from bisect import bisect
from random import Random
from typing import Final

from socialhub.clock import MINUTE
from socialhub.demo.line import Line
from socialhub.demo.voices import SOCIAL

_ANSWERED_AFTER: Final = 2 * MINUTE
_ANSWERED_WITHIN: Final = 240 * MINUTE


class Parents:
    """The posts of some beats, in order of time."""

    def __init__(self, lines: list[Line]) -> None:
        self._lines = sorted((line for line in lines if line.source in SOCIAL), key=lambda line: line.at)
        self._times = [line.at for line in self._lines]

    def before(self, moment: int, rng: Random) -> Line | None:
        """A post of the last hours, a recent one rather; None when there is none."""
        newest = bisect(self._times, moment - _ANSWERED_AFTER)
        oldest = bisect(self._times, moment - _ANSWERED_WITHIN)
        if newest <= oldest:
            return None
        return self._lines[newest - 1 - int((newest - oldest) * rng.random() ** 2)]
