"""How often a judgement of a raw probability was right, from cross-validation: what is shown as confidence."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence


class Calibration:
    """Reads rising (raw probability, share that was right) pairs, on straight lines between neighbours."""

    def __init__(self, sureness: Sequence[tuple[float, float]]) -> None:
        self._raw = [raw for raw, _right in sureness]
        self._right = [right for _raw, right in sureness]

    def right_share(self, probability: float) -> float:
        """The share of cross-validated judgements of this raw probability that were right."""
        above = bisect_right(self._raw, probability)
        if above == 0:
            return round(self._right[0], 2)
        if above == len(self._raw):
            return round(self._right[-1], 2)
        low, high = self._raw[above - 1], self._raw[above]
        part = (probability - low) / (high - low)
        return round(self._right[above - 1] + part * (self._right[above] - self._right[above - 1]), 2)
