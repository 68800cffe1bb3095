"""The time between the rows of a series, inferred from the first of them. Pure."""

from __future__ import annotations

from statistics import median_low
from typing import Final

GAPS: Final = 9
"""The middle of so many first gaps is the step: a hole or two among them change nothing."""


class StepFinder:
    """Learns the step of a series (ms) from its first times, unless it is told; afterwards it stays."""

    __slots__ = ("_gaps", "_known", "_last", "step")

    def __init__(self, step: int = 0) -> None:
        self.step = step
        """Milliseconds between two rows; 0 before the second row."""
        self._known = step > 0
        self._gaps: list[int] = []
        self._last: int | None = None

    def see(self, moment: int) -> int:
        """Take the time of the next row (later than the one before) and return the step as known now."""
        if not self._known:
            if self._last is not None:
                self._gaps.append(moment - self._last)
                self.step = median_low(self._gaps)
                self._known = len(self._gaps) == GAPS
            self._last = moment
        return self.step
