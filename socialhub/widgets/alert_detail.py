"""One alert in full: its sentence, its numbers in words, its life step by step."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo
from typing import Protocol

from textual.scroll_view import ScrollView

from socialhub.model import Alert
from socialhub.widgets.alert_queue import AlertWords


class AlertStep(Protocol):
    """A step in an alert's life, as the cache tells it (store.alerts.AlertEvent)."""

    @property
    def at(self) -> int: ...
    @property
    def action(self) -> str: ...
    @property
    def operator(self) -> str: ...
    @property
    def detail(self) -> str: ...


class AlertLifeWords(AlertWords, Protocol):
    """The words of the detail; the module socialhub.alerts.wording is one."""

    def fact_lines(self, alert: Alert, now: int, zone: tzinfo | None = None) -> list[str]:
        """The alert's numbers, a sentence each."""
        ...

    def step_line(self, action: str, operator: str, detail: str) -> str:
        """What happened in one step."""
        ...


class AlertDetail(ScrollView, can_focus=True):
    """`AlertDetail(wording)`; scrolls when it is higher than its place."""

    def __init__(
        self,
        words: AlertLifeWords,
        *,
        zone: tzinfo | None = None,
        id: str | None = None,  # noqa: A002
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.words = words
        self.zone = zone

    def show(self, alert: Alert, steps: Sequence[AlertStep], now: int) -> None:
        """Draw this alert and the steps of its life."""
        raise NotImplementedError
