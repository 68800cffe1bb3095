"""What the alert widgets ask to be worded for them: the module socialhub.alerts.wording answers to all of it."""

from __future__ import annotations

from datetime import tzinfo
from typing import Protocol

from socialhub.incidents import Alert, AlertEvent, Severity


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

    def step_line(self, step: AlertEvent, now: int, zone: tzinfo | None = None) -> str:
        """What happened in one step of its life."""
        ...
