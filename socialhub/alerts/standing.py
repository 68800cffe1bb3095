"""How a signal meets the last alert about its subject: what is to be done. Pure; the run and the backtest follow it.

A cause that is gone must stay gone for the rule's `calm_for` before its alert resolves; what comes back meanwhile is
the same alert. One that a person closed does not come back before its cause was gone once.
"""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from typing import Any, Final

from socialhub.alerts.signals import Signal, Why
from socialhub.detect.decision import COOL_DOWN, ESCALATION, Judged
from socialhub.detect.volume import Raised
from socialhub.incidents import Alert, Severity
from socialhub.records import dataclass

GREW: Final = 1.1
"""So many times its strength, and the numbers of an alert are told anew."""


class Step(StrEnum):
    """What is to be done with the alert about a subject."""

    NOTHING = "nothing"
    RAISE = "raise"
    LAST = "last"  # its cause lasts, or is there again
    CALM = "calm"  # its cause seems gone from now on
    RESOLVE = "resolve"


@dataclass(frozen=True, slots=True)
class State:
    """How the last alert about a subject stands: when it ended (None: it is open), its strength, by which test it was
    raised, since when its cause seems gone, whether a person closed it, when it began, and how bad it is.
    """

    ended: int | None
    strength: float
    test: str
    calm_since: int | None = None
    by_hand: bool = False
    started: int = 0
    severity: Severity = Severity.NOTICE

    @property
    def raised(self) -> Raised:
        """What the detector wants to know of it."""
        return Raised(self.ended, self.strength)


def state_of(alert: Alert, by_hand: bool) -> State:
    """How an alert stands."""
    strength: Any = alert.facts.get("strength")
    known = strength if isinstance(strength, int | float) else 0.0
    return State(
        alert.ended, known, str(alert.facts.get("test", "")), alert.calm_since, by_hand, alert.started, alert.severity
    )


def held_back(signal: Signal, state: State | None) -> Signal:
    """The signal, kept back where a person closed the alert about this very cause and it is not much stronger now, or
    where the day that swelled did so by a burst that was told.
    """
    if signal.why is not Why.RAISED or state is None or state.ended is None:
        return signal
    stronger = signal.strength >= ESCALATION * state.strength
    if state.by_hand and state.calm_since is None and not stronger:
        return replace(signal, why=Why.CLOSED)
    if _test_of(signal) == Judged.RISE and state.ended > signal.window.start:
        return replace(signal, why=Why.COOL_DOWN)
    return signal


def cooled_down(signal: Signal, state: State | None, now: int) -> Signal:
    """The signal, kept back where the last alert about this is not long over and this is not much stronger (for
    detectors that do not know of it themselves).
    """
    if signal.why is not Why.RAISED or state is None or state.ended is None:
        return signal
    soon = now - state.ended < COOL_DOWN and signal.strength < ESCALATION * state.strength
    return replace(signal, why=Why.COOL_DOWN) if soon else signal


def next_step(signal: Signal, state: State | None, now: int) -> Step:
    """What is to be done; `now` in ms UTC."""
    gone = state is not None and is_gone(signal, state)
    if state is None or state.ended is not None:
        if signal.why is Why.RAISED:
            return Step.RAISE
        return Step.CALM if state is not None and gone and state.calm_since is None else Step.NOTHING
    if not gone:
        return Step.LAST
    if state.calm_since is None or state.calm_since > now:
        return Step.CALM
    return Step.RESOLVE if now - state.calm_since >= signal.rule.calm_for else Step.NOTHING


def is_gone(signal: Signal, state: State) -> bool:
    """Whether the cause of an alert seems over: a burst's once the last hour is calm, a rise's once its day is, too."""
    return signal.calm and (signal.quiet or state.test == Judged.BURST)


def grew(signal: Signal, state: State) -> bool:
    """Whether the test that raised an alert now finds so much more that its numbers are to be told anew."""
    same_test = _test_of(signal) == state.test
    return signal.why is Why.RAISED and same_test and signal.strength >= GREW * state.strength


def _test_of(signal: Signal) -> str:
    return str(signal.numbers.get("test", ""))
