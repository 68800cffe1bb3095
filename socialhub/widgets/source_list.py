"""The sources: health, data age, how much is stored, next try, last error in words, how their budgets stand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import tzinfo
from typing import ClassVar, Final, TypeAlias

from textual.message import Message

from socialhub.ages import age, moment_text
from socialhub.budget_words import meter_words
from socialhub.budgets import Meter
from socialhub.errors import Reason
from socialhub.i18n import N_, _, number
from socialhub.key_words import key_words
from socialhub.model import Health, SourceRow
from socialhub.records import dataclass
from socialhub.tempo_words import tempo_words
from socialhub.widgets.cells import Line, Piece, left, right, safe, width_of, wrap
from socialhub.widgets.glyphs import Glyphs
from socialhub.widgets.line_list import Entry, LineList

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
SHORTEST_NAME: Final = 8
LONGEST_NAME: Final = 28


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


def error_words(row: SourceRow) -> str:
    """The source's last error in the interface language; "" when its last attempt was fine."""
    if not row.error:
        return ""
    try:
        return safe(Reason.from_json(row.error).sentence())
    except (ValueError, KeyError, AttributeError, TypeError):
        return safe(row.error)


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


@dataclass(frozen=True, slots=True)
class _Cells:
    """A source's cells as text, in the order of the columns."""

    row: SourceRow
    health: Health
    label: str
    name: str
    kind: str
    age: str
    stored: str
    next_try: str
    budgets: tuple[str, ...]
    key: str
    tempo: str


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
        self._now = 0
        self._collector_started: int | None = None

    def show(
        self,
        sources: Sequence[SourceRow],
        now: int,
        collector_started: int | None = None,
        budgets: Mapping[int, Sequence[Meter]] | None = None,
    ) -> None:
        """Draw these sources; `collector_started` is None when nobody collects (nothing is called silent then).

        `budgets` is how their caps stand, by the number of the source.
        """
        self._sources, self._now, self._collector_started = tuple(sources), now, collector_started
        self._budgets = budgets or {}
        self.rebuild()

    @property
    def selected(self) -> SourceRow | None:
        """The source under the cursor."""
        return next((row for row in self._sources if row.number == self.cursor), None)

    def choose(self, key: int) -> None:
        """Tell the screen which source to open."""
        if (row := self.selected) is not None and row.number == key:
            self.post_message(self.SourceChosen(row.name))

    def compose_entries(self, width: int) -> list[Entry]:
        """A line a source, its last error and its budgets below."""
        if not self._sources:
            empty = _("no source yet: say where to listen under [[sources]] in config.toml")
            return [Entry(None, tuple((Piece(line, "sources--side"),) for line in wrap(empty, width)))]
        cells = [self._cells(row) for row in self._sources]
        widths = _column_widths(cells, width)
        return [Entry(each.row.number, tuple(self._lines(each, widths, width))) for each in cells]

    def _cells(self, row: SourceRow) -> _Cells:
        health = self.health_of(row, self._now, self._collector_started)
        collecting = self._collector_started is not None
        return _Cells(
            row,
            health,
            f"{health_mark(health, self.glyphs)} {_(HEALTH_WORDS[health])}",
            safe(row.name),
            safe(row.kind),
            self.glyphs.none if row.last_success is None else age(self._now - row.last_success),
            number(row.stored),
            next_try(row, self._now, collecting=collecting, zone=self.zone),
            tuple(meter_words(meter, self._now, self.zone) for meter in self._budgets.get(row.number, ())),
            key_words(row, self._now, self.zone),
            tempo_words(row),
        )

    def _lines(self, cells: _Cells, widths: dict[str, int], width: int) -> list[Line]:
        columns = [
            (left(cells.label, widths["label"]), _LOOKS[cells.health]),
            (left(cells.name, widths["name"], self.glyphs.ellipsis), ""),
            (left(cells.kind, widths["kind"]), "sources--side"),
            (right(cells.age, widths["age"]), ""),
            (right(cells.stored, widths["stored"]), ""),
            (cells.next_try if widths["next"] else "", "sources--side"),
        ]
        shown = [(text, look) for text, look in columns if text]
        line: list[Piece] = []
        for place, (text, look) in enumerate(shown):
            line += [Piece("  "), Piece(text, look)] if place else [Piece(text, look)]
        lines: list[Line] = [tuple(line)]
        said = (error_words(cells.row), cells.key, "" if widths["next"] else _worth_saying(cells))
        below = [each for each in said if each]
        if below:
            text = f" {self.glyphs.dot} ".join(below)
            lines += [(Piece("    "), Piece(part, "sources--error")) for part in wrap(text, width - 4)]
        for budget in (cells.tempo, *cells.budgets) if cells.tempo else cells.budgets:
            lines += [(Piece("    "), Piece(part, "sources--side")) for part in wrap(safe(budget), width - 4)]
        return lines


def _worth_saying(cells: _Cells) -> str:
    """The next try, where it has no column of its own, of sources that are not simply fine."""
    return "" if cells.health is Health.OK else cells.next_try


def _column_widths(cells: Sequence[_Cells], width: int) -> dict[str, int]:
    """The widest layout that fits; 0 leaves a column out. The next try goes first, then kind, stored and age."""
    natural = {
        "label": max(width_of(each.label) for each in cells),
        "name": min(max(width_of(each.name) for each in cells), LONGEST_NAME),
        "kind": max(width_of(each.kind) for each in cells),
        "age": max(width_of(each.age) for each in cells),
        "stored": max(width_of(each.stored) for each in cells),
        "next": max(width_of(each.next_try) for each in cells),
    }
    dropped: set[str] = set()
    for column in ("next", "kind", "stored", "age", "label"):
        room = width - sum(natural[each] + 2 for each in natural if each not in dropped and each != "name")
        if room >= min(natural["name"], SHORTEST_NAME):
            break
        dropped.add(column)
    room = width - sum(natural[each] + 2 for each in natural if each not in dropped and each != "name")
    widths = {each: 0 if each in dropped else natural[each] for each in natural}
    widths["name"] = max(min(natural["name"], room), 1)
    widths["label"] = natural["label"] if "label" not in dropped else 1
    return widths
