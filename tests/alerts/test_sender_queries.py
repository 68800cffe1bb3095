"""Messages as rows: whatever the sender asks of them once a second or a minute is found by an index."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from socialhub.alerts.messenger import Delivery
from socialhub.alerts.planning import plan
from socialhub.alerts.sending import note_delivery, prepare
from socialhub.clock import MINUTE
from socialhub.errors import Reason
from socialhub.hours import Calendar, parse_hours
from socialhub.incidents import Change, Severity, Transition
from socialhub.store import notifications
from socialhub.store.alert_life import resolve
from socialhub.store.alerts import raise_alert
from socialhub.store.connection import Writer, open_writer
from socialhub.targets import Notifying, Target
from tests.test_hours import PARIS, at

MORNING: Final = at("2026-11-26 10:00")
TARGETS: Final = (Target("léa", "env:LEA", Severity.NOTICE, digest=10 * MINUTE), Target("nora", "env:NORA", limit=3))
NOTIFYING: Final = Notifying("Salle", Calendar(PARIS, parse_hours("mon-fri 09:00-18:00"), "FR"), TARGETS)
DELIVERIES: Final = (
    *3 * (Delivery(),),
    Delivery(Reason("refused", {"host": "x"})),
    Delivery(Reason("unauthorised", {"host": "x"}), refused=True),
)


def _work(writer: Writer) -> None:
    """An hour and a half of a room in which much burns: told, gathered, held, refused, given up, over."""
    alerts = []
    for minute in range(90):
        now = MORNING + minute * MINUTE
        with writer.transaction() as db:
            alerts.append(raise_alert(db, "burst", f"s{minute}", Severity(1 + minute % 3), now, now, {}))
            if minute % 5 == 4:
                resolve(db, alerts[minute - 4], "", now)
            plan(db, now, NOTIFYING, [Transition(alerts[0], Change.REPEATED)], ())
        with writer.transaction() as db:
            if minute % 30 == 7:
                notifications.take_up_again(db, now)
            for place, outgoing in enumerate(prepare(db, now, NOTIFYING)):
                note_delivery(db, outgoing.message, DELIVERIES[(minute + place) % len(DELIVERIES)], now)


def test_no_query_of_the_sender_reads_every_message_or_every_alert(tmp_path: Path) -> None:
    writer = open_writer(tmp_path / "cache.db")
    asked: dict[str, None] = {}
    writer.db.set_trace_callback(lambda query: asked.setdefault(query))
    _work(writer)
    writer.db.set_trace_callback(None)
    queries = [query for query in asked if query.startswith(("SELECT", "UPDATE", "DELETE")) and "notif" in query]
    states = {state for (state,) in writer.db.execute("SELECT DISTINCT state FROM notifications")}
    assert states >= {"waiting", "sent", "gathered"}
    for query in queries:
        plan_of_it = [row[3] for row in writer.db.execute(f"EXPLAIN QUERY PLAN {query}")]
        whole = [line for line in plan_of_it if line in ("SCAN notifications", "SCAN n", "SCAN alerts")]
        assert not whole, f"{query}: {plan_of_it}"
    writer.close()
