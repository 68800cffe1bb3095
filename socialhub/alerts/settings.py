"""What the configuration says to the alerts, as plain data."""

from __future__ import annotations

from socialhub.alert_rules import PlannedEvent, Rule
from socialhub.detect.week import Week
from socialhub.duty import Duty
from socialhub.records import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """What the configuration says: the rules in force, what is planned, where people live, who is called when."""

    rules: tuple[Rule, ...]
    planned: tuple[PlannedEvent, ...]
    week: Week
    duty: Duty
