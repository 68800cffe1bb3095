"""The people of the watchlists, a group a list, and the authors on no list. Draws what it is given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, Final

from textual.message import Message

from socialhub.i18n import _, ngettext, number
from socialhub.widgets.cells import Line, Piece, left, right, safe, wrap
from socialhub.widgets.line_list import Entry, LineList
from socialhub.widgets.people_rows import GAP, Cells, Columns, ListRow, PersonRow, cells_of, columns_for, headings

RISE = 2.0
"""From so many times the usual on a count is bold."""
LEAST_USUAL = 0.5
"""A usual count below this counts as this: two mentions of somebody who is nearly always silent are a rise."""
MOSTLY = 20
"""Points of net sentiment from which a tone is coloured."""

_IN_ORDER: Final = ("count", "usual", "net", "reach", "last", "contact", "topics")


class PeopleList(LineList):
    """Message Chosen on Enter: a person, a list, or an author on none, by the key it was given."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "people--list",
        "people--faint",
        "people--subjects",
        "people--rise",
        "people--negative",
        "people--positive",
    }
    DEFAULT_CSS = """
    PeopleList {
        & > .people--list { color: $text-primary; text-style: bold; }
        & > .people--faint { color: $text-muted; }
        & > .people--subjects { color: $text-accent; }
        & > .people--rise { text-style: bold; }
        & > .people--negative { color: $text-error; }
        & > .people--positive { color: $text-success; }
        &:ansi > .people--faint { text-style: dim; }
    }
    """

    class Chosen(Message):
        """The reader wants to see more of this entry."""

        def __init__(self, key: int) -> None:
            super().__init__()
            self.key = key

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._lists: tuple[ListRow, ...] = ()
        self._strangers: tuple[PersonRow, ...] = ()
        self._strangers_title = ""
        self._when_empty = ""
        self._now = 0
        self._by_reach = False

    def show(
        self,
        lists: Sequence[ListRow],
        strangers: Sequence[PersonRow],
        now: int,
        *,
        strangers_title: str,
        when_empty: str,
        by_reach: bool = False,
    ) -> None:
        """Draw these lists and authors; `now` (ms UTC) is what ages count to, `when_empty` is said without a list.

        A person on two lists has a key on each.
        """
        self._lists, self._strangers, self._now = tuple(lists), tuple(strangers), now
        self._strangers_title, self._when_empty, self._by_reach = strangers_title, when_empty, by_reach
        self.rebuild()

    def choose(self, key: int) -> None:
        """Tell what was chosen."""
        self.post_message(self.Chosen(key))

    # ---- lines ---------------------------------------------------------------------------------------------------

    def compose_entries(self, width: int) -> list[Entry]:
        """Headings, then each list with its people, then the authors on none."""
        if not self._lists:
            return [Entry(None, ((Piece(line, "people--faint"),),)) for line in wrap(self._when_empty, width)]
        rows = [*(row for each in self._lists for row in each.people), *self._strangers]
        cells = [cells_of(row, self._now, self.glyphs) for row in rows]
        columns = columns_for(rows, cells, width - 1, reach=self._by_reach)
        drawn = {row.key: self._line(row, texts, columns) for row, texts in zip(rows, cells, strict=True)}
        heading = dict.fromkeys(_IN_ORDER, "people--faint")
        entries = [Entry(None, (_joined("", headings(), columns, heading, self.glyphs.ellipsis),))]
        for each in self._lists:
            entries.append(Entry(each.key, tuple(self._list_lines(each, width))))
            entries += [Entry(row.key, (drawn[row.key],)) for row in each.people]
        if self._strangers:
            entries.append(Entry(None, ((Piece(safe(self._strangers_title), "people--list"),),)))
            entries += [Entry(row.key, (drawn[row.key],)) for row in self._strangers]
        return entries

    def _list_lines(self, row: ListRow, width: int) -> list[Line]:
        spoke = _("{count} of {total} spoke").format(count=row.spoke, total=len(row.people))
        said = ngettext("{count} mention", "{count} mentions", row.mentions).format(count=number(row.mentions))
        dot = self.glyphs.dot
        lines: list[Line] = [
            (Piece(safe(row.name), "people--list"), Piece(f" {dot} {spoke} {dot} {said}", "people--faint"))
        ]
        if row.subjects:
            label = _("more than usual:")
            told = left(", ".join(map(safe, row.subjects)), max(width - len(label) - 2, 0), self.glyphs.ellipsis)
            lines.append((Piece(f" {label} ", "people--faint"), Piece(told.rstrip(), "people--subjects")))
        return lines

    def _line(self, row: PersonRow, texts: Cells, columns: Columns) -> Line:
        faint = dict.fromkeys(("usual", "contact", "reach", "topics"), "people--faint")
        risen = row.usual is not None and row.mentions >= RISE * max(row.usual, LEAST_USUAL)
        looks = {**faint, "count": "people--rise" if risen else "", "net": _net_look(row.net)}
        if not row.mentions:
            looks = dict.fromkeys(("name", *_IN_ORDER), "people--faint")
        return _joined(safe(row.name), texts, columns, looks, self.glyphs.ellipsis)


def _joined(name: str, texts: Cells, columns: Columns, looks: Mapping[str, str], ellipsis: str) -> Line:
    """A line of the columns that there is room for."""
    pieces = [Piece(" " + left(name, columns.name, ellipsis), looks.get("name", ""))]
    for column in _IN_ORDER:
        if width := getattr(columns, column):
            align = left if column == "topics" else right
            text = " " * GAP + align(getattr(texts, column), width, ellipsis)
            pieces.append(Piece(text, looks.get(column, "")))
    return tuple(pieces)


def _net_look(net: int | None) -> str:
    if net is None or abs(net) < MOSTLY:
        return "people--faint"
    return "people--positive" if net > 0 else "people--negative"
