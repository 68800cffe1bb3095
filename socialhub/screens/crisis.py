"""The crisis view: everything behind one alert, its keys, and six sections of which each is one key away."""

from __future__ import annotations

import time
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.timer import Timer

from socialhub.alerts import wording
from socialhub.alerts.series import Series
from socialhub.alerts.step_words import silence_line
from socialhub.detect.week import Week
from socialhub.i18n import N_, _
from socialhub.incidents import Alert
from socialhub.live.bands import Bands, Limits
from socialhub.live.crisis import SCALES, Crisis, Words, part_of, read_crisis, read_words
from socialhub.screens.alert_keys import AlertKeys
from socialhub.screens.base import RoomScreen, hints_for
from socialhub.screens.browser import open_in_browser
from socialhub.screens.context import Context
from socialhub.screens.crisis_rows import (
    ORIGIN,
    OVERVIEW,
    SECTIONS,
    Moment,
    empty_words,
    rows_of,
    since_query,
    tabs_of,
)
from socialhub.screens.curve_marks import alert_marks, planned_marks, step_marks
from socialhub.screens.page import MentionsWanted
from socialhub.screens.state import RoomState
from socialhub.store.connection import CacheError, Connection
from socialhub.widgets.alarm_bar import Alarm, AlarmBar
from socialhub.widgets.band_chart import Chart
from socialhub.widgets.bindings import bind
from socialhub.widgets.crisis_body import CrisisBody
from socialhub.widgets.crisis_head import TALL, CrisisHead, Headline
from socialhub.widgets.crisis_rows import FactRow, Heading, Row, TraceRow
from socialhub.widgets.filter_bar import Choices
from socialhub.widgets.glyphs import glyphs_of
from socialhub.widgets.hints import Hints
from socialhub.widgets.tab_line import TabLine

_PACE: Final = 1.0
"""Seconds between two looks while mentions come in, or _COSTLY times as long as a look took."""
_COSTLY: Final = 20
_SOON: Final = 0.05
_WORDS_PACE: Final = 30.0
_HINTS: Final = (
    *("take=" + N_("take"), "silence=" + N_("silence"), "escalate=" + N_("help"), "close=" + N_("close"), "verdict"),
    *("assign=" + N_("give"), "note=" + N_("note"), "why", "open=" + N_("unfold"), "earlier=" + N_("longer"), "undo"),
    *("back", "help"),
)
_SECTION_KEYS: Final = ("pane-1", "pane-2", "pane-3", "pane-4", "page-share", "page-people")


def _apart(name: str, rows: list[Row]) -> list[Row]:
    """A section below the overview: under its name, where it has no headings of its own."""
    return rows if rows and isinstance(rows[0], Heading) else [Heading(name), *rows]


class CrisisView(RoomScreen, AlertKeys):
    """The alert `number`, read again as mentions come in."""

    AUTO_FOCUS = "CrisisBody"
    BINDINGS: ClassVar[list[BindingType]] = [
        bind("back", "back"),
        *(bind(key, f"section({place})") for place, key in enumerate(_SECTION_KEYS)),
        bind("next-pane", "next_section(1)"),
        bind("previous-pane", "next_section(-1)"),
        bind("earlier", "scale(1)"),
        bind("later", "scale(-1)"),
        bind("browser", "browser"),
    ]

    def __init__(self, context: Context, number: int) -> None:
        super().__init__(context)
        self.room_context = context
        self._number = number
        self._crisis: Crisis | None = None
        self._words: Words | None = None
        self._limits: Limits = ()
        self._bands = Bands(Week(context.zone, context.country))
        self._section = OVERVIEW
        self._first_of_section = 0
        self._scale: int | None = None
        self._timer: Timer | None = None
        self._not_before = 0.0
        self._words_not_before = 0.0
        self._head = CrisisHead(wording, zone=context.zone)
        self._tabs = TabLine()
        self._body = CrisisBody(zone=context.zone)

    def compose(self) -> ComposeResult:
        """Another crisis, head, sections, rows, keys."""
        yield AlarmBar()
        yield self._head
        yield self._tabs
        yield self._body
        yield Hints(id="hints")

    def on_mount(self) -> None:
        """Read it."""
        self.query_one(Hints).show(hints_for(_HINTS, self.context.keys))
        self._look()

    @property
    def shown_alert(self) -> Alert | None:
        """The alert, once it is read."""
        return self._crisis.alert if self._crisis is not None else None

    # ---- reading -------------------------------------------------------------------------------------------------

    def cache_changed(self, rev: int) -> None:
        """Mentions came, or the alert changed: look again, in due time."""
        super().cache_changed(rev)
        if self._timer is None:
            self._timer = self.set_timer(max(_SOON, self._not_before - time.monotonic()), self._look)

    def _look(self) -> None:
        self._timer = None
        self.run_worker(self._read(), group="crisis", exclusive=True)

    async def _read(self) -> None:
        context, started = self.context, time.monotonic()
        now, scale = context.clock.now(), self._scale

        def question(db: Connection) -> tuple[Crisis | None, Limits]:
            crisis = read_crisis(db, self._number, now, context.operator, scale)
            if crisis is None or crisis.topic is None:
                return crisis, ()
            curve, series = crisis.curve, Series(crisis.topic, *part_of(crisis.alert))
            return crisis, self._bands.limits(db, series, curve.start, curve.step, len(curve.totals), now)

        try:
            self._crisis, self._limits = await context.reading.read(question)
        except CacheError as error:
            self.notify(error.hint, title=error.message, markup=False)
            return
        self._not_before = time.monotonic() + max(_PACE, _COSTLY * (time.monotonic() - started))
        self._draw()
        if self._crisis is not None and time.monotonic() >= self._words_not_before:
            self._words_not_before = time.monotonic() + _WORDS_PACE
            self.run_worker(self._read_words(self._crisis.alert, now), group="words", exclusive=True)

    async def _read_words(self, alert: Alert, now: int) -> None:
        try:
            self._words = await self.context.counting.read(lambda db: read_words(db, alert, now))
        except CacheError:
            # The list above has met the same and told it.
            return
        self._draw()

    # ---- drawing -------------------------------------------------------------------------------------------------

    def show_state(self, state: RoomState) -> None:
        """Who has it, and what hides it."""
        super().show_state(state)
        self._draw_head()

    def alarm(self) -> Alarm | None:
        """Another crisis that nobody has: of its own the head tells."""
        found = super().alarm()
        return None if found is None or found.held or found.alert == self._number else found

    def tick(self) -> None:
        """The ages."""
        super().tick()
        self._draw()

    def on_resize(self) -> None:
        """A high screen shows more at once."""
        self._draw()

    def _draw(self) -> None:
        if (crisis := self._crisis) is None:
            return
        self._draw_head()
        self._tabs.show(tabs_of(crisis, self._words), self._section)
        moment = Moment(self.context.clock.now(), self.context.zone, glyphs_of())
        rows = rows_of(self._section, crisis, self._words, moment)
        self._first_of_section = 0
        if self.size.height >= TALL:
            # There is room for the overview and one section.
            shown = ORIGIN if self._section == OVERVIEW else self._section
            overview = rows_of(OVERVIEW, crisis, self._words, moment)
            section = _apart(_(SECTIONS[shown]), rows_of(shown, crisis, self._words, moment))
            rows = [*overview, *section]
            self._first_of_section = 0 if self._section == OVERVIEW else len(overview)
        self._body.show(rows, moment.now, empty_words(self._section, crisis, self._words))

    def _draw_head(self) -> None:
        if (crisis := self._crisis) is None:
            return
        room = self.state.room if self.state is not None else None
        alerts = room.alerts if room is not None else ()
        leader = crisis.alert.incident or crisis.alert.id
        size = sum((alert.incident or alert.id) == leader and alert.is_open for alert in alerts)
        chart = self._chart(crisis) if crisis.topic is not None else None
        self._head.show(Headline(crisis.alert, self._hidden_words(crisis.alert), size, chart, self.context.clock.now()))

    def _hidden_words(self, alert: Alert) -> str:
        room = self.state.room if self.state is not None and alert.is_open else None
        silences = room.silences if room is not None else ()
        silence = next((each for each in silences if each.id == alert.silence), None)
        return silence_line(silence, self.context.clock.now(), self.context.zone) if silence is not None else ""

    def _chart(self, crisis: Crisis) -> Chart:
        curve, glyphs, topic = crisis.curve, glyphs_of(), crisis.topic
        planned = self.state.planned if self.state is not None and topic is not None else ()
        announced = [event for event in planned if topic is not None and event.concerns(topic.id)]
        marks = (
            *alert_marks([crisis.alert], glyphs),
            *step_marks(crisis.steps),
            *planned_marks(announced, glyphs),
        )
        limits = tuple(limit[1] if limit is not None else None for limit in self._limits)
        return Chart(curve.start, curve.step, curve.totals, curve.holes, limits, marks)

    # ---- keys ----------------------------------------------------------------------------------------------------

    def action_section(self, place: int) -> None:
        """Open a section."""
        self._section = place
        self._body.begin()
        self._draw()
        self._body.go_to_row(self._first_of_section)

    def action_next_section(self, step: int) -> None:
        """The next section (1), or the one before (-1)."""
        self.action_section((self._section + step) % len(SECTIONS))

    def on_tab_line_clicked(self, event: TabLine.Clicked) -> None:
        """A click on a section."""
        self.action_section(event.place)

    def action_scale(self, direction: int) -> None:
        """A longer (1) or shorter (-1) time for the curve."""
        if (crisis := self._crisis) is not None:
            at = crisis.scale if self._scale is None else self._scale
            self._scale = max(0, min(len(SCALES) - 1, at + direction))
            self._look()

    def action_browser(self) -> None:
        """The post under the cursor in the browser; where there is none, its link is copied."""
        if (mention := self._body.post) is not None and not open_in_browser(mention.url):
            self.app.copy_to_clipboard(mention.url)
            self.notify(_("Copied."), timeout=2, markup=False)

    def on_crisis_body_chosen(self, event: CrisisBody.Chosen) -> None:
        """A section, or the mentions of a source, a place, a word."""
        row, crisis = event.row, self._crisis
        if isinstance(row, FactRow):
            self.action_section(row.leads_to)
            return
        query = row.query if isinstance(row, TraceRow) else f'"{row.words}"'
        if crisis is not None and query:
            asked = f"{query} {since_query(crisis, self.context.zone)}"
            self.post_message(MentionsWanted(Choices(query=asked, topic=crisis.alert.topic)))

    def action_back(self) -> None:
        """To where the reader came from."""
        self.app.pop_screen()
