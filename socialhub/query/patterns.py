"""Regular expressions of users, with a time limit: one that explodes costs its mention, never the stream.

Python's own `re` knows no limit; `regex` is asked to give up (DECISIONS 31).
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from regex import Pattern

TIME_LIMIT: Final = 0.05
"""Seconds one pattern may take on one text; a usual one takes a hundred-thousandth of that."""
MOST_TIMEOUTS: Final = 20
"""Time-outs after which a pattern is not tried any more in this process: it would hold up the stream."""

log = logging.getLogger(__name__)


class BadPattern(ValueError):
    """The pattern cannot be read: (what is wrong, at which character of the pattern)."""

    def __init__(self, problem: str, position: int) -> None:
        super().__init__(problem)
        self.problem = problem
        self.position = position


@lru_cache(maxsize=256)
def compiled(pattern: str) -> Pattern[str]:
    """The pattern, ready. Raises BadPattern."""
    import regex

    try:
        return regex.compile(pattern, regex.IGNORECASE | regex.VERSION0, cache_pattern=False)
    except regex.error as error:
        raise BadPattern(str(error.msg), int(error.pos or 0)) from error
    except (ValueError, OverflowError, RecursionError) as error:
        raise BadPattern(str(error), 0) from error


@lru_cache(maxsize=256)
def searcher(pattern: str) -> Callable[[str], bool]:
    """The function that tells whether the pattern is found in a text; False too when it takes longer than it may."""
    search, timeouts = compiled(pattern).search, 0

    def found(text: str) -> bool:
        nonlocal timeouts
        if timeouts >= MOST_TIMEOUTS or not text:
            return False
        try:
            return search(text, timeout=TIME_LIMIT) is not None
        except TimeoutError:
            timeouts += 1
            if timeouts == MOST_TIMEOUTS:
                log.warning("a pattern took too long %d times and is not tried any more: /%s/", timeouts, pattern)
            return False

    return found


def is_explosive(pattern: str) -> bool:
    """Whether a pattern takes too long on one of some long, dull texts, on which well-made ones take no time."""
    search = compiled(pattern).search
    for text in ("a" * 3_000 + "!", "aB1 " * 800 + "!", " " * 3_000 + "!", "1" * 3_000 + "x", "é-" * 1_500 + "!"):
        try:
            search(text, timeout=TIME_LIMIT)
        except TimeoutError:
            return True
    return False


def places(pattern: str, text: str) -> list[tuple[int, int]]:
    """Where the pattern is found in a text, (start, end) in characters, as far as its time reaches."""
    found: list[tuple[int, int]] = []
    try:
        found.extend(
            hit.span() for hit in compiled(pattern).finditer(text, timeout=TIME_LIMIT) if hit.end() > hit.start()
        )
    except TimeoutError:
        return found
    return found
