"""Why this mention is here and why in this tone: the words that made it, then every topic and the reader's own query,
part by part, with the words that were found.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from socialhub.i18n import _
from socialhub.live.reasons import Judged, judge
from socialhub.model import Topic
from socialhub.screens.base import hints_for
from socialhub.screens.context import Context
from socialhub.screens.mention_detail import tone_lines
from socialhub.store.connection import CacheError, Connection
from socialhub.store.mentions import mention_by_id
from socialhub.text import clean, clip
from socialhub.widgets.bindings import bind
from socialhub.widgets.glyphs import glyphs_of
from socialhub.widgets.hints import Hints
from socialhub.widgets.pane_title import PaneTitle
from socialhub.widgets.tone_detail import ToneLine, tone_block

_LONGEST_PART = 300
_MOST_WORDS = 8


class WhyView(ModalScreen[None]):
    """The tones of the mention `number` and the verdicts on it.

    `query` is what the list is filtered by, "" for nothing; `subject` the topic (row number) it is about, 0 for none.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        bind("back", "dismiss"),
        bind("why", "dismiss"),
        bind("quit", "dismiss"),
        bind("down", "scroll(1)"),
        bind("up", "scroll(-1)"),
        bind("page-down", "scroll(10)"),
        bind("page-up", "scroll(-10)"),
    ]

    def __init__(self, context: Context, number: int, topics: Sequence[Topic], query: str, subject: int) -> None:
        super().__init__()
        self._room = context
        self._number = number
        self._topics = tuple(topics)
        self._query = query
        self._subject = subject

    def compose(self) -> ComposeResult:
        """Title and verdicts."""
        with Vertical(id="sheet"):
            yield PaneTitle(_("Why"))
            with VerticalScroll(id="help-scroll"):
                yield Static("…", id="help-text", markup=False)
            yield Hints()

    def on_mount(self) -> None:
        """Ask."""
        self.query_one("#help-scroll").focus()
        self.query_one(Hints).show(hints_for(("back", "down", "up"), self._room.keys))
        self.run_worker(self._ask(), group="why", exclusive=True)

    def action_scroll(self, lines: int) -> None:
        """Some lines on or back."""
        self.query_one("#help-scroll").scroll_relative(y=lines, animate=False)

    async def _ask(self) -> None:
        room = self._room
        try:
            tones = await room.reading.read(self._tones)
            found = await room.reading.read(
                lambda db: judge(
                    db,
                    self._number,
                    self._topics,
                    self._query,
                    operator=room.operator,
                    now=room.clock.now(),
                    zone=room.zone,
                    subject=self._subject,
                )
            )
        except CacheError as error:
            self.notify(error.message, markup=False)
            return
        text = self.query_one("#help-text", Static)
        if found is None:
            text.update(Content(_("This mention is not in the cache any more.")))
        else:
            now, zone = room.clock.now(), room.zone
            judged = [tone_block(tones, now, zone, glyphs_of()), Content("")] if tones else []
            text.update(Content("\n").join([*judged, *drawn(found)]))

    def _tones(self, db: Connection) -> tuple[ToneLine, ...]:
        found = mention_by_id(db, self._number, self._room.operator)
        return () if found is None or found.tombstone else tone_lines(db, found, self._topics, self._subject)


def drawn(found: Sequence[Judged]) -> Iterator[Content]:
    """The verdicts as lines."""
    if not found:
        yield Content(_("There is no topic to ask."))
    for judged in found:
        name = judged.name or _("your filter")
        yield Content.assemble(_mark(judged.holds), (clean(name, single_line=True), "bold"))
        if judged.trouble:
            yield Content.assemble("    ", (judged.trouble, "$text-warning"))
        for line in judged.lines:
            words = " · ".join(f"«\u00a0{clean(word, single_line=True)}\u00a0»" for word in line.words[:_MOST_WORDS])
            part = clip(clean(line.query, single_line=True), _LONGEST_PART)
            yield Content.assemble("    ", _mark(line.holds), part, ("  " + words if words else "", "$text-accent"))
        yield Content("")


def _mark(holds: bool) -> tuple[str, str]:
    return ("✓ ", "$text-success") if holds else ("✗ ", "$text-error")
