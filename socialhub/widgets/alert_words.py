"""What the alert widgets ask to be worded for them: the module socialhub.alerts.wording answers to all of it."""

from __future__ import annotations

from datetime import tzinfo
from typing import Protocol

from socialhub.incidents import Alert, Severity


class AlertWords(Protocol):
    """Alerts in words, in the interface language. Times are ms UTC; `zone` None is the machine's."""

    def severity_word(self, severity: Severity) -> str:
        """CRISIS, ALERT or note."""
        ...

    def state_words(self, alert: Alert, now: int, zone: tzinfo | None = None) -> str:
        """Who has it."""
        ...

    def alert_lines(self, alert: Alert, now: int, zone: tzinfo | None = None) -> tuple[str, str]:
        """(title, detail)."""
        ...

    def fact_lines(self, alert: Alert, now: int, zone: tzinfo | None = None) -> list[str]:
        """The alert's numbers, a sentence each."""
        ...

    def step_line(self, action: str, operator: str, detail: str) -> str:
        """What happened in one step of its life."""
        ...


class AlertStep(Protocol):
    """A step in an alert's life, as the cache tells it (incidents.AlertEvent)."""

    @property
    def at(self) -> int:
        """ms UTC."""
        ...

    @property
    def action(self) -> str:
        """What was done."""
        ...

    @property
    def operator(self) -> str:
        """Who did it, "" for the collector."""
        ...

    @property
    def detail(self) -> str:
        """What was said with it."""
        ...
