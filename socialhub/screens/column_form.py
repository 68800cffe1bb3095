"""A small sheet that asks for the name and the query of a column."""

from __future__ import annotations

import asyncio
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from socialhub.errors import UserError
from socialhub.i18n import _
from socialhub.screens.context import Context
from socialhub.screens.queries import narrow
from socialhub.store.searches import saved_queries
from socialhub.text import clean
from socialhub.widgets.bindings import bind
from socialhub.widgets.cells import safe
from socialhub.widgets.filter_bar import Choices
from socialhub.widgets.hints import Hints, key_name
from socialhub.widgets.pane_title import PaneTitle

LONGEST_NAME = 40


class ColumnForm(ModalScreen["tuple[str, str] | None"]):
    """Gives back (name, query); a name that is left empty is the query itself."""

    AUTO_FOCUS = "#column-query"
    BINDINGS: ClassVar[list[BindingType]] = [
        bind("back", "dismiss(None)"),
        bind("next-pane", "app.focus_next"),
        bind("previous-pane", "app.focus_previous"),
    ]

    def __init__(self, context: Context, title: str, name: str = "", query: str = "") -> None:
        super().__init__()
        self._room = context
        self._title = title
        self._name_field = Input(name, id="column-name", max_length=LONGEST_NAME, select_on_focus=False)
        self._query_field = Input(query, id="column-query", select_on_focus=False)

    def compose(self) -> ComposeResult:
        """Two fields, what is wrong with them, the keys."""
        with Vertical(id="sheet", classes="-small"):
            yield PaneTitle(self._title)
            yield Static(_("query"), classes="sheet-label", markup=False)
            yield self._query_field
            yield Static(_("name (optional)"), classes="sheet-label", markup=False)
            yield self._name_field
            yield Static(id="column-says", markup=False)
            yield Hints()

    def on_mount(self) -> None:
        """The keys."""
        hints = [
            (key_name("enter"), _("apply")),
            (key_name("tab"), _("other field")),
            (key_name("escape"), _("cancel")),
        ]
        self.query_one(Hints).show(hints)

    async def on_input_submitted(self, event: Input.Submitted) -> None:
        """Done, unless the query cannot be read."""
        event.stop()
        query = self._query_field.value.strip()
        try:
            saved = await self._room.reading.read(saved_queries)
            await asyncio.to_thread(narrow, Choices(query), self._room.zone, saved)
        except UserError as error:
            self.query_one("#column-says", Static).update(Content(safe(f"{error.message} · {error.hint}")))
            self.set_focus(self._query_field)
            return
        name = clean(self._name_field.value, single_line=True).strip() or column_name(query)
        self.dismiss((name, query))


def column_name(query: str) -> str:
    """The name of a column that was given none."""
    return query[:LONGEST_NAME].strip() or _("Everything")
