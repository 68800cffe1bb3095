"""Alerts of one incident as one: a leader with its members, and an order that does not move under the reader. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from socialhub.incidents import Alert, Severity
from socialhub.records import dataclass


@dataclass(frozen=True, slots=True)
class Incident:
    """One line of the queue: the alert that stands for it and those folded under it."""

    leader: Alert
    members: tuple[Alert, ...] = ()

    @property
    def severity(self) -> Severity:
        """That of the worst of its open alerts: what is folded does not hide a crisis."""
        return max(alert.severity for alert in (self.leader, *self.members) if alert.is_open or alert is self.leader)

    @property
    def size(self) -> int:
        """How many alerts it holds."""
        return 1 + len(self.members)


def folded(alerts: Sequence[Alert]) -> list[Incident]:
    """The incidents of these alerts, each at the place of its first one.

    Where the leader is not among them (it is over, or filtered out), the first of its members stands for it. What is
    over is not folded under what is open.
    """
    groups: dict[tuple[int, bool], list[Alert]] = {}
    for alert in alerts:
        groups.setdefault((alert.incident or alert.id, alert.is_open), []).append(alert)
    incidents = []
    for (number, _is_open), group in groups.items():
        leader = next((alert for alert in group if alert.id == number), group[0])
        incidents.append(Incident(leader, tuple(alert for alert in group if alert is not leader)))
    return incidents


def steady_order(known: Sequence[int], ranked: Sequence[int]) -> list[int]:
    """The keys of `ranked`: `known` ones as they stand, each new one after the last that `ranked` puts before it.

    So nothing new stands above what is worse, and a new crisis stands on top.
    """
    rank = {key: place for place, key in enumerate(ranked)}
    standing = [key for key in known if key in rank]
    for key in ranked:
        if key not in standing:
            before = [place for place, other in enumerate(standing, start=1) if rank[other] < rank[key]]
            standing.insert(max(before, default=0), key)
    return standing
