"""Faster than usual: a post's engagement against what earlier posts of its author had at the same age.

After CrowdTangle's "overperforming" score (how much more than expected, where the expected value is the mean of the
middle half of that account's last 100 posts at the same age). Ours adds what a small number needs: a floor, a least
number of past posts, and a place among the very best of them. Pure; the caller hands in earlier posts only.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from socialhub.records import dataclass

PAST: Final = 100
"""Past posts compared with, the latest ones."""
AUTHOR_POSTS: Final = 10
"""Fewer of the author's own say nothing; then those of the source are asked."""
SOURCE_POSTS: Final = 30
FLOOR: Final = 20
"""Likes, shares and replies below which nothing is called fast."""
FACTOR: Final = 3.0
"""How many times the expected value a fast post has."""
BEST: Final = 20
"""One past post in so many may have had as much: a single lucky one among a hundred hides nothing."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How a post does. `basis` is whose `posts` earlier ones made `expected`: "author", "source", "" (too few).

    `reason` names the decision: "faster", "usual", "below-floor" or "no-past".
    """

    reason: str
    expected: float | None = None
    posts: int = 0
    basis: str = ""

    @property
    def faster(self) -> bool:
        """The verdict."""
        return self.reason == "faster"


def expected_value(past: Sequence[int]) -> float:
    """The mean of the middle half of some values, at least one: the quarters below and above are left out."""
    ordered = sorted(past)
    cut = len(ordered) // 4
    middle = ordered[cut : len(ordered) - cut]
    return sum(middle) / len(middle)


def judge(value: int, of_author: Sequence[int], of_source: Sequence[int]) -> Pace:
    """The pace of a post with `value` interactions, given those of earlier posts at the same age."""
    if len(of_author) >= AUTHOR_POSTS:
        past, basis = of_author, "author"
    elif len(of_source) >= SOURCE_POSTS:
        past, basis = of_source, "source"
    else:
        return Pace("no-past")
    expected = expected_value(past)
    as_good = sum(each >= value for each in past)
    if value < FLOOR:
        reason = "below-floor"
    elif value >= FACTOR * max(expected, 1.0) and as_good * BEST <= len(past):
        reason = "faster"
    else:
        reason = "usual"
    return Pace(reason, expected, len(past), basis)
