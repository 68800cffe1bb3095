"""How a trend row is laid out: which columns a width has room for, and the text of each cell. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Final

from socialhub.i18n import _, decimal, number
from socialhub.records import dataclass
from socialhub.widgets.cells import safe, width_of
from socialhub.widgets.glyphs import Glyphs
from socialhub.widgets.trend_rows import TrendRow

READABLE_NAME: Final = 12
SHORTEST_NAME: Final = 8
LONGEST_NAME: Final = 24
COARSEST: Final = 6
"""So many cells at most are merged into one before the sparkline gives way altogether."""
FEWEST_BARS: Final = 6
EVEN: Final = 5
"""A net sentiment nearer to zero than this (points) is shown as neutral."""
RISE: Final = 2.0
"""From this ratio to the period before on, a count is marked as risen."""
LARGEST_RATIO: Final = 1000


@dataclass(frozen=True, slots=True)
class Columns:
    """Widths in cells; 0 leaves a column out. `merged` cells of the rows make one bar."""

    name: int
    bars: int
    merged: int
    count: int
    change: int
    net: int


def change_text(total: int, before: int | None, glyphs: Glyphs) -> str:
    """The change against the period before: a ratio, "new" from nothing, a dash when that was not listened to."""
    if before is None:
        return glyphs.none
    if before == 0:
        return _("new") if total else glyphs.same
    ratio = total / before
    if ratio >= LARGEST_RATIO:
        return f">{glyphs.times}999"
    return glyphs.times + (decimal(ratio, 1) if round(ratio, 1) < 10 else str(round(ratio)))


def change_of(row: TrendRow, glyphs: Glyphs) -> str:
    """The row's change; a fall is not told of a span with a hole in it, for it may be the hole's (DECISIONS 15)."""
    fallen = row.before is not None and row.total < row.before
    return glyphs.none if fallen and any(row.holes) else change_text(row.total, row.before, glyphs)


def net_text(net: int | None, glyphs: Glyphs) -> str:
    """Net sentiment with its mark: "▼ −38", "▲ +22", "● 0"; a dash when nothing was judged."""
    if net is None:
        return glyphs.none
    mark = glyphs.neutral if abs(net) < EVEN else glyphs.positive if net > 0 else glyphs.negative
    sign = glyphs.minus if net < 0 else "+" if net > 0 else ""
    return f"{mark} {sign}{abs(net)}"


def columns_for(rows: Sequence[TrendRow], width: int, glyphs: Glyphs) -> Columns:
    """The widest layout that fits.

    Room is won in this order: names shrink to a readable width, bars get coarser, names shrink further, bars go, then
    the net sentiment, then the change; name and count always stay.
    """
    count = max((width_of(number(row.total)) for row in rows), default=1)
    change = max((width_of(change_of(row, glyphs)) for row in rows), default=1)
    net = max((width_of(net_text(row.net, glyphs)) for row in rows), default=1)
    longest = min(max((width_of(safe(row.name)) for row in rows), default=SHORTEST_NAME), LONGEST_NAME)
    shortest = min(longest, SHORTEST_NAME)
    cells = max((len(row.totals) for row in rows), default=0)
    for least, merged in product((min(longest, READABLE_NAME), shortest), range(1, COARSEST + 1)):
        bars = -(-cells // merged)
        room = width - (bars + count + change + net + 4)
        if room >= least and bars >= min(cells, FEWEST_BARS):
            return Columns(min(longest, room), bars, merged, count, change, net)
    for shown_change, shown_net in ((change, net), (change, 0), (0, 0)):
        room = width - sum(column + 1 for column in (count, shown_change, shown_net) if column)
        if room >= shortest:
            return Columns(min(longest, room), 0, 1, count, shown_change, shown_net)
    return Columns(max(width - count - 1, 0), 0, 1, min(count, width), 0, 0)
