"""Why this mention is here and why in this tone: the words that made it, then every topic and the reader's own query,
part by part, with the words that were found.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen

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
from socialhub.widgets.text_sheet import TextSheet
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
            yield TextSheet(id="why-text")
            yield Hints()

    def on_mount(self) -> None:
        """Ask."""
        self.query_one(TextSheet).focus()
        self.query_one(Hints).show(hints_for(("back", "down", "up"), self._room.keys))
        self.run_worker(self._ask(), group="why", exclusive=True)

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
        self.query_one(TextSheet).write(partial(self._text, tones, found))

    def _text(self, tones: Sequence[ToneLine], found: Sequence[Judged] | None, width: int) -> Content:
        if found is None:
            return Content(_("This mention is not in the cache any more."))
        now, zone = self._room.clock.now(), self._room.zone
        judged = [tone_block(tones, now, zone, glyphs_of(), width), Content("")] if tones else []
        return Content("\n").join([*judged, *drawn(found)])

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
