"""What can be done to columns by keys: go, move, add, edit, close. Mixed into the columns screen."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType
from textual.screen import Screen
from textual.widgets import Input

from socialhub.i18n import _
from socialhub.screens.column_form import ColumnForm
from socialhub.screens.column_reader import changing
from socialhub.screens.context import Act, Context
from socialhub.store import columns as column_store
from socialhub.store.columns import Column
from socialhub.store.connection import Connection
from socialhub.widgets.bindings import bind

_NUMBERED = 4
"""Columns with a key of their own: the keys of the desk's panes."""


def adding(context: Context, name: str, query: str) -> Act:
    """A new column."""
    operator = context.operator
    added: list[Column] = []

    def add(db: Connection) -> None:
        added[:] = [column_store.add_column(db, operator, name, query)]

    def remove(db: Connection) -> bool:
        return column_store.remove_column(db, operator, added[0].number) is not None

    return Act(_("The column {name} is added.").format(name=name), add, remove)


class ColumnActions(Screen[None]):
    """Needs `columns`, `column` (with the focus), `expect` and `show_column` of the screen it is mixed into."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *(bind(f"pane-{place}", f"go({place - 1})") for place in range(1, _NUMBERED + 1)),
        bind("left", "step(-1)"),
        bind("right", "step(1)"),
        bind("previous-pane", "step(-1)"),
        bind("next-pane", "step(1)"),
        bind("move-left", "move(-1)"),
        bind("move-right", "move(1)"),
        bind("edit", "edit"),
        bind("remove", "close"),
    ]

    context: Context

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns from left to right."""
        raise NotImplementedError

    @property
    def column(self) -> Column | None:
        """The column with the focus."""
        raise NotImplementedError

    def expect(self, query: str) -> None:
        """A column with this query is about to be there: it gets the focus."""
        raise NotImplementedError

    async def show_column(self, number: int) -> None:
        """Bring a column into sight and give it the focus."""
        raise NotImplementedError

    def action_go(self, place: int) -> None:
        """To the column at a place."""
        if place < len(self.columns):
            self.call_later(self.show_column, self.columns[place].number)

    def action_step(self, step: int) -> None:
        """To the column at the right (1) or left (-1)."""
        if self.column is not None and not isinstance(self.app.focused, Input):
            self.action_go((self.columns.index(self.column) + step) % len(self.columns))

    def action_move(self, step: int) -> None:
        """The column a place to the right (1) or left (-1)."""
        if (column := self.column) is None:
            return
        operator, number = self.context.operator, column.number
        place = self.columns.index(column) + step
        if not 0 <= place < len(self.columns):
            return

        def move(db: Connection, place: int) -> bool:
            return column_store.move_column(db, operator, number, place) is not None

        said = _("The column {name} is moved.").format(name=column.name)
        self.post_message(Act(said, lambda db: move(db, place), lambda db: move(db, place - step), quiet=True))

    def action_close(self) -> None:
        """Take the column away."""
        if (column := self.column) is None:
            return
        operator = self.context.operator

        def remove(db: Connection) -> bool:
            return column_store.remove_column(db, operator, column.number) is not None

        def put_back(db: Connection) -> None:
            column_store.put_back(db, operator, column)

        said = _("The column {name} is closed.").format(name=column.name)
        self.post_message(Act(said, remove, put_back, nothing=_("This column is closed already.")))

    def action_column(self) -> None:
        """A new column."""

        def add(answer: tuple[str, str] | None) -> None:
            if answer is not None:
                self.expect(answer[1])
                self.post_message(adding(self.context, *answer))

        self.app.push_screen(ColumnForm(self.context, _("New column")), add)

    def action_edit(self) -> None:
        """Another name or query for the column."""
        if (column := self.column) is None:
            return

        def change(answer: tuple[str, str] | None) -> None:
            if answer is not None and answer != (column.name, column.query):
                self.post_message(changing(self.context, column, name=answer[0], query=answer[1]))

        self.app.push_screen(ColumnForm(self.context, _("Column"), column.name, column.query), change)
