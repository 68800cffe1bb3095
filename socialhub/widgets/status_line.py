"""The line on top: whose room, how many sources and which are silent, who collects, scenario mark, clock."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import tzinfo
from enum import StrEnum
from typing import ClassVar, Final

from textual.strip import Strip
from textual.widget import Widget

from socialhub.ages import age, clock_time, date_text
from socialhub.i18n import _, labelled, ngettext, number
from socialhub.records import dataclass
from socialhub.widgets.cells import Line, Piece, cut, fit, length, safe
from socialhub.widgets.glyphs import glyphs_of
from socialhub.widgets.painting import paint

PRODUCT: Final = "socialhub"
SHORT_BRAND: Final = 12
NARROWEST_SENTENCE: Final = 24
"""Cells below which half a sentence says nothing."""
NAMED_SILENT: Final = 2
"""More silent sources than this are counted, not named."""


class Collecting(StrEnum):
    """Who fills the cache."""

    HERE = "here"
    ELSEWHERE = "elsewhere"
    NOBODY = "nobody"
    STUCK = "stuck"


@dataclass(frozen=True, slots=True)
class Status:
    """What the status line tells. Times are ms UTC.

    `sources` is None until the cache was read. `silent` are (source name, silent since); `failing` counts sources in
    trouble that are not silent yet, `behind` those that catch up. `collector` names who collects ("laptop, 4242"),
    `why_not` is a sentence: why nobody does, or why this console cannot take over. `config_trouble` is a sentence: why
    the changed config is not followed. `working` tells how far bulk work is. `speed` is the scenario clock's factor
    (None on the machine's own time), `demo` marks the bundled scenario, `over` that all of it was told.
    """

    now: int
    brand: str
    sources: int | None
    silent: tuple[tuple[str, int], ...] = ()
    failing: int = 0
    collecting: Collecting = Collecting.HERE
    collector: str = ""
    why_not: str = ""
    config_trouble: str = ""
    working: str = ""
    speed: float | None = None
    demo: bool = False
    over: bool = False
    remote: bool = False
    behind: int = 0


class StatusLine(Widget):
    """One line; repaints only when its text changes, which is once a minute at most while nothing happens."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "status--brand",
        "status--side",
        "status--good",
        "status--late",
        "status--bad",
        "status--mark",
    }
    DEFAULT_CSS = """
    StatusLine {
        height: 1;
        & > .status--brand { text-style: bold; }
        & > .status--side { color: $text-muted; }
        & > .status--good { color: $text-success; }
        & > .status--late { color: $text-warning; text-style: bold; }
        & > .status--bad { color: $text-error; text-style: bold; }
        & > .status--mark { color: $text-accent; text-style: bold; }
        &:ansi > .status--side { text-style: dim; }
    }
    """

    def __init__(self, *, zone: tzinfo | None = None, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self.zone = zone
        self.glyphs = glyphs_of()
        self._status: Status | None = None
        self._line: Line = ()

    def show(self, status: Status) -> None:
        """Draw this status; the same text again costs nothing."""
        self._status = status
        self._redraw()

    def on_resize(self) -> None:
        """What is said depends on the room."""
        self._redraw()

    def _redraw(self) -> None:
        line = self._composed(self.size.width)
        if line != self._line:
            self._line = line
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """The one line."""
        return paint(self, self._line if y == 0 else (), self.size.width, self.rich_style)

    # ---- what is said, from everything to the least --------------------------------------------------------------

    def _composed(self, width: int) -> Line:
        if self._status is None or width <= 0:
            return ()
        line: Line = ()
        for begin, end in self._versions(self._status, width):
            gap = width - length(begin) - length(end) - 2
            line = (Piece(" "), *begin, Piece(" " * max(gap, 1)), *end, Piece(" "))
            if gap >= 1:
                return line
        return fit(line, width, self.glyphs.ellipsis)

    def _versions(self, status: Status, width: int) -> Iterator[tuple[Line, Line]]:
        """(left, right) from the fullest to the shortest: names go first, the clock and what is wrong stay."""
        brand = Piece(safe(status.brand), "status--brand")
        short_brand = Piece(cut(brand.text, SHORT_BRAND, self.glyphs.ellipsis), "status--brand")
        product = (Piece(f"{PRODUCT}  ", "status--side"), brand)
        clock, played = self._clock(status), self._scenario(status)
        marks = (*played, (Piece(_("remote"), "status--side"),) if status.remote else ())
        config, working = self._config(status, full=False), self._working(status)
        full = (*marks, working, config, self._collector(status, full=True), self._sources(status, full=True), clock)
        brief = (*marks, config, self._collector(status, full=False), self._sources(status, full=False), clock)
        if status.config_trouble:
            yield (short_brand,), self._joined((*marks, self._config(status, full=True), *brief[-3:]))
            space = width - length((short_brand, *self._joined((*marks, (Piece(""),), *brief[-3:])))) - 5
            if space >= NARROWEST_SENTENCE:
                told = cut(safe(status.config_trouble), space, self.glyphs.ellipsis)
                yield (short_brand,), self._joined((*marks, self._bad(told), *brief[-3:]))
        yield product, self._joined(full)
        yield (brand,), self._joined(full)
        yield (brand,), self._joined((*full[:-2], brief[-2], clock))
        if working:
            yield (brand,), self._joined((*marks, working, *brief[len(marks) :]))
        if status.collecting in (Collecting.NOBODY, Collecting.STUCK):
            yield (short_brand,), self._joined((*marks, self._collector(status, full=True), clock))
        yield (brand,), self._joined(brief)
        yield (short_brand,), self._joined(brief)
        yield (), self._joined(brief)
        yield (), self._joined((*played, config, self._trouble(status), clock))
        yield (), self._joined((*played, self._trouble(status), clock))
        yield (), self._joined((*played, clock))

    def _joined(self, parts: tuple[Line, ...]) -> Line:
        joined: list[Piece] = []
        for part in parts:
            if part:
                joined += [Piece(f" {self.glyphs.dot} ", "status--side"), *part] if joined else part
        return tuple(joined)

    def _scenario(self, status: Status) -> tuple[Line, Line]:
        """That what is shown is played, never left out."""
        demo = (Piece(_("DEMO"), "status--mark"),) if status.demo else ()
        speed = f"{self.glyphs.times}{status.speed:g}" if status.speed is not None else ""
        pace = _("scenario over") if status.over else speed
        return demo, (Piece(pace, "status--mark"),) if pace else ()

    def _collector(self, status: Status, *, full: bool) -> Line:
        who = f" ({safe(status.collector)})" if full and status.collector else ""
        if status.collecting is Collecting.NOBODY:
            said = _("nobody collects")
            why = safe(status.why_not) if full else ""
            return self._bad(labelled(said, why) if why else said)
        if status.collecting is Collecting.STUCK:
            return self._bad(_("the collector is stuck") + who)
        if status.collecting is Collecting.ELSEWHERE and full and not status.demo:
            return (Piece(_("collected elsewhere") + who, "status--side"),)
        return ()

    def _config(self, status: Status, *, full: bool) -> Line:
        if not status.config_trouble:
            return ()
        return self._bad(safe(status.config_trouble) if full else _("config not followed"))

    def _bad(self, words: str) -> Line:
        return (Piece(f"{self.glyphs.bad} {words}", "status--bad"),)

    def _working(self, status: Status) -> Line:
        return (Piece(safe(status.working), "status--side"),) if status.working else ()

    def _sources(self, status: Status, *, full: bool) -> Line:
        if status.sources is None:
            return ()
        if not status.sources:
            return (Piece(f"{self.glyphs.idle} " + _("no source"), "status--side"),)
        look, mark = ("status--good", self.glyphs.good)
        if status.silent or status.failing or status.behind:
            look, mark = ("status--late", self.glyphs.late)
        if len(status.silent) == status.sources or status.collecting in (Collecting.NOBODY, Collecting.STUCK):
            look, mark = ("status--bad", self.glyphs.bad)
        count = ngettext("{count} source", "{count} sources", status.sources).format(count=number(status.sources))
        pieces = [Piece(f"{mark} ", look), Piece(count)]
        for trouble in (self._silent(status, full=full), self._failing(status), self._behind(status)):
            if trouble:
                pieces += [Piece(f" {self.glyphs.dot} ", "status--side"), *trouble]
        return tuple(pieces)

    def _silent(self, status: Status, *, full: bool) -> Line:
        if not status.silent:
            return ()
        count = len(status.silent)
        words = ngettext("{count} silent", "{count} silent", count).format(count=number(count))
        if full:
            named = [f"{safe(name)}, {age(status.now - since)}" for name, since in status.silent[:NAMED_SILENT]]
            more = [self.glyphs.ellipsis] if count > NAMED_SILENT else []
            words += f" ({'; '.join(named + more)})"
        return (Piece(words, "status--late"),)

    def _failing(self, status: Status) -> Line:
        if not status.failing:
            return ()
        words = ngettext("{count} failing", "{count} failing", status.failing).format(count=number(status.failing))
        return (Piece(words, "status--late"),)

    def _behind(self, status: Status) -> Line:
        if not status.behind:
            return ()
        words = ngettext("{count} catching up", "{count} catching up", status.behind)
        return (Piece(words.format(count=number(status.behind)), "status--late"),)

    def _trouble(self, status: Status) -> Line:
        """The one thing to know when there is room for one."""
        return (
            self._collector(status, full=False)
            or self._silent(status, full=False)
            or self._failing(status)
            or self._behind(status)
        )

    def _clock(self, status: Status) -> Line:
        time = clock_time(status.now, self.zone)
        if status.speed is not None or status.demo:
            time = f"{date_text(status.now, status.now, self.zone)} {time}"
        return (Piece(time),)
