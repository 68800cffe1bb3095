"""A stage for one widget: a small application that hosts it, and what can be read off it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeVar

from textual.app import App, ComposeResult
from textual.geometry import Region
from textual.message import Message
from textual.pilot import Pilot
from textual.widget import Widget

from socialhub.clock import from_datetime
from tests.stylesheets import share_parsed_rules

share_parsed_rules()

NOW = from_datetime(datetime(2025, 11, 21, 18, 42, tzinfo=UTC))

HOSTILE = (
    "\x1b]0;owned\x07title",
    "\x1b[2J\x1b[31mred",
    "[/b][@click=app.quit]click[/]",
    "\x9b31mC1 \x00\x08\x7f",
    "\u202egnp.exe\u2066\u200b",
    "漢字かな交じり文" * 20,
    "👩‍👩‍👧‍👦🏳️‍🌈 émoji",
    "e" + "\u0301" * 10_000,
    "x" * 100_000,
    "a\nb\r\nc\td",
    "\ud800 lone",
    "",
)

M = TypeVar("M", bound=Message)


class Theatre(App[None]):
    """Hosts one widget in its whole area."""

    def __init__(self, widget: Widget) -> None:
        super().__init__()
        self.widget = widget

    def compose(self) -> ComposeResult:
        yield self.widget


@dataclass
class Play:
    """A running stage: the pilot's keys, and the messages heard so far."""

    pilot: Pilot[None]
    messages: list[Message] = field(default_factory=list)

    async def press(self, *keys: str) -> None:
        """Press keys and let everything settle."""
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def resize(self, width: int, height: int) -> None:
        """Another size of terminal."""
        await self.pilot.resize_terminal(width, height)
        await self.pilot.pause()

    def heard(self, kind: type[M]) -> list[M]:
        """The messages of one kind, each once (they bubble), in order."""
        found: list[M] = []
        for message in self.messages:
            if isinstance(message, kind) and message not in found:
                found.append(message)
        return found


@asynccontextmanager
async def staged(widget: Widget, width: int = 60, height: int = 12) -> AsyncIterator[Play]:
    """The widget mounted alone, focused where it can be, in a terminal of this size."""
    messages: list[Message] = []
    app = Theatre(widget)
    async with app.run_test(size=(width, height), message_hook=messages.append) as pilot:
        if widget.can_focus:
            widget.focus()
        await pilot.pause()
        yield Play(pilot, messages)


def lines_of(widget: Widget) -> list[str]:
    """The text of every visible line, as it is painted, without the blank lines at the end."""
    lines = [widget.render_line(y).text.rstrip() for y in range(widget.size.height)]
    while lines and not lines[-1]:
        lines.pop()
    return lines


def looks_of(widget: Widget, line: int) -> Iterator[tuple[str, str]]:
    """(text, style) of the runs of one visible line."""
    for segment in widget.render_line(line):
        yield segment.text, str(segment.style)


def assert_sound(widget: Widget) -> None:
    """Every visible line is exactly as wide as the widget and holds nothing a terminal would obey."""
    for y in range(widget.size.height):
        strip = widget.render_line(y)
        assert strip.cell_length == widget.scrollable_content_region.width, strip.text
        assert all(character.isprintable() or character == "\u200d" for character in strip.text), ascii(strip.text)


def lines_in(regions: list[tuple[Region, ...]]) -> set[int]:
    """The lines that recorded refreshes cover; a refresh without a region, which repaints everything, is -1."""
    return {y for asked in regions for region in asked for y in range(region.y, region.bottom)} | {
        -1 for asked in regions if not asked
    }
