"""A post's engagement at set ages, and what of it is known: the numbers, and how they compare with earlier posts.

Plain data. The rule that decides is in detect/pace.py, the words in pace_words.py.
"""

from __future__ import annotations

from typing import Final

from socialhub.clock import DAY, HOUR, MINUTE
from socialhub.records import dataclass

AGES: Final = (15 * MINUTE, HOUR, 6 * HOUR, DAY)
"""Ages (ms since publication) at which posts are compared."""
TOLERANCES: Final = {15 * MINUTE: 4 * MINUTE, HOUR: 10 * MINUTE, 6 * HOUR: 40 * MINUTE, DAY: 2 * HOUR}
"""How far from an age (ms, to both sides) numbers may have been read to count as those of that age."""

_YOUNGEST: Final = min(age - TOLERANCES[age] for age in AGES)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What is known of a post at one age.

    `at` (ms UTC) is when the numbers were read; None: not yet, or never (see `is_hole`). `watched` is why the post is
    asked for again ("" when the numbers were met in passing). `expected` is what `past` earlier posts of the same
    author or source (`basis`) had at this age; None when there were too few. `faster` is the verdict.
    """

    age: int
    due: int
    at: int | None = None
    watched: str = ""
    likes: int | None = None
    shares: int | None = None
    replies: int | None = None
    reach: int | None = None
    expected: float | None = None
    past: int = 0
    basis: str = ""
    faster: bool = False

    @property
    def interactions(self) -> int | None:
        """Likes, shares and replies together; None when none is known."""
        return interactions(self.likes, self.shares, self.replies)

    def is_hole(self, now: int) -> bool:
        """Whether the age has passed without numbers."""
        return self.at is None and now > self.due + TOLERANCES[self.age]


def interactions(*counts: int | None) -> int | None:
    """The sum of what is known of likes, shares and replies; None when nothing is."""
    known = [count for count in counts if count is not None]
    return sum(known) if known else None


def age_at(published: int, at: int) -> int | None:
    """The set age that numbers read at `at` stand for, of a post of `published` (both ms UTC); None between ages."""
    passed = at - published
    # What streams bring is younger than any age.
    if passed < _YOUNGEST:
        return None
    return next((age for age in AGES if abs(passed - age) <= TOLERANCES[age]), None)
