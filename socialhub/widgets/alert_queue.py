"""The alert queue: worst first, resolved ones dimmed at the end. Sentences come from the words it is given."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo
from typing import Protocol

from textual.message import Message
from textual.scroll_view import ScrollView

from socialhub.model import Alert


class AlertWords(Protocol):
    """What puts an alert into words; the module socialhub.alerts.wording is one."""

    def alert_lines(self, alert: Alert, now: int, zone: tzinfo | None = None) -> tuple[str, str]:
        """(title, detail) in the interface language."""
        ...


class AlertQueue(ScrollView, can_focus=True):
    """The queue. `AlertQueue(wording)`; message AlertChosen on Enter."""

    class AlertChosen(Message):
        """The reader wants to see this alert (its number)."""

        def __init__(self, alert: int) -> None:
            super().__init__()
            self.alert = alert

    def __init__(
        self,
        words: AlertWords,
        *,
        zone: tzinfo | None = None,
        id: str | None = None,  # noqa: A002
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.words = words
        self.zone = zone

    def show(self, alerts: Sequence[Alert], now: int, watched: str = "") -> None:
        """Draw these alerts (as `alert_rows` orders them); `watched` says, when nothing burns, what is watched."""
        raise NotImplementedError

    @property
    def selected(self) -> Alert | None:
        """The alert under the cursor."""
        raise NotImplementedError
