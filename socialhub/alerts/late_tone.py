"""A turn of the tone that was over when it was learned: from when to when it lasted, and its numbers. Only reads.

It lasted where the negative stories ran ahead most of what lies between the usual share and the one seen: the sum that
a CUSUM chart follows (E. S. Page, "Continuous Inspection Schemes", Biometrika 41, 1954).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from socialhub.alerts.late_alert import late_alert
from socialhub.alerts.replay import Fired
from socialhub.alerts.tone_rules import earlier_shares, tellers
from socialhub.clock import HOUR, MINUTE
from socialhub.detect.tone import NOT_YET
from socialhub.incidents import Alert, AlertKind
from socialhub.model import Tone
from socialhub.store import alert_run
from socialhub.store.alert_facts import Window, told_of
from socialhub.store.connection import Connection
from socialhub.store.tone_counts import MinuteTones, tones_by_minute


def late_turn(db: Connection, fired: Fired, now: int) -> Alert | None:
    """The alert about a turn that lay in what was caught up, learned at `now` (ms UTC).

    None where the last hour has something of it (the look at the present tells it), or a burst tells of it.
    """
    signal, numbers = fired.signal, fired.signal.numbers
    usual, share = float(numbers["usual"]), float(numbers["negative"])
    compared: Sequence[int] = numbers["compared"]
    # A turn may be older than the window that shows it best.
    begun = min(signal.window.start, fired.at - NOT_YET * HOUR)
    minutes = tones_by_minute(db, signal.topic.number, begun, min(now, fired.ended or now), compared)
    start, end = lasted(minutes, (usual + share) / 2)
    if fired.ended is None and end > now - HOUR:
        return None
    ended = fired.ended or min(now, end + HOUR)
    if any(alert_run.was_told(db, AlertKind.BURST, subject, start, ended) for subject in tellers(signal.topic)):
        return None
    window = Window(signal.topic.number, start, end, tone=int(Tone.NEGATIVE))
    inside = [each for each in minutes if start <= each[0] < end]
    seen, judged = sum(negative for _at, negative, _judged in inside), sum(each[2] for each in inside)
    left_out = ("low", "high", "usual_low", "usual_high", "probability", "compared")
    facts: dict[str, Any] = {name: value for name, value in numbers.items() if name not in left_out}
    facts |= {
        **told_of(db, window),
        **earlier_shares(db, window),
        "seen": seen,
        "judged": judged,
        "negative": round(seen / judged, 3),
        "expected": round(usual * judged, 1),
        "since": start,
        "until": end,
        "window": end - start,
    }
    return late_alert(fired, start, ended, now, facts)


def lasted(minutes: Sequence[MinuteTones], between: float) -> tuple[int, int]:
    """[from, to) in ms UTC in which the share of negative lay most clearly above `between`.

    `minutes` are in order, and at least one of them lies above.
    """
    best, found = 0.0, (minutes[0][0], minutes[-1][0] + MINUTE)
    total, start = 0.0, minutes[0][0]
    for minute, negative, judged in minutes:
        if total <= 0:
            total, start = 0.0, minute
        total += negative - between * judged
        if total > best:
            best, found = total, (start, minute + MINUTE)
    return found
