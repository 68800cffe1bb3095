"""What a watchlist talks about more than usual: a subject a row, an example below. Draws what it is given."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.message import Message

from socialhub.i18n import _, number
from socialhub.records import dataclass
from socialhub.widgets.cells import Line, Piece, cut, left, right, safe, width_of, wrap
from socialhub.widgets.line_list import Entry, LineList
from socialhub.widgets.people_rows import GAP, usual_text

LONGEST_WORDS = 36
_STRENGTHS = (10.83, 30.0, 100.0)
"""G² from which a subject has one more mark: p = 0.001, and what nobody overlooks."""
_LEAST_BESIDE = 30
_MARKS = len(_STRENGTHS) + 1


@dataclass(frozen=True, slots=True)
class SubjectRow:
    """A subject: how many texts hold it now and usually (None: not known), its G², who said it, an example."""

    key: int
    words: str
    texts: int
    expected: float | None
    score: float
    people: tuple[str, ...]
    example: str


class SubjectList(LineList):
    """Message Chosen on Enter."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"subjects--words", "subjects--faint", "subjects--mark"}
    DEFAULT_CSS = """
    SubjectList {
        & > .subjects--words { text-style: bold; }
        & > .subjects--faint { color: $text-muted; }
        & > .subjects--mark { color: $text-accent; }
        &:ansi > .subjects--faint { text-style: dim; }
    }
    """

    class Chosen(Message):
        """The reader wants the mentions of this subject (its key)."""

        def __init__(self, key: int) -> None:
            super().__init__()
            self.key = key

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._rows: tuple[SubjectRow, ...] = ()
        self._remark = ""

    def show(self, rows: Sequence[SubjectRow], remark: str) -> None:
        """Draw these subjects; `remark` says what they were compared with, or why there are none."""
        self._rows, self._remark = tuple(rows), remark
        self.rebuild()

    def choose(self, key: int) -> None:
        """Tell which subject."""
        self.post_message(self.Chosen(key))

    def compose_entries(self, width: int) -> list[Entry]:
        """Headings, two lines a subject, the remark."""
        entries: list[Entry] = []
        if self._rows:
            words = min(
                max(width_of(safe(row.words)) for row in self._rows), LONGEST_WORDS, max(width - _LEAST_BESIDE, 8)
            )
            entries.append(Entry(None, (self._heading(words),)))
            entries += [Entry(row.key, self._lines(row, words, width)) for row in self._rows]
            entries.append(Entry(None, ((Piece(""),),)))
        return entries + [Entry(None, ((Piece(line, "subjects--faint"),),)) for line in wrap(self._remark, width)]

    def _heading(self, words: int) -> Line:
        cells = left("", words + _MARKS) + right(_("texts"), self._texts_width) + right(_("usual"), self._usual_width)
        return (Piece(f"{cells}{' ' * GAP}{_('who')}", "subjects--faint"),)

    @property
    def _texts_width(self) -> int:
        return max(width_of(text) for text in (_("texts"), *(number(row.texts) for row in self._rows))) + GAP

    @property
    def _usual_width(self) -> int:
        told = (usual_text(row.expected, self.glyphs) for row in self._rows)
        return max(width_of(text) for text in (_("usual"), *told)) + GAP

    def _lines(self, row: SubjectRow, words: int, width: int) -> tuple[Line, ...]:
        glyphs, counts = self.glyphs, self._texts_width + self._usual_width
        marks = "+" * sum(row.score >= strong for strong in _STRENGTHS)
        who = cut(", ".join(map(safe, row.people)), max(width - words - _MARKS - counts - GAP, 0), glyphs.ellipsis)
        first: Line = (
            Piece(left(safe(row.words), words, glyphs.ellipsis), "subjects--words"),
            Piece(" " + left(marks, _MARKS - 1), "subjects--mark"),
            Piece(right(number(row.texts), self._texts_width)),
            Piece(right(usual_text(row.expected, glyphs), self._usual_width), "subjects--faint"),
            Piece(" " * GAP + who, "subjects--faint"),
        )
        example = cut(safe(row.example), max(width - 4, 0), glyphs.ellipsis)
        return first, (Piece(f"    {example}", "subjects--faint"),)
