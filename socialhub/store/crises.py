"""Topics that are in a crisis, by an alert or because somebody said so, and the sources that feed them."""

from __future__ import annotations

from typing import Final

from socialhub.clock import DAY
from socialhub.incidents import Severity
from socialhub.records import dataclass
from socialhub.store.connection import Connection, next_revs

FED_WITHIN: Final = 7 * DAY
"""A source feeds a topic that it brought mentions of within so long."""
_COLUMNS: Final = "c.id, t.slug, t.name, c.operator, c.begun, c.ends, c.ended, c.ended_by"


@dataclass(frozen=True, slots=True)
class Crisis:
    """A crisis that somebody declared: topic (slug and name), by whom, from when to when (ms UTC).

    `ended` and `ended_by` tell an end before its time.
    """

    number: int
    topic: str
    topic_name: str
    operator: str
    begun: int
    ends: int
    ended: int | None
    ended_by: str

    def is_on(self, now: int) -> bool:
        """Whether it lasts at that moment (ms UTC)."""
        return self.ended is None and self.ends > now


def begin_crisis(db: Connection, topic: int, operator: str, now: int, ends: int) -> Crisis:
    """Declare a crisis; one that lasts is declared anew (it ends when this one says)."""
    db.execute(
        "UPDATE crises SET rev = ?, ended = ?, ended_by = ? WHERE topic = ? AND ended IS NULL AND ends > ?",
        (next_revs(db), now, operator, topic, now),
    )
    number = db.execute(
        "INSERT INTO crises (rev, topic, operator, begun, ends) VALUES (?, ?, ?, ?, ?)",
        (next_revs(db), topic, operator, now, ends),
    ).lastrowid
    return next(each for each in crisis_rows(db) if each.number == number)


def end_crisis(db: Connection, topic: int, operator: str, now: int) -> bool:
    """It is over before its time; False when there was none."""
    ended = db.execute(
        "UPDATE crises SET rev = ?, ended = ?, ended_by = ? WHERE topic = ? AND ended IS NULL AND ends > ?",
        (next_revs(db), now, operator, topic, now),
    )
    return ended.rowcount > 0


def crisis_rows(db: Connection, limit: int = 200) -> list[Crisis]:
    """What was declared, the newest first."""
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM crises c JOIN topics t ON t.id = c.topic ORDER BY c.id DESC LIMIT ?",  # noqa: S608
        (limit,),
    )
    return [Crisis(*row) for row in rows]


def crises_on(db: Connection, now: int) -> tuple[Crisis, ...]:
    """Those that somebody declared and that last, the newest first."""
    return tuple(each for each in crisis_rows(db) if each.is_on(now))


def topics_in_crisis(db: Connection, now: int) -> frozenset[int]:
    """The topics (row numbers) with an open alert of severity crisis, or of which somebody said so."""
    rows = db.execute(
        "SELECT topic FROM alerts WHERE state <> 'resolved' AND severity = ? AND topic IS NOT NULL"
        " UNION SELECT topic FROM crises WHERE ended IS NULL AND ends > ?",
        (int(Severity.CRISIS), now),
    )
    return frozenset(topic for (topic,) in rows)


def feeding(db: Connection, topic: int, now: int) -> frozenset[int] | None:
    """The sources (row numbers) that brought mentions of a topic of late; None when none did: any of them may."""
    rows = db.execute(
        "SELECT DISTINCT source FROM hour_counts WHERE topic = ? AND hour >= ? AND mentions > 0",
        (topic, now - FED_WITHIN),
    )
    return frozenset(source for (source,) in rows) or None
