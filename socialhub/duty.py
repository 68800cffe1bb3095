"""Who is called, and after how long: shifts on call, and the chains by which an alert escalates. Plain data and pure.

Targets are names of `[[notify]]` tables, or ON_CALL for whoever is on call at that moment.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from socialhub.clock import to_datetime
from socialhub.hours import ALL_HOURS, Calendar, Hours
from socialhub.incidents import Severity
from socialhub.records import dataclass

ON_CALL: Final = "on_call"


@dataclass(frozen=True, slots=True)
class Shift:
    """On call within `hours`: all the targets of `to`, and of `turns` the one whose turn it is.

    The first turn begins at `since` (civil time, without a zone); they change every `days` days at that hour, in the
    order in which they are written.
    """

    hours: Hours = ALL_HOURS
    to: tuple[str, ...] = ()
    turns: tuple[str, ...] = ()
    since: datetime = datetime(2024, 1, 1)
    days: int = 7

    def targets(self, moment: datetime) -> tuple[str, ...]:
        """Who is called at a local moment."""
        if not self.turns:
            return self.to
        # Civil days: over a change of the clock the hour of the handover stays.
        turn = (moment.replace(tzinfo=None) - self.since).days // self.days % len(self.turns)
        return (*self.to, self.turns[turn])


@dataclass(frozen=True, slots=True)
class ChainStep:
    """Who is told `after` so long (ms) without anybody taking the alert, counted from when it began to wait."""

    after: int
    to: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Chain:
    """How alerts from a `severity` on (of `topics`, by slug; none: of all) escalate while nobody takes them.

    `steps` have rising times; once they are behind it, the whole begins again up to `repeat` times, `repeat_after` (ms)
    after the last step. Outside of `hours` it waits.
    """

    name: str
    steps: tuple[ChainStep, ...]
    severity: Severity = Severity.WARNING
    topics: tuple[str, ...] = ()
    hours: Hours = ALL_HOURS
    repeat: int = 0
    repeat_after: int = 0

    def fits(self, severity: Severity, topic: str) -> bool:
        """Whether alerts of this severity about this topic (slug, "" for none) go by this chain."""
        return severity >= self.severity and (not self.topics or topic in self.topics)

    @property
    def length(self) -> int:
        """Steps in all, with the repeats."""
        return len(self.steps) * (1 + self.repeat)

    def place(self, number: int) -> int:
        """Which of its steps has this number, both from 0 on; the last one for what lies beyond the end."""
        return min(number, self.length - 1) % len(self.steps)

    def wait_before(self, number: int) -> int:
        """How long (ms) after the step before it the step of this number is due; the first, after the start."""
        if place := number % len(self.steps):
            return self.steps[place].after - self.steps[place - 1].after
        return self.steps[0].after if number == 0 else self.repeat_after


@dataclass(frozen=True, slots=True)
class Duty:
    """Everything about who is called when; chains in the order in which they are asked."""

    calendar: Calendar
    shifts: tuple[Shift, ...] = ()
    chains: tuple[Chain, ...] = ()

    def on_call(self, moment: int) -> tuple[str, ...]:
        """Who is on call at a moment (ms UTC): the targets of the first shift that is within its hours."""
        local = to_datetime(moment, self.calendar.zone)
        for shift in self.shifts:
            if self.calendar.within(shift.hours, moment):
                return shift.targets(local)
        return ()

    def chain_for(self, severity: Severity, topic: str) -> Chain | None:
        """The first chain that fits."""
        return next((chain for chain in self.chains if chain.fits(severity, topic)), None)

    def resolved(self, targets: Iterable[str], moment: int) -> tuple[str, ...]:
        """Targets with those on call in the place of ON_CALL, each once."""
        found = (self.on_call(moment) if target == ON_CALL else (target,) for target in targets)
        return tuple(dict.fromkeys(name for names in found for name in names))
