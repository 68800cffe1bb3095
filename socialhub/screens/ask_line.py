"""A small sheet that asks for one line of words."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from socialhub.i18n import _
from socialhub.widgets.bindings import bind
from socialhub.widgets.hints import Hints, key_name
from socialhub.widgets.pane_title import PaneTitle


class AskLine(ModalScreen["str | None"]):
    """Gives back what was written, None for nothing."""

    AUTO_FOCUS = "Input"
    BINDINGS: ClassVar[list[BindingType]] = [bind("back", "dismiss(None)")]

    def __init__(self, title: str, *, longest: int) -> None:
        super().__init__()
        self._title = title
        self._field = Input(max_length=longest)

    def compose(self) -> ComposeResult:
        """The field and the keys."""
        with Vertical(classes="small-sheet"):
            yield PaneTitle(self._title)
            yield self._field
            yield Hints()

    def on_mount(self) -> None:
        """What answers here."""
        self.query_one(Hints).show([(key_name("enter"), _("keep")), (key_name("escape"), _("cancel"))])

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter."""
        event.stop()
        self.dismiss(event.value.strip() or None)
