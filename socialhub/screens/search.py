"""The search screen: a query, and what matches it in the whole cache, newest arrival first, as it is typed."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from socialhub.i18n import _
from socialhub.screens.base import RoomScreen
from socialhub.screens.context import Context
from socialhub.screens.reader import Reader
from socialhub.widgets.bindings import bind


class Search(RoomScreen):
    """A reader whose filter bar stays open."""

    AUTO_FOCUS = "Input"
    BINDINGS: ClassVar[list[BindingType]] = [
        bind("back", "dismiss"),
        bind("search", "again"),
        bind("next-pane", "app.focus_next"),
        bind("previous-pane", "app.focus_previous"),
    ]

    def __init__(self, context: Context) -> None:
        super().__init__(context)

    def compose(self) -> ComposeResult:
        """Only the reader."""
        yield Reader(self.context, name=_("Search"), searching=True, id="mentions")

    def on_mount(self) -> None:
        """Until something is asked for, the newest."""
        self.query_one(Reader).begin(None)

    async def action_again(self) -> None:
        """Back to the question."""
        await self.query_one(Reader).action_filter()
