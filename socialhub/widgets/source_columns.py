"""The columns of the list of sources: what each holds, and which of them fit a width."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field
from typing import Final

from socialhub.model import Health, SourceRow
from socialhub.polled import Heard
from socialhub.records import dataclass
from socialhub.widgets.cells import width_of
from socialhub.widgets.poll_strip import STRIPS

SHORTEST_NAME: Final = 12
LONGEST_NAME: Final = 28
GAP: Final = 2
_NAMED: Final = ("label", "name", "kind", "age", "rate", "stored", "next")
"""Columns of words, in their order; the strip stands after the kind."""


@dataclass(frozen=True, slots=True)
class Cells:
    """A source's cells as text by the name of their column; beneath, what needs somebody, and what is good to know."""

    row: SourceRow
    health: Health
    texts: dict[str, str]
    heard: Heard | None
    below: tuple[str, ...]
    aside: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Columns:
    """The width of each column, 0 where it is left out; `strip` is one of STRIPS or 0."""

    strip: int
    widths: dict[str, int] = field(default_factory=dict)


_STEPS: Final[tuple[tuple[int, tuple[str, ...]], ...]] = (
    *((count, ()) for count in STRIPS[:3]),
    (STRIPS[2], ("kind",)),
    (STRIPS[2], ("kind", "stored")),
    (STRIPS[2], ("kind", "stored", "next")),
    (STRIPS[3], ("kind", "stored", "next")),
    (STRIPS[3], ("kind", "stored", "next", "rate")),
    (0, ("kind", "stored", "next", "rate")),
    (0, ("kind", "stored", "next", "rate", "age")),
)
"""(cells of the strip, columns left out) from the widest layout to the narrowest but one."""


def columns_for(cells: Sequence[Cells], width: int) -> Columns:
    """The widest layout that fits: the strip gets shorter, then kind, stored, the next try, rate, strip and age go."""
    natural = {name: max(width_of(each.texts[name]) for each in cells) for name in _NAMED}
    natural["name"] = min(natural["name"], LONGEST_NAME)
    known = any(each.heard is not None for each in cells)
    for strip, dropped in _STEPS:
        count = strip if known else 0
        taken = [natural[name] for name in _NAMED if name not in dropped and name != "name" and natural[name]]
        room = width - sum(each + GAP for each in [*taken, *([count] if count else [])])
        if room >= min(natural["name"], SHORTEST_NAME):
            return _columns(natural, count, dropped, room)
    return _columns({**natural, "label": 1}, 0, ("kind", "stored", "next", "rate", "age"), width - 1 - GAP)


def _columns(natural: dict[str, int], strip: int, dropped: Sequence[str], room: int) -> Columns:
    widths = {name: 0 if name in dropped else natural[name] for name in _NAMED}
    return Columns(strip, {**widths, "name": max(min(natural["name"], room), 1)})
