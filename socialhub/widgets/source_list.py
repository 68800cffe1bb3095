"""The sources: health, data age, last error in words, next try."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import tzinfo
from typing import TypeAlias

from textual.message import Message
from textual.scroll_view import ScrollView

from socialhub.model import Health, SourceRow

HealthRule: TypeAlias = Callable[[SourceRow, int, int | None], Health]
"""(row, now, collector started) -> health; detect.silence.health_of is one."""


class SourceList(ScrollView, can_focus=True):
    """`SourceList(health_of)`; message SourceChosen on Enter."""

    class SourceChosen(Message):
        """The reader wants to see this source (its name)."""

        def __init__(self, source: str) -> None:
            super().__init__()
            self.source = source

    def __init__(
        self,
        health_of: HealthRule,
        *,
        zone: tzinfo | None = None,
        id: str | None = None,  # noqa: A002
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.health_of = health_of
        self.zone = zone

    def show(self, sources: Sequence[SourceRow], now: int, collector_started: int | None = None) -> None:
        """Draw these sources; `collector_started` is None when nobody collects (nothing is called silent then)."""
        raise NotImplementedError

    @property
    def selected(self) -> SourceRow | None:
        """The source under the cursor."""
        raise NotImplementedError
