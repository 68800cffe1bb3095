"""How the people of a watchlist are laid out: plain data, the columns a width has room for, the text of each cell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from socialhub.ages import age
from socialhub.i18n import _, decimal, number
from socialhub.records import dataclass
from socialhub.widgets.cells import safe, width_of
from socialhub.widgets.glyphs import Glyphs
from socialhub.widgets.trend_columns import net_text

LONGEST_NAME: Final = 34
SHORTEST_NAME: Final = 12
READABLE_NAME: Final = 24
FEWEST_TOPICS: Final = 14
READABLE_TOPICS: Final = 30
"""Cells from which topics are worth a column, and from which both can be read."""
GAP: Final = 2
_EXACT_BELOW: Final = 10


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person, or an author on no list, in the shown period.

    `usual` is how many mentions are usual in so long a time (None: not known); `net` is net sentiment in points (None:
    nothing was judged); `reach` followers or readers; `last` and `contact` are ms UTC, None for never.
    """

    key: int
    name: str
    mentions: int
    usual: float | None = None
    topics: tuple[str, ...] = ()
    net: int | None = None
    reach: int | None = None
    last: int | None = None
    contact: int | None = None


@dataclass(frozen=True, slots=True)
class ListRow:
    """A watchlist: its name, its people in the order in which they are shown, what they talk about more than usual."""

    key: int
    name: str
    people: tuple[PersonRow, ...]
    subjects: tuple[str, ...] = ()

    @property
    def spoke(self) -> int:
        """How many of its people said something."""
        return sum(row.mentions > 0 for row in self.people)

    @property
    def mentions(self) -> int:
        """All that they said."""
        return sum(row.mentions for row in self.people)


@dataclass(frozen=True, slots=True)
class Columns:
    """Widths in cells; 0 leaves a column out."""

    name: int
    count: int
    usual: int
    net: int
    reach: int
    last: int
    contact: int
    topics: int


@dataclass(frozen=True, slots=True)
class Cells:
    """The texts of a row in the order of the columns."""

    count: str
    usual: str
    net: str
    reach: str
    last: str
    contact: str
    topics: str


def headings() -> Cells:
    """What stands above the columns."""
    return Cells(_("mentions"), _("usual"), _("tone"), _("reach"), _("last heard"), _("last exchange"), _("topics"))


def cells_of(row: PersonRow, now: int, glyphs: Glyphs) -> Cells:
    """The texts of a row; who said nothing is silent, and was last heard some time ago."""
    return Cells(
        number(row.mentions) if row.mentions else _("silent"),
        usual_text(row.usual, glyphs),
        net_text(row.net, glyphs) if row.mentions else "",
        glyphs.none if row.reach is None else number(row.reach),
        _("never") if row.last is None else age(now - row.last),
        glyphs.none if row.contact is None else age(now - row.contact),
        ", ".join(safe(topic) for topic in row.topics),
    )


def usual_text(usual: float | None, glyphs: Glyphs) -> str:
    """The usual count: "0.7", "14"; a dash while it is not known."""
    if usual is None:
        return glyphs.none
    rounded = round(usual, 1)
    return number(round(usual)) if rounded >= _EXACT_BELOW or rounded == int(rounded) else decimal(usual, 1)


def columns_for(rows: Sequence[PersonRow], cells: Sequence[Cells], width: int, *, reach: bool) -> Columns:
    """The widest layout that fits. Room is won in this order: the reach goes (the last exchange where the list is
    ordered by reach), topics shrink and go, then the other of the two, the tone, the usual; names shrink meanwhile;
    name, count and when last heard stay.
    """
    natural = {
        each: max(width_of(getattr(row, each)) for row in (headings(), *cells))
        for each in ("count", "usual", "net", "reach", "last", "contact")
    }
    longest = min(max((width_of(safe(row.name)) for row in rows), default=SHORTEST_NAME), LONGEST_NAME)
    first, then = ("contact", "reach") if reach else ("reach", "contact")
    attempts: tuple[tuple[int, tuple[str, ...]], ...] = (
        (READABLE_TOPICS, ()),
        (READABLE_TOPICS, (first,)),
        (FEWEST_TOPICS, (first,)),
        *((0, (first, then, "net", "usual")[:dropped]) for dropped in range(5)),
    )
    for topics, dropped in attempts:
        shown = {column: 0 if column in dropped else cells_wide for column, cells_wide in natural.items()}
        room = width - sum(cells_wide + GAP for cells_wide in shown.values() if cells_wide)
        least = min(longest, SHORTEST_NAME if len(dropped) > 1 else READABLE_NAME)
        if room >= least + (topics + GAP if topics else 0):
            break
    name = max(min(longest, room - (topics + GAP if topics else 0)), 1)
    return Columns(name=name, topics=room - name - GAP if topics else 0, **shown)
