"""What can be done to the mention under the cursor: read marks, copy, browser. Mixed into the mentions pane."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import ClassVar

from textual.binding import BindingType
from textual.widget import Widget

from socialhub.i18n import _
from socialhub.model import Mention
from socialhub.screens.browser import open_in_browser
from socialhub.screens.context import Act, Context
from socialhub.store.connection import Connection
from socialhub.store.marks import set_read
from socialhub.text import clean
from socialhub.widgets.bindings import bind
from socialhub.widgets.feed import Feed


class MentionActions(Widget):
    """Needs `context` and `feed` of the pane it is mixed into."""

    BINDINGS: ClassVar[list[BindingType]] = [bind("author", "author")]
    context: Context

    @property
    def feed(self) -> Feed:
        """The list."""
        raise NotImplementedError

    @property
    def subject(self) -> int:
        """The topic (row number) that the list is about, 0 for none."""
        raise NotImplementedError

    def unread_told_by(self, line: Mention) -> Callable[[Connection], list[int]] | None:
        """What finds the unread mentions that a line stands for; None: itself alone."""
        raise NotImplementedError

    def action_read(self) -> None:
        """Read becomes unread and the other way round."""
        if (mention := self.feed.current) is not None:
            self.mark(mention, read=mention.unread)

    def mark(self, mention: Mention, *, read: bool, quiet: bool = False) -> None:
        """Mark a mention read or unread, on screen at once; read with all that its line stands for.

        A `quiet` mark (by opening) is not undone by `u`.
        """
        if mention.unread != read:
            return
        operator, unread = self.context.operator, self.unread_told_by(mention) if read else None
        shown = self.feed.window.with_members(mention) if read else [mention]
        self.feed.replace([replace(row, unread=not read) for row in shown])
        marked: list[int] = []

        def do(db: Connection) -> None:
            marked[:] = [mention.id] if unread is None else unread(db)
            set_read(db, operator, marked, read=read)

        def undo(db: Connection) -> None:
            set_read(db, operator, marked, read=not read)

        said = _("marked as read") if read else _("marked as unread")
        self.post_message(Act(said, do, None if quiet else undo, quiet=True))

    async def action_author(self) -> None:
        """The page of who wrote it."""
        from socialhub.screens.author import open_author

        if (mention := self.feed.current) is not None:
            await open_author(self, self.context, mention.id)

    def action_copy(self) -> None:
        """The words and the link go to the clipboard of the terminal (OSC 52)."""
        if (mention := self.feed.current) is not None:
            parts = ("" if mention.text.startswith(mention.title) else mention.title, mention.text, mention.url)
            self.app.copy_to_clipboard("\n".join(clean(part) for part in parts if part))
            self.notify(_("Copied."), timeout=2, markup=False)

    def action_browser(self) -> None:
        """Open the link; where no browser can be reached, copy it."""
        if (mention := self.feed.current) is None:
            return
        if not mention.url:
            self.notify(_("This mention has no link."), timeout=3, markup=False)
        elif not open_in_browser(mention.url):
            self.app.copy_to_clipboard(clean(mention.url, single_line=True))
            self.notify(_("No browser can be opened here: the link was copied instead."), timeout=4, markup=False)
