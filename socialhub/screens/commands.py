"""The commands of the palette beyond the keys: what is done rarely has a name instead of a letter."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from socialhub.i18n import _
from socialhub.keys import KEYS

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
