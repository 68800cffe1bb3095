"""A seeded room in which the fibre burns: forty posts in twenty minutes, a crisis about them, and what was before."""

from __future__ import annotations

from socialhub.clock import DAY, MINUTE
from socialhub.incidents import Severity
from socialhub.store.alerts import raise_alert
from socialhub.store.connection import Connection
from socialhub.store.prepared import Prepared
from tests.seed import NOW, Seeded, prepared

BEGAN = NOW - 20 * MINUTE
RENNES, BRITTANY_35 = "35238", "D-35"
FACTS = {
    "topic": "Fibre",
    "seen": 40,
    "expected": 3.2,
    "low": 0,
    "high": 8,
    "probability": 1e-9,
    "since": NOW - 15 * MINUTE,
    "until": NOW,
    "window": 15 * MINUTE,
    "completeness": 1.0,
    "yesterday": 2,
    "last_week": 3,
    "negative": 0.9,
}


def burn(seeded: Seeded, *, subject: str = "fibre", severity: Severity = Severity.CRISIS) -> int:
    """Store the posts, raise the alert, return its number."""
    topic = seeded.topic["fibre"]
    with seeded.writer.transaction() as db:
        # What the seeded room says in these minutes by chance.
        db.execute(
            "DELETE FROM mention_topics WHERE topic = ? AND mention IN (SELECT id FROM mentions WHERE published >= ?)",
            (topic, BEGAN),
        )
        db.execute("DELETE FROM counts WHERE topic = ? AND minute >= ?", (topic, BEGAN))
    seeded.add([_before(number, topic) for number in range(60)], seen=NOW - DAY)
    seeded.add([_post(number, topic) for number in range(30)])
    seeded.add([_post(number, topic) for number in range(30, 40)], "bluesky")
    with seeded.writer.transaction() as db:
        _pass_on(db, "burn7", 34)
    return alarm(seeded, subject, severity)


def alarm(seeded: Seeded, subject: str = "fibre", severity: Severity = Severity.CRISIS) -> int:
    """Raise an alert about a topic, or a part of it."""
    topic = seeded.topic[subject.partition("·")[0]]
    with seeded.writer.transaction() as db:
        return raise_alert(db, "burst", subject, severity, BEGAN, NOW, FACTS, rule="burst", topic=topic)


def _before(number: int, topic: int) -> Prepared:
    """What was said of the fibre in the days before: nothing of a failure, by people of another name."""
    return prepared(
        f"Le débit de la fibre est correct chez moi, jour {number}",
        native_id=f"before{number}",
        published=NOW - 2 * DAY + number * 20 * MINUTE,
        topics=(topic,),
        handle="known" if number == 0 else f"earlier{number}",
    )


def _post(number: int, topic: int) -> Prepared:
    return prepared(
        f"Coupure totale à Rennes, la box clignote, message {number}",
        native_id=f"burn{number}",
        tone=-1 if number % 10 else 1,
        published=BEGAN + number * 30_000,
        topics=(topic,),
        places=(BRITTANY_35, RENNES) if number % 2 else (),
        handle="known" if number == 3 else f"author{number}",
        followers=48_000 if number == 5 else 100 + number,
        shares=12 if number == 9 else None,
        url=f"https://example.org/burn/{number}",
        account_created=NOW - 10 * DAY if number in (11, 12) else NOW - 900 * DAY,
    )


def _pass_on(db: Connection, native_id: str, times: int) -> None:
    (mention,) = db.execute("SELECT id FROM mentions WHERE native_id = ?", (native_id,)).fetchone()
    db.executemany(
        "INSERT INTO relays VALUES (?, ?, ?)", [(mention, f"relayer{number}", NOW) for number in range(times)]
    )


def mention_of(seeded: Seeded, native_id: str) -> int:
    """The id of a stored post."""
    (mention,) = seeded.writer.db.execute("SELECT id FROM mentions WHERE native_id = ?", (native_id,)).fetchone()
    return int(mention)
