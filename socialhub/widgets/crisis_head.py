"""The head of the crisis view: what burns and who has it, reversed while nobody has; its numbers in words; its curve.

As high as its place allows: the curve gives way first, then the second line of numbers.
"""

from __future__ import annotations

from datetime import tzinfo
from typing import ClassVar, Final

from textual.strip import Strip
from textual.widget import Widget

from socialhub.ages import age, clock_time
from socialhub.i18n import _
from socialhub.incidents import Alert, Severity
from socialhub.records import dataclass
from socialhub.widgets.alert_queue import SEVERITY_LOOKS
from socialhub.widgets.alert_words import AlertWords
from socialhub.widgets.band_chart import CHART_CSS, CHART_LOOKS, Chart, chart_lines
from socialhub.widgets.cells import Line, Piece, cut, fit, safe, width_of, wrap
from socialhub.widgets.glyphs import glyphs_of, severity_mark
from socialhub.widgets.painting import paint

TALL: Final = 34
HIGH: Final = 22
"""Lines of a screen from which the curve has TALL_BARS lines of bars, or HIGH_BARS; below it has one."""
TALL_BARS: Final = 6
HIGH_BARS: Final = 3


@dataclass(frozen=True, slots=True)
class Headline:
    """What the head tells: the alert, what hides it ("" for nothing), how many of its incident, its curve, and now."""

    alert: Alert
    hidden: str
    size: int
    chart: Chart | None
    now: int


class CrisisHead(Widget):
    """The head: `CrisisHead(wording)`; `show` sets its height by the screen's."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "alerts--crisis",
        "alerts--warning",
        "alerts--notice",
        "alerts--held",
        "alerts--title",
        "alerts--detail",
        *CHART_LOOKS,
    }
    DEFAULT_CSS = f"""
    CrisisHead {{
        height: 4;
        & > .alerts--crisis {{ color: $text-error; text-style: bold reverse; }}
        & > .alerts--warning {{ color: $text-warning; text-style: bold; }}
        & > .alerts--notice {{ color: $text-muted; text-style: bold; }}
        & > .alerts--held {{ text-style: bold; }}
        & > .alerts--title {{ text-style: bold; }}
        & > .alerts--detail {{ color: $text-muted; }}
        {CHART_CSS}
    }}
    """

    def __init__(self, words: AlertWords, *, zone: tzinfo | None = None) -> None:
        super().__init__()
        self.words = words
        self.zone = zone
        self.glyphs = glyphs_of()
        self._headline: Headline | None = None
        self._lines: list[Line] = []

    def show(self, headline: Headline) -> None:
        """Draw this; only what differs moves anything."""
        self._headline = headline
        self._compose_lines()

    def on_resize(self) -> None:
        """Lines depend on the width, their number on the height of the screen."""
        self._compose_lines()

    def _compose_lines(self) -> None:
        headline, width = self._headline, self.size.width
        if headline is None or width <= 0:
            return
        height = self.screen.size.height
        bars = TALL_BARS if height >= TALL else HIGH_BARS if height >= HIGH else 1
        lines = [self._first(headline, width), *self._numbers(headline, width, most=2 if height >= HIGH else 1)]
        if headline.chart is not None:
            drawn = chart_lines(headline.chart, width - 1, bars, self.glyphs, headline.now, self.zone)
            lines += [(Piece(" "), *line) for line in (drawn if height >= HIGH else drawn[:1])]
        if lines != self._lines:
            self._lines = lines
            self.styles.height = len(lines)
            self.refresh()

    def _first(self, headline: Headline, width: int) -> Line:
        """Severity, since when, who has it; the clock at the right."""
        alert, now, dot = headline.alert, headline.now, self.glyphs.dot
        word = f" {severity_mark(alert.severity, self.glyphs)} {self.words.severity_word(alert.severity)}"
        size = f" {self.glyphs.times}{headline.size}" if headline.size > 1 else ""
        since = _("since {time} ({age})").format(
            time=clock_time(alert.started, self.zone), age=age((alert.ended or now) - alert.started)
        )
        state = safe(headline.hidden or self.words.state_words(alert, now, self.zone))
        clock = f" {clock_time(now, self.zone)} "
        words = cut(f"{word}{size} {dot} {since} {dot} {state}", width - width_of(clock), self.glyphs.ellipsis)
        look = SEVERITY_LOOKS[alert.severity]
        if alert.severity is Severity.CRISIS and (alert.state != "firing" or headline.hidden):
            look = "alerts--held"
        return (Piece(words + " " * (width - width_of(words) - width_of(clock)) + clock, look),)

    def _numbers(self, headline: Headline, width: int, *, most: int) -> list[Line]:
        title, detail = self.words.alert_lines(headline.alert, headline.now, self.zone)
        said = ((title, "alerts--title"), (detail, "alerts--detail"))
        return [(Piece(f" {line}", look),) for text, look in said for line in self._wrapped(text, width - 2, most)]

    def _wrapped(self, text: str, width: int, most: int) -> list[str]:
        """A text on at most so many lines; what does not fit the last one is cut visibly."""
        lines = wrap(safe(text), width)
        if len(lines) <= most:
            return lines
        return [*lines[: most - 1], cut(" ".join(lines[most - 1 :]), width, self.glyphs.ellipsis)]

    def render_line(self, y: int) -> Strip:
        """One line, exactly as wide as the screen."""
        width = self.size.width
        line = self._lines[y] if y < len(self._lines) else ()
        return paint(self, fit(line, width, self.glyphs.ellipsis), width, self.rich_style)
