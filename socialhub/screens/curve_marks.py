"""What happened, and what is planned, as marks on a curve. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from socialhub.alert_rules import PlannedEvent
from socialhub.incidents import Action, Alert, AlertEvent
from socialhub.widgets.band_chart import Mark
from socialhub.widgets.glyphs import Glyphs, severity_mark

# What people and time did to an alert: the key that does it.
_SIGNS: Final[dict[str, str]] = {
    Action.ACKNOWLEDGED: "a",
    Action.TAKEN_OVER: "a",
    Action.SILENCED: "s",
    Action.ESCALATED: "e",
    Action.RESOLVED: "x",
}
_STEP_WEIGHT: Final = 1
_ALERT_WEIGHT: Final = 2
"""An alert is seen before a step, the worst before the others, and everything before what is planned."""


def alert_marks(alerts: Iterable[Alert], glyphs: Glyphs) -> tuple[Mark, ...]:
    """When alerts began."""
    return tuple(
        Mark(alert.started, severity_mark(alert.severity, glyphs), _ALERT_WEIGHT + alert.severity) for alert in alerts
    )


def step_marks(steps: Iterable[AlertEvent]) -> tuple[Mark, ...]:
    """What was done about an alert."""
    return tuple(Mark(step.at, _SIGNS[step.action], _STEP_WEIGHT) for step in steps if step.action in _SIGNS)


def planned_marks(planned: Iterable[PlannedEvent], glyphs: Glyphs) -> tuple[Mark, ...]:
    """What is planned, from its beginning to its end."""
    return tuple(Mark(event.start, glyphs.planned, 0, event.end, "chart--event") for event in planned)
