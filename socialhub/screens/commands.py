"""The commands of the palette beyond the keys: what is done rarely has a name instead of a letter."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Final

from socialhub.ages import duration
from socialhub.clock import HOUR
from socialhub.i18n import _
from socialhub.keys import KEYS
from socialhub.model import Topic
from socialhub.screens.context import Act
from socialhub.store.connection import Connection
from socialhub.store.crises import begin_crisis, end_crisis

CRISIS_LASTS: Final = 4 * HOUR
"""How long a crisis lasts that is declared here; `socialhub crisis on --for` says otherwise."""

Command = tuple[str, str, Callable[[], object]]
"""(name, help, what it does)."""

_IN_PALETTE = (
    *("search", "lab", "rules", "columns", "column", "filter", "next-unread", "read", "page-share", "page-people"),
    *("page-places", "zoom", "density"),
    *("take", "assign", "close", "state", "tag", "note", "silence", "muted", "undo", "help", "quit"),
)


def key_commands(press: Callable[[str], object]) -> Iterator[Command]:
    """The keys that are worth finding by name; `press` is given the key's id."""
    for key in KEYS:
        if key.id in _IN_PALETTE:
            yield _(key.label).capitalize(), _(key.group), lambda id_=key.id: press(id_)  # type: ignore[misc]


def room_commands(
    polls: Sequence[Callable[[], object]],
    read_all: Callable[[], object],
    show_mutes: Callable[[], object],
    themes: Callable[[str], object],
) -> Iterator[Command]:
    """What has no key everywhere; `polls` asks the selected source, where sources are shown."""
    yield _("Mutes"), _("What is hidden, by whom and until when; lift it"), show_mutes
    for poll in polls:
        yield _("Ask this source now"), _("Asks the selected source as soon as its server allows"), poll
    yield _("Mark everything as read"), _("All mentions that arrived until now"), read_all
    for name, label in (("dark", _("Dark theme")), ("light", _("Light theme")), ("ansi", _("Sixteen colours"))):
        yield label, _("How the console looks"), lambda chosen=name: themes(chosen)  # type: ignore[misc]


def crisis_commands(
    topics: Collection[Topic], on: Collection[str], operator: str, now: Callable[[], int], do: Callable[[Act], object]
) -> Iterator[Command]:
    """A crisis of each topic, or its end where somebody declared one (`on` holds the slugs of these)."""
    for topic in topics:
        number = topic.number

        def begin(db: Connection, number: int = number) -> None:
            begin_crisis(db, number, operator, now(), now() + CRISIS_LASTS)

        def end(db: Connection, number: int = number) -> bool:
            return end_crisis(db, number, operator, now())

        if topic.id in on:
            said = _("The crisis of {topic} is over.").format(topic=topic.name)
            name, act = _("End the crisis of {topic}").format(topic=topic.name), Act(said, end, begin)
        else:
            said = _("{topic} is in a crisis for {length}.").format(topic=topic.name, length=duration(CRISIS_LASTS))
            name, act = _("Declare a crisis of {topic}").format(topic=topic.name), Act(said, begin, end)
        yield name, _("What feeds it is asked more often"), lambda act=act: do(act)  # type: ignore[misc]
