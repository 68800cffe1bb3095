"""The page of a person: their mentions as anywhere, and beside them what is known of them, with notes to add."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any, ClassVar

from textual.binding import BindingType

from socialhub.detect.interests import Interests
from socialhub.i18n import _
from socialhub.live.people import PersonPage, interests_of, read_person, read_texts
from socialhub.live.spans import SPANS, USUAL_SPAN
from socialhub.model import Person, Watchlist
from socialhub.screens.context import Act, Context
from socialhub.screens.copy_words import copy_words
from socialhub.screens.note_prompt import NotePrompt
from socialhub.screens.sheet_page import SheetPage
from socialhub.screens.span_words import span_name
from socialhub.screens.state import RoomState
from socialhub.store.connection import CacheError, Connection
from socialhub.store.people import active_watchlists
from socialhub.store.person_notes import EXCHANGE, PersonNote, add_person_note, remove_person_note
from socialhub.widgets.bindings import bind
from socialhub.widgets.people_rows import PersonRow
from socialhub.widgets.person_facts import DatedLine, PersonFacts, PersonSheet, SubjectLine


class PersonScreen(SheetPage):
    """The page of `person`; other arguments as of every page."""

    BINDINGS: ClassVar[list[BindingType]] = [
        bind("note", "note"),
        bind("earlier", "app.span(1)"),
        bind("later", "app.span(-1)"),
    ]

    def __init__(self, context: Context, *, person: Person, **options: Any) -> None:
        super().__init__(context, whose=person.number, title=person.name, **options)
        self._person = person
        self._span = USUAL_SPAN
        self._page: PersonPage | None = None
        self._lists: tuple[Watchlist, ...] = ()
        self._found: Interests | None = None

    def on_mount(self) -> None:
        """Read the facts and what the person talks about."""
        self._read_facts()
        self._read_subjects()

    def show_state(self, state: RoomState) -> None:
        """Another span is chosen in the room: the facts follow."""
        super().show_state(state)
        if state.room is not None and state.room.span != self._span:
            self._span = state.room.span
            self._read_facts()
            self._read_subjects()
        elif state.room is not None and self._page is not None:
            self.draw()

    def cache_changed(self, rev: int) -> None:
        """Mentions came, or a note."""
        super().cache_changed(rev)
        self._read_facts()

    # ---- facts ---------------------------------------------------------------------------------------------------

    def _read_facts(self) -> None:
        self.run_worker(self._facts(), group="facts", exclusive=True)

    async def _facts(self) -> None:
        person, length, now = self._person, SPANS[self._span].length, self.context.clock.now()

        def question(db: Connection) -> tuple[PersonPage, list[Watchlist]]:
            return read_person(db, person, length, now), active_watchlists(db)

        try:
            self._page, lists = await self.context.reading.read(question)
        except CacheError:
            # The watch on the cache meets the same and tells it.
            return
        self._lists = tuple(lists)
        self.draw()

    def _read_subjects(self) -> None:
        self.run_worker(self._subjects(), group="subjects", exclusive=True)

    async def _subjects(self) -> None:
        number, length, now = self._person.number, SPANS[self._span].length, self.context.clock.now()
        try:
            texts = await self.context.reading.read(lambda db: read_texts(db, (number,), length, now))
        except CacheError:
            return
        self._found = await asyncio.to_thread(interests_of, texts)
        if self._page is not None:
            self.draw()

    def draw(self) -> None:
        """The sheet, as far as it is read."""
        page, found, person = self._page, self._found, self._person
        if page is None:
            return
        voice = page.watched.voice
        room = self.state.room if self.state is not None else None
        names = {topic.number: topic.name for topic in room.topics} if room is not None else {}
        row = PersonRow(
            0, person.name, voice.mentions, page.watched.usual, (), voice.net, voice.reach, voice.last, voice.contact
        )
        facts = PersonFacts(
            row,
            person.role,
            tuple(each.name for each in self._lists if each.id in person.lists),
            (*person.handles, *person.sites, *person.bylines, *map(copy_words, page.copies)),
            span_name(self._span),
            tuple((names[topic], count) for topic, count in voice.topics if topic in names),
            notes=tuple(DatedLine(note.at, f"{_kind(note.kind)} · {note.operator}", note.text) for note in page.notes),
            author=self.facts(),
            relays=tuple(DatedLine(relay.at, relay.author, relay.text) for relay in page.relays),
        )
        if found is not None:
            lines = tuple(SubjectLine(each.words, each.texts, each.expected) for each in found.subjects)
            facts = replace(facts, subjects=lines, comparable=found.comparable)
        self.query_one(PersonSheet).show(facts, self.context.clock.now())

    # ---- notes ---------------------------------------------------------------------------------------------------

    def action_note(self) -> None:
        """Write a note or an exchange down."""
        self.app.push_screen(NotePrompt(self.context, self._person.name), self._write_down)

    def _write_down(self, written: tuple[str, str] | None) -> None:
        if written is None:
            return
        kind, text = written
        person, note = self._person.number, PersonNote(0, self.context.clock.now(), self.context.operator, kind, text)
        numbers: list[int] = []

        def do(db: Connection) -> None:
            numbers[:] = [add_person_note(db, person, note)]

        def undo(db: Connection) -> bool:
            return remove_person_note(db, numbers[0])

        said = _("Exchange noted.") if kind == EXCHANGE else _("Noted.")
        self.post_message(Act(said, do, undo))


def _kind(kind: str) -> str:
    return _("exchange") if kind == EXCHANGE else _("note")
