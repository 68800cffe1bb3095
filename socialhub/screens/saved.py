"""The saved searches, over the search screen: keep the present one under a name, pick, rename, delete."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.events import DescendantFocus
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from socialhub.i18n import N_, _
from socialhub.screens.base import CacheListener, hints_for
from socialhub.screens.context import Act, Context
from socialhub.store.connection import CacheError, Connection
from socialhub.store.searches import SavedSearch, delete_search, rename_search, save_search, saved_searches
from socialhub.text import clean
from socialhub.widgets.bindings import bind
from socialhub.widgets.cells import cut
from socialhub.widgets.hints import Hints, key_name
from socialhub.widgets.name_list import NameList
from socialhub.widgets.pane_title import PaneTitle

LONGEST_NAME = 60


class SavedSearches(CacheListener, ModalScreen["str | None"]):
    """Gives back the query that was picked. `query` is the one that can be saved ("" for none)."""

    AUTO_FOCUS = "NameList"
    BINDINGS: ClassVar[list[BindingType]] = [
        bind("back", "back"),
        bind("next-pane", "app.focus_next"),
        bind("previous-pane", "app.focus_previous"),
        bind("edit", "rename"),
        bind("close", "delete"),
        bind("undo", "app.undo"),
    ]

    def __init__(self, context: Context, query: str) -> None:
        super().__init__()
        self._room = context
        self._query = query
        self._searches: tuple[SavedSearch, ...] = ()
        self._renamed = ""
        self._list = NameList(_("Nothing is saved yet."))
        self._label = Static(classes="sheet-label", markup=False)
        self._field = Input(id="saved-name", max_length=LONGEST_NAME, select_on_focus=False)

    def compose(self) -> ComposeResult:
        """The field, the list, the keys."""
        with Vertical(id="sheet"):
            yield PaneTitle(_("Saved searches"))
            yield self._label
            yield self._field
            yield self._list
            yield Hints()

    def on_mount(self) -> None:
        """Read what is saved."""
        self._show_field()
        self.cache_changed(0)

    def cache_changed(self, rev: int) -> None:
        """Read it again."""
        self.run_worker(self._read(), group="saved", exclusive=True)

    async def _read(self) -> None:
        first_time = not self._list.touched and not self._searches
        try:
            self._searches = tuple(await self._room.reading.read(saved_searches))
        except CacheError as error:
            self.notify(error.hint, title=error.message, markup=False)
            return
        self._list.show([(search.name, search.query) for search in self._searches])
        known = {search.query for search in self._searches}
        if first_time and self._query and self._query not in known:
            self.set_focus(self._field)
        self._show_hints()

    def _show_field(self) -> None:
        if self._renamed:
            words = _("Another name for “{name}”:").format(name=self._renamed)
        else:
            words = _("Save “{query}” as:").format(query=cut(self._query, 60))
        self._label.update(Content(words))
        for widget in (self._label, self._field):
            widget.display = bool(self._renamed or self._query)

    # ---- keys ----------------------------------------------------------------------------------------------------

    def on_name_list_picked(self, event: NameList.Picked) -> None:
        """Search for it."""
        found = self._named(event.name)
        self.dismiss(found.query if found is not None else None)

    def _named(self, name: str | None) -> SavedSearch | None:
        return next((search for search in self._searches if search.name == name), None)

    def action_back(self) -> None:
        """Out of renaming, out of the sheet."""
        if self._renamed:
            self._end_renaming()
        else:
            self.dismiss(None)

    def action_rename(self) -> None:
        """Another name for the search under the cursor."""
        if (found := self._named(self._list.selected)) is not None:
            self._renamed = found.name
            self._field.value = found.name
            self._field.cursor_position = len(found.name)
            self._show_field()
            self.set_focus(self._field)

    def _end_renaming(self) -> None:
        self._renamed = ""
        self._field.value = ""
        self._show_field()
        self.set_focus(self._list)

    def action_delete(self) -> None:
        """Forget the search under the cursor."""
        if (found := self._named(self._list.selected)) is None:
            return

        def do(db: Connection) -> bool:
            return delete_search(db, found.name) is not None

        def undo(db: Connection) -> None:
            save_search(db, found)

        said, gone = _("The search {name} is deleted.").format(name=found.name), _("This search is not there any more.")
        self.post_message(Act(said, do, undo, nothing=gone))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Save or rename."""
        event.stop()
        if not (name := clean(event.value, single_line=True).strip()):
            return
        self.post_message(self._renaming(self._renamed, name) if self._renamed else self._saving(name))
        self._end_renaming()

    def _saving(self, name: str) -> Act:
        search = SavedSearch(name, self._query, self._room.operator, self._room.clock.now())
        before: list[SavedSearch | None] = [None]

        def do(db: Connection) -> None:
            before[0] = save_search(db, search)

        def undo(db: Connection) -> None:
            delete_search(db, name)
            if before[0] is not None:
                save_search(db, before[0])

        return Act(_("Saved as {name}.").format(name=name), do, undo)

    def _renaming(self, old: str, new: str) -> Act:
        return Act(
            _("{name} is now called {new_name}.").format(name=old, new_name=new),
            lambda db: rename_search(db, old, new),
            lambda db: rename_search(db, new, old),
            nothing=_("There is another search of this name."),
        )

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """Other keys answer now."""
        self._show_hints()

    def _show_hints(self) -> None:
        if self.focused is self._field:
            hints = [(key_name("enter"), _("save")), (key_name("tab"), _("list")), (key_name("escape"), _("back"))]
            self.query_one(Hints).show(hints)
        else:
            ids = ("open=" + N_("search"), "edit=" + N_("rename"), "close=" + N_("delete"), "undo", "back")
            self.query_one(Hints).show(hints_for(ids, self._room.keys))
