"""A text that scrolls when its place is too small, and that is composed anew for every width."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from socialhub.widgets.bindings import bind


class TextSheet(VerticalScroll, can_focus=True):
    """One block of text. `write` fills it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        bind("down", "scroll_down"),
        bind("up", "scroll_up"),
        bind("page-down", "page_down"),
        bind("page-up", "page_up"),
        bind("first", "scroll_home"),
        bind("last", "scroll_end"),
    ]
    # The gutter stays, so that a text which grows too long does not become narrower.
    DEFAULT_CSS = """
    TextSheet {
        scrollbar-size-vertical: 1;
        scrollbar-gutter: stable;
        & > Static { width: 1fr; height: auto; }
    }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._make: Callable[[int], Content] | None = None
        self._text = Static(markup=False)

    def compose(self) -> ComposeResult:
        """The text."""
        yield self._text

    def write(self, make: Callable[[int], Content]) -> None:
        """Show what `make` makes of a width in cells."""
        self._make = make
        self._text.update(make(self._width))

    def on_resize(self) -> None:
        """Another width, other lines."""
        if self._make is not None:
            self._text.update(self._make(self._width))

    @property
    def _width(self) -> int:
        return self.scrollable_content_region.width
