"""What stars say of a tone, as evidence beside the words."""

from __future__ import annotations

from math import log
from typing import Final

from socialhub.model import Word

Evidence = tuple[float, float]
"""What speaks for negative and for positive, each against neutral (natural log odds)."""

NOTHING: Final[Evidence] = (0.0, 0.0)

_SHARES: Final = (
    (0.90, 0.08, 0.02),
    (0.76, 0.20, 0.04),
    (0.30, 0.50, 0.20),
    (0.05, 0.20, 0.75),
    (0.02, 0.06, 0.92),
)
"""How often a reader files a review of 1, 2 … 5 stars as negative, neutral, positive: our estimate, not a count.

Reviews of three stars are the mixed ones: there the words decide.
"""


def rated(rating: float | None) -> tuple[Evidence, tuple[Word, ...]]:
    """The evidence of a rating of 1…5 stars (between two: in between), and how it is named among the reasons."""
    if rating is None or not 0.5 <= rating <= 5.5:
        return NOTHING, ()
    stars = min(5.0, max(1.0, rating))
    below = min(4, int(stars))
    part = stars - below
    low, high = _evidence(below), _evidence(below + 1)
    told = low[0] + part * (high[0] - low[0]), low[1] + part * (high[1] - low[1])
    weight = round((stars - 3) / 2, 2)
    return told, (Word(f"{rating:g}/5", weight),) if weight else ()


def _evidence(stars: int) -> Evidence:
    negative, neutral, positive = _SHARES[stars - 1]
    return log(negative / neutral), log(positive / neutral)
