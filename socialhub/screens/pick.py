"""A small sheet to pick one of a few things by typing part of its name: tags, people, states."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from socialhub.i18n import _
from socialhub.records import dataclass
from socialhub.text import clean, fold
from socialhub.widgets.bindings import bind
from socialhub.widgets.hints import Hints, key_name
from socialhub.widgets.name_list import NameList
from socialhub.widgets.pane_title import PaneTitle

_MOST_ROWS = 8


@dataclass(frozen=True, slots=True)
class Pickable:
    """Something that can be picked: what is given back, its name, what stands behind it."""

    value: str
    name: str
    detail: str = ""


class Pick(ModalScreen["str | None"]):
    """Gives back the value that was picked. `new` says what a name is for that is not in the list; "": none is."""

    AUTO_FOCUS = "Input"
    BINDINGS: ClassVar[list[BindingType]] = [
        bind("back", "dismiss(None)"),
        Binding("down", "move(1)", show=False, priority=True),
        Binding("up", "move(-1)", show=False, priority=True),
    ]

    def __init__(self, title: str, rows: Sequence[Pickable], *, new: str = "") -> None:
        super().__init__()
        self._title = title
        self._rows = tuple(rows)
        self._shown: tuple[Pickable, ...] = ()
        self._new = new
        self._list = NameList(_("Nothing of this name."))

    def compose(self) -> ComposeResult:
        """The field, the list, the keys."""
        with Vertical(classes="small-sheet"):
            yield PaneTitle(self._title)
            yield Input(placeholder=_("a few letters narrow the list"), select_on_focus=False)
            yield self._list
            yield Hints()

    def on_mount(self) -> None:
        """All of them."""
        self._list.styles.height = min(_MOST_ROWS, len(self._rows) + bool(self._new)) or 1
        self.query_one(Hints).show(
            [(key_name("enter"), _("pick")), ("↑↓", _("choose")), (key_name("escape"), _("cancel"))]
        )
        # The list has its size by then; over a slow line something may be typed already.
        self.call_after_refresh(lambda: self._narrow(self.query_one(Input).value))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Narrow while typing."""
        event.stop()
        self._narrow(event.value)

    def _narrow(self, written: str) -> None:
        wanted, name = fold(written.strip()), clean(written, single_line=True)
        found = [row for row in self._rows if wanted in fold(row.name)]
        found.sort(key=lambda row: not fold(row.name).startswith(wanted))
        if self._new and wanted and all(wanted != fold(row.name) for row in found):
            found.append(Pickable(name, name, self._new))
        self._shown = tuple(found)
        self._list.show([(row.name, row.detail) for row in found])
        self._list.select(0)

    def action_move(self, rows: int) -> None:
        """Up or down in the list, without leaving the field."""
        self._list.action_move(rows)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in the field."""
        event.stop()
        self._give_back()

    def on_name_list_picked(self, event: NameList.Picked) -> None:
        """Enter, or a click, in the list."""
        event.stop()
        self._give_back()

    def _give_back(self) -> None:
        place = self._list.cursor
        if place is not None and place < len(self._shown):
            self.dismiss(self._shown[place].value)
