"""Writing a note down: one line of text, and whether it is a note of ours or an exchange with the person."""

from __future__ import annotations

from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from socialhub.i18n import _, labelled
from socialhub.screens.context import Context
from socialhub.text import clean
from socialhub.widgets.bindings import bind
from socialhub.widgets.hints import Hints, key_name
from socialhub.widgets.pane_title import PaneTitle

EXCHANGE, NOTE = "exchange", "note"
LONGEST: Final = 2_000


class NotePrompt(ModalScreen["tuple[str, str] | None"]):
    """Asks for (kind, text) about `name`; None when nothing is to be written."""

    BINDINGS: ClassVar[list[BindingType]] = [
        bind("back", "leave"),
        Binding("tab", "other_kind", show=False, priority=True),
    ]
    DEFAULT_CSS = """
    NotePrompt {
        align: center middle;
        & > #note-sheet { width: 80; max-width: 100%; height: 5; border: solid $hairline; padding: 0 1; }
        & > #note-sheet { background: $background; }
        & Input { height: 1; border: none; padding: 0; background: transparent; }
        & Input:focus { border: none; background-tint: transparent; }
        & #note-kind { height: 1; color: $text-accent; }
    }
    """

    def __init__(self, context: Context, name: str) -> None:
        super().__init__()
        self._room = context
        self._about = name
        self._kind = EXCHANGE

    def compose(self) -> ComposeResult:
        """Who it is about, what kind, the text, the keys."""
        with Vertical(id="note-sheet"):
            yield PaneTitle(self._about)
            yield Static(id="note-kind", markup=False)
            yield Input(id="note-text", max_length=LONGEST)
        yield Hints()

    def on_mount(self) -> None:
        """Ready to type."""
        hints = [
            (key_name("enter"), _("save")),
            (key_name("tab"), _("note / exchange")),
            (key_name("escape"), _("cancel")),
        ]
        self.query_one(Hints).show(hints)
        self.query_one(Input).focus()
        self._show_kind()

    def action_other_kind(self) -> None:
        """A note instead of an exchange, and the other way round."""
        self._kind = NOTE if self._kind == EXCHANGE else EXCHANGE
        self._show_kind()

    def _show_kind(self) -> None:
        kinds = {EXCHANGE: _("an exchange with them"), NOTE: _("a note of ours")}
        self.query_one("#note-kind", Static).update(labelled(_("kind"), kinds[self._kind]))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter: an empty text is nothing."""
        event.stop()
        text = clean(event.value, single_line=True)
        self.dismiss((self._kind, text) if text else None)

    def action_leave(self) -> None:
        """Nothing is written."""
        self.dismiss(None)
