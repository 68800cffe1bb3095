"""The sources: health, how they were heard in the last day, data age, mentions an hour, how much is stored, next try,
last error in words, how their budgets stand. Those in trouble come first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import tzinfo
from typing import ClassVar, Final, TypeAlias

from textual.message import Message

from socialhub.ages import age, moment_text
from socialhub.budget_words import meter_words
from socialhub.budgets import Meter
from socialhub.gap_words import catch_up_words
from socialhub.i18n import N_, _, number
from socialhub.key_words import key_words
from socialhub.model import Health, SourceRow
from socialhub.polled import Heard
from socialhub.polled_words import pause_words, paused_long, rate_words
from socialhub.source_words import error_words
from socialhub.tempo_words import tempo_words
from socialhub.widgets.cells import Line, Piece, left, right, safe, wrap
from socialhub.widgets.glyphs import Glyphs
from socialhub.widgets.line_list import Entry, LineList
from socialhub.widgets.poll_strip import strip_pieces
from socialhub.widgets.source_columns import GAP, Cells, Columns, columns_for

HealthRule: TypeAlias = Callable[[SourceRow, int, int | None], Health]
"""(row, now, collector started) -> health; detect.silence.health_of is one."""

HEALTH_WORDS: Final[dict[Health, str]] = {
    Health.OK: N_("ok"),
    Health.LATE: N_("late"),
    Health.FAILING: N_("failing"),
    Health.SILENT: N_("silent"),
    Health.PAUSED: N_("paused"),
    Health.STOPPED: N_("stopped"),
    Health.NEVER: N_("waiting"),
}
_LOOKS: Final[dict[Health, str]] = {
    Health.OK: "sources--ok",
    Health.LATE: "sources--late",
    Health.FAILING: "sources--late",
    Health.SILENT: "sources--bad",
    Health.STOPPED: "sources--bad",
    Health.PAUSED: "sources--idle",
    Health.NEVER: "sources--idle",
}
_TROUBLE: Final = (
    frozenset({Health.SILENT, Health.STOPPED}),
    frozenset({Health.FAILING, Health.LATE}),
    frozenset({Health.PAUSED}),
)
"""What comes first in the list, and what after it."""


def health_mark(health: Health, glyphs: Glyphs) -> str:
    """The mark that says the health without colour."""
    match health:
        case Health.OK:
            return glyphs.good
        case Health.LATE | Health.FAILING:
            return glyphs.late
        case Health.SILENT | Health.STOPPED:
            return glyphs.bad
        case _:
            return glyphs.idle


def next_try(row: SourceRow, now: int, *, collecting: bool, zone: tzinfo | None = None) -> str:
    """When the source is asked again, or why it is not."""
    if row.state == "stopped":
        return _("waits for you to resume it")
    if row.is_paused(now):
        if row.paused_until is None:
            return _("paused until you resume it")
        return _("paused until {time}").format(time=moment_text(row.paused_until, now, zone))
    if not collecting:
        return _("nobody collects")
    if row.streaming and row.connected:
        return _("streaming")
    if row.wait_until is not None and row.wait_until > now and row.failures:
        return _("asked to wait until {time}").format(time=moment_text(row.wait_until, now, zone))
    if row.due is None or row.due <= now:
        return _("being asked now")
    time = moment_text(row.due, now, zone)
    return (_("tries again at {time}") if row.failures else _("next at {time}")).format(time=time)


class SourceList(LineList):
    """`SourceList(health_of)`. Message SourceChosen on Enter."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "sources--ok",
        "sources--late",
        "sources--bad",
        "sources--idle",
        "sources--side",
        "sources--error",
    }
    DEFAULT_CSS = """
    SourceList {
        & > .sources--ok { color: $text-success; }
        & > .sources--late { color: $text-warning; }
        & > .sources--bad { color: $text-error; text-style: bold; }
        & > .sources--idle { color: $text-muted; }
        & > .sources--side { color: $text-muted; }
        & > .sources--error { color: $text-warning; }
        &:ansi > .sources--side { text-style: dim; }
        &:ansi > .sources--idle { text-style: dim; }
    }
    """

    class SourceChosen(Message):
        """The reader wants to see this source (its name)."""

        def __init__(self, source: str) -> None:
            super().__init__()
            self.source = source

    def __init__(
        self,
        health_of: HealthRule,
        *,
        zone: tzinfo | None = None,
        id: str | None = None,  # noqa: A002
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.health_of = health_of
        self.zone = zone
        self._sources: tuple[SourceRow, ...] = ()
        self._budgets: Mapping[int, Sequence[Meter]] = {}
        self._heard: Mapping[int, Heard] = {}
        self._given: tuple[SourceRow, ...] = ()
        self._order: list[int] = []
        self._now = 0
        self._collector_started: int | None = None

    def show(
        self,
        sources: Sequence[SourceRow],
        now: int,
        collector_started: int | None = None,
        budgets: Mapping[int, Sequence[Meter]] | None = None,
        heard: Mapping[int, Heard] | None = None,
    ) -> None:
        """Draw these sources; `collector_started` is None when nobody collects (nothing is called silent then).

        `budgets` is how their caps stand and `heard` how they were heard, by the number of the source.
        """
        self._now, self._collector_started = now, collector_started
        self._budgets, self._heard = budgets or {}, heard or {}
        self._given = tuple(sources)
        self._sources = self._ordered(self._given)
        self.rebuild()

    @property
    def selected(self) -> SourceRow | None:
        """The source under the cursor."""
        return next((row for row in self._sources if row.number == self.cursor), None)

    def choose(self, key: int) -> None:
        """Tell the screen which source to open."""
        if (row := self.selected) is not None and row.number == key:
            self.post_message(self.SourceChosen(row.name))

    # ---- order ---------------------------------------------------------------------------------------------------

    def action_jump(self, place: int) -> None:
        """To the first (0), which is the one in the worst trouble now, or to the last (-1)."""
        if place == 0:
            self._order = []
            self._sources = self._ordered(self._given)
            self.rebuild()
        super().action_jump(place)

    def _ordered(self, sources: Sequence[SourceRow]) -> tuple[SourceRow, ...]:
        """Trouble first; but nothing moves while somebody reads here: what is new then comes last."""
        reading = self.touched and self.has_focus
        place = {number_: at for at, number_ in enumerate(self._order)} if reading else {}
        ordered = sorted(sources, key=lambda row: place.get(row.number, len(place) + self._rank(row)))
        self._order = [row.number for row in ordered]
        return tuple(ordered)

    def _rank(self, row: SourceRow) -> int:
        health = self.health_of(row, self._now, self._collector_started)
        return next((rank for rank, group in enumerate(_TROUBLE) if health in group), len(_TROUBLE))

    # ---- drawing -------------------------------------------------------------------------------------------------

    def compose_entries(self, width: int) -> list[Entry]:
        """A line a source, its last error and its budgets below."""
        if not self._sources:
            empty = _("no source yet: say where to listen under [[sources]] in config.toml")
            return [Entry(None, tuple((Piece(line, "sources--side"),) for line in wrap(empty, width)))]
        cells = [self._cells(row) for row in self._sources]
        columns = columns_for(cells, width)
        return [Entry(each.row.number, tuple(self._lines(each, columns, width))) for each in cells]

    def _cells(self, row: SourceRow) -> Cells:
        health = self.health_of(row, self._now, self._collector_started)
        collecting = self._collector_started is not None
        heard, budgets = self._heard.get(row.number), self._budgets.get(row.number, ())
        return Cells(
            row,
            health,
            {
                "label": f"{health_mark(health, self.glyphs)} {_(HEALTH_WORDS[health])}",
                "name": safe(row.name),
                "kind": safe(row.kind),
                "age": self.glyphs.none if row.last_success is None else age(self._now - row.last_success),
                "rate": "" if heard is None else rate_words(heard.an_hour),
                "stored": number(row.stored),
                "next": next_try(row, self._now, collecting=collecting, zone=self.zone),
            },
            heard,
            (error_words(row), catch_up_words(row.gap, self._now, self.zone), key_words(row, self._now, self.zone)),
            (tempo_words(row), *(meter_words(each, self._now, self.zone) for each in budgets)),
        )

    def _lines(self, cells: Cells, columns: Columns, width: int) -> list[Line]:
        lines: list[Line] = [tuple(self._first_line(cells, columns))]
        below = [each for each in (*cells.below, self._remark(cells, columns)) if each]
        if below:
            text = f" {self.glyphs.dot} ".join(below)
            lines += [(Piece("    "), Piece(part, "sources--error")) for part in wrap(text, width - 4)]
        for remark in filter(None, cells.aside):
            lines += [(Piece("    "), Piece(part, "sources--side")) for part in wrap(safe(remark), width - 4)]
        return lines

    def _first_line(self, cells: Cells, columns: Columns) -> list[Piece]:
        def words(name: str, look: str = "") -> list[Piece]:
            if not (width := columns.widths[name]):
                return []
            place = right if name in ("age", "rate", "stored") else left
            # In a column of one cell the mark alone says the health.
            text = cells.texts[name] if width > 1 else cells.texts[name][:1]
            return [Piece(place(text, width, self.glyphs.ellipsis), look)]

        groups = [
            words("label", _LOOKS[cells.health]),
            words("name"),
            words("kind", "sources--side"),
            strip_pieces(cells.heard, self._now, columns.strip, self.glyphs) if columns.strip else [],
            words("age"),
            words("rate", "sources--side"),
            words("stored"),
            [Piece(cells.texts["next"], "sources--side")] if columns.widths["next"] else [],
        ]
        line: list[Piece] = []
        for group in groups:
            line += [Piece(" " * GAP), *group] if line and group else group
        return line

    def _remark(self, cells: Cells, columns: Columns) -> str:
        """A pause that may be forgotten; where the next try has no column, that of what is not simply fine."""
        if paused_long(cells.row, self._now):
            return pause_words(cells.row, self._now, self.zone)
        return "" if columns.widths["next"] or cells.health is Health.OK else cells.texts["next"]
