"""Sample mentions of a query under headings, the words that matched marked; Enter unfolds one to its whole text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, tzinfo
from typing import ClassVar, Final

from socialhub.clock import to_datetime
from socialhub.model import Mention
from socialhub.records import dataclass
from socialhub.widgets.cells import Line, Piece, left, safe, wrap
from socialhub.widgets.feed_rows import Hits, firm, from_hit, marked_pieces, short_source, time_cell, who, words
from socialhub.widgets.line_list import Entry, LineList

_SOURCE: Final = 14
_WHO: Final = 16
_WITH_SOURCE: Final = 56
_WITH_WHO: Final = 80
"""Cells from which the columns of the source and of the author are shown."""


@dataclass(frozen=True, slots=True)
class TrialGroup:
    """Some mentions under a heading ("" for none); `hits_in` tells which stretches of a text are marked."""

    heading: str
    count: str
    mentions: tuple[Mention, ...]
    hits_in: Callable[[str], Hits]


class TrialList(LineList):
    """The list. `now` (ms UTC) and `zone` are those of its times."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        *("trial--heading", "trial--count", "trial--time", "trial--source", "trial--who", "trial--hit", "trial--quiet"),
    }
    DEFAULT_CSS = """
    TrialList {
        height: 1fr;
        & > .trial--heading { text-style: bold; }
        & > .trial--count { color: $text-accent; }
        & > .trial--time { color: $text-muted; }
        & > .trial--source { color: $text-muted; }
        & > .trial--who { color: $text-primary; }
        & > .trial--hit { color: $text-accent; text-style: bold; }
        & > .trial--quiet { color: $text-muted; }
        &:ansi > .trial--hit { text-style: bold underline; }
    }
    """

    def __init__(self, *, zone: tzinfo | None = None, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._zone = zone or UTC
        self._now = 0
        self._groups: tuple[TrialGroup, ...] = ()
        self._remark = ""
        self._unfolded: set[int] = set()

    def show(self, groups: Sequence[TrialGroup], remark: str, now: int) -> None:
        """Draw these; `remark` stands where there is nothing, or below what is not complete yet."""
        if (tuple(groups), remark) != (self._groups, self._remark):
            self._groups, self._remark, self._now = tuple(groups), remark, now
            self.rebuild()

    def choose(self, key: int) -> None:
        """Unfold a mention, or fold it."""
        self._unfolded ^= {key}
        self.rebuild()

    def compose_entries(self, width: int) -> list[Entry]:
        """Headings and mentions; the same mention may stand under several headings, hence keys by place."""
        entries: list[Entry] = []
        key = 0
        for group in self._groups:
            if group.heading:
                heading = Piece(safe(group.heading), "trial--heading")
                entries.append(Entry(None, ((heading, Piece(f"  {group.count}", "trial--count")),)))
            for mention in group.mentions:
                entries.append(Entry(key, self._lines(mention, group, width, unfolded=key in self._unfolded)))
                key += 1
        if self._remark:
            entries += [Entry(None, ((Piece(line, "trial--quiet"),),)) for line in wrap(self._remark, width)]
        return entries

    def _lines(self, mention: Mention, group: TrialGroup, width: int, *, unfolded: bool) -> tuple[Line, ...]:
        now = to_datetime(self._now, self._zone)
        head = [Piece(f"{time_cell(mention.published, now, self._zone)} ", "trial--time")]
        if width >= _WITH_SOURCE:
            source = left(short_source(mention.source, _SOURCE), _SOURCE, self.glyphs.ellipsis)
            head.append(Piece(f"{source} ", "trial--source"))
        if width >= _WITH_WHO:
            head.append(Piece(f"{left(firm(who(mention)), _WHO, self.glyphs.ellipsis)} ", "trial--who"))
        used = sum(len(piece.text) for piece in head)
        said = words(mention)
        if not unfolded:
            shown = from_hit(said, width - used, group.hits_in, self.glyphs.ellipsis)
            return ((*head, *_looks(marked_pieces(shown, "", group.hits_in))),)
        indent = " " * min(used, width // 3)
        folded = wrap(said, width - len(indent))
        lines = [(Piece(indent), *_looks(marked_pieces(line, "", group.hits_in))) for line in folded]
        return ((*head, Piece(firm(mention.url), "trial--quiet")), *lines)


def _looks(pieces: Sequence[Piece]) -> list[Piece]:
    return [Piece(piece.text, "trial--hit" if piece.look == "hit" else "") for piece in pieces]
