"""What the sheets that mute and silence share: fields and a choice of the end, any of which Enter accepts."""

from __future__ import annotations

from typing import ClassVar, TypeVar

from textual.binding import BindingType
from textual.events import Key
from textual.screen import ModalScreen
from textual.widgets import Input

from socialhub.widgets.bindings import bind
from socialhub.widgets.filter_bar import Choice

Wish = TypeVar("Wish")

STILL = 0.1
"""Seconds without a key after which it is looked at what the query hides."""


class TimedSheet(ModalScreen[Wish | None]):
    """Gives back a wish that holds until an end, None when it is left; `until` is the choice of the end."""

    BINDINGS: ClassVar[list[BindingType]] = [
        bind("back", "dismiss(None)"),
        bind("next-pane", "app.focus_next"),
        bind("previous-pane", "app.focus_previous"),
    ]

    def __init__(self, until: Choice) -> None:
        super().__init__()
        self.until = until

    async def accept(self) -> None:
        """Give the wish back, or say what is missing."""
        raise NotImplementedError

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in a field."""
        event.stop()
        self.ask_accept()

    def on_key(self, event: Key) -> None:
        """Enter on the choice of the end."""
        if event.key == "enter" and self.focused is self.until:
            event.stop()
            self.ask_accept()

    def ask_accept(self) -> None:
        """Accept as soon as what is being looked at allows it."""
        self.run_worker(self.accept(), group="hides", exclusive=True)
