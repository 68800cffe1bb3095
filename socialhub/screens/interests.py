"""The page of a watchlist: what its people talk about now more than usual, with who said it and an example."""

from __future__ import annotations

import asyncio
from typing import Any

from textual.app import ComposeResult

from socialhub.detect.interests import Interests, Subject
from socialhub.i18n import _, labelled, ngettext, number
from socialhub.live import Room
from socialhub.live.people import Texts, interests_of, read_texts
from socialhub.live.spans import SPANS
from socialhub.model import Watchlist
from socialhub.screens.asking_pane import AskingPane
from socialhub.screens.context import Context
from socialhub.screens.page import MentionsWanted, PageScreen
from socialhub.store.connection import Connection
from socialhub.store.people import watched_people
from socialhub.widgets.filter_bar import Choices
from socialhub.widgets.subject_list import SubjectList, SubjectRow

MOST_SUBJECTS = 40


class InterestsScreen(PageScreen):
    """What `watchlist` talks about; other arguments as of every page."""

    def __init__(self, context: Context, *, watchlist: Watchlist, **options: Any) -> None:
        super().__init__(context, "interests", **options)
        self._watchlist = watchlist

    def compose_page(self) -> ComposeResult:
        """The subjects."""
        yield InterestsPane(self.context, self._watchlist)


class InterestsPane(AskingPane):
    """The subjects of a list; they are worked out anew when the room has news, at its own pace."""

    def __init__(self, context: Context, watchlist: Watchlist) -> None:
        super().__init__(context, "interests", None)
        self._watchlist = watchlist
        self.list = SubjectList()
        self._subjects: tuple[Subject, ...] = ()
        self._span = 0
        self._keys: dict[tuple[str, ...], int] = {}

    def compose(self) -> ComposeResult:
        """Title and subjects."""
        yield self.title_line
        yield self.list

    async def answer(self, room: Room, topic: int | None) -> None:
        """Read the texts, work the subjects out beside the screen, show them."""
        people, length, now = self._watchlist.people, SPANS[room.span].length, self.context.clock.now()

        def question(db: Connection) -> tuple[Texts, dict[int, str]]:
            return read_texts(db, people, length, now), {each.number: each.name for each in watched_people(db)}

        texts, names = await self.context.reading.read(question)
        found = await asyncio.to_thread(interests_of, texts, MOST_SUBJECTS)
        self._subjects, self._span = found.subjects, room.span
        said = {each.mention: each for each in texts.now}
        rows = []
        for subject in found.subjects:
            example = said[subject.examples[0]]
            rows.append(
                SubjectRow(
                    self._keys.setdefault(subject.terms, len(self._keys)),
                    subject.words,
                    subject.texts,
                    subject.expected,
                    subject.score,
                    tuple(names.get(person, "?") for person in subject.people),
                    labelled(names.get(example.person, "?"), example.text),
                )
            )
        self.title_line.show(f"{self._watchlist.name} · {self.described(room, None)}")
        self.list.show(rows, remark_on(found))

    def action_next_topic(self) -> None:
        """The subjects are of everything that is said."""

    def on_subject_list_chosen(self, event: SubjectList.Chosen) -> None:
        """The mentions in which the list speaks of it."""
        event.stop()
        terms = next((terms for terms, key in self._keys.items() if key == event.key), ())
        words = " ".join(terms)
        query = f"list:{self._watchlist.id} {words} date:{SPANS[self._span].asked}"
        self.post_message(MentionsWanted(Choices(query=query)))


def remark_on(found: Interests) -> str:
    """On what the comparison stands, or why nothing is told."""
    texts = ngettext("{count} text", "{count} texts", found.texts).format(count=number(found.texts))
    if not found.texts:
        return _("nobody on this list said anything in this time")
    if not found.comparable:
        return _("{texts}; there is no past yet to compare with").format(texts=texts)
    told = _("{texts}, compared with {before} of theirs before and {others} of others").format(
        texts=texts, before=number(found.texts_before), others=number(found.texts_background)
    )
    return told if found.subjects else f"{_('nothing stands out')} · {told}"
