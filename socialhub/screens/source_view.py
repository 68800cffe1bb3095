"""One source in full: its last day, how it is asked, and what it exchanged last with its server, without a secret."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen

from socialhub.ages import moment_text
from socialhub.budgets import Meter
from socialhub.clock import DAY
from socialhub.exchange_words import exchange_rows
from socialhub.exchanges import Exchange
from socialhub.i18n import N_, _
from socialhub.model import SourceRow
from socialhub.polled import Heard, heard_of, strip_from
from socialhub.records import dataclass
from socialhub.screens.base import hints_for
from socialhub.screens.context import Context
from socialhub.source_words import source_facts
from socialhub.store.budgets import read_meters
from socialhub.store.connection import CacheError, Connection
from socialhub.store.exchanges import exchange_of
from socialhub.store.poll_slots import slots_from
from socialhub.store.sources import source_rows
from socialhub.text import clean
from socialhub.widgets.bindings import bind
from socialhub.widgets.facts_table import facts_table
from socialhub.widgets.glyphs import glyphs_of
from socialhub.widgets.hints import Hints
from socialhub.widgets.pane_title import PaneTitle
from socialhub.widgets.poll_strip import legend, strip_content, widest_strip
from socialhub.widgets.source_list import HEALTH_WORDS, HealthRule, health_mark, next_try
from socialhub.widgets.text_sheet import TextSheet

_ASK: Final = "poll=" + N_("ask now")
_PAUSE: Final = "silence=" + N_("pause / resume")
LOOK_EVERY: Final = 1.0
"""Seconds between two looks at the source while its sheet is open."""


@dataclass(frozen=True, slots=True)
class Told:
    """All that the sheet tells, as of one look."""

    row: SourceRow
    heard: Heard
    meters: tuple[Meter, ...]
    exchange: Exchange | None


class SourceView(ModalScreen[None]):
    """The sheet of the source `number`. `acts` are what the keys of the pane do with it, by their ids."""

    BINDINGS: ClassVar[list[BindingType]] = [
        bind("back", "dismiss"),
        bind("why", "dismiss"),
        bind("quit", "dismiss"),
        bind("poll", "act('poll')"),
        bind("silence", "act('silence')"),
    ]

    def __init__(
        self,
        context: Context,
        number: int,
        health_of: HealthRule,
        collecting: Callable[[], int | None],
        acts: dict[str, Callable[[], None]],
    ) -> None:
        super().__init__()
        self._room, self._number = context, number
        self._health_of, self._collecting, self._acts = health_of, collecting, acts
        self._told: Told | None = None

    def compose(self) -> ComposeResult:
        """Title and facts."""
        with Vertical(id="sheet"):
            yield PaneTitle(_("Source"))
            yield TextSheet(id="why-text")
            yield Hints()

    def on_mount(self) -> None:
        """Look, and again while it is open."""
        self.query_one(TextSheet).focus()
        self.query_one(Hints).show(hints_for(("back", _ASK, _PAUSE, "down"), self._room.keys))
        self.set_interval(LOOK_EVERY, self._look)
        self._look()

    def action_act(self, key_id: str) -> None:
        """As in the pane."""
        self._acts[key_id]()

    def _look(self) -> None:
        self.run_worker(self._read(), group="source", exclusive=True)

    async def _read(self) -> None:
        now = self._room.clock.now()
        try:
            told = await self._room.reading.read(lambda db: read_source(db, self._number, now))
        except CacheError:
            # The watch on the cache meets the same and tells it.
            return
        if told is not None and told != self._told:
            self._told = told
            self.query_one(PaneTitle).show(told.row.name)
            self.query_one(TextSheet).write(partial(self._text, told))

    def _text(self, told: Told, width: int) -> Content:
        now, zone = self._room.clock.now(), self._room.zone
        parts = [*self._day(told, now, width), facts_table(self._facts(told, now), width), Content("")]
        parts.append(Content.styled(_("Last exchange"), "bold"))
        if told.exchange is None:
            return Content("\n").join([*parts, Content(_("Nothing was exchanged yet."))])
        parts.append(facts_table(exchange_rows(told.exchange, now, zone), width))
        if told.exchange.start:
            parts += [Content(""), Content(clean(told.exchange.start))]
        return Content("\n").join(parts)

    def _day(self, told: Told, now: int, width: int) -> list[Content]:
        """The strip, its hours beneath it, and what its marks mean."""
        glyphs, zone = glyphs_of(), self._room.zone
        if not (count := widest_strip(width)):
            return []
        since, until = moment_text(now - DAY, now, zone), moment_text(now, now, zone)
        scale = since + " " * max(1, count - len(since) - len(until)) + until
        cells = set(strip_content(told.heard, now, count, glyphs).plain)
        meant = "  ".join(f"{mark} {words}" for mark, words in legend(glyphs) if mark in cells)
        return [
            strip_content(told.heard, now, count, glyphs),
            Content.styled(scale, "$text-muted"),
            Content.styled(meant, "$text-muted"),
            Content(""),
        ]

    def _facts(self, told: Told, now: int) -> list[tuple[str, str]]:
        collecting, zone = self._collecting(), self._room.zone
        health = self._health_of(told.row, now, collecting)
        return source_facts(
            told.row,
            told.heard,
            told.meters,
            now,
            zone,
            health=f"{health_mark(health, glyphs_of())} {_(HEALTH_WORDS[health])}",
            next_try=next_try(told.row, now, collecting=collecting is not None, zone=zone),
        )


def read_source(db: Connection, number: int, now: int) -> Told | None:
    """What is known of a source at `now` (ms UTC); None when it is gone."""
    row = next((each for each in source_rows(db) if each.number == number), None)
    if row is None:
        return None
    slots = slots_from(db, strip_from(now)).get(number, {})
    return Told(row, heard_of(slots, now, row), read_meters(db, now).get(number, ()), exchange_of(db, number))
