"""One incident instead of many alerts, and what an open alert mutes. The older alert leads; nothing here ends one.

Two alerts are about the same where they are about one topic; or where half of the mentions behind the younger one are
behind the older one too, and are much of what that one has at the same time (nearly all that is said of a director is
said of the brand, too); or where half of them repeat its stories or push its links.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from socialhub.alerts.signals import Signal
from socialhub.clock import HOUR
from socialhub.incidents import Alert, AlertKind, Severity
from socialhub.records import dataclass
from socialhub.store import alert_run
from socialhub.store.alert_facts import Shared, Window, shared_of
from socialhub.store.connection import Connection

REACHES_BACK: Final = 2 * HOUR
"""What the older alert is about is looked for so long before the younger one's window, too."""
SHARE: Final = 0.5
LEAST: Final = 3
"""So many mentions, and this share, must be in common."""
SHARE_BACK: Final = 0.25
"""Mentions in common must be so much of what the older alert has in the younger one's window."""
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
    window, mine = signal.window, shared_of(db, signal.window)
    for each in older:
        before = shared_of(db, Window(each.topic or 0, window.start - REACHES_BACK, window.start))
        beside = shared_of(db, Window(each.topic or 0, window.start, window.end))
        if reason := what_is_shared(mine, before, beside):
            return Tie(each.id, reason)
    return None


def what_is_shared(mine: Shared, before: Shared, beside: Shared) -> str:
    """ "mentions", "story" or "link" where half of mine are an older alert's; "" where nothing much is.

    `before` is what that one had before my window, `beside` what it has in it.
    """
    others = before.without(mine.mentions), beside.without(mine.mentions)
    stories = {story for each in others for story in each.stories.values()}
    links = {link for each in others for link in each.links}
    half = max(LEAST, SHARE * len(mine.mentions))
    common = len(mine.mentions & beside.mentions)
    if common >= half and common >= SHARE_BACK * len(beside.mentions):
        return "mentions"
    if sum(story in stories for story in mine.stories.values()) >= half:
        return "story"
    return "link" if sum(bool(each & links) for each in mine.links_of.values()) >= half else ""


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
    if by.kind == AlertKind.MOMENT and alert.kind == AlertKind.BURST:
        return by.subject == alert.subject
    if by.kind == alert.kind:
        return not by.facts.get("part") and bool(alert.facts.get("part"))
    return by.severity is Severity.CRISIS and alert.severity < Severity.CRISIS and alert.kind in MUTED_BY_CRISIS
