"""Who is erased is erased from alerts, silences and messages too; who is called nearly the same stays."""

from __future__ import annotations

from typing import Any

from socialhub.alerts import silencing
from socialhub.clock import HOUR
from socialhub.incidents import Severity
from socialhub.store import alert_life, privacy
from socialhub.store.alerts import alert_by_id, raise_alert
from socialhub.store.connection import Connection
from tests.room import NOON, Room
from tests.store.test_privacy_and_backup import run_purge

FACTS: dict[str, Any] = {
    "authors": [["Zébulon Quatre", 12], ["Zébulonique", 3]],
    "first": {"author": "zebulon quatre", "mention": 7},
    "words": ["panne", "@zebulonquatre"],
    "seen": 40,
}


def _written(db: Connection) -> str:
    """All that alerts, their lives, silences and messages say."""
    tables = ("alerts", "alert_events", "silences", "notifications")
    return "\n".join(str(row) for table in tables for row in db.execute(f"SELECT * FROM {table}"))


def test_a_name_leaves_every_place_of_an_alert(room: Room) -> None:
    with room.writer.transaction() as db:
        burst = raise_alert(db, "burst", "mandarine", Severity.CRISIS, NOON, NOON, FACTS)
        about = raise_alert(db, "detractor", "mandarine·author:Zébulon Quatre", Severity.CRISIS, NOON, NOON, {})
        alert_life.note(db, burst, "I called zebulon QUATRE", "léa", NOON)
        alert_life.note(db, burst, "Zébulonique is a poem", "léa", NOON)
        silence = silencing.silence(
            db, '"zébulon quatre" OR kind:burst', reason="x", operator="léa", now=NOON, ends=NOON + HOUR
        )
        for state in ("waiting", "sent"):
            db.execute(
                "INSERT INTO notifications (rev, alert, target, reason, severity, made, due, state, message_id, title,"
                " body) VALUES (1, ?, 'a', 'b', 3, 0, 0, ?, 'm', 'Burst', 'first: Zébulon Quatre')",
                (burst, state),
            )
    run_purge(room, privacy.Purge(author="Zébulon Quatre", keep_counts=False))
    with room.writer.transaction() as db:
        silencing.apply_silences(db, NOON)
    found, other = alert_by_id(room.db, burst), alert_by_id(room.db, about)
    assert found is not None
    assert other is not None
    assert found.facts == {
        "authors": [["Zébulonique", 3]],
        "first": {"mention": 7},
        "words": ["panne", "@zebulonquatre"],
        "seen": 40,
    }
    assert other.subject == f"#{about}"
    # The silence that named them is over, and what it hid is heard.
    assert (silence.hidden, found.silence) == (2, None)
    assert [state for (state,) in room.db.execute("SELECT state FROM notifications ORDER BY id")] == ["dropped", "sent"]
    written = _written(room.db).casefold()
    assert "quatre'" not in written
    assert "bulon quatre" not in written
    assert "zébulonique is a poem" in written


def test_a_handle_too_and_nobody_by_a_piece_of_a_name(room: Room) -> None:
    with room.writer.transaction() as db:
        burst = raise_alert(db, "burst", "mandarine", Severity.CRISIS, NOON, NOON, FACTS)
    run_purge(room, privacy.Purge(author="@zebulonquatre"))
    run_purge(room, privacy.Purge(author="pan"))
    run_purge(room, privacy.Purge(author="!"))
    found = alert_by_id(room.db, burst)
    assert found is not None
    assert found.facts == {**FACTS, "words": ["panne"]}
