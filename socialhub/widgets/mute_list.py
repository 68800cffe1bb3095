"""The mutes as a list: those in force, then those that are over; who, why, until when, how much they hid."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, tzinfo
from typing import ClassVar

from textual.message import Message

from socialhub.ages import moment_text
from socialhub.i18n import _, number
from socialhub.mutes import Mute
from socialhub.widgets.cells import Line, Piece, left, safe, width_of
from socialhub.widgets.line_list import Entry, LineList
from socialhub.work_words import until_words


class MuteList(LineList):
    """The list. Messages: Picked on Enter."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"mutes--detail", "mutes--heading", "mutes--count"}
    DEFAULT_CSS = """
    MuteList {
        height: 1fr;
        & > .mutes--detail { color: $text-muted; }
        & > .mutes--heading { color: $text-muted; text-style: italic; }
        & > .mutes--count { color: $text-accent; }
    }
    """

    class Picked(Message):
        """The reader wants to see what this mute hides."""

        def __init__(self, number: int) -> None:
            super().__init__()
            self.number = number

    def __init__(self, *, zone: tzinfo = UTC, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.zone = zone
        self._rows: tuple[Mute, ...] = ()
        self._now = 0

    def show(self, rows: Sequence[Mute], now: int) -> None:
        """Draw these, the newest first of each sort."""
        self._rows, self._now = tuple(rows), now
        self.rebuild()

    @property
    def selected(self) -> Mute | None:
        """The mute under the cursor."""
        return next((row for row in self._rows if row.number == self.cursor), None)

    def choose(self, key: int) -> None:
        """Tell which one."""
        self.post_message(self.Picked(key))

    def compose_entries(self, width: int) -> list[Entry]:
        """Two lines each."""
        active = [row for row in self._rows if row.is_active(self._now)]
        over = [row for row in self._rows if not row.is_active(self._now)]
        entries = [self._entry(row, width) for row in active]
        if not active:
            entries.append(Entry(None, ((Piece(_("Nothing is muted."), "mutes--detail"),),)))
        if over:
            entries.append(Entry(None, ((), (Piece(_("Over"), "mutes--heading"),))))
        return [*entries, *(self._entry(row, width) for row in over)]

    def _entry(self, row: Mute, width: int) -> Entry:
        count = _("hid {count}").format(count=number(row.hid)) + (self.glyphs.ellipsis if row.busy else "")
        query = left(safe(row.query), max(0, width - width_of(count) - 1), self.glyphs.ellipsis)
        first: Line = (Piece(query), Piece(f" {count}", "mutes--count"))
        told = [safe(row.operator), self._span(row), safe(row.reason)]
        return Entry(row.number, (first, (Piece("  " + " · ".join(filter(None, told)), "mutes--detail"),)))

    def _span(self, row: Mute) -> str:
        if row.lifted is not None:
            return _("lifted {time}").format(time=moment_text(row.lifted, self._now, self.zone))
        if not row.is_active(self._now) and row.ends is not None:
            return _("ended {time}").format(time=moment_text(row.ends, self._now, self.zone))
        return until_words(row.ends, self._now, self.zone)
