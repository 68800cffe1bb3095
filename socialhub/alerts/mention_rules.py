"""What rules about single mentions share: how far back they look, which topic tells a mention, what is a signal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from socialhub.alert_rules import Rule
from socialhub.alerts.latest import LatestNews
from socialhub.alerts.listening import listened_share
from socialhub.alerts.signals import Signal, Why
from socialhub.alerts.standing import State, held_back
from socialhub.clock import DAY, HOUR
from socialhub.detect.volume import COMPLETE
from socialhub.incidents import Severity
from socialhub.model import Topic
from socialhub.store.alert_facts import Window
from socialhub.store.connection import Connection
from socialhub.store.news import News

RECENT: Final = HOUR
"""Mentions of so long decide whether there is an alert; without any in it the cause of an alert seems gone."""
GATHERED: Final = DAY
"""So long an open alert goes on gathering its mentions at most."""
NAMED: Final = 200
"""So many of its mentions an alert names, the latest ones."""
At = tuple[int, News]
"""A mention, and when it was news (ms UTC)."""


def looked_back(state: State | None, now: int) -> int:
    """From when on mentions count: those of the last hour, for an open alert all since it began."""
    is_open = state is not None and state.ended is None
    return max(now - GATHERED, min(now - RECENT, state.started if is_open and state else now))


def tells(topic: Topic, mention: News, rule: Rule, topics: Sequence[Topic]) -> bool:
    """Whether a mention is told of this topic: of several that a rule watches the first one tells it, once."""
    first = next((each for each in topics if each.number in mention.topics and rule.watches(each.id, each.kind)), None)
    return first is not None and first.number == topic.number


def signal_of_mentions(
    rule: Rule,
    topic: Topic,
    subject: str,
    found: Sequence[At],
    state: State | None,
    now: int,
    *,
    severity: Severity | None = None,
    floor: int | None = None,
    numbers: dict[str, Any],
) -> Signal:
    """What a rule says of the mentions it found (in order); they are its strength. `numbers` are those of its kind."""
    needed = rule.floor if floor is None else floor
    is_open = state is not None and state.ended is None
    why = Why.RAISED if found and (is_open or len(found) >= needed) else Why.FLOOR if found else Why.USUAL
    published = [mention.published for _at, mention in found]
    since = min(published, default=now - RECENT)
    named = tuple(mention.mention for _at, mention in found[-NAMED:])
    calm = not found or found[-1][0] < now - RECENT
    told = {
        "topic": topic.name,
        "part": "",
        "test": rule.kind,
        "seen": len(found),
        "expected": 0.0,
        "floor": needed,
        "needed": float(needed),
        "completeness": 1.0,
        "since": since,
        "until": now,
        "window": now - since,
        "learning": False,
        "mentions": list(named),
    }
    window = Window(topic.number, since, now, only=named)
    signal = Signal(
        rule,
        topic,
        subject,
        why,
        rule.severity if severity is None else severity,
        since,
        float(len(found)),
        calm,
        calm,
        {**told, **numbers},
        window,
    )
    return held_back(signal, state)


def unless_deaf(db: Connection, signal: Signal, found: Sequence[At], latest: LatestNews) -> Signal:
    """The signal, which is not calm where those who brought its mentions were not listened to in the last hour."""
    if not (signal.calm and found):
        return signal
    since = latest.now - RECENT
    listening = latest.listening(db, since)
    # What was imported is listened to by nobody.
    brought = Counter(mention.source for _at, mention in found if mention.source in listening)
    heard = listened_share(brought, listening, since, latest.now) >= COMPLETE
    return signal if heard else replace(signal, calm=False, quiet=False)
