"""One incident instead of many alerts, and what an open alert mutes. The older alert leads; nothing here ends one.

Two alerts are about the same where they are about one topic, or where half of the mentions behind one of them are
behind the other too, or repeat its stories, or push its links.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from socialhub.alerts.signals import Signal
from socialhub.clock import HOUR
from socialhub.incidents import Alert, Severity
from socialhub.records import dataclass
from socialhub.store import alert_run
from socialhub.store.alert_facts import Shared, Window, shared_of
from socialhub.store.connection import Connection

REACHES_BACK: Final = 2 * HOUR
"""What the older alert is about is looked for so long before the younger one's window, too."""
SHARE: Final = 0.5
LEAST: Final = 3
"""So many mentions, and this share, must be in common."""
MUTED_BY_CRISIS: Final = frozenset({"keyword", "weak_signal", "tone_shift", "detractor", "pick_up"})
"""Kinds that tell nothing more about a topic in crisis."""


@dataclass(frozen=True, slots=True)
class Tie:
    """An older alert, and what it shares: "topic", "mentions", "story" or "link"."""

    alert: int
    reason: str


def group(db: Connection, raised: Iterable[tuple[Alert, Signal]], opened: list[Alert], now: int) -> None:
    """Let the alerts raised in this minute join the incidents of older ones that last (oldest first)."""
    leaders: dict[int, int] = {alert.id: alert.incident or alert.id for alert in opened}
    for alert, signal in raised:
        older = [each for each in opened if each.id < alert.id and each.topic is not None and each.calm_since is None]
        if (tie := _tie(db, alert, signal, older)) is not None:
            leaders[alert.id] = leaders[tie.alert]
            alert_run.join_incident(db, alert.id, leaders[alert.id], tie.reason, now)


def _tie(db: Connection, alert: Alert, signal: Signal, older: list[Alert]) -> Tie | None:
    for each in older:
        if each.topic == alert.topic:
            return Tie(each.id, "topic")
    if not older:
        return None
    mine = shared_of(db, signal.window)
    start = signal.window.start - REACHES_BACK
    for each in older:
        theirs = shared_of(db, Window(each.topic or 0, start, signal.window.end))
        if reason := what_is_shared(mine, theirs):
            return Tie(each.id, reason)
    return None


def what_is_shared(mine: Shared, theirs: Shared) -> str:
    """ "mentions", "story" or "link" where half of mine are theirs; "" where nothing much is."""
    for reason, common in (
        ("mentions", sum(mention in theirs.mentions for mention in mine.mentions)),
        ("story", sum(story in theirs.stories for story in mine.stories.values())),
        ("link", sum(bool(links & theirs.links) for links in mine.links_of.values())),
    ):
        if common >= LEAST and common >= SHARE * len(mine.mentions):
            return reason
    return ""


def inhibit(db: Connection, opened: list[Alert], now: int) -> None:
    """Mark which open alerts another one mutes: a topic's own alert those on its parts, a crisis the small ones."""
    by_topic: dict[int, list[Alert]] = {}
    for alert in opened:
        if alert.topic is not None:
            by_topic.setdefault(alert.topic, []).append(alert)
    for alert in opened:
        by = next((each.id for each in by_topic.get(alert.topic or 0, ()) if mutes(each, alert)), None)
        if by != alert.inhibitor:
            alert_run.set_inhibitor(db, alert.id, by, now)


def mutes(by: Alert, alert: Alert) -> bool:
    """Whether an open alert says all that another one of its topic has to say."""
    if by.id == alert.id or by.severity < alert.severity:
        return False
    if by.kind == alert.kind:
        return not by.facts.get("part") and bool(alert.facts.get("part"))
    return by.severity is Severity.CRISIS and alert.severity < Severity.CRISIS and alert.kind in MUTED_BY_CRISIS
