"""What a search found, counted by source, tone, language and day: a list to choose from, or one line of it.

Knows no store and no query language: a value comes with the text that narrows to it.
"""

from __future__ import annotations

from typing import ClassVar, Final

from rich.segment import Segment
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from socialhub.i18n import _, number, percent
from socialhub.records import dataclass
from socialhub.widgets.cells import Line, Piece, cut, left, right, safe, width_of
from socialhub.widgets.line_list import Entry, LineList
from socialhub.widgets.sparkline import merge, sparkline

_BAR: Final = 10
"""Cells of a full bar."""
_LONGEST_NAME: Final = 24


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One value: the part of a query that narrows to it ("" when there is none), its name, how many have it."""

    part: str
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class FacetGroup:
    """Values of one kind under a heading; `curve` is a number for each day, in order."""

    heading: str
    values: tuple[FacetValue, ...]
    curve: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class FacetView:
    """Everything that is shown. `chosen` are the parts the search is narrowed to; `exact` False marks estimates."""

    total: int
    exact: bool
    chosen: tuple[str, ...]
    groups: tuple[FacetGroup, ...]


def total_text(view: FacetView) -> str:
    """How many match: "60,354", or "≈ 609,000"."""
    return number(view.total) if view.exact else _("≈ {count}").format(count=number(view.total))


class FacetPanel(LineList):
    """The list. Messages: Toggled on Enter or a removal."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("backspace,delete", "remove", show=False)]
    COMPONENT_CLASSES: ClassVar[set[str]] = {"facets--heading", "facets--chosen", "facets--bar", "facets--quiet"}
    DEFAULT_CSS = """
    FacetPanel {
        & > .facets--heading { color: $text-muted; text-style: bold; }
        & > .facets--chosen { color: $text-accent; }
        & > .facets--bar { color: $text-primary; }
        & > .facets--quiet { color: $text-muted; }
    }
    """

    class Toggled(Message):
        """The search is to be narrowed to this part, or not any more."""

        def __init__(self, part: str) -> None:
            super().__init__()
            self.part = part

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._view: FacetView | None = None
        # A value keeps its number while it is here: the cursor goes with it when it is chosen.
        self._parts: list[str] = []
        self._numbers: dict[str, int] = {}

    def show(self, view: FacetView) -> None:
        """Draw these counts; only lines that differ are repainted."""
        if view != self._view:
            self._view = view
            self.rebuild()

    def choose(self, key: int) -> None:
        """Narrow to the value, or take it away."""
        self.post_message(self.Toggled(self._parts[key]))

    def action_remove(self) -> None:
        """Take the value under the cursor away; elsewhere the last that was chosen."""
        chosen = self._view.chosen if self._view is not None else ()
        if chosen:
            under = self._parts[self.cursor] if self.cursor is not None else ""
            self.post_message(self.Toggled(under if under in chosen else chosen[-1]))

    def compose_entries(self, width: int) -> list[Entry]:
        """What is chosen, then the groups."""
        view = self._view
        if view is None:
            return [Entry(None, ((Piece(_("counting…"), "facets--quiet"),),))]
        entries = [self._entry(part, (Piece(f"{self.glyphs.bad} {part}", "facets--chosen"),)) for part in view.chosen]
        for group in view.groups:
            if entries:
                entries.append(Entry(None, ((),)))
            entries.append(Entry(None, ((Piece(group.heading, "facets--heading"),),)))
            if len(group.curve) > 1:
                totals, _holes = merge(group.curve, (), -(-len(group.curve) // width) if width else 1)
                curve = Piece(sparkline(totals, glyphs=self.glyphs), "facets--bar")
                entries.append(Entry(None, ((curve,),)))
            entries += [self._value_entry(value, group, view, width) for value in group.values]
        return entries

    def _entry(self, part: str, line: Line) -> Entry:
        if not part:
            return Entry(None, (line,))
        if part not in self._numbers:
            self._numbers[part] = len(self._parts)
            self._parts.append(part)
        return Entry(self._numbers[part], (line,))

    def _value_entry(self, value: FacetValue, group: FacetGroup, view: FacetView, width: int) -> Entry:
        longest = max(each.count for each in group.values)
        count = number(value.count) if view.exact else _("≈ {count}").format(count=number(value.count))
        counts = 1 + max(width_of(count), 7)
        name = max(6, min(_LONGEST_NAME, width - counts - _BAR - 1))
        filled = -(-value.count * _BAR // longest) if longest else 0
        bar = self.glyphs.levels[-1] * filled if width >= name + counts + 4 else ""
        look = "" if value.part else "facets--quiet"
        pieces = (
            Piece(left(safe(value.name), name, self.glyphs.ellipsis), look),
            Piece(right(count, counts), look),
            Piece(f" {bar}", "facets--bar"),
        )
        return self._entry(value.part, pieces)


class FacetLine(Widget):
    """The same on one line, for narrow screens."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"facet-line--total", "facet-line--rest"}
    DEFAULT_CSS = """
    FacetLine {
        height: 1;
        & > .facet-line--total { text-style: bold; }
        & > .facet-line--rest { color: $text-muted; }
    }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._view: FacetView | None = None
        self._old = True

    def show(self, view: FacetView) -> None:
        """Draw these counts."""
        if view != self._view or self._old:
            self._view, self._old = view, False
            self.refresh()

    def grow_old(self) -> None:
        """Something else is being counted."""
        if not self._old:
            self._old = True
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """The total, then the largest values of each group as shares of it, as many as fit."""
        width, base = self.size.width, self.rich_style
        total = _("counting…") if self._view is None else "…" if self._old else total_text(self._view)
        room = width - width_of(total) - 2
        rest = _shares(self._view, room) if self._view is not None else ""
        segments = [
            Segment(f" {total}", base + self.get_component_rich_style("facet-line--total", partial=True)),
            Segment(cut(rest, room), base + self.get_component_rich_style("facet-line--rest", partial=True)),
        ]
        return Strip(segments).adjust_cell_length(width, base)


def _shares(view: FacetView, room: int) -> str:
    """The largest values of each group as shares of the whole: up to three each, as many as there is room for."""
    if not view.total:
        return ""
    groups = [group.values for group in view.groups if not group.curve]
    text = ""
    for most in (1, 2, 3):
        told = (
            "  ".join(f"{safe(value.name)} {percent(value.count / view.total)}" for value in values[:most])
            for values in groups
        )
        longer = "".join(f" · {group}" for group in told)
        if text and width_of(longer) > room:
            break
        text = longer
    return text
