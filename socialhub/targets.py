"""Who is told of alerts, and how much of it: what config writes, planning and sending follow. Plain data and pure."""

from __future__ import annotations

from typing import Final

from socialhub.clock import HOUR
from socialhub.hours import ALL_HOURS, Calendar, Hours
from socialhub.incidents import Severity
from socialhub.records import dataclass

USUAL_DIGEST: Final = 1 * HOUR
USUAL_LIMIT: Final = 12
"""Messages an hour. A person who gets one every five minutes reads none of them."""


@dataclass(frozen=True, slots=True)
class Target:
    """Somebody, or a channel, that messages are sent to. `url` names the secret that holds its address.

    It is told of alerts from `severity` on (None: only of those that escalate to it), of `topics` (slugs; none: of
    everything), within `hours`, in `language` ("" for the room's). Notices are gathered for `digest` ms. At most
    `limit` messages an hour are sent. `all_clear`: it is also told when something it knows of is over.
    """

    name: str
    url: str
    severity: Severity | None = Severity.WARNING
    topics: tuple[str, ...] = ()
    hours: Hours = ALL_HOURS
    language: str = ""
    digest: int = USUAL_DIGEST
    limit: int = USUAL_LIMIT
    all_clear: bool = True

    def wants(self, severity: Severity, topic: str) -> bool:
        """Whether alerts of this severity about a topic (slug, "" for none) are its business."""
        return self.severity is not None and severity >= self.severity and (not self.topics or topic in self.topics)


@dataclass(frozen=True, slots=True)
class Notifying:
    """Everybody who may be told, when the room is at work, and what the room is called in their messages."""

    room: str
    calendar: Calendar
    targets: tuple[Target, ...] = ()

    def target(self, name: str) -> Target | None:
        """The target of this name."""
        return next((target for target in self.targets if target.name == name), None)
