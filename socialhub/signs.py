"""Signs of inauthenticity as plain data: a number of points with what each stands on. Never a verdict.

The rules are in detect/signs.py, the words in sign_words.py.
"""

from __future__ import annotations

from enum import StrEnum

from socialhub.records import dataclass


class SignKind(StrEnum):
    """What is looked at."""

    YOUNG = "young-accounts"
    RATE = "rate"
    SAME_TEXT = "same-text"
    SAME_MINUTE = "same-minute"
    ONE_LINK = "one-link"


class LeftOut(StrEnum):
    """Why an author is not looked at, or why there is no number."""

    PRESS = "press"
    KNOWN = "known"
    TOO_FEW = "too-few"


@dataclass(frozen=True, slots=True)
class Sign:
    """One sign: `points` of at most `most`; `count` of `of` posts or authors show it (None: cannot be known).

    `detail` is the link, or the age of the account in days.
    """

    kind: SignKind
    points: int
    most: int
    count: int | None = None
    of: int = 0
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Signs:
    """The signs of an author or of a group (`authors` of them). `score` is the sum of the points, 0…100.

    It is None where nothing can be said: `because` tells why. `press` and `known` authors were left out.
    """

    score: int | None
    posts: int
    authors: int
    signs: tuple[Sign, ...] = ()
    press: int = 0
    known: int = 0
    because: LeftOut | None = None

    @property
    def shown(self) -> tuple[Sign, ...]:
        """The signs that gave points, the strongest first."""
        return tuple(sorted((each for each in self.signs if each.points), key=lambda each: -each.points))
