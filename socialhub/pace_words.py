"""A post's engagement at set ages in words, in the interface language. Knows no terminal and no cache."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from socialhub.ages import age
from socialhub.i18n import N_, _, decimal, ngettext, number
from socialhub.paces import Snapshot
from socialhub.records import dataclass

REASONS: Final = {
    "person": N_("a watched person wrote it"),
    "reach": N_("its author has a large audience"),
    "engaged": N_("it moves people"),
    "negative": N_("it is surely negative"),
    "story": N_("it is the first of a growing story"),
}
_EXACT_BELOW: Final = 10


@dataclass(frozen=True, slots=True)
class PaceLine:
    """What is said of a post at one age; `faster` lines are marked."""

    age: str
    text: str
    faster: bool = False


def pace_lines(snapshots: Sequence[Snapshot], now: int) -> tuple[PaceLine, ...]:
    """A line for each age that was read or missed; ages still ahead are not told."""
    return tuple(
        PaceLine(age(each.age), snapshot_words(each), each.faster)
        for each in snapshots
        if each.at is not None or each.is_hole(now)
    )


def why_followed(snapshots: Sequence[Snapshot]) -> str:
    """Why a post is asked for again; "" when it is not."""
    return next((_(REASONS[each.watched]) for each in snapshots if each.watched in REASONS), "")


def snapshot_words(snapshot: Snapshot) -> str:
    """The number and what it is compared with; a hole says that it is one."""
    value = snapshot.interactions
    if value is None:
        return _("not read in time")
    if snapshot.expected is None:
        return _("{count}, too few earlier posts to compare with").format(count=number(value))
    told = _compared_with(snapshot)
    if snapshot.faster:
        return _("{count}, faster than usual ({compared})").format(count=number(value), compared=told)
    return f"{number(value)} ({told})"


def _compared_with(snapshot: Snapshot) -> str:
    expected = snapshot.expected or 0.0
    if snapshot.basis == "author":
        words = ngettext(
            "{posts} earlier post of this author: {expected} at that age",
            "{posts} earlier posts of this author: {expected} at that age",
            snapshot.past,
        )
    else:
        words = ngettext(
            "{posts} earlier post of this source: {expected} at that age",
            "{posts} earlier posts of this source: {expected} at that age",
            snapshot.past,
        )
    said = decimal(expected, 1) if expected < _EXACT_BELOW and expected % 1 else number(round(expected))
    return words.format(posts=number(snapshot.past), expected=said)
