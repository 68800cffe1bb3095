"""The engagement of a post, read again later as a source does that can be asked: nothing at first, then it grows.

Posts that move people, while the room is played and in the hours before, are read at set ages; the others once, at an
age at which nothing is compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from random import Random
from typing import Final

from socialhub.clock import HOUR, MINUTE
from socialhub.demo.line import Line
from socialhub.demo.story import EVENTS
from socialhub.demo.voices import SOCIAL

_NOTICED: Final = 10
"""Likes, shares and replies, once it is done growing, from which on a post is read again at all."""
_MOVES_PEOPLE: Final = 25
"""... and from which on at set ages."""
_GROWTH: Final = ((15, 0.03, 0.25), (60, 0.3, 0.6), (360, 0.85, 1.0))
"""(age in minutes, least and most of the final numbers that it has by then)"""
_ONCE: Final = 3 * HOUR


def told_again(line: Line, age: int, likes: int, shares: int, replies: int) -> Line:
    """The same post with its numbers `age` ms later."""
    return replace(line, at=line.at + age, likes=likes, shares=shares, replies=replies, after=[])


def readings(lines: Iterable[Line], seed: int, start: int) -> Iterator[Line]:
    """The later readings of those lines that are noticed; all of them begin without any engagement.

    Nothing is told of it before the played hours: that past is taken in by the hour, and would pass for read at an age.
    """
    rng = Random(f"readings {seed} {start}")
    since = start + EVENTS["outage"].start_offset_ms
    for line in lines:
        likes, shares, replies = line.likes or 0, line.shares or 0, line.replies or 0
        if line.source not in SOCIAL or line.after or line.deleted:
            continue
        early = None if line.at < since else 0
        line.likes, line.shares, line.replies = early, early, early
        if likes + shares + replies < _NOTICED:
            continue
        if line.at < since or likes + shares + replies < _MOVES_PEOPLE:
            yield told_again(line, _ONCE, likes, shares, replies)
            continue
        for minutes, least, most in _GROWTH:
            part = rng.uniform(least, most)
            yield told_again(line, minutes * MINUTE, int(likes * part), int(shares * part), int(replies * part))
