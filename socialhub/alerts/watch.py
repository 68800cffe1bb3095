"""What looks at topics in the light of rules: the protocol that the engine, `why` and the backtest drive."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Protocol, TypeAlias

from socialhub.alert_rules import Rule
from socialhub.alerts.signals import Signal
from socialhub.alerts.standing import State
from socialhub.model import Topic
from socialhub.store.connection import Connection

States: TypeAlias = Mapping[tuple[str, str], State | None]
"""How the last alert of each (kind, subject) of a topic stands: open, or ended within a day."""


class Watch(Protocol):
    """Follows the rules of some kinds. Holds what it has learnt (a restart learns it again) and only reads.

    The facts of a signal hold at least: topic, part, test, seen, expected, needed, completeness, since, until, window
    and learning (see volume_rules).
    """

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of rules that it follows."""

    def begin(self, db: Connection, now: int, seconds: float | None) -> None:
        """Begin a look at a whole minute (ms UTC); learning may take so many seconds (None: as long as it takes)."""

    def look(self, db: Connection, rule: Rule, topic: Topic, states: States) -> Iterator[Signal]:
        """What the rule says of a topic in the minute begun, each signal held back by how its last alert stands.

        There is a signal for every open alert of the rule's kind and the topic: without one it would never end.
        """
