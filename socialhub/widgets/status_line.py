"""The line on top: whose room, how many sources and which are silent, who collects, scenario mark, clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import tzinfo
from enum import StrEnum

from textual.widget import Widget


class Collecting(StrEnum):
    """Who fills the cache."""

    HERE = "here"
    ELSEWHERE = "elsewhere"
    NOBODY = "nobody"
    STUCK = "stuck"


@dataclass(frozen=True, slots=True)
class Status:
    """What the status line tells. Times are ms UTC.

    `silent` are (source name, silent since); `failing` counts sources in trouble that are not silent yet.
    `collector` names who collects ("laptop, 4242"), `why_not` is a sentence: why nobody does, or why this console
    cannot take over. `speed` is the scenario clock's factor (None on the machine's own time), `demo` marks the
    bundled scenario.
    """

    now: int
    brand: str
    sources: int
    silent: tuple[tuple[str, int], ...] = ()
    failing: int = 0
    collecting: Collecting = Collecting.HERE
    collector: str = ""
    why_not: str = ""
    speed: float | None = None
    demo: bool = False
    remote: bool = False


class StatusLine(Widget):
    """One line; repaints only when its text changes."""

    def __init__(self, *, zone: tzinfo | None = None, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self.zone = zone

    def show(self, status: Status) -> None:
        """Draw this status."""
        raise NotImplementedError
