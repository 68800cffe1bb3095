"""What leads an incident speaks for the alerts in it, and to whom: once for each kind of alert that comes to it."""

from __future__ import annotations

from collections.abc import Mapping

from socialhub.incidents import Alert
from socialhub.records import dataclass
from socialhub.store import notifications as store
from socialhub.store.alerts import alert_by_id
from socialhub.store.connection import Connection
from socialhub.targets import Target


@dataclass(frozen=True, slots=True)
class Lead:
    """An alert that speaks for another one of its incident. `topic` is its slug ("" for none); `told` holds, by target,
    the kinds of alerts of the incident that it has been told of, the other one left out.
    """

    leader: Alert
    topic: str
    told: Mapping[str, frozenset[str]]

    def speaks_to(self, target: Target) -> bool:
        """Whether this target hears of the incident: who never does is told of the other alert itself."""
        return target.name in self.told or target.wants(self.leader.severity, self.topic)

    def is_new_to(self, target: Target, kind: str) -> bool:
        """Whether a target knows the incident, and no alert of this kind in it."""
        return target.name in self.told and kind not in self.told[target.name]


def lead_of(db: Connection, alert: Alert, topics: Mapping[int, str]) -> Lead | None:
    """What speaks for an alert; None where it speaks for itself. `topics` are slugs by number."""
    leader = alert_by_id(db, alert.incident) if alert.incident is not None else None
    if leader is None or not leader.speaks_for(alert):
        return None
    return Lead(leader, topics.get(leader.topic or 0, ""), store.kinds_told(db, leader.id, alert.id))
