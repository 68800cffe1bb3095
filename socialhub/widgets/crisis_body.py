"""The list of the crisis view: facts, curves of where it comes from, posts that unfold, words, what was done."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, tzinfo
from typing import ClassVar, Final

from textual.message import Message

from socialhub.ages import date_text
from socialhub.clock import to_datetime
from socialhub.i18n import _, number, percent
from socialhub.model import Mention
from socialhub.widgets.cells import Line, Piece, cut, left, right, safe, width_of, wrap
from socialhub.widgets.crisis_rows import FactRow, Heading, Leading, PostRow, Row, StepRow, TraceRow, WordRow
from socialhub.widgets.feed_rows import firm, time_cell, tone_mark, who, words
from socialhub.widgets.line_list import Entry, LineList
from socialhub.widgets.people_rows import usual_text
from socialhub.widgets.sparkline import merge, sparkline

_LONGEST_LABEL: Final = 26
_LONGEST_AUTHOR: Final = 18
_UNFOLDED_LINES: Final = 12
"""A text of more lines is cut: the browser shows the rest."""
_GAP: Final = 2


class CrisisBody(LineList):
    """The list. Message Chosen on Enter; a post unfolds instead."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "crisis--label",
        "crisis--side",
        "crisis--strong",
        "crisis--bars",
        "crisis--hole",
        "crisis--heading",
        "negative",
        "neutral",
        "positive",
        "unsure",
    }
    DEFAULT_CSS = """
    CrisisBody {
        & > .crisis--label { color: $text-accent; }
        & > .crisis--side { color: $text-muted; }
        & > .crisis--strong { text-style: bold; }
        & > .crisis--bars { color: $text-primary; }
        & > .crisis--hole { color: $text-muted; }
        & > .crisis--heading { color: $text-muted; text-style: bold; }
        & > .negative { color: $text-error; }
        & > .positive { color: $text-success; }
        & > .neutral { color: $text-muted; }
        & > .unsure { color: $text-muted; }
        &:ansi > .crisis--side { text-style: dim; }
    }
    """

    class Chosen(Message):
        """The reader wants to see what this row leads to."""

        def __init__(self, row: Leading) -> None:
            super().__init__()
            self.row = row

    def __init__(self, *, zone: tzinfo | None = None) -> None:
        super().__init__()
        self.zone = zone
        self._rows: tuple[Row, ...] = ()
        self._now = 0
        self._when_empty = ""
        self._numbers: dict[tuple[object, ...], int] = {}
        self._unfolded: set[int] = set()

    def show(self, rows: Sequence[Row], now: int, when_empty: str = "") -> None:
        """Draw these rows, or say why there is none; `now` is ms UTC."""
        self._rows, self._now, self._when_empty = tuple(rows), now, when_empty
        self.rebuild()

    def go_to_row(self, place: int) -> None:
        """Put the cursor on the first row from `place` on that can be selected."""
        keys = [key for row in self._rows[place:] if (key := self._key(row)) is not None]
        if place and keys:
            self.select(keys[0])

    @property
    def post(self) -> Mention | None:
        """The post under the cursor."""
        row = self._at_cursor()
        return row.mention if isinstance(row, PostRow) else None

    def _at_cursor(self) -> Row | None:
        return next((row for row in self._rows if self._key(row) == self.cursor), None)

    def _key(self, row: Row) -> int | None:
        """A number that stays with a row however its figures change; None for what cannot be selected."""
        if isinstance(row, PostRow):
            identity: tuple[object, ...] = (PostRow, row.mention.id)
        elif isinstance(row, (FactRow, TraceRow)):
            identity = (type(row), row.label)
        elif isinstance(row, WordRow):
            identity = (WordRow, row.words)
        else:
            return None
        return self._numbers.setdefault(identity, len(self._numbers))

    def choose(self, key: int) -> None:
        """A post is unfolded or folded, everything else leads somewhere."""
        row = self._at_cursor()
        if isinstance(row, PostRow):
            self._unfolded ^= {row.mention.id}
            self.rebuild()
            self.select(key)
        elif isinstance(row, (FactRow, TraceRow, WordRow)):
            self.post_message(self.Chosen(row))

    # ---- drawing -------------------------------------------------------------------------------------------------

    def compose_entries(self, width: int) -> list[Entry]:
        """The rows in order."""
        if not self._rows:
            return [Entry(None, tuple((Piece(line, "crisis--side"),) for line in wrap(self._when_empty, width)))]
        labels = {
            sort: min(
                max((width_of(safe(row.label)) for row in self._rows if isinstance(row, sort)), default=0),
                _LONGEST_LABEL,
                width // 3,
            )
            for sort in (FactRow, TraceRow)
        }
        posts = [row for row in self._rows if isinstance(row, PostRow)]
        notes = max((width_of(safe(row.note)) for row in posts), default=0)
        waits = max((width_of(safe(row.waited)) for row in posts), default=0)
        times = max((width_of(row.time) for row in self._rows if isinstance(row, StepRow)), default=0)
        entries: list[Entry] = []
        for row in self._rows:
            if isinstance(row, Heading):
                lines = self._heading(row, width, first=not entries)
            elif isinstance(row, FactRow):
                lines = self._fact(row, width, labels[FactRow])
            elif isinstance(row, TraceRow):
                lines = self._trace(row, width, labels[TraceRow])
            elif isinstance(row, PostRow):
                lines = self._post(row, width, notes, waits)
            elif isinstance(row, WordRow):
                lines = self._word(row, width)
            else:
                lines = self._step(row, width, times)
            entries.append(Entry(self._key(row), tuple(lines)))
        return entries

    def _heading(self, row: Heading, width: int, *, first: bool) -> list[Line]:
        remark = f" {self.glyphs.dot} {safe(row.remark)}" if row.remark else ""
        heading: Line = (Piece(safe(row.text), "crisis--heading"), Piece(remark, "crisis--side"))
        return [heading] if first else [(), heading]

    def _fact(self, row: FactRow, width: int, label: int) -> list[Line]:
        room = max(width - label - _GAP, 1)
        text = cut(safe(row.text), room, self.glyphs.ellipsis)
        return [(Piece(left(safe(row.label), label, self.glyphs.ellipsis) + " " * _GAP, "crisis--label"), Piece(text))]

    def _trace(self, row: TraceRow, width: int, label: int) -> list[Line]:
        """Label, bars, count, share."""
        figures = right(number(row.total), 7) + (right(percent(row.share), 6) if row.share is not None else "")
        room = width - label - _GAP - width_of(figures)
        factor = -(-len(row.cells) // max(room, 1))
        cells, holes = merge(row.cells, row.holes, factor)
        bars = sparkline(cells, holes, maximum=row.greatest * factor, glyphs=self.glyphs) if room > 0 else ""
        unknown = row.begins // factor
        bars = " " * unknown + bars[unknown:]
        name = left(safe(row.label), label, self.glyphs.ellipsis)
        return [
            (
                Piece(name + " "),
                Piece(bars, "crisis--bars"),
                Piece(" " * max(room - len(bars), 0)),
                Piece(figures, "crisis--strong"),
            )
        ]

    def _post(self, row: PostRow, width: int, notes: int, waits: int) -> list[Line]:
        mention, now = row.mention, to_datetime(self._now)
        author = min(_LONGEST_AUTHOR, width // 4)
        note = f" {right(safe(row.note), notes)}" if notes else ""
        note += f"  {right(safe(row.waited), waits)}" if waits else ""
        head: list[Piece] = [
            Piece(time_cell(mention.published, now, self.zone or UTC) + " ", "crisis--side"),
            tone_mark(mention, self.glyphs),
            Piece(" " + left(firm(who(mention)), author, self.glyphs.ellipsis), "crisis--strong"),
        ]
        used = sum(width_of(piece.text) for piece in head) + width_of(note) + 1
        head.append(Piece(" " + left(words(mention), max(width - used, 0), self.glyphs.ellipsis)))
        head.append(Piece(note, "crisis--label"))
        if mention.id not in self._unfolded:
            return [tuple(head)]
        text = wrap(words(mention), width - _GAP)
        if len(text) > _UNFOLDED_LINES:
            text = [*text[: _UNFOLDED_LINES - 1], self.glyphs.ellipsis]
        lines: list[Line] = [tuple(head), *((Piece(" " * _GAP + line),) for line in text)]
        return [*lines, *((Piece(" " * _GAP + line, "crisis--side"),) for line in self._about(mention, width))]

    def _about(self, mention: Mention, width: int) -> list[str]:
        """Who wrote it, how many follow them, where it stands, the link."""
        told = [
            firm(mention.author or mention.handle or mention.site),
            date_text(mention.published, self._now, self.zone),
        ]
        if mention.followers is not None:
            told.append(_("{count} followers").format(count=number(mention.followers)))
        if mention.assignee:
            told.append(_("given to {name}").format(name=firm(mention.assignee)))
        lines = wrap(f" {self.glyphs.dot} ".join(part for part in told if part), width - _GAP)
        return [*lines, cut(safe(mention.url), width - _GAP, self.glyphs.ellipsis)] if mention.url else lines

    def _word(self, row: WordRow, width: int) -> list[Line]:
        usual = _("usually {count}").format(count=usual_text(row.expected, self.glyphs))
        name = left(f"«\u00a0{safe(row.words)}\u00a0»", min(_LONGEST_LABEL, width // 3), self.glyphs.ellipsis)
        figures = f"{right(number(row.texts), 5)}  {left(usual, 16, self.glyphs.ellipsis)}"
        return [
            (Piece(name, "crisis--strong"), Piece(figures), Piece(f" {firm(row.example)}", "crisis--side")),
        ]

    def _step(self, row: StepRow, width: int, times: int) -> list[Line]:
        first, *others = wrap(safe(row.text), max(width - times - _GAP, 1)) or [""]
        lines: list[Line] = [(Piece(left(row.time, times) + " " * _GAP, "crisis--side"), Piece(first))]
        return [*lines, *((Piece(" " * (times + _GAP) + line),) for line in others)]
