"""One column: a list of mentions that a query narrows, with a place of its own. `f` changes the query in place."""

from __future__ import annotations

from textual.actions import SkipAction
from textual.message import Message

from socialhub.i18n import _
from socialhub.screens.context import Act, Context
from socialhub.screens.reader import Reader
from socialhub.store.columns import Column, change_column
from socialhub.store.connection import Connection
from socialhub.widgets.filter_bar import Choices, FilterBar


def changing(context: Context, column: Column, *, name: str, query: str) -> Act:
    """Give a column another name or query."""
    operator = context.operator

    def change(db: Connection, name: str, query: str) -> bool:
        return change_column(db, operator, column.number, name=name, query=query) is not None

    return Act(
        _("The column {name} is changed.").format(name=name),
        lambda db: change(db, name, query),
        lambda db: change(db, column.name, column.query),
        nothing=_("There is another column of this name, or this one is gone."),
    )


class ColumnReader(Reader):
    """The list of a column. Its detail takes the place of the list: there is no room beside it."""

    class Counted(Message):
        """More or fewer mentions wait above."""

        def can_replace(self, message: Message) -> bool:
            """Only the last count matters."""
            return isinstance(message, ColumnReader.Counted)

    def __init__(self, context: Context, column: Column, place: int) -> None:
        super().__init__(context, name=column.name, number_=place, bar=FilterBar(_("query"), choosing=False))
        self.column = column
        self._wrong = ""
        self._told = -1

    def on_mount(self) -> None:
        """Ask for its mentions."""
        self.narrow_to(Choices(self.column.query))

    def become(self, column: Column, place: int) -> None:
        """The column as it is stored now."""
        self.column = column
        self._title.rename(column.name, place)
        if column.query != self.choices.query and not self.has_class("-filtering"):
            self.narrow_to(Choices(column.query))

    @property
    def seen(self) -> int:
        """The newest mention when its reader last had the top of the list on screen; 0 before it was asked."""
        return self._supply.seen

    def catch_up(self) -> None:
        """It was out of sight: look what has come."""
        self._supply.look_again()

    # ---- other than in the desk ----------------------------------------------------------------------------------

    async def on_filter_bar_accepted(self, event: FilterBar.Accepted) -> None:
        """The query as it was changed is the column's from now on."""
        event.prevent_default()
        await super().on_filter_bar_accepted(event)
        query = event.choices.query
        if self.choices == event.choices and query != self.column.query:
            self.post_message(changing(self.context, self.column, name=self.column.name, query=query))

    def action_back(self) -> None:
        """Close the detail; the query stays."""
        if not self.reading:
            raise SkipAction
        super().action_back()

    def say_when_empty(self, text: str) -> None:
        """A query that cannot be read says why, in the place of the list."""
        super().say_when_empty(self._wrong or text)

    def _explain(self, text: str, *, wrong: bool = False) -> None:
        super()._explain(text, wrong=wrong)
        self._wrong = text if wrong and not self._bar.is_mounted else ""
        if self._wrong:
            self.say_when_empty("")
            self._show_title()

    def _detail_covers(self) -> bool:
        return True

    def _tell_screen(self) -> None:
        """The other columns stay as they are."""

    def _described(self) -> str:
        return self.choices.query

    def _show_title(self) -> None:
        if self._wrong:
            self._title.show(self.column.query, "?")
            return
        super()._show_title()
        if self.waiting != self._told:
            self._told = self.waiting
            self.post_message(self.Counted())
